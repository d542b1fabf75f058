package plan

import (
	"fmt"
	"slices"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Input is what a plan is made from.
type Input struct {
	Rules    *residency.Rules
	View     *footprint.View // the day
	Settings *residency.Settings
	Claim    claim.Claim
}

// Outcome is whether and how a claim can be made to hold.
type Outcome struct {
	Claim claim.Claim
	Now   claim.Verdict // by the settings as they are
	// Plans are the smallest sets of changes found, those first that take least.
	// Empty where the claim holds already, or where nothing makes it hold.
	Plans []Plan
	// Complete: every way was looked at. Otherwise there may be further plans; those
	// returned hold all the same.
	Complete bool
	// Blocks are why there is no plan; empty where there is one.
	Blocks []Block
	// Parts says of each data category of the claim whether it can be made to hold by
	// itself. Empty where there is a plan.
	Parts []Part
	// Nearest are wider places for which there is a plan, where there is none for the
	// places asked about.
	Nearest []Nearest

	finder *finder
}

// Feasible reports whether the claim holds or can be made to hold.
func (o *Outcome) Feasible() bool { return o.Now == claim.Holds || len(o.Plans) > 0 }

// Plan is a set of changes under which the claim holds, checked in full.
type Plan struct {
	Steps []Step
	// Lost are features that stop working under it and work now.
	Lost []residency.Loss
	// Result is the full check that it holds, with what is taken as given.
	Result *claim.Result
	// Settings are the settings after it.
	Settings *residency.Settings
}

// Step is one change of a plan and what it takes.
type Step struct {
	Change
	Needs []string // what has to be there before, as sentences without a final stop
	// Sites are those that the region chosen leaves; none where the change names no
	// region. In one country alone there is no failover outside it.
	Sites footprint.SiteSet
}

// Block is something that nothing puts inside the places.
type Block struct {
	Category   residency.DataCategory
	Activities []residency.Activity
	// First is the first of the placements.
	First *residency.Placement
	// Fact is what has to be known first; "" where nothing would help.
	Fact  string
	Count int // placements of the same kind
}

// Part is one data category of a claim by itself.
type Part struct {
	Category residency.DataCategory
	Now      claim.Verdict
	Feasible bool
	// Open: whether it is feasible hangs on something that has to be known first.
	Open bool
}

// Nearest is a wider place set.
type Nearest struct {
	Places  footprint.Places
	Wider   footprint.Place // what was added
	Changes int             // of its smallest plan
}

// Make looks for plans. The error is of the claim, as of [claim.Check].
func Make(in Input) (*Outcome, error) {
	out, err := attempt(in)
	if err != nil || out.Feasible() || !in.View.Recorded() {
		return out, err
	}
	if err := out.parts(in); err != nil {
		return nil, err
	}
	return out, out.nearest(in)
}

// attempt looks for plans of the claim as it is.
func attempt(in Input) (*Outcome, error) {
	out := &Outcome{Claim: in.Claim, Complete: true}
	before := residency.Resolve(in.Rules, in.View, in.Settings)
	out.finder = newFinder(in.Rules, in.View, in.Claim)
	s := newSearch(out.finder, in.Settings, len(before.Placements))
	now, err := claim.Check(in.Claim, before, evidence.Window{})
	if err != nil {
		return nil, err
	}
	if out.Now = now.Verdict; out.Now == claim.Holds || !in.View.Recorded() {
		return out, nil
	}
	if err := s.run(nil); err != nil {
		return nil, err
	}
	out.Complete = !s.short && len(s.found) < maxPlans
	for _, changes := range s.found {
		p, err := s.plan(changes, before)
		if err != nil {
			return nil, err
		}
		out.Plans = append(out.Plans, *p)
	}
	if len(out.Plans) == 0 {
		out.Blocks = s.blocks()
	}
	return out, nil
}

// plan describes a set of changes, and checks once more that the claim holds.
func (s *search) plan(changes Changes, before *residency.Residency) (*Plan, error) {
	p := &Plan{Settings: Apply(s.rules, s.base, changes)}
	r, err := s.check(p.Settings)
	if err != nil {
		return nil, err
	}
	if r.Verdict != claim.Holds {
		return nil, fmt.Errorf("a plan was found that comes to %s: %q", r.Verdict, changes.key())
	}
	p.Result = r
	for i := range changes {
		p.Steps = append(p.Steps, s.step(changes[i]))
	}
	p.Lost = s.lost(changes, before)
	return p, nil
}

// lost are the features that the changes cost. What is only stated costs nothing.
func (s *search) lost(changes Changes, before *residency.Residency) []residency.Loss {
	made := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Kind == StateProducts })
	after := residency.Resolve(s.rules, s.view, Apply(s.rules, s.base, made))
	return slices.DeleteFunc(slices.Clone(after.Lost), func(l residency.Loss) bool { return slices.Contains(before.Lost, l) })
}

