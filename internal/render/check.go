package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Disclaimer stands under every answer.
const Disclaimer = "Where data may be stored and processed. Not legal advice."

// shownCounterexamples is how many are written out unless all are asked for.
const shownCounterexamples = 10

var verdictWords = map[claim.Verdict]string{
	claim.Unknown: "UNKNOWN", claim.Holds: "HOLDS", claim.NotEnsured: "NOT ENSURED", claim.Broken: "BROKEN",
}

var verdictColors = map[claim.Verdict]string{
	claim.Unknown: "1;33", claim.Holds: "1;32", claim.NotEnsured: "1;31", claim.Broken: "1;97;41",
}

func (s Style) verdict(v claim.Verdict) string { return s.paint(verdictColors[v], verdictWords[v]) }

// Check writes the answer to a claim.
func Check(j *atlas.Judgement, readings map[claim.Reading]claim.Verdict, name string, o Options) string {
	p := &page{style: o.Style}
	p.line(p.style.verdict(j.Verdict))
	p.wrap("", title(name, j.Residency.Customer)+": "+j.Claim.Sentence()+".")
	p.blank()
	p.wrap("", j.Headline())
	p.summary(j, readings)
	p.contradictions(j)
	p.counterexamples(j, o.All)
	p.unknowns(j)
	p.parts("Covered by this answer", j.Residency.View, j.Covered)
	p.parts("Not covered by this answer", j.Residency.View, j.NotCovered)
	for _, e := range j.Exclusions {
		p.wrap("  - ", e)
	}
	p.heading("Taken as given")
	for _, a := range j.Assumptions {
		p.wrap("  - ", a)
	}
	p.certificate(j)
	p.foot(j.Revision, j.AsOf, j.KnownAt)
	return p.b.String()
}

func (p *page) summary(j *atlas.Judgement, readings map[claim.Reading]claim.Verdict) {
	p.blank()
	if readings != nil {
		var parts []string
		for _, r := range []claim.Reading{claim.Resides, claim.Handled, claim.Everything} {
			parts = append(parts, r.String()+" "+verdictWords[readings[r]])
		}
		p.wrap("  "+pad("By settings", 13), strings.Join(parts, " | "))
	}
	p.wrap("  "+pad("Evidence", 13), evidenceWords(j.Result))
}

func evidenceWords(r *claim.Result) string {
	switch r.Evidence {
	case evidence.Consistent:
		return fmt.Sprintf("measured; nothing contradicts it (%d of %d hours seen)", r.Window.Coverage.HoursSeen, r.Window.Coverage.Hours)
	case evidence.Contradicted:
		return fmt.Sprintf("contradicted by %s", count(len(r.Contradictions), "observation", "observations"))
	}
	return "not measured; this is what the settings allow"
}

func (p *page) contradictions(j *atlas.Judgement) {
	if len(j.Contradictions) == 0 {
		return
	}
	p.heading("Observed outside")
	for _, c := range j.Contradictions {
		where := c.Observation.Site
		if c.Site != nil {
			where = c.Site.City + ", " + c.Site.Country
		}
		p.wrap("  - ", fmt.Sprintf("%s of %s %s at %s, %s to %s", count(int(c.Observation.Count), "event", "events"),
			c.Observation.Scope, c.Observation.Activity.Plain(), where,
			c.Observation.First.UTC().Format(time.RFC3339), c.Observation.Last.UTC().Format(time.RFC3339)))
	}
}

// outsideGroup gathers counterexamples that differ in their activity only.
type outsideGroup struct {
	first      *claim.Counterexample
	activities []string
}

func groupOutside(ces []claim.Counterexample) []outsideGroup {
	var out []outsideGroup
	for i := range ces {
		ce := &ces[i]
		k := slices.IndexFunc(out, func(g outsideGroup) bool {
			a, b := g.first.Placement, ce.Placement
			return a.Category == b.Category && a.Scope == b.Scope && a.Reason.Product == b.Reason.Product &&
				a.Reason.Kind == b.Reason.Kind && g.first.Sites == ce.Sites && a.Reason.Detail == b.Reason.Detail
		})
		if k < 0 {
			out = append(out, outsideGroup{first: ce})
			k = len(out) - 1
		}
		out[k].activities = append(out[k].activities, ce.Placement.Activity.Plain())
	}
	return out
}

