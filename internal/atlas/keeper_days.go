package atlas

import (
	"context"
	"fmt"
	"math/bits"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
)

// DayOfClaim is what was observed of a claim on one day.
type DayOfClaim struct {
	Day             footprint.Date
	Events, Outside uint64
	Minutes         int // of the day that any log covers; 0 means not measured
}

// Days tells day by day what was observed of a claim over a board's window, the
// oldest first; nil where nothing could be.
func (k *Keeper) Days(ctx context.Context, b *Board, r *ToldRow) ([]DayOfClaim, error) {
	s, ok := k.evidence.(SeenStore)
	c, found := b.state.Customer(r.Customer)
	if !ok || !found {
		return nil, nil
	}
	from := b.From.Truncate(24 * time.Hour)
	all, err := s.Daily(ctx, r.Customer, from, b.At)
	if err != nil {
		return nil, fmt.Errorf("observations of %s: %w", r.Customer, err)
	}
	seen, err := k.evidence.Coverage(ctx, r.Customer, from, b.At)
	if err != nil {
		return nil, fmt.Errorf("coverage of %s: %w", r.Customer, err)
	}
	if len(seen) == 0 {
		return nil, nil
	}
	a, err := k.Answer(ctx, b.state, c, b.Day)
	if err != nil {
		return nil, err
	}
	cl := r.Claim
	if !a.Residency.Recorded {
		cl.Scopes = nil
	}
	win := evidence.Window{From: from, To: b.At, Observations: newLook(a, &cl).concerned(all)}
	res, err := claim.Check(cl, a.Residency, win)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	m := &Measured{Judgement: &Judgement{Result: res}}
	m.measure()
	return m.days(from, b.Day, evidence.Anywhere(seen)), nil
}

// days sums the part with the most events up, day by day.
func (m *Measured) days(from time.Time, last footprint.Date, seen []evidence.Seen) []DayOfClaim {
	first := footprint.DateOf(from)
	out := make([]DayOfClaim, 0, int(last-first)+1)
	for d := first; d <= last; d++ {
		out = append(out, DayOfClaim{Day: d})
	}
	at := func(t time.Time) *DayOfClaim {
		if i := int(footprint.DateOf(t) - first); i >= 0 && i < len(out) {
			return &out[i]
		}
		return &DayOfClaim{}
	}
	for i := range m.Window.Observations {
		if o := &m.Window.Observations[i]; m.ofTop(o) {
			at(o.First).Events += o.Count
		}
	}
	for i := range m.Contradictions {
		if o := &m.Contradictions[i].Observation; m.ofTop(o) {
			at(o.First).Outside += o.Count
		}
	}
	for _, s := range seen {
		at(s.Hour).Minutes += bits.OnesCount64(s.Minutes)
	}
	return out
}
