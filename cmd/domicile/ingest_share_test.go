package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/redisstore/redistest"
	"domicile/internal/residency"
)

// sharedLogs are log files that several machines see, and what they hold.
type sharedLogs struct {
	dir   string
	truth demoTruth
}

// bigLog is read first, and takes long enough to be killed in.
const bigLog = "20261101T000000Z_20261101T235959Z_a.log.gz"

func writeSharedLogs(t *testing.T, b *binary) sharedLogs {
	t.Helper()
	logs := sharedLogs{dir: filepath.Join(b.home, "logs")}
	if err := os.Mkdir(logs.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for i, name := range append([]string{bigLog}, "b.log.gz", "c.log", "d.csv", "e.log.gz", "f.log.gz", "g.log.gz") {
		lines, args := 6000, []string{"--json"}
		switch {
		case i == 0:
			lines = 60_000
		case name == "d.csv":
			args = append(args, "--csv")
		}
		args = append(args, "--plain", "--lines", fmt.Sprint(lines), "--seed", fmt.Sprint(i+1), "--from", "2026-11-01",
			"--violations", "3", "--malformed", "2", "--repeated", "4", "--unknown-hosts", "5")
		var truth demoTruth
		if err := json.Unmarshal([]byte(b.must(nil, append([]string{"demo-logs", filepath.Join(logs.dir, name)}, args...)...)), &truth); err != nil {
			t.Fatal(err)
		}
		logs.truth.Lines += truth.Lines
		logs.truth.Accepted += truth.Accepted
		logs.truth.Malformed += truth.Malformed
		logs.truth.Repeated += truth.Repeated
		logs.truth.UnknownHosts += truth.UnknownHosts
	}
	return logs
}

// reported is what a process says of the files.
type reported struct {
	Files     []ingestedFile
	Total     evidence.Counts
	Elsewhere int `json:"files_read_elsewhere"`
}

// sharing is one of several processes that read the same files.
type sharing struct {
	cmd       *exec.Cmd
	out, errs *bytes.Buffer
}

func (b *binary) share(dir string) *sharing {
	b.t.Helper()
	s := &sharing{}
	s.cmd, s.out, s.errs = b.command(nil, "ingest", dir, "--json", "--range", "1000", "--jobs", "1", "--lease", "2s")
	if err := s.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { end(s.cmd) })
	return s
}

// await waits for the process to end well, and returns what it said.
func (s *sharing) await(t *testing.T) (r reported) {
	t.Helper()
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s%s", err, s.out, s.errs)
	}
	if err := json.Unmarshal(s.out.Bytes(), &r); err != nil {
		t.Fatalf("%s: %v", s.out, err)
	}
	return r
}

func TestProcessesShareLogFilesAndOneOfThemMayDie(t *testing.T) {
	for name, tt := range map[string]struct {
		start         func(t *testing.T) string
		signal, after syscall.Signal
	}{
		"killed, on Redis":            {func(t *testing.T) string { return redistest.Start(t).Address() }, syscall.SIGKILL, 0},
		"killed, on a cluster":        {func(t *testing.T) string { return redistest.StartCluster(t).Address() }, syscall.SIGKILL, 0},
		"standing still and going on": {func(t *testing.T) string { return redistest.Start(t).Address() }, syscall.SIGSTOP, syscall.SIGCONT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := tt.start(t)
			b := newBinary(t, "DOMICILE_STORE="+address)
			logs := writeSharedLogs(t, b)
			b.must(nil, "import", b.file("demo.yaml", demoSettings(t)))
			evidenceOf := b.store(address).(atlas.EvidenceStore)

			first := b.share(logs.dir)
			redistest.Await(t, "the first ranges of the big file", func() bool { return partOf(t, evidenceOf, bigLog) > 0 })
			second, third := b.share(logs.dir), b.share(logs.dir)
			redistest.Await(t, "a file that another process read", func() bool {
				files, err := evidenceOf.Files(context.Background(), 100)
				return err == nil && slices.ContainsFunc(files, func(f evidence.File) bool { return f.Complete })
			})
			if err := first.cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			if partOf(t, evidenceOf, bigLog) < 0 {
				t.Fatal("the big file was read whole before its worker died")
			}

			reports := []reported{second.await(t), third.await(t)}
			if tt.after != 0 {
				if err := first.cmd.Process.Signal(tt.after); err != nil {
					t.Fatal(err)
				}
				reports = append(reports, first.await(t))
			}
			readOnce(t, reports)
			logs.holdIn(t, evidenceOf)
			logs.sameAsAlone(t, b, evidenceOf)

			again := b.share(logs.dir).await(t)
			for _, f := range again.Files {
				if f.Result != "recorded before" || f.Counts.Duplicate != f.Counts.Lines {
					t.Errorf("once more: %+v", f)
				}
			}
			if len(again.Files) != 7 || again.Elsewhere != 0 {
				t.Errorf("once more: %d files, %d of them elsewhere", len(again.Files), again.Elsewhere)
			}
		})
	}
}

