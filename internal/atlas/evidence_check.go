package atlas

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// FactSeenNotExpected stands for "the settings are all there is", where traffic
// was seen that they do not account for.
const FactSeenNotExpected = "seen-not-expected"

// boundConfidence is that of the upper bound of a sample.
const boundConfidence = 0.95

// MaxWindow is the longest window that a claim is judged over.
const MaxWindow = 10 * 366 * 24 * time.Hour

// Witness judges claims by the settings and by what was observed.
type Witness struct {
	*Service
	evidence EvidenceStore
}

// NewWitness makes a witness of a service and the evidence kept beside it.
func NewWitness(s *Service, e EvidenceStore) *Witness { return &Witness{s, e} }

// MeasuredPart is what was observed of one category and activity.
type MeasuredPart struct {
	Category residency.DataCategory
	Activity residency.Activity
	Events   uint64
	Outside  uint64 // of those, outside the claim's places
	Unplaced uint64 // of those, at places of which it is not known
}

// Breach is something observed outside, and the rule that should have held.
type Breach struct {
	claim.Contradiction
	// Rule is the placement that governs it, of the settings on the day of the first
	// event; nil where none does, or none were recorded.
	Rule *residency.Placement
	// Allowed: the settings allowed the site, so that no rule was broken but the
	// claim is. Otherwise the rule should have kept it inside.
	Allowed bool
	rules   *residency.Rules
}

// Sentence says which rule should have held, without a final stop.
func (b *Breach) Sentence() string {
	switch {
	case b.Rule == nil:
		return "no rule of the settings of that day speaks of it"
	case b.Allowed:
		return "the settings allow it: " + b.rules.Explain(b.Rule)
	}
	return "this should have kept it inside: " + b.rules.Explain(b.Rule)
}

// Measured is a judgement with what was observed in a window.
type Measured struct {
	*Judgement
	// Parts is by category and activity, in canonical order. One event of a log may
	// be of several.
	Parts []MeasuredPart
	// Events and Outside are those of the part with the most events: n of N.
	Events, Outside uint64
	// Sampled: some of the logs hold a sample. Then Bound is the greatest share outside
	// that is still plausible of what they are samples of, in any part, at a confidence of
	// 0.95. It speaks of the hours covered alone, and of a sample that was read once.
	Sampled bool
	Bound   float64
	// Breaches has one entry a contradiction, in the same order.
	Breaches []Breach
	// NeverSeen are scopes that the settings expect traffic of and no log has.
	NeverSeen []residency.Scope
	// Unexpected is traffic that the settings do not account for.
	Unexpected []Unexpected
	// Aside counts what was seen and no placement speaks of: answers to DNS queries.
	Aside uint64
	// Transfers are the onward transfers of the scopes that the claim is about, where
	// it is about content: reported, and no part of the verdict.
	Transfers []evidence.Transfer
}

// CheckWindow judges a claim about a customer on a day, by the settings and by
// everything observed in a window: an observation outside makes it BROKEN, one at
// a place that is not known, or that the settings do not account for, takes a yes
// away, and none ever makes one. The window ends now at the latest.
func (w *Witness) CheckWindow(ctx context.Context, st *State, id string, c claim.Claim, d footprint.Date, from, to time.Time) (*Measured, error) {
	a, err := w.Residency(ctx, st, id, d)
	if err != nil {
		return nil, err
	}
	return w.Measure(ctx, st, id, a, c, from, to)
}

// Measure is CheckWindow about an answer.
func (w *Witness) Measure(ctx context.Context, st *State, id string, a *Answer, c claim.Claim, from, to time.Time) (*Measured, error) {
	from, to, err := w.window(from, to)
	if err != nil {
		return nil, err
	}
	if !a.Residency.Recorded {
		c.Scopes = nil // there are no scopes before the first record
	}
	all, err := w.evidence.Observations(ctx, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("observations of %s: %w", id, err)
	}
	seen, err := w.evidence.Coverage(ctx, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("coverage of %s: %w", id, err)
	}
	look := newLook(a, &c)
	if err := look.recall(ctx, st, id); err != nil {
		return nil, err
	}
	win := evidence.Window{From: from, To: to, Observations: look.concerned(all)}
	win.Coverage = evidence.Cover(from, to, evidence.Everywhere(seen, look.groups()))
	r, err := claim.Check(c, a.Residency, win)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	r.JudgedAt = a.KnownAt
	m := &Measured{Judgement: &Judgement{Result: r, Revision: a.Revision, AsOf: a.AsOf, KnownAt: a.KnownAt}, Aside: look.aside}
	m.measure()
	m.NeverSeen, m.Unexpected = look.neverSeen(), look.unexpected(later(c, a, win, look.earlier))
	m.doubt()
	if m.Transfers, err = w.transfers(ctx, id, look, from, to); err != nil {
		return nil, err
	}
	m.Breaches, err = w.breaches(ctx, st, id, r)
	return m, err
}

