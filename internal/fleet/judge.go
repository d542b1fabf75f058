package fleet

import (
	"errors"

	"domicile/internal/claim"
	"domicile/internal/residency"
)

// ErrScoped is returned for a claim about scopes, which name things of one customer.
var ErrScoped = errors.New("a claim about scopes cannot be swept over a fleet; check the one customer")

// What an atom is under a claim. An atom out of scope is none of them; those of
// a profile are joined by or.
const (
	inScope = 1 << iota
	open
	outside
)

// Judged is a claim under a Compiled: what each placement and each profile is.
type Judged struct {
	Claim    claim.Claim
	compiled *Compiled
	cores    []uint8
	atoms    []uint8
	profiles []claim.Verdict
}

// Judge prepares a claim. The error is the claim's.
func Judge(c *Compiled, cl claim.Claim) (*Judged, error) {
	if err := cl.Validate(); err != nil {
		return nil, err
	}
	if len(cl.Scopes) > 0 {
		return nil, ErrScoped
	}
	j := &Judged{Claim: cl, compiled: c}
	j.extend()
	return j, nil
}

// extend judges what the compiled fleet has more than before: each core by the
// domain's own judge, then each profile by all of its atoms.
func (j *Judged) extend() {
	c := j.compiled
	one := residency.Residency{View: c.view, Rules: c.rules, Recorded: true, Placements: make([]residency.Placement, 1)}
	for i := len(j.cores); i < len(c.cores); i++ {
		one.Placements[0] = c.cores[i].placement()
		j.cores = append(j.cores, j.core(&one))
	}
	for i := len(j.atoms); i < len(c.atoms); i++ {
		j.atoms = append(j.atoms, j.cores[c.atoms[i].core])
	}
	for p := len(j.profiles); p < c.Profiles(); p++ {
		var all uint8
		for _, a := range c.rows[c.start[p]:c.start[p+1]] {
			all |= j.atoms[a]
		}
		j.profiles = append(j.profiles, verdictOf(all, c.recorded))
	}
}

// core judges a residency of one placement.
func (j *Judged) core(one *residency.Residency) uint8 {
	p := &one.Placements[0]
	if !j.Claim.Categories.Has(p.Category) || !j.Claim.Activities.Has(p.Activity) {
		return 0
	}
	switch claim.Judge(&j.Claim, one) {
	case claim.Holds:
		return inScope
	case claim.NotEnsured:
		return inScope | outside
	}
	return inScope | open
}

func verdictOf(all uint8, recorded bool) claim.Verdict {
	switch {
	case !recorded:
		return claim.Unknown
	case all&outside != 0:
		return claim.NotEnsured
	case all&open != 0 || all == 0:
		return claim.Unknown
	}
	return claim.Holds
}

// Verdict is a profile's verdict. A profile that is not resolved is Unknown.
func (j *Judged) Verdict(profile uint32) claim.Verdict {
	if int(profile) >= len(j.profiles) {
		return claim.Unknown
	}
	return j.profiles[profile]
}
