package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Options are what a reader may ask of the text.
type Options struct {
	Style Style
	All   bool // every reason and counterexample, nothing folded
}

// cell gathers the placements of one category and activity.
type cell struct {
	category  residency.DataCategory
	activity  residency.Activity
	bounds    []spot
	elsewhere []string
}

// spot is a bound that several placements share.
type spot struct {
	may, certain footprint.SiteSet
	possible     bool // only of flows that may not exist
	scopes       []residency.Scope
	products     []string // ids, of flows of the account that are a product's
}

func cells(res *residency.Residency) []cell {
	var out []cell
	for i := range res.Placements {
		p := &res.Placements[i]
		if n := len(out); n == 0 || out[n-1].category != p.Category || out[n-1].activity != p.Activity {
			out = append(out, cell{category: p.Category, activity: p.Activity})
		}
		out[len(out)-1].add(p)
	}
	slices.SortStableFunc(out, func(a, b cell) int { return cmp.Compare(rank(a.category), rank(b.category)) })
	return out
}

// rank orders the table: what a customer asks about first, then what no
// setting narrows.
func rank(c residency.DataCategory) int {
	if claim.CustomerData.Has(c) {
		return 0
	}
	return 1
}

func (c *cell) add(p *residency.Placement) {
	if p.Elsewhere != residency.NotElsewhere {
		if w := elsewhereWords(p); !slices.Contains(c.elsewhere, w) {
			c.elsewhere = append(c.elsewhere, w)
		}
		return
	}
	i := slices.IndexFunc(c.bounds, func(s spot) bool {
		return s.may == p.May && s.certain == p.Certain && s.possible == p.Possible
	})
	if i < 0 {
		i = len(c.bounds)
		c.bounds = append(c.bounds, spot{may: p.May, certain: p.Certain, possible: p.Possible})
	}
	b := &c.bounds[i]
	if p.Scope.Kind == residency.AccountScope && p.Reason.Product != "" {
		if !slices.Contains(b.products, p.Reason.Product) {
			b.products = append(b.products, p.Reason.Product)
		}
		return
	}
	if !slices.Contains(b.scopes, p.Scope) {
		b.scopes = append(b.scopes, p.Scope)
	}
}

func elsewhereWords(p *residency.Placement) string {
	switch p.Elsewhere {
	case residency.Anywhere:
		return "anywhere the readers are"
	case residency.Declared:
		return "the customer's key server, stated to be in " + p.Country
	case residency.Unmodelled:
		switch p.Reason.Kind {
		case residency.ReasonKeyless:
			return "the customer's key server, place not stated"
		case residency.ReasonPersonnel:
			return "provider personnel: places not published"
		}
		return "readers: places not enforced"
	}
	return ""
}

// lines says where a cell's data may be: one line a bound, and for whom where
// they differ. A flow that may not exist is told only where it would add
// places.
func (c *cell) lines(v *footprint.View, rules *residency.Rules) []string {
	var known footprint.SiteSet
	for _, s := range c.bounds {
		if !s.possible {
			known = known.Union(s.may)
		}
	}
	var out []string
	for _, s := range c.bounds {
		if s.possible && s.may.SubsetOf(known) {
			continue
		}
		w := s.words(v)
		if len(c.bounds) > 1 && !s.possible {
			w += ": " + s.whose(rules)
		}
		out = append(out, w)
		known = known.Union(s.may)
	}
	return append(out, c.elsewhere...)
}

func (s *spot) words(v *footprint.View) string {
	switch {
	case s.possible:
		return "perhaps " + short(v, s.may) + ", by products that may be in use"
	case s.certain.Empty() && !s.may.Empty():
		return "perhaps " + short(v, s.may)
	case s.may != s.certain:
		return short(v, s.certain) + ", perhaps also " + short(v, s.may.Minus(s.certain))
	}
	return short(v, s.may)
}

