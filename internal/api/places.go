package api

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/gql"
)

// siteAt is a site on a day.
type siteAt struct {
	*footprint.Site
	view *footprint.View
}

// nearbySite is a site and its distance.
type nearbySite struct {
	site siteAt
	km   float64
}

// membership pairs a region or jurisdiction with a site's membership of it.
type membership struct {
	of any
	m  footprint.Membership
}

func placeFields(t table) {
	t["Footprint"] = fields{
		"asOf":         gql.From(func(v *footprint.View) any { return v.Date() }),
		"recordedFrom": gql.From(func(v *footprint.View) any { return orNull(v.Footprint().RecordedFrom()) }),
		"complete":     gql.From(func(v *footprint.View) any { return v.Recorded() }),
		"revision": gql.With(func(ctx context.Context, _ *footprint.View, _ gql.Args) (any, error) {
			return asked(ctx).datasets(), nil
		}),
		"sites":         gql.With(resolveSites),
		"summary":       gql.From(func(v *footprint.View) any { return &siteSet{view: v, all: v.Present()} }),
		"regions":       gql.With(resolveRegions),
		"jurisdictions": gql.With(resolveJurisdictions),
		"changes":       gql.With(resolveChanges),
		"sources":       gql.With(resolveSources),
	}
	t["FootprintChange"] = fields{
		"date":     gql.From(func(c changeOf) any { return c.Date }),
		"listed":   gql.From(func(c changeOf) any { return c.sites(c.Listed) }),
		"unlisted": gql.From(func(c changeOf) any { return c.sites(c.Unlisted) }),
		"began":    gql.From(func(c changeOf) any { return c.memberships(c.Began) }),
		"ended":    gql.From(func(c changeOf) any { return c.memberships(c.Ended) }),
	}
	t["Site"] = siteFields()
	t["RegionMembership"] = fields{
		"region":     gql.From(func(m membership) any { return m.of }),
		"membership": gql.From(func(m membership) any { return m.m }),
	}
	t["JurisdictionMembership"] = fields{
		"jurisdiction": gql.From(func(m membership) any { return m.of }),
		"membership":   gql.From(func(m membership) any { return m.m }),
	}
	t["NearbySite"] = fields{
		"site": gql.From(func(n nearbySite) any { return n.site }),
		"km":   gql.From(func(n nearbySite) any { return n.km }),
	}
	t["AddressLocation"] = locationFields
}

func siteFields() fields {
	return fields{
		"id":            gql.From(func(s siteAt) any { return nodeID(siteNode, s.Code) }),
		"code":          gql.From(func(s siteAt) any { return s.Code }),
		"kind":          gql.From(func(s siteAt) any { return kindName(s.Kind) }),
		"city":          gql.From(func(s siteAt) any { return s.City }),
		"country":       gql.From(func(s siteAt) any { return s.Country }),
		"countryName":   gql.From(func(s siteAt) any { return countryName(s.view, s.Country) }),
		"subdivision":   gql.From(func(s siteAt) any { return orNull(s.Subdivision) }),
		"latitude":      gql.From(func(s siteAt) any { return s.Place().Lat }),
		"longitude":     gql.From(func(s siteAt) any { return s.Place().Lon }),
		"cell":          gql.From(func(s siteAt) any { return orNull(s.Cell) }),
		"group":         gql.From(func(s siteAt) any { return orNull(s.Group) }),
		"network":       gql.From(func(s siteAt) any { return s.Network }),
		"listedFrom":    gql.From(func(s siteAt) any { return orNull(s.Seen.From) }),
		"listedTo":      gql.From(func(s siteAt) any { return orNull(s.Seen.To) }),
		"notes":         gql.From(func(s siteAt) any { return orNull(s.Notes) }),
		"provenance":    gql.From(func(s siteAt) any { return s.Provenance }),
		"regions":       gql.With(resolveSiteRegions),
		"jurisdictions": gql.From(func(s siteAt) any { return siteJurisdictions(s) }),
	}
}

// datasets is the revision of an answer without settings.
func (q *question) datasets() atlas.Revision {
	return atlas.Revision{Datasets: q.reference().Revision}
}

func countryName(v *footprint.View, code string) string {
	if j, ok := v.Footprint().Jurisdiction(code); ok {
		return j.Name
	}
	return code
}

