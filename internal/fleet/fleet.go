package fleet

import (
	"cmp"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

const (
	chunkWords = 16
	chunkSize  = chunkWords * 64
)

// Customer is one customer of a fleet on a day.
type Customer struct {
	ID       string
	Profile  uint32 // of Profiles
	Promises []residency.Promise
}

// Fleet is every customer and its profile on a day, ascending by id. It is
// immutable; Put makes another that shares what did not change.
type Fleet struct {
	chunks []*chunk
	count  int
	kinds  []PromiseKind

	greatest uint32 // profile that any customer has or had
}

// chunk is a run of customers.
type chunk struct {
	ids      []string
	profiles []uint32
	promises []promise // ascending by customer
	greatest uint32    // profile
}

// PromiseKind is what promises of many customers have in common.
type PromiseKind struct{ Claim, Reading string }

// promise is one customer's; at is its place in the chunk.
type promise struct {
	at, kind uint16
	since    footprint.Date
	until    footprint.Date
	contract string
}

// New makes a fleet. Of two customers of one id the later counts. The slice is
// put in order.
func New(customers []Customer) *Fleet {
	byID := func(a, b Customer) int { return strings.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(customers, byID) {
		slices.SortStableFunc(customers, byID)
	}
	customers = lastOfEach(customers)
	f := &Fleet{count: len(customers)}
	for part := range slices.Chunk(customers, chunkSize) {
		f.chunks = append(f.chunks, f.chunk(part))
	}
	return f
}

func lastOfEach(in []Customer) []Customer {
	out := in[:0]
	for i := range in {
		if i+1 == len(in) || in[i+1].ID != in[i].ID {
			out = append(out, in[i])
		}
	}
	return out
}

func (f *Fleet) chunk(customers []Customer) *chunk {
	c := &chunk{ids: make([]string, len(customers)), profiles: make([]uint32, len(customers))}
	for i, x := range customers {
		c.ids[i], c.profiles[i] = x.ID, x.Profile
		c.greatest = max(c.greatest, x.Profile)
		f.greatest = max(f.greatest, x.Profile)
		for _, p := range x.Promises {
			c.promises = append(c.promises, f.promise(i, p))
		}
	}
	c.promises = slices.Clip(c.promises)
	return c
}

func (f *Fleet) promise(at int, p residency.Promise) promise {
	k := PromiseKind{p.Claim, p.Reading}
	kind := slices.Index(f.kinds, k)
	if kind < 0 {
		kind = len(f.kinds)
		f.kinds = append(slices.Clip(f.kinds), k)
	}
	return promise{at: uint16(at), kind: uint16(kind), since: p.Since, until: p.Until, contract: p.Contract}
}

// Len is how many customers there are.
func (f *Fleet) Len() int { return f.count }

// Profile is the profile of a customer; false when there is none of the id.
func (f *Fleet) Profile(id string) (uint32, bool) {
	if i, at, ok := f.find(id); ok {
		return f.chunks[i].profiles[at], true
	}
	return 0, false
}

// find returns the chunk and the place of an id, or where it would stand.
func (f *Fleet) find(id string) (at, place int, ok bool) {
	at, found := slices.BinarySearchFunc(f.chunks, id, func(c *chunk, id string) int { return cmp.Compare(c.ids[0], id) })
	if !found {
		at = max(at-1, 0)
	}
	if len(f.chunks) == 0 {
		return 0, 0, false
	}
	place, ok = slices.BinarySearch(f.chunks[at].ids, id)
	return at, place, ok
}

// Put is the fleet in which these customers are as given, new ones included.
func (f *Fleet) Put(customers ...Customer) *Fleet {
	next := &Fleet{chunks: slices.Clone(f.chunks), count: f.count, kinds: f.kinds, greatest: f.greatest}
	for _, x := range customers {
		next.put(x)
	}
	return next
}

func (f *Fleet) put(x Customer) {
	i, at, ok := f.find(x.ID)
	if len(f.chunks) == 0 {
		f.chunks, f.count = []*chunk{f.chunk([]Customer{x})}, 1
		return
	}
	old := f.chunks[i]
	if ok {
		f.chunks[i] = f.replace(old, at, x)
		return
	}
	f.count++
	all := slices.Insert(f.customers(old), at, x)
	if len(all) <= chunkSize {
		f.chunks[i] = f.chunk(all)
		return
	}
	half := len(all) / 2
	f.chunks[i] = f.chunk(all[:half])
	f.chunks = slices.Insert(f.chunks, i+1, f.chunk(all[half:]))
}

// replace is a chunk in which one customer has another profile and promises.
func (f *Fleet) replace(old *chunk, at int, x Customer) *chunk {
	c := &chunk{ids: old.ids, profiles: slices.Clone(old.profiles), promises: old.promises, greatest: max(old.greatest, x.Profile)}
	c.profiles[at] = x.Profile
	f.greatest = max(f.greatest, x.Profile)
	from, to := old.promisesOf(at)
	if from == to && len(x.Promises) == 0 {
		return c
	}
	own := make([]promise, 0, len(x.Promises))
	for _, p := range x.Promises {
		own = append(own, f.promise(at, p))
	}
	c.promises = slices.Concat(old.promises[:from], own, old.promises[to:])
	return c
}

func (c *chunk) promisesOf(at int) (from, to int) {
	place := func(p promise, at int) int { return cmp.Compare(int(p.at), at) }
	from, _ = slices.BinarySearchFunc(c.promises, at, place)
	to, _ = slices.BinarySearchFunc(c.promises, at+1, place)
	return from, to
}

// customers is a chunk in long form.
func (f *Fleet) customers(c *chunk) []Customer {
	out := make([]Customer, len(c.ids), len(c.ids)+1)
	for i := range c.ids {
		out[i] = Customer{ID: c.ids[i], Profile: c.profiles[i]}
	}
	for _, p := range c.promises {
		k := f.kinds[p.kind]
		out[p.at].Promises = append(out[p.at].Promises, residency.Promise{
			Claim: k.Claim, Reading: k.Reading, Since: p.since, Contract: p.contract, Until: p.until,
		})
	}
	return out
}
