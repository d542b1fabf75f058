package atlas

import (
	"errors"
	"fmt"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// ErrInput is wrapped by every fault of something a caller asked: a claim, a
// date, a customer id, a page size.
var ErrInput = errors.New("bad input")

// ClaimInput is a claim as a person writes it. A preset, or places and a kind;
// a reading, or categories and activities of its own.
type ClaimInput struct {
	Preset     string   // eu-only, us-only
	Kind       string   // ONLY_IN (default) or NEVER_IN
	Within     []string // places; see footprint.ParsePlace
	Except     []string
	Reading    string // resides, handled (default), everything
	Categories []string
	Activities []string
	Scopes     []residency.Scope
}

// Claim reads a claim. Every fault is in the error, which wraps ErrInput.
func (r *Reference) Claim(in ClaimInput) (claim.Claim, error) {
	c, err := r.claimPlaces(in)
	errs := []error{err}
	reading := claim.Handled
	if in.Reading != "" {
		reading, err = claim.ParseReading(in.Reading)
		errs = append(errs, err)
	}
	c.Reading = reading
	c.Categories, c.Activities = reading.Sets()
	errs = append(errs, narrow(&c, in))
	c.Scopes = in.Scopes
	if err := errors.Join(errs...); err != nil {
		return claim.Claim{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	if err := c.Validate(); err != nil {
		return claim.Claim{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return c, nil
}

// narrow replaces a reading's categories or activities by named ones.
func narrow(c *claim.Claim, in ClaimInput) error {
	var errs []error
	if len(in.Categories) > 0 {
		c.Categories, c.Reading = 0, claim.NoReading
		for _, t := range in.Categories {
			x, err := residency.ParseCategory(t)
			errs = append(errs, err)
			if err == nil {
				c.Categories |= claim.CategoriesOf(x)
			}
		}
	}
	if len(in.Activities) > 0 {
		c.Activities, c.Reading = 0, claim.NoReading
		for _, t := range in.Activities {
			x, err := residency.ParseActivity(t)
			errs = append(errs, err)
			if err == nil {
				c.Activities |= claim.ActivitiesOf(x)
			}
		}
	}
	return errors.Join(errs...)
}

func (r *Reference) claimPlaces(in ClaimInput) (claim.Claim, error) {
	if in.Preset != "" {
		p, ok := r.Preset(in.Preset)
		switch {
		case !ok:
			return claim.Claim{}, fmt.Errorf("unknown preset claim %q (known: %s)", clip(in.Preset), r.presetIDs())
		case len(in.Within)+len(in.Except) > 0:
			return claim.Claim{}, fmt.Errorf("the preset %s names its own places; leave out the others", p.ID)
		}
		return claim.Claim{Kind: p.Kind, Places: p.Places}, nil
	}
	c := claim.Claim{Kind: claim.OnlyIn}
	var errs []error
	if in.Kind != "" {
		k, err := claim.ParseKind(in.Kind)
		errs = append(errs, err)
		c.Kind = k
	}
	places, err := r.Footprint.ParsePlaces(in.Within, in.Except)
	c.Places = places
	return c, errors.Join(append(errs, err)...)
}

func (r *Reference) presetIDs() string {
	s := ""
	for i, p := range r.Presets {
		if i > 0 {
			s += ", "
		}
		s += p.ID
	}
	return s
}

// Date reads a date of a question; empty text is today.
func (s *Service) Date(text string) (footprint.Date, error) {
	if text == "" {
		return s.Today(), nil
	}
	d, err := footprint.ParseDate(text)
	if err != nil {
		return 0, fmt.Errorf("%w: date %w", ErrInput, err)
	}
	return d, nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
