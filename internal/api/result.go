package api

import (
	"context"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

const disclaimer = "This says where data may be stored and processed. It is not legal advice."

// outside is a counterexample within its residency.
type outside struct {
	placed
	*claim.Counterexample
}

// missing is an unknown fact within its residency.
type missing struct {
	*claim.Missing
	in *residency.Residency
}

func resultFields(t table) {
	t["CheckResult"] = fields{
		"verdict":         gql.From(func(j *atlas.Judgement) any { return j.Verdict }),
		"evidence":        gql.From(func(j *atlas.Judgement) any { return j.Evidence }),
		"headline":        gql.From(func(j *atlas.Judgement) any { return j.Headline() }),
		"sentence":        gql.From(func(j *atlas.Judgement) any { return j.Claim.Sentence() }),
		"claim":           gql.From(func(j *atlas.Judgement) any { return &j.Claim }),
		"readings":        gql.With(resolveReadings),
		"counterexamples": gql.With(resolveCounterexamples),
		"unknowns":        gql.From(func(j *atlas.Judgement) any { return unknownsOf(j) }),
		"covered":         gql.From(func(j *atlas.Judgement) any { return partsOf(j.Residency.View, covered(j, true)) }),
		"notCovered":      gql.From(func(j *atlas.Judgement) any { return partsOf(j.Residency.View, covered(j, false)) }),
		"exclusions":      gql.From(func(j *atlas.Judgement) any { return listed(j.Exclusions) }),
		"assumptions":     gql.From(func(j *atlas.Judgement) any { return listed(j.Assumptions) }),
		"considered":      gql.From(func(j *atlas.Judgement) any { return j.Considered }),
		"complete":        gql.From(func(j *atlas.Judgement) any { return j.Complete }),
		"revision":        gql.From(func(j *atlas.Judgement) any { return j.Revision }),
		"asOf":            gql.From(func(j *atlas.Judgement) any { return j.AsOf }),
		"knownAt":         gql.From(func(j *atlas.Judgement) any { return j.KnownAt }),
		"disclaimer":      gql.From(func(*atlas.Judgement) any { return disclaimer }),
	}
	t["Counterexample"] = counterexampleFields()
	t["Unknown"] = fields{
		"fact":       gql.From(func(m missing) any { return m.Fact }),
		"statement":  gql.From(func(m missing) any { return m.in.Rules.FactSentence(m.Fact) }),
		"owner":      gql.From(func(m missing) any { return orNull(m.in.Rules.FactOwner(m.Fact)) }),
		"placements": gql.From(func(m missing) any { return len(m.Placements) }),
		"sites":      gql.From(func(m missing) any { return &siteSet{view: m.in.View, all: m.Sites, unknown: m.Sites} }),
	}
	t["Considered"] = fields{
		"placements": gql.From(func(c claim.Considered) any { return c.Placements }),
		"sites":      gql.From(func(c claim.Considered) any { return c.Sites }),
		"digest":     gql.From(func(c claim.Considered) any { return c.Digest }),
	}
	connection[outside](t, "Counterexample", nil)
}

func counterexampleFields() fields {
	return fields{
		"scope":     gql.From(func(o outside) any { return o.Scope }),
		"category":  gql.From(func(o outside) any { return o.Category }),
		"activity":  gql.From(func(o outside) any { return o.Activity }),
		"site":      gql.From(func(o outside) any { return o.first() }),
		"elsewhere": gql.From(func(o outside) any { return named(elsewhereNames[:], o.Elsewhere) }),
		"country":   gql.From(func(o outside) any { return o.declared() }),
		"outside":   gql.From(func(o outside) any { return o.Outside }),
		"sites":     gql.From(func(o outside) any { return &siteSet{view: o.in.View, all: o.Counterexample.Sites} }),
		"sentence":  gql.From(func(o outside) any { return o.Counterexample.Sentence(o.in.Rules) }),
		"because":   gql.From(func(o outside) any { return reason(o.placed) }),
		"caveats": gql.With(func(ctx context.Context, o outside, args gql.Args) (any, error) {
			return resolveCaveats(ctx, o.placed, args)
		}),
		"sources": gql.With(func(ctx context.Context, o outside, args gql.Args) (any, error) {
			return resolvePlacementSources(ctx, o.placed, args)
		}),
	}
}

func (o outside) first() any {
	if o.Site == nil {
		return nil
	}
	return siteAt{o.Site, o.in.View}
}

func scopeWords(s residency.Scope) string {
	if s.Kind == residency.AccountScope {
		return "the account"
	}
	return s.String()
}

func resolveCounterexamples(_ context.Context, j *atlas.Judgement, args gql.Args) (any, error) {
	list := make([]outside, len(j.Counterexamples))
	for i := range j.Counterexamples {
		ce := &j.Counterexamples[i]
		list[i] = outside{placed{ce.Placement, j.Residency}, ce}
	}
	return pageOf(args, seriesOf("counterexamples", j.Revision.Datasets, j.Considered.Digest), list)
}

func unknownsOf(j *atlas.Judgement) []missing {
	out := make([]missing, len(j.Unknowns))
	for i := range j.Unknowns {
		out[i] = missing{&j.Unknowns[i], j.Residency}
	}
	return out
}

// covered lists the placements that a claim speaks of, or those it does not.
func covered(j *atlas.Judgement, want bool) []*residency.Placement {
	var out []*residency.Placement
	for i := range j.Residency.Placements {
		if p := &j.Residency.Placements[i]; speaksOf(&j.Claim, p) == want {
			out = append(out, p)
		}
	}
	return out
}

func speaksOf(c *claim.Claim, p *residency.Placement) bool {
	return c.Categories.Has(p.Category) && c.Activities.Has(p.Activity) &&
		(len(c.Scopes) == 0 || slices.ContainsFunc(c.Scopes, p.Concerns))
}