// recall reads since when the names are in the settings that the claim is about.
func (l *look) recall(ctx context.Context, st *State, id string) error {
	c, ok := st.Customer(id)
	if !ok || !slices.ContainsFunc(l.claim.Scopes, func(s residency.Scope) bool { return s.Kind == residency.HostnameScope }) {
		return nil
	}
	versions, err := c.Versions(ctx)
	if err != nil {
		return fmt.Errorf("settings of %s: %w", id, err)
	}
	l.remember(versions)
	return nil
}

// later are those of some observations that would not let a claim hold.
func later(c claim.Claim, a *Answer, win evidence.Window, all []evidence.Observation) (out []evidence.Observation) {
	for i := range all {
		win.Observations = all[i : i+1]
		r, err := claim.Check(c, a.Residency, win)
		doubtful := err == nil && slices.ContainsFunc(r.Unknowns, func(m claim.Missing) bool { return len(m.Placements) == 0 })
		if err != nil || r.Verdict == claim.Broken || doubtful {
			out = append(out, all[i])
		}
	}
	return out
}

// window checks a window, widens it to whole hours, since that is what is counted by, and
// ends it now.
func (w *Witness) window(from, to time.Time) (time.Time, time.Time, error) {
	if from, to = from.UTC(), to.UTC(); from.Before(to) || to.IsZero() {
		from, to = from.Truncate(time.Hour), to.Add(time.Hour-1).Truncate(time.Hour)
	}
	if now := w.Now(); to.IsZero() || to.After(now) {
		to = now
	}
	if from.IsZero() || !from.Before(to) || to.Sub(from) > MaxWindow {
		return from, to, fmt.Errorf("%w: a window begins before it ends and before now, and lasts ten years at most", ErrInput)
	}
	return from, to, nil
}

// measure adds up what was observed inside and outside.
func (m *Measured) measure() {
	parts, sampled := map[[2]uint8]*MeasuredPart{}, map[[2]uint8]*MeasuredPart{}
	for i := range m.Window.Observations {
		o := &m.Window.Observations[i]
		if o.Kinds&(evidence.SecondPlace|evidence.Security) == 0 {
			p := partOf(parts, o)
			p.Events += o.Count
			if o.Kinds&evidence.UnknownSite != 0 {
				p.Unplaced += o.Count
			}
			if o.Kinds&evidence.Sampled != 0 {
				partOf(sampled, o).Events += o.Count
			}
		}
		m.Sampled = m.Sampled || o.Kinds&evidence.Sampled != 0
	}
	for i := range m.Contradictions {
		if o := &m.Contradictions[i].Observation; o.Kinds&(evidence.SecondPlace|evidence.Security) == 0 {
			partOf(parts, o).Outside += o.Count
			if o.Kinds&evidence.Sampled != 0 {
				partOf(sampled, o).Outside += o.Count
			}
		}
	}
	for _, c := range residency.Categories() {
		for _, a := range residency.Activities() {
			if p := parts[[2]uint8{uint8(c), uint8(a)}]; p != nil {
				m.Parts = append(m.Parts, *p)
				if p.Events > m.Events {
					m.Events, m.Outside = p.Events, p.Outside
				}
			}
		}
	}
	for _, p := range sampled {
		m.Bound = max(m.Bound, evidence.UpperBound(p.Events, p.Outside, boundConfidence))
	}
	if m.Sampled && len(sampled) == 0 {
		m.Bound = 1
	}
}

