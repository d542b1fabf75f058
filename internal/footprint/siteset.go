package footprint

import (
	"iter"
	"math/bits"
)

// siteWords is the width of a SiteSet in 64-bit words.
const siteWords = 8

// MaxSites is how many sites a footprint can hold. A footprint that outgrows it
// is refused at load.
const MaxSites = siteWords * 64

// SiteIndex is a site's dense number in one footprint revision.
type SiteIndex uint16

// SiteSet is a set of sites. The zero value is empty; copies are independent.
type SiteSet [siteWords]uint64

// Add puts the site into the set.
func (s *SiteSet) Add(i SiteIndex) { s[i>>6&(siteWords-1)] |= 1 << (i & 63) }

// Has reports whether the site is in the set.
func (s *SiteSet) Has(i SiteIndex) bool { return s[i>>6&(siteWords-1)]>>(i&63)&1 == 1 }

// Union returns the sites in either set.
func (s SiteSet) Union(o SiteSet) SiteSet {
	for w := range s {
		s[w] |= o[w]
	}
	return s
}

// Intersect returns the sites in both sets.
func (s SiteSet) Intersect(o SiteSet) SiteSet {
	for w := range s {
		s[w] &= o[w]
	}
	return s
}

// Minus returns the sites of s that are not in o.
func (s SiteSet) Minus(o SiteSet) SiteSet {
	for w := range s {
		s[w] &^= o[w]
	}
	return s
}

// Empty reports whether the set has no site.
func (s *SiteSet) Empty() bool { return *s == SiteSet{} }

// SubsetOf reports whether every site of s is in o.
func (s SiteSet) SubsetOf(o SiteSet) bool { return s.Minus(o) == SiteSet{} }

// Len counts the sites.
func (s *SiteSet) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// First returns the lowest site, and false when the set is empty.
func (s *SiteSet) First() (SiteIndex, bool) {
	for w, v := range s {
		if v != 0 {
			return SiteIndex(w*64 + bits.TrailingZeros64(v)), true
		}
	}
	return 0, false
}

// All yields the sites in ascending order.
func (s SiteSet) All() iter.Seq[SiteIndex] {
	return func(yield func(SiteIndex) bool) {
		for w, v := range s {
			for v != 0 {
				if !yield(SiteIndex(w*64 + bits.TrailingZeros64(v))) {
					return
				}
				v &= v - 1
			}
		}
	}
}
