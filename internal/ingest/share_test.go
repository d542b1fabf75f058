package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/demologs"
	"domicile/internal/ingest"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// told is what a process was told of its files, by name, with the directory.
type told struct {
	mu    sync.Mutex
	files map[string]string
}

func (w *told) tell(path string, o *ingest.Outcome, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
	is := "read"
	switch {
	case err != nil:
		is = "failed: " + err.Error()
	case o.Before:
		is = "before"
	case o.Worker != "":
		is = "by " + o.Worker
	}
	if w.files[name] != "" {
		is = w.files[name] + " and " + is
	}
	w.files[name] = is
}

func openRedis(t *testing.T, at *redistest.Server) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), at.Address(), redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// share reads files with others, under a lease that no test outlives.
func share(ctx context.Context, t *testing.T, in *ingest.Ingester, s atlas.WorkStore, worker string, paths ...string) (map[string]string, error) {
	t.Helper()
	w := told{files: map[string]string{}}
	err := in.Share(ctx, ingest.Sharing{Store: s, Worker: worker, Lease: time.Hour}, paths, 2, w.tell)
	return w.files, err
}

// place puts a file under directories.
func place(t *testing.T, path string, under ...string) (paths []string) {
	t.Helper()
	for _, u := range under {
		to := filepath.Join(t.TempDir(), u)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, readFile(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, to)
	}
	return paths
}

func seeded(seed uint64, lines int) demologs.Plan {
	p := plan(lines)
	p.Seed = seed
	return p
}

func TestProcessesWithDifferentFilesLeaveThoseOfTheOtherAlone(t *testing.T) {
	server := redistest.Start(t)
	var wait sync.WaitGroup
	var files [2][]string
	for i := range files {
		for j := range 3 {
			path, _ := logFile(t, seeded(uint64(10*i+j), 500), "x.log.gz")
			files[i] = append(files[i], place(t, path, "m"+string(rune('0'+i))+"/"+string(rune('a'+j))+".log.gz")...)
		}
	}
	for i := range files {
		s := openRedis(t, server)
		in := setup(t, s, nil)
		wait.Go(func() {
			got, err := share(t.Context(), t, in, s, "w"+string(rune('0'+i)), files[i]...)
			of := "m" + string(rune('0'+i)) + "/"
			want := map[string]string{of + "a.log.gz": "read", of + "b.log.gz": "read", of + "c.log.gz": "read"}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("process %d: %v (-want +got):\n%s", i, err, diff)
			}
		})
	}
	wait.Wait()
}

func TestAFileIsKnownUnderEveryPathAndCountsOnce(t *testing.T) {
	server := redistest.Start(t)
	s := openRedis(t, server)
	in := setup(t, s, nil)
	path, truth := logFile(t, plan(2000), "x.log.gz")
	here := place(t, path, "here/x.log.gz", "copy/x.log.gz", "copy/renamed.log.gz")
	got, err := share(t.Context(), t, in, s, "w1", here...)
	if err != nil || got["here/x.log.gz"] != "read" || got["copy/x.log.gz"] != "before" || got["copy/renamed.log.gz"] != "read" {
		t.Errorf("%v, %v", got, err)
	}
	there := place(t, path, "mount/x.log.gz")
	got, err = share(t.Context(), t, in, s, "w2", there...)
	if diff := cmp.Diff(map[string]string{"mount/x.log.gz": "before"}, got); diff != "" || err != nil {
		t.Errorf("elsewhere: %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-truth +stored):\n%s", diff)
	}
}

func TestAFileThatFailsIsToldToEverybodyAndTriedAgainByTheNextRun(t *testing.T) {
	server := redistest.Start(t)
	s := openRedis(t, server)
	path, _ := logFile(t, plan(2000), "x.log.gz")
	good, _ := logFile(t, seeded(3, 60), "y.log.gz")
	small := setup(t, s, func(c *ingest.Config) { c.MaxBytes = 100_000 })
	paths := append(place(t, path, "d/x.log.gz"), place(t, good, "d/y.log.gz")...)
	paths = append(paths, filepath.Join(t.TempDir(), "gone.log"))
	got, err := share(t.Context(), t, small, s, "w1", paths...)
	if err != nil || got["d/y.log.gz"] != "read" || !strings.HasPrefix(got["d/x.log.gz"], "failed: ingest ") {
		t.Errorf("%v, %v", got, err)
	}
	if len(got) != 3 {
		t.Errorf("told of %d files, want 3: %v", len(got), got)
	}
	got, err = share(t.Context(), t, setup(t, s, nil), s, "w2", paths[0])
	if diff := cmp.Diff(map[string]string{"d/x.log.gz": "read"}, got); diff != "" || err != nil {
		t.Errorf("the next run: %v (-want +got):\n%s", err, diff)
	}
}

// stopping is a store that ends a context once it has recorded something.
type stopping struct {
	atlas.EvidenceStore
	stop func()
}

func (s stopping) Record(ctx context.Context, b atlas.EvidenceBatch) error {
	err := s.EvidenceStore.Record(ctx, b)
	s.stop()
	return err
}

func TestAFileThatIsInterruptedGoesToAnotherAtOnce(t *testing.T) {
	server := redistest.Start(t)
	s := openRedis(t, server)
	path, truth := logFile(t, plan(3000), "x.log.gz")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first := setup(t, stopping{s, stop}, func(c *ingest.Config) { c.Lines = 500 })
	if got, err := share(ctx, t, first, s, "w1", path); len(got) != 0 || err != nil {
		t.Errorf("the one that is interrupted: %v, %v", got, err)
	}
	files, err := s.Files(t.Context(), 10)
	if err != nil || len(files) != 1 || files[0].Complete || files[0].To == 0 {
		t.Fatalf("%+v, %v: want a part of the file", files, err)
	}
	got, err := share(t.Context(), t, setup(t, s, nil), s, "w2", path)
	want := map[string]string{filepath.Base(filepath.Dir(path)) + "/x.log.gz": "read"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("the other: %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(known(truth), stored(t, s)); diff != "" {
		t.Errorf("(-truth +stored):\n%s", diff)
	}
}
