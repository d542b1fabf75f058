package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
)

// sweepRowJSON is one customer of a sweep.
type sweepRowJSON struct {
	Customer string `json:"customer"`
	Name     string `json:"name,omitempty"`
	Verdict  string `json:"verdict"`
	Category string `json:"category,omitempty"` // of the first counterexample
	Activity string `json:"activity,omitempty"`
	Scope    string `json:"scope,omitempty"`
	Site     string `json:"site,omitempty"`
	Country  string `json:"country,omitempty"`
	Fact     string `json:"unknown_fact,omitempty"` // of an unknown verdict
	Because  string `json:"because,omitempty"`
	Settings string `json:"settings_revision,omitempty"`
}

// causeJSON is how many customers have their verdict for a cause.
type causeJSON struct {
	Verdict   string `json:"verdict"`
	Category  string `json:"category"`
	Product   string `json:"product,omitempty"`
	Setting   string `json:"setting,omitempty"`
	Region    string `json:"region,omitempty"`
	Customers int    `json:"customers"`
	Example   string `json:"example"`
	Because   string `json:"because"`
}

// sweepJSON is a whole sweep.
type sweepJSON struct {
	Claim     string         `json:"claim"`
	Counts    map[string]int `json:"counts"`
	Judged    int            `json:"judged"`
	Total     int            `json:"total"`
	Complete  bool           `json:"complete"`
	Resume    string         `json:"resume,omitempty"`
	Causes    []causeJSON    `json:"causes"`
	Customers []sweepRowJSON `json:"customers"`
	More      bool           `json:"more"`
	Evidence  string         `json:"evidence"`
	AsOf      string         `json:"as_of"`
	Datasets  string         `json:"datasets"`
	Note      string         `json:"note"`
}

func countsJSON(n fleet.Counts) map[string]int {
	out := map[string]int{}
	for v := claim.Unknown; v <= claim.Broken; v++ {
		out[v.String()] = n.Of(v)
	}
	return out
}

func sweepValue(ctx context.Context, w *swept, done *atlas.Swept, rows []atlas.SweptRow, more bool) sweepJSON {
	out := sweepJSON{
		Claim: done.Claim.Sentence(), Counts: countsJSON(done.Counts), Judged: done.Counts.Total(), Total: done.Total, Complete: done.Complete,
		Resume: done.Resume, Causes: []causeJSON{}, Customers: []sweepRowJSON{}, More: more, Evidence: w.evidence(),
		AsOf: done.AsOf.String(), Datasets: done.Revision.Datasets, Note: w.note(),
	}
	for _, c := range done.Causes() {
		out.Causes = append(out.Causes, causeJSON{
			Verdict: c.Verdict.String(), Category: c.Category.String(), Product: c.Product, Setting: c.Setting.String(), Region: c.Region,
			Customers: c.Customers, Example: c.Example, Because: causeWords(ctx, w, done, c),
		})
	}
	for i := range rows {
		out.Customers = append(out.Customers, sweepRow(rows[i].Customer, rows[i].Name, rows[i].Judgement))
	}
	return out
}

func sweepRow(customer, name string, j *atlas.Judgement) sweepRowJSON {
	out := sweepRowJSON{Customer: customer, Name: name, Verdict: j.Verdict.String(), Because: j.Because(), Settings: j.Revision.Settings}
	switch {
	case j.Verdict == claim.Broken:
		o := &j.Contradictions[0].Observation
		out.Category, out.Activity, out.Scope, out.Site = o.Category.String(), o.Activity.String(), o.Scope.String(), o.Site
		if at := j.Contradictions[0].Site; at != nil {
			out.Country = at.Country
		}
	case len(j.Counterexamples) > 0:
		ce := &j.Counterexamples[0]
		p := ce.Placement
		out.Category, out.Activity, out.Scope, out.Country = p.Category.String(), p.Activity.String(), p.Scope.String(), p.Country
		if ce.Site != nil {
			out.Site, out.Country = ce.Site.Code, ce.Site.Country
		}
	case len(j.Unknowns) > 0:
		out.Fact = j.Unknowns[0].Fact
	}
	return out
}

var sweepHeader = []string{"customer", "name", "verdict", "category", "activity", "scope", "site", "country", "unknown_fact", "because", "complete"}

// sweepCSV writes a line a customer, page by page.
func (a *app) sweepCSV(ctx context.Context, w *swept, done *atlas.Swept) error {
	out := csv.NewWriter(a.stdout)
	if err := out.Write(sweepHeader); err != nil {
		return err
	}
	left, after := w.limit, w.after
	if a.all {
		left = done.Total
	}
	for more := true; more && left > 0; {
		rows, again, err := w.service.Rows(ctx, w.fleet, done, w.filter, after, min(left, 1000))
		if err != nil {
			return err
		}
		for i := range rows {
			r := sweepRow(rows[i].Customer, rows[i].Name, rows[i].Judgement)
			if err := out.Write(cells(r.Customer, r.Name, r.Verdict, r.Category, r.Activity, r.Scope, r.Site, r.Country, r.Fact, r.Because, strconv.FormatBool(done.Complete))); err != nil {
				return err
			}
			after = r.Customer
		}
		more, left = again, left-len(rows)
	}
	out.Flush()
	if !done.Complete {
		fmt.Fprintf(a.stderr, "domicile: not complete: %d of %d customers were judged\n", done.Counts.Total(), done.Total)
	}
	return out.Error()
}

// cells keeps a spreadsheet from reading a text as a formula.
func cells(texts ...string) []string {
	for i, t := range texts {
		if t != "" && strings.ContainsRune("=+-@\t\r", rune(t[0])) {
			texts[i] = "'" + t
		}
	}
	return texts
}
