package edgelog_test

import (
	"bytes"
	"compress/gzip"
	"testing"

	"domicile/internal/demologs"
	"domicile/internal/edgelog"
)

const benchLines = 20_000

func demo(b testing.TB, format demologs.Format) []byte {
	b.Helper()
	var out bytes.Buffer
	_, err := demologs.Write(&out, demologs.Plan{
		Seed: 1, Format: format, Lines: benchLines,
		Hosts: []demologs.Host{{Name: "www.acme.example", Sites: []string{"FRA", "AMS", "CDG"}}, {Name: "api.globex.example", Sites: []string{"EWR", "FRA"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func squeeze(b testing.TB, file []byte) []byte {
	b.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(file); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkReader(b *testing.B) {
	json, csv := demo(b, demologs.NDJSON), demo(b, demologs.CSV)
	for _, c := range []struct {
		name string
		file []byte
	}{{"json", json}, {"json in gzip", squeeze(b, json)}, {"csv", csv}, {"csv in gzip", squeeze(b, csv)}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var batch edgelog.Batch
			for b.Loop() {
				r := edgelog.NewReader(bytes.NewReader(c.file), edgelog.Options{})
				n := 0
				for r.Next(&batch) == nil {
					n += len(batch.Records)
				}
				if n != benchLines {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchLines, "ns/line")
			b.ReportMetric(float64(len(json))/benchLines, "B/line")
		})
	}
}

// TestReadingAllocatesNothingALine bounds what one file may allocate, whatever its
// length.
func TestReadingAllocatesNothingALine(t *testing.T) {
	for name, file := range map[string][]byte{
		"json": demo(t, demologs.NDJSON), "csv": demo(t, demologs.CSV), "gzip": squeeze(t, demo(t, demologs.NDJSON)),
	} {
		var batch edgelog.Batch
		allocations := testing.AllocsPerRun(2, func() {
			r := edgelog.NewReader(bytes.NewReader(file), edgelog.Options{})
			for r.Next(&batch) == nil {
			}
			if r.Counts().Accepted != benchLines {
				t.Fatal("not all read")
			}
		})
		if allocations > 200 {
			t.Errorf("%s: %.0f allocations for %d lines", name, allocations, benchLines)
		}
	}
}
