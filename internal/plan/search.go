package plan

import (
	"cmp"
	"slices"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// MaxSteps bounds how many sets of changes one search judges; settings with very many
// placements get fewer, FewSteps at least.
const (
	MaxSteps = 200
	FewSteps = 25

	placementsAltogether = 400_000
)

// maxPlans bounds how many plans are returned.
const maxPlans = 4

// search looks for sets of changes under which a claim holds.
type search struct {
	*finder
	base  *residency.Settings
	steps int
	most  int // steps
	seen  map[string]bool
	found []Changes
	stuck []*failure // of the set of changes that got furthest
	short bool       // MaxSteps was reached: there may be more
}

// failure is a placement that fails, and what could mend it.
type failure struct {
	placement *residency.Placement
	ways      []option
}

func newSearch(f *finder, set *residency.Settings, placements int) *search {
	most := min(max(placementsAltogether/max(placements, 1), FewSteps), MaxSteps)
	return &search{finder: f, base: set, most: most, seen: map[string]bool{}}
}

// run searches from a set of changes on.
func (s *search) run(done Changes) error {
	key := done.key()
	if s.seen[key] || len(s.found) >= maxPlans {
		return nil
	}
	s.seen[key] = true
	if s.steps >= s.most {
		s.short = true
		return nil
	}
	set := Apply(s.rules, s.base, done)
	result, err := s.check(set)
	if err != nil {
		return err
	}
	if result.Verdict == claim.Holds {
		return s.keep(done)
	}
	failing := s.failing(set, result, done)
	if stuck := blocked(failing); len(stuck) > 0 {
		if s.stuck == nil || len(stuck) < len(s.stuck) {
			s.stuck = stuck
		}
		return nil
	}
	return s.branch(done, failing)
}

func (s *search) check(set *residency.Settings) (*claim.Result, error) {
	s.steps++
	return claim.Check(s.claim, residency.Resolve(s.rules, s.view, set), evidence.Window{})
}

// failing are the placements that keep a claim from holding, each with the ways
// that are still open: a change that was made did not help, and nothing is decided
// twice.
func (s *search) failing(set *residency.Settings, r *claim.Result, done Changes) []failure {
	decided := done.slots()
	var out []failure
	listed := map[*residency.Placement]bool{}
	add := func(p *residency.Placement) {
		if listed[p] {
			return
		}
		listed[p] = true
		ways := slices.DeleteFunc(s.remedies(set, p), func(o option) bool { return len(o) == 0 || !o.open(decided) })
		out = append(out, failure{p, ways})
	}
	for i := range r.Counterexamples {
		add(r.Counterexamples[i].Placement)
	}
	for i := range r.Unknowns {
		for _, p := range r.Unknowns[i].Placements {
			add(p)
		}
	}
	return out
}

// open reports whether an option does something new and undoes nothing.
func (o option) open(decided map[slot]string) bool {
	news := false
	for i := range o {
		for _, s := range o[i].slots() {
			v, ok := decided[s]
			if ok && v != o[i].Value {
				return false
			}
			news = news || !ok
		}
	}
	return news
}

func blocked(all []failure) []*failure {
	var out []*failure
	for i := range all {
		if len(all[i].ways) == 0 {
			out = append(out, &all[i])
		}
	}
	return out
}

// branch makes every change without an alternative at once; where all have one, it
// tries each way of the first, for everything that is of the same kind.
func (s *search) branch(done Changes, failing []failure) error {
	next := done
	for i := range failing {
		if ways := failing[i].ways; len(ways) == 1 {
			next = next.with(ways[0]...)
		}
	}
	if next.key() != done.key() {
		return s.run(next)
	}
	if len(failing) == 0 {
		return nil // unknown for a reason that is of no placement
	}
	first := &failing[0]
	for n := range first.ways {
		next = done
		for i := range failing {
			if x := &failing[i]; alike(first.placement, x.placement) && n < len(x.ways) {
				next = next.with(x.ways[n]...)
			}
		}
		if err := s.run(next); err != nil {
			return err
		}
	}
	return nil
}

// alike reports whether two placements fail for the same kind of reason.
func alike(a, b *residency.Placement) bool {
	return a.Category == b.Category && a.Reason.Kind == b.Reason.Kind && a.Reason.Product == b.Reason.Product && a.Reason.Setting == b.Reason.Setting
}

// keep takes out of a set what it does without, and keeps the rest.
func (s *search) keep(done Changes) error {
	for i := len(done) - 1; i >= 0; i-- {
		less := slices.Delete(slices.Clone(done), i, i+1)
		r, err := s.check(Apply(s.rules, s.base, less))
		if err != nil {
			return err
		}
		if r.Verdict == claim.Holds {
			done = less
		}
	}
	if slices.ContainsFunc(s.found, func(f Changes) bool { return f.within(done) }) {
		return nil
	}
	s.found = slices.DeleteFunc(s.found, func(f Changes) bool { return done.within(f) })
	s.found = append(s.found, done)
	slices.SortStableFunc(s.found, func(a, b Changes) int {
		return cmp.Or(cmp.Compare(a.effort(), b.effort()), cmp.Compare(len(a), len(b)))
	})
	return nil
}
