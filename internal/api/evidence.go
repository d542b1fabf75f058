package api

import (
	"context"
	"errors"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

// Resolutions of cells that a question may name.
const (
	coarsestCells = 2
	finestCells   = 5
)

// covered is a window and which part of it was seen.
type windowCoverage struct {
	from, to time.Time
	evidence.Coverage
}

// breachIn is a breach within its judgement.
type breachIn struct {
	*atlas.Breach
	in *atlas.Measured
}

func measuredFields(t table) {
	t["Measured"] = fields{
		"coverage": gql.From(func(m *atlas.Measured) any {
			w := &m.Result.Window
			return windowCoverage{w.From, w.To, w.Coverage}
		}),
		"events":  gql.From(func(m *atlas.Measured) any { return m.Events }),
		"outside": gql.From(func(m *atlas.Measured) any { return m.Outside }),
		"sampled": gql.From(func(m *atlas.Measured) any { return m.Sampled }),
		"upperBound": gql.From(func(m *atlas.Measured) any {
			if !m.Sampled {
				return nil
			}
			return m.Bound
		}),
		"parts":       gql.From(func(m *atlas.Measured) any { return listed(m.Parts) }),
		"breaches":    gql.From(func(m *atlas.Measured) any { return breachesOf(m) }),
		"neverSeen":   gql.From(func(m *atlas.Measured) any { return scopesOf(m.NeverSeen) }),
		"notExpected": gql.From(func(m *atlas.Measured) any { return listed(m.Unexpected) }),
		"dnsAnswers":  gql.From(func(m *atlas.Measured) any { return m.Aside }),
		"transfers":   gql.From(func(m *atlas.Measured) any { return listed(m.Transfers) }),
	}
	t["WindowCoverage"] = fields{
		"from":        gql.From(func(c windowCoverage) any { return c.from }),
		"to":          gql.From(func(c windowCoverage) any { return c.to }),
		"hours":       gql.From(func(c windowCoverage) any { return c.Hours }),
		"hoursSeen":   gql.From(func(c windowCoverage) any { return c.HoursSeen }),
		"minutes":     gql.From(func(c windowCoverage) any { return c.Minutes }),
		"minutesSeen": gql.From(func(c windowCoverage) any { return c.MinutesSeen }),
		"gaps":        gql.From(func(c windowCoverage) any { return listed(c.Gaps) }),
	}
	t["CoverageGap"] = fields{
		"from": gql.From(func(g evidence.Gap) any { return g.From }),
		"to":   gql.From(func(g evidence.Gap) any { return g.To }),
	}
	t["MeasuredPart"] = fields{
		"category": gql.From(func(p atlas.MeasuredPart) any { return p.Category }),
		"activity": gql.From(func(p atlas.MeasuredPart) any { return p.Activity }),
		"events":   gql.From(func(p atlas.MeasuredPart) any { return p.Events }),
		"outside":  gql.From(func(p atlas.MeasuredPart) any { return p.Outside }),
		"unplaced": gql.From(func(p atlas.MeasuredPart) any { return p.Unplaced }),
	}
	t["Breach"] = breachFields()
	t["UnexpectedTraffic"] = fields{
		"surprise": gql.From(func(u atlas.Unexpected) any { return u.Surprise }),
		"sentence": gql.From(func(u atlas.Unexpected) any { return u.Surprise.Sentence() }),
		"scope":    gql.From(func(u atlas.Unexpected) any { return shownScope{u.Scope.Kind, u.Scope.Name} }),
		"events":   gql.From(func(u atlas.Unexpected) any { return u.Events }),
		"first":    gql.From(func(u atlas.Unexpected) any { return u.First }),
		"last":     gql.From(func(u atlas.Unexpected) any { return u.Last }),
	}
}

func breachFields() fields {
	return fields{
		"scope":    gql.From(func(b breachIn) any { return shownScope{b.Observation.Scope.Kind, b.Observation.Scope.Name} }),
		"category": gql.From(func(b breachIn) any { return b.Observation.Category }),
		"activity": gql.From(func(b breachIn) any { return b.Observation.Activity }),
		"code":     gql.From(func(b breachIn) any { return b.Observation.Site }),
		"site":     gql.From(func(b breachIn) any { return siteOrNull(b.Site, b.in.Residency.View) }),
		"kinds":    gql.From(func(b breachIn) any { return listed(b.Observation.Kinds.List()) }),
		"events":   gql.From(func(b breachIn) any { return b.Observation.Count }),
		"first":    gql.From(func(b breachIn) any { return b.Observation.First }),
		"last":     gql.From(func(b breachIn) any { return b.Observation.Last }),
		"allowed":  gql.From(func(b breachIn) any { return b.Allowed }),
		"rule": gql.From(func(b breachIn) any {
			if b.Rule == nil {
				return nil
			}
			return reason{Placement: b.Rule, in: b.in.Residency}
		}),
		"sentence": gql.From(func(b breachIn) any { return b.Sentence() }),
	}
}

func trafficFields(t table) {
	t["Traffic"] = fields{
		"coverage":    gql.From(func(x *atlas.Traffic) any { return windowCoverage{x.From, x.To, x.Coverage} }),
		"events":      gql.From(func(x *atlas.Traffic) any { return x.Events }),
		"sites":       gql.From(func(x *atlas.Traffic) any { return listed(x.Sites) }),
		"countries":   gql.From(func(x *atlas.Traffic) any { return listed(x.Countries) }),
		"cells":       gql.From(func(x *atlas.Traffic) any { return listed(x.Cells) }),
		"classes":     gql.From(func(x *atlas.Traffic) any { return numberedClasses(x.Classes) }),
		"countryOnly": gql.From(func(x *atlas.Traffic) any { return x.CountryOnly }),
		"unlocated":   gql.From(func(x *atlas.Traffic) any { return x.Unlocated }),
		"transfers":   gql.From(func(x *atlas.Traffic) any { return listed(x.Transfers) }),
	}
	t["OnwardTransfer"] = transferFields()
	t["SiteTraffic"] = fields{
		"code": gql.From(func(s atlas.SiteTraffic) any { return s.Code }),
		"site": gql.With(func(ctx context.Context, s atlas.SiteTraffic, _ gql.Args) (any, error) {
			q := asked(ctx)
			return siteOrNull(s.Site, q.state.At(q.today)), nil
		}),
		"events": gql.From(func(s atlas.SiteTraffic) any { return s.Events }),
	}
	t["CountryTraffic"] = fields{
		"country": gql.From(func(c atlas.CountryTraffic) any { return c.Country }),
		"name": gql.With(func(ctx context.Context, c atlas.CountryTraffic, _ gql.Args) (any, error) {
			q := asked(ctx)
			return countryName(q.state.At(q.today), c.Country), nil
		}),
		"events": gql.From(func(c atlas.CountryTraffic) any { return c.Events }),
	}
	t["CellTraffic"] = fields{
		"cell":   gql.From(func(c atlas.CellTraffic) any { return c.Cell }),
		"ring":   gql.From(func(c atlas.CellTraffic) any { return flat(c.Ring) }),
		"events": gql.From(func(c atlas.CellTraffic) any { return c.Events }),
		"class":  gql.From(func(c atlas.CellTraffic) any { return c.Class }),
	}
	t["TrafficClass"] = fields{
		"class": gql.From(func(c numberedClass) any { return c.number }),
		"from":  gql.From(func(c numberedClass) any { return c.From }),
		"to":    gql.From(func(c numberedClass) any { return c.To }),
		"cells": gql.From(func(c numberedClass) any { return c.Cells }),
	}
}

func transferFields() fields {
	return fields{
		"scope":   gql.From(func(x evidence.Transfer) any { return shownScope{x.Scope.Kind, x.Scope.Name} }),
		"country": gql.From(func(x evidence.Transfer) any { return orNull(x.Country) }),
		"name": gql.With(func(ctx context.Context, x evidence.Transfer, _ gql.Args) (any, error) {
			if x.Country == "" {
				return nil, nil
			}
			q := asked(ctx)
			return countryName(q.state.At(q.today), x.Country), nil
		}),
		"events": gql.From(func(x evidence.Transfer) any { return x.Count }),
		"first":  gql.From(func(x evidence.Transfer) any { return x.First }),
		"last":   gql.From(func(x evidence.Transfer) any { return x.Last }),
	}
}

// numberedClass is a class with its number.
type numberedClass struct {
	atlas.Class
	number int
}

func numberedClasses(all []atlas.Class) []numberedClass {
	out := make([]numberedClass, len(all))
	for i, c := range all {
		out[i] = numberedClass{c, i + 1}
	}
	return out
}

// flat writes corners one after the other.
func flat(ring [][2]int32) []int {
	out := make([]int, 0, 2*len(ring))
	for _, corner := range ring {
		out = append(out, int(corner[0]), int(corner[1]))
	}
	return out
}

func siteOrNull(s *footprint.Site, v *footprint.View) any {
	if s == nil {
		return nil
	}
	return siteAt{s, v}
}

func measuredOrNull(j *judged) any {
	if j.measured == nil {
		return nil
	}
	return j.measured
}

func breachesOf(m *atlas.Measured) []breachIn {
	out := make([]breachIn, len(m.Breaches))
	for i := range m.Breaches {
		out[i] = breachIn{&m.Breaches[i], m}
	}
	return out
}

func scopesOf(all []residency.Scope) []shownScope {
	out := make([]shownScope, len(all))
	for i, s := range all {
		out[i] = shownScope{s.Kind, s.Name}
	}
	return out
}

// observed reports who may read what was observed of a customer, and whether
// anything is kept.
func (q *question) observed(customer string) error {
	if !q.viewer.MaySeeTraffic(customer) {
		return auth.ErrForbidden
	}
	if q.witness == nil {
		return errNoEvidence
	}
	return nil
}

var errNoEvidence = gql.Errorf(gql.NotFound, "this server keeps no evidence: ask without a window")

func windowOf(w gql.Args) (from, to time.Time) {
	from, _ = gql.ArgOf[time.Time](w, "from")
	to, _ = gql.ArgOf[time.Time](w, "to")
	return from, to
}

// measure judges an answer with what was observed in a window. Who may read that
// may read names; whoever may not is told what it leaves of the verdict, since a yes
// that traffic broke must not be said by anybody.
func (q *question) measure(ctx context.Context, c *atlas.Customer, a *atlas.Answer, cl claim.Claim, w gql.Args) (*judged, error) {
	if q.witness == nil {
		return nil, errNoEvidence
	}
	from, to := windowOf(w)
	m, err := q.witness.Measure(ctx, q.state, c.ID, a, cl, from, to)
	if err != nil {
		return nil, asBadInput(err)
	}
	if !q.viewer.MaySeeTraffic(c.ID) {
		j := judgedWith(m.Judgement, q.maskOf(c.ID, a.Settings))
		j.veiled = true
		return j, nil
	}
	return &judged{Judgement: m.Judgement, whole: m.Judgement, measured: m}, nil
}

func resolveTraffic(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	q := asked(ctx)
	if err := q.observed(c.ID); err != nil {
		return nil, err
	}
	resolution := args.Int("resolution")
	if resolution < coarsestCells || resolution > finestCells {
		return nil, gql.Errorf(gql.BadUserInput, "cells have a resolution of %d to %d", coarsestCells, finestCells)
	}
	from, to := windowOf(args.Input("window"))
	x, err := q.witness.Traffic(ctx, q.state, c.ID, from, to, resolution, q.grid)
	return x, asBadInput(err)
}

// asBadInput shows what was wrong with a question, and nothing else.
func asBadInput(err error) error {
	if errors.Is(err, atlas.ErrInput) {
		return badInput(err)
	}
	return err
}
