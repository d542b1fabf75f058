package atlas

import (
	"fmt"
	"time"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/plan"
	"domicile/internal/residency"
)

// Planned is what to change so that a claim holds, with what that rests on.
type Planned struct {
	*plan.Outcome
	View     *footprint.View
	Rules    *residency.Rules
	Revision Revision
	AsOf     footprint.Date
	KnownAt  time.Time
}

// Plan looks for the smallest changes of an answer's settings under which a claim
// holds. Before the first recorded settings there is nothing to change.
func (s *Service) Plan(st *State, a *Answer, c claim.Claim) (*Planned, error) {
	if a.Settings == nil {
		return nil, fmt.Errorf("%w: no settings are recorded on %s, so there is nothing to change", ErrInput, a.AsOf)
	}
	if a.AsOf > s.Today() {
		return nil, fmt.Errorf("%w: %s has not come; a plan is for today or an earlier day", ErrInput, a.AsOf)
	}
	view := st.At(a.AsOf)
	out, err := plan.Make(plan.Input{Rules: st.Reference.Rules, View: view, Settings: a.Settings, Claim: c})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return &Planned{Outcome: out, View: view, Rules: st.Reference.Rules, Revision: a.Revision, AsOf: a.AsOf, KnownAt: a.KnownAt}, nil
}
