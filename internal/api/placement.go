package api

import (
	"context"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

func placementFields(t table) {
	t["Placement"] = fields{
		"scope":     gql.From(func(p placed) any { return p.scope() }),
		"category":  gql.From(func(p placed) any { return p.Category }),
		"activity":  gql.From(func(p placed) any { return p.Activity }),
		"sites":     gql.From(func(p placed) any { return p.sites() }),
		"elsewhere": gql.From(func(p placed) any { return named(elsewhereNames[:], p.Elsewhere) }),
		"country":   gql.From(func(p placed) any { return p.declared() }),
		"possible":  gql.From(func(p placed) any { return p.Possible }),
		"because":   gql.From(func(p placed) any { return reason(p) }),
		"caveats":   gql.With(resolveCaveats),
		"sources":   gql.With(resolvePlacementSources),
		"facts":     gql.From(func(p placed) any { return factsOf(p.Facts) }),
	}
	t["Scope"] = fields{
		"kind": gql.From(func(s shownScope) any { return s.kind }),
		"name": gql.From(func(s shownScope) any { return orNull(s.name) }),
	}
	t["Reason"] = fields{
		"kind":     gql.From(func(r reason) any { return named(reasonNames[:], r.Reason.Kind) }),
		"sentence": gql.From(func(r reason) any { return r.in.Rules.Explain(r.Placement) }),
		"product": gql.With(func(ctx context.Context, r reason, _ gql.Args) (any, error) {
			return asked(ctx).product(r.Reason.Product), nil
		}),
		"setting": gql.From(func(r reason) any { return enumOrNull(r.Reason.Setting) }),
		"region":  gql.From(func(r reason) any { return orNull(r.Reason.Region) }),
		"detail":  gql.From(func(r reason) any { return orNull(r.Reason.Detail) }),
	}
}

// reason is a placement seen as why it is so.
type reason placed

// scope is the scope as the viewer may read it; where names are hidden the
// placement holds an ordinal.
func (p placed) scope() shownScope {
	if word, ok := scopeThings[p.Scope.Kind]; p.hidden && ok {
		return shownScope{p.Scope.Kind, thingWords[word] + " " + p.Scope.Name}
	}
	return shownScope{p.Scope.Kind, p.Scope.Name}
}

func (p placed) sites() *siteSet {
	return &siteSet{view: p.in.View, all: p.May, unknown: p.May.Minus(p.Certain)}
}

// declared is the country that the customer states.
func (p placed) declared() any {
	if p.Elsewhere != residency.Declared {
		return nil
	}
	return orNull(p.Country)
}

func resolveCaveats(ctx context.Context, p placed, _ gql.Args) (any, error) {
	return asked(ctx).caveats(p.Reason.Caveats), nil
}

// resolvePlacementSources lists the documents behind a placement: of its rule,
// of the region that the setting names, of its caveats.
func resolvePlacementSources(ctx context.Context, p placed, _ gql.Args) (any, error) {
	q := asked(ctx)
	ids := []string{p.Reason.Source}
	if p.Reason.Setting != footprint.NoSetting && p.Reason.Region != "" {
		if r, ok := p.in.View.Footprint().Region(p.Reason.Setting, p.Reason.Region); ok {
			ids = append(ids, r.Source)
		}
	}
	for _, c := range q.caveats(p.Reason.Caveats) {
		ids = append(ids, c.Source)
	}
	out := []atlas.Source{}
	for i, id := range ids {
		if s, ok := q.reference().Sources[id]; ok && !slices.Contains(ids[:i], id) {
			out = append(out, s)
		}
	}
	return out, nil
}
