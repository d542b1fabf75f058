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
	Name     string
	Profile  uint32         // of Profiles
	Version  uint32         // number of the newest settings
	Since    footprint.Date // from which day the settings that apply do
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
	names    []string
	profiles []uint32
	versions []uint32
	since    []footprint.Date
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
	f := &Fleet{}
	for part := range slices.Chunk(lastOfEach(customers), chunkSize) {
		f.add(part)
	}
	return f
}

func (f *Fleet) add(part []Customer) {
	f.chunks = append(f.chunks, f.chunk(part))
	f.count += len(part)
}

// Builder makes a fleet of customers that come in ascending order of their ids,
// without holding them all in long form.
type Builder struct {
	fleet   Fleet
	pending []Customer
}

// Add takes further customers. Their ids are greater than those before.
func (b *Builder) Add(customers ...Customer) {
	b.pending = append(b.pending, customers...)
	for len(b.pending) >= chunkSize {
		b.fleet.add(b.pending[:chunkSize])
		b.pending = b.pending[:copy(b.pending, b.pending[chunkSize:])]
	}
}

// Fleet is the fleet of all customers added. The builder is of no further use.
func (b *Builder) Fleet() *Fleet {
	if len(b.pending) > 0 {
		b.fleet.add(b.pending)
	}
	b.pending = nil
	return &b.fleet
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
	n := len(customers)
	texts := make([]string, 2*n)
	c := &chunk{
		ids: texts[:n:n], names: texts[n:], profiles: make([]uint32, n), versions: make([]uint32, n), since: make([]footprint.Date, n),
	}
	packed(customers, texts)
	for i, x := range customers {
		c.profiles[i], c.versions[i], c.since[i] = x.Profile, x.Version, x.Since
		c.greatest = max(c.greatest, x.Profile)
		f.greatest = max(f.greatest, x.Profile)
		for _, p := range x.Promises {
			c.promises = append(c.promises, f.promise(i, p))
		}
	}
	c.promises = slices.Clip(c.promises)
	return c
}

// packed writes the ids of customers and then their names to a list, all of them
// in one text, so that each costs its bytes and no more.
func packed(customers []Customer, to []string) {
	size := 0
	for i := range customers {
		size += len(customers[i].ID) + len(customers[i].Name)
	}
	var b strings.Builder
	b.Grow(size)
	for i := range customers {
		b.WriteString(customers[i].ID)
	}
	for i := range customers {
		b.WriteString(customers[i].Name)
	}
	all := b.String()
	for i := range customers {
		n := len(customers[i].ID)
		to[i], all = all[:n], all[n:]
	}
	for i := range customers {
		n := len(customers[i].Name)
		to[len(customers)+i], all = all[:n], all[n:]
	}
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

// Put is the fleet in which these customers are as given, new ones included. The
// slice is put in order.
func (f *Fleet) Put(customers ...Customer) *Fleet {
	next := &Fleet{chunks: slices.Clone(f.chunks), count: f.count, kinds: f.kinds, greatest: f.greatest}
	switch {
	case len(customers) == 0:
	case len(f.chunks) == 0:
		return New(customers)
	case len(customers) < 8:
		for _, x := range customers {
			next.put(x)
		}
	default:
		next.merge(customers)
	}
	return next
}

// merge puts many customers, each chunk that they fall in made anew once.
func (f *Fleet) merge(customers []Customer) {
	slices.SortStableFunc(customers, func(a, b Customer) int { return strings.Compare(a.ID, b.ID) })
	customers = lastOfEach(customers)
	old := f.chunks
	f.chunks = make([]*chunk, 0, len(old)+len(customers)/chunkSize+1)
	for i, c := range old {
		n := len(customers)
		if i+1 < len(old) {
			n, _ = slices.BinarySearchFunc(customers, old[i+1].ids[0], func(x Customer, id string) int { return strings.Compare(x.ID, id) })
		}
		if n == 0 {
			f.chunks = append(f.chunks, c)
			continue
		}
		all := slices.Concat(f.customers(c), customers[:n])
		slices.SortStableFunc(all, func(a, b Customer) int { return strings.Compare(a.ID, b.ID) })
		all = lastOfEach(all)
		f.count += len(all) - len(c.ids)
		parts := (len(all) + chunkSize - 1) / chunkSize
		for part := range slices.Chunk(all, (len(all)+parts-1)/parts) {
			f.chunks = append(f.chunks, f.chunk(part))
		}
		customers = customers[n:]
	}
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
	c := &chunk{
		ids: old.ids, names: old.names, profiles: with(old.profiles, at, x.Profile), versions: with(old.versions, at, x.Version),
		since: with(old.since, at, x.Since), promises: old.promises, greatest: max(old.greatest, x.Profile),
	}
	if x.Name != old.names[at] {
		c.names = with(old.names, at, strings.Clone(x.Name))
	}
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

// with is a list with another value at one place; the same list where that is
// what it has.
func with[T comparable](list []T, at int, x T) []T {
	if list[at] == x {
		return list
	}
	list = slices.Clone(list)
	list[at] = x
	return list
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
		out[i] = Customer{ID: c.ids[i], Name: c.names[i], Profile: c.profiles[i], Version: c.versions[i], Since: c.since[i]}
	}
	for i := range c.promises {
		at := c.promises[i].at
		out[at].Promises = append(out[at].Promises, f.promised(&c.promises[i]))
	}
	return out
}
