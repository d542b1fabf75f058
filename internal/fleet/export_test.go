package fleet

import "slices"

// placed is a placement of a profile, as the compiled fleet keeps it.
type placed struct {
	core
	Cause
}

// SameResidency reports whether a profile has the same placements in both.
func SameResidency(a, b *Compiled, profile int) bool {
	of := func(c *Compiled) map[placed]bool {
		out := map[placed]bool{}
		for _, x := range c.rows[c.start[profile]:c.start[profile+1]] {
			out[placed{c.cores[c.atoms[x].core], c.causes[c.atoms[x].cause]}] = true
		}
		return out
	}
	x, y := of(a), of(b)
	for k := range x {
		if !y[k] {
			return false
		}
	}
	return len(x) == len(y)
}

// Own are the profiles with expressions of their own.
func (c *Compiled) Own() []uint32 { return slices.Clone(c.own) }
