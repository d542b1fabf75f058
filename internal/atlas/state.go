package atlas

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// State is one consistent picture: the reference, and every customer with the
// newest of its settings, up to one change of the store. It is immutable; a
// change makes a new one.
type State struct {
	Reference *Reference
	views     *views
	archive   *archive
	seq       int64 // the last change of the store that is in it

	day     footprint.Date // on which the profiles of the fleet apply
	fleet   *fleet.Fleet
	shapes  []*residency.Settings // of the profiles
	ahead   []fleet.Customer      // as they will be from a later day, Since, on; ascending by it
	judging *judging              // of the profiles, on the day

	supposed []string // what did not happen; nil for a real state
}

func (s *Service) emptyState(ref *Reference, v *views) *State {
	day := s.Today()
	return &State{
		Reference: ref, views: v, archive: newArchive(s.store, s.codec, s.memory), day: day, fleet: fleet.New(nil),
		judging: newJudging(ref, v.at(day)),
	}
}

// At returns the footprint as of a day.
func (st *State) At(d footprint.Date) *footprint.View { return st.views.at(d) }

// Customer finds a customer by id; false when there is none.
func (st *State) Customer(id string) (*Customer, bool) {
	x, ok := st.fleet.Customer(id)
	if !ok {
		return nil, false
	}
	return st.customer(&x), true
}

func (st *State) customer(x *fleet.Customer) *Customer {
	return &Customer{ID: x.ID, name: x.Name, newest: int(x.Version), archive: st.archive}
}

// Customers returns up to n customers after an id, ascending, and whether
// there are more.
func (st *State) Customers(after string, n int) (page []*Customer, more bool) {
	for x := range st.fleet.After(after) {
		if len(page) >= n {
			return page, true
		}
		page = append(page, st.customer(&x))
	}
	return page, false
}

// Promised returns what a customer is promised by the settings that apply on the
// day of the state.
func (st *State) Promised(id string) []residency.Promise {
	x, _ := st.fleet.Customer(id)
	return x.Promises
}

// promisedOn is what a customer is promised by the settings that apply on a day.
func (st *State) promisedOn(ctx context.Context, c *Customer, d footprint.Date) ([]residency.Promise, error) {
	if d == st.day {
		return st.Promised(c.ID), nil
	}
	v, err := c.At(ctx, d)
	if v == nil {
		return nil, err
	}
	return v.Settings.Promises, nil
}

// Count is how many customers there are.
func (st *State) Count() int { return st.fleet.Len() }

// reading is one customer read: as it is on the day of the state, and as it will
// be from later days on.
type reading struct {
	now    fleet.Customer
	named  *fleet.Named // of the settings that apply; nil for none
	later  []fleet.Customer
	laters []fleet.Named
}

// read makes a customer's entries of its versions.
func (a *archive) read(id string, versions []Version, day footprint.Date) (reading, error) {
	newest := &versions[len(versions)-1]
	v := appliesOn(versions, day)
	last, err := a.decode(newest)
	if err != nil {
		return reading{}, err
	}
	r := reading{now: fleet.Customer{ID: id, Name: last.Name, Version: uint32(newest.Number), Profile: fleet.NoSettings}}
	entry := func(v *Version) (fleet.Customer, fleet.Named, error) {
		x, set := r.now, last
		if v != newest {
			if set, err = a.decode(v); err != nil {
				return x, fleet.Named{}, err
			}
		}
		x.Since, x.Promises = v.ValidFrom, set.Promises
		return x, fleet.Name(set), nil
	}
	if v != nil {
		x, named, err := entry(v)
		if err != nil {
			return r, err
		}
		r.now, r.named = x, &named
	}
	for i := range versions {
		if from := versions[i].ValidFrom; from > day {
			x, named, err := entry(appliesOn(versions, from))
			if err != nil {
				return r, err
			}
			r.later, r.laters = append(r.later, x), append(r.laters, named)
		}
	}
	return r, nil
}

// profiles numbers the shapes of all settings that a service ever read.
type profiles struct {
	mu  sync.Mutex
	all *fleet.Profiles
}

// number gives what was read its profiles.
func (p *profiles) number(r *reading) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.named != nil {
		r.now.Profile = p.all.Number(*r.named)
	}
	for i := range r.later {
		r.later[i].Profile = p.all.Number(r.laters[i])
	}
}

func (p *profiles) shapes() []*residency.Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.Shapes()
}

// put is the state in which customers are as they were read.
func (st *State) put(read []reading, seq int64, p *profiles) *State {
	next := *st
	next.seq = seq
	rows, touched := make([]fleet.Customer, 0, len(read)), make(map[string]bool, len(read))
	var ahead []fleet.Customer
	for i := range read {
		p.number(&read[i])
		rows = append(rows, read[i].now)
		touched[read[i].now.ID] = true
		ahead = append(ahead, read[i].later...)
	}
	if len(st.ahead)+len(ahead) > 0 {
		for _, x := range st.ahead {
			if !touched[x.ID] {
				ahead = append(ahead, x)
			}
		}
		next.ahead = inOrder(ahead)
	}
	next.fleet, next.shapes = st.fleet.Put(rows...), p.shapes()
	return &next
}

func inOrder(ahead []fleet.Customer) []fleet.Customer {
	slices.SortStableFunc(ahead, func(a, b fleet.Customer) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
	})
	return ahead
}
