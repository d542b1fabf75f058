package atlas_test

import (
	"context"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/demofleet"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// demo is a service over n invented customers.
func demo(t testing.TB, n int) *atlas.Service {
	t.Helper()
	ref := reference(t)
	f := demofleet.New(1, ref.Footprint, ref.Rules, []string{"eu-only", "us-only"})
	var sets []*residency.Settings
	for i := range n {
		sets = append(sets, f.Customer(i))
	}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	store, err := atlas.NewFixed(sets, codec{}, now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := atlas.New(context.Background(), ref, store, codec{}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func handledInEU(t testing.TB, s *atlas.Service) claim.Claim {
	t.Helper()
	c, err := s.State().Reference.Claim(atlas.ClaimInput{Preset: "eu-only"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASweepAgreesWithTheCheckOfEachCustomerOnEachDay(t *testing.T) {
	s := demo(t, 400)
	c := handledInEU(t, s)
	for _, d := range []string{"2026-11-20", "2026-09-20", "2026-08-21", "2001-01-01"} {
		f := fleetOf(t, s, day(t, d))
		w, err := s.Sweep(context.Background(), f, c, "", nil)
		if err != nil || !w.Complete || w.Counts.Total() != 400 {
			t.Fatalf("%s: complete %t, %v, %v", d, w.Complete, w.Counts, err)
		}
		rows, more, err := s.Rows(context.Background(), f, w, fleet.Filter{}, "", 1000)
		if err != nil || more || len(rows) != 400 {
			t.Fatalf("%s: %d rows, %t, %v", d, len(rows), more, err)
		}
		for _, r := range rows {
			if r.Verdict != r.Judgement.Verdict {
				t.Errorf("%s: %s is %v, by itself %v", d, r.Customer, r.Verdict, r.Judgement.Verdict)
			}
		}
	}
}

func TestASweepThatIsStoppedSaysSoAndGoesOn(t *testing.T) {
	s := demo(t, 300)
	f := fleetOf(t, s, s.Today())
	ended, end := context.WithCancel(context.Background())
	end()
	w, err := s.Sweep(ended, f, handledInEU(t, s), "", nil)
	if err != nil || w.Complete || w.Counts.Total() != 0 {
		t.Fatalf("stopped at once: complete %t, %v, %v", w.Complete, w.Counts, err)
	}
	p, err := s.SweepPromises(ended, f, nil)
	if err != nil || p.Complete {
		t.Errorf("promises stopped at once: complete %t, %v", p.Complete, err)
	}
	told := 0
	w, err = s.Sweep(context.Background(), f, handledInEU(t, s), w.Resume, func(done, total int) { told = total - done })
	if err != nil || !w.Complete || w.Counts.Total() != 300 || told != 0 {
		t.Errorf("gone on: complete %t, %v, %d left, %v", w.Complete, w.Counts, told, err)
	}
}

func TestPromisesAreSweptOldestFirstAsEachIsJudgedByItself(t *testing.T) {
	s := demo(t, 600)
	f := fleetOf(t, s, s.Today())
	p, err := s.SweepPromises(context.Background(), f, nil)
	if err != nil || !p.Complete || len(p.Promises) == 0 || p.Counts.Total() != len(p.Promises) {
		t.Fatalf("%d promises, %+v, %v", len(p.Promises), p, err)
	}
	for i := range p.Promises {
		x := &p.Promises[i]
		if i > 0 && x.Since < p.Promises[i-1].Since {
			t.Error("not the oldest first")
		}
		j, err := s.CheckPromise(context.Background(), f, x)
		if err != nil || j.Verdict != x.Verdict {
			t.Errorf("%s: %v, by itself %v, %v", x.Customer, x.Verdict, j.Verdict, err)
		}
	}
}

func fleetOf(t testing.TB, s *atlas.Service, d footprint.Date) *atlas.SweepFleet {
	t.Helper()
	f, err := s.Fleet(context.Background(), s.State(), d)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