// membersIn are the members of a place that a filter names, where it names one.
func membersIn(v *footprint.View, filter gql.Args, key string) (m footprint.Members, given bool, err error) {
	text := filter.String(key)
	if text == "" {
		return m, false, nil
	}
	places, err := v.Footprint().ParsePlaces([]string{text}, nil)
	if err != nil {
		return m, false, badInput(fmt.Errorf("%s: %w", key, err))
	}
	return v.InPlaces(places), true, nil
}

func resolveSites(_ context.Context, v *footprint.View, args gql.Args) (any, error) {
	filter, set := args.Input("filter"), v.Present()
	if m, given, err := membersIn(v, filter, "within"); err != nil {
		return nil, err
	} else if given {
		set = set.Intersect(m.In)
	}
	if m, given, err := membersIn(v, filter, "maybeWithin"); err != nil {
		return nil, err
	} else if given {
		set = set.Intersect(m.Unknown)
	}
	out := []siteAt{}
	for i := range set.All() {
		s := v.Footprint().Site(i)
		if kind := filter.Enum("kind"); kind != "" && kind != kindName(s.Kind) {
			continue
		}
		if country, _ := filter.Value("country").(string); country != "" && country != s.Country {
			continue
		}
		out = append(out, siteAt{s, v})
	}
	return out, nil
}

func resolveRegions(_ context.Context, v *footprint.View, args gql.Args) (any, error) {
	out := []regionAt{}
	all, only := v.Footprint().Regions(), settingArg(args.Enum("setting"))
	for i := range all {
		if only == footprint.NoSetting || all[i].Setting == only {
			out = append(out, regionAt{&all[i], v})
		}
	}
	return out, nil
}

func resolveJurisdictions(_ context.Context, v *footprint.View, args gql.Args) (any, error) {
	out := []jurisdictionAt{}
	all, only := v.Footprint().Jurisdictions(), strings.ToLower(args.Enum("kind"))
	for i := range all {
		if only == "" || all[i].Kind.String() == only {
			out = append(out, jurisdictionAt{&all[i], v})
		}
	}
	return out, nil
}

// changeOf is what came or went on a day, seen from the day of a footprint.
type changeOf struct {
	footprint.Change
	view *footprint.View
}

func resolveChanges(_ context.Context, v *footprint.View, args gql.Args) (any, error) {
	after, _ := gql.ArgOf[footprint.Date](args, "after")
	out := []changeOf{}
	for _, c := range v.Footprint().Changes(after, v.Date()) {
		out = append(out, changeOf{c, v})
	}
	return out, nil
}

func (c changeOf) sites(all []footprint.SiteIndex) []siteAt {
	out := make([]siteAt, len(all))
	for i, x := range all {
		out[i] = siteAt{c.view.Footprint().Site(x), c.view}
	}
	return out
}

func (c changeOf) memberships(all []footprint.BlocMembership) []blocRow {
	out := make([]blocRow, len(all))
	for i := range all {
		out[i] = blocRow{&all[i], c.view}
	}
	return out
}

func resolveSources(ctx context.Context, _ *footprint.View, _ gql.Args) (any, error) {
	all := asked(ctx).reference().Sources
	out := make([]atlas.Source, 0, len(all))
	for _, id := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[id])
	}
	return out, nil
}

func resolveSiteRegions(_ context.Context, s siteAt, args gql.Args) (any, error) {
	index, _ := s.view.Footprint().Lookup(s.Code)
	out := []membership{}
	all, only := s.view.Footprint().Regions(), settingArg(args.Enum("setting"))
	for i := range all {
		r := &all[i]
		if only != footprint.NoSetting && r.Setting != only {
			continue
		}
		members, _ := s.view.InRegion(r.Setting, r.Key)
		if m := members.Of(index); m != footprint.Out {
			out = append(out, membership{regionAt{r, s.view}, m})
		}
	}
	return out, nil
}

func siteJurisdictions(s siteAt) []membership {
	index, _ := s.view.Footprint().Lookup(s.Code)
	out := []membership{}
	all := s.view.Footprint().Jurisdictions()
	for i := range all {
		members, _ := s.view.InJurisdiction(all[i].Code)
		if m := members.Of(index); m != footprint.Out {
			out = append(out, membership{jurisdictionAt{&all[i], s.view}, m})
		}
	}
	return out
}
