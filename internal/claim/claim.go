// Package claim judges propositions about where data may be: "the request
// content of these hostnames is processed only in the EU".
//
// What: [Check] takes a claim, a residency and what was observed, and returns
// one verdict with every counterexample, every unknown, what the claim covers
// and what it does not, and a certificate of what was considered.
//
// How: every placement in scope is compared with the claim's places as bit
// sets; nothing is skipped and nothing stops early. [Judge] does the same for
// the verdict alone. The naive package derives the same result by loops.
//
// Cost: a few word operations a placement; Judge allocates nothing.
package claim

import (
	"errors"
	"fmt"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Errors of a claim.
var (
	ErrEmpty   = errors.New("the claim is about nothing")
	ErrScope   = errors.New("no such scope in these settings")
	ErrReading = errors.New("unknown reading (want resides, handled or everything)")
)

// Kind is the direction of a claim.
type Kind uint8

// The kinds. The zero value is invalid.
const (
	InvalidKind Kind = iota
	OnlyIn           // nothing outside the places
	NeverIn          // nothing inside the places
)

var kindNames = [...]string{"INVALID", "ONLY_IN", "NEVER_IN"}

// String returns ONLY_IN or NEVER_IN.
func (k Kind) String() string { return kindNames[k] }

// ParseKind reads ONLY_IN or NEVER_IN, in any letter case, with - or _.
func ParseKind(s string) (Kind, error) {
	switch strings.ToUpper(strings.ReplaceAll(s, "-", "_")) {
	case "ONLY_IN":
		return OnlyIn, nil
	case "NEVER_IN":
		return NeverIn, nil
	}
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return InvalidKind, fmt.Errorf("unknown kind of claim %q (want ONLY_IN or NEVER_IN)", s)
}

// Categories is a set of data categories.
type Categories uint16

// CategoriesOf makes a set.
func CategoriesOf(cs ...residency.DataCategory) Categories {
	var s Categories
	for _, c := range cs {
		s |= 1 << c
	}
	return s
}

// Has reports whether the set holds a category.
func (s Categories) Has(c residency.DataCategory) bool { return s>>c&1 == 1 }

// List returns the members in canonical order.
func (s Categories) List() []residency.DataCategory {
	var out []residency.DataCategory
	for _, c := range residency.Categories() {
		if s.Has(c) {
			out = append(out, c)
		}
	}
	return out
}

// Activities is a set of activities.
type Activities uint16

// ActivitiesOf makes a set.
func ActivitiesOf(as ...residency.Activity) Activities {
	var s Activities
	for _, a := range as {
		s |= 1 << a
	}
	return s
}

// Has reports whether the set holds an activity.
func (s Activities) Has(a residency.Activity) bool { return s>>a&1 == 1 }

// List returns the members in canonical order.
func (s Activities) List() []residency.Activity {
	var out []residency.Activity
	for _, a := range residency.Activities() {
		if s.Has(a) {
			out = append(out, a)
		}
	}
	return out
}

// Claim is a proposition: for these scopes, categories and activities, data is
// ONLY_IN or NEVER_IN the places.
type Claim struct {
	Kind       Kind
	Places     footprint.Places
	Categories Categories
	Activities Activities
	Scopes     []residency.Scope // empty: every scope
	Reading    Reading           // the reading it was made from, for words
}

// Reading is what a plain-word claim means. The zero value is none: the claim
// names its own categories and activities.
type Reading uint8

// The readings.
const (
	NoReading  Reading = iota
	Resides            // customer data at rest: cached or stored
	Handled            // resides, and processed: readable in memory
	Everything         // every category and every activity
)

var readingNames = [...]string{"", "resides", "handled", "everything"}

// String returns resides, handled or everything, or "".
func (r Reading) String() string { return readingNames[r] }

// ParseReading reads a reading's name.
func ParseReading(s string) (Reading, error) {
	for i, n := range readingNames {
		if i > 0 && strings.EqualFold(n, s) {
			return Reading(i), nil
		}
	}
	return NoReading, ErrReading
}

// CustomerData is what the localization settings can govern: request content,
// stored objects, customer logs and keys.
var CustomerData = CategoriesOf(residency.Content, residency.StoredContent, residency.TrafficMetadata, residency.Keys)

// Sets returns the categories and activities that a reading means.
func (r Reading) Sets() (Categories, Activities) {
	switch r {
	case Resides:
		return CustomerData, ActivitiesOf(residency.Cache, residency.Store)
	case Handled:
		return CustomerData, ActivitiesOf(residency.Process, residency.Cache, residency.Store)
	case Everything:
		return CategoriesOf(residency.Categories()...), ActivitiesOf(residency.Activities()...)
	}
	return 0, 0
}

// New makes a claim in a reading.
func New(kind Kind, places footprint.Places, r Reading) Claim {
	c := Claim{Kind: kind, Places: places, Reading: r}
	c.Categories, c.Activities = r.Sets()
	return c
}

// valid is Validate without the words.
func (c *Claim) valid() bool {
	cats, acts := Everything.Sets()
	return c.Kind != InvalidKind && len(c.Places.Any) > 0 && c.Categories&cats != 0 && c.Activities&acts != 0
}

// Validate reports a claim about nothing: no kind, place, category or activity.
func (c *Claim) Validate() error {
	switch {
	case c.Kind == InvalidKind:
		return fmt.Errorf("%w: neither ONLY_IN nor NEVER_IN", ErrEmpty)
	case len(c.Places.Any) == 0:
		return fmt.Errorf("%w: %w", ErrEmpty, footprint.ErrNoPlaces)
	case len(c.Categories.List()) == 0:
		return fmt.Errorf("%w: no data category", ErrEmpty)
	case len(c.Activities.List()) == 0:
		return fmt.Errorf("%w: no activity", ErrEmpty)
	}
	return nil
}

// inScope reports whether a placement falls under the claim.
func (c *Claim) inScope(p *residency.Placement) bool {
	if !c.Categories.Has(p.Category) || !c.Activities.Has(p.Activity) {
		return false
	}
	if len(c.Scopes) == 0 {
		return true
	}
	for _, s := range c.Scopes {
		if p.Concerns(s) {
			return true
		}
	}
	return false
}

// Places of a claim as sets over one view: sites accepted for certain, sites
// refused for certain; the rest is of unknown membership.
type compiled struct {
	accept, refuse footprint.SiteSet
}

func (c *Claim) compile(v *footprint.View) compiled {
	in := v.InPlaces(c.Places)
	out := v.Present().Minus(in.Possible())
	if c.Kind == NeverIn {
		return compiled{accept: out, refuse: in.In}
	}
	return compiled{accept: in.In, refuse: out}
}

// elsewhere is the membership of a place that is not a site: In when the claim
// accepts it, Out when it refuses it.
func (c *Claim) elsewhere(v *footprint.View, p *residency.Placement) footprint.Membership {
	switch p.Elsewhere {
	case residency.NotElsewhere:
		return footprint.In
	case residency.Anywhere:
		return footprint.Out
	case residency.Declared:
		m := v.CountryIn(p.Country, c.Places)
		if c.Kind == NeverIn {
			return opposite(m)
		}
		return m
	}
	return footprint.Unknown
}

func opposite(m footprint.Membership) footprint.Membership {
	switch m {
	case footprint.In:
		return footprint.Out
	case footprint.Out:
		return footprint.In
	}
	return footprint.Unknown
}
