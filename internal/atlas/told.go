package atlas

import (
	"context"
	"fmt"
	"time"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/ledger"
	"domicile/internal/residency"
)

// Origin is where a claim that a customer was told is written down.
type Origin uint8

// The origins. The zero value is invalid.
const (
	InvalidOrigin Origin = iota
	OfSettings           // a promise of the settings
	OfLedger             // registered
)

var originNames = [...]string{"INVALID", "SETTINGS", "REGISTERED"}

// String returns the name used in the API.
func (o Origin) String() string { return originNames[o] }

// Told is a claim that a customer was told.
type Told struct {
	ID       string
	Customer string
	Origin   Origin
	Claim    claim.Claim
	Preset   string // "" where it names its own places
	Contract string
	Since    footprint.Date
	Until    footprint.Date // zero: no end
	By       string         // who registered it; "" for a promise of the settings
	At       time.Time      // when; zero for a promise of the settings
}

// toldID names a promise of the settings: the same promise in every version.
func toldID(p *residency.Promise) string {
	return nameOf("settings", "%q %q %q", p.Claim, p.Reading, p.Contract)
}

// told lists what a customer was told and applies on a day: promises of the settings
// first, then what was registered.
func (s *Service) told(ctx context.Context, st *State, c *Customer, book *ledger.Book, day footprint.Date) ([]Told, error) {
	promises, err := st.promisedOn(ctx, c, day)
	if err != nil {
		return nil, err
	}
	var out []Told
	for i := range promises {
		p := &promises[i]
		if !p.Applies(day) {
			continue
		}
		cl, err := st.Reference.Claim(ClaimInput{Preset: p.Claim, Reading: p.Reading})
		if err != nil {
			return nil, fmt.Errorf("promise %s of %s: %w", p.Claim, c.ID, err)
		}
		out = append(out, Told{
			ID: toldID(p), Customer: c.ID, Origin: OfSettings, Claim: cl, Preset: p.Claim, Contract: p.Contract, Since: p.Since, Until: p.Until,
		})
	}
	if book == nil {
		return out, nil
	}
	for i := range book.Claims {
		r := &book.Claims[i]
		if !r.Applies(day, s.Now()) {
			continue
		}
		x, err := st.Reference.toldOf(c.ID, r)
		if err != nil {
			return nil, err
		}
		out = append(out, *x)
	}
	return out, nil
}

// toldOf reads a registered claim.
func (r *Reference) toldOf(customer string, c *ledger.Claim) (*Told, error) {
	in, err := claimInput(&c.Registration)
	if err != nil {
		return nil, fmt.Errorf("claim %s of %s: %w", c.ID, customer, err)
	}
	cl, err := r.Claim(in)
	if err != nil {
		return nil, fmt.Errorf("claim %s of %s: %w", c.ID, customer, err)
	}
	return &Told{
		ID: c.ID, Customer: customer, Origin: OfLedger, Claim: cl, Preset: c.Preset, Contract: c.Contract, Since: c.Since, Until: c.Until, By: c.By, At: c.At,
	}, nil
}

// claimInput is a registration as a claim that a person writes.
func claimInput(r *ledger.Registration) (ClaimInput, error) {
	in := ClaimInput{
		Preset: r.Preset, Kind: r.Kind, Within: r.Within, Except: r.Except, Reading: r.Reading, Categories: r.Categories, Activities: r.Activities,
	}
	for _, s := range r.Scopes {
		kind, err := residency.ParseScopeKind(s.Kind)
		if err != nil {
			return in, err
		}
		in.Scopes = append(in.Scopes, residency.Scope{Kind: kind, Name: s.Name})
	}
	return in, nil
}
