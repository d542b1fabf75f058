package atlas

import (
	"cmp"
	"context"
	"slices"

	"domicile/internal/fleet"
	"domicile/internal/footprint"
)

// on is the state as of another day. Going on needs nothing of the store; going
// back reads those customers whose settings changed since, where they have
// earlier ones.
func (st *State) on(ctx context.Context, d footprint.Date, p *profiles) (*State, error) {
	next := *st
	next.day, next.judging = d, st.judging.on(st.At(d))
	var rows []fleet.Customer
	if d >= st.day {
		come, _ := slices.BinarySearchFunc(st.ahead, d+1, func(x fleet.Customer, d footprint.Date) int { return cmp.Compare(x.Since, d) })
		rows, next.ahead = slices.Clone(st.ahead[:come]), st.ahead[come:]
	} else {
		var err error
		if rows, next.ahead, err = st.back(ctx, d, p); err != nil {
			return nil, err
		}
	}
	next.fleet, next.shapes = st.fleet.Put(rows...), p.shapes()
	return &next, nil
}

// back lists the customers who were different on an earlier day, and everything
// that comes after it. The version that applies on a day applied on each day
// before, back to its first.
func (st *State) back(ctx context.Context, d footprint.Date, p *profiles) (rows, ahead []fleet.Customer, err error) {
	again := map[string]bool{}
	for x := range st.fleet.LaterThan(d) {
		r := reading{now: fleet.Customer{ID: x.ID, Name: x.Name, Version: x.Version, Profile: fleet.NoSettings}, later: []fleet.Customer{x}}
		if x.Version > 1 {
			if r, err = st.reread(ctx, &x, d, p); err != nil {
				return nil, nil, err
			}
			again[x.ID] = true
		}
		rows, ahead = append(rows, r.now), append(ahead, r.later...)
	}
	for _, x := range st.ahead {
		if !again[x.ID] {
			ahead = append(ahead, x)
		}
	}
	return rows, inOrder(ahead), nil
}

func (st *State) reread(ctx context.Context, x *fleet.Customer, d footprint.Date, p *profiles) (reading, error) {
	all, err := st.archive.versions(ctx, x.ID, int(x.Version))
	if err != nil {
		return reading{}, err
	}
	r, err := st.archive.read(x.ID, all, d)
	if err == nil {
		p.number(&r)
	}
	return r, err
}
