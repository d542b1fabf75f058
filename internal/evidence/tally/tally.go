// Package tally counts events by what a claim can be judged on: customer, scope,
// category, activity, site, hour, and where the visitor was, as an estimate.
//
// A [Tally] is an open-addressing table of a fixed size: adding costs one hash and
// mostly one cache line, allocates nothing, and says when the table is full, so that
// the caller can hand over what it has and go on. It belongs to one goroutine; one a
// worker, merged at the end, counts the same as one for all.
package tally

import (
	"cmp"
	"errors"
	"iter"
	"math/bits"
	"slices"

	"domicile/internal/hugepage"
	"domicile/internal/residency"
)

// ErrFull: the table has no room for another key. What it holds is intact.
var ErrFull = errors.New("the tally is full: hand over what it holds and reset it")

// Key is what events are counted by. It holds no address.
type Key struct {
	Customer uint32 // dense number of the customer
	Scope    uint32 // dense number of the scope, of the caller's
	Cell     uint64 // H3 cell of the visitor, or zero
	Hour     uint32 // since the Unix epoch
	Site     uint16 // dense number of the site
	Flags    uint16 // of the caller's
	Country  [2]byte
	Category residency.DataCategory
	Activity residency.Activity
}

// Compare orders keys: customer, scope, category, activity, site, hour, country,
// cell, flags.
func (k Key) Compare(l Key) int {
	return cmp.Or(
		cmp.Compare(k.Customer, l.Customer), cmp.Compare(k.Scope, l.Scope), cmp.Compare(k.Category, l.Category),
		cmp.Compare(k.Activity, l.Activity), cmp.Compare(k.Site, l.Site), cmp.Compare(k.Hour, l.Hour),
		cmp.Compare(k.Country[0], l.Country[0]), cmp.Compare(k.Country[1], l.Country[1]),
		cmp.Compare(k.Cell, l.Cell), cmp.Compare(k.Flags, l.Flags),
	)
}

// hash mixes the words of a key.
func (k *Key) hash() uint64 {
	a := uint64(k.Customer)<<32 | uint64(k.Scope)
	b := uint64(k.Hour)<<32 | uint64(k.Site)<<16 | uint64(k.Flags)
	c := uint64(k.Country[0])<<24 | uint64(k.Country[1])<<16 | uint64(k.Category)<<8 | uint64(k.Activity)
	return mix(mix(a^0x9e3779b97f4a7c15, b^0xd1b54a32d192ed03), mix(k.Cell^0x8cb92ba72f3d8dd7, c^0xaef17502108ef2d9))
}

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// Entry is a count with the times of the first and the last event counted, in Unix
// nanoseconds.
type Entry struct {
	Count       uint64
	First, Last int64
}

func (e *Entry) add(f Entry) {
	if e.Count == 0 {
		*e = f
		return
	}
	e.Count += f.Count
	e.First, e.Last = min(e.First, f.First), max(e.Last, f.Last)
}

// slot of the table; a count of zero means that it is empty. It fills a cache line.
type slot struct {
	key   Key
	entry Entry
	_     uint64
}

// Tally counts events. Make one with New.
type Tally struct {
	slots []slot
	shift int // of a hash, to the index of a slot
	limit int // keys that fit
	keys  int

	touched uint64 // what AddAll read; means nothing
}

// MaxKeys is the most keys that a tally can be made for.
const MaxKeys = 1 << 26

// New makes a tally for at least keys different keys, at most MaxKeys, of 96 to 192
// bytes each.
func New(keys int) *Tally {
	keys = min(max(keys, 8), MaxKeys)
	width := bits.Len(uint(keys + keys/2 - 1)) // at most two thirds full
	return &Tally{slots: hugepage.Make[slot](1 << width), shift: 64 - width, limit: 1 << width * 2 / 3}
}

// Add counts n events at a time in Unix nanoseconds. It returns ErrFull, having
// counted nothing, where there is no room for a new key.
func (t *Tally) Add(key *Key, at int64, n uint64) error {
	return t.put(key, Entry{Count: n, First: at, Last: at})
}

// Event is one to count: its key and its time in Unix nanoseconds.
type Event struct {
	Key
	At int64
}

// stride is how many events AddAll looks at at once.
const stride = 64

// AddAll counts events one by one. It looks at the slots of many before it counts
// the first, so that the processor waits for all of that memory at once. With
// ErrFull it has counted those before done.
func (t *Tally) AddAll(events []Event) (done int, err error) {
	var at [stride]uint64
	for done < len(events) {
		some := events[done:min(done+stride, len(events))]
		for i := range some {
			at[i] = some[i].hash() >> t.shift
		}
		for i := range some {
			t.touched += t.slots[at[i]].entry.Count
		}
		for i := range some {
			e := &some[i]
			if err := t.putAt(at[i], &e.Key, Entry{Count: 1, First: e.At, Last: e.At}); err != nil {
				return done, err
			}
			done++
		}
	}
	return done, nil
}

func (t *Tally) put(key *Key, e Entry) error { return t.putAt(key.hash()>>t.shift, key, e) }

// putAt puts a key where its hash says, or behind.
func (t *Tally) putAt(i uint64, key *Key, e Entry) error {
	if e.Count == 0 {
		return nil
	}
	for ; ; i = (i + 1) & uint64(len(t.slots)-1) {
		s := &t.slots[i]
		if s.entry.Count == 0 {
			if t.keys == t.limit {
				return ErrFull
			}
			t.keys++
			s.key, s.entry = *key, e
			return nil
		}
		if s.key == *key {
			s.entry.add(e)
			return nil
		}
	}
}

// Merge adds what another tally holds. With ErrFull it has added some of it, in the
// canonical order, and returns how many keys: go on behind them with a reset tally.
func (t *Tally) Merge(other *Tally) (done int, err error) {
	for key, e := range other.All() {
		if err := t.put(&key, e); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// Len returns how many keys there are.
func (t *Tally) Len() int { return t.keys }

// Total returns how many events were counted.
func (t *Tally) Total() uint64 {
	var n uint64
	for i := range t.slots {
		n += t.slots[i].entry.Count
	}
	return n
}

// Reset empties the tally.
func (t *Tally) Reset() {
	clear(t.slots)
	t.keys = 0
}

// All gives the keys in canonical order, see Key.Compare. The tally must not change
// meanwhile.
func (t *Tally) All() iter.Seq2[Key, Entry] {
	return func(yield func(Key, Entry) bool) {
		order := make([]int32, 0, t.keys)
		for i := range t.slots {
			if t.slots[i].entry.Count != 0 {
				order = append(order, int32(i))
			}
		}
		slices.SortFunc(order, func(a, b int32) int { return t.slots[a].key.Compare(t.slots[b].key) })
		for _, i := range order {
			if !yield(t.slots[i].key, t.slots[i].entry) {
				return
			}
		}
	}
}
