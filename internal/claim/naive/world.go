package naive

import (
	"strings"

	"domicile/internal/footprint"
)

// world is the network on one day, asked one site at a time.
type world struct {
	fp  *footprint.Footprint
	day footprint.Date
}

// site finds a site by code; nil when there is none.
func (w *world) site(code string) *footprint.Site {
	sites := w.fp.Sites()
	for i := range sites {
		if sites[i].Code == code {
			return &sites[i]
		}
	}
	return nil
}

func (w *world) onList(s *footprint.Site) bool { return during(s.Seen, w.day) }

// listed returns the sites listed on the day that pass a test.
func (w *world) listed(pass func(*footprint.Site) bool) []*footprint.Site {
	var out []*footprint.Site
	sites := w.fp.Sites()
	for i := range sites {
		if s := &sites[i]; w.onList(s) && pass(s) {
			out = append(out, s)
		}
	}
	return out
}

// recorded reports whether the day is no earlier than the first day any site
// was seen.
func (w *world) recorded() bool {
	sites := w.fp.Sites()
	for i := range sites {
		if from := sites[i].Seen.From; from != 0 && from <= w.day {
			return true
		}
	}
	return false
}

// during reports whether a period holds a day; its last day counts, and an
// absent last day means that it goes on.
func during(p footprint.Period, day footprint.Date) bool {
	return day >= p.From && (p.To == 0 || day <= p.To)
}

// Three-valued logic: Out is less than Unknown, Unknown less than In.
func or(a, b footprint.Membership) footprint.Membership {
	switch {
	case a == footprint.In || b == footprint.In:
		return footprint.In
	case a == footprint.Out && b == footprint.Out:
		return footprint.Out
	}
	return footprint.Unknown
}

func not(a footprint.Membership) footprint.Membership {
	switch a {
	case footprint.In:
		return footprint.Out
	case footprint.Out:
		return footprint.In
	}
	return footprint.Unknown
}

func and(a, b footprint.Membership) footprint.Membership { return not(or(not(a), not(b))) }

func yes(b bool) footprint.Membership {
	if b {
		return footprint.In
	}
	return footprint.Out
}

// inCode says whether a site belongs to a jurisdiction on the day.
func (w *world) inCode(s *footprint.Site, code string) footprint.Membership {
	j, ok := w.fp.Jurisdiction(code)
	if !ok {
		return footprint.Unknown
	}
	switch j.Kind {
	case footprint.Country:
		return yes(s.Country == code)
	case footprint.Subdivision:
		if s.Subdivision == "" && s.Country == j.Parent {
			return footprint.Unknown // its record does not say where in the country it is
		}
		return yes(s.Subdivision == code)
	}
	m := footprint.Out
	for _, row := range w.fp.Memberships() {
		if row.Bloc != code || !during(row.During, w.day) {
			continue
		}
		member := w.inCode(s, row.Member)
		if row.Partial && member == footprint.In {
			member = footprint.Unknown
		}
		m = or(m, member)
	}
	return m
}

// inRegion says whether a site belongs to a region of a setting.
func (w *world) inRegion(s *footprint.Site, setting footprint.Setting, key string) footprint.Membership {
	for _, r := range w.fp.Regions() {
		if r.Setting == setting && strings.EqualFold(r.Key, key) {
			return w.inOffered(r, s)
		}
	}
	return footprint.Unknown
}

// inOffered says whether a site belongs to a region, of which nothing is known
// before the day it was offered.
func (w *world) inOffered(r footprint.Region, s *footprint.Site) footprint.Membership {
	if w.day < r.Since {
		return footprint.Unknown
	}
	return w.eval(r.Definition, s)
}

// eval says whether a site satisfies an expression.
func (w *world) eval(e *footprint.Expr, s *footprint.Site) footprint.Membership {
	if e == nil {
		return footprint.Unknown
	}
	switch e.Op {
	case footprint.OpNot:
		return not(w.eval(e.Left, s))
	case footprint.OpAnd:
		return and(w.eval(e.Left, s), w.eval(e.Right, s))
	case footprint.OpOr:
		return or(w.eval(e.Left, s), w.eval(e.Right, s))
	}
	switch e.Attr {
	case footprint.AttrAny:
		return footprint.In
	case footprint.AttrUnpublished:
		return footprint.Unknown
	}
	m := footprint.Out
	for _, value := range e.Values {
		m = or(m, w.term(e.Attr, value, s))
	}
	return m
}

