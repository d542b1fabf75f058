package atlas_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
)

// serviceOver is a service over a store of the test's own.
func serviceOver(t testing.TB, store atlas.Store, now func() time.Time) *atlas.Service {
	t.Helper()
	s, err := atlas.New(t.Context(), reference(t), store, codec{}, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func embeddedStore(t testing.TB, dir string) *embedded.Store {
	t.Helper()
	store, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// digestOf is everything that a state says of its customers.
func digestOf(st *atlas.State) string {
	var b strings.Builder
	all, _ := st.Customers("", st.Count())
	for _, c := range all {
		versions, err := c.Versions(context.Background())
		if err != nil {
			fmt.Fprintf(&b, "%s: %v\n", c.ID, err)
		}
		for _, v := range versions {
			fmt.Fprintf(&b, "%s %d %s\n", c.ID, v.Number, v.Digest)
		}
	}
	return b.String()
}

// positions are what services said at each position of their store.
type positions struct {
	mu   sync.Mutex
	said map[int64]string
	both int // positions at which a service repeated what another said
}

func (p *positions) note(t *testing.T, st *atlas.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := digestOf(st)
	if before, ok := p.said[st.Position()]; ok {
		if p.both++; before != text {
			t.Errorf("at position %d one service says\n%s\nand another\n%s", st.Position(), before, text)
		}
	}
	p.said[st.Position()] = text
}

// telling wakes whoever follows, as a store that machines share does.
type telling struct{ atlas.Store }

func (s telling) Await(ctx context.Context, after int64, patience time.Duration) (bool, error) {
	for until := time.Now().Add(patience); time.Now().Before(until) && ctx.Err() == nil; {
		some, err := s.Changes(ctx, after, 1)
		if err != nil || len(some) > 0 {
			return len(some) > 0, err
		}
	}
	return false, ctx.Err()
}

func TestServicesNeverDisagreeAtOnePosition(t *testing.T) {
	dir, seen := t.TempDir(), &positions{said: map[int64]string{}}
	ref := reference(t)
	ctx, stop := context.WithCancel(t.Context())
	var writers, readers sync.WaitGroup
	for range 3 {
		s := serviceOver(t, telling{embeddedStore(t, dir)}, time.Now)
		readers.Go(func() { s.Follow(ctx, func(error) { seen.note(t, s.State()) }) })
	}
	for w := range 2 {
		s, rng := serviceOver(t, embeddedStore(t, dir), time.Now), rand.New(rand.NewPCG(7, uint64(w)))
		writers.Go(func() {
			for n := range 60 {
				text := fmt.Sprintf("customer: c%d\nname: %d of %d\n---\ncustomer: d%d\nname: %d of %d\n", rng.IntN(4), n, w, rng.IntN(4), n, w)
				if _, err := s.Put(ctx, parse(t, ref, text), atlas.AnyVersion, "test"); err != nil {
					t.Error(err)
				}
				seen.note(t, s.State())
			}
		})
	}
	writers.Wait()
	last := serviceOver(t, embeddedStore(t, dir), time.Now)
	seen.note(t, last.State())
	stop()
	readers.Wait()
	if seen.both < 20 {
		t.Errorf("only %d positions of %d were seen by two", seen.both, len(seen.said))
	}
}

// breaking is a store that can be away, slow, or forget.
type breaking struct {
	atlas.Store
	mu     sync.Mutex
	err    error
	forget int64 // changes from this one on are gone; 0 for none
}

func (s *breaking) set(err error, forget int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.forget = err, forget
}

func (s *breaking) Changes(ctx context.Context, after int64, limit int) ([]atlas.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	all, err := s.Store.Changes(ctx, after, limit)
	for i, c := range all {
		if s.forget > 0 && c.Seq >= s.forget {
			return all[:i], err
		}
	}
	return all, err
}

func TestWhatWasAskedForIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	store := &breaking{Store: embeddedStore(t, dir)}
	reader, writer := serviceOver(t, store, time.Now), serviceOver(t, embeddedStore(t, dir), time.Now)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		reader.Follow(ctx, func(error) {})
	}()
	defer func() { stop(); <-done }()
	for n := range 3 {
		if _, err := writer.Put(ctx, parse(t, writer.State().Reference, fmt.Sprintf("customer: c%d\n", n)), atlas.AnyVersion, "test"); err != nil {
			t.Fatal(err)
		}
		at := writer.State().Position()
		if err := reader.AtLeast(ctx, at); err != nil || reader.State().Position() < at {
			t.Errorf("%v at %d of %d", err, reader.State().Position(), at)
		}
	}
	store.set(errors.Join(atlas.ErrStoreUnavailable, errors.New("cut")), 0)
	soon, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := reader.AtLeast(soon, writer.State().Position()+1); !errors.Is(err, atlas.ErrBehind) {
		t.Errorf("a position that never comes: %v", err)
	}
}

func TestASilentStoreMakesTheStateOld(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	store := &breaking{Store: embeddedStore(t, t.TempDir())}
	s := serviceOver(t, store, now.read)
	if _, err := s.Put(t.Context(), parse(t, s.State().Reference, "customer: acme\n"), atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
	heard := now.now
	store.set(atlas.ErrStoreUnavailable, 0)
	now.now = now.now.Add(4 * time.Second)
	if err := s.Refresh(t.Context()); !errors.Is(err, atlas.ErrStoreUnavailable) {
		t.Fatal(err)
	}
	if age, stale := s.Stale(); stale || age != 4*time.Second {
		t.Errorf("%s, stale: %v", age, stale)
	}
	now.now = now.now.Add(time.Minute)
	if age, stale := s.Stale(); !stale || age != 64*time.Second {
		t.Errorf("%s, stale: %v", age, stale)
	}
	a, err := s.Residency(t.Context(), s.State(), "acme", day(t, "2026-11-01"))
	if err != nil || !a.KnownAt.Equal(heard) {
		t.Errorf("known at %s (%v), and the store was last heard of at %s", a.KnownAt, err, heard)
	}
	if err := s.YoungerThan(time.Minute); !errors.Is(err, atlas.ErrTooOld) || !strings.Contains(err.Error(), "1m4s ago") {
		t.Errorf("older than a minute: %v", err)
	}
	if err := s.YoungerThan(2 * time.Minute); err != nil {
		t.Errorf("younger than two: %v", err)
	}
	store.set(nil, 0)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if age, stale := s.Stale(); stale || age != 0 {
		t.Errorf("%s, stale: %v", age, stale)
	}
}

func TestAStateWithChangesThatTheStoreLostIsMadeAnew(t *testing.T) {
	store := &breaking{Store: embeddedStore(t, t.TempDir())}
	s := serviceOver(t, store, time.Now)
	for _, text := range []string{"customer: acme\n", "customer: bcme\n", "customer: acme\nname: Acme GmbH\n"} {
		if _, err := s.Put(t.Context(), parse(t, s.State().Reference, text), atlas.AnyVersion, "test"); err != nil {
			t.Fatal(err)
		}
	}
	changes, err := store.Changes(t.Context(), 0, 10)
	if err != nil || len(changes) != 3 {
		t.Fatal(changes, err)
	}
	store.set(nil, changes[1].Seq)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, ok := s.State().Customer("acme")
	if !ok || c.Newest() != 1 || s.State().Count() != 1 || s.State().Position() != changes[0].Seq {
		t.Errorf("%d customers at %d, acme %+v", s.State().Count(), s.State().Position(), c)
	}
	store.set(nil, changes[0].Seq)
	if err := s.Refresh(t.Context()); err != nil || s.State().Count() != 0 || s.State().Position() != 0 {
		t.Errorf("%v: %d customers at %d", err, s.State().Count(), s.State().Position())
	}
}
