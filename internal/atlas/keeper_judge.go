package atlas

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
)

func (k *Keeper) judgeCustomer(ctx context.Context, b *Board, c *Customer, measured bool) ([]*ToldRow, error) {
	book := b.Book(c.ID)
	all, err := k.told(ctx, b.state, c, book, b.Day)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	a, err := k.Answer(ctx, b.state, c, b.Day)
	if err != nil {
		return nil, err
	}
	rows := make([]*ToldRow, 0, len(all))
	for _, t := range all {
		r := &ToldRow{Told: t, Name: c.Name()}
		if book != nil {
			r.Waivers = book.WaiversOf(t.ID, b.Day)
		}
		if err := k.judgeTold(ctx, b, c, a, r, measured); err != nil {
			return nil, fmt.Errorf("claim %s of %s: %w", t.ID, c.ID, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// judgeTold judges one claim, by what was observed as well where logs cover the
// customer. A claim about a scope that is no more is unknown, and says so.
func (k *Keeper) judgeTold(ctx context.Context, b *Board, c *Customer, a *Answer, r *ToldRow, measured bool) error {
	var j *Judgement
	var err error
	if measured {
		var m *Measured
		if m, err = k.Measure(ctx, b.state, c.ID, a, r.Claim, b.From, b.At); err == nil {
			j = m.Judgement
			r.Events, r.Breaching, r.Coverage, r.Where = m.Events, m.Outside, m.Window.Coverage, wentTo(b.state, m)
		}
	} else {
		j, err = k.Judge(a, r.Claim)
	}
	switch {
	case errors.Is(err, claim.ErrScope):
		r.Verdict, r.Because = claim.Unknown, "the settings no longer have what the claim is about: "+err.Error()
		return nil
	case err != nil:
		return err
	}
	r.Verdict, r.Evidence, r.Outside, r.Because = j.Verdict, j.Evidence, len(j.Counterexamples), j.Because()
	r.Since, err = k.since(ctx, b, c, r, j)
	return err
}

// wentTo are the sites of what was observed outside, of the category and activity
// with the most events.
func wentTo(st *State, m *Measured) []SiteTraffic {
	sites := map[string]uint64{}
	for i := range m.Contradictions {
		o := &m.Contradictions[i].Observation
		if m.ofTop(o) {
			sites[o.Site] += o.Count
		}
	}
	var out []SiteTraffic
	for _, code := range byEvents(sites) {
		s := SiteTraffic{Code: code, Events: sites[code]}
		if at, ok := st.Reference.Footprint.Lookup(code); ok {
			s.Site = st.Reference.Footprint.Site(at)
		}
		out = append(out, s)
	}
	return out
}

// ofTop reports whether an observation counts for the part with the most events.
func (m *Measured) ofTop(o *evidence.Observation) bool {
	if o.Kinds&(evidence.SecondPlace|evidence.Security) != 0 {
		return false
	}
	for _, p := range m.Parts {
		if p.Events == m.Events {
			return p.Category == o.Category && p.Activity == o.Activity
		}
	}
	return false
}

// since is from when a verdict has been so: the first observation outside, or the day
// from which the recorded settings made it so, no earlier than it was promised.
func (k *Keeper) since(ctx context.Context, b *Board, c *Customer, r *ToldRow, j *Judgement) (time.Time, error) {
	if j.Verdict == claim.Broken {
		first := time.Time{}
		for i := range j.Contradictions {
			if at := j.Contradictions[i].Observation.First; first.IsZero() || at.Before(first) {
				first = at
			}
		}
		return first, nil
	}
	if r.Evidence != evidence.None && j.Verdict == claim.Unknown {
		return time.Time{}, nil // traffic took a yes away; from when is not told by the settings
	}
	var days []footprint.Date
	versions, err := c.Versions(ctx)
	if err != nil {
		return time.Time{}, err
	}
	for i := range versions {
		if d := versions[i].ValidFrom; d <= b.Day && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	from := b.Day
	for _, d := range slices.Backward(days) {
		a, err := k.Answer(ctx, b.state, c, d)
		if err != nil {
			return time.Time{}, err
		}
		if claim.Judge(&r.Claim, a.Residency) != j.Verdict {
			break
		}
		from = d
	}
	return max(from, r.Told.Since).Time(), nil
}
