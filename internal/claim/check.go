package claim

import (
	"slices"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Verdict is the answer to a claim. The zero value is Unknown.
type Verdict uint8

// The four verdicts.
const (
	Unknown    Verdict = iota // a fact that decides it is missing or disputed
	Holds                     // every placement in scope lies inside, nothing observed contradicts it
	NotEnsured                // the settings allow a place outside
	Broken                    // an observation inside the window contradicts the claim
)

var verdictNames = [...]string{"UNKNOWN", "HOLDS", "NOT_ENSURED", "BROKEN"}

// String returns the name used in the API.
func (v Verdict) String() string { return verdictNames[v] }

// Counterexample falsifies a claim: a placement and the least site outside.
type Counterexample struct {
	Placement *residency.Placement
	Site      *footprint.Site // nil where the place is not a site
	Outside   int             // how many sites of the placement lie outside
	Sites     footprint.SiteSet
}

// Missing is a fact that decides a verdict and is not known.
type Missing struct {
	Fact       string // id of the facts dataset, or a membership the places leave open
	Placements []*residency.Placement
	Sites      footprint.SiteSet // sites whose membership is open
}

// Contradiction is an observation outside the places.
type Contradiction struct {
	Observation evidence.Observation
	Site        *footprint.Site // nil when the footprint does not know the code
}

// Part is one category and activity: how many placements, and where.
type Part struct {
	Category   residency.DataCategory
	Activity   residency.Activity
	Placements int
	May        footprint.SiteSet
	Elsewhere  bool // some of it is not at sites
}

// Considered says what a verdict rests on.
type Considered struct {
	Placements int
	Sites      int // placement × site pairs compared
	Digest     string
}

// Result is the whole answer to a claim. It never travels without its parts.
type Result struct {
	Claim           Claim
	Verdict         Verdict
	Evidence        evidence.Grade
	Counterexamples []Counterexample // fixed order: category, activity, scope, site code
	Contradictions  []Contradiction
	Unknowns        []Missing
	Covered         []Part
	NotCovered      []Part
	Exclusions      []string // what no placement speaks of
	Assumptions     []string
	Considered      Considered
	Complete        bool
	Date            footprint.Date
	Residency       *residency.Residency
	Window          evidence.Window
	JudgedAt        time.Time // set by the caller; the domain has no clock
}

// state of one placement under a claim.
type state uint8

const (
	inside state = iota
	open         // a deciding fact is not known
	outside
)

// judge compares one placement with the claim's sets.
func (c *Claim) judge(k *compiled, v *footprint.View, p *residency.Placement) state {
	st := inside
	if p.Elsewhere != residency.NotElsewhere {
		switch c.elsewhere(v, p) {
		case footprint.Out:
			st = outside
		case footprint.Unknown:
			st = open
		}
	} else if p.May.Empty() {
		st = open // no site is known where it could be: nothing is proven
	}
	bad := p.May.Minus(k.accept)
	if bad != (footprint.SiteSet{}) {
		st = max(st, open)
		certain := p.Certain.Intersect(k.refuse)
		// Every possible site refused: whichever applies, it is outside.
		if certain != (footprint.SiteSet{}) || p.May.SubsetOf(k.refuse) {
			st = outside
		}
	}
	if st == outside && p.Possible {
		return open
	}
	return st
}

// Judge returns the verdict of a claim by settings alone. It visits every
// placement and allocates nothing.
//
// A claim that Check refuses is Unknown.
func Judge(c *Claim, res *residency.Residency) Verdict {
	if !c.valid() || c.checkScopes(res) != nil {
		return Unknown
	}
	k := c.compile(res.View)
	worst, n := inside, 0
	for i := range res.Placements {
		p := &res.Placements[i]
		if !c.inScope(p) {
			continue
		}
		n++
		worst = max(worst, c.judge(&k, res.View, p))
	}
	return verdictOf(worst, n, res.Recorded)
}

func verdictOf(worst state, considered int, recorded bool) Verdict {
	switch {
	case !recorded:
		return Unknown
	case worst == outside:
		return NotEnsured
	case worst == open || considered == 0:
		return Unknown
	}
	return Holds
}

// Check judges a claim against every placement of a residency and everything
// observed in a window, and explains the verdict. The error is of the claim:
// about nothing, or about a scope the settings do not have.
func Check(c Claim, res *residency.Residency, win evidence.Window) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := c.checkScopes(res); err != nil {
		return nil, err
	}
	k := c.compile(res.View)
	r := &Result{Claim: c, Date: res.Date, Residency: res, Window: win, Complete: true}
	d := newDigest(&c, res)
	worst, parts := inside, newParts()
	for i := range res.Placements {
		p := &res.Placements[i]
		if !c.inScope(p) {
			parts.notCovered(p)
			continue
		}
		parts.covered(p)
		st := c.judge(&k, res.View, p)
		worst = max(worst, st)
		r.explain(&c, &k, p, st)
		d.placement(p, st)
		r.Considered.Placements++
		r.Considered.Sites += p.May.Len()
	}
	r.Verdict = verdictOf(worst, r.Considered.Placements, res.Recorded)
	r.noteGaps(res)
	r.observe(&c, &k, res)
	r.Covered, r.NotCovered = parts.lists()
	r.Exclusions, r.Assumptions = exclusions[:], assumptions(&c, res)
	d.window(&win)
	r.Considered.Digest = d.sum(r.Verdict)
	return r, nil
}

