package atlas

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// SweepFleet is every customer of a state as of a day, ready to be swept. It is for
// one sweep at a time.
type SweepFleet struct {
	*fleet.Fleet
	state    *State
	asOf     footprint.Date
	profiles *fleet.Profiles
	compiled *fleet.Compiled
}

// Fleet gathers the customers of a state as of a day. Customers without settings
// on that day are in it; nothing is known of them.
func (s *Service) Fleet(st *State, d footprint.Date) *SweepFleet {
	f := &SweepFleet{state: st, asOf: d, profiles: fleet.NewProfiles()}
	all := make([]fleet.Customer, 0, len(st.order))
	for _, id := range st.order {
		x := fleet.Customer{ID: id, Profile: fleet.NoSettings}
		if v := st.customers[id].At(d); v != nil {
			x.Profile, x.Promises = f.profiles.Of(v.Settings), v.Settings.Promises
		}
		all = append(all, x)
	}
	f.Fleet = fleet.New(all)
	f.compiled = fleet.NewCompiled(st.Reference.Rules, st.At(d))
	return f
}

// Profiles is how many different settings the customers have.
func (f *SweepFleet) Profiles() int { return f.profiles.Len() }

// Swept is a claim judged over a fleet. It goes by the settings alone: what was
// observed is not part of it.
type Swept struct {
	*fleet.Sweep
	Claim    claim.Claim
	Complete bool   // false: it was stopped, and the customers after Resume are not judged
	Resume   string // where to go on
	Total    int    // customers of the fleet, those before the start included
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
	f.resolve(ctx, tell)
	j, err := fleet.Judge(f.compiled, c)
	if err != nil {
		return nil, err
	}
	sweep := fleet.NewSweep(f.Fleet, j, after)
	// Where not every profile is resolved, it goes as far as those reach.
	for before := -1; ctx.Err() == nil && sweep.Counts.Total() > before && !sweep.Complete(); {
		before = sweep.Counts.Total()
		sweep.Step(stepChunks)
	}
	out := &Swept{
		Sweep: sweep, Claim: c, Complete: sweep.Complete(), Total: f.Len(), AsOf: f.asOf, KnownAt: s.Now(),
		Revision: Revision{Datasets: f.state.Reference.Revision},
	}
	if !out.Complete {
		out.Resume = sweep.Reached()
	}
	return out, nil
}

func (f *SweepFleet) unresolved() bool { return f.compiled.Profiles() < f.profiles.Len() }

// resolve resolves the profiles that are not yet, on every core, until the
// context ends.
func (f *SweepFleet) resolve(ctx context.Context, tell Progress) {
	const batch = 512
	shapes := f.profiles.Shapes()
	for from := f.compiled.Profiles(); from < len(shapes) && ctx.Err() == nil; from = f.compiled.Profiles() {
		f.extend(shapes[from:min(from+batch, len(shapes))])
		if tell != nil {
			tell(f.compiled.Profiles(), len(shapes))
		}
	}
}

// extend resolves shapes in as many parts as there are cores.
func (f *SweepFleet) extend(shapes []*residency.Settings) {
	size := (len(shapes) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	var parts []*fleet.Compiled
	var wait sync.WaitGroup
	for part := range slices.Chunk(shapes, size) {
		c := fleet.NewCompiled(f.compiled.Rules(), f.compiled.View())
		parts = append(parts, c)
		wait.Go(func() { c.Extend(part) })
	}
	wait.Wait()
	for _, c := range parts {
		f.compiled.Append(c)
	}
}

// SweptRow is one customer of a sweep, checked by itself: the counterexamples
// are of its own settings, with its own names.
type SweptRow struct {
	fleet.Row
	Name      string
	Judgement *Judgement
}

// Rows checks up to n customers after an id that the filter chooses, and says
// whether there are more.
func (s *Service) Rows(f *SweepFleet, w *Swept, filter fleet.Filter, after string, n int) (rows []SweptRow, more bool, err error) {
	found, more := w.Who(filter, after, n)
	for _, r := range found {
		j, err := s.Check(f.state, r.Customer, w.Claim, f.asOf)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, SweptRow{Row: r, Name: f.state.customers[r.Customer].Name(), Judgement: j})
	}
	return rows, more, nil
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
		Complete: true, AsOf: f.asOf, KnownAt: s.Now(), Revision: Revision{Datasets: f.state.Reference.Revision},
	}
	swept := map[fleet.PromiseKind]*Swept{}
	for customer, p := range f.Promises() {
		if !(footprint.Period{From: p.Since, To: p.Until}).Contains(f.asOf) {
			continue
		}
		kind := fleet.PromiseKind{Claim: p.Claim, Reading: p.Reading}
		w := swept[kind]
		if w == nil {
			c, err := f.state.Reference.Claim(ClaimInput{Preset: p.Claim, Reading: p.Reading})
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

// CheckPromise judges one promise by the customer's own settings.
func (s *Service) CheckPromise(f *SweepFleet, p *SweptPromise) (*Judgement, error) {
	return s.Check(f.state, p.Customer, p.Claim, f.asOf)
}
