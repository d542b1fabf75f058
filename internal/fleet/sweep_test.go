package fleet_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/demofleet"
	"domicile/internal/evidence"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// world is a fleet with everything it was made from.
type world struct {
	data     *dataset.Data
	view     *footprint.View
	sets     map[string]*residency.Settings
	profiles *fleet.Profiles
	fleet    *fleet.Fleet
	compiled *fleet.Compiled
}

// newWorld has n demonstration customers, as many whose parts refer to each
// other in odd ways, and one without settings.
func newWorld(t testing.TB, n int) *world {
	t.Helper()
	w := &world{data: shipped(t), sets: map[string]*residency.Settings{}, profiles: fleet.NewProfiles()}
	w.view = w.data.Footprint.At(date(t, "2026-11-20"))
	demo := demofleet.New(1, w.data.Footprint, w.data.Rules, []string{"eu-only", "us-only"})
	all := []fleet.Customer{{ID: "nobody"}}
	w.sets["nobody"] = nil
	for i := range n {
		s := demo.Customer(i)
		all = append(all, w.customer(s.Customer, s))
		odd := fmt.Sprintf("odd%06d", i)
		all = append(all, w.customer(odd, newDice(w.data.Rules, 3, uint64(i)).settings()))
	}
	w.fleet = fleet.New(all)
	w.compiled = fleet.NewCompiled(w.data.Rules, w.view)
	w.compiled.Extend(w.profiles.Shapes())
	return w
}

func (w *world) customer(id string, s *residency.Settings) fleet.Customer {
	w.sets[id] = s
	c := fleet.Customer{ID: id, Profile: w.profiles.Of(s)}
	if s != nil {
		c.Promises = s.Promises
	}
	return c
}

func (w *world) claim(t testing.TB, kind claim.Kind, r claim.Reading, places ...string) claim.Claim {
	t.Helper()
	p, err := w.data.Footprint.ParsePlaces(places, nil)
	if err != nil {
		t.Fatal(err)
	}
	return claim.New(kind, p, r)
}

func (w *world) claims(t testing.TB) []claim.Claim {
	return []claim.Claim{
		w.claim(t, claim.OnlyIn, claim.Handled, "EU"), w.claim(t, claim.OnlyIn, claim.Resides, "EU"),
		w.claim(t, claim.OnlyIn, claim.Everything, "US"), w.claim(t, claim.NeverIn, claim.Handled, "CN", "RU"),
		w.claim(t, claim.NeverIn, claim.Resides, "US"), w.claim(t, claim.OnlyIn, claim.Resides, "EU", "US", "GB", "CA"),
		{Kind: claim.OnlyIn, Places: w.claim(t, claim.OnlyIn, claim.Handled, "DE").Places,
			Categories: claim.CategoriesOf(residency.Keys), Activities: claim.ActivitiesOf(residency.Store)},
	}
}

func (w *world) sweep(t testing.TB, c claim.Claim) *fleet.Sweep {
	t.Helper()
	j, err := fleet.Judge(w.compiled, c)
	if err != nil {
		t.Fatal(err)
	}
	s := fleet.NewSweep(w.fleet, j, "")
	if s.Step(1 << 20); !s.Complete() {
		t.Fatal("the sweep is not complete")
	}
	return s
}

