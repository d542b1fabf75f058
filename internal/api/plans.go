package api

import (
	"context"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/gql"
	"domicile/internal/plan"
	"domicile/internal/residency"
)

// planned is a plan as the viewer may read it.
type planned struct {
	*atlas.Planned
	mask *mask
}

// within is something of a plan.
type within[V any] struct {
	it V
	of planned
}

func withinAll[V any](x planned, all []V) []within[V] {
	out := make([]within[V], len(all))
	for i := range all {
		out[i] = within[V]{all[i], x}
	}
	return out
}

func planFields(t table) {
	t["PlanResult"] = fields{
		"feasible":   gql.From(func(x planned) any { return x.Feasible() }),
		"now":        gql.From(func(x planned) any { return x.Now }),
		"headline":   gql.From(func(x planned) any { return x.Headline() }),
		"sentence":   gql.From(func(x planned) any { return x.Claim.Sentence() }),
		"plans":      gql.From(func(x planned) any { return withinAll(x, x.Plans) }),
		"inTheWay":   gql.From(func(x planned) any { return withinAll(x, x.Blocks) }),
		"byCategory": gql.From(func(x planned) any { return listed(x.Parts) }),
		"nearest":    gql.From(func(x planned) any { return listed(x.Nearest) }),
		"complete":   gql.From(func(x planned) any { return x.Complete }),
		"revision":   gql.From(func(x planned) any { return x.revision() }),
		"asOf":       gql.From(func(x planned) any { return x.AsOf }),
		"knownAt":    gql.From(func(x planned) any { return x.KnownAt }),
		"disclaimer": gql.From(func(planned) any { return disclaimer }),
	}
	t["Plan"] = fields{
		"steps":       gql.From(func(p within[plan.Plan]) any { return withinAll(p.of, p.it.Steps) }),
		"lost":        gql.From(func(p within[plan.Plan]) any { return listed(p.it.Lost) }),
		"assumptions": gql.From(func(p within[plan.Plan]) any { return listed(p.it.Result.Assumptions) }),
		"considered": gql.From(func(p within[plan.Plan]) any {
			c := p.it.Result.Considered
			c.Digest = p.of.mask.digest(c.Digest)
			return c
		}),
	}
	t["PlanStep"] = stepFields()
	t["Obstacle"] = obstacleFields()
	t["PlanPart"] = fields{
		"category": gql.From(func(p plan.Part) any { return p.Category }),
		"now":      gql.From(func(p plan.Part) any { return p.Now }),
		"feasible": gql.From(func(p plan.Part) any { return p.Feasible }),
		"open":     gql.From(func(p plan.Part) any { return p.Open }),
	}
	t["NearestPlaces"] = fields{
		"within":  gql.From(func(n plan.Nearest) any { return placeTexts(n.Places.Any) }),
		"except":  gql.From(func(n plan.Nearest) any { return placeTexts(n.Places.Except) }),
		"added":   gql.From(func(n plan.Nearest) any { return n.Wider.String() }),
		"changes": gql.From(func(n plan.Nearest) any { return n.Changes }),
	}
}

func stepFields() fields {
	return fields{
		"change": gql.From(func(s within[plan.Step]) any { return s.it.Kind }),
		"of":     gql.From(func(s within[plan.Step]) any { return orNull(s.it.Of) }),
		"names":  gql.From(func(s within[plan.Step]) any { return listed(s.of.mask.change(s.it.Change, true).Names) }),
		"value":  gql.From(func(s within[plan.Step]) any { return orNull(s.of.mask.change(s.it.Change, true).Value) }),
		"sentence": gql.From(func(s within[plan.Step]) any {
			c := s.of.mask.change(s.it.Change, false)
			return c.Sentence(s.of.Rules)
		}),
		"needs": gql.From(func(s within[plan.Step]) any { return listed(s.it.Needs) }),
		"leaves": gql.From(func(s within[plan.Step]) any {
			if s.it.Sites.Empty() {
				return nil
			}
			return &siteSet{view: s.of.View, all: s.it.Sites}
		}),
	}
}

func obstacleFields() fields {
	return fields{
		"category":   gql.From(func(b within[plan.Block]) any { return b.it.Category }),
		"activities": gql.From(func(b within[plan.Block]) any { return listed(b.it.Activities) }),
		"scope":      gql.From(func(b within[plan.Block]) any { return b.of.mask.shown(b.it.First.Scope) }),
		"sentence":   gql.From(func(b within[plan.Block]) any { return b.of.Why(b.of.mask.placement(b.it.First)) }),
		"fact":       gql.From(func(b within[plan.Block]) any { return orNull(b.it.Fact) }),
		"statement": gql.From(func(b within[plan.Block]) any {
			if b.it.Fact == "" {
				return nil
			}
			return b.of.Rules.FactSentence(b.it.Fact)
		}),
		"placements": gql.From(func(b within[plan.Block]) any { return b.it.Count }),
	}
}

func (x planned) revision() atlas.Revision {
	r := x.Revision
	r.Settings = x.mask.digest(r.Settings)
	return r
}

// changeThings is what the names of a change are.
var changeThings = map[plan.Kind]thing{
	plan.StopSubrequests: aWorker, plan.StopCron: aWorker, plan.StopQueues: aWorker, plan.StopZoneTransfers: aZone,
	plan.SetProcessingRegion: aHostname, plan.SetSpectrumRegion: aHostname, plan.StopSpectrum: aHostname, plan.UploadCertificate: aHostname,
	plan.SetBindingRegion: aRange, plan.SetKeyRegion: aCertificate, plan.SetKeyPolicy: aCertificate,
	plan.SetJurisdiction: aResource, plan.SetPublicHostname: aResource,
}

// change is a change as the viewer may read it; whole names say their kind, others
// are for a sentence that does.
func (m *mask) change(c plan.Change, whole bool) plan.Change {
	t, ok := changeThings[c.Kind]
	if m == nil || !ok {
		return c
	}
	names := make([]string, len(c.Names))
	for i, n := range c.Names {
		if names[i] = m.number(t, n); whole {
			names[i] = m.name(t, n)
		}
	}
	c.Names = names
	if c.Kind == plan.SetPublicHostname {
		c.Value = m.name(aHostname, c.Value)
	}
	return c
}

// placement is a placement as the viewer may read it.
func (m *mask) placement(p *residency.Placement) *residency.Placement {
	if m == nil {
		return p
	}
	one := residency.Residency{Placements: []residency.Placement{*p}}
	return &m.residency(&one).Placements[0]
}

func (q *question) plan(a *atlas.Answer, c claim.Claim, m *mask) (any, error) {
	x, err := q.Plan(q.state, a, c)
	if err != nil {
		return nil, m.scopeError(err)
	}
	return planned{x, m}, nil
}

func resolvePlan(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	q := asked(ctx)
	a, m, cl, err := q.claimed(ctx, c, args)
	if err != nil {
		return nil, err
	}
	return q.plan(a, cl, m)
}

func resolvePlanOf(ctx context.Context, p *gql.Params) (any, error) {
	q := asked(ctx)
	c, set, err := q.given(p.Args)
	if err != nil {
		return nil, err
	}
	return q.plan(q.ResidencyOf(q.state, set, q.day(p.Args)), c, nil)
}
