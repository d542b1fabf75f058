package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/footprint"
	"domicile/internal/storetest"
)

func TestThreeProcessesShareADirectoryAndLoseNoUpdate(t *testing.T) {
	const processes = 3
	dir := t.TempDir()
	type process struct {
		begin io.Closer
		out   *bufio.Reader
		wait  func() error
	}
	var all []process
	for i := range processes {
		cmd := helper(t, "count", dir, fmt.Sprint("process-", i))
		begin, err1 := cmd.StdinPipe()
		stdout, err2 := cmd.StdoutPipe()
		if err := errors.Join(err1, err2, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		p := process{begin, bufio.NewReader(stdout), cmd.Wait}
		if line, err := p.out.ReadString('\n'); line != "ready\n" {
			t.Fatalf("process %d began with %q (%v)", i, line, err)
		}
		all = append(all, p)
	}
	for _, p := range all {
		p.begin.Close() // all at once make the database and go
	}
	for i, p := range all {
		said := lines(p.out)
		if err := p.wait(); err != nil || len(said) != 1 || said[0] != "done" {
			t.Errorf("process %d ended with %v: %q", i, err, said)
		}
	}
	checkCounts(t, open(t, dir), processes*countsEach)
	checkIntegrity(t, dir)
}

// checkCounts checks that the shared customers were counted up one by one.
func checkCounts(t *testing.T, s atlas.Store, total int) {
	t.Helper()
	for i := range countedShared {
		versions, err := s.Versions(t.Context(), fmt.Sprint("shared-", i))
		if err != nil {
			t.Fatal(err)
		}
		total -= len(versions)
		for i, v := range versions {
			if count, err := storetest.Count(v); err != nil || count != i+1 {
				t.Errorf("%s: version %d counts %d (%v)", v.Customer, v.Number, count, err)
			}
		}
	}
	if total != 0 {
		t.Errorf("%d updates were lost", total)
	}
}

// lock takes the write lock as another process would and returns how to let go.
func lock(t *testing.T, dir string) (release func()) {
	t.Helper()
	db := raw(t, dir)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.Exec("ROLLBACK"); err != nil {
			t.Error(err)
		}
	}
}

func oneWrite(customer string) []atlas.Write {
	return []atlas.Write{{Customer: customer, ValidFrom: footprint.NewDate(2026, time.March, 2), Actor: "importer", Settings: []byte("{}")}}
}

func TestAWriteWaitsForAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	release := lock(t, dir)
	done := make(chan error)
	go func() {
		_, err := s.Append(t.Context(), time.Now(), oneWrite("acme"))
		done <- err
	}()
	select {
	case err := <-done:
		t.Errorf("the write ended while the lock was held: %v", err)
	case <-time.After(50 * time.Millisecond):
		release()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestReadsDoNotWaitForAWriter(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.Append(t.Context(), time.Now(), oneWrite("acme")); err != nil {
		t.Fatal(err)
	}
	release := lock(t, dir)
	defer release()
	versions, err := s.Versions(t.Context(), "acme")
	if err != nil || len(versions) != 1 {
		t.Errorf("versions = %v, %v; want one", versions, err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	other, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatalf("open while another process writes: %v", err)
	}
	other.Close()
}

func TestAWaitEndsWithItsContextOrItsPatience(t *testing.T) {
	dir := t.TempDir()
	patient := open(t, dir)
	hasty, err := embedded.Open(t.Context(), dir, embedded.Options{Wait: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer hasty.Close()
	release := lock(t, dir)
	t.Run("the context ends first", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		begun := time.Now()
		_, err := patient.Append(ctx, begun, oneWrite("acme"))
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > embedded.DefaultWait/2 {
			t.Errorf("after %s: %v; want the deadline to be kept", took, err)
		}
		if !strings.Contains(err.Error(), "another process is writing") {
			t.Errorf("error = %v, want one that says what the time was spent on", err)
		}
	})
	t.Run("the store's patience ends first", func(t *testing.T) {
		_, err := hasty.Append(t.Context(), time.Now(), oneWrite("acme"))
		if !errors.Is(err, atlas.ErrStoreUnavailable) || !strings.Contains(err.Error(), "another process is writing: try again") {
			t.Errorf("error = %v, want one that says to try again", err)
		}
	})
	release()
	if got, err := patient.Versions(t.Context(), "acme"); err != nil || len(got) != 0 {
		t.Errorf("versions = %v, %v; want none", got, err)
	}
}

// A process that is stuck in a queue behind its own writers keeps its deadline
// as well.
func TestAWriteQueuedBehindItsOwnProcessKeepsItsDeadline(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	release := lock(t, dir)
	queued := make(chan error)
	for i := range 8 {
		go func() {
			_, err := s.Append(t.Context(), time.Now(), oneWrite(fmt.Sprint("customer-", i)))
			queued <- err
		}()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Append(ctx, time.Now(), oneWrite("late")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v, want the deadline", err)
	}
	release()
	for range 8 {
		if err := <-queued; err != nil {
			t.Error(err)
		}
	}
}