// blocks are the failures that nothing mends, one of each kind.
func (s *search) blocks() []Block {
	var out []Block
	var of []*residency.Placement
	for _, x := range s.stuck {
		p := x.placement
		i := slices.IndexFunc(of, func(o *residency.Placement) bool { return alike(o, p) && mustKnow(o) == mustKnow(p) })
		if i < 0 {
			i, of = len(of), append(of, p)
			out = append(out, Block{Category: p.Category, First: p, Fact: mustKnow(p)})
		}
		if out[i].Count++; !slices.Contains(out[i].Activities, p.Activity) {
			out[i].Activities = append(out[i].Activities, p.Activity)
		}
	}
	return out
}

// OnlyFacts reports whether all that is in the way has to be known first.
func OnlyFacts(blocks []Block) bool {
	return len(blocks) > 0 && !slices.ContainsFunc(blocks, func(b Block) bool { return b.Fact == "" })
}

// mustKnow is the fact that keeps a placement open; "" where it is certainly outside.
func mustKnow(p *residency.Placement) string {
	if len(p.Facts) == 0 || !p.Possible && !p.Certain.Empty() {
		return ""
	}
	return p.Facts[0]
}

// parts judges the claim category by category.
func (o *Outcome) parts(in Input) error {
	for _, c := range in.Claim.Categories.List() {
		one := in
		one.Claim.Categories, one.Claim.Reading = claim.CategoriesOf(c), claim.NoReading
		x, err := attempt(one)
		if err != nil {
			return err
		}
		if x.Now == claim.Unknown && len(x.Plans) == 0 && len(x.Blocks) == 0 && x.Complete {
			continue // nothing of it falls under the claim
		}
		o.Parts = append(o.Parts, Part{Category: c, Now: x.Now, Feasible: x.Feasible(), Open: OnlyFacts(x.Blocks) || !x.Complete})
	}
	return nil
}

// nearest tries the places together with one region of a setting that is in the way.
func (o *Outcome) nearest(in Input) error {
	if in.Claim.Kind != claim.OnlyIn {
		return nil
	}
	for _, r := range in.View.Footprint().Regions() {
		if !r.Geographic || !o.blockedBy(r.Setting) {
			continue
		}
		wide := in
		place := footprint.Place{Setting: r.Setting, Code: r.Key}
		wide.Claim.Places.Any = append(slices.Clone(in.Claim.Places.Any), place)
		x, err := attempt(wide)
		if err != nil {
			return err
		}
		if x.Now == claim.Holds || len(x.Plans) > 0 {
			n := Nearest{Places: wide.Claim.Places, Wider: place}
			if len(x.Plans) > 0 {
				n.Changes = len(x.Plans[0].Steps)
			}
			o.Nearest = append(o.Nearest, n)
		}
	}
	return nil
}

// blockedBy reports whether a setting has no value inside. Only those with few
// values are tried.
func (o *Outcome) blockedBy(s footprint.Setting) bool {
	return (s == footprint.LogSetting || s == footprint.StorageSetting) &&
		slices.ContainsFunc(o.Blocks, func(b Block) bool { return residency.Category(s) == b.Category && b.Fact == "" })
}
