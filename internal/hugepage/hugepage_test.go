package hugepage_test

import (
	"testing"

	"domicile/internal/hugepage"
)

func TestATableIsEmptyAndCanBeWrittenToItsEnds(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 20} {
		s := hugepage.Make[uint64](n)
		if len(s) != n {
			t.Fatalf("%d elements, want %d", len(s), n)
		}
		for i := range s {
			if s[i] != 0 {
				t.Fatalf("element %d of %d is %d", i, n, s[i])
			}
			s[i] = uint64(i)
		}
	}
}
