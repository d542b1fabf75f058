package demologs_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/demologs"
	"domicile/internal/edgelog"
)

func plan(lines int) demologs.Plan {
	return demologs.Plan{
		Seed: 42, Lines: lines, Span: 5 * time.Hour,
		Hosts: []demologs.Host{
			{Name: "www.acme.example", Sites: []string{"FRA", "AMS", "CDG", "MAD"}},
			{Name: "api.acme.example", Sites: []string{"FRA", "AMS"}, HTTP3: true},
			{Name: "shop.globex.example", Sites: []string{"EWR", "ORD", "FRA", "NRT", "SYD"}},
		},
		Violations:   []demologs.Violation{{"www.acme.example", "EWR", 7}, {"api.acme.example", "LHR", 3}},
		UnknownSites: 11, UnknownHosts: 13, Repeated: 17, Malformed: 19, Clients: 500,
	}
}

func TestTheReaderFindsExactlyWhatWasWritten(t *testing.T) {
	for name, change := range map[string]func(*demologs.Plan){
		"json":              func(*demologs.Plan) {},
		"csv":               func(p *demologs.Plan) { p.Format = demologs.CSV },
		"seconds":           func(p *demologs.Plan) { p.Clock = demologs.Unix },
		"rfc 3339":          func(p *demologs.Plan) { p.Clock = demologs.RFC3339 },
		"csv with rfc 3339": func(p *demologs.Plan) { p.Format, p.Clock = demologs.CSV, demologs.RFC3339 },
		"another seed":      func(p *demologs.Plan) { p.Seed = 7 },
	} {
		t.Run(name, func(t *testing.T) {
			p := plan(20_000)
			change(&p)
			var file bytes.Buffer
			truth, err := demologs.Write(&file, p)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(truth, read(t, &file, truth)); diff != "" {
				t.Errorf("(-written +read):\n%s", diff)
			}
			if truth.Violations < 10 || truth.Malformed != 19 || truth.Repeated != 17 || truth.Accepted != 20_000 {
				t.Errorf("planted %+v", truth)
			}
		})
	}
}

// read makes a truth of what the reader says. What no line shows is taken over.
func read(t *testing.T, file io.Reader, wrote demologs.Truth) demologs.Truth {
	t.Helper()
	got := demologs.Truth{
		Counts:     map[demologs.Cell]uint64{},
		Violations: wrote.Violations, UnknownSites: wrote.UnknownSites, UnknownHosts: wrote.UnknownHosts,
	}
	r := edgelog.NewReader(file, edgelog.Options{})
	var batch edgelog.Batch
	for {
		if err := r.Next(&batch); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for i := range batch.Records {
			rec := &batch.Records[i]
			if rec.Flags&edgelog.Repeated != 0 {
				got.Repeated++
				continue
			}
			got.Counts[demologs.Cell{Host: string(rec.Host), Site: rec.Site.String(), Hour: int64(rec.Hour())}]++
			for flag, n := range map[edgelog.Flags]*uint64{
				edgelog.CacheHit: &got.CacheHits, edgelog.TieredFill: &got.TieredFills, edgelog.CacheReserve: &got.CacheReserve,
				edgelog.Subrequest: &got.Subrequests, edgelog.O2O: &got.O2O, edgelog.HTTP3: &got.HTTP3,
			} {
				if rec.Flags&flag != 0 {
					*n++
				}
			}
			if rec.SmartRoute != 0 {
				got.Smart++
			}
			if rec.Client.Is6() {
				got.IPv6++
			}
			if rec.Origin.IsValid() {
				got.Origins++
			}
		}
	}
	c := r.Counts()
	got.Lines, got.Accepted, got.Malformed = c.Lines-c.Headers, c.Accepted, c.Malformed
	return got
}

func TestTheSameSeedWritesTheSameBytes(t *testing.T) {
	digest := func(seed uint64) string {
		p := plan(3000)
		p.Seed = seed
		h := sha256.New()
		if _, err := demologs.Write(h, p); err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(h.Sum(nil))
	}
	if digest(1) != digest(1) {
		t.Error("one seed, two files")
	}
	if digest(1) == digest(2) {
		t.Error("two seeds, one file")
	}
}

func TestLinesHaveTheSizeOfRealOnes(t *testing.T) {
	var file bytes.Buffer
	p := plan(5000)
	p.Malformed = 0
	if _, err := demologs.Write(&file, p); err != nil {
		t.Fatal(err)
	}
	if mean := file.Len() / 5000; mean < 800 || mean > 1250 {
		t.Errorf("%d bytes a line", mean)
	}
}

func TestAPlanThatCannotBeKeptIsRefused(t *testing.T) {
	for name, change := range map[string]func(*demologs.Plan){
		"no hosts":              func(p *demologs.Plan) { p.Hosts = nil },
		"a host without sites":  func(p *demologs.Plan) { p.Hosts[0].Sites = nil },
		"more planted than all": func(p *demologs.Plan) { p.Lines = 20 },
		"only repetitions":      func(p *demologs.Plan) { *p = demologs.Plan{Hosts: p.Hosts, Lines: 5, Repeated: 5} },
		"a negative number":     func(p *demologs.Plan) { p.Malformed = -1 },
	} {
		p := plan(1000)
		change(&p)
		if _, err := demologs.Write(io.Discard, p); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	p := plan(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := demologs.Write(io.Discard, p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/line")
}