func (p *page) counterexamples(j *atlas.Judgement, all bool) {
	groups := groupOutside(j.Counterexamples)
	if len(groups) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Outside (%s)", count(len(j.Counterexamples), "counterexample", "counterexamples")))
	for i, g := range groups {
		if i == shownCounterexamples && !all {
			p.line(fmt.Sprintf("  ... and %d more (--all lists them)", len(groups)-i))
			break
		}
		pl := g.first.Placement
		what := pl.Category.Plain()
		if pl.Scope.Name != "" {
			what = pl.Scope.String() + ": " + what
		}
		p.wrap("  - ", sentenceCase(what)+" "+strings.Join(g.activities, " and ")+" "+outsideWords(g.first))
		p.wrap("    ", j.Residency.Rules.Explain(pl)+".")
	}
}

func outsideWords(ce *claim.Counterexample) string {
	if ce.Site == nil {
		return elsewhereWords(ce.Placement)
	}
	s := "in " + ce.Site.City + ", " + ce.Site.Country
	if n := ce.Outside - 1; n > 0 {
		s += " and " + count(n, "more site", "more sites") + " outside"
	}
	return s
}

func (p *page) unknowns(j *atlas.Judgement) {
	if len(j.Unknowns) == 0 {
		return
	}
	p.heading("Not known, and it decides")
	for _, u := range j.Unknowns {
		p.fact(j.Residency.Rules, u.Fact)
		if names := productNames(j.Residency.Rules, u.Placements); names != "" {
			p.wrap("    ", "concerns "+names)
		}
	}
}

// productNames lists the products of placements, each once.
func productNames(rules *residency.Rules, ps []*residency.Placement) string {
	var out []string
	for _, pl := range ps {
		pr, ok := rules.Product(pl.Reason.Product)
		if ok && !slices.Contains(out, pr.Name) {
			out = append(out, pr.Name)
		}
	}
	const shown = 6
	if len(out) > shown {
		return strings.Join(out[:shown], ", ") + fmt.Sprintf(" and %d more products", len(out)-shown)
	}
	return strings.Join(out, ", ")
}

// parts lists categories and activities, those that share a place together.
func (p *page) parts(heading string, v *footprint.View, parts []claim.Part) {
	if len(parts) == 0 {
		return
	}
	p.heading(heading)
	type row struct{ what, where string }
	var rows []row
	for _, t := range parts {
		where := t.Activity.Plain() + ": " + partPlaces(v, t)
		i := slices.IndexFunc(rows, func(r row) bool { return r.where == where })
		if i < 0 {
			rows = append(rows, row{t.Category.Plain(), where})
			continue
		}
		rows[i].what += ", " + t.Category.Plain()
	}
	for _, r := range rows {
		p.wrap("  - ", r.what+" "+r.where)
	}
}

func partWords(v *footprint.View, t claim.Part) string {
	return t.Category.Plain() + " " + t.Activity.Plain() + ": " + partPlaces(v, t)
}

func partPlaces(v *footprint.View, t claim.Part) string {
	switch {
	case t.Activity == residency.Access:
		return "by people, whose places no setting fixes"
	case t.Elsewhere && t.May.Empty():
		return "the customer's own key server"
	case t.Elsewhere:
		return short(v, t.May) + ", and the customer's own key server"
	}
	return short(v, t.May)
}

func (p *page) certificate(j *atlas.Judgement) {
	p.blank()
	complete := "complete"
	if !j.Complete {
		complete = "NOT complete"
	}
	p.line(p.style.dim(fmt.Sprintf("considered %s at %s, %s", count(j.Considered.Placements, "placement", "placements"), count(j.Considered.Sites, "site", "sites"), complete)))
	p.line(p.style.dim(j.Considered.Digest))
}

func (p *page) foot(rev atlas.Revision, asOf footprint.Date, known time.Time) {
	p.blank()
	s := "as of " + asOf.String() + ", known at " + known.UTC().Format("2006-01-02 15:04 UTC") + ", datasets " + abbreviate(rev.Datasets)
	if rev.Settings != "" {
		s += fmt.Sprintf(", settings version %d (%s)", rev.Version, abbreviate(rev.Settings))
	}
	for _, l := range fold(s, width) {
		p.line(p.style.dim(l))
	}
	p.line(p.style.dim(Disclaimer))
}

func abbreviate(digest string) string {
	if len(digest) > 12 {
		return digest[:12]
	}
	return digest
}
