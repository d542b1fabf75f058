package atlas_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/embedded"
	"domicile/internal/evidence"
	"domicile/internal/ledger"
)

// desk is a keeper over the demo fleet, with a clock that tests set.
type desk struct {
	*atlas.Keeper
	store *embedded.Store
	clock *clock
	t     *testing.T
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	c := &clock{time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC)}
	w, store := witnessAt(t, c)
	d := &desk{atlas.NewKeeper(w, store), store, c, t}
	d.update()
	return d
}

func (d *desk) update() {
	d.t.Helper()
	if err := d.Update(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) observe(n byte, s seen) {
	d.t.Helper()
	if err := d.store.Record(d.t.Context(), s.batch(n)); err != nil {
		d.t.Fatal(err)
	}
	d.update()
}

// row is the one row of a customer about a contract.
func (d *desk) row(customer, contract string) *atlas.ToldRow {
	d.t.Helper()
	for _, r := range d.Board().RowsOf(customer) {
		if r.Contract == contract {
			return r
		}
	}
	d.t.Fatalf("%s has no claim of contract %s", customer, contract)
	return nil
}

func (d *desk) history(r *atlas.ToldRow) (out []string) {
	d.t.Helper()
	d.update()
	if book := d.Board().Book(r.Customer); book != nil {
		for _, v := range book.History[r.ID] {
			out = append(out, v.Verdict.Verdict+" "+v.Cause)
		}
	}
	return out
}

func TestTheBoardHasWhatIsBrokenFirst(t *testing.T) {
	d := newDesk(t)
	d.observe(1, seen{customer: "pegasus-parcels", host: "track.pegasus.example", site: "YYZ", day: 20, count: 3})
	d.observe(2, seen{customer: "gryphon-grooming", host: "img.gryphon.example", site: "IAD", day: 5, count: 7})
	rows := d.Board().Rows
	if len(rows) < 10 || rows[0].Customer != "gryphon-grooming" || rows[0].Verdict != claim.Broken || !rows[0].Since.Equal(time.Date(2026, 11, 5, 9, 1, 0, 0, time.UTC)) {
		t.Fatalf("first of %d: %+v", len(rows), rows[0])
	}
	for i := 1; i < len(rows); i++ {
		if rows[i].Verdict == claim.Broken && rows[i-1].Verdict != claim.Broken || rows[i].Verdict != claim.Holds && rows[i-1].Verdict == claim.Holds {
			t.Errorf("%s is %s, behind %s", rows[i].Customer, rows[i].Verdict, rows[i-1].Verdict)
		}
	}
	broken := d.row("pegasus-parcels", "DEMO-08-B")
	if broken.Verdict != claim.Broken || broken.Breaching != 3 || broken.Where[0].Code != "YYZ" || !strings.Contains(broken.Because, "Toronto") {
		t.Errorf("%+v", broken)
	}
	if unmeasured := d.row("phoenix-matches", "DEMO-09"); unmeasured.Evidence != evidence.None || unmeasured.Verdict != claim.Holds {
		t.Errorf("a customer without logs: %+v", unmeasured)
	}
}

func TestEveryVerdictThatChangesIsKeptWithItsCause(t *testing.T) {
	d := newDesk(t)
	r := d.row("pegasus-parcels", "DEMO-08-B")
	first := r.Noticed
	if got := d.history(r); !slices.Equal(got, []string{"HOLDS FIRST"}) || !first.Equal(d.clock.now) {
		t.Fatalf("%v, noticed %s", got, first)
	}
	d.clock.now = d.clock.now.Add(time.Hour)
	d.observe(1, seen{customer: "pegasus-parcels", host: "track.pegasus.example", site: "YYZ", day: 20})
	ref := d.State().Reference
	d.clock.now = d.clock.now.Add(time.Hour)
	sets := parse(t, ref, strings.ReplaceAll(strings.ReplaceAll(regional, "REGION", "fr"), "effective: 2026-03-01", "effective: 2026-11-01"))
	if _, err := d.Put(t.Context(), sets, atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
	d.update()
	if got := d.history(r); !slices.Equal(got, []string{"HOLDS FIRST", "BROKEN OBSERVATIONS"}) {
		t.Errorf("%v", got)
	}
	if now := d.row("pegasus-parcels", "DEMO-08-B"); !now.Noticed.Equal(first.Add(time.Hour)) {
		t.Errorf("noticed %s, want an hour after %s", now.Noticed, first)
	}
	acme := d.Board().RowsOf("acme")
	if len(acme) != 1 || acme[0].Verdict != claim.NotEnsured || acme[0].Since.Format(time.DateOnly) != "2026-11-01" {
		t.Errorf("a new customer's promise: %+v", acme)
	}
	sets = parse(t, ref, strings.ReplaceAll(strings.ReplaceAll(regional, "REGION", "eu"), "products: [cdn]", "products: [cdn]\nlog_region: eu"))
	sets[0].Zones[0].CertificatesListed = true
	sets[0].Effective = d.Today()
	sets[0].Zones[0].Hostnames = nil
	if _, err := d.Put(t.Context(), sets, atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
	d.update()
	if got := d.history(acme[0]); len(got) > 2 || got[0] != "NOT_ENSURED FIRST" {
		t.Errorf("%v", got)
	}
}

func TestTwoKeepersNoticeTheSameOnce(t *testing.T) {
	d := newDesk(t)
	other := atlas.NewKeeper(d.Witness, d.store)
	if err := d.store.Record(t.Context(), seen{customer: "pegasus-parcels", host: "track.pegasus.example", site: "YYZ"}.batch(1)); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, k := range []*atlas.Keeper{d.Keeper, other} {
		wait.Go(func() {
			if err := k.Update(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := d.history(d.row("pegasus-parcels", "DEMO-08-B")); !slices.Equal(got, []string{"HOLDS FIRST", "BROKEN OBSERVATIONS"}) {
		t.Errorf("%v", got)
	}
}

func TestAClaimIsRegisteredJudgedAndWithdrawn(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	reg := ledger.Registration{Within: []string{"CH"}, Categories: []string{"CONTENT"}, Activities: []string{"PROCESS"}, Contract: "ORDER-7"}
	told, err := d.Register(ctx, "yeti-bank", reg, "board")
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Register(ctx, "yeti-bank", reg, "somebody else")
	if err != nil || again.ID != told.ID || again.By != "board" {
		t.Errorf("registered again: %+v, %v", again, err)
	}
	if r := d.row("yeti-bank", "ORDER-7"); r.Verdict != claim.Holds || r.Origin != atlas.OfLedger || r.By != "board" {
		t.Errorf("%+v", r)
	}
	if err := d.Withdraw(ctx, "yeti-bank", told.ID, "ended", "board"); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(d.Board().RowsOf("yeti-bank"), func(r *atlas.ToldRow) bool { return r.ID == told.ID }) {
		t.Error("a claim that was withdrawn is on the board")
	}
	if third, err := d.Register(ctx, "yeti-bank", reg, "board"); err != nil || third.ID == told.ID {
		t.Errorf("registered after it was withdrawn: %+v, %v", third, err)
	}
	for name, bad := range map[string]ledger.Registration{
		"no places":       {},
		"Europe":          {Within: []string{"Europe"}},
		"a scope not had": {Within: []string{"CH"}, Scopes: []ledger.Scope{{Kind: "HOSTNAME", Name: "absent.example"}}},
		"ends early":      {Preset: "eu-only", Since: day(t, "2026-03-02"), Until: day(t, "2026-03-01")},
		"control":         {Preset: "eu-only", Contract: "a\x00b"},
	} {
		if _, err := d.Register(ctx, "yeti-bank", bad, "board"); !errors.Is(err, atlas.ErrInput) {
			t.Errorf("%s: %v, want bad input", name, err)
		}
	}
	if _, err := d.Register(ctx, "nobody", reg, "board"); !errors.Is(err, atlas.ErrNotFound) {
		t.Errorf("an absent customer: %v", err)
	}
	if err := d.Withdraw(ctx, "yeti-bank", "claim-absent", "", "board"); !errors.Is(err, atlas.ErrInput) {
		t.Errorf("an absent claim: %v", err)
	}
}

func TestAWaiverStandsBesideTheVerdictAndEndsByItself(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.row("gryphon-grooming", "DEMO-03")
	w := ledger.Waiver{Reason: "images move in December", Owner: "network team", Category: "content", Until: day(t, "2026-11-25")}
	granted, err := d.GrantWaiver(ctx, "gryphon-grooming", r.ID, w, "board")
	if err != nil {
		t.Fatal(err)
	}
	if r = d.row("gryphon-grooming", "DEMO-03"); r.Verdict != claim.NotEnsured || !r.Waived() || r.Waivers[0].Category != "CONTENT" {
		t.Errorf("waived: %+v", r)
	}
	d.clock.now = time.Date(2026, 11, 26, 0, 0, 1, 0, time.UTC)
	d.update()
	if r = d.row("gryphon-grooming", "DEMO-03"); r.Verdict != claim.NotEnsured || r.Waived() {
		t.Errorf("after its last day: %+v", r)
	}
	if book := d.Board().Book("gryphon-grooming"); len(book.Waivers) != 1 {
		t.Error("the waiver is not kept")
	}
	for name, bad := range map[string]ledger.Waiver{
		"no reason": {Owner: "o", Until: day(t, "2027-01-01")}, "no owner": {Reason: "r", Until: day(t, "2027-01-01")},
		"past": {Reason: "r", Owner: "o", Until: day(t, "2026-11-25")}, "endless": {Reason: "r", Owner: "o"},
		"too long": {Reason: "r", Owner: "o", Until: day(t, "2036-01-01")}, "a category": {Reason: "r", Owner: "o", Category: "COOKIES", Until: day(t, "2027-01-01")},
	} {
		if _, err := d.GrantWaiver(ctx, "gryphon-grooming", r.ID, bad, "board"); !errors.Is(err, atlas.ErrInput) {
			t.Errorf("%s: %v, want bad input", name, err)
		}
	}
	if _, err := d.EndWaiver(ctx, "gryphon-grooming", granted.ID, "done", "board"); err != nil {
		t.Error(err)
	}
}

func TestDaysWithoutALogAreNotMeasured(t *testing.T) {
	d := newDesk(t)
	d.observe(1, seen{customer: "pegasus-parcels", host: "track.pegasus.example", site: "YYZ", day: 20, count: 3})
	d.observe(2, seen{customer: "pegasus-parcels", host: "track.pegasus.example", site: "EWR", day: 21, count: 5})
	days, err := d.Days(t.Context(), d.Board(), d.row("pegasus-parcels", "DEMO-08-B"))
	if err != nil || len(days) != atlas.BoardDays+1 {
		t.Fatalf("%d days, %v", len(days), err)
	}
	by := map[string]atlas.DayOfClaim{}
	for _, x := range days {
		by[x.Day.String()] = x
	}
	for text, want := range map[string]atlas.DayOfClaim{
		"2026-11-20": {Events: 3, Outside: 3, Minutes: 60}, "2026-11-21": {Events: 5, Minutes: 60}, "2026-11-19": {},
	} {
		got := by[text]
		if got.Events != want.Events || got.Outside != want.Outside || got.Minutes != want.Minutes {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func TestAStoreWithoutALedgerJudgesPromisesAllTheSame(t *testing.T) {
	w, _ := witness(t)
	k := atlas.NewKeeper(w, nil)
	if err := k.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rows := k.Board().Rows; len(rows) < 10 || !rows[0].Noticed.IsZero() {
		t.Errorf("%d rows", len(rows))
	}
	if _, err := k.Register(t.Context(), "yeti-bank", ledger.Registration{Preset: "eu-only"}, "x"); !errors.Is(err, atlas.ErrNoLedger) {
		t.Errorf("%v", err)
	}
}

// rowsOf are a board's rows as they compare: without what is another's memory.
func rowsOf(b *atlas.Board) (out []atlas.ToldRow) {
	for _, r := range b.Rows {
		out = append(out, *r)
	}
	return out
}

// Whatever changes, in whatever order, a board that follows is the one that would be
// made of everything anew.
func TestABoardThatFollowsIsTheOneMadeAnew(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	random := rand.New(rand.NewPCG(11, 12))
	ref := d.State().Reference
	var told []string
	steps := []func(n byte) error{
		func(byte) error { // settings of a customer of the fleet, or of a new one
			region := []string{"fr", "eu", "us"}[random.IntN(3)]
			text := strings.ReplaceAll(strings.ReplaceAll(regional, "REGION", region), "customer: acme", fmt.Sprintf("customer: acme-%d", random.IntN(3)))
			_, err := d.Put(ctx, parse(t, ref, text), atlas.AnyVersion, "test")
			return err
		},
		func(byte) error {
			x, err := d.Register(ctx, "yeti-bank", ledger.Registration{Within: []string{[]string{"CH", "DE", "EU"}[random.IntN(3)]}}, "board")
			if err == nil {
				told = append(told, x.ID)
			}
			return err
		},
		func(byte) error {
			if len(told) == 0 {
				return nil
			}
			id := told[len(told)-1]
			told = told[:len(told)-1]
			err := d.Withdraw(ctx, "yeti-bank", id, "ended", "board")
			if errors.Is(err, atlas.ErrInput) {
				return nil // withdrawn already
			}
			return err
		},
		func(n byte) error {
			s := seen{customer: "pegasus-parcels", host: "track.pegasus.example", site: []string{"FRA", "YYZ"}[random.IntN(2)], day: 1 + random.IntN(20)}
			return d.store.Record(ctx, s.batch(n))
		},
		func(byte) error {
			d.clock.now = d.clock.now.Add(time.Duration(random.IntN(30)) * time.Hour)
			return nil
		},
	}
	for n := range byte(40) {
		if err := steps[random.IntN(len(steps))](n + 1); err != nil {
			t.Fatal(err)
		}
		d.update()
		anew := atlas.NewKeeper(d.Witness, d.store)
		if err := anew.Update(ctx); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rowsOf(anew.Board()), rowsOf(d.Board()), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(atlas.ToldRow{}, "Coverage")); diff != "" {
			t.Fatalf("step %d (-anew +followed):\n%.2000s", n, diff)
		}
	}
}
