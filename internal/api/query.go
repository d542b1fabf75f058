package api

import (
	"context"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

func queryFields(t table) {
	t["Query"] = fields{
		"footprint":     resolveFootprint,
		"site":          resolveSite,
		"region":        resolveRegion,
		"jurisdiction":  resolveJurisdiction,
		"nearestSites":  resolveNearest,
		"locate":        resolveLocate,
		"products":      resolveProducts,
		"subprocessors": rooted(func(q *question) any { return listed(q.reference().Subprocessors) }),
		"disputes":      rooted(func(q *question) any { return listed(q.reference().Disputes) }),
		"claims":        rooted(func(q *question) any { return listed(q.reference().Presets) }),
		"customer":      resolveCustomer,
		"customers":     resolveCustomers,
		"residency":     resolveResidencyOf,
		"check":         resolveCheckOf,
		"sweep":         resolveSweep,
		"plan":          resolvePlanOf,
		"board":         resolveBoard,
		"report":        resolveReport,
		"auditLog":      resolveAuditLog,
		"node":          resolveNode,
		"nodes":         resolveNodes,
	}
}

// rooted makes a resolver of a question without arguments.
func rooted(project func(q *question) any) gql.Resolver {
	return func(ctx context.Context, _ *gql.Params) (any, error) { return project(asked(ctx)), nil }
}

func resolveFootprint(ctx context.Context, p *gql.Params) (any, error) {
	return asked(ctx).view(p.Args), nil
}

func resolveSite(ctx context.Context, p *gql.Params) (any, error) {
	view := asked(ctx).view(p.Args)
	i, ok := view.Footprint().Lookup(p.Args.Value("code").(string))
	present := view.Present()
	if !ok || !present.Has(i) {
		return nil, nil
	}
	return siteAt{view.Footprint().Site(i), view}, nil
}

func resolveRegion(ctx context.Context, p *gql.Params) (any, error) {
	view := asked(ctx).view(p.Args)
	r, ok := view.Footprint().Region(settingArg(p.Args.Enum("setting")), p.Args.String("key"))
	if !ok {
		return nil, nil
	}
	return regionAt{r, view}, nil
}

func resolveJurisdiction(ctx context.Context, p *gql.Params) (any, error) {
	view := asked(ctx).view(p.Args)
	j, ok := view.Footprint().Jurisdiction(strings.ToUpper(p.Args.String("code")))
	if !ok {
		return nil, nil
	}
	return jurisdictionAt{j, view}, nil
}

func resolveNearest(ctx context.Context, p *gql.Params) (any, error) {
	first, err := firstArg(p.Args)
	if err != nil {
		return nil, err
	}
	at := p.Args.Input("at")
	point := footprint.Point{Lat: at.Float("latitude"), Lon: at.Float("longitude")}
	if !(point.Lat >= -90 && point.Lat <= 90 && point.Lon >= -180 && point.Lon <= 180) {
		return nil, gql.Errorf(gql.BadUserInput, "the point is not on the globe: want a latitude of -90 to 90 and a longitude of -180 to 180")
	}
	view := asked(ctx).view(p.Args)
	var out []nearbySite
	for _, n := range view.Nearest(point, first) {
		out = append(out, nearbySite{siteAt{n.Site, view}, n.KM})
	}
	return listed(out), nil
}

func resolveResidencyOf(ctx context.Context, p *gql.Params) (any, error) {
	q := asked(ctx)
	set, err := q.settings(p.Args.Input("settings"))
	if err != nil {
		return nil, err
	}
	return narrowed(q.ResidencyOf(q.state, set, q.day(p.Args)), nil, p.Args)
}

// given are the claim and the settings of the arguments, which nobody stored.
func (q *question) given(args gql.Args) (claim.Claim, *residency.Settings, error) {
	c, err := q.claim(args.Input("claim"), nil)
	if err != nil {
		return claim.Claim{}, nil, err
	}
	set, err := q.settings(args.Input("settings"))
	return c, set, err
}

func resolveCheckOf(ctx context.Context, p *gql.Params) (any, error) {
	q := asked(ctx)
	c, set, err := q.given(p.Args)
	if err != nil {
		return nil, err
	}
	st, err := q.suppose(p.Args)
	if err != nil {
		return nil, err
	}
	if st == nil {
		st = q.state
	}
	return q.judgeIn(st, q.ResidencyOf(st, set, q.day(p.Args)), c, nil)
}

func resolveProducts(ctx context.Context, p *gql.Params) (any, error) {
	rules, filter := asked(ctx).reference().Rules, p.Args.Input("filter")
	ids := filter.Strings("ids")
	for _, id := range ids {
		if _, ok := rules.Product(id); !ok {
			return nil, gql.Errorf(gql.BadUserInput, "unknown product %.40q", id)
		}
	}
	out := []*residency.Product{}
	for i := range rules.Products {
		if pr := &rules.Products[i]; productMatches(pr, ids, filter) {
			out = append(out, pr)
		}
	}
	return out, nil
}

// rootFields are the types that every theme uses.
func rootFields(t table) {
	t["PageInfo"] = pageInfoFields
	t["Revision"] = fields{
		"datasets": gql.From(func(r atlas.Revision) any { return r.Datasets }),
		"settings": gql.From(func(r atlas.Revision) any { return orNull(r.Settings) }),
		"version":  gql.From(func(r atlas.Revision) any { return orNull(r.Version) }),
	}
	t["Provenance"] = fields{
		"source": gql.With(func(ctx context.Context, p footprint.Provenance, _ gql.Args) (any, error) {
			return asked(ctx).source(p.Source), nil
		}),
		"checked":    gql.From(func(p footprint.Provenance) any { return orNull(p.Checked) }),
		"confidence": gql.From(func(p footprint.Provenance) any { return enumOrNull(p.Confidence) }),
	}
	t["Source"] = fields{
		"id":         gql.From(func(s atlas.Source) any { return s.ID }),
		"title":      gql.From(func(s atlas.Source) any { return s.Title }),
		"location":   gql.From(func(s atlas.Source) any { return s.Location }),
		"readOn":     gql.From(func(s atlas.Source) any { return orNull(s.ReadOn) }),
		"confidence": gql.From(func(s atlas.Source) any { return enumOrNull(s.Confidence) }),
	}
}

// source finds a document by id; nil when the datasets do not list it.
func (q *question) source(id string) any {
	s, ok := q.reference().Sources[id]
	if !ok {
		return nil
	}
	return s
}