// term says whether one attribute of a site has a value. A value that nothing
// known has is a misprint or news, so the answer is not known.
func (w *world) term(attr footprint.Attribute, value string, s *footprint.Site) footprint.Membership {
	switch attr {
	case footprint.AttrCountry:
		return w.inCodeOfKind(s, value, footprint.Country)
	case footprint.AttrSubdivision:
		return w.inCodeOfKind(s, value, footprint.Subdivision)
	case footprint.AttrBloc:
		return w.inCodeOfKind(s, value, footprint.Bloc)
	case footprint.AttrRegion:
		return w.inRegion(s, footprint.KeySetting, value)
	case footprint.AttrKind:
		if value == "pop" || value == "core" {
			return yes(s.Kind.String() == value)
		}
	case footprint.AttrGroup:
		return w.equal(value, s, func(x *footprint.Site) string { return x.Group })
	case footprint.AttrNetwork:
		return w.equal(value, s, func(x *footprint.Site) string { return x.Network })
	}
	return footprint.Unknown
}

func (w *world) inCodeOfKind(s *footprint.Site, code string, kind footprint.JurisdictionKind) footprint.Membership {
	if j, ok := w.fp.Jurisdiction(code); !ok || j.Kind != kind {
		return footprint.Unknown
	}
	return w.inCode(s, code)
}

// equal compares a text of the site's record, where any record ever had it.
func (w *world) equal(value string, s *footprint.Site, text func(*footprint.Site) string) footprint.Membership {
	sites := w.fp.Sites()
	for i := range sites {
		if text(&sites[i]) == value {
			return yes(text(s) == value)
		}
	}
	return footprint.Unknown
}

// inPlaces says whether a site belongs to a place set: one of Any, none of
// Except.
func (w *world) inPlaces(s *footprint.Site, p footprint.Places) footprint.Membership {
	return w.inSet(p, func(place footprint.Place) footprint.Membership {
		if place.Setting != footprint.NoSetting {
			return w.inRegion(s, place.Setting, place.Code)
		}
		return w.inCode(s, place.Code)
	})
}

// countryInPlaces says whether a whole country belongs to a place set. A region
// is about sites, so it says nothing of a country, and neither does a code
// that stands for no country.
func (w *world) countryInPlaces(country string, p footprint.Places) footprint.Membership {
	if j, ok := w.fp.Jurisdiction(country); !ok || j.Kind != footprint.Country {
		return footprint.Unknown
	}
	return w.inSet(p, func(place footprint.Place) footprint.Membership { return w.countryInPlace(country, place) })
}

func (w *world) countryInPlace(country string, place footprint.Place) footprint.Membership {
	j, ok := w.fp.Jurisdiction(place.Code)
	switch {
	case place.Setting != footprint.NoSetting || !ok:
		return footprint.Unknown
	case j.Kind == footprint.Country:
		return yes(j.Code == country)
	case j.Kind == footprint.Subdivision:
		if j.Parent == country {
			return footprint.Unknown // part of the country is in, part is not
		}
		return footprint.Out
	}
	m := footprint.Out
	for _, row := range w.fp.Memberships() {
		if row.Bloc != place.Code || !during(row.During, w.day) {
			continue
		}
		member := w.countryInPlace(country, footprint.Place{Code: row.Member})
		if row.Partial && member == footprint.In {
			member = footprint.Unknown
		}
		m = or(m, member)
	}
	return m
}

func (w *world) inSet(p footprint.Places, in func(footprint.Place) footprint.Membership) footprint.Membership {
	anyOf, except := footprint.Out, footprint.Out
	for _, place := range p.Any {
		anyOf = or(anyOf, in(place))
	}
	for _, place := range p.Except {
		except = or(except, in(place))
	}
	return and(anyOf, not(except))
}
