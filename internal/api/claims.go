package api

import (
	"context"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

// claim reads a claim. Where names are hidden, scopes are named as they are
// shown: hostname 1.
func (q *question) claim(in gql.Args, m *mask) (claim.Claim, error) {
	out := atlas.ClaimInput{
		Preset: in.String("preset"), Kind: in.Enum("kind"), Reading: in.Enum("reading"),
		Within: in.Strings("within"), Except: in.Strings("except"),
		Categories: in.Strings("categories"), Activities: in.Strings("activities"),
	}
	if err := someOf(in, "within", "categories", "activities", "scopes"); err != nil {
		return claim.Claim{}, err
	}
	if out.Preset != "" && out.Kind != "" {
		return claim.Claim{}, gql.Errorf(gql.BadUserInput, "the preset %.40q has its own kind; leave out the other", out.Preset)
	}
	scopes, err := askedScopes(in, m)
	if err != nil {
		return claim.Claim{}, err
	}
	out.Scopes = scopes
	return q.reference().Claim(out)
}

// askedScopes reads the scopes of arguments, by the names that the mask gives them.
func askedScopes(in gql.Args, m *mask) ([]residency.Scope, error) {
	var out []residency.Scope
	for _, s := range in.Inputs("scopes") {
		kind, err := residency.ParseScopeKind(s.Enum("kind"))
		if err != nil {
			return nil, badInput(err)
		}
		asked := residency.Scope{Kind: kind, Name: s.String("name")}
		scope, ok := m.unmasked(asked)
		if !ok {
			return nil, badInput(&claim.ScopeError{Scope: asked})
		}
		out = append(out, scope)
	}
	return out, nil
}

func claimFields(t table) {
	t["Claim"] = fields{
		"kind":       gql.From(func(c shownClaim) any { return c.Kind }),
		"within":     gql.From(func(c shownClaim) any { return placeTexts(c.Places.Any) }),
		"except":     gql.From(func(c shownClaim) any { return placeTexts(c.Places.Except) }),
		"reading":    gql.From(func(c shownClaim) any { return readingName(c.Reading) }),
		"categories": gql.From(func(c shownClaim) any { return listed(c.Categories.List()) }),
		"activities": gql.From(func(c shownClaim) any { return listed(c.Activities.List()) }),
		"scopes":     gql.From(func(c shownClaim) any { return c.scopes() }),
		"sentence":   gql.From(func(c shownClaim) any { return c.Sentence() }),
		"places": gql.With(func(ctx context.Context, c shownClaim, _ gql.Args) (any, error) {
			return asked(ctx).reference().Footprint.Named(c.Places), nil
		}),
	}
	t["ReadingVerdict"] = fields{
		"reading":  gql.From(func(r readingVerdict) any { return readingName(r.reading) }),
		"verdict":  gql.From(func(r readingVerdict) any { return r.verdict }),
		"sentence": gql.From(func(r readingVerdict) any { return r.sentence }),
	}
}

// readingVerdict is the verdict of a claim's places in one reading.
type readingVerdict struct {
	reading  claim.Reading
	verdict  claim.Verdict
	sentence string
}

func (c shownClaim) scopes() []shownScope {
	out := make([]shownScope, len(c.Scopes))
	for i, s := range c.Scopes {
		out[i] = c.mask.shown(s)
	}
	return out
}

func resolveReadings(ctx context.Context, j *judged, _ gql.Args) (any, error) {
	verdicts := asked(ctx).Readings(&atlas.Answer{Residency: j.Residency}, j.Claim)
	out := make([]readingVerdict, 0, len(verdicts))
	for r := claim.Resides; r <= claim.Everything; r++ {
		c := claim.New(j.Claim.Kind, j.Claim.Places, r)
		c.Scopes = j.Claim.Scopes
		out = append(out, readingVerdict{r, verdicts[r], c.Sentence()})
	}
	return out, nil
}
