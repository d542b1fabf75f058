package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
	"domicile/internal/residency"
)

// knowing is an ingester that knows the names of some settings.
func knowing(t testing.TB, s atlas.EvidenceStore, fleet, only string, change func(*ingest.Config)) *ingest.Ingester {
	t.Helper()
	index, err := ingest.NewIndex(t.Context(), service(t, fleet).State(), only)
	if err != nil {
		t.Fatal(err)
	}
	return setup(t, s, func(c *ingest.Config) {
		c.Index = index
		if change != nil {
			change(c)
		}
	})
}

// requests is a log of one request for each host, at Newark.
func requests(hosts ...string) []byte {
	var b bytes.Buffer
	for i, h := range hosts {
		fmt.Fprintf(&b, `{"EdgeStartTimestamp":%d,"EdgeColoCode":"EWR","ClientRequestHost":%q,"OriginIP":"192.0.2.1"}`+"\n", 1793523600+int64(i), h)
	}
	return b.Bytes()
}

// seenOf are the events of content processed that are kept of a customer, by scope.
func seenOf(t testing.TB, s atlas.EvidenceStore, customer string) map[string]uint64 {
	t.Helper()
	all, err := s.Observations(context.Background(), customer, anytime, anytime)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]uint64{}
	for _, o := range all {
		if o.Category == residency.Content && o.Activity == residency.Process {
			out[o.Scope.Name] += o.Count
		}
	}
	return out
}

func settingsOf(customer string, zones ...string) string {
	text := "customer: " + customer + "\neffective: 2026-01-01\nproducts: [cdn]\nzones:\n"
	for _, z := range zones {
		text += "  - {name: " + z + ", hostnames: [{name: www." + z + "}], certificates: []}\n"
	}
	return text
}

// What nobody had, and what is somebody's now, is counted when the log is read again;
// what was counted is not counted again.
func TestALogIsReadAgainWhereMoreNamesAreKnown(t *testing.T) {
	log := requests("www.one.example", "www.two.example", "www.one.example", "x.two.example", "www.other.example")
	steps := []struct {
		fleet, only string
		counts      evidence.Counts
		acme, other map[string]uint64
	}{
		{settingsOf("nobody", "nobody.example"), "", evidence.Counts{Lines: 5, UnknownHost: 5}, map[string]uint64{}, map[string]uint64{}},
		{settingsOf("acme", "one.example"), "", evidence.Counts{Lines: 5, Accepted: 2, UnknownHost: 3}, map[string]uint64{"www.one.example": 2}, map[string]uint64{}},
		{settingsOf("acme", "one.example"), "", evidence.Counts{Lines: 5, Duplicate: 5}, map[string]uint64{"www.one.example": 2}, map[string]uint64{}},
		{settingsOf("acme", "one.example", "two.example"), "", evidence.Counts{Lines: 5, Accepted: 2, Duplicate: 2, UnknownHost: 1},
			map[string]uint64{"www.one.example": 2, "www.two.example": 1, "two.example": 1}, map[string]uint64{}},
		{settingsOf("acme", "one.example", "two.example") + "---\n" + settingsOf("other", "other.example", "one.example"), "",
			evidence.Counts{Lines: 5, Accepted: 3, Duplicate: 2}, map[string]uint64{"www.one.example": 2, "www.two.example": 1, "two.example": 1},
			map[string]uint64{"www.other.example": 1, "www.one.example": 2}},
		{settingsOf("acme", "one.example", "two.example"), "acme", evidence.Counts{Lines: 5, Accepted: 1, Duplicate: 4, Unlisted: 1},
			map[string]uint64{"www.one.example": 2, "www.two.example": 1, "two.example": 1, "": 1}, map[string]uint64{"www.other.example": 1, "www.one.example": 2}},
	}
	for name, read := range map[string]func(*ingest.Ingester) (*ingest.Result, error){
		"a file": func(in *ingest.Ingester) (*ingest.Result, error) { return whole(t, in, "log", log) },
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t, t.TempDir())
			for i, step := range steps {
				res, err := read(knowing(t, s, step.fleet, step.only, nil))
				if err != nil {
					t.Fatal(err)
				}
				got := res.Counts
				got.Unlocated = 0
				if diff := cmp.Diff(step.counts, got); diff != "" {
					t.Errorf("step %d (-want +got):\n%s", i, diff)
				}
				if diff := cmp.Diff([]map[string]uint64{step.acme, step.other}, []map[string]uint64{seenOf(t, s, "acme"), seenOf(t, s, "other")}); diff != "" {
					t.Errorf("step %d, observed (-want +got):\n%s", i, diff)
				}
			}
			transfers, err := s.Transfers(t.Context(), "acme", anytime, anytime)
			if err != nil || len(transfers) != 4 || transfers[1].Count+transfers[2].Count+transfers[3].Count+transfers[0].Count != 5 {
				t.Errorf("onward transfers: %+v, %v", transfers, err)
			}
		})
	}
}

