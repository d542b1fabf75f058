package fleet_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
)

// verdicts is every customer's verdict of a sweep.
func verdicts(s *fleet.Sweep) map[string]claim.Verdict {
	out := map[string]claim.Verdict{}
	rows, _ := s.Who(fleet.Filter{}, "", 1<<30)
	for _, r := range rows {
		out[r.Customer] = r.Verdict
	}
	return out
}

// expectFlips compares flips with the difference of two sweeps.
func expectFlips(t *testing.T, before, after *fleet.Sweep) []fleet.Flip {
	t.Helper()
	was, is := verdicts(before), verdicts(after)
	flips := fleet.Flips(before, after)
	got := map[string]fleet.Flip{}
	for _, f := range flips {
		got[f.Customer] = f
	}
	for id, v := range is {
		old, known := was[id]
		f, flipped := got[id]
		if flipped != (!known || old != v) || flipped && (f.To != v || known && f.From != old || f.New == known) {
			t.Errorf("%s: from %v (%t) to %v, flip %+v", id, old, known, v, f)
		}
	}
	if len(got) != len(flips) {
		t.Error("a customer flips twice")
	}
	return flips
}

func TestAChangeOfSettingsIsJudgedAsASweepFromTheStart(t *testing.T) {
	w := newWorld(t, 900)
	c := w.claims(t)[1]
	before := w.sweep(t, c)
	rng, seen := rand.New(rand.NewPCG(1, 2)), 0
	for step := range 120 {
		var changed []fleet.Customer
		for range 1 + rng.IntN(3) {
			id := fmt.Sprintf("odd%06d", rng.IntN(900))
			if step%4 == 0 {
				id = fmt.Sprintf("%s-new%d", id, step)
			}
			if step == 60 {
				id = "a-first"
			}
			changed = append(changed, w.customer(id, newDice(w.data.Rules, 9, uint64(step)).settings()))
		}
		w.fleet = w.fleet.Put(changed...)
		w.compiled.Extend(w.profiles.Shapes()[w.compiled.Profiles():])
		after := before.Rejudge(w.fleet)
		if !after.Complete() {
			t.Fatal("not complete")
		}
		fresh := w.sweep(t, c)
		if after.Counts != fresh.Counts || !cmp.Equal(verdicts(after), verdicts(fresh)) {
			t.Fatalf("step %d: counts %v, from the start %v", step, after.Counts, fresh.Counts)
		}
		seen += len(expectFlips(t, before, after))
		before = after
	}
	if seen == 0 || w.fleet.Len() != len(w.sets) {
		t.Errorf("%d flips; %d customers of %d", seen, w.fleet.Len(), len(w.sets))
	}
}

func TestASiteThatOpensFlipsThoseWhomItReaches(t *testing.T) {
	w := newWorld(t, 300)
	c := w.claim(t, claim.NeverIn, claim.Handled, "AQ")
	before := w.sweep(t, c)
	sites := append([]footprint.Site(nil), w.data.Footprint.Sites()...)
	sites = append(sites, footprint.Site{
		Code: "AAQ", Kind: footprint.PoP, City: "Somewhere cold", Country: "AQ", Network: footprint.NetworkGlobal, Group: sites[0].Group,
		Seen: footprint.Period{From: date(t, "2026-11-01")},
	})
	fp, err := footprint.New(footprint.Parts{
		Sites: sites, Jurisdictions: w.data.Footprint.Jurisdictions(), Memberships: w.data.Footprint.Memberships(), Regions: w.data.Footprint.Regions(),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.view = fp.At(w.view.Date())
	w.compiled = fleet.NewCompiled(w.data.Rules, w.view)
	half := w.profiles.Len() / 2
	for _, part := range [][2]int{{0, half}, {half, w.profiles.Len()}} {
		p := fleet.NewCompiled(w.data.Rules, w.view)
		p.Extend(w.profiles.Shapes()[part[0]:part[1]])
		w.compiled.Append(p)
	}
	after := w.sweep(t, c)
	for id := range w.sets {
		if v, _ := after.Verdict(id); v != w.full(t, id, c).Verdict {
			t.Fatalf("%s: %v", id, v)
		}
	}
	flips := expectFlips(t, before, after)
	if len(flips) == 0 {
		t.Error("a PoP in Antarctica flips nobody who claims never to be there")
	}
	for _, f := range flips {
		if f.From == claim.NotEnsured {
			t.Errorf("%+v: a further site cannot mend a verdict", f)
		}
	}
}

func TestPutKeepsTheFleetBefore(t *testing.T) {
	f := fleet.New(nil)
	var all []*fleet.Fleet
	for i := range 3000 {
		all = append(all, f)
		f = f.Put(fleet.Customer{ID: fmt.Sprintf("c%04d", i*7919%3000), Profile: uint32(i)})
	}
	for i, old := range all {
		if old.Len() != i {
			t.Fatalf("fleet %d has %d customers", i, old.Len())
		}
	}
	for i := range 3000 {
		if c, ok := f.Customer(fmt.Sprintf("c%04d", i*7919%3000)); !ok || c.Profile != uint32(i) {
			t.Fatalf("customer %d has profile %d (%t)", i, c.Profile, ok)
		}
	}
}
