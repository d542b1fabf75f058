package fleet_test

import (
	"runtime"
	"syscall"
	"testing"

	"domicile/internal/claim"
	"domicile/internal/demofleet"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
)

const benchCustomers = 1_000_000

// heap is the memory that is reachable.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// processor reports the processor time of an operation, which other work on the
// machine disturbs less than the clock.
func processor(b *testing.B) func() {
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := used()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}

// million is a fleet of a million invented customers.
func million(b *testing.B) *world {
	b.Helper()
	w := &world{data: shipped(b), profiles: fleet.NewProfiles()}
	w.view = w.data.Footprint.At(date(b, "2026-11-20"))
	demo := demofleet.New(1, w.data.Footprint, w.data.Rules, []string{"eu-only", "us-only"})
	empty, names := heap(), 0
	all := make([]fleet.Customer, 0, benchCustomers)
	for i := range benchCustomers {
		s := demo.Customer(i)
		all = append(all, fleet.Customer{ID: s.Customer, Profile: w.profiles.Of(s), Promises: s.Promises})
		names += len(s.Customer)
		for _, p := range s.Promises {
			names += len(p.Contract)
		}
	}
	w.fleet, all = fleet.New(all), nil
	b.Logf("%d profiles; %.1f B a customer beside ids and contract texts (of %.1f B), pool of profiles included",
		w.profiles.Len(), float64(heap()-empty-names)/benchCustomers, float64(names)/benchCustomers)
	w.compiled = fleet.NewCompiled(w.data.Rules, w.view)
	w.compiled.Extend(w.profiles.Shapes())
	b.Logf("%d atoms; %.1f B a customer with them resolved", w.compiled.Atoms(), float64(heap()-empty-names)/benchCustomers)
	return w
}

// twenty are twenty different claims.
func (w *world) twenty(b *testing.B) (out []claim.Claim) {
	for _, p := range [][]string{{"EU"}, {"US"}, {"DE"}, {"EU", "GB"}, {"CH", "EU"}, {"CA"}, {"EEA"}} {
		for _, r := range []claim.Reading{claim.Handled, claim.Resides, claim.Everything} {
			out = append(out, w.claim(b, claim.OnlyIn, r, p...))
		}
	}
	return out[:20]
}

// BenchmarkMillion measures a fleet of a million on one core.
func BenchmarkMillion(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	w := million(b)
	claims := w.twenty(b)
	b.Run("one-claim", func(b *testing.B) {
		b.ReportAllocs()
		defer processor(b)()
		for b.Loop() {
			w.sweep(b, claims[0])
		}
	})
	b.Run("one-claim-and-causes", func(b *testing.B) {
		defer processor(b)()
		for b.Loop() {
			w.sweep(b, claims[0]).Causes()
		}
	})
	b.Run("twenty-claims", func(b *testing.B) {
		defer processor(b)()
		for b.Loop() {
			for _, c := range claims {
				w.sweep(b, c)
			}
		}
	})
	b.Run("one-change-of-settings", func(b *testing.B) { w.benchChange(b, claims) })
	b.Run("new-site", func(b *testing.B) { w.benchSite(b, claims[0]) })
	b.Run("shape-and-profile", func(b *testing.B) {
		demo := demofleet.New(1, w.data.Footprint, w.data.Rules, nil)
		s, p := demo.Customer(4711), fleet.NewProfiles()
		b.ReportAllocs()
		for b.Loop() {
			p.Of(s)
		}
	})
}

// benchChange gives one customer after the other settings of customers who are
// not in the fleet, some of whom chose what nobody has.
func (w *world) benchChange(b *testing.B, claims []claim.Claim) {
	before, i := w.sweep(b, claims[0]), 0
	demo := demofleet.New(2, w.data.Footprint, w.data.Rules, nil)
	b.ReportAllocs()
	defer processor(b)()
	for b.Loop() {
		i++
		s := demo.Customer(i)
		x := fleet.Customer{ID: demofleet.ID(i * 7919 % benchCustomers), Profile: w.profiles.Of(s)}
		w.fleet = w.fleet.Put(x)
		w.compiled.Extend(w.profiles.Shapes()[w.compiled.Profiles():])
		after := before.Rejudge(w.fleet)
		fleet.Flips(before, after)
		before = after
	}
}

// benchSite carries the fleet over to a network with a further site, like those that
// are there, sweeps a claim, and says who flipped and why.
func (w *world) benchSite(b *testing.B, c claim.Claim) {
	before := w.sweep(b, c)
	sites := append([]footprint.Site(nil), w.data.Footprint.Sites()...)
	extra := sites[len(sites)-1]
	extra.Code = "ZZZ"
	fp, err := footprint.New(footprint.Parts{
		Sites: append(sites, extra), Jurisdictions: w.data.Footprint.Jurisdictions(), Memberships: w.data.Footprint.Memberships(), Regions: w.data.Footprint.Regions(),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer processor(b)()
	for b.Loop() {
		next := world{data: w.data, view: fp.At(w.view.Date()), fleet: w.fleet}
		moved, ok := w.compiled.Moved(next.view, w.profiles.Shapes())
		if !ok {
			b.Fatal("the site is like none that is there")
		}
		next.compiled = moved
		after := next.sweep(b, c)
		fleet.Flips(before, after)
		after.Causes()
	}
}