func demoSettings(t *testing.T) []byte {
	t.Helper()
	data, _, err := demoFleet()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// partOf is how far a file is recorded; -1 for all of it.
func partOf(t *testing.T, s atlas.EvidenceStore, name string) int64 {
	t.Helper()
	files, err := s.Files(context.Background(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name == name && f.Complete {
			return -1
		} else if f.Name == name {
			return f.To
		}
	}
	return 0
}

// readOnce checks that every report tells of every file, that each was read by one
// process, and that the big one went on where it was.
func readOnce(t *testing.T, reports []reported) {
	t.Helper()
	by := map[string]int{}
	for i, r := range reports {
		if len(r.Files) != 7 {
			t.Errorf("report %d tells of %d files, want 7", i, len(r.Files))
		}
		for _, f := range r.Files {
			switch f.Result {
			case "recorded":
				by[f.Name]++
				if f.Name == bigLog && f.Counts.Duplicate < 1000 {
					t.Errorf("the big file was read from its beginning: %+v", f.Counts)
				}
			case "recorded before", "recorded elsewhere":
			default:
				t.Errorf("%+v", f)
			}
		}
	}
	for name, n := range by {
		if n > 1 {
			t.Errorf("%s was read by %d processes", name, n)
		}
	}
}

// holdIn checks that a store holds what the files do.
func (l sharedLogs) holdIn(t *testing.T, s atlas.EvidenceStore) {
	t.Helper()
	files, err := s.Files(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var sum evidence.Counts
	for _, f := range files {
		if !f.Complete || f.Damaged {
			t.Errorf("%+v", f)
		}
		sum.Add(f.Counts)
	}
	want := evidence.Counts{
		Lines: l.truth.Lines, Accepted: l.truth.Accepted - l.truth.Repeated - l.truth.UnknownHosts, Duplicate: l.truth.Repeated,
		UnknownHost: l.truth.UnknownHosts, Malformed: l.truth.Malformed, Unlocated: sum.Unlocated, UnknownSite: sum.UnknownSite,
	}
	if diff := cmp.Diff(want, sum); len(files) != 7 || diff != "" {
		t.Errorf("%d files (-truth +kept):\n%s", len(files), diff)
	}
	var events uint64
	for _, o := range observed(t, s) {
		if o.Category == residency.Content && o.Activity == residency.Process && o.Kinds&evidence.SecondPlace == 0 {
			events += o.Count
		}
	}
	if events != want.Accepted {
		t.Errorf("%d events are observed, the truth is %d", events, want.Accepted)
	}
}

// sameAsAlone checks that one process alone observes the same in the same files.
func (l sharedLogs) sameAsAlone(t *testing.T, b *binary, s atlas.EvidenceStore) {
	t.Helper()
	alone := newBinary(t)
	alone.must(nil, "ingest", "--demo", l.dir)
	if diff := cmp.Diff(observed(t, alone.store("").(atlas.EvidenceStore)), observed(t, s)); diff != "" {
		t.Errorf("(-alone +shared):\n%.5000s", diff)
	}
}

func observed(t *testing.T, s atlas.EvidenceStore) []evidence.Row {
	t.Helper()
	customers, err := s.(atlas.SeenStore).SeenCustomers(t.Context(), time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var out []evidence.Row
	for _, c := range customers {
		all, err := s.Observations(t.Context(), c, time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			out = append(out, evidence.Row{Customer: c, Observation: o})
		}
	}
	return out
}
