// Package naive answers a claim a second time, the slow and plain way: it walks
// the listed sites one by one and asks of each what the settings say of it.
//
// What: [Check] takes the same inputs as the engine (rules, footprint, day,
// settings, claim, observations) and returns the verdict, every counterexample,
// every deciding fact that is not known, and the sites of every placement.
//
// How: loops, maps of site codes and a three-valued look at one site at a time.
// It shares types with the engine and none of its steps, so that a mistake in
// one shows as a difference between the two. It is meant to be read.
//
// Cost: placements × sites, with maps; a thousand times the engine's. Use it to
// audit an answer, not to give one.
package naive

import (
	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Input is everything an answer depends on.
type Input struct {
	Rules     *residency.Rules
	Footprint *footprint.Footprint
	Day       footprint.Date
	Settings  *residency.Settings
	Claim     claim.Claim
	Window    evidence.Window
}

// Placement is where a category of data of a scope may undergo an activity.
type Placement struct {
	Category residency.DataCategory
	Activity residency.Activity
	Scope    residency.Scope
	Product  string   // product id, where the flow is a product's
	Zone     string   // the zone that the scope lies in, where it does
	Names    []string // hostnames that it serves, beside its own

	May     []string // codes of the sites where it is or may be allowed, ascending
	Certain []string // of those, where it is allowed for certain

	Elsewhere residency.Elsewhere // a place that is not a site
	Country   string              // for a declared place: its country
	Possible  bool                // it is not known whether the flow exists
	Facts     []string            // what is not known about it
}

// Counterexample is a placement and one site of it outside the claim; the site
// is "" for a place that is not a site.
type Counterexample struct {
	Category residency.DataCategory
	Activity residency.Activity
	Scope    residency.Scope
	Site     string
}

// Result is the answer.
type Result struct {
	Verdict         claim.Verdict
	Counterexamples []Counterexample // by category, activity, scope and site code
	Unknowns        []string         // ids of the facts that would decide it, ascending
	Placements      []Placement      // all, in scope or not, by category, activity and scope
}

// Check answers a claim. The error is of a claim about nothing.
func Check(in Input) (Result, error) {
	if err := in.Claim.Validate(); err != nil {
		return Result{}, err
	}
	c := newCustomer(&in)
	c.resolve()
	j := &judge{world: c.world, claim: &in.Claim, placements: c.out, facts: map[string]bool{}}
	considered := 0
	for i := range c.out {
		if p := &c.out[i]; j.concerns(p) {
			considered++
			j.placement(p)
		}
	}
	recorded := c.world.recorded()
	switch {
	case !recorded:
		j.facts = map[string]bool{residency.FactBeforeRecords: true} // and nothing else matters
	case considered == 0:
		j.facts[residency.FactNothingInScope] = true
	}
	j.observations(&in.Window)
	return Result{
		Verdict:         j.verdict(recorded, considered),
		Counterexamples: sortedExamples(j.examples),
		Unknowns:        sortedKeys(j.facts),
		Placements:      sortedPlacements(c.out),
	}, nil
}
