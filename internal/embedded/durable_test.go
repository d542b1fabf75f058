package embedded_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/footprint"
)

// everything reads all that a store holds.
func everything(t *testing.T, s atlas.Store) (all []atlas.Version, changes []atlas.Change) {
	t.Helper()
	customers, err := s.Customers(t.Context(), "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range customers {
		versions, err := s.Versions(t.Context(), c.Customer)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, versions...)
	}
	if changes, err = s.Changes(t.Context(), 0, 1_000_000); err != nil {
		t.Fatal(err)
	}
	return all, changes
}

func TestAClosedStoreOpensAgainAsItWas(t *testing.T) {
	dir := t.TempDir()
	populate(t, dir)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("files after the last close: %v, %v; want the database alone", files, err)
	}
	first := open(t, dir)
	versions, changes := everything(t, first)
	if len(versions) != 200 || len(changes) != 200 {
		t.Fatalf("%d versions and %d changes, want 200 of each", len(versions), len(changes))
	}
	again, changesAgain := everything(t, open(t, dir))
	if diff := cmp.Diff(versions, again) + cmp.Diff(changes, changesAgain); diff != "" {
		t.Error(diff)
	}
}

func TestSequenceNumbersGoOnAfterAReopen(t *testing.T) {
	dir := t.TempDir()
	populate(t, dir)
	s := open(t, dir)
	_, before := everything(t, s)
	last := before[len(before)-1].Seq
	if _, err := s.Append(t.Context(), time.Now(), oneWrite("new")); err != nil {
		t.Fatal(err)
	}
	changes, err := s.Changes(t.Context(), last, 10)
	if err != nil || len(changes) != 1 || changes[0].Customer != "new" {
		t.Errorf("changes after %d = %v, %v; want the new customer alone", last, changes, err)
	}
}

func TestAnEmptyFileBecomesANewStore(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, embedded.FileName), "")
	if versions, _ := everything(t, open(t, dir)); len(versions) != 0 {
		t.Errorf("versions = %v, want none", versions)
	}
}

func TestManyOpensOfANewDirectoryMakeOneStore(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := embedded.Open(t.Context(), dir, embedded.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := s.Append(t.Context(), time.Now(), oneWrite(fmt.Sprint("customer-", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if versions, _ := everything(t, open(t, dir)); len(versions) != 8 {
		t.Errorf("%d versions, want 8", len(versions))
	}
}

// A copy that SQLite makes is whole while others write, and is a store.
func TestACopyTakenWhileOthersWriteIsAStore(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	populate(t, dir)
	s := open(t, dir)
	written := make(chan error)
	go func() {
		var err error
		for i := 0; err == nil && i < 200; i++ {
			_, err = s.Append(t.Context(), time.Now(), append(oneWrite(fmt.Sprint("left-", i)), oneWrite(fmt.Sprint("right-", i))...))
		}
		written <- err
	}()
	execute(t, dir, fmt.Sprintf("VACUUM INTO '%s'", filepath.Join(copied, embedded.FileName)))
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	checkIntegrity(t, copied)
	versions, changes := everything(t, open(t, copied))
	if len(versions) < 200 || len(versions)%2 != 0 || len(changes) != len(versions) {
		t.Errorf("the copy has %d versions and %d changes, want 200 or more and no half batch", len(versions), len(changes))
	}
}

func TestAWriteThatCouldNotBeReadBackIsRefused(t *testing.T) {
	s := open(t, t.TempDir())
	for _, day := range []footprint.Date{-40_000, 1_000_000} {
		w := oneWrite("acme")
		w[0].ValidFrom = day
		_, err := s.Append(t.Context(), time.Now(), w)
		if err == nil || errors.Is(err, atlas.ErrStoreUnavailable) || !strings.Contains(err.Error(), "outside the years 1900 to 2199") {
			t.Errorf("valid from %v: error = %v, want a refusal", day, err)
		}
	}
}
