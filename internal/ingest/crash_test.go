package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/ingest"
)

// The environment tells the test binary to be a process that ingests a file, in
// small ranges, until it is done or killed.
const (
	crashFile = "INGEST_TEST_FILE"
	crashDir  = "INGEST_TEST_DIR"
)

func TestMain(m *testing.M) {
	if os.Getenv(crashFile) == "" {
		os.Exit(m.Run())
	}
	if err := ingestAlone(os.Getenv(crashFile), os.Getenv(crashDir)); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// ingestAlone says "recorded" after each range and "done" at the end.
func ingestAlone(path, dir string) error {
	ctx := context.Background()
	s, err := embedded.Open(ctx, dir, embedded.Options{})
	if err != nil {
		return err
	}
	svc := service(&testing.T{}, fleet)
	index, err := ingest.NewIndex(context.Background(), svc.State(), "")
	if err != nil {
		return err
	}
	in, err := ingest.New(ingest.Config{
		Index: index, Footprint: svc.State().Reference.Footprint, Store: telling{s}, Clock: clock, Options: ingest.Options{Lines: 700},
	})
	if err != nil {
		return err
	}
	if _, err := in.File(ctx, path); err != nil {
		return err
	}
	fmt.Println("done")
	return s.Close()
}

// telling is a store that says so when it has recorded.
type telling struct{ atlas.EvidenceStore }

func (s telling) Record(ctx context.Context, b atlas.EvidenceBatch) error {
	err := s.EvidenceStore.Record(ctx, b)
	fmt.Println("recorded", b.To)
	return err
}

func TestAKilledRunIsTakenUpAndCountsOnce(t *testing.T) {
	p := plan(40_000)
	p.Repeated = 900
	p.UnknownHosts = 0
	path, truth := logFile(t, p, "log.gz")
	dir := t.TempDir()
	kills, done := 0, false
	for range 200 {
		if done = runAndKill(t, path, dir, 1+rand.IntN(8)); done {
			break
		}
		kills++
	}
	if !done || kills < 5 {
		t.Fatalf("%d kills, done %t", kills, done)
	}
	s := store(t, dir)
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("after %d kills (-want +got):\n%s", kills, diff)
	}
	if got := forwards(t, s); got != truth.Origins {
		t.Errorf("%d onward transfers, want %d", got, truth.Origins)
	}
	res, err := setup(t, s, nil).File(t.Context(), path)
	if err != nil || res.Counts.Duplicate != truth.Lines {
		t.Errorf("%+v, %v", res, err)
	}
	file, _, err := s.File(t.Context(), res.Digest)
	if diff := cmp.Diff(counted(truth), essentials(file.Counts)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// runAndKill ingests in a process of its own and kills it soon after some ranges
// were recorded; it reports whether the process was done before.
func runAndKill(t *testing.T, path, dir string, after int) (done bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), crashFile+"="+path, crashDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch {
		case strings.HasPrefix(lines.Text(), "error"):
			t.Error(lines.Text())
		case lines.Text() == "done":
			done = true
		}
		if after--; after == 0 {
			time.AfterFunc(rand.N(4*time.Millisecond), func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the run failed: %v", err)
	}
	return done
}
