package fleet

import (
	"slices"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Moved is the compiled fleet on another view, where what was resolved can be
// carried over; false where it cannot, and everything has to be resolved anew.
// The shapes are those that were resolved.
//
// How: of the sites, a resolution looks at nothing but sets: the edge and core
// sites, those of the partner network, and the members of the
// regions that profiles look at. It joins,
// intersects and compares them. So two sites that are alike in all of these are
// alike in every placement, and a site of the new view is where a site of the old
// one was that it is like. That holds as long as every kind of site is still
// there and none is new: then sets that were equal, empty or different stay so,
// and with them everything that was decided by it. Profiles with expressions of
// their own, which look at more, are resolved anew.
//
// Cost: a look at each site and region, and at each different placement.
func (c *Compiled) Moved(view *footprint.View, shapes []*residency.Settings) (*Compiled, bool) {
	like, ok := c.likeness(view)
	if !ok || c.Profiles() > len(shapes) {
		return nil, false
	}
	next := NewCompiled(c.rules, view)
	for i := range c.cores {
		k := c.cores[i]
		k.may, k.certain = like.move(k.may), like.move(k.certain)
		next.cores = append(next.cores, k)
		next.coreOf[k] = uint32(i)
	}
	if len(next.coreOf) < len(c.cores) {
		return nil, false // cannot be: different sets stay different
	}
	for i, r := range c.regions {
		next.regionOf[r] = uint32(i)
	}
	next.regions = slices.Clone(c.regions)
	for i, x := range c.causes {
		next.causeOf[x] = uint32(i)
	}
	for i, x := range c.atoms {
		next.atomOf[x] = uint32(i)
	}
	next.causes, next.atoms, next.mark = slices.Clone(c.causes), slices.Clone(c.atoms), make([]uint32, len(c.atoms))
	if len(c.own) == 0 {
		next.start, next.rows = slices.Clip(c.start), slices.Clip(c.rows)
		return next, true
	}
	next.splice(c, shapes)
	return next, true
}

// splice takes over the rows of each profile but those with expressions of their
// own.
func (c *Compiled) splice(from *Compiled, shapes []*residency.Settings) {
	c.rows, c.start, c.own = make([]uint32, 0, len(from.rows)), make([]uint32, 1, len(from.start)), slices.Clip(from.own)
	next := 0
	for p := range from.Profiles() {
		if next < len(from.own) && from.own[next] == uint32(p) {
			next++
			c.row(residency.Resolve(c.rules, c.view, shapes[p]))
		} else {
			c.rows = append(c.rows, from.rows[from.start[p]:from.start[p+1]]...)
		}
		c.start = append(c.start, uint32(len(c.rows)))
	}
}

// likeness is for each site of a view one of another that it is like; absent
// where it is in no set.
type likeness []int

const absent = -1

// move carries a set over.
func (l likeness) move(s footprint.SiteSet) (out footprint.SiteSet) {
	for to, from := range l {
		if from != absent && s.Has(footprint.SiteIndex(from)) {
			out.Add(footprint.SiteIndex(to))
		}
	}
	return out
}

// likeness finds a like site for each of the new view; false where a kind of site
// is new or gone, or the views differ in more than the sites.
func (c *Compiled) likeness(view *footprint.View) (likeness, bool) {
	if !c.sameQuestions(view) {
		return nil, false
	}
	sets := func(v *footprint.View) []footprint.SiteSet {
		out := []footprint.SiteSet{v.PoPs(), v.Cores(), v.Partner()}
		for _, r := range c.regions {
			m, _ := v.InRegion(r.Setting, r.Key)
			out = append(out, m.In, m.Unknown)
		}
		return out
	}
	before, after := sets(c.view), sets(view)
	kinds := map[string]int{}
	for i := range c.view.Footprint().Sites() {
		kinds[kindOf(before, footprint.SiteIndex(i))] = i
	}
	nothing := kindOf(make([]footprint.SiteSet, len(before)), 0)
	kinds[nothing] = absent
	out, seen := make(likeness, len(view.Footprint().Sites())), map[string]bool{}
	for i := range out {
		kind := kindOf(after, footprint.SiteIndex(i))
		from, ok := kinds[kind]
		if !ok {
			return nil, false
		}
		out[i], seen[kind] = from, true
	}
	seen[nothing] = true
	return out, len(seen) == len(kinds)
}

// kindOf is in which of the sets a site is.
func kindOf(sets []footprint.SiteSet, i footprint.SiteIndex) string {
	kind := make([]byte, 0, 64)
	for n := range sets {
		if n%8 == 0 {
			kind = append(kind, 0)
		}
		if sets[n].Has(i) {
			kind[len(kind)-1] |= 1 << (n % 8)
		}
	}
	return string(kind)
}

// sameQuestions reports whether the views have the same regions, meant alike, and
// nothing is offered on one day that is not on the other.
func (c *Compiled) sameQuestions(view *footprint.View) bool {
	from, to := c.view.Date(), view.Date()
	if from > to {
		from, to = to, from
	}
	for i := range c.rules.Storage {
		if since := c.rules.Storage[i].Since; since > from && since <= to {
			return false
		}
	}
	return c.view.Recorded() == view.Recorded() && slices.EqualFunc(c.view.Footprint().Regions(), view.Footprint().Regions(),
		func(a, b footprint.Region) bool {
			return a.Setting == b.Setting && a.Key == b.Key && a.Geographic == b.Geographic
		})
}

// ownExpressions reports whether settings define regions or key policies of their
// own.
func ownExpressions(s *residency.Settings) bool {
	for i := range s.CustomRegions {
		if s.CustomRegions[i].Definition != nil {
			return true
		}
	}
	for i := range s.Zones {
		if slices.ContainsFunc(s.Zones[i].Certificates, func(x residency.Certificate) bool { return x.KeyPolicy != nil }) {
			return true
		}
	}
	return false
}
