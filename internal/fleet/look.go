package fleet

import (
	"iter"

	"domicile/internal/footprint"
)

// Customer finds a customer; false when there is none of the id.
func (f *Fleet) Customer(id string) (Customer, bool) {
	i, at, ok := f.find(id)
	if !ok {
		return Customer{}, false
	}
	return f.customer(f.chunks[i], at), true
}

func (f *Fleet) customer(c *chunk, at int) Customer {
	x := Customer{ID: c.ids[at], Name: c.names[at], Profile: c.profiles[at], Version: c.versions[at], Since: c.since[at]}
	from, to := c.promisesOf(at)
	for i := from; i < to; i++ {
		x.Promises = append(x.Promises, f.promised(&c.promises[i]))
	}
	return x
}

// After yields the customers whose id is greater than an id, ascending.
func (f *Fleet) After(id string) iter.Seq[Customer] {
	return func(yield func(Customer) bool) {
		i, at, found := f.find(id)
		if found {
			at++
		}
		for ; i < len(f.chunks); i++ {
			for c := f.chunks[i]; at < len(c.ids); at++ {
				if !yield(f.customer(c, at)) {
					return
				}
			}
			at = 0
		}
	}
}

// Since yields, ascending by id, every customer who may be other than in a fleet that
// was before: those of runs of about a thousand that the two do not share.
func (f *Fleet) Since(before *Fleet) iter.Seq[Customer] {
	return func(yield func(Customer) bool) {
		known := make(map[*chunk]bool, len(before.chunks))
		for _, c := range before.chunks {
			known[c] = true
		}
		for _, c := range f.chunks {
			for at := 0; !known[c] && at < len(c.ids); at++ {
				if !yield(f.customer(c, at)) {
					return
				}
			}
		}
	}
}

// LaterThan yields the customers whose settings apply from a day after d,
// ascending by id.
func (f *Fleet) LaterThan(d footprint.Date) iter.Seq[Customer] {
	return func(yield func(Customer) bool) {
		for _, c := range f.chunks {
			for at, since := range c.since {
				if since > d && !yield(f.customer(c, at)) {
					return
				}
			}
		}
	}
}
