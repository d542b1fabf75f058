package api

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/gql"
)

// siteSet is a set of sites on a day: all of them, and those of them that are
// possible and not certain.
type siteSet struct {
	view    *footprint.View
	all     footprint.SiteSet
	unknown footprint.SiteSet

	byCountry []countryCount // once asked for
}

// membersOf is the siteSet of a three-valued membership.
func membersOf(v *footprint.View, m footprint.Members) *siteSet {
	return &siteSet{view: v, all: m.Possible(), unknown: m.Unknown}
}

// member is a site of a set.
type member struct {
	siteAt
	in footprint.Membership
}

// countryCount is how many sites of a set a country has.
type countryCount struct {
	code, name     string
	count, unknown int
}

func siteSetFields(t table) {
	t["SiteSet"] = fields{
		"count":     gql.From(func(s *siteSet) any { return s.all.Len() }),
		"unknown":   gql.From(func(s *siteSet) any { return s.unknown.Len() }),
		"countries": gql.From(func(s *siteSet) any { return s.countries() }),
		"core":      gql.From(func(s *siteSet) any { return s.sites(s.all.Intersect(s.view.Cores())) }),
		"sites":     gql.With(resolveSetSites),
		"complete":  gql.From(func(s *siteSet) any { return s.view.Recorded() }),
	}
	t["CountryCount"] = fields{
		"country": gql.From(func(c countryCount) any { return c.code }),
		"name":    gql.From(func(c countryCount) any { return c.name }),
		"count":   gql.From(func(c countryCount) any { return c.count }),
		"unknown": gql.From(func(c countryCount) any { return c.unknown }),
	}
	connection[member](t, "Site", fields{
		"node":       gql.From(func(e edge[member]) any { return e.node.siteAt }),
		"membership": gql.From(func(e edge[member]) any { return e.node.in }),
	})
	t["SiteConnection"]["nodes"] = gql.From(func(p *page[member]) any {
		out := make([]siteAt, len(p.edges))
		for i, e := range p.edges {
			out[i] = e.node.siteAt
		}
		return out
	})
}

func (s *siteSet) sites(set footprint.SiteSet) []siteAt {
	out := make([]siteAt, 0, set.Len())
	for i := range set.All() {
		out = append(out, siteAt{s.view.Footprint().Site(i), s.view})
	}
	return out
}

// countries counts the sites of each country, once.
func (s *siteSet) countries() []countryCount {
	if s.byCountry != nil {
		return s.byCountry
	}
	at := map[string]int{}
	s.byCountry = []countryCount{}
	for i := range s.all.All() {
		code := s.view.Footprint().Site(i).Country
		n, ok := at[code]
		if !ok {
			n = len(s.byCountry)
			at[code] = n
			s.byCountry = append(s.byCountry, countryCount{code: code, name: countryName(s.view, code)})
		}
		c := &s.byCountry[n]
		if c.count++; s.unknown.Has(i) {
			c.unknown++
		}
	}
	slices.SortFunc(s.byCountry, func(a, b countryCount) int { return strings.Compare(a.code, b.code) })
	return s.byCountry
}

// key digests the set, for cursors.
func (s *siteSet) key() string {
	var out []byte
	for _, set := range []footprint.SiteSet{s.all, s.unknown} {
		for _, word := range set {
			out = binary.BigEndian.AppendUint64(out, word)
		}
	}
	return string(out)
}

func resolveSetSites(ctx context.Context, s *siteSet, args gql.Args) (any, error) {
	list := make([]member, 0, s.all.Len())
	for i := range s.all.All() {
		m := member{siteAt{s.view.Footprint().Site(i), s.view}, footprint.In}
		if s.unknown.Has(i) {
			m.in = footprint.Unknown
		}
		list = append(list, m)
	}
	return pageOf(args, seriesOf("sites", asked(ctx).reference().Revision, s.view.Date().String(), s.key()), list)
}
