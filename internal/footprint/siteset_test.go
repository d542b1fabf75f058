package footprint_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"domicile/internal/footprint"
)

func setOf(sites ...footprint.SiteIndex) footprint.SiteSet {
	var s footprint.SiteSet
	for _, i := range sites {
		s.Add(i)
	}
	return s
}

func TestASiteSetHoldsWhatWasAdded(t *testing.T) {
	s := setOf(0, 63, 64, 300, footprint.MaxSites-1)
	for i := range footprint.SiteIndex(footprint.MaxSites) {
		want := slices.Contains([]footprint.SiteIndex{0, 63, 64, 300, footprint.MaxSites - 1}, i)
		if s.Has(i) != want {
			t.Errorf("Has(%d) = %v", i, !want)
		}
	}
	if got := slices.Collect(s.All()); !slices.Equal(got, []footprint.SiteIndex{0, 63, 64, 300, footprint.MaxSites - 1}) {
		t.Errorf("All yields %v", got)
	}
	if first, ok := s.First(); first != 0 || !ok || s.Len() != 5 || s.Empty() {
		t.Errorf("First %d %v, Len %d, Empty %v", first, ok, s.Len(), s.Empty())
	}
}

func TestAnEmptySiteSetHasNothing(t *testing.T) {
	var s footprint.SiteSet
	if _, ok := s.First(); ok || !s.Empty() || s.Len() != 0 || !s.SubsetOf(setOf()) || !s.SubsetOf(setOf(3)) {
		t.Error("the zero set is not empty")
	}
	for i := range s.All() {
		t.Errorf("it yields %d", i)
	}
}

func TestAllStopsWhenAsked(t *testing.T) {
	n := 0
	for range setOf(1, 2, 3).All() {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d sites after a break", n)
	}
}

func TestACopyOfASetIsIndependent(t *testing.T) {
	a := setOf(1)
	b := a
	b.Add(2)
	if a.Has(2) {
		t.Error("adding to a copy changed the original")
	}
}

// The operations are those of sets, here compared with maps.
func TestSetOperationsAgreeWithMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		a, b := map[footprint.SiteIndex]bool{}, map[footprint.SiteIndex]bool{}
		var sa, sb footprint.SiteSet
		for range r.IntN(60) {
			i, j := footprint.SiteIndex(r.IntN(footprint.MaxSites)), footprint.SiteIndex(r.IntN(100))
			a[i], b[j] = true, true
			sa.Add(i)
			sb.Add(j)
		}
		union, both, minus, subset := sa.Union(sb), sa.Intersect(sb), sa.Minus(sb), true
		n := 0
		for i := range footprint.SiteIndex(footprint.MaxSites) {
			if union.Has(i) != (a[i] || b[i]) || both.Has(i) != (a[i] && b[i]) || minus.Has(i) != (a[i] && !b[i]) {
				t.Fatalf("site %d: union %v, intersect %v, minus %v", i, union.Has(i), both.Has(i), minus.Has(i))
			}
			subset = subset && (!a[i] || b[i])
			if a[i] {
				n++
			}
		}
		if sa.Len() != n || sa.SubsetOf(sb) != subset {
			t.Fatalf("Len %d, want %d; SubsetOf %v, want %v", sa.Len(), n, sa.SubsetOf(sb), subset)
		}
	}
}

func TestMembershipLogicIsThreeValued(t *testing.T) {
	const in, unknown, out = footprint.In, footprint.Unknown, footprint.Out
	members := func(m footprint.Membership) footprint.Members {
		switch m {
		case in:
			return footprint.Members{In: setOf(0)}
		case unknown:
			return footprint.Members{Unknown: setOf(0)}
		}
		return footprint.Members{}
	}
	for _, tt := range []struct{ a, b, or, and footprint.Membership }{
		{in, in, in, in}, {in, unknown, in, unknown}, {in, out, in, out},
		{unknown, unknown, unknown, unknown}, {unknown, out, unknown, out}, {out, out, out, out},
	} {
		for _, pair := range [][2]footprint.Membership{{tt.a, tt.b}, {tt.b, tt.a}} {
			or, and := members(pair[0]).Or(members(pair[1])), members(pair[0]).And(members(pair[1]))
			if or.Of(0) != tt.or || and.Of(0) != tt.and {
				t.Errorf("%s, %s: or %s, and %s", pair[0], pair[1], or.Of(0), and.Of(0))
			}
		}
	}
	for m, want := range map[footprint.Membership]footprint.Membership{in: out, unknown: unknown, out: in} {
		if not := members(m).Not(setOf(0)); not.Of(0) != want {
			t.Errorf("not %s is %s", m, not.Of(0))
		}
	}
	if (footprint.Membership)(0) != unknown {
		t.Error("the zero membership is not Unknown")
	}
}
