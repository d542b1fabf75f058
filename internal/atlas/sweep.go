package atlas

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// SweepFleet is every customer of a state as of a day, ready to be swept. What one
// sweep resolves serves those that follow.
type SweepFleet struct {
	*fleet.Fleet
	on       *State    // as of the day
	observed *observed // nil: by the settings alone
}

// Fleet gathers the customers of a state as of a day. Customers without settings
// on that day are in it; nothing is known of them.
func (s *Service) Fleet(ctx context.Context, st *State, d footprint.Date) (*SweepFleet, error) {
	if d != st.day {
		var err error
		if st, err = st.on(ctx, d, s.profiles); err != nil {
			return nil, err
		}
	}
	if d > s.Today() {
		ahead := *st
		ahead.judging = st.judging.on(st.At(d))
		ahead.judging.ahead = true
		st = &ahead
	}
	return &SweepFleet{Fleet: st.fleet, on: st}, nil
}

// Day is the day that the customers are as of.
func (f *SweepFleet) Day() footprint.Date { return f.on.day }

// Profiles is how many different settings are known, and one for none.
func (f *SweepFleet) Profiles() int { return len(f.on.shapes) }

// Swept is a claim judged over a fleet, by the settings and by what was observed of
// it, if anything: see [Witness.Observed].
type Swept struct {
	*fleet.Sweep
	Claim    claim.Claim
	Complete bool   // false: it was stopped, and the customers after Resume are not judged
	Resume   string // where to go on
	Total    int    // customers of the fleet, those before the start included
	Position int64  // of the state
	Revision Revision
	AsOf     footprint.Date
	KnownAt  time.Time
}

// Progress is told how much of a sweep is done: of a total, in any unit.
type Progress func(done, total int)

// stepChunks is how many runs of customers are judged between two looks at the
// context: about a millisecond's.
const stepChunks = 512

// Sweep judges a claim for every customer whose id is greater than after. When
// the context ends, what is judged so far is returned, with Complete false. The
// error is of the claim.
func (s *Service) Sweep(ctx context.Context, f *SweepFleet, c claim.Claim, after string, tell Progress) (*Swept, error) {
	j, err := fleet.Judge(f.on.judging.resolve(ctx, f.on.shapes, tell), c)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	sweep := fleet.NewSweep(f.Fleet, j, after)
	// Where not every profile is resolved, it goes as far as those reach.
	for before := -1; ctx.Err() == nil && sweep.Counts.Total() > before && !sweep.Complete(); {
		before = sweep.Counts.Total()
		if f.observed == nil {
			sweep.Step(stepChunks)
		} else if err := f.observed.step(ctx, f, sweep, c); err != nil && ctx.Err() == nil {
			return nil, err
		}
	}
	out := &Swept{
		Sweep: sweep, Claim: c, Complete: sweep.Complete(), Total: f.Len(), Position: f.on.seq, AsOf: f.on.day, KnownAt: s.knownAt(),
		Revision: Revision{Datasets: f.on.Reference.Revision},
	}
	if !out.Complete {
		out.Resume = sweep.Reached()
	}
	return out, nil
}

// SweptRow is one customer of a sweep, checked by itself: the counterexamples
// are of its own settings, with its own names.
type SweptRow struct {
	fleet.Row
	Name      string
	Settings  *residency.Settings // nil before the first record
	Judgement *Judgement
	Measured  *Measured // nil where no log covers the customer, or none was asked about
}

// Rows checks up to n customers after an id that the filter chooses, and says
// whether there are more.
func (s *Service) Rows(ctx context.Context, f *SweepFleet, w *Swept, filter fleet.Filter, after string, n int) (rows []SweptRow, more bool, err error) {
	found, more := w.Who(filter, after, n)
	for _, r := range found {
		row, err := s.row(ctx, f, r.Customer, w.Claim)
		if err != nil {
			return nil, false, err
		}
		row.Row = r
		rows = append(rows, *row)
	}
	return rows, more, nil
}

// row checks one customer of a fleet by itself.
func (s *Service) row(ctx context.Context, f *SweepFleet, id string, c claim.Claim) (*SweptRow, error) {
	x, ok := f.on.Customer(id)
	if !ok {
		return nil, fmt.Errorf("customer %q: %w", clip(id), ErrNotFound)
	}
	a, err := s.Answer(ctx, f.on, x, f.on.day)
	if err != nil {
		return nil, err
	}
	row := &SweptRow{Name: x.Name(), Settings: a.Settings}
	if !f.observed.covers(id) {
		row.Judgement, err = s.Judge(a, c)
		return row, err
	}
	row.Measured, err = f.observed.Measure(ctx, f.on, id, a, c, f.observed.from, f.observed.to)
	if err == nil {
		row.Judgement = row.Measured.Judgement
	}
	return row, err
}

// SweptPromise is a promise to one customer and what became of it.
type SweptPromise struct {
	Customer string
	residency.Promise
	Claim    claim.Claim
	Verdict  claim.Verdict
	Complete bool // false: the sweep was stopped before this customer
}

// PromiseSweep is every promise that applies on a day, the oldest first.
type PromiseSweep struct {
	Promises []SweptPromise
	Counts   fleet.Counts // of promises
	Complete bool
	Revision Revision
	AsOf     footprint.Date
	KnownAt  time.Time
}

// SweepPromises judges what customers were promised. Promises that do not apply
// on the day are left out.
func (s *Service) SweepPromises(ctx context.Context, f *SweepFleet, tell Progress) (*PromiseSweep, error) {
	out := &PromiseSweep{
		Complete: true, AsOf: f.on.day, KnownAt: s.knownAt(), Revision: Revision{Datasets: f.on.Reference.Revision},
	}
	swept := map[fleet.PromiseKind]*Swept{}
	for customer, p := range f.Promises() {
		if !p.Applies(f.on.day) {
			continue
		}
		kind := fleet.PromiseKind{Claim: p.Claim, Reading: p.Reading}
		w := swept[kind]
		if w == nil {
			c, err := f.on.Reference.Claim(ClaimInput{Preset: p.Claim, Reading: p.Reading})
			if err != nil {
				return nil, err
			}
			if w, err = s.Sweep(ctx, f, c, "", tell); err != nil {
				return nil, err
			}
			swept[kind] = w
		}
		v, judged := w.Verdict(customer)
		out.Promises = append(out.Promises, SweptPromise{customer, p, w.Claim, v, judged})
		out.Complete = out.Complete && judged
		if judged {
			out.Counts[v]++
		}
	}
	slices.SortStableFunc(out.Promises, func(a, b SweptPromise) int {
		if n := int(a.Since) - int(b.Since); n != 0 {
			return n
		}
		return strings.Compare(a.Customer, b.Customer)
	})
	return out, nil
}

// CheckPromise judges one promise by itself, as the sweep did.
func (s *Service) CheckPromise(ctx context.Context, f *SweepFleet, p *SweptPromise) (*Judgement, error) {
	row, err := s.row(ctx, f, p.Customer, p.Claim)
	if err != nil {
		return nil, err
	}
	return row.Judgement, nil
}
