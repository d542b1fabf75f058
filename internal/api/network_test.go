package api_test

import (
	"errors"
	"net/netip"
	"testing"

	"domicile/internal/api"
	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// The fictional network: everything in it is made up, so that the truth is
// known. Its records begin on 2022-01-01; what PAR's neighbour RUN belongs to
// is not published.

func date(t testing.TB, s string) footprint.Date {
	t.Helper()
	var d footprint.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return d
}

func provenance(t testing.TB) footprint.Provenance {
	return footprint.Provenance{Source: "almanac", Checked: date(t, "2026-01-02"), Confidence: footprint.Published}
}

func sites(t testing.TB) []footprint.Site {
	var out []footprint.Site
	for _, s := range []struct {
		code, city, country, subdivision, to string
		lat, lon                             float64
	}{
		{"FRA", "Frankfurt", "DE", "DE-HE", "", 50.03, 8.57},
		{"PAR", "Paris", "FR", "", "", 49.01, 2.55},
		{"RUN", "Saint-Denis", "RE", "", "", -20.89, 55.51},
		{"BRU", "Brussels", "BE", "", "2024-06-30", 50.9, 4.48},
		{"ZRH", "Zurich", "CH", "", "", 47.46, 8.55},
		{"IAD", "Ashburn", "US", "US-VA", "", 38.94, -77.46},
		{"SIN", "Singapore", "SG", "", "", 1.35, 103.99},
		{"CORE-LUX", "Luxembourg", "LU", "", "", 49.61, 6.13},
		{"CORE-PDX", "Portland", "US", "US-OR", "", 45.59, -122.6},
	} {
		site := footprint.Site{
			Code: s.code, Kind: footprint.PoP, City: s.city, Country: s.country, Subdivision: s.subdivision,
			At: footprint.Point{Lat: s.lat, Lon: s.lon}, Network: footprint.NetworkGlobal, Cell: 0x851faea7fffffff,
			Seen: footprint.Period{From: date(t, "2022-01-01"), To: date(t, s.to)}, Provenance: provenance(t),
		}
		if len(s.code) > 3 {
			site.Kind, site.Network = footprint.Core, footprint.NetworkCore
		}
		out = append(out, site)
	}
	return out
}

func jurisdictions() []footprint.Jurisdiction {
	var out []footprint.Jurisdiction
	for _, j := range []struct{ code, name, parent string }{
		{"DE", "Germany", ""}, {"FR", "France", ""}, {"RE", "Réunion", "FR"}, {"BE", "Belgium", ""}, {"CH", "Switzerland", ""},
		{"US", "United States", ""}, {"SG", "Singapore", ""}, {"LU", "Luxembourg", ""}, {"NO", "Norway", ""}, {"GB", "United Kingdom", ""},
	} {
		out = append(out, footprint.Jurisdiction{Code: j.code, Name: j.name, Parent: j.parent, Kind: footprint.Country})
	}
	for code, parent := range map[string]string{"DE-HE": "DE", "US-VA": "US", "US-OR": "US"} {
		out = append(out, footprint.Jurisdiction{Code: code, Name: code, Parent: parent, Kind: footprint.Subdivision})
	}
	for _, b := range []struct{ code, name string }{{"EU", "European Union"}, {"EEA", "European Economic Area"}} {
		out = append(out, footprint.Jurisdiction{Code: b.code, Name: b.name, Kind: footprint.Bloc})
	}
	return out
}

func memberships(t testing.TB) []footprint.BlocMembership {
	var out []footprint.BlocMembership
	for _, m := range []struct{ bloc, member, from, to string }{
		{"EU", "DE", "1958-01-01", ""}, {"EU", "FR", "1958-01-01", ""}, {"EU", "BE", "1958-01-01", ""}, {"EU", "LU", "1958-01-01", ""},
		{"EU", "RE", "1958-01-01", ""}, {"EU", "GB", "1973-01-01", "2020-01-31"}, {"EEA", "NO", "1994-01-01", ""}, {"EEA", "DE", "1994-01-01", ""},
	} {
		out = append(out, footprint.BlocMembership{
			Bloc: m.bloc, Member: m.member, During: footprint.Period{From: date(t, m.from), To: date(t, m.to)}, Provenance: provenance(t),
		})
	}
	return out
}

func regions(t testing.TB) []footprint.Region {
	t.Helper()
	var out []footprint.Region
	for _, r := range []struct {
		setting   footprint.Setting
		key, text string
	}{
		{footprint.ProcessingSetting, "eu", "bloc: EU and (not country: RE or unpublished: outermost)"},
		{footprint.ProcessingSetting, "eu-mainland", "bloc: EU and not country: RE"},
		{footprint.ProcessingSetting, "us", "country: US"},
		{footprint.KeySetting, "eu", "bloc: EU and not country: RE"},
		{footprint.LogSetting, "eu", "kind: core and bloc: EU"},
		{footprint.LogSetting, "us", "kind: core and country: US"},
		{footprint.StorageSetting, "eu", "bloc: EU and not country: RE"},
	} {
		e, err := footprint.ParseExpr(r.text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, footprint.Region{
			Key: r.key, Name: r.key, Setting: r.setting, Kind: "bloc", Definition: e, Geographic: true,
			KeyConfidence: "official_example", Provenance: provenance(t),
		})
	}
	return out
}

func rules(t testing.TB) *residency.Rules {
	from := provenance(t)
	rule := func(product string, s footprint.Setting, sup residency.Support, e residency.Effect, acts ...residency.Activity) residency.Rule {
		return residency.Rule{
			Product: product, Setting: s, Support: sup, Effect: e, Activities: acts, Base: residency.EveryPoP,
			Caveats: []string{"c1"}, Provenance: from,
		}
	}
	return &residency.Rules{
		Products: []residency.Product{
			{ID: "cdn", Name: "Cache", Family: "Performance", Matrix: true, Provenance: from, Rules: []residency.Rule{
				rule("cdn", footprint.ProcessingSetting, residency.SupportYes, residency.EffectNarrowed, residency.Process, residency.Cache),
			}},
			{ID: "oracle", Name: "Oracle", Family: "Computing", Matrix: true, Provenance: from, Rules: []residency.Rule{
				rule("oracle", footprint.ProcessingSetting, residency.SupportNo, residency.EffectOutside, residency.Process),
			}},
		},
		Storage:  []residency.StorageOffer{{Product: "oracle", Jurisdiction: "eu", Activities: []residency.Activity{residency.Store}, Provenance: from}},
		Features: []residency.Feature{{ID: "china_network", Values: []string{"false", "true"}, Default: "false"}},
		Facts: map[string]residency.Fact{
			"outermost": {ID: "outermost", Statement: "Whether region eu has sites in outermost regions is not published.", Owner: "provider", Provenance: from},
		},
		Caveats: map[string]residency.Caveat{"c1": {ID: "c1", Text: "A footnote.", Provenance: from}},
	}
}

func reference(t testing.TB) *atlas.Reference {
	t.Helper()
	fp, err := footprint.New(footprint.Parts{Sites: sites(t), Jurisdictions: jurisdictions(), Memberships: memberships(t), Regions: regions(t)})
	if err != nil {
		t.Fatal(err)
	}
	in := func(codes ...string) footprint.Places {
		p, err := fp.ParsePlaces(codes, nil)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	return &atlas.Reference{
		Footprint: fp, Rules: rules(t), Revision: "sha256:fiction",
		Presets: []atlas.Preset{
			{ID: "eu-only", Name: "Only in the European Union", Kind: claim.OnlyIn, Places: in("EU")},
			{ID: "never-in-us", Name: "Never in the United States", Kind: claim.NeverIn, Places: in("US")},
		},
		Sources: map[string]atlas.Source{"almanac": {
			ID: "almanac", Title: "An almanac", Location: "shelf 4", ReadOn: date(t, "2026-01-02"), Confidence: footprint.Published,
		}},
		Disputes:      []atlas.Dispute{{ID: "d1", Subject: "A thing", ReadingA: "Yes.", ReadingB: "No.", Decides: "nothing", Source: "almanac"}},
		Subprocessors: []atlas.Subprocessor{{ID: "quill", Name: "Quill", Purpose: "letters", Locations: "EEA; US", Provenance: provenance(t)}},
	}
}

// atlasOfAddresses is a locator over three made-up answers.
type atlasOfAddresses struct{}

var errBrokenDatabase = errors.New("record of 198.51.100.7 is broken")

func (atlasOfAddresses) Locate(a netip.Addr) (api.AddressLocation, error) {
	switch a.String() {
	case "192.0.2.1":
		return api.AddressLocation{Outcome: "LOCATED", Country: "DE", Cell: 0x851faea7fffffff, AccuracyKM: 20, Network: netip.MustParsePrefix("192.0.2.1/32")}, nil
	case "198.51.100.7":
		return api.AddressLocation{}, errBrokenDatabase
	}
	return api.AddressLocation{Outcome: "ANYCAST"}, nil
}
