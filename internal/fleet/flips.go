package fleet

import (
	"math/bits"

	"domicile/internal/claim"
)

// Rejudge is a sweep over the fleet that followed this one's: runs of customers
// that did not change keep their verdicts. It is complete if this one was and
// the new profiles are resolved.
//
// It is for the same rules and day. After another, sweep anew, and compare
// with Flips.
func (s *Sweep) Rejudge(f *Fleet) *Sweep {
	next := NewSweep(f, s.judged, "")
	next.judged.extend()
	if !s.Complete() || s.after != "" || int(f.greatest) >= len(next.judged.profiles) {
		next.Step(len(f.chunks))
		return next
	}
	next.Counts = s.Counts
	old := 0
	for i, c := range f.chunks {
		same := func() bool { return old < len(s.fleet.chunks) && s.fleet.chunks[old] == c }
		for ; !same() && old < len(s.fleet.chunks) && s.fleet.chunks[old].ids[0] < c.ids[0]; old++ {
			s.drop(&next.Counts, old)
		}
		if !same() {
			next.judge(i, new(planes))
			continue
		}
		next.planes[i] = s.planes[old]
		old++
	}
	for ; old < len(s.fleet.chunks); old++ {
		s.drop(&next.Counts, old)
	}
	next.next = len(f.chunks)
	return next
}

// drop takes a chunk's verdicts out of counts.
func (s *Sweep) drop(counts *Counts, i int) {
	from := Sweep{fleet: s.fleet, planes: s.planes, first: -1}
	from.count(i, -1)
	for v := range counts {
		counts[v] += from.Counts[v]
	}
}

// Flip is a customer whose verdict changed.
type Flip struct {
	Customer string
	From, To claim.Verdict
	Profile  uint32 // now
	New      bool   // not in the sweep before; From says nothing
}

// Flips returns who changed from one complete sweep to a later one, ascending
// by id. Customers of both have to be judged by the same claim.
func Flips(before, after *Sweep) []Flip {
	var out []Flip
	i := 0
	for k, c := range after.fleet.chunks {
		if i < len(before.planes) && before.planes[i] == after.planes[k] {
			i++ // not judged anew
			continue
		}
		for i < len(before.fleet.chunks) && last(before.fleet.chunks[i]) < c.ids[0] {
			i++
		}
		if i < len(before.fleet.chunks) && &before.fleet.chunks[i].ids[0] == &c.ids[0] {
			out = sameCustomers(out, before.planes[i], after.planes[k], c)
			i++
			continue
		}
		out = otherCustomers(out, before, after, k)
	}
	return out
}

func last(c *chunk) string { return c.ids[len(c.ids)-1] }

func sameCustomers(out []Flip, a, b *planes, c *chunk) []Flip {
	if a == b {
		return out
	}
	for w := range chunkWords {
		for x := (a[0][w] ^ b[0][w]) | (a[1][w] ^ b[1][w]); x != 0; x &= x - 1 {
			at := w*64 + bits.TrailingZeros64(x)
			out = append(out, Flip{Customer: c.ids[at], From: a.verdict(at), To: b.verdict(at), Profile: c.profiles[at]})
		}
	}
	return out
}

func otherCustomers(out []Flip, before, after *Sweep, k int) []Flip {
	c := after.fleet.chunks[k]
	for at, id := range c.ids {
		to := after.planes[k].verdict(at)
		from, known := before.Verdict(id)
		if !known || from != to {
			out = append(out, Flip{Customer: id, From: from, To: to, Profile: c.profiles[at], New: !known})
		}
	}
	return out
}
