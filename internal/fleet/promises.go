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
			for i := range c.promises {
				if p := &c.promises[i]; !yield(c.ids[p.at], f.promised(p)) {
					return
				}
			}
		}
	}
}

// promised is a promise in long form.
func (f *Fleet) promised(p *promise) residency.Promise {
	k := f.kinds[p.kind]
	return residency.Promise{Claim: k.Claim, Reading: k.Reading, Since: p.since, Contract: p.contract, Until: p.until}
}
