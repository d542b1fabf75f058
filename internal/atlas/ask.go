package atlas

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// ErrNotFound: there is no such customer, or it is not the viewer's.
var ErrNotFound = errors.New("not found")

// Revision names the datasets and settings that an answer used.
type Revision struct {
	Datasets string // digest of the datasets
	Settings string // digest of the settings; empty when none applied
	Version  int    // version number of the settings; 0 for settings nobody stored
}

// Answer is a residency with what it rests on.
type Answer struct {
	Residency *residency.Residency
	Settings  *residency.Settings // nil before the first record
	Revision  Revision
	AsOf      footprint.Date
	KnownAt   time.Time
}

// Judgement is a checked claim with what it rests on.
type Judgement struct {
	*claim.Result
	Revision Revision
	AsOf     footprint.Date
	KnownAt  time.Time
}

// Residency answers "where is my data?" for a customer on a day.
func (s *Service) Residency(ctx context.Context, st *State, id string, d footprint.Date) (*Answer, error) {
	c, ok := st.Customer(id)
	if !ok {
		return nil, fmt.Errorf("customer %q: %w", clip(id), ErrNotFound)
	}
	return s.Answer(ctx, st, c, d)
}

// Answer is where a customer's data is on a day. Before the first recorded
// settings nothing is known, and the answer says so.
func (s *Service) Answer(ctx context.Context, st *State, c *Customer, d footprint.Date) (*Answer, error) {
	v, err := c.At(ctx, d)
	if err != nil {
		return nil, err
	}
	return s.answer(st, c.ID, v, d), nil
}

// AnswerAsKnown is Answer under the settings as they were known at an instant.
func (s *Service) AnswerAsKnown(ctx context.Context, st *State, c *Customer, d footprint.Date, known time.Time) (*Answer, error) {
	v, err := c.KnownAt(ctx, d, known)
	if err != nil {
		return nil, err
	}
	a := s.answer(st, c.ID, v, d)
	if known.Before(a.KnownAt) {
		a.KnownAt = known
	}
	return a, nil
}

func (s *Service) answer(st *State, id string, v *Recorded, d footprint.Date) *Answer {
	if v == nil {
		return &Answer{
			Residency: residency.Unrecorded(st.Reference.Rules, st.At(d), id), AsOf: d, KnownAt: s.knownAt(),
			Revision: Revision{Datasets: st.Reference.Revision},
		}
	}
	a := s.ResidencyOf(st, v.Settings, d)
	a.Revision.Settings, a.Revision.Version, a.KnownAt = v.Digest, v.Number, s.knownAt()
	return a
}

// ahead marks a residency of a day that has not come: what will be listed,
// decided or set by then is not known, so no claim about it can hold.
func (s *Service) ahead(res *residency.Residency) {
	if res.Recorded && res.Date > s.Today() {
		res.Recorded, res.Gap = false, residency.FactAhead
	}
}

// ResidencyOf answers the same for settings that nobody stored.
func (s *Service) ResidencyOf(st *State, set *residency.Settings, d footprint.Date) *Answer {
	res := residency.Resolve(st.Reference.Rules, st.At(d), set)
	s.ahead(res)
	return &Answer{
		Residency: res, Settings: set, AsOf: d, KnownAt: s.Now(),
		Revision: Revision{Datasets: st.Reference.Revision},
	}
}

// Check judges a claim about a customer on a day.
func (s *Service) Check(ctx context.Context, st *State, id string, c claim.Claim, d footprint.Date) (*Judgement, error) {
	a, err := s.Residency(ctx, st, id, d)
	if err != nil {
		return nil, err
	}
	return s.Judge(a, c)
}

// CheckOf judges a claim about settings that nobody stored.
func (s *Service) CheckOf(st *State, set *residency.Settings, c claim.Claim, d footprint.Date) (*Judgement, error) {
	return s.Judge(s.ResidencyOf(st, set, d), c)
}

// Judge judges a claim about an answer.
func (s *Service) Judge(a *Answer, c claim.Claim) (*Judgement, error) {
	if !a.Residency.Recorded {
		c.Scopes = nil // there are no scopes before the first record
	}
	r, err := claim.Check(c, a.Residency, evidence.Window{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	r.JudgedAt = a.KnownAt
	return &Judgement{Result: r, Revision: a.Revision, AsOf: a.AsOf, KnownAt: a.KnownAt}, nil
}

// Because is why a claim does not hold, as a sentence without a final stop; empty where
// it does.
func (j *Judgement) Because() string {
	switch {
	case j.Verdict == claim.Holds:
		return ""
	case j.Verdict == claim.Broken:
		_, what, _ := strings.Cut(j.Headline(), ": ")
		return strings.TrimSuffix(what, ".")
	case len(j.Counterexamples) > 0:
		return j.Counterexamples[0].Sentence(j.Residency.Rules)
	case len(j.Unknowns) > 0:
		return j.Residency.Rules.FactSentence(j.Unknowns[0].Fact)
	}
	return ""
}

// Promised is a promise of the settings, judged.
type Promised struct {
	residency.Promise
	Judgement *Judgement
}

// Promises judges what a customer was told, on a day. A promise that does not
// apply on that day is left out.
func (s *Service) Promises(ctx context.Context, st *State, id string, d footprint.Date) ([]Promised, error) {
	a, err := s.Residency(ctx, st, id, d)
	if err != nil || a.Settings == nil {
		return nil, err
	}
	var out []Promised
	for _, p := range a.Settings.Promises {
		if !p.Applies(d) {
			continue
		}
		c, err := st.Reference.Claim(ClaimInput{Preset: p.Claim, Reading: p.Reading})
		if err != nil {
			return nil, err
		}
		j, err := s.Judge(a, c)
		if err != nil {
			return nil, err
		}
		out = append(out, Promised{p, j})
	}
	return out, nil
}

// Readings judges a claim's places in all three readings, so that no verdict
// stands without its neighbours.
func (s *Service) Readings(a *Answer, c claim.Claim) map[claim.Reading]claim.Verdict {
	out := make(map[claim.Reading]claim.Verdict, 3)
	for _, r := range []claim.Reading{claim.Resides, claim.Handled, claim.Everything} {
		n := claim.New(c.Kind, c.Places, r)
		n.Scopes = c.Scopes
		out[r] = claim.Judge(&n, a.Residency)
	}
	return out
}
