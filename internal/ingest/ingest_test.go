package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/demologs"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
	"domicile/internal/residency"
)

// counted is what the counts of a file must be.
func counted(truth demologs.Truth) evidence.Counts {
	return evidence.Counts{
		Lines: truth.Lines, Accepted: truth.Accepted - truth.UnknownHosts - truth.Repeated, Duplicate: truth.Repeated, UnknownHost: truth.UnknownHosts, Malformed: truth.Malformed,
	}
}

// essentials leaves out what the generator does not count.
func essentials(c evidence.Counts) evidence.Counts {
	c.UnknownSite, c.Unlisted, c.Unlocated = 0, 0, 0
	return c
}

func TestTheCountsAreTheGeneratorsTruth(t *testing.T) {
	for name, change := range map[string]func(*demologs.Plan){
		"two hundred thousand lines": func(p *demologs.Plan) { *p = plan(200_000) },
		"csv":                        func(p *demologs.Plan) { p.Format = demologs.CSV },
		"seconds":                    func(p *demologs.Plan) { p.Clock = demologs.Unix },
		"rfc 3339 in csv":            func(p *demologs.Plan) { p.Format, p.Clock = demologs.CSV, demologs.RFC3339 },
		"many days":                  func(p *demologs.Plan) { p.Span = 20 * 24 * time.Hour },
	} {
		t.Run(name, func(t *testing.T) {
			p := plan(10_000)
			change(&p)
			path, truth := logFile(t, p, "log.gz")
			s := store(t, t.TempDir())
			in := setup(t, s, func(c *ingest.Config) { c.DB = countries(t); c.Options.Lines = 30_000 })
			res, err := in.File(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(counted(truth), essentials(res.Counts)); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			if res.Counts.UnknownSite != truth.UnknownSites {
				t.Errorf("%d lines of unknown sites, want %d", res.Counts.UnknownSite, truth.UnknownSites)
			}
			if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
				t.Errorf("observations (-want +got):\n%s", diff)
			}
			file, found, err := s.File(t.Context(), res.Digest)
			if err != nil || !found || !file.Complete || file.Counts != res.Counts {
				t.Errorf("the store has %+v, %t, %v", file, found, err)
			}
		})
	}
}

