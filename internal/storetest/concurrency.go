package storetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"domicile/internal/atlas"
)

var concurrencyCases = []testCase{
	{"of many writers that saw the same version exactly one wins", exactlyOneWins},
	{"no update is lost between writers that read, change and write", noLostUpdate},
	{"writers that do not look get a number each", func(t *testing.T, s atlas.Store) {
		const writers, each = 16, 20
		together(writers, func(w int) {
			for i := range each {
				if _, err := s.Append(t.Context(), noon, []atlas.Write{write("acme", atlas.AnyVersion, fmt.Sprint(w, i))}); err != nil {
					t.Error(err)
				}
			}
		})
		for i, v := range versionsOf(t, s, "acme") {
			same(t, "number", v.Number, i+1)
		}
		same(t, "number of changes", len(changesOf(t, s, 0, anyNumber)), writers*each)
	}},
	{"of many equal writes one is appended and all return it", func(t *testing.T, s atlas.Store) {
		together(16, func(int) {
			versions, err := s.Append(t.Context(), noon, []atlas.Write{write("acme", 0, "same")})
			if err != nil || versions[0].Number != 1 {
				t.Errorf("append = %v, %v; want version 1", versions, err)
			}
		})
		same(t, "number of versions", len(versionsOf(t, s, "acme")), 1)
	}},
	{"batches that overlap in opposite order all pass", func(t *testing.T, s atlas.Store) {
		ids := numbered(20)
		together(8, func(w int) {
			for i := range 10 {
				writes := make([]atlas.Write, len(ids))
				for k, id := range ids {
					at := k
					if w%2 == 1 {
						at = len(ids) - 1 - k
					}
					writes[at] = write(id, atlas.AnyVersion, fmt.Sprint(w, i))
				}
				if _, err := s.Append(t.Context(), noon, writes); err != nil {
					t.Error(err)
				}
			}
		})
		for _, r := range customersOf(t, s, "", anyNumber) {
			same(t, "versions of "+r.Customer, r.Version, 80)
		}
	}},
	{"a reader never sees half a batch", neverHalfABatch},
	{"a reader that follows the changes misses none", followerMissesNone},
}

// together runs f(0) … f(n-1) at once and waits for all.
func together(n int, f func(i int)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}

func exactlyOneWins(t *testing.T, s atlas.Store) {
	const writers, rounds = 32, 20
	for round := range rounds {
		var won atomic.Int32
		together(writers, func(w int) {
			_, err := s.Append(t.Context(), noon, []atlas.Write{
				write("acme", round, fmt.Sprint("round ", round, " writer ", w)),
				write(fmt.Sprint("beside-", w), atlas.AnyVersion, strconv.Itoa(round)),
			})
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, atlas.ErrConflict):
				t.Errorf("round %d: %v", round, err)
			}
		})
		same(t, fmt.Sprintf("winners of round %d", round), won.Load(), int32(1))
	}
	same(t, "number of versions", len(versionsOf(t, s, "acme")), rounds)
	same(t, "number of changes", len(changesOf(t, s, 0, anyNumber)), 2*rounds)
}

func noLostUpdate(t *testing.T, s atlas.Store) {
	const writers, each = 8, 15
	together(writers, func(w int) {
		for range each {
			if err := Increment(t.Context(), s, "counter", strconv.Itoa(w)); err != nil {
				t.Error(err)
			}
		}
	})
	versions := versionsOf(t, s, "counter")
	same(t, "number of versions", len(versions), writers*each)
	for i, v := range versions {
		if count, err := Count(v); err != nil || count != i+1 {
			t.Errorf("version %d counts %d (%v)", i+1, count, err)
		}
	}
}

func neverHalfABatch(t *testing.T, s atlas.Store) {
	const batches, size = 60, 9
	var done atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer done.Store(true)
		for i := range batches {
			writes := make([]atlas.Write, size)
			for k := range writes {
				writes[k] = write(fmt.Sprint("customer-", k), i, fmt.Sprint(i))
			}
			if _, err := s.Append(t.Context(), noon, writes); err != nil {
				t.Error(err)
			}
		}
	})
	for looking := true; looking; {
		looking = !done.Load()
		if n := len(changesOf(t, s, 0, anyNumber)); n%size != 0 {
			t.Errorf("%d changes are visible, which is no multiple of %d", n, size)
		}
		newest := customersOf(t, s, "", anyNumber)
		for _, r := range newest {
			if r.Version != newest[0].Version {
				t.Errorf("%s has version %d and %s has %d", r.Customer, r.Version, newest[0].Customer, newest[0].Version)
			}
		}
	}
	wg.Wait()
	same(t, "number of changes", len(changesOf(t, s, 0, anyNumber)), batches*size)
}

func followerMissesNone(t *testing.T, s atlas.Store) {
	const writers, each = 8, 40
	var done atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer done.Store(true)
		together(writers, func(w int) {
			for i := range each {
				writes := make([]atlas.Write, 1+i%3)
				for k := range writes {
					writes[k] = write(fmt.Sprint("customer-", w, "-", k), atlas.AnyVersion, fmt.Sprint(i))
				}
				if _, err := s.Append(t.Context(), noon, writes); err != nil {
					t.Error(err)
				}
			}
		})
	})
	var followed []atlas.Change
	var last int64
	for looking := true; looking; {
		looking = !done.Load()
		for page := changesOf(t, s, last, 5); len(page) > 0; page = changesOf(t, s, last, 5) {
			followed = append(followed, page...)
			last = page[len(page)-1].Seq
		}
	}
	wg.Wait()
	same(t, "followed", followed, changesOf(t, s, 0, anyNumber))
}
