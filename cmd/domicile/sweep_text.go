package main

import (
	"context"
	"fmt"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/residency"
)

// shownCauses is how many causes are written out.
const shownCauses = 5

var sweepOrder = [...]claim.Verdict{claim.Broken, claim.NotEnsured, claim.Unknown, claim.Holds}

func verdictWords(v claim.Verdict) string { return strings.ReplaceAll(v.String(), "_", " ") }

func sweepText(ctx context.Context, w *swept, done *atlas.Swept, rows []atlas.SweptRow, more bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", upperFirst(done.Claim.Sentence())+".")
	countLines(&b, done.Counts)
	incomplete(&b, done.Complete, done.Counts.Total(), done.Total)
	if causes := done.Causes(); len(causes) > 0 {
		b.WriteString("\nMost often because\n")
		for _, c := range causes[:min(shownCauses, len(causes))] {
			fmt.Fprintf(&b, "  %8d  %-11s  %s\n", c.Customers, verdictWords(c.Verdict), causeWords(ctx, w, done, c))
		}
	}
	if len(rows) > 0 {
		b.WriteString("\nWho\n")
	}
	for _, r := range rows {
		fmt.Fprintf(&b, "  %-11s  %s\n", verdictWords(r.Verdict), r.Customer)
		if why := r.Judgement.Because(); why != "" {
			fmt.Fprintf(&b, "               %s\n", why)
		}
	}
	if more && len(rows) > 0 {
		fmt.Fprintf(&b, "  ... and more: --after %s, or --all\n", rows[len(rows)-1].Customer)
	}
	w.foot(&b, done.AsOf.String(), done.Revision.Datasets)
	return b.String()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func countLines(b *strings.Builder, n fleet.Counts) {
	for _, v := range sweepOrder {
		if v != claim.Broken || n.Of(v) > 0 {
			fmt.Fprintf(b, "  %-11s  %8d\n", verdictWords(v), n.Of(v))
		}
	}
}

func incomplete(b *strings.Builder, complete bool, judged, total int) {
	if !complete {
		fmt.Fprintf(b, "\nNOT COMPLETE: %d of %d were judged; nothing is known of the others.\n", judged, total)
	}
}

// causeWords explains a cause by the example of one customer's own placement.
func causeWords(ctx context.Context, w *swept, done *atlas.Swept, c fleet.CauseCount) string {
	rows, _, err := w.service.Rows(ctx, w.fleet, done, fleet.Filter{Prefix: c.Example, Verdicts: []claim.Verdict{c.Verdict}}, "", 1)
	if err != nil || len(rows) == 0 {
		return c.Product
	}
	res := rows[0].Judgement.Residency
	for i := range res.Placements {
		p := &res.Placements[i]
		same := p.Category == c.Category && p.Reason.Kind == c.Kind && p.Reason.Product == c.Product && p.Reason.Setting == c.Setting && p.Reason.Region == c.Region
		if same && done.Claim.Categories.Has(p.Category) && done.Claim.Activities.Has(p.Activity) {
			return p.Category.Plain() + ": " + plainReason(res, p)
		}
	}
	return c.Product
}

// plainReason explains a placement without the names of its customer.
func plainReason(res *residency.Residency, p *residency.Placement) string {
	if p.Reason.Kind == residency.ReasonSetting && p.Reason.Region == "" {
		return "a " + residency.SettingName(p.Reason.Setting) + " of the customer's own definition"
	}
	like := *p
	switch p.Reason.Kind {
	case residency.ReasonTarget, residency.ReasonTargetUnknown, residency.ReasonSpectrum, residency.ReasonSpectrumRegion, residency.ReasonSteeringUnclear:
		like.Reason.Detail = "a name"
	}
	return res.Rules.Explain(&like)
}

func (w *swept) foot(b *strings.Builder, asOf, datasets string) {
	fmt.Fprintf(b, "\nas of %s, datasets %s, %d different settings\n%s\n", asOf, datasets[:min(12, len(datasets))], w.fleet.Profiles()-1, w.note())
}