func TestKindsAreToldApart(t *testing.T) {
	p := plan(30_000)
	p.UnknownHosts = 0
	path, truth := logFile(t, p, "log.gz")
	s := store(t, t.TempDir())
	if _, err := setup(t, s, nil).File(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[evidence.Kinds]uint64{
		0: truth.Accepted - truth.Repeated, evidence.Subrequest: truth.Subrequests, evidence.TieredFill: truth.TieredFills, evidence.CacheReserve: truth.CacheReserve,
		evidence.O2O: truth.O2O, evidence.HTTP3: truth.HTTP3, evidence.UnknownSite: truth.UnknownSites,
	} {
		if got := sums(t, s, kind); got != want {
			t.Errorf("%s: %d, want %d", kind, got, want)
		}
	}
	all, err := s.Observations(t.Context(), "acme", anytime, anytime)
	if err != nil {
		t.Fatal(err)
	}
	seconds := map[evidence.Kinds]bool{}
	for _, o := range all {
		if k := o.Kinds & evidence.SecondPlace; k != 0 {
			seconds[k] = true
			if !strings.HasPrefix(o.Site, "#") || o.Kinds&evidence.UnknownSite == 0 {
				t.Errorf("a second place is %q, %s", o.Site, o.Kinds)
			}
		}
	}
	if !seconds[evidence.UpperTier] || !seconds[evidence.SmartRoute] {
		t.Errorf("second places: %v", seconds)
	}
}

func TestAReplayCountsNothing(t *testing.T) {
	path, truth := logFile(t, plan(5000), "log.gz")
	s := store(t, t.TempDir())
	in := setup(t, s, nil)
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first, err := in.File(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := stored(t, s)
	for name, again := range map[string]func() (*ingest.Result, error){
		"the same file": func() (*ingest.Result, error) { return in.File(t.Context(), path) },
		"a copy":        func() (*ingest.Result, error) { return whole(t, in, "copy.gz", body) },
		"as a stream":   func() (*ingest.Result, error) { return in.Stream(t.Context(), "-", bytes.NewReader(body)) },
	} {
		res, err := again()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if res.Counts != (evidence.Counts{Lines: truth.Lines, Duplicate: truth.Lines}) || res.Digest != first.Digest {
			t.Errorf("%s: %+v", name, res.Counts)
		}
		if diff := cmp.Diff(want, stored(t, s)); diff != "" {
			t.Errorf("%s changed what is stored:\n%s", name, diff)
		}
	}
}

func TestAStreamCountsAsTheFileDoes(t *testing.T) {
	path, truth := logFile(t, plan(5000), "log.gz")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := store(t, t.TempDir())
	res, err := setup(t, s, nil).Stream(t.Context(), "-", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(counted(truth), essentials(res.Counts)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every line that a killed run recorded counts once, wherever it was killed.
func TestAFileGoesOnWhereItBrokeOff(t *testing.T) {
	path, truth := logFile(t, plan(20_000), "log.gz")
	s := store(t, t.TempDir())
	errDisk := errors.New("disk full")
	for n := 1; ; n++ {
		flaky := &failing{EvidenceStore: s, after: 2, err: errDisk}
		res, err := setup(t, flaky, func(c *ingest.Config) { c.Options.Lines = 1500 }).File(t.Context(), path)
		if errors.Is(err, errDisk) && n < 100 {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		c := res.Counts
		if n < 4 || c.Duplicate == 0 || c.Lines != truth.Lines || c.Check() != nil {
			t.Errorf("after %d runs: %+v", n, c)
		}
		break
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// failing is a store that records some batches and then fails.
type failing struct {
	atlas.EvidenceStore
	after int
	err   error
}

func (f *failing) Record(ctx context.Context, b atlas.EvidenceBatch) error {
	if f.after--; f.after < 0 {
		return f.err
	}
	return f.EvidenceStore.Record(ctx, b)
}

func TestADamagedFileKeepsWhatCameBefore(t *testing.T) {
	path, truth := logFile(t, plan(20_000), "log.gz")
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := store(t, t.TempDir())
	in := setup(t, s, func(c *ingest.Config) { c.Options.Lines = 3000 })
	last := uint64(0)
	for _, cut := range []int{len(all) / 3, len(all) / 3, len(all) / 2} {
		res, err := whole(t, in, "cut.gz", all[:cut])
		if err != nil {
			t.Fatal(err)
		}
		c := res.Counts
		if !res.Damaged || c.Lines == 0 || c.Lines < last || c.Lines >= truth.Lines || c.Duplicate < last || c.Duplicate > last+truth.Repeated || c.Check() != nil {
			t.Errorf("%+v after %d lines, damaged %t", c, last, res.Damaged)
		}
		last = c.Lines
	}
	// The whole file, fetched again, counts what was recorded once.
	res, err := whole(t, in, "log.gz", all)
	if err != nil || res.Damaged || res.Counts.Duplicate == 0 || res.Counts.Lines != truth.Lines {
		t.Errorf("%+v, %v", res, err)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := in.Stream(t.Context(), "-", bytes.NewReader(all[:len(all)/4])); !errors.Is(err, edgelog.ErrDamaged) {
		t.Errorf("a stream that breaks off: %v", err)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("a stream that breaks off left (-want +got):\n%s", diff)
	}
}

func TestAFieldNeverSeenBeforeChangesNothing(t *testing.T) {
	line := `{"EdgeStartTimestamp":1793491200000000000,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":"198.51.100.7"}`
	odd := strings.Replace(line, `{`, `{"QuantumFlux":{"a":[1,{"b":"}"}]},"Größe":null,`, 1)
	s := store(t, t.TempDir())
	res, err := whole(t, setup(t, s, nil), "x", []byte(line+"\n"+odd+"\n"+line))
	if err != nil || res.Counts.Accepted != 3 || res.Dataset != edgelog.HTTPRequests {
		t.Fatalf("%+v, %v", res, err)
	}
	if got := sums(t, s, 0); got != 3 {
		t.Errorf("%d events", got)
	}
}

// A request and its Worker's subrequests are one line and several events.
func TestSubrequestsThatALineHoldsAreEvidence(t *testing.T) {
	line := `{"RayID":"8e0f1a2b3c4d5e6f","EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":"198.51.100.77",` +
		`"Subrequests":[{"RayID":"8e0f1a2b3c4d5e70","EdgeColoCode":"EWR","ClientRequestHost":"api.acme.example","OriginIP":"192.0.2.4"},` +
		`{"RayID":"8e0f1a2b3c4d5e71","EdgeColoCode":"FRA","ClientRequestHost":"elsewhere.example"},{"EdgeResponseStatus":200}]}` + "\n"
	s := store(t, t.TempDir())
	res, err := whole(t, setup(t, s, nil), "merged.ndjson", []byte(line+line))
	if err != nil || res.Counts != (evidence.Counts{Lines: 2, Accepted: 1, Duplicate: 1, Unlocated: 1}) {
		t.Errorf("%+v, %v: want two lines", res, err)
	}
	hour := int64(1793491200 / 3600)
	want := map[hostAt]uint64{{Host: "www.acme.example", Site: "FRA", Hour: hour}: 1, {Host: "api.acme.example", Site: "EWR", Hour: hour}: 1}
	if diff := cmp.Diff(want, stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := sums(t, s, evidence.Subrequest); n != 1 {
		t.Errorf("%d events are a Worker's", n)
	}
	if n := forwards(t, s); n != 1 {
		t.Errorf("%d onward transfers", n)
	}
}

func TestWhatTriesOutADestinationIsNoLog(t *testing.T) {
	s := store(t, t.TempDir())
	in := setup(t, s, nil)
	for name, text := range map[string][]byte{
		"test.txt.gz": zipped(t, `{"content":"tests"}`), "test.json": []byte(`{"content":"tests"}`), "challenge.log": []byte("eyJhbGciOiJIUzI1NiJ9.eyJkZXN0.c2lnbmF0dXJl\n"),
	} {
		if res, err := whole(t, in, name, text); err != nil || !res.Probe {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
	if files, err := s.Files(t.Context(), 10); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
	if res, err := whole(t, in, "a.log", []byte(oneLine)); err != nil || res.Probe || res.Counts.Accepted != 1 {
		t.Errorf("a log of one line: %+v, %v", res, err)
	}
}

func TestHostsFindTheClosestScope(t *testing.T) {
	at := func(host string) string {
		return `{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"` + host + `"}` + "\n"
	}
	for _, tt := range []struct {
		host string
		want residency.Scope
	}{
		{"www.acme.example", residency.Scope{Kind: residency.HostnameScope, Name: "www.acme.example"}},
		{"WWW.Acme.Example.:443", residency.Scope{Kind: residency.HostnameScope, Name: "www.acme.example"}},
		{"eu.shop.acme.example", residency.Scope{Kind: residency.HostnameScope, Name: "*.shop.acme.example"}},
		{"a.eu.shop.acme.example", residency.Scope{Kind: residency.ZoneScope, Name: "acme.example"}},
		{"shop.acme.example", residency.Scope{Kind: residency.ZoneScope, Name: "acme.example"}},
		{"acme.example", residency.Scope{Kind: residency.ZoneScope, Name: "acme.example"}},
		{"notacme.example", residency.Scope{}},
		{"example", residency.Scope{}},
		{"acme.example.evil.invalid", residency.Scope{}},
		{"203.0.113.9", residency.Scope{}},
	} {
		t.Run(tt.host, func(t *testing.T) {
			s := store(t, t.TempDir())
			res, err := whole(t, setup(t, s, nil), "x", []byte(at(tt.host)))
			if err != nil {
				t.Fatal(err)
			}
			all, err := s.Observations(t.Context(), "acme", anytime, anytime)
			if err != nil {
				t.Fatal(err)
			}
			var got residency.Scope
			if len(all) > 0 {
				got = all[0].Scope
			}
			if got != tt.want || (res.Counts.UnknownHost == 1) != (tt.want == residency.Scope{}) {
				t.Errorf("%v, %+v", got, res.Counts)
			}
		})
	}
}

func TestALogOfOneCustomerLosesNoLine(t *testing.T) {
	svc := service(t, fleet)
	index, err := ingest.NewIndex(context.Background(), svc.State(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	s := store(t, t.TempDir())
	lines := `{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example"}
{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"EWR","ClientRequestHost":"forgotten.example"}
{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"LHR","ClientRequestHost":""}
`
	res, err := whole(t, setup(t, s, func(c *ingest.Config) { c.Index = index }), "x", []byte(lines))
	if err != nil || res.Counts.Accepted != 3 || res.Counts.Unlisted != 1 {
		t.Fatalf("%+v, %v", res.Counts, err)
	}
	all, err := s.Observations(t.Context(), "acme", anytime, anytime)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if unlisted := o.Site == "EWR"; (o.Kinds&evidence.Unlisted != 0) != unlisted || (o.Scope.Kind == residency.AccountScope) != (o.Site != "FRA") {
			t.Errorf("%v at %s: %s", o.Scope, o.Site, o.Kinds)
		}
	}
	if _, err := ingest.NewIndex(context.Background(), svc.State(), "nobody"); !errors.Is(err, ingest.ErrCustomer) {
		t.Errorf("a customer that is not there: %v", err)
	}
}

func TestADatasetWithoutSitesIsNotRead(t *testing.T) {
	s := store(t, t.TempDir())
	res, err := whole(t, setup(t, s, nil), "x", []byte(`{"Datetime":"2026-11-01T00:00:00Z","URL":"https://a.example/","SourceIP":"198.51.100.7","HTTPHost":"a.example","HTTPMethod":"GET"}`))
	if err != nil || !res.NoSites {
		t.Fatalf("%+v, %v", res, err)
	}
	if files, err := s.Files(t.Context(), 10); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
}

func TestTheNameOfAFileSaysWhatItCovers(t *testing.T) {
	line := `{"EdgeStartTimestamp":"2026-11-01T00:02:00Z","EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example"}`
	for name, want := range map[string]uint64{
		"20261101T000000Z_20261101T000459Z_5d0e.log.gz": 0b11111,
		"20261101T000000Z_20261101T000430Z.log":         0b1111,
		"20261101T000500Z_20261101T000000Z_x.log":       0b100,
		"20261101T000000Z_20281101T000000Z_x.log":       0b100,
		"log.gz": 0b100,
	} {
		s := store(t, t.TempDir())
		if _, err := whole(t, setup(t, s, nil), name, zipped(t, line)); err != nil {
			t.Fatal(err)
		}
		got, err := s.Coverage(t.Context(), "acme", anytime, anytime)
		if err != nil || len(got) != 1 || got[0].Minutes != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestAFaultNamesTheFileAndNotItsContent(t *testing.T) {
	s := store(t, t.TempDir())
	in := setup(t, s, func(c *ingest.Config) { c.MaxBytes = 1000 })
	for name, body := range map[string]string{
		"not a log":  "198.51.100.7 - - GET /\n" + strings.Repeat("198.51.100.7 - - GET /\n", 30),
		"a zip file": "PK\x03\x04 198.51.100.7",
		"too large":  strings.Repeat(`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientIP":"198.51.100.7"}`+"\n", 50),
	} {
		_, err := whole(t, in, "some.log", []byte(body))
		if err == nil || !strings.Contains(err.Error(), "some.log") || strings.Contains(err.Error(), "198.51") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := in.Stream(t.Context(), "-", io.MultiReader(strings.NewReader("{"), errReader{})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a stream that fails: %v", err)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