func TestAStreamIsReadAgainWhereMoreNamesAreKnown(t *testing.T) {
	log := requests("www.one.example", "www.two.example", "www.one.example")
	s := store(t, t.TempDir())
	for i, step := range []struct {
		fleet    string
		accepted uint64
		want     map[string]uint64
	}{
		{settingsOf("nobody", "nobody.example"), 0, map[string]uint64{}},
		{settingsOf("acme", "one.example"), 2, map[string]uint64{"www.one.example": 2}},
		{settingsOf("acme", "one.example"), 0, map[string]uint64{"www.one.example": 2}},
		{settingsOf("acme", "one.example", "two.example"), 3, map[string]uint64{"www.one.example": 2, "www.two.example": 1}},
		{settingsOf("acme", "one.example") + "---\n" + settingsOf("third", "third.example"), 0, map[string]uint64{"www.one.example": 2, "www.two.example": 1}},
	} {
		res, err := knowing(t, s, step.fleet, "", nil).Stream(t.Context(), "-", bytes.NewReader(log))
		if err != nil || res.Counts.Accepted != step.accepted || res.Counts.Lines != 3 {
			t.Fatalf("step %d: %+v, %v", i, res, err)
		}
		if diff := cmp.Diff(step.want, seenOf(t, s, "acme")); diff != "" {
			t.Errorf("step %d (-want +got):\n%s", i, diff)
		}
	}
}

// A wrong word about a file is not the last one.
func TestAFileReadAsAnotherDatasetIsReadAgain(t *testing.T) {
	s := store(t, t.TempDir())
	log := []byte("EdgeStartTimestamp,EdgeColoCode,ClientRequestHost\n1793523600,EWR,www.one.example\n")
	rows := log[bytes.IndexByte(log, '\n')+1:]
	wrong := knowing(t, s, settingsOf("acme", "one.example"), "", func(c *ingest.Config) {
		c.Fields = []string{"ClientRequestHost", "EdgeColoCode", "EdgeStartTimestamp"}
	})
	res, err := whole(t, wrong, "log.csv", rows)
	if err != nil || res.Counts.Accepted != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	right := knowing(t, s, settingsOf("acme", "one.example"), "", func(c *ingest.Config) {
		c.Fields = []string{"EdgeStartTimestamp", "EdgeColoCode", "ClientRequestHost"}
	})
	if res, err = whole(t, right, "log.csv", rows); err != nil || res.Counts.Accepted != 1 || seenOf(t, s, "acme")["www.one.example"] != 1 {
		t.Errorf("%+v, %v, %v", res, err, seenOf(t, s, "acme"))
	}
}

// Wherever a run breaks off, and whoever goes on, every line of every name counts once.
func TestNamesThatComeBetweenBrokenRunsCountOnce(t *testing.T) {
	path, truth := logFile(t, plan(20_000), "log.gz")
	s := store(t, t.TempDir())
	errDisk := errors.New("disk full")
	acme, globex, _ := strings.Cut(fleet, "---")
	small := func(c *ingest.Config) { c.Options.Lines = 1500 }
	read := func(fleet string, after int) error {
		_, err := knowing(t, &failing{EvidenceStore: s, after: after, err: errDisk}, fleet, "", small).File(t.Context(), path)
		return err
	}
	for i, step := range []struct {
		fleet string
		after int
	}{{acme, 4}, {fleet, 2}, {globex, 6}, {acme, 3}, {fleet, 8}, {fleet, 3}} {
		if err := read(step.fleet, step.after); !errors.Is(err, errDisk) {
			t.Fatalf("run %d: %v", i, err)
		}
	}
	if err := read(fleet, 1000); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	res, err := knowing(t, s, fleet, "", small).File(t.Context(), path)
	if err != nil || res.Counts.Duplicate != res.Counts.Lines {
		t.Errorf("once more: %+v, %v", res, err)
	}
}

