package api

import (
	"context"
	"errors"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

const disclaimer = "This says where data may be stored and processed. It is not legal advice."

// judged is a judgement as the viewer may read it. Where names are hidden, what
// it embeds holds ordinals for them.
type judged struct {
	*atlas.Judgement
	whole *atlas.Judgement // with names, for what depends on them
	mask  *mask

	measured *atlas.Measured // nil where no window was asked for
	veiled   bool            // what was observed may not be read
	supposed []string        // what is not so
}

// judge judges a claim about an answer.
func (q *question) judge(a *atlas.Answer, c claim.Claim, m *mask) (*judged, error) {
	j, err := q.Judge(a, c)
	if err != nil {
		return nil, m.scopeError(err)
	}
	return judgedWith(j, m), nil
}

// scopeError is an error about a claim, with the scope that is not there as the viewer
// may name it.
func (m *mask) scopeError(err error) error {
	var scope *claim.ScopeError
	if m != nil && errors.As(err, &scope) {
		return badInput(&claim.ScopeError{Scope: m.scope(scope.Scope)})
	}
	return err
}

// judgeIn judges a claim about an answer of a state that may suppose something.
func (q *question) judgeIn(st *atlas.State, a *atlas.Answer, c claim.Claim, m *mask) (*judged, error) {
	j, err := q.judge(a, c, m)
	if err != nil {
		return nil, err
	}
	j.supposed = st.Supposed()
	return j, nil
}

// judgedWith hides the names of a judgement behind a mask.
func judgedWith(j *atlas.Judgement, m *mask) *judged {
	if m == nil {
		return &judged{Judgement: j, whole: j}
	}
	res := m.residency(j.Residency)
	hidden := make(map[*residency.Placement]*residency.Placement, len(res.Placements))
	for i := range res.Placements {
		hidden[&j.Residency.Placements[i]] = &res.Placements[i]
	}
	result := *j.Result
	result.Residency = res
	result.Considered.Digest = m.digest(j.Considered.Digest)
	result.Counterexamples = slices.Clone(j.Counterexamples)
	for i := range result.Counterexamples {
		result.Counterexamples[i].Placement = hidden[j.Counterexamples[i].Placement]
	}
	result.Unknowns = slices.Clone(j.Unknowns)
	for i := range result.Unknowns {
		result.Unknowns[i].Placements = slices.Clone(j.Unknowns[i].Placements)
		for k, p := range result.Unknowns[i].Placements {
			result.Unknowns[i].Placements[k] = hidden[p]
		}
	}
	out := *j
	out.Result = &result
	out.Revision.Settings = m.digest(j.Revision.Settings)
	return &judged{Judgement: &out, whole: j, mask: m}
}

// shownClaim is a claim about scopes that the viewer may read.
type shownClaim struct {
	*claim.Claim
	mask *mask
}

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

// headline says what the verdict is, without what was observed where that may not be
// read.
func (j *judged) headline() string {
	if j.veiled && j.Verdict == claim.Broken {
		return "Don't make this claim: data was observed outside."
	}
	return j.Headline()
}

func resultFields(t table) {
	t["CheckResult"] = fields{
		"verdict":         gql.From(func(j *judged) any { return j.Verdict }),
		"evidence":        gql.From(func(j *judged) any { return j.Evidence }),
		"measured":        gql.From(func(j *judged) any { return measuredOrNull(j) }),
		"supposed":        gql.From(func(j *judged) any { return listed(j.supposed) }),
		"headline":        gql.From(func(j *judged) any { return j.headline() }),
		"sentence":        gql.From(func(j *judged) any { return j.Claim.Sentence() }),
		"claim":           gql.From(func(j *judged) any { return shownClaim{&j.Claim, j.mask} }),
		"readings":        gql.With(resolveReadings),
		"counterexamples": gql.With(resolveCounterexamples),
		"unknowns":        gql.From(func(j *judged) any { return unknownsOf(j) }),
		"covered":         gql.From(func(j *judged) any { return partsOf(j.Residency.View, covered(j, true)) }),
		"notCovered":      gql.From(func(j *judged) any { return partsOf(j.Residency.View, covered(j, false)) }),
		"exclusions":      gql.From(func(j *judged) any { return listed(j.Exclusions) }),
		"assumptions":     gql.From(func(j *judged) any { return listed(j.Assumptions) }),
		"considered":      gql.From(func(j *judged) any { return j.Considered }),
		"complete":        gql.From(func(j *judged) any { return j.Complete }),
		"revision":        gql.From(func(j *judged) any { return j.Revision }),
		"asOf":            gql.From(func(j *judged) any { return j.AsOf }),
		"knownAt":         gql.From(func(j *judged) any { return j.KnownAt }),
		"disclaimer":      gql.From(func(*judged) any { return disclaimer }),
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
		"scope":     gql.From(func(o outside) any { return o.scope() }),
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

func resolveCounterexamples(_ context.Context, j *judged, args gql.Args) (any, error) {
	list := make([]outside, len(j.Counterexamples))
	for i := range j.Counterexamples {
		ce := &j.Counterexamples[i]
		list[i] = outside{placed{ce.Placement, j.Residency, j.mask != nil}, ce}
	}
	return pageOf(args, seriesOf("counterexamples", j.Revision.Datasets, j.Considered.Digest), list)
}

func unknownsOf(j *judged) []missing {
	out := make([]missing, len(j.Unknowns))
	for i := range j.Unknowns {
		out[i] = missing{&j.Unknowns[i], j.Residency}
	}
	return out
}

// covered lists the placements that a claim speaks of, or those it does not.
func covered(j *judged, want bool) []*residency.Placement {
	var out []*residency.Placement
	for i := range j.whole.Residency.Placements {
		if p := &j.whole.Residency.Placements[i]; speaksOf(&j.Claim, p) == want {
			out = append(out, p)
		}
	}
	return out
}

func speaksOf(c *claim.Claim, p *residency.Placement) bool {
	return c.Categories.Has(p.Category) && c.Activities.Has(p.Activity) &&
		(len(c.Scopes) == 0 || slices.ContainsFunc(c.Scopes, p.Concerns))
}
