package api

import (
	"context"

	"domicile/internal/footprint"
	"domicile/internal/gql"
)

// regionAt is a region on a day.
type regionAt struct {
	*footprint.Region
	view *footprint.View
}

// jurisdictionAt is a jurisdiction on a day.
type jurisdictionAt struct {
	*footprint.Jurisdiction
	view *footprint.View
}

// blocRow is one dated row of a bloc, seen from a day.
type blocRow struct {
	*footprint.BlocMembership
	view *footprint.View
}

func regionFields(t table) {
	t["Region"] = fields{
		"id":            gql.From(func(r regionAt) any { return nodeID(regionNode, r.Setting.String()+"/"+r.Key) }),
		"key":           gql.From(func(r regionAt) any { return r.Key }),
		"name":          gql.From(func(r regionAt) any { return r.Name }),
		"setting":       gql.From(func(r regionAt) any { return enum(r.Setting) }),
		"kind":          gql.From(func(r regionAt) any { return r.Kind }),
		"definition":    gql.From(func(r regionAt) any { return r.Definition.String() }),
		"since":         gql.From(func(r regionAt) any { return orNull(r.Since) }),
		"geographic":    gql.From(func(r regionAt) any { return r.Geographic }),
		"keyConfidence": gql.From(func(r regionAt) any { return r.KeyConfidence }),
		"notes":         gql.From(func(r regionAt) any { return orNull(r.Notes) }),
		"provenance":    gql.From(func(r regionAt) any { return r.Provenance }),
		"settings":      gql.From(func(r regionAt) any { return settingsWith(r) }),
		"sites":         gql.From(func(r regionAt) any { return r.sites() }),
		"facts":         gql.From(func(r regionAt) any { return factsOf(r.view.Definition(r.Region).Facts()) }),
	}
	t["Jurisdiction"] = fields{
		"id":         gql.From(func(j jurisdictionAt) any { return nodeID(jurisdictionNode, j.Code) }),
		"code":       gql.From(func(j jurisdictionAt) any { return j.Code }),
		"kind":       gql.From(func(j jurisdictionAt) any { return enum(j.Kind) }),
		"name":       gql.From(func(j jurisdictionAt) any { return j.Name }),
		"parent":     gql.From(func(j jurisdictionAt) any { return orNull(j.Parent) }),
		"notes":      gql.From(func(j jurisdictionAt) any { return orNull(j.Notes) }),
		"provenance": gql.From(func(j jurisdictionAt) any { return j.Provenance }),
		"sites":      gql.From(func(j jurisdictionAt) any { return j.sites() }),
		"includes":   gql.With(resolveIncludes),
		"members":    blocRows(func(m *footprint.BlocMembership) string { return m.Bloc }),
		"blocs":      blocRows(func(m *footprint.BlocMembership) string { return m.Member }),
	}
	t["BlocMembership"] = fields{
		"bloc":       gql.From(func(r blocRow) any { return r.jurisdiction(r.Bloc) }),
		"member":     gql.From(func(r blocRow) any { return r.jurisdiction(r.Member) }),
		"from":       gql.From(func(r blocRow) any { return orNull(r.During.From) }),
		"to":         gql.From(func(r blocRow) any { return orNull(r.During.To) }),
		"current":    gql.From(func(r blocRow) any { return r.During.Contains(r.view.Date()) }),
		"partial":    gql.From(func(r blocRow) any { return r.Partial }),
		"scope":      gql.From(func(r blocRow) any { return orNull(r.Scope) }),
		"provenance": gql.From(func(r blocRow) any { return r.Provenance }),
	}
}

func settingsWith(r regionAt) []string {
	var out []string
	for s := footprint.ProcessingSetting; s <= footprint.StorageSetting; s++ {
		if _, ok := r.view.Footprint().Region(s, r.Key); ok {
			out = append(out, enum(s))
		}
	}
	return listed(out)
}

func (r regionAt) sites() *siteSet {
	m, _ := r.view.InRegion(r.Setting, r.Key)
	return membersOf(r.view, m)
}

func (j jurisdictionAt) sites() *siteSet {
	m, _ := j.view.InJurisdiction(j.Code)
	return membersOf(j.view, m)
}

func resolveIncludes(_ context.Context, j jurisdictionAt, args gql.Args) (any, error) {
	country, _ := args.Value("country").(string)
	if other, ok := j.view.Footprint().Jurisdiction(country); !ok || other.Kind != footprint.Country {
		return nil, gql.Errorf(gql.BadUserInput, "unknown country %s", country)
	}
	return j.view.CountryIn(country, footprint.Places{Any: []footprint.Place{{Code: j.Code}}}), nil
}

// blocRows lists the rows of which one end is the jurisdiction.
func blocRows(end func(*footprint.BlocMembership) string) gql.Resolver {
	return gql.With(func(_ context.Context, j jurisdictionAt, args gql.Args) (any, error) {
		out := []blocRow{}
		all := j.view.Footprint().Memberships()
		for i := range all {
			row := blocRow{&all[i], j.view}
			if end(row.BlocMembership) == j.Code && (!args.Bool("current") || row.During.Contains(j.view.Date())) {
				out = append(out, row)
			}
		}
		return out, nil
	})
}

func (r blocRow) jurisdiction(code string) any {
	j, ok := r.view.Footprint().Jurisdiction(code)
	if !ok {
		return nil
	}
	return jurisdictionAt{j, r.view}
}