func TestADamagedFileIsFollowedByOneThatKnowsMoreNames(t *testing.T) {
	path, truth := logFile(t, plan(20_000), "log.gz")
	all := readFile(t, path)
	s := store(t, t.TempDir())
	acme, _, _ := strings.Cut(fleet, "---")
	if res, err := whole(t, knowing(t, s, acme, "", nil), "log.gz", all[:len(all)/2]); err != nil || !res.Damaged {
		t.Fatalf("%+v, %v", res, err)
	}
	res, err := whole(t, knowing(t, s, fleet, "", nil), "log.gz", all)
	if err != nil || res.Damaged || res.Counts.Lines != truth.Lines || res.Counts.Check() != nil {
		t.Errorf("%+v, %v", res, err)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A pipe is read once, and what it held is known when it comes as a file.
func TestAPipeIsReadAsAStream(t *testing.T) {
	path, truth := logFile(t, plan(5000), "log.gz")
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	s := store(t, t.TempDir())
	in := setup(t, s, nil)
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(pipe, readFile(t, path), 0o600) }()
	res, err := in.File(t.Context(), pipe)
	if err != nil || res.Counts.Lines != truth.Lines || res.Counts.Accepted == 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
	again, err := in.File(t.Context(), path)
	if err != nil || again.Digest != res.Digest || again.Counts.Duplicate != truth.Lines {
		t.Errorf("as a file: %+v, %v", again, err)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNobodyWaitsForAPipeLongerThanTheContext(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	in := setup(t, store(t, t.TempDir()), nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := in.File(ctx, pipe); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody writes: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	held := make(chan *os.File, 1)
	go func() {
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
		}
		held <- f
		cancel()
	}()
	if _, err := in.File(ctx, pipe); !errors.Is(err, context.Canceled) {
		t.Errorf("somebody holds it and writes nothing: %v", err)
	}
	(<-held).Close()
}

// changing is a store while which is asked about a file, the file changes.
type changing struct {
	atlas.EvidenceStore
	change func()
}

func (c *changing) File(ctx context.Context, d evidence.Digest) (evidence.File, bool, error) {
	c.change()
	return c.EvidenceStore.File(ctx, d)
}

func TestAFileThatChangesWhileItIsReadIsNotComplete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	before, after := requests("www.acme.example", "api.acme.example"), requests("www.other.example", "www.acme.example")
	s := store(t, t.TempDir())
	in := setup(t, &changing{s, func() {
		if err := os.WriteFile(path, after, 0o600); err != nil {
			t.Error(err)
		}
	}}, nil)
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := in.File(t.Context(), path); !errors.Is(err, ingest.ErrChanged) {
		t.Fatalf("error = %v", err)
	}
	for _, content := range [][]byte{before, after} {
		res, err := whole(t, setup(t, s, nil), "log", content)
		if err != nil || res.Counts.Duplicate != 0 || res.Counts.Accepted == 0 {
			t.Errorf("%+v, %v", res, err)
		}
	}
}

// A file that grows is read as far as it was named.
func TestAFileThatGrowsIsReadAsFarAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	before := requests("www.acme.example", "api.acme.example")
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	s := store(t, t.TempDir())
	in := setup(t, &changing{s, func() {
		if err := os.WriteFile(path, append(before, before...), 0o600); err != nil {
			t.Error(err)
		}
	}}, nil)
	res, err := in.File(t.Context(), path)
	if err != nil || res.Counts.Lines != 2 || res.Counts.Accepted != 2 {
		t.Errorf("%+v, %v", res, err)
	}
}

// A log that somebody appends to is read from where it ended, whatever it ended with.
func TestALogThatGrewGoesOnWhereItEnded(t *testing.T) {
	log := requests("www.acme.example", "api.acme.example", "www.acme.example", "api.acme.example", "www.acme.example")
	line := bytes.IndexByte(log, '\n') + 1
	for name, tt := range map[string]struct {
		cuts []int
		pack bool
	}{
		"at the end of a line":           {[]int{2 * line, 3 * line}, false},
		"before the newline":             {[]int{2*line - 1, 4*line - 1}, false},
		"within a line":                  {[]int{2*line - 5, 2*line + 1, 3*line - 2}, false},
		"by a member of gzip at the end": {[]int{2 * line, 3 * line}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := store(t, t.TempDir())
			in := setup(t, s, nil)
			var body []byte
			from, total := 0, uint64(0)
			for _, cut := range append(tt.cuts, len(log)) {
				if tt.pack {
					body = append(body, zipped(t, string(log[from:cut]))...)
				} else {
					body = log[:cut]
				}
				from = cut
				res, err := whole(t, in, "access.log", body)
				if err != nil {
					t.Fatal(err)
				}
				total += res.Counts.Accepted
				if err := res.Counts.Check(); err != nil {
					t.Error(err)
				}
			}
			want := map[string]uint64{"www.acme.example": 3, "api.acme.example": 2}
			if diff := cmp.Diff(want, seenOf(t, s, "acme")); diff != "" || total != 5 {
				t.Errorf("%d lines, (-want +got):\n%s", total, diff)
			}
			if res, err := whole(t, in, "another.log", body); err != nil || res.Counts.Accepted != 0 {
				t.Errorf("the whole under another name: %+v, %v", res, err)
			}
		})
	}
}

