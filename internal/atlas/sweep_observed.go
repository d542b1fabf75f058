package atlas

import (
	"context"
	"fmt"
	"slices"
	"time"

	"domicile/internal/claim"
	"domicile/internal/fleet"
)

// observed is what a sweep takes in of logs: a window, and whom they cover in it.
type observed struct {
	*Witness
	from, to time.Time
	covered  []string // customers, ascending
}

// Window is what a sweep takes in of logs.
type Window struct {
	From, To  time.Time
	Customers int // whom any log covers in it
}

// Observed is a fleet with what was observed in a window, which ends now at the latest:
// a sweep of it gives each customer the verdict that [Witness.CheckWindow] gives. It
// costs a look at the observations of every customer that logs cover, and no more for
// the others than a sweep by the settings alone.
func (w *Witness) Observed(ctx context.Context, f *SweepFleet, from, to time.Time) (*SweepFleet, error) {
	from, to, err := w.window(from, to)
	if err != nil {
		return nil, err
	}
	s, ok := w.evidence.(SeenStore)
	if !ok {
		return nil, fmt.Errorf("%w: this store does not tell whom logs cover: sweep without a window", ErrInput)
	}
	covered, err := s.SeenCustomers(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("customers in logs: %w", err)
	}
	with := *f
	with.observed = &observed{Witness: w, from: from, to: to, covered: covered}
	return &with, nil
}

// Window is what is taken in of logs; false where nothing is.
func (f *SweepFleet) Window() (Window, bool) {
	o := f.observed
	if o == nil {
		return Window{}, false
	}
	return Window{From: o.from, To: o.to, Customers: len(o.covered)}, true
}

// covers reports whether logs cover a customer. A nil observed covers nobody.
func (o *observed) covers(id string) bool {
	if o == nil {
		return false
	}
	_, found := slices.BinarySearch(o.covered, id)
	return found
}

// step judges the next run of customers. Those that logs cover are measured first, so
// that one which ends before all of them are gives no verdict at all.
func (o *observed) step(ctx context.Context, f *SweepFleet, sweep *fleet.Sweep, c claim.Claim) error {
	after, until := sweep.Reached(), sweep.Ahead()
	first, found := slices.BinarySearch(o.covered, after)
	if found {
		first++
	}
	verdicts := map[string]claim.Verdict{}
	for _, id := range o.covered[first:] {
		if id > until {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, is := f.on.Customer(id); !is {
			continue // logs of somebody who is no customer
		}
		row, err := o.row(ctx, f, id, c)
		if err != nil {
			return err
		}
		verdicts[id] = row.Judgement.Verdict
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	sweep.Step(1)
	for id, v := range verdicts {
		sweep.Overrule(id, v)
	}
	return nil
}
