package render

import (
	"fmt"
	"strings"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// WhereHeadline answers in a few short sentences. It never hides configuration
// and account data.
func WhereHeadline(res *residency.Residency) string {
	if !res.Recorded {
		return "We can't tell: " + res.Rules.FactSentence(res.Gap) + "."
	}
	t := tally{named: map[residency.Scope]footprint.SiteSet{}, at: map[residency.DataCategory]footprint.SiteSet{}}
	for i := range res.Placements {
		t.add(&res.Placements[i])
	}
	return strings.Join([]string{t.content(res.View), t.rest(res.View), t.configuration(res.View)}, " ")
}

// tally sums a residency for its headline: definite flows by what they may
// reach, and whether anything is open.
type tally struct {
	named   map[residency.Scope]footprint.SiteSet // where each name's content may be decrypted
	beside  footprint.SiteSet                     // content handled by products beside the names
	at      map[residency.DataCategory]footprint.SiteSet
	keyless bool
	open    bool
}

func (t *tally) add(p *residency.Placement) {
	if p.Activity == residency.Transit || p.Activity == residency.Access {
		return
	}
	uncertain := p.Possible || p.Certain.Empty() && p.Elsewhere == residency.NotElsewhere
	t.open = t.open || uncertain
	t.keyless = t.keyless || p.Reason.Kind == residency.ReasonKeyless
	switch {
	case uncertain && p.Reason.Product != "" || p.Possible:
	case p.Category == residency.Content && p.Scope.Kind == residency.AccountScope && p.Reason.Product != "":
		t.beside = t.beside.Union(p.May)
	case p.Category == residency.Content && p.Activity == residency.Process:
		t.named[p.Scope] = t.named[p.Scope].Union(p.May)
	case p.Activity == residency.Store || !claim.CustomerData.Has(p.Category):
		t.at[p.Category] = t.at[p.Category].Union(p.May)
	}
}

// content says where request content may be decrypted.
func (t *tally) content(v *footprint.View) string {
	count := map[footprint.SiteSet]int{}
	var all footprint.SiteSet
	for _, set := range t.named {
		count[set]++
		all = all.Union(set)
	}
	s := "Request content may be decrypted in " + short(v, all)
	if n := count[all]; n > 0 && n < len(t.named) {
		s = fmt.Sprintf("Request content of %d of %d names may be decrypted in %s", n, len(t.named), short(v, all))
	}
	if len(t.named) == 0 {
		s = "No name's request content is decrypted"
	}
	if extra := t.beside.Minus(all); !extra.Empty() {
		s += "; some products handle it in " + short(v, t.beside)
	}
	return s + "."
}

// rest says where logs, keys and stored objects are kept.
func (t *tally) rest(v *footprint.View) string {
	var parts []string
	for _, c := range []struct {
		category residency.DataCategory
		lead     string
	}{
		{residency.TrafficMetadata, "logs are stored in "}, {residency.Keys, "keys in "}, {residency.StoredContent, "objects in "},
	} {
		if set := t.at[c.category]; !set.Empty() {
			parts = append(parts, c.lead+short(v, set))
		}
	}
	s := sentenceCase(strings.Join(parts, ", ")) + "."
	if t.keyless {
		s += " Some keys are on the customer's own key server."
	}
	if t.open {
		s += " Part of this is not certain; see what is not known."
	}
	return s
}

func (t *tally) configuration(v *footprint.View) string {
	return "Configuration is kept in " + short(v, t.at[residency.Configuration]) +
		" and account data in " + short(v, t.at[residency.Account]) + ", whatever is set."
}
