package claim

import (
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// FactUnknownSite: a log names a site the footprint does not have.
const FactUnknownSite = "unknown-site"

// observe lets what was seen turn a verdict to Broken. It never raises one:
// finitely many observations cannot prove "only".
func (r *Result) observe(c *Claim, k *compiled, res *residency.Residency) {
	seen := 0
	for i := range r.Window.Observations {
		o := &r.Window.Observations[i]
		if o.Count == 0 || !r.Window.Holds(o.Hour) || !c.observes(res, o) {
			continue
		}
		seen++
		site, m := c.observedAt(k, res.View, o.Site)
		switch m {
		case footprint.Out:
			r.Contradictions = append(r.Contradictions, Contradiction{Observation: *o, Site: site})
		case footprint.Unknown:
			fact := PlaceFact
			if site == nil {
				fact = FactUnknownSite
			}
			r.addMissing(fact, nil, footprint.SiteSet{})
			if r.Verdict == Holds {
				r.Verdict = Unknown
			}
		}
	}
	switch {
	case len(r.Contradictions) > 0:
		r.Evidence, r.Verdict = evidence.Contradicted, Broken
	case seen > 0:
		r.Evidence = evidence.Consistent
	}
}

// observes reports whether an observation falls under the claim. Where its scope
// lies is told by the placements of that scope.
func (c *Claim) observes(res *residency.Residency, o *evidence.Observation) bool {
	p := residency.Placement{Category: o.Category, Activity: o.Activity, Scope: o.Scope}
	if len(c.Scopes) > 0 {
		for i := range res.Placements {
			if known := &res.Placements[i]; known.Scope == o.Scope {
				p.Zone, p.Names = known.Zone, known.Names
				break
			}
		}
	}
	return c.inScope(&p)
}

// observedAt is the membership of an observed site: In when the claim accepts it.
// A site no longer listed is judged by the country of its record.
func (c *Claim) observedAt(k *compiled, v *footprint.View, code string) (*footprint.Site, footprint.Membership) {
	i, ok := v.Footprint().Lookup(code)
	if !ok {
		return nil, footprint.Unknown
	}
	site := v.Footprint().Site(i)
	switch {
	case k.accept.Has(i):
		return site, footprint.In
	case k.refuse.Has(i):
		return site, footprint.Out
	case v.Present() == v.Present().Union(single(i)):
		return site, footprint.Unknown
	}
	m := v.CountryIn(site.Country, c.Places)
	if c.Kind == NeverIn {
		m = opposite(m)
	}
	return site, m
}

func single(i footprint.SiteIndex) footprint.SiteSet {
	var s footprint.SiteSet
	s.Add(i)
	return s
}
