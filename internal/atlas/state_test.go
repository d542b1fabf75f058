package atlas_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
)

// faulty is a store that can be taken away, and that counts what is read.
type faulty struct {
	atlas.Store
	gone  bool
	reads int
}

func (f *faulty) Versions(ctx context.Context, id string) ([]atlas.Version, error) {
	f.reads++
	if f.gone {
		return nil, atlas.ErrStoreUnavailable
	}
	return f.Store.Versions(ctx, id)
}

func (f *faulty) Changes(ctx context.Context, after int64, limit int) ([]atlas.Change, error) {
	if f.gone {
		return nil, atlas.ErrStoreUnavailable
	}
	return f.Store.Changes(ctx, after, limit)
}

// dated records settings of a region from a day on.
func dated(t *testing.T, s *atlas.Service, customer, region, from string) {
	t.Helper()
	text := strings.NewReplacer("REGION", region, "2026-03-01", from, "customer: acme", "customer: "+customer).Replace(regional)
	if _, err := s.Put(context.Background(), parse(t, s.State().Reference, text), atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
}

func verdictOf(t *testing.T, s *atlas.Service, st *atlas.State, customer, d string) claim.Verdict {
	t.Helper()
	j, err := s.Check(context.Background(), st, customer, decrypts(t, s), day(t, d))
	if err != nil {
		t.Fatal(err)
	}
	return j.Verdict
}

func TestAFleetThatFitsIsAnsweredWithoutTheStore(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	store := &faulty{Store: openStore(t, t.TempDir())}
	s := service(t, store, now)
	dated(t, s, "acme", "de", "2026-03-01")
	dated(t, s, "acme", "us", "2026-06-01")
	store.gone = true
	for _, d := range []string{"2026-04-01", "2026-10-01"} {
		verdictOf(t, s, s.State(), "acme", d)
	}
	if err := s.Refresh(context.Background()); !errors.Is(err, atlas.ErrStoreUnavailable) {
		t.Errorf("refresh: %v", err)
	}
}

func TestACustomerThatCannotBeReadIsNotAbsent(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	store := &faulty{Store: openStore(t, t.TempDir())}
	s := service(t, store, now, atlas.Remembering(0))
	dated(t, s, "acme", "de", "2026-03-01")
	store.gone = true
	_, err := s.Check(context.Background(), s.State(), "acme", decrypts(t, s), s.Today())
	if !errors.Is(err, atlas.ErrStoreUnavailable) || errors.Is(err, atlas.ErrNotFound) {
		t.Errorf("a customer of an absent store: %v", err)
	}
	if c, ok := s.State().Customer("acme"); !ok || c.Newest() != 1 {
		t.Error("the customer is absent")
	}
	if _, err := s.Check(context.Background(), s.State(), "nobody", decrypts(t, s), s.Today()); !errors.Is(err, atlas.ErrNotFound) {
		t.Errorf("a customer who never was: %v", err)
	}
	// What of the fleet is judged by profiles goes on.
	w, err := s.Sweep(context.Background(), fleetOf(t, s, s.Today()), decrypts(t, s), "", nil)
	if err != nil || !w.Complete || w.Counts.Of(claim.Holds) != 1 {
		t.Errorf("sweep: %+v, %v", w, err)
	}
}

func TestAStateReadsTheVersionsOfItsOwnPosition(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	for _, memory := range []int{0, 1 << 20} {
		reader := service(t, openStore(t, dir), now, atlas.Remembering(memory))
		writer := service(t, openStore(t, dir), now)
		id := fmt.Sprint("acme", memory)
		dated(t, writer, id, "de", "2026-03-01")
		if err := reader.Refresh(context.Background()); err != nil {
			t.Fatal(err)
		}
		old := reader.State()
		dated(t, writer, id, "us", "2026-03-01")
		if v := verdictOf(t, reader, old, id, "2026-05-01"); v != claim.Holds {
			t.Errorf("before the refresh: %v", v)
		}
		if err := reader.Refresh(context.Background()); err != nil {
			t.Fatal(err)
		}
		if v := verdictOf(t, reader, reader.State(), id, "2026-05-01"); v != claim.NotEnsured {
			t.Errorf("after the refresh: %v", v)
		}
		if v := verdictOf(t, reader, old, id, "2026-05-01"); v != claim.Holds {
			t.Errorf("the old picture after the refresh: %v", v)
		}
		c, _ := old.Customer(id)
		if all, err := c.Versions(context.Background()); err != nil || len(all) != 1 {
			t.Errorf("the old picture has %d versions, %v", len(all), err)
		}
	}
}

// agrees checks that a sweep on a day says of everybody what the check of each says.
func agrees(t *testing.T, s *atlas.Service, d string) {
	t.Helper()
	f := fleetOf(t, s, day(t, d))
	w, err := s.Sweep(context.Background(), f, decrypts(t, s), "", nil)
	if err != nil || !w.Complete || w.AsOf != day(t, d) {
		t.Fatalf("%s: %+v, %v", d, w, err)
	}
	rows, more, err := s.Rows(context.Background(), f, w, fleet.Filter{}, "", 1000)
	if err != nil || more || len(rows) != s.State().Count() {
		t.Fatalf("%s: %d rows, %v", d, len(rows), err)
	}
	for _, r := range rows {
		if r.Verdict != r.Judgement.Verdict {
			t.Errorf("today %s, as of %s: %s is %v, by itself %v", s.Today(), d, r.Customer, r.Verdict, r.Judgement.Verdict)
		}
	}
}

func TestADayThatBeginsMovesTheFleetToTheSettingsThatApply(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 23, 59, 0, 0, time.UTC)}
	dir := t.TempDir()
	store := &faulty{Store: openStore(t, dir)}
	s := service(t, store, now)
	dated(t, s, "early", "de", "2026-03-01")
	dated(t, s, "early", "us", "2026-11-02")
	dated(t, s, "early", "de", "2026-11-04")
	dated(t, s, "late", "de", "2026-11-03")
	dated(t, s, "mended", "us", "2026-11-02")
	dated(t, s, "mended", "de", "2026-11-02")
	days := []string{"2026-02-28", "2026-03-01", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"}
	moments := []time.Time{now.now}
	for i := range 5 {
		moments = append(moments, now.now.Add(time.Duration(i)*24*time.Hour+time.Minute))
	}
	moments = append(moments, now.now, now.now.AddDate(0, -9, 0), now.now.AddDate(0, 0, 3)) // clocks step back
	for _, at := range moments {
		now.now = at
		if err := s.Refresh(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			agrees(t, s, d)
		}
		agrees(t, service(t, openStore(t, dir), now), s.Today().String())
	}
	// A day begins while the store is away.
	store.gone = true
	now.now = now.now.AddDate(0, 0, 1)
	if err := s.Refresh(context.Background()); !errors.Is(err, atlas.ErrStoreUnavailable) {
		t.Errorf("refresh: %v", err)
	}
	agrees(t, s, s.Today().String())
}
