package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"domicile/datasets"
	"domicile/internal/atlas"
	"domicile/internal/dataset"
	"domicile/internal/demologs"
	"domicile/internal/embedded"
	"domicile/internal/evidence"
	"domicile/internal/geoip"
	"domicile/internal/ingest"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

type codec struct{}

func (codec) Encode(s *residency.Settings) ([]byte, error) { return settings.Encode(s) }
func (codec) Decode(b []byte) (*residency.Settings, error) { return settings.Decode(b) }

func clock() time.Time { return time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC) }

const fleet = `
customer: acme
effective: 2026-01-01
plan: enterprise
products: [cdn]
log_region: eu
zones:
  - name: acme.example
    hostnames:
      - {name: www.acme.example, processing_region: eu}
      - {name: api.acme.example, processing_region: eu}
      - {name: "*.shop.acme.example", processing_region: eu}
    certificates: []
---
customer: globex
effective: 2026-01-01
plan: enterprise
products: [cdn]
zones:
  - name: globex.example
    hostnames:
      - {name: shop.globex.example}
    certificates: []
`

// service answers for the fleet.
func service(t testing.TB, fleet string) *atlas.Service {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ref := &atlas.Reference{Footprint: d.Footprint, Rules: d.Rules, Revision: d.Revision}
	sets, err := settings.Parse([]byte(fleet), "fleet.yaml", &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules})
	if err != nil {
		t.Fatal(err)
	}
	store, err := atlas.NewFixed(sets, codec{}, clock())
	if err != nil {
		t.Fatal(err)
	}
	svc, err := atlas.New(context.Background(), ref, store, codec{}, clock)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// recorded answers for settings that were recorded one after the other.
func recorded(t testing.TB, all ...string) *atlas.Service {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ref := &atlas.Reference{Footprint: d.Footprint, Rules: d.Rules, Revision: d.Revision}
	svc, err := atlas.New(t.Context(), ref, store(t, t.TempDir()), codec{}, clock)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range all {
		sets, err := settings.Parse([]byte(text), "fleet.yaml", &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := svc.Put(t.Context(), sets, atlas.AnyVersion, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return svc
}

func store(t testing.TB, dir string) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(context.Background(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func countryFile(t testing.TB) []byte {
	t.Helper()
	b, err := fs.ReadFile(datasets.FS, "geo/country.mmdb")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// countries is the embedded database.
func countries(t testing.TB) *geoip.DB {
	t.Helper()
	db, err := geoip.FromBytes(countryFile(t), geoip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// setup is an ingester over a store; change adjusts what it works with.
func setup(t testing.TB, s atlas.EvidenceStore, change func(*ingest.Config)) *ingest.Ingester {
	t.Helper()
	svc := service(t, fleet)
	c := ingest.Config{Footprint: svc.State().Reference.Footprint, Store: s, Clock: clock}
	if change != nil {
		change(&c)
	}
	if c.Index == nil {
		index, err := ingest.NewIndex(context.Background(), svc.State(), "")
		if err != nil {
			t.Fatal(err)
		}
		c.Index = index
	}
	in, err := ingest.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func plan(lines int) demologs.Plan {
	return demologs.Plan{
		Seed: 7, Lines: lines, From: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Span: 6 * time.Hour, Clients: 3000,
		Hosts: []demologs.Host{
			{Name: "www.acme.example", Sites: []string{"FRA", "AMS", "CDG"}},
			{Name: "api.acme.example", Sites: []string{"FRA", "AMS"}, HTTP3: true},
			{Name: "shop.globex.example", Sites: []string{"EWR", "NRT", "SYD", "FRA"}},
		},
		Violations:   []demologs.Violation{{Host: "www.acme.example", Site: "EWR", Count: 5}, {Host: "api.acme.example", Site: "LHR", Count: 2}},
		UnknownSites: 11, UnknownHosts: 13, Repeated: 9, Malformed: 17,
	}
}

// logFile writes a plan to a gzip file in a directory of its own.
func logFile(t testing.TB, p demologs.Plan, name string) (path string, truth demologs.Truth) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if truth, err = demologs.Write(z, p); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path, truth
}

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var anytime time.Time

// hostAt is what the generator counts by.
type hostAt = demologs.Cell

// known are the counts of a truth of hosts that have an owner.
func known(truth demologs.Truth) map[hostAt]uint64 {
	out := maps.Clone(truth.Counts)
	maps.DeleteFunc(out, func(c hostAt, _ uint64) bool {
		return c.Host != "www.acme.example" && c.Host != "api.acme.example" && c.Host != "shop.globex.example"
	})
	return out
}

// stored are the counts that a store has of content processed, hour by hour.
func stored(t testing.TB, s atlas.EvidenceStore) map[hostAt]uint64 {
	t.Helper()
	out := map[hostAt]uint64{}
	for _, customer := range []string{"acme", "globex"} {
		hours, err := s.Coverage(context.Background(), customer, anytime, anytime)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hours {
			all, err := s.Observations(context.Background(), customer, h.Hour, h.Hour.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range all {
				if o.Category == residency.Content && o.Activity == residency.Process && o.Kinds&evidence.SecondPlace == 0 {
					out[hostAt{Host: o.Scope.Name, Site: o.Site, Hour: o.Hour.Unix() / 3600}] += o.Count
				}
			}
		}
	}
	return out
}

// sums adds up the events of all customers by kind.
func sums(t testing.TB, s atlas.EvidenceStore, kind evidence.Kinds) (n uint64) {
	t.Helper()
	for _, customer := range []string{"acme", "globex"} {
		all, err := s.Observations(context.Background(), customer, anytime, anytime)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			if o.Category == residency.Content && o.Activity == residency.Process && o.Kinds&evidence.SecondPlace == 0 && o.Kinds&kind == kind {
				n += o.Count
			}
		}
	}
	return n
}

// forwards is how many onward transfers of all customers there are.
func forwards(t testing.TB, s atlas.EvidenceStore) (n uint64) {
	t.Helper()
	for _, customer := range []string{"acme", "globex"} {
		all, err := s.Transfers(context.Background(), customer, anytime, anytime)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			n += x.Count
		}
	}
	return n
}

// whole ingests a file of that name and content.
func whole(t testing.TB, in *ingest.Ingester, name string, content []byte) (*ingest.Result, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return in.File(t.Context(), path)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
