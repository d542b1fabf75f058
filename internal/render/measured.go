package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// shownGaps is how many gaps, names and breaches are written out unless all are
// asked for.
const shownGaps = 8

// Measured writes the answer to a claim with what was observed in a window.
func Measured(m *atlas.Measured, readings map[claim.Reading]claim.Verdict, name string, o Options) string {
	j := m.Judgement
	p := &page{style: o.Style}
	p.line(p.style.verdict(j.Verdict))
	p.wrap("", title(name, j.Residency.Customer)+": "+j.Claim.Sentence()+".")
	p.blank()
	p.wrap("", j.Headline())
	p.summary(j, readings)
	p.breaches(m, o.All)
	p.measured(m, o.All)
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

// breaches lists what was observed outside and the rule that should have held.
func (p *page) breaches(m *atlas.Measured, all bool) {
	if len(m.Breaches) == 0 {
		return
	}
	p.heading("Observed outside")
	for i := range m.Breaches {
		if i == shownGaps && !all {
			p.line(fmt.Sprintf("  ... and %d more (--all lists them)", len(m.Breaches)-i))
			return
		}
		b := &m.Breaches[i]
		o := &b.Observation
		where := o.Site
		if b.Site != nil {
			where = b.Site.City + ", " + b.Site.Country
		}
		p.wrap("  - ", fmt.Sprintf("%s of %s: %s %s at %s, %s to %s%s", many(o.Count, "event", "events"), o.Scope, o.Category.Plain(),
			o.Activity.Plain(), where, stamp(o.First), stamp(o.Last), kindWords(o.Kinds)))
		p.wrap("    ", b.Sentence())
	}
}

var kindPlain = []struct {
	kind evidence.Kinds
	text string
}{
	{evidence.Subrequest, "a Worker's subrequests"}, {evidence.TieredFill, "filled through an upper tier"}, {evidence.CacheReserve, "from Cache Reserve"},
	{evidence.O2O, "through more than one zone"}, {evidence.HTTP3, "over HTTP/3"}, {evidence.UpperTier, "as an upper tier"},
	{evidence.SmartRoute, "by smart routing"}, {evidence.Egress, "where it left the network"}, {evidence.Security, "a security event"},
}

func kindWords(k evidence.Kinds) string {
	var out []string
	for _, x := range kindPlain {
		if k&x.kind != 0 {
			out = append(out, x.text)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// measured says what was looked at, what not, and how it fits the settings.
func (p *page) measured(m *atlas.Measured, all bool) {
	c := &m.Window.Coverage
	p.heading("Measured")
	p.wrap("  "+pad("Window", 12), stamp(m.Window.From)+" to "+stamp(m.Window.To))
	p.wrap("  "+pad("Coverage", 12), fmt.Sprintf("%d of %s, %s of %s minutes", c.HoursSeen, count(c.Hours, "hour", "hours"), grouped(c.MinutesSeen), grouped(c.Minutes)))
	for _, t := range m.Parts {
		text := fmt.Sprintf("%s of %s outside", big(t.Outside), many(t.Events, "event", "events"))
		if t.Unplaced > 0 {
			text += fmt.Sprintf(", %s at places not known", big(t.Unplaced))
		}
		p.wrap("  - ", t.Category.Plain()+" "+t.Activity.Plain()+": "+text)
	}
	if m.Sampled {
		p.wrap("  - ", fmt.Sprintf("some logs are samples: at most %s of the events that they are samples of are outside, with a confidence of 95 %%", share(m.Bound)))
	}
	if m.Aside > 0 {
		p.wrap("  - ", many(m.Aside, "answer to a DNS query, which", "answers to DNS queries, which")+" no placement speaks of")
	}
	p.gaps(c.Gaps, all)
	p.listed("Expected and never seen", names(m.NeverSeen), all)
	var odd []string
	for _, u := range m.Unexpected {
		odd = append(odd, fmt.Sprintf("%s: %s (%s, %s to %s)", u.Scope, u.Surprise.Sentence(), many(u.Events, "event", "events"), stamp(u.First), stamp(u.Last)))
	}
	p.listed("Seen and not expected", odd, all)
	p.transfers(m, all)
}

func (p *page) gaps(gaps []evidence.Gap, all bool) {
	if len(gaps) == 0 {
		return
	}
	sorted := slices.Clone(gaps)
	if !all {
		slices.SortStableFunc(sorted, func(a, b evidence.Gap) int { return int(b.To.Sub(b.From)/time.Minute - a.To.Sub(a.From)/time.Minute) })
	}
	var out []string
	for _, g := range sorted {
		out = append(out, fmt.Sprintf("%s to %s (%s)", stamp(g.From), stamp(g.To), long(g.To.Sub(g.From))))
	}
	p.listed("Not covered by any log", out, all)
}

func (p *page) listed(heading string, items []string, all bool) {
	if len(items) == 0 {
		return
	}
	p.heading(heading)
	for i, s := range items {
		if i == shownGaps && !all {
			p.line(fmt.Sprintf("  ... and %d more (--all lists them)", len(items)-i))
			return
		}
		p.wrap("  - ", s)
	}
}

func names(scopes []residency.Scope) []string {
	out := make([]string, len(scopes))
	for i, s := range scopes {
		out[i] = s.String()
	}
	return out
}

func long(d time.Duration) string {
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case h == 0:
		return count(m, "minute", "minutes")
	case m == 0:
		return count(h, "hour", "hours")
	}
	return count(h, "hour", "hours") + " " + count(m, "minute", "minutes")
}

// share writes a share as a percentage of two digits.
func share(x float64) string {
	digits := strconv.FormatFloat(100*x, 'g', 2, 64)
	if 100*x >= 99.5 {
		digits = "100"
	}
	return digits + " %"
}

// big writes a number in groups of three digits.
func big(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func grouped(n int) string { return big(uint64(max(n, 0))) }

func many(n uint64, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return big(n) + " " + several
}

// BreachJSON is something observed outside, and the rule that should have held.
type BreachJSON struct {
	Category string      `json:"category"`
	Activity string      `json:"activity"`
	Scope    ScopeJSON   `json:"scope"`
	Site     string      `json:"site"`
	City     string      `json:"city,omitempty"`
	Country  string      `json:"country,omitempty"`
	Kinds    []string    `json:"kinds,omitempty"`
	Events   uint64      `json:"events"`
	First    string      `json:"first"`
	Last     string      `json:"last"`
	Allowed  bool        `json:"allowed_by_settings"`
	Rule     *ReasonJSON `json:"rule,omitempty"`
	Sentence string      `json:"sentence"`
}

// PartMeasuredJSON is what was observed of one category and activity.
type PartMeasuredJSON struct {
	Category string `json:"category"`
	Activity string `json:"activity"`
	Events   uint64 `json:"events"`
	Outside  uint64 `json:"outside"`
	Unplaced uint64 `json:"at_places_not_known"`
}

// UnexpectedJSON is traffic that the settings do not account for.
type UnexpectedJSON struct {
	What     string    `json:"what"`
	Sentence string    `json:"sentence"`
	Scope    ScopeJSON `json:"scope"`
	Events   uint64    `json:"events"`
	First    string    `json:"first"`
	Last     string    `json:"last"`
}

// GapJSON is a stretch of time that no log covers.
type GapJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// MeasuredJSON is the whole answer to a claim with what was observed.
type MeasuredJSON struct {
	CheckJSON
	Window struct {
		From        string    `json:"from"`
		To          string    `json:"to"`
		Hours       int       `json:"hours"`
		HoursSeen   int       `json:"hours_seen"`
		Minutes     int       `json:"minutes"`
		MinutesSeen int       `json:"minutes_seen"`
		Gaps        []GapJSON `json:"gaps"`
	} `json:"window"`
	Events     uint64             `json:"events"`
	Outside    uint64             `json:"outside"`
	Sampled    bool               `json:"sampled"`
	Bound      *float64           `json:"upper_bound_95,omitempty"`
	Parts      []PartMeasuredJSON `json:"parts"`
	Breaches   []BreachJSON       `json:"breaches"`
	NeverSeen  []ScopeJSON        `json:"never_seen"`
	Unexpected []UnexpectedJSON   `json:"not_expected"`
	DNS        uint64             `json:"dns_answers_aside"`
	Transfers  []TransferJSON     `json:"onward_transfers"`
}

// MeasuredValue is the JSON shape of a judgement with what was observed.
func MeasuredValue(m *atlas.Measured, readings map[claim.Reading]claim.Verdict, name string) MeasuredJSON {
	out := MeasuredJSON{
		CheckJSON: CheckValue(m.Judgement, readings, name), Events: m.Events, Outside: m.Outside, Sampled: m.Sampled, DNS: m.Aside,
		Parts: []PartMeasuredJSON{}, Breaches: []BreachJSON{}, NeverSeen: []ScopeJSON{}, Unexpected: []UnexpectedJSON{},
		Transfers: transfersValue(m),
	}
	if m.Sampled {
		out.Bound = &m.Bound
	}
	c, w := &m.Result.Window.Coverage, &out.Window
	w.From, w.To, w.Gaps = stamp(m.Result.Window.From), stamp(m.Result.Window.To), []GapJSON{}
	w.Hours, w.HoursSeen, w.Minutes, w.MinutesSeen = c.Hours, c.HoursSeen, c.Minutes, c.MinutesSeen
	for _, g := range c.Gaps {
		w.Gaps = append(w.Gaps, GapJSON{stamp(g.From), stamp(g.To)})
	}
	for _, t := range m.Parts {
		out.Parts = append(out.Parts, PartMeasuredJSON{t.Category.String(), t.Activity.String(), t.Events, t.Outside, t.Unplaced})
	}
	for i := range m.Breaches {
		out.Breaches = append(out.Breaches, breach(m, &m.Breaches[i]))
	}
	for _, s := range m.NeverSeen {
		out.NeverSeen = append(out.NeverSeen, ScopeJSON{s.Kind.String(), s.Name})
	}
	for _, u := range m.Unexpected {
		out.Unexpected = append(out.Unexpected, UnexpectedJSON{
			u.Surprise.String(), u.Surprise.Sentence(), ScopeJSON{u.Scope.Kind.String(), u.Scope.Name}, u.Events, stamp(u.First), stamp(u.Last),
		})
	}
	return out
}

func breach(m *atlas.Measured, b *atlas.Breach) BreachJSON {
	o := &b.Observation
	out := BreachJSON{
		Category: o.Category.String(), Activity: o.Activity.String(), Scope: ScopeJSON{o.Scope.Kind.String(), o.Scope.Name}, Site: o.Site,
		Kinds: o.Kinds.List(), Events: o.Count, First: stamp(o.First), Last: stamp(o.Last), Allowed: b.Allowed, Sentence: b.Sentence(),
	}
	if b.Site != nil {
		out.City, out.Country = b.Site.City, b.Site.Country
	}
	if b.Rule != nil {
		r := reason(m.Residency.Rules, b.Rule)
		out.Rule = &r
	}
	return out
}
