package api_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"domicile/datasets"
	"domicile/internal/api"
	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/dataset"
	"domicile/internal/gql"
	"domicile/internal/ledger"
	"domicile/internal/settings"
)

// shipped is the API over the datasets and the demonstration fleet as they are
// shipped, and further customers.
func shipped(t testing.TB, documents ...string) *server {
	t.Helper()
	return shippedFor(t, nil, documents...)
}

// noGrid has no cells: nothing was observed.
type noGrid struct{}

func (noGrid) Coarsen(uint64, int) (uint64, bool) { return 0, false }
func (noGrid) Ring(uint64) ([][2]int32, error)    { return nil, nil }

// shippedFor is shipped with rows of one's own; nil is an audit log of the test.
func shippedFor(t testing.TB, rows *auth.Rows, documents ...string) *server {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ref := &atlas.Reference{Footprint: d.Footprint, Rules: d.Rules, Revision: d.Revision, Sources: map[string]atlas.Source{}}
	catalog := settings.Catalog{Footprint: d.Footprint, Rules: d.Rules}
	for _, p := range d.Presets {
		ref.Presets = append(ref.Presets, atlas.Preset{ID: p.ID, Name: p.Name, Kind: p.Kind, Places: p.Places})
		catalog.Presets = append(catalog.Presets, p.ID)
	}
	for _, x := range d.Disputes {
		ref.Disputes = append(ref.Disputes, atlas.Dispute{
			ID: x.ID, Subject: x.Subject, ReadingA: x.ReadingA, ReadingB: x.ReadingB, Decides: x.Decides, Source: x.Source,
		})
	}
	for _, x := range d.Subprocessors {
		ref.Subprocessors = append(ref.Subprocessors, atlas.Subprocessor{
			ID: x.ID, Name: x.Name, Purpose: x.Purpose, Locations: strings.Join(x.Locations, ", "), Provenance: x.Provenance,
		})
	}
	for _, s := range d.Sources {
		ref.Sources[s.ID] = atlas.Source(s)
	}
	text, err := datasets.FS.ReadFile("demo/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sets, err := settings.Parse(text, "fleet.yaml", &catalog)
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range documents {
		more, err := settings.Parse([]byte(document), "more", &catalog)
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, more...)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	store, err := atlas.NewFixed(sets, codec{}, now)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{viewer: auth.Local(), clock: newClock(now)}
	if s.service, err = atlas.New(context.Background(), ref, store, codec{}, s.clock.read); err != nil {
		t.Fatal(err)
	}
	if rows == nil {
		rows = auth.NewRows(openStore(t), s.clock.read, nil)
	}
	kept := openStore(t)
	s.seen = openStore(t)
	s.keeper = atlas.NewKeeper(atlas.NewWitness(s.service, s.seen), kept)
	if err := s.keeper.Update(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.keeper.Board().RowsOf("planted") {
		w := ledger.Waiver{Category: "CONTENT", Reason: "a reason", Owner: "an owner", Until: s.service.Today()}
		if _, err := s.keeper.GrantWaiver(context.Background(), r.Customer, r.ID, w, "test"); err != nil {
			t.Fatal(err)
		}
	}
	if s.Schema, err = api.New(api.Config{
		Service: s.service, Locator: atlasOfAddresses{}, Rows: rows, Evidence: s.seen, Keeper: s.keeper, Reports: kept, Questions: reportQuestions, Grid: noGrid{},
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	everyProvenance = `provenance { source { id title location readOn confidence } checked confidence }`
	everyFact       = `{ id statement owner }`
	everyPlacement  = `scope { kind name } category activity elsewhere country because { kind sentence product { key } setting region detail }
		caveats { id text ` + everyProvenance + ` } sources { id } sites { count unknown countries { country name count unknown } core { code } }`
	everyCheck = `verdict evidence headline sentence complete disclaimer claim { kind within except reading categories activities sentence }
		readings { reading verdict sentence } counterexamples(first: 100) { totalCount nodes { ` + everyPlacement + ` outside sentence site { code } } }
		unknowns { fact statement owner placements sites { count } } covered { category activity sentence } notCovered { category activity sentence }
		exclusions assumptions considered { placements sites digest } asOf knownAt`
)

// everything asks every field of the shipped datasets.
var everything = []string{
	`{ footprint { sites { id code kind city country countryName subdivision latitude longitude cell group network listedFrom listedTo notes ` + everyProvenance + ` } } }`,
	`{ footprint { regions { id key name setting kind definition geographic keyConfidence notes settings facts ` + everyFact + ` sites { count unknown } ` + everyProvenance + ` } } }`,
	`{ footprint { jurisdictions { id code kind name parent notes sites { count } members { member { code } from to current partial scope } blocs { bloc { code } } ` + everyProvenance + ` } } }`,
	`{ footprint { sites { regions { membership region { key } } jurisdictions { membership jurisdiction { code } } } sources { id title } } }`,
	`{ products { id key name family inTable status notes feature ` + everyProvenance + ` jurisdictions { jurisdiction since activities notes ` + everyProvenance + ` }
		rules { setting category support effect condition activities base fact ` + everyFact + ` lost caveats { id text } ` + everyProvenance + ` } } }`,
	`{ claims { id name kind within except } subprocessors { id } disputes { id } }`,
	`{ customers(first: 100) { nodes { key name residency { recorded gap { id } lost { setting sentence product { name } } parts { category activity sentence sites { count unknown } elsewhere }
		placements(first: 100) { nodes { ` + everyPlacement + ` possible facts ` + everyFact + ` } } } } } }`,
	`{ customers(first: 100) { nodes { promises { claim { id } reading since until contract verdict result { ` + everyCheck + ` } } } } }`,
	`{ customers(first: 100) { nodes { settings { version validFrom document products { known all ids } features { id value } zones { nodes { name
		hostnames { nodes { name processingRegion addresses } } spectrum { hostname protocol region terminatesTls } customHostnames { name target }
		certificates { hosts keyRegion keyPolicy keyless keyServer } } } ipBindings { cidr region } storage { product name jurisdiction publicHostname }
		workers { name routes subrequests subrequestHosts cron queues } servedOn { product hostnames } logDatasets unknown } } } }`,
}

func TestEveryAnswerOfTheShippedDatasetsIsWritten(t *testing.T) {
	s := shipped(t)
	for _, query := range everything {
		if text := s.ask(query, nil); strings.Contains(text, `"errors"`) || !strings.HasPrefix(text, `{"data":{`) {
			t.Errorf("%s\n%.600s", query, text)
		}
	}
}

func TestTheWordsOfTheCodeAreThoseOfTheContract(t *testing.T) {
	got := data[introspected](t, start(t), introspection, nil)
	for _, info := range got.Schema.Types {
		want, ok := api.Names[info.Name]
		if !ok {
			continue
		}
		var names []string
		for _, v := range info.EnumValues {
			names = append(names, v.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: contract %v, code %v", info.Name, names, want)
		}
	}
}

func FuzzCursorsAndIDs(f *testing.F) {
	s := fleet(f)
	f.Add("", "")
	f.Add("Y3VzdG9tZXI6YWNtZQ", "AAAAAAAAAAAx")
	f.Add("c2l0ZTpGUkE", "!")
	f.Fuzz(func(t *testing.T, id, after string) {
		text := s.ask(`query($id: ID!, $after: String) { customer(id: $id) { key } node(id: $id) { id } customers(after: $after) { complete }
			footprint { summary { sites(after: $after) { complete } } } }`, map[string]any{"id": id, "after": after})
		if strings.Contains(text, string(gql.Internal)) {
			t.Error(text)
		}
	})
}

func FuzzSettingsFields(f *testing.F) {
	s := start(f)
	f.Add("Acme", "china_network", "false", "ours", "country: DE", "cdn")
	f.Add("\"", "{", "}", ",", "\\", "\x00")
	f.Fuzz(func(t *testing.T, name, feature, value, region, definition, product string) {
		text := s.ask(`query($s: SettingsInput!) { residency(settings: $s) { recorded } }`, map[string]any{"s": map[string]any{
			"name": name, "features": []any{map[string]any{"id": feature, "value": value}},
			"customRegions": []any{map[string]any{"key": region, "definition": definition}},
			"servedOn":      []any{map[string]any{"product": product, "hostnames": []string{name}}}, "products": []string{product},
		}})
		if strings.Contains(text, "INTERNAL") || strings.Contains(text, "not valid JSON") {
			t.Error(text)
		}
	})
}

func benchmark(b *testing.B, query string) {
	s := shipped(b)
	ctx := auth.WithViewer(context.Background(), s.viewer)
	b.ReportAllocs()
	for b.Loop() {
		r := s.Execute(ctx, gql.Request{Query: query})
		if len(r.Errors()) > 0 {
			b.Fatal(r.Errors())
		}
		r.Release()
	}
}

func BenchmarkSites(b *testing.B) {
	benchmark(b, `{ footprint { sites { id code kind city country subdivision latitude longitude network group listedFrom listedTo } } }`)
}

func BenchmarkParts(b *testing.B) {
	benchmark(b, `{ customer(id: "dragon-dentistry") { name residency { parts { category activity sentence elsewhere sites { count unknown } } } } }`)
}

func BenchmarkCheck(b *testing.B) {
	benchmark(b, `{ customer(id: "dragon-dentistry") { check(claim: {preset: "eu-only"}) { verdict headline } } }`)
}

func BenchmarkSite(b *testing.B) {
	benchmark(b, `{ site(code: "FRA") { city country kind } }`)
}

// BenchmarkRows measures what it costs that a read across customers is recorded
// first: the same question by the customer itself and by the privacy team.
func BenchmarkRows(b *testing.B) {
	s := shipped(b)
	for name, v := range map[string]auth.Viewer{"itself": somebody(auth.Customer, "dragon-dentistry"), "across": somebody(auth.Privacy, "")} {
		b.Run(name, func(b *testing.B) {
			ctx := auth.WithViewer(context.Background(), v)
			b.ReportAllocs()
			for b.Loop() {
				s.Execute(ctx, gql.Request{Query: `{ customer(id: "dragon-dentistry") { name version } }`}).Release()
			}
		})
	}
}

// BenchmarkMask measures what hiding names adds to a check of the planted
// customer.
func BenchmarkMask(b *testing.B) {
	s := shippedFor(b, auth.NewRows(forgetful{}, newClock(time.Time{}).read, nil), planted)
	for name, v := range map[string]auth.Viewer{"with names": sales(auth.SeeHostnames), "without": sales(0)} {
		b.Run(name, func(b *testing.B) {
			ctx := auth.WithViewer(context.Background(), v)
			b.ReportAllocs()
			for b.Loop() {
				s.Execute(ctx, gql.Request{Query: `{ customer(id: "planted") { check(claim: {preset: "eu-only"}) { verdict headline } } }`}).Release()
			}
		})
	}
}

// reportQuestions ask less than the page does.
func reportQuestions(f api.Frozen) []api.PageQuestion {
	return []api.PageQuestion{{
		Operation: "Report", Variables: map[string]any{"customer": f.Customer, "claim": f.Claim, "asOf": f.AsOf},
		Document: `query Report($customer: ID!, $claim: ClaimInput!, $asOf: Date) { customer(id: $customer) {
			check(claim: $claim, asOf: $asOf) { verdict sentence headline counterexamples(first: 20) { nodes { sentence } } } } }`,
	}, {
		Operation: "Measured", Variables: map[string]any{"customer": f.Customer, "claim": f.Claim, "asOf": f.AsOf},
		Document: `query Measured($customer: ID!, $claim: ClaimInput!, $asOf: Date) { customer(id: $customer) {
			check(claim: $claim, asOf: $asOf, window: {from: "2026-11-01T00:00:00Z", to: "2026-11-23T00:00:00Z"}) { verdict measured { events } } } }`,
	}}
}