// whose names the scopes and products that share a bound: one scope by name,
// several of a kind by their number.
func (s *spot) whose(rules *residency.Rules) string {
	var parts []string
	for i := 0; i < len(s.scopes); {
		kind, n := s.scopes[i].Kind, 0
		for ; i < len(s.scopes) && s.scopes[i].Kind == kind; i++ {
			n++
		}
		word := strings.ToLower(strings.ReplaceAll(kind.String(), "_", " "))
		switch {
		case kind == residency.AccountScope:
			parts = append(parts, "the account")
		case n == 1:
			parts = append(parts, s.scopes[i-1].String())
		default:
			parts = append(parts, count(n, word, word+"s"))
		}
	}
	const shown = 5
	for i, id := range s.products {
		if i == shown {
			parts = append(parts, count(len(s.products)-shown, "more product", "more products"))
			break
		}
		name := id
		if p, ok := rules.Product(id); ok {
			name = p.Name
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}

// Where writes the answer to "where is my data?".
func Where(a *atlas.Answer, name string, o Options) string {
	p := &page{style: o.Style}
	res := a.Residency
	p.line(p.style.bold(title(name, res.Customer)) + ", as of " + a.AsOf.String())
	p.blank()
	p.wrap("", WhereHeadline(res))
	if res.Recorded {
		p.heading("Where it may be")
		p.table(res)
		p.legend(res.View)
		p.heading("Why")
		p.reasons(res, o.All)
		p.losses(res)
	}
	p.notKnown(res, o.All)
	p.foot(a.Revision, a.AsOf, a.KnownAt)
	return p.b.String()
}

func title(name, id string) string {
	if name == "" || name == id {
		return id
	}
	return name + " (" + id + ")"
}

func (p *page) table(res *residency.Residency) {
	last := residency.InvalidCategory
	for _, c := range cells(res) {
		label := ""
		if c.category != last {
			label, last = sentenceCase(c.category.Plain()), c.category
		}
		activity := c.activity.Plain()
		for _, l := range c.lines(res.View, res.Rules) {
			if c.activity == residency.Transit {
				l += ", encrypted"
			}
			p.wrap("  "+pad(label, 18)+pad(activity, 13), l)
			label, activity = "", ""
		}
	}
}

// group is one reason and the scopes it speaks for.
type group struct {
	sentence string
	scopes   []string
	possible bool
}

func (p *page) reasons(res *residency.Residency, all bool) {
	var groups []group
	for i := range res.Placements {
		pl := &res.Placements[i]
		if pl.Reason.Kind == residency.ReasonFixed || pl.Activity == residency.Access {
			continue
		}
		groups = addGroup(groups, res.Rules.Explain(pl), pl)
	}
	hidden := 0
	for _, g := range groups {
		if g.possible && !all {
			hidden++
			continue
		}
		p.wrap("  - ", sentenceCase(g.sentence)+scopeWords(g.scopes, all)+".")
	}
	if hidden > 0 {
		p.wrap("  - ", fmt.Sprintf("Products not stated to be out of use: %s (--all lists them).", count(hidden, "possible flow", "possible flows")))
	}
}

func addGroup(groups []group, sentence string, p *residency.Placement) []group {
	i := slices.IndexFunc(groups, func(g group) bool { return g.sentence == sentence })
	if i < 0 {
		i = len(groups)
		groups = append(groups, group{sentence: sentence, possible: p.Possible})
	}
	if s := p.Scope.String(); p.Scope.Name != "" && !slices.Contains(groups[i].scopes, s) {
		groups[i].scopes = append(groups[i].scopes, s)
	}
	return groups
}

func scopeWords(scopes []string, all bool) string {
	const shown = 3
	switch {
	case len(scopes) == 0:
		return ""
	case len(scopes) <= shown || all:
		return ": " + strings.Join(scopes, ", ")
	}
	return fmt.Sprintf(": %s and %d more", strings.Join(scopes[:shown], ", "), len(scopes)-shown)
}

func (p *page) losses(res *residency.Residency) {
	if len(res.Lost) == 0 {
		return
	}
	p.heading("What stops working under these settings (nothing leaves)")
	for _, l := range res.Lost {
		p.wrap("  - ", Loss(res.Rules, l)+".")
	}
}

// Loss says what stops working, without a final stop.
func Loss(rules *residency.Rules, l residency.Loss) string {
	name := l.Product
	if pr, ok := rules.Product(l.Product); ok {
		name = pr.Name
	}
	return name + ": " + l.Text
}

func (p *page) notKnown(res *residency.Residency, all bool) {
	facts := map[string]int{}
	var order []string
	for i := range res.Placements {
		for _, f := range res.Placements[i].Facts {
			if facts[f]++; facts[f] == 1 {
				order = append(order, f)
			}
		}
	}
	if !res.Recorded {
		order = append(order, res.Gap)
	}
	if len(order) == 0 {
		return
	}
	p.heading("Not known")
	for _, f := range order {
		p.fact(res.Rules, f)
	}
}

func (p *page) fact(rules *residency.Rules, id string) {
	s := sentenceCase(rules.FactSentence(id)) + "."
	if o := rules.FactOwner(id); o != "" {
		s += " (" + o + " could answer)"
	}
	p.wrap("  - ", s)
}
