package naive

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// judge collects what speaks against a claim, and what is not known.
type judge struct {
	world      *world
	claim      *claim.Claim
	placements []Placement
	examples   []Counterexample
	facts      map[string]bool
	outside    bool // some placement is outside for certain
	open       bool // some placement hangs on a fact
	seenOut    bool // something was observed outside
	seenOpen   bool // something was observed at a place of unknown membership
}

// verdict applies the precedence: Broken, NotEnsured, Unknown, Holds. Before the
// first record nothing is known, whatever the placements say.
func (j *judge) verdict(recorded bool, considered int) claim.Verdict {
	switch {
	case j.seenOut:
		return claim.Broken
	case !recorded:
		return claim.Unknown
	case j.outside:
		return claim.NotEnsured
	case j.open || j.seenOpen || considered == 0:
		return claim.Unknown
	}
	return claim.Holds
}

// concerns reports whether the claim is about a placement.
func (j *judge) concerns(p *Placement) bool {
	if !slices.Contains(j.claim.Categories.List(), p.Category) || !slices.Contains(j.claim.Activities.List(), p.Activity) {
		return false
	}
	return len(j.claim.Scopes) == 0 || slices.ContainsFunc(j.claim.Scopes, func(s residency.Scope) bool { return holds(s, p) })
}

// holds reports whether a scope of a claim holds a placement. The account holds
// everything; a zone its names, their certificates, and what serves them; a
// name the certificates, Workers and resources that serve it. What is of the
// whole account or zone is of each of its names, too, and a Worker whose routes
// are not stated may serve any.
func holds(s residency.Scope, p *Placement) bool {
	anywhere := p.Scope.Kind == residency.WorkerScope && len(p.Names) == 0
	switch {
	case s == p.Scope, s.Kind == residency.AccountScope, p.Scope.Kind == residency.AccountScope:
		return true
	case s.Kind == residency.ZoneScope:
		return anywhere || p.Zone == s.Name || slices.ContainsFunc(p.Names, func(n string) bool { return inZone(n, s.Name) })
	case s.Kind == residency.HostnameScope && p.Scope.Kind == residency.ZoneScope:
		return inZone(s.Name, p.Scope.Name)
	case s.Kind == residency.HostnameScope:
		return anywhere || slices.ContainsFunc(p.Names, func(n string) bool {
			return n == s.Name || n == wildcardOver(s.Name) || wildcardOver(n) == s.Name
		})
	}
	return false
}

func inZone(name, zone string) bool { return name == zone || strings.HasSuffix(name, "."+zone) }

// accepts says whether the claim is content with a place: In is yes, Out is no.
func (j *judge) accepts(membership footprint.Membership) footprint.Membership {
	if j.claim.Kind == claim.NeverIn {
		return not(membership)
	}
	return membership
}

// placement notes what a placement means for the claim.
func (j *judge) placement(p *Placement) {
	if p.Elsewhere != residency.NotElsewhere {
		j.elsewhere(p)
		return
	}
	if len(p.May) == 0 {
		// No site is known where it could be, so nothing is proven.
		j.missing(p, []string{residency.FactNoSite}, false)
		return
	}
	var refused, refusedForCertain []string
	doubt, certainDoubt := false, false
	for _, code := range p.May {
		certain := slices.Contains(p.Certain, code)
		switch j.accepts(j.world.inPlaces(j.world.site(code), j.claim.Places)) {
		case footprint.Out:
			refused = append(refused, code)
			if certain {
				refusedForCertain = append(refusedForCertain, code)
			}
		case footprint.Unknown:
			doubt = true
			certainDoubt = certainDoubt || certain
		}
	}
	// Wherever it turns out to be, it is outside.
	if len(refused) == len(p.May) && len(refusedForCertain) == 0 {
		refusedForCertain = refused
	}
	switch {
	case len(refused) == 0 && !doubt:
	case len(refusedForCertain) > 0 && !p.Possible:
		j.counterexample(p, refusedForCertain)
	default:
		j.missing(p, p.Facts, certainDoubt)
	}
}

// elsewhere judges a placement that is not at sites.
func (j *judge) elsewhere(p *Placement) {
	m := footprint.Unknown
	switch p.Elsewhere {
	case residency.Anywhere:
		m = footprint.Out // some place of the world is refused, whatever the claim
	case residency.Declared:
		m = j.accepts(j.world.countryInPlaces(p.Country, j.claim.Places))
	}
	switch {
	case m == footprint.In:
	case m == footprint.Out && !p.Possible:
		j.counterexample(p, []string{""})
	default:
		j.missing(p, p.Facts, false)
	}
}

func (j *judge) counterexample(p *Placement, sites []string) {
	j.outside = true
	for _, code := range sites {
		j.examples = append(j.examples, Counterexample{p.Category, p.Activity, p.Scope, code})
	}
}

func (j *judge) missing(p *Placement, facts []string, membership bool) {
	j.open = true
	for _, f := range facts {
		j.facts[f] = true
	}
	if membership || len(facts) == 0 {
		j.facts[claim.PlaceFact] = true
	}
}

// observations compares what was seen inside the window with the claim.
func (j *judge) observations(w *evidence.Window) {
	for i := range w.Observations {
		o := &w.Observations[i]
		if o.Count == 0 || !within(w, o) || !j.concerns(j.seen(o)) {
			continue
		}
		site := j.world.site(o.Site)
		if site == nil {
			j.seenOpen, j.facts[claim.FactUnknownSite] = true, true
			continue
		}
		switch j.accepts(j.observed(site)) {
		case footprint.Out:
			j.seenOut = true
		case footprint.Unknown:
			j.seenOpen, j.facts[claim.PlaceFact] = true, true
		}
	}
}

// seen is an observation as a placement, to see whether the claim is about it.
// Its scope lies in the zone, and serves the names, that the settings say.
func (j *judge) seen(o *evidence.Observation) *Placement {
	p := &Placement{Category: o.Category, Activity: o.Activity, Scope: o.Scope}
	for i := range j.placements {
		if q := &j.placements[i]; q.Scope == o.Scope && (q.Zone != "" || len(q.Names) > 0) {
			p.Zone, p.Names = q.Zone, q.Names
		}
	}
	return p
}

// observed places a site: by its record where it is listed, by its country
// where it is listed no longer or not yet.
func (j *judge) observed(s *footprint.Site) footprint.Membership {
	if j.world.onList(s) {
		return j.world.inPlaces(s, j.claim.Places)
	}
	return j.world.countryInPlaces(s.Country, j.claim.Places)
}

// within reports whether an observation lies in the window. A window without
// ends holds everything.
func within(w *evidence.Window, o *evidence.Observation) bool {
	if !w.From.IsZero() && o.Hour.Before(w.From) {
		return false
	}
	return w.To.IsZero() || o.Hour.Before(w.To)
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

func sortedExamples(xs []Counterexample) []Counterexample {
	slices.SortFunc(xs, func(a, b Counterexample) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Activity, b.Activity),
			cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name), strings.Compare(a.Site, b.Site))
	})
	return slices.Compact(xs)
}

func sortedPlacements(ps []Placement) []Placement {
	out := slices.Clone(ps)
	slices.SortStableFunc(out, func(a, b Placement) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Activity, b.Activity),
			cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name), strings.Compare(a.Product, b.Product))
	})
	return out
}
