package fleet_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"domicile/internal/claim"
	"domicile/internal/fleet"
)

func TestTheEnginesAgreeOnEveryCustomer(t *testing.T) {
	w := newWorld(t)
	o, c := newOPA(t, w), newCedar(t, w)
	seen := map[string]int{}
	for i, res := range w.all {
		ps, want := w.placements(res), claim.Judge(&w.claim, res).String()
		seen[want]++
		if got := o.verdict(t, input(t, ps)); got != want {
			t.Errorf("customer %d: OPA says %s, want %s", i, got, want)
		}
		if got := c.verdict(ps); got != want {
			t.Errorf("customer %d: Cedar says %s, want %s", i, got, want)
		}
	}
	if len(seen) < 3 {
		t.Errorf("verdicts seen: %v", seen)
	}
}

// BenchmarkCustomer is the time of each engine to judge one customer.
func BenchmarkCustomer(b *testing.B) {
	w := newWorld(b)
	b.Run("fleet-of-100000", w.benchSweep)
	b.Run("judge", func(b *testing.B) {
		perCustomer(b, func(i int) { claim.Judge(&w.claim, w.all[i]) })
	})
	b.Run("opa", func(b *testing.B) {
		o := newOPA(b, w)
		var in []ast.Value
		for _, res := range w.all {
			in = append(in, input(b, w.placements(res)))
		}
		perCustomer(b, func(i int) { o.verdict(b, in[i]) })
	})
	b.Run("cedar", func(b *testing.B) {
		c := newCedar(b, w)
		var in [][]placement
		for _, res := range w.all {
			in = append(in, w.placements(res))
		}
		perCustomer(b, func(i int) { c.verdict(in[i]) })
	})
}

func perCustomer(b *testing.B, fn func(i int)) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		fn(i % customers)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/customer")
}

func (w *world) benchSweep(b *testing.B) {
	const n = 100_000
	profiles := fleet.NewProfiles()
	all := make([]fleet.Customer, n)
	for i := range all {
		s := w.demo.Customer(i)
		all[i] = fleet.Customer{ID: s.Customer, Profile: profiles.Of(s)}
	}
	f, c := fleet.New(all), fleet.NewCompiled(w.data.Rules, w.view)
	c.Extend(profiles.Shapes())
	for b.Loop() {
		j, err := fleet.Judge(c, w.claim)
		if err != nil {
			b.Fatal(err)
		}
		if s := fleet.NewSweep(f, j, ""); s.Step(n) {
			b.Fatal("not complete")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/customer")
}