// full is the verdict and the check of the full path.
func (w *world) full(t testing.TB, id string, c claim.Claim) *claim.Result {
	t.Helper()
	res := residency.Unrecorded(w.data.Rules, w.view, id)
	if s := w.sets[id]; s != nil {
		res = residency.Resolve(w.data.Rules, w.view, s)
	}
	r, err := claim.Check(c, res, evidence.Window{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASweepGivesEveryCustomerTheVerdictOfTheFullPath(t *testing.T) {
	w := newWorld(t, 400)
	for _, c := range w.claims(t) {
		s := w.sweep(t, c)
		var want fleet.Counts
		for id := range w.sets {
			v := w.full(t, id, c).Verdict
			want[v]++
			if got, ok := s.Verdict(id); !ok || got != v {
				t.Fatalf("%s: %s: %v, want %v", c.Sentence(), id, got, v)
			}
		}
		if s.Counts != want || want.Total() != w.fleet.Len() {
			t.Errorf("%s: counts %v, want %v", c.Sentence(), s.Counts, want)
		}
	}
}

func TestCausesAreThoseOfTheFullPath(t *testing.T) {
	w := newWorld(t, 150)
	c := w.claims(t)[0]
	want := map[fleet.Cause]int{}
	for id := range w.sets {
		own := map[fleet.Cause]bool{}
		r := w.full(t, id, c)
		if r.Verdict != claim.NotEnsured {
			continue
		}
		for _, ce := range r.Counterexamples {
			p := ce.Placement
			own[fleet.Cause{Category: p.Category, Kind: p.Reason.Kind, Product: p.Reason.Product, Setting: p.Reason.Setting, Region: p.Reason.Region}] = true
		}
		for k := range own {
			want[k]++
		}
	}
	s, got := w.sweep(t, c), map[fleet.Cause]int{}
	for _, k := range s.Causes() {
		if k.Verdict == claim.NotEnsured {
			got[k.Cause] = k.Customers
			rows, _ := s.Who(fleet.Filter{Verdicts: []claim.Verdict{claim.NotEnsured}, Cause: &k.Cause}, "", 1<<20)
			if len(rows) != k.Customers || rows[0].Customer != k.Example {
				t.Errorf("%+v: %d rows from %s", k, len(rows), rows[0].Customer)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASweepGoesOnWhereItStopped(t *testing.T) {
	w := newWorld(t, 1800)
	c := w.claims(t)[0]
	whole := w.sweep(t, c)
	j, err := fleet.Judge(w.compiled, c)
	if err != nil {
		t.Fatal(err)
	}
	var sum fleet.Counts
	after, parts := "", 0
	for more := true; more && parts < 100; parts++ {
		s := fleet.NewSweep(w.fleet, j, after)
		more = s.Step(1)
		if more == s.Complete() {
			t.Fatal("complete and more, or neither")
		}
		for v, n := range s.Counts {
			sum[v] += n
		}
		after = s.Reached()
	}
	if sum != whole.Counts || parts < 4 {
		t.Errorf("%d parts give %v, want %v", parts, sum, whole.Counts)
	}
	s := fleet.NewSweep(w.fleet, j, "c00000100x")
	s.Step(1 << 20)
	rows, _ := s.Who(fleet.Filter{}, "", 1<<20)
	if len(rows) != s.Counts.Total() || rows[0].Customer != "c00000101" {
		t.Errorf("%d rows from %s, %d counted", len(rows), rows[0].Customer, s.Counts.Total())
	}
	if _, ok := s.Verdict("c00000100"); ok {
		t.Error("a customer before the start was judged")
	}
}

func TestASweepStopsBeforeCustomersWhoseProfileIsNotResolved(t *testing.T) {
	w := newWorld(t, 600)
	part := fleet.NewCompiled(w.data.Rules, w.view)
	part.Extend(w.profiles.Shapes()[:10])
	j, err := fleet.Judge(part, w.claims(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	s := fleet.NewSweep(w.fleet, j, "")
	if more := s.Step(1 << 20); !more || s.Complete() {
		t.Error("it says that it is complete")
	}
	part.Extend(w.profiles.Shapes()[10:])
	if s.Step(1 << 20); !s.Complete() || s.Counts != w.sweep(t, w.claims(t)[0]).Counts {
		t.Error("it does not go on when they are resolved")
	}
}

func TestWhoPagesThroughTheCustomersChosen(t *testing.T) {
	w := newWorld(t, 700)
	s := w.sweep(t, w.claims(t)[1])
	for _, f := range []fleet.Filter{
		{}, {Verdicts: []claim.Verdict{claim.NotEnsured}}, {Verdicts: []claim.Verdict{claim.Holds, claim.Unknown}}, {Prefix: "odd0001"}, {Prefix: "zzz"}, {Prefix: "a"},
	} {
		all, more := s.Who(f, "", 1<<20)
		if more {
			t.Fatal("more than all")
		}
		var paged []fleet.Row
		for after, more := "", true; more && len(paged) <= len(all); {
			var rows []fleet.Row
			rows, more = s.Who(f, after, 37)
			if paged = append(paged, rows...); more {
				after = rows[len(rows)-1].Customer
			}
		}
		if diff := cmp.Diff(all, paged); diff != "" {
			t.Errorf("%+v: %s", f, diff)
		}
		if !slices.IsSortedFunc(all, func(a, b fleet.Row) int { return strings.Compare(a.Customer, b.Customer) }) {
			t.Errorf("%+v: not ascending", f)
		}
	}
	if rows, _ := s.Who(fleet.Filter{Prefix: "odd0001"}, "", 1<<20); len(rows) != 100 {
		t.Errorf("%d rows of a prefix, want 100", len(rows))
	}
}

func TestAClaimOfOneCustomersScopesIsRefused(t *testing.T) {
	w := newWorld(t, 1)
	c := w.claims(t)[0]
	c.Scopes = []residency.Scope{{Kind: residency.HostnameScope, Name: "www.acme.example"}}
	if _, err := fleet.Judge(w.compiled, c); !errors.Is(err, fleet.ErrScoped) {
		t.Errorf("error %v", err)
	}
	if _, err := fleet.Judge(w.compiled, claim.Claim{}); !errors.Is(err, claim.ErrEmpty) {
		t.Errorf("error %v", err)
	}
}

func TestBeforeTheFirstRecordNothingIsKnownOfAnybody(t *testing.T) {
	w := newWorld(t, 50)
	w.view = w.data.Footprint.At(date(t, "2001-01-01"))
	w.compiled = fleet.NewCompiled(w.data.Rules, w.view)
	w.compiled.Extend(w.profiles.Shapes())
	if s := w.sweep(t, w.claims(t)[0]); s.Counts.Of(claim.Unknown) != w.fleet.Len() {
		t.Errorf("counts %v", s.Counts)
	}
}

func TestAnOverruledVerdictIsCountedAndLeavesOtherSweepsAlone(t *testing.T) {
	w := newWorld(t, 300)
	c := w.claims(t)[1]
	whole := w.sweep(t, c)
	before := verdicts(whole)
	next := whole.Rejudge(w.fleet)
	rows, _ := next.Who(fleet.Filter{}, "", 1<<30)
	for i := 0; i < len(rows); i += 7 {
		next.Overrule(rows[i].Customer, claim.Broken)
		next.Overrule(rows[i].Customer, claim.Broken)
	}
	next.Overrule("no-such-customer", claim.Broken)
	if diff := cmp.Diff(before, verdicts(whole)); diff != "" {
		t.Error(diff)
	}
	var counts fleet.Counts
	rows, _ = next.Who(fleet.Filter{}, "", 1<<30)
	for i, r := range rows {
		counts[r.Verdict]++
		if want := before[r.Customer]; i%7 == 0 && r.Verdict != claim.Broken || i%7 != 0 && r.Verdict != want {
			t.Errorf("%s is %v, was %v", r.Customer, r.Verdict, want)
		}
	}
	if counts != next.Counts || counts.Of(claim.Broken) != (len(rows)+6)/7 {
		t.Errorf("counted %v, said %v", counts, next.Counts)
	}
	for _, c := range next.Causes() {
		if chosen, _ := next.Who(fleet.Filter{Cause: &c.Cause, Verdicts: []claim.Verdict{c.Verdict}}, "", 1<<30); len(chosen) != c.Customers {
			t.Errorf("%+v chooses %d", c, len(chosen))
		}
	}
	if chosen, _ := next.Who(fleet.Filter{Verdicts: []claim.Verdict{claim.Broken}}, "", 1<<30); len(chosen) != counts.Of(claim.Broken) {
		t.Errorf("%d are broken", len(chosen))
	}
}
