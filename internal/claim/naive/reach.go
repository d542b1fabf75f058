package naive

import (
	"maps"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// codes is a set of site codes.
type codes map[string]bool

// reach is how far something extends: the sites where it is or may be allowed,
// and of those the ones where it is allowed for certain.
type reach struct {
	may, certain codes
	facts        []string
}

// exactly is the reach over sites that is known.
func exactly(sites []*footprint.Site) reach {
	set := codes{}
	for _, s := range sites {
		set[s.Code] = true
	}
	return reach{may: set, certain: set}
}

// anywhereIn is the reach when nothing is known but its bounds.
func anywhereIn(base reach, fact string) reach {
	return reach{may: base.may, certain: codes{}, facts: []string{fact}}
}

// either is the reach when one of two applies, and it is not known which.
func either(a, b reach, fact string) reach {
	r := reach{may: codes{}, certain: codes{}, facts: slices.Concat(a.facts, b.facts, []string{fact})}
	maps.Copy(r.may, a.may)
	maps.Copy(r.may, b.may)
	for code := range a.certain {
		if b.certain[code] {
			r.certain[code] = true
		}
	}
	return r
}

// together is the reach when both apply at once.
func together(rs ...reach) reach {
	out := reach{may: codes{}, certain: codes{}}
	for _, r := range rs {
		maps.Copy(out.may, r.may)
		maps.Copy(out.certain, r.certain)
		out.facts = append(out.facts, r.facts...)
	}
	return out
}

// customer is one customer's settings on one day, while they are being read.
type customer struct {
	*world
	rules *residency.Rules
	set   *residency.Settings

	pops, cores, every, partner reach

	out []Placement
}

func newCustomer(in *Input) *customer {
	w := &world{fp: in.Footprint, day: in.Day}
	core := func(s *footprint.Site) bool { return s.Kind == footprint.Core }
	partner := func(s *footprint.Site) bool { return !core(s) && s.Network == footprint.NetworkChina }
	edge := func(s *footprint.Site) bool { return !core(s) && !partner(s) }
	return &customer{
		world: w, rules: in.Rules, set: in.Settings,
		pops: exactly(w.listed(edge)), cores: exactly(w.listed(core)), partner: exactly(w.listed(partner)),
		every: exactly(w.listed(func(s *footprint.Site) bool { return !partner(s) })),
	}
}

// resolve finds every placement.
func (c *customer) resolve() {
	c.always()
	c.requests()
	c.workers()
	c.keys()
	c.logs()
	c.stored()
	c.products()
}

var account = residency.Scope{Kind: residency.AccountScope}

// add notes a placement at the sites of a reach.
func (c *customer) add(cat residency.DataCategory, act residency.Activity, scope residency.Scope, product string, r reach) *Placement {
	c.out = append(c.out, Placement{
		Category: cat, Activity: act, Scope: scope, Product: product,
		May: sortedKeys(r.may), Certain: sortedKeys(r.certain), Facts: slices.Clone(r.facts),
	})
	return &c.out[len(c.out)-1]
}

// mark says of the placements added since what zone and names they are of.
func (c *customer) mark(since int, zone string, names []string) {
	for i := range c.out[since:] {
		c.out[since+i].Zone, c.out[since+i].Names = zone, names
	}
}

// unread reports whether the settings mark one of the paths as not read.
func (c *customer) unread(paths ...string) bool {
	for _, p := range paths {
		if slices.Contains(c.set.Unknown, p) {
			return true
		}
	}
	return false
}

// zoneUnread reports whether something of a zone could not be read.
func (c *customer) zoneUnread(z *residency.Zone, what string) bool {
	return c.unread("zones", "zones."+z.Name, "zones."+z.Name+"."+what)
}

// within narrows a base to the sites that pass, or may pass, a test.
func (c *customer) within(base reach, facts []string, in func(*footprint.Site) footprint.Membership) reach {
	r := reach{may: codes{}, certain: codes{}}
	for code := range base.may {
		switch in(c.site(code)) {
		case footprint.In:
			r.may[code] = true
			r.certain[code] = base.certain[code]
		case footprint.Unknown:
			r.may[code] = true
		}
	}
	maps.DeleteFunc(r.certain, func(_ string, in bool) bool { return !in })
	switch {
	case len(r.may) == 0:
		r.facts = []string{residency.FactNoSite}
	case len(r.certain) < len(r.may):
		r.facts = facts
	}
	return r
}

// region narrows a base by a region of a setting. Where the region's own
// definition reaches outside any geography, the provider is free to use any
// site that may be a member: it is allowed for certain.
func (c *customer) region(setting footprint.Setting, key string, base reach) reach {
	if custom := c.custom(setting, key); custom != nil {
		return c.within(base, unpublished(custom), func(s *footprint.Site) footprint.Membership { return c.eval(custom, s) })
	}
	for _, r := range c.fp.Regions() {
		if r.Setting != setting || !strings.EqualFold(r.Key, key) {
			continue
		}
		facts := unpublished(r.Definition)
		if c.day < r.Since {
			facts = []string{footprint.FactRegionOffer}
		}
		out := c.within(base, facts, func(s *footprint.Site) footprint.Membership { return c.inOffered(r, s) })
		if !r.Geographic {
			out.certain = out.may
		}
		return out
	}
	return anywhereIn(base, residency.FactRegionUnknown)
}

func (c *customer) custom(setting footprint.Setting, key string) *footprint.Expr {
	for i := range c.set.CustomRegions {
		if r := &c.set.CustomRegions[i]; setting == footprint.ProcessingSetting && strings.EqualFold(r.Key, key) {
			return r.Definition
		}
	}
	return nil
}

// unpublished lists the facts that an expression says are not published.
func unpublished(e *footprint.Expr) []string {
	switch {
	case e == nil:
		return nil
	case e.Op != footprint.OpTerm:
		return append(unpublished(e.Left), unpublished(e.Right)...)
	case e.Attr == footprint.AttrUnpublished:
		return e.Values
	}
	return nil
}

// planned widens what a setting narrows where the stated plan cannot have it:
// the whole suite is for enterprise plans.
func (c *customer) planned(narrowed, base reach) reach {
	if c.set.Plan == "" || c.set.Plan == "enterprise" {
		return narrowed
	}
	return either(narrowed, base, residency.FactPlan)
}