// Whose a moved name was when is corrected by recording the settings anew: what is the
// customer's then is counted, though the log was read before.
func TestALogIsReadAgainWhereANameMovedOnAnotherDay(t *testing.T) {
	const zone = "\nproducts: [cdn]\nzones: [{name: moved.example, hostnames: [{name: www.moved.example}], certificates: []}]\n"
	const gone = "\nproducts: [cdn]\nzones: []\n"
	history := []string{"customer: old\neffective: 2026-01-01" + zone, "customer: old\neffective: 2026-11-20" + gone, "customer: new\neffective: 2026-11-20" + zone}
	corrected := append(slices.Clone(history), "customer: old\neffective: 2026-10-01"+gone, "customer: new\neffective: 2026-10-01"+zone)
	s := store(t, t.TempDir())
	log := requests("www.moved.example") // of 2026-11-01
	for i, step := range []struct {
		history  []string
		old, new uint64
	}{{history[:1], 1, 0}, {history, 1, 0}, {history, 1, 0}, {corrected, 1, 1}, {corrected, 1, 1}} {
		index, err := ingest.NewIndex(t.Context(), recorded(t, step.history...).State(), "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := whole(t, setup(t, s, func(c *ingest.Config) { c.Index = index }), "log", log); err != nil {
			t.Fatal(err)
		}
		if old, now := seenOf(t, s, "old")["www.moved.example"], seenOf(t, s, "new")["www.moved.example"]; old != step.old || now != step.new {
			t.Errorf("step %d: of the old %d, of the new %d; want %d, %d", i, old, now, step.old, step.new)
		}
	}
}

// Of a name that several have, a file that broke off covers the zone, and not its days.
func TestWhatGoesOnCoversTheZoneOfASharedName(t *testing.T) {
	const zone = "\nproducts: [cdn]\nzones: [{name: both.example, hostnames: [{name: www.both.example}], certificates: []}]\n"
	index, err := ingest.NewIndex(t.Context(), recorded(t, "customer: one\neffective: 2026-01-01"+zone, "customer: two\neffective: 2026-01-01"+zone).State(), "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "20261101T000000Z_20261101T235959Z_a.log")
	var log []byte
	for range 600 {
		log = append(log, requests("www.both.example")...)
	}
	if err := os.WriteFile(path, log, 0o600); err != nil {
		t.Fatal(err)
	}
	s := store(t, t.TempDir())
	broken := errors.New("broken")
	read := func(after int) error {
		_, err := setup(t, &failing{EvidenceStore: s, after: after, err: broken}, func(c *ingest.Config) { c.Index, c.Options.Lines = index, 256 }).File(t.Context(), path)
		return err
	}
	if err := read(1); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if err := read(10); err != nil {
		t.Fatal(err)
	}
	for _, customer := range []string{"one", "two"} {
		seen, err := s.Coverage(t.Context(), customer, anytime, anytime)
		hours := 0
		for _, x := range seen {
			if x.Root == "both.example" && x.Minutes == evidence.WholeHour {
				hours++
			} else if x.Root != "" {
				t.Errorf("%s: %+v", customer, x)
			}
		}
		if err != nil || hours != 24 {
			t.Errorf("%s: %d hours, %v", customer, hours, err)
		}
	}
}