func partOf(parts map[[2]uint8]*MeasuredPart, o *evidence.Observation) *MeasuredPart {
	key := [2]uint8{uint8(o.Category), uint8(o.Activity)}
	if parts[key] == nil {
		parts[key] = &MeasuredPart{Category: o.Category, Activity: o.Activity}
	}
	return parts[key]
}

// doubt takes a yes away where the settings it rests on were seen to be wanting.
func (m *Measured) doubt() {
	if len(m.Unexpected) == 0 {
		return
	}
	m.Unknowns = append(m.Unknowns, claim.Missing{Fact: FactSeenNotExpected})
	if m.Verdict == claim.Holds {
		m.Verdict = claim.Unknown
	}
}

// breaches finds the rule behind each contradiction, on the day it began.
func (w *Witness) breaches(ctx context.Context, st *State, id string, r *claim.Result) ([]Breach, error) {
	days := map[footprint.Date]*Answer{}
	out := make([]Breach, 0, len(r.Contradictions))
	for _, c := range r.Contradictions {
		d := footprint.DateOf(c.Observation.First)
		if days[d] == nil {
			a, err := w.Residency(ctx, st, id, d)
			if err != nil {
				return nil, err
			}
			days[d] = a
		}
		b := Breach{Contradiction: c, rules: st.Reference.Rules}
		if b.Rule = governing(days[d].Residency, &c.Observation); b.Rule != nil {
			at, ok := st.Reference.Footprint.Lookup(c.Observation.Site)
			b.Allowed = ok && b.Rule.May.Has(at)
		}
		out = append(out, b)
	}
	return out, nil
}

// governing finds the placement that rules what was observed: that of a Worker's
// subrequests, of the product that moved it, else that of its own scope.
func governing(res *residency.Residency, o *evidence.Observation) *residency.Placement {
	var best *residency.Placement
	rank := 0
	for i := range res.Placements {
		p := &res.Placements[i]
		if p.Category != o.Category || p.Activity != o.Activity || !p.Concerns(o.Scope) {
			continue
		}
		if n := rankOf(p, o); n > rank {
			best, rank = p, n
		}
	}
	return best
}

// rankOf is how closely a placement speaks of an observation; zero is not at all.
func rankOf(p *residency.Placement, o *evidence.Observation) int {
	subrequest := p.Reason.Kind == residency.ReasonSubrequests
	switch {
	case o.Kinds&evidence.Subrequest != 0 && subrequest:
		return 4
	case p.Reason.Product != "" && p.Reason.Product == productOf[o.Kinds&(evidence.CacheReserve|evidence.UpperTier|evidence.SmartRoute)]:
		return 3
	case subrequest, p.Reason.Product != "" && p.Reason.Setting == footprint.NoSetting:
		return 0
	case p.Scope == o.Scope && p.Scope.Kind != residency.AccountScope:
		return 2
	case p.Reason.Product != "" || p.Reason.Setting != footprint.ProcessingSetting:
		return 0
	case p.Scope.Kind == residency.AccountScope, p.Scope.Kind == residency.ZoneScope && under(o.Scope.Name, p.Scope.Name):
		return 1
	}
	return 0
}

var productOf = map[evidence.Kinds]string{
	evidence.CacheReserve: "cache-reserve", evidence.UpperTier: "tiered-caching", evidence.SmartRoute: "argo",
}

// wildcardOver is the one-level wildcard above a name.
func wildcardOver(name string) string {
	_, rest, ok := strings.Cut(name, ".")
	if !ok {
		return ""
	}
	return "*." + rest
}

// under reports whether a name is a zone's own or below it.
func under(name, zone string) bool {
	return name == zone || strings.HasSuffix(name, "."+zone)
}

// scopesOf are the scopes of names and zones that the settings expect content of.
func scopesOf(res *residency.Residency) []residency.Scope {
	var out []residency.Scope
	for i := range res.Placements {
		p := &res.Placements[i]
		named := p.Scope.Kind == residency.HostnameScope || p.Scope.Kind == residency.ZoneScope
		if named && p.Category == residency.Content && p.Activity != residency.Access && !slices.Contains(out, p.Scope) {
			out = append(out, p.Scope)
		}
	}
	return out
}
