package fleet

import (
	"iter"

	"domicile/internal/residency"
)

// Promises yields every promise with the customer it was made to, ascending by
// the customer's id.
func (f *Fleet) Promises() iter.Seq2[string, residency.Promise] {
	return func(yield func(string, residency.Promise) bool) {
		for _, c := range f.chunks {
			for _, p := range c.promises {
				k := f.kinds[p.kind]
				if !yield(c.ids[p.at], residency.Promise{
					Claim: k.Claim, Reading: k.Reading, Since: p.since, Contract: p.contract, Until: p.until,
				}) {
					return
				}
			}
		}
	}
}
