package claim

import (
	"fmt"
	"strings"

	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Sentence says the claim in words: "customer data is handled only in EU". A claim
// about some scopes alone says so, without their names: "customer data of the 2 scopes
// named is handled only in EU".
func (c *Claim) Sentence() string {
	return c.subject() + c.ofScopes() + " " + c.predicate() + " in " + c.Places.String()
}

func (c *Claim) subject() string {
	switch c.Reading {
	case Resides, Handled:
		return "customer data"
	case Everything:
		return "everything"
	}
	var cats []string
	for _, x := range c.Categories.List() {
		cats = append(cats, x.Plain())
	}
	return joined(cats, " and ")
}

// predicate says what only happens in the places, or never.
func (c *Claim) predicate() string {
	never := c.Kind == NeverIn
	switch {
	case c.Reading == Resides && never:
		return "never resides"
	case c.Reading == Resides:
		return "resides only"
	case c.Reading == Everything && never:
		return "is never"
	case c.Reading == Everything:
		return "is only"
	case never:
		return c.verb() + " never " + c.done(" or ")
	}
	return c.verb() + " " + c.done(" and ") + " only"
}

// verb is that of the subject: request content is, TLS keys are, and so are several.
func (c *Claim) verb() string {
	list := c.Categories.List()
	if c.Reading != NoReading || len(list) == 1 && !strings.HasSuffix(list[0].Plain(), "s") {
		return "is"
	}
	return "are"
}

func (c *Claim) done(last string) string {
	if c.Reading == Handled {
		return "handled"
	}
	var acts []string
	for _, x := range c.Activities.List() {
		acts = append(acts, x.Plain())
	}
	return joined(acts, last)
}

func (c *Claim) ofScopes() string {
	switch n := len(c.Scopes); n {
	case 0:
		return ""
	case 1:
		return " of the scope named"
	default:
		return fmt.Sprintf(" of the %d scopes named", n)
	}
}

func joined(parts []string, last string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + last + parts[len(parts)-1]
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
		return fmt.Sprintf("Don't make this claim: %d %s of %s %s observed %s at %s.",
			o.Observation.Count, plural(int(o.Observation.Count), "event"), o.Observation.Category.Plain(), wasOrWere(o.Observation.Count), o.Observation.Activity.Plain(), siteWords(o.Site, o.Observation.Site))
	}
	return "We can't tell: " + r.firstUnknown() + "."
}

func (r *Result) firstCounterexample() string {
	return r.Counterexamples[0].sentence(r.Residency.Rules, false)
}

// Sentence says what may be where, without a final stop: "request content of
// hostname img.acme.example may be processed in Ashburn, US and at 3 more sites
// outside".
func (ce *Counterexample) Sentence(rules *residency.Rules) string { return ce.sentence(rules, true) }

func (ce *Counterexample) sentence(rules *residency.Rules, all bool) string {
	p := ce.Placement
	verb := " may be " + p.Activity.Plain()
	if p.Activity == residency.Transit {
		verb = " " + p.Activity.Plain()
	}
	where := " anywhere"
	switch {
	case ce.Site != nil:
		where = " in " + siteWords(ce.Site, "")
		if n := ce.Outside - 1; n > 0 && all {
			where += fmt.Sprintf(" and at %d more %s outside", n, plural(n, "site"))
		}
	case p.Elsewhere == residency.Declared:
		where = " in " + p.Country + ", as the customer states"
	}
	return whose(rules, p) + verb + where
}

// whose names the data of a placement by its product or scope.
func whose(rules *residency.Rules, p *residency.Placement) string {
	what := p.Category.Plain()
	if pr, ok := rules.Product(p.Reason.Product); ok && p.Scope.Kind == residency.AccountScope {
		return what + " handled by " + pr.Name
	}
	if p.Scope.Kind == residency.AccountScope {
		return what + " of the account"
	}
	return what + " of " + p.Scope.String()
}

func wasOrWere(n uint64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
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