func (r *Result) explain(c *Claim, k *compiled, p *residency.Placement, st state) {
	switch st {
	case outside:
		r.counterexample(k, p)
	case open:
		r.missing(c, k, p)
	}
}

func (r *Result) counterexample(k *compiled, p *residency.Placement) {
	ce := Counterexample{Placement: p}
	ce.Sites = p.Certain.Intersect(k.refuse)
	if ce.Sites.Empty() && p.May.SubsetOf(k.refuse) {
		ce.Sites = p.May
	}
	ce.Outside = ce.Sites.Len()
	if i, ok := ce.Sites.First(); ok {
		ce.Site = r.Residency.View.Footprint().Site(i)
	}
	r.Counterexamples = append(r.Counterexamples, ce)
}

// missing names every fact that would decide an open placement.
func (r *Result) missing(c *Claim, k *compiled, p *residency.Placement) {
	bad := p.May.Minus(k.accept)
	facts := p.Facts
	if p.Elsewhere == residency.NotElsewhere && p.May.Empty() {
		facts = []string{residency.FactNoSite}
	}
	openPlaces := bad.Minus(k.refuse)
	if p.Certain.Intersect(openPlaces) != (footprint.SiteSet{}) || len(facts) == 0 {
		facts = append(slices.Clone(facts), PlaceFact)
	}
	for _, f := range facts {
		r.addMissing(f, p, bad)
	}
}

// PlaceFact stands for "whether these sites belong to the places claimed".
const PlaceFact = "place-membership"

func (r *Result) addMissing(fact string, p *residency.Placement, bad footprint.SiteSet) {
	for i := range r.Unknowns {
		if m := &r.Unknowns[i]; m.Fact == fact {
			if p != nil && !slices.Contains(m.Placements, p) {
				m.Placements = append(m.Placements, p)
			}
			m.Sites = m.Sites.Union(bad)
			return
		}
	}
	m := Missing{Fact: fact, Sites: bad}
	if p != nil {
		m.Placements = []*residency.Placement{p}
	}
	r.Unknowns = append(r.Unknowns, m)
}

// noteGaps names why nothing could be judged at all.
func (r *Result) noteGaps(res *residency.Residency) {
	if !res.Recorded {
		r.Unknowns = append(r.Unknowns, Missing{Fact: res.Gap})
	}
	if res.Recorded && r.Considered.Placements == 0 {
		r.Unknowns = append(r.Unknowns, Missing{Fact: residency.FactNothingInScope})
	}
}

func (c *Claim) checkScopes(res *residency.Residency) error { return CheckScopes(c.Scopes, res) }

// CheckScopes reports the first scope that the settings do not have, as a ScopeError.
// Every account has itself; before the first record there is nothing else.
func CheckScopes(scopes []residency.Scope, res *residency.Residency) error {
	for _, s := range scopes {
		if s != (residency.Scope{Kind: residency.AccountScope}) && !hasScope(res, s) {
			return &ScopeError{Scope: s}
		}
	}
	return nil
}

func hasScope(res *residency.Residency, s residency.Scope) bool {
	for i := range res.Placements {
		if p := &res.Placements[i]; p.Scope == s || s.Kind == residency.ZoneScope && s.Name != "" && p.Zone == s.Name {
			return true
		}
	}
	return false
}

// ScopeError names a scope that the settings do not have.
type ScopeError struct{ Scope residency.Scope }

func (e *ScopeError) Error() string { return e.Scope.String() + ": " + ErrScope.Error() }

// Unwrap makes errors.Is(err, ErrScope) true.
func (e *ScopeError) Unwrap() error { return ErrScope }
