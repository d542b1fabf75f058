package claim

import (
	"fmt"
	"strings"

	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Sentence says the claim in words: "customer data is handled only in EU".
func (c *Claim) Sentence() string {
	only := "only in "
	if c.Kind == NeverIn {
		only = "never in "
	}
	return c.subject() + " " + only + c.Places.String()
}

func (c *Claim) subject() string {
	switch c.Reading {
	case Resides:
		return "customer data resides"
	case Handled:
		return "customer data is handled"
	case Everything:
		return "everything is"
	}
	var cats, acts []string
	for _, x := range c.Categories.List() {
		cats = append(cats, x.Plain())
	}
	for _, x := range c.Activities.List() {
		acts = append(acts, x.Plain())
	}
	return joinAnd(cats) + " is " + joinAnd(acts)
}

func joinAnd(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// Headline is the verdict as one sentence that is safe to quote: a yes says
// that it is by the settings, and whether it was measured.
func (r *Result) Headline() string {
	switch r.Verdict {
	case Holds:
		if r.Evidence == evidence.None {
			return "You can make this claim: by the settings it holds. It was not measured."
		}
		return "You can make this claim: by the settings it holds, and nothing observed contradicts it."
	case NotEnsured:
		return "The settings don't ensure this: " + r.firstCounterexample() + "."
	case Broken:
		o := r.Contradictions[0]
		return fmt.Sprintf("Don't make this claim: %d %s of %s was observed %s at %s.",
			o.Observation.Count, times(o.Observation.Count), o.Observation.Category.Plain(), o.Observation.Activity.Plain(), siteWords(o.Site, o.Observation.Site))
	}
	return "We can't tell: " + r.firstUnknown() + "."
}

func times(n uint64) string {
	if n == 1 {
		return "event"
	}
	return "events"
}

func (r *Result) firstCounterexample() string {
	ce := &r.Counterexamples[0]
	p := ce.Placement
	where := "anywhere"
	if ce.Site != nil {
		where = "in " + siteWords(ce.Site, "")
	} else if p.Elsewhere == residency.Declared {
		where = "in " + p.Country
	}
	what := p.Category.Plain() + " of the account"
	if p.Scope.Kind != residency.AccountScope {
		what = p.Category.Plain() + " of " + p.Scope.String()
	}
	verb := " may be "
	if p.Activity == residency.Transit {
		verb = " "
	}
	return what + verb + p.Activity.Plain() + " " + where
}

func (r *Result) firstUnknown() string {
	if len(r.Unknowns) == 0 {
		return "a deciding fact is missing"
	}
	return r.Residency.Rules.FactSentence(r.Unknowns[0].Fact)
}

func siteWords(s *footprint.Site, code string) string {
	if s == nil {
		return "a place not in the footprint (" + code + ")"
	}
	return s.City + ", " + s.Country
}
