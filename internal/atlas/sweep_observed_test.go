package atlas_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/demofleet"
	"domicile/internal/embedded"
	"domicile/internal/evidence"
	"domicile/internal/fleet"
	"domicile/internal/residency"
)

// watched is a fleet of the demo's customers and n invented ones, with traffic at
// random sites of one in three, and the fleet of a sweep over November.
func watched(t *testing.T, n int) (*atlas.Witness, *embedded.Store, *atlas.SweepFleet) {
	t.Helper()
	w, store := witness(t)
	ref := w.State().Reference
	invented := demofleet.New(1, ref.Footprint, ref.Rules, []string{"eu-only"})
	var sets []*residency.Settings
	for i := range n {
		sets = append(sets, invented.Customer(i))
	}
	if _, err := w.Put(t.Context(), sets, atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	sites := []string{"FRA", "CDG", "EWR", "LHR", "XXX"}
	batch := seen{customer: "nobody-known", host: "www.example", site: "EWR"}.batch(1)
	for after, more := "", true; more; {
		var page []*atlas.Customer
		page, more = w.State().Customers(after, 1000)
		for _, c := range page {
			after = c.ID
			if dice.IntN(3) == 0 {
				s := seen{customer: c.ID, host: hostOf(t, w, c), site: sites[dice.IntN(len(sites))], day: 1 + dice.IntN(20)}
				batch.Rows = append(batch.Rows, s.row())
				batch.Seen = append(batch.Seen, evidence.CustomerSeen{Customer: c.ID, Seen: evidence.Seen{Hour: s.row().Hour, Minutes: 1}})
			}
		}
	}
	if err := store.Record(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	f, err := w.Observed(t.Context(), fleetOf(t, w.Service, w.Today()), november, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return w, store, f
}

var november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// hostOf is a name of a customer's, or one that it does not list.
func hostOf(t *testing.T, w *atlas.Witness, c *atlas.Customer) string {
	t.Helper()
	a, err := w.Answer(t.Context(), w.State(), c, w.Today())
	if err != nil {
		t.Fatal(err)
	}
	if a.Settings != nil {
		for i := range a.Settings.Zones {
			if hosts := a.Settings.Zones[i].Hostnames; len(hosts) > 0 {
				return hosts[0].Name
			}
		}
	}
	return "www.unlisted.example"
}

func TestASweepOverAWindowGivesEveryCustomerTheVerdictOfItsOwnCheck(t *testing.T) {
	w, _, f := watched(t, 300)
	for _, in := range []atlas.ClaimInput{
		{Within: []string{"EU"}}, {Within: []string{"EU", "GB"}, Categories: []string{"CONTENT"}, Activities: []string{"PROCESS"}}, {Kind: "NEVER_IN", Within: []string{"US"}},
	} {
		c, err := w.State().Reference.Claim(in)
		if err != nil {
			t.Fatal(err)
		}
		swept, err := w.Sweep(t.Context(), f, c, "", nil)
		if err != nil || !swept.Complete || swept.Counts.Total() != f.Len() {
			t.Fatalf("%+v: %v", swept, err)
		}
		var counts fleet.Counts
		rows, _, err := w.Rows(t.Context(), f, swept, fleet.Filter{}, "", f.Len())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			m, err := w.CheckWindow(t.Context(), w.State(), r.Customer, c, w.Today(), november, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			counts[m.Verdict]++
			if r.Verdict != m.Verdict || r.Judgement.Verdict != m.Verdict || r.Judgement.Because() != m.Because() || r.Judgement.Evidence != m.Evidence {
				t.Errorf("%+v %s: swept %v and shown %v, by itself %v", in, r.Customer, r.Verdict, r.Judgement.Verdict, m.Verdict)
			}
		}
		if counts != swept.Counts || counts.Of(claim.Broken) == 0 {
			t.Errorf("%+v: counted %v, the sweep %v", in, counts, swept.Counts)
		}
	}
	if in, ok := f.Window(); !ok || in.From != november || in.Customers < 50 {
		t.Errorf("%+v", in)
	}
}

// A customer whose logs could not be looked at in time has no verdict at all.
func TestASweepThatEndsBeforeLogsAreReadGivesNoVerdict(t *testing.T) {
	w, _, f := watched(t, 20)
	c := handledInEU(t, w.Service)
	ctx, end := context.WithCancel(t.Context())
	resolved := func(done, total int) {
		if done == total {
			end()
		}
	}
	swept, err := w.Sweep(ctx, f, c, "", resolved)
	if err != nil || swept.Complete || swept.Counts.Total() != 0 {
		t.Fatalf("complete %t, %v, %v", swept.Complete, swept.Counts, err)
	}
	again, err := w.Sweep(t.Context(), f, c, swept.Resume, nil)
	if err != nil || !again.Complete || again.Counts.Total() != f.Len() || again.Counts.Of(claim.Broken) == 0 {
		t.Fatalf("complete %t, %v, %v", again.Complete, again.Counts, err)
	}
}

func TestASweepWhoseLogsCannotBeReadIsAnError(t *testing.T) {
	w, store, f := watched(t, 20)
	store.Close()
	if swept, err := w.Sweep(t.Context(), f, handledInEU(t, w.Service), "", nil); err == nil {
		t.Errorf("%v", swept.Counts)
	}
}

func TestPromisesAreSweptByWhatWasObserved(t *testing.T) {
	w, _, f := watched(t, 300)
	p, err := w.SweepPromises(t.Context(), f, nil)
	if err != nil || !p.Complete || p.Counts.Of(claim.Broken) == 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	for i := range p.Promises {
		x := &p.Promises[i]
		m, err := w.CheckWindow(t.Context(), w.State(), x.Customer, x.Claim, w.Today(), november, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		j, err := w.CheckPromise(t.Context(), f, x)
		if err != nil || x.Verdict != m.Verdict || j.Verdict != m.Verdict {
			t.Errorf("%s: swept %v, by itself %v, %v", x.Customer, x.Verdict, m.Verdict, err)
		}
	}
}

func TestAFleetIsObservedInAWindowThatIsOne(t *testing.T) {
	w, _, f := watched(t, 1)
	for _, from := range []time.Time{{}, w.Now().AddDate(0, 0, 1), w.Now().AddDate(-11, 0, 0)} {
		if _, err := w.Observed(t.Context(), f, from, time.Time{}); !errors.Is(err, atlas.ErrInput) {
			t.Errorf("from %v: %v", from, err)
		}
	}
}
