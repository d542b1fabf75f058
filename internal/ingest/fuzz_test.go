package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/demologs"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/geoip"
	"domicile/internal/ingest"
)

// forgetful is a store that checks each batch and keeps nothing.
type forgetful struct {
	atlas.EvidenceStore
	events uint64
}

func (f *forgetful) File(context.Context, evidence.Digest) (evidence.File, bool, error) {
	return evidence.File{}, false, nil
}

func (f *forgetful) Beginnings(context.Context, string) ([]evidence.File, error) { return nil, nil }

func (f *forgetful) Record(_ context.Context, b atlas.EvidenceBatch) error {
	for i := range b.Rows {
		f.events += b.Rows[i].Count
	}
	return b.Validate()
}

func FuzzLog(f *testing.F) {
	f.Add([]byte(oneLine), false)
	f.Add([]byte(oneLine+`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"QQX","ClientRequestHost":"","UpperTierColoID":7,"SmartRouteColoID":2147483647}`), true)
	f.Add([]byte(`{"Timestamp":1793491200,"ColoCode":"FRA","QueryName":"acme.example","SourceIP":"::1"}`), true)
	f.Add([]byte("EdgeStartTimestamp,EdgeColoCode,ClientRequestHost\n7258118399,Z1,www.acme.example\n946684800,A,x.shop.acme.example\n"), false)
	svc := service(f, fleet)
	index := map[bool]*ingest.Index{}
	for only, id := range map[bool]string{false: "", true: "acme"} {
		x, err := ingest.NewIndex(context.Background(), svc.State(), id)
		if err != nil {
			f.Fatal(err)
		}
		index[only] = x
	}
	f.Fuzz(func(t *testing.T, log []byte, only bool) {
		in, err := ingest.New(ingest.Config{
			Index: index[only], Footprint: svc.State().Reference.Footprint, Store: &forgetful{}, Clock: clock,
			Options: ingest.Options{MaxBytes: 1 << 20, Groups: 1},
		})
		if err != nil {
			t.Fatal(err)
		}
		res, err := in.Stream(t.Context(), "-", bytes.NewReader(log))
		switch {
		case err == nil && res.Counts.Check() != nil:
			t.Errorf("%+v", res.Counts)
		case err != nil && !isFault(err):
			t.Errorf("%v", err)
		}
	})
}

func isFault(err error) bool {
	for _, known := range []error{edgelog.ErrFormat, edgelog.ErrDataset, edgelog.ErrDamaged, edgelog.ErrTooLarge, ingest.ErrStream} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func FuzzInterval(f *testing.F) {
	f.Add("20261123T170000Z_20261123T170459Z_5d0e.log.gz")
	f.Add("20261323T170000Z_20261123T170459Z")
	f.Fuzz(func(t *testing.T, name string) {
		if from, to, ok := ingest.Interval(name); ok && (!from.Before(to) || to.Sub(from).Hours() > 31*24+1) {
			t.Errorf("%s to %s", from, to)
		}
	})
}

// Memory does not grow with the file: a run over ten times the lines allocates
// hardly more than ten times nothing.
func TestALineAllocatesNothing(t *testing.T) {
	perRun := func(lines int) float64 {
		p := plan(lines)
		p.Malformed, p.UnknownHosts, p.Span = 0, 0, 1
		var log bytes.Buffer
		if _, err := demologs.Write(&log, p); err != nil {
			t.Fatal(err)
		}
		in := setup(t, &forgetful{}, func(c *ingest.Config) { c.DB = countries(t) })
		return testing.AllocsPerRun(3, func() {
			if _, err := in.Stream(t.Context(), "-", bytes.NewReader(log.Bytes())); err != nil {
				t.Fatal(err)
			}
		})
	}
	few, many := perRun(5000), perRun(20_000)
	if grown := (many - few) / 15_000; grown > 0.3 {
		t.Errorf("%.2f allocations a line (%.0f, then %.0f)", grown, few, many)
	}
}

// BenchmarkFile is the whole way of a line, from gzip to the store's door.
func BenchmarkFile(b *testing.B) {
	const lines = 100_000
	for name, db := range map[string]*geoip.DB{"without places": nil, "with countries": countries(b)} {
		b.Run(name, func(b *testing.B) {
			p := plan(lines)
			p.Plain = true
			path, _ := logFile(b, p, "log.gz")
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			s := &forgetful{}
			in := setup(b, s, func(c *ingest.Config) { c.DB = db })
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := in.File(b.Context(), path); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
		})
	}
}
