package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"domicile/internal/atlas"
)

// promiseJSON is a promise and what became of it.
type promiseJSON struct {
	Since    string `json:"since,omitempty"`
	Until    string `json:"until,omitempty"`
	Contract string `json:"contract,omitempty"`
	Promised string `json:"promised"` // the claim's name
	Reading  string `json:"reading"`
	sweepRowJSON
}

// promisesJSON is every promise chosen, the oldest first.
type promisesJSON struct {
	Counts   map[string]int `json:"counts"`
	Promises []promiseJSON  `json:"promises"`
	More     int            `json:"more"`
	Complete bool           `json:"complete"`
	Evidence string         `json:"evidence"`
	AsOf     string         `json:"as_of"`
	Datasets string         `json:"datasets"`
	Note     string         `json:"note"`
}

func (a *app) sweepPromises(ctx context.Context, w *swept) error {
	done, err := w.service.SweepPromises(ctx, w.fleet, w.progress.tell)
	w.progress.end()
	if err != nil {
		return err
	}
	rows, more, err := a.promiseRows(ctx, w, done)
	if err != nil {
		return err
	}
	value := promisesJSON{
		Counts: countsJSON(done.Counts), Promises: rows, More: more, Complete: done.Complete, Evidence: w.evidence(),
		AsOf: done.AsOf.String(), Datasets: done.Revision.Datasets, Note: w.note(),
	}
	if w.csv {
		err = a.promisesCSV(&value)
	} else {
		err = a.print(value, func() string { return promisesText(w, done, &value) })
	}
	if err == nil {
		a.code = sweepCode(done.Counts, done.Complete)
	}
	return err
}

// promiseRows checks the promises that are shown, and counts those that are not.
func (a *app) promiseRows(ctx context.Context, w *swept, done *atlas.PromiseSweep) (rows []promiseJSON, more int, err error) {
	rows = []promiseJSON{}
	for i := range done.Promises {
		p := &done.Promises[i]
		if !p.Complete || !slices.Contains(w.filter.Verdicts, p.Verdict) || !strings.HasPrefix(p.Customer, w.prefix) {
			continue
		}
		if len(rows) >= w.limit && !a.all {
			more++
			continue
		}
		j, err := w.service.CheckPromise(ctx, w.fleet, p)
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, promiseJSON{
			Since: p.Since.String(), Until: p.Until.String(), Contract: p.Contract, Promised: p.Promise.Claim, Reading: p.Reading,
			sweepRowJSON: sweepRow(p.Customer, "", j),
		})
	}
	return rows, more, nil
}

func promisesText(w *swept, done *atlas.PromiseSweep, value *promisesJSON) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d promises that apply on %s.\n\n", len(done.Promises), done.AsOf)
	countLines(&b, done.Counts)
	incomplete(&b, done.Complete, done.Counts.Total(), len(done.Promises))
	if len(value.Promises) > 0 {
		b.WriteString("\nThe oldest first\n")
	}
	for _, p := range value.Promises {
		fmt.Fprintf(&b, "  %-11s  since %-10s  %-12s %s: %s, %s\n", strings.ReplaceAll(p.Verdict, "_", " "), p.Since, p.Contract, p.Customer, p.Promised, p.Reading)
		if p.Because != "" {
			fmt.Fprintf(&b, "               %s\n", p.Because)
		}
	}
	if value.More > 0 {
		fmt.Fprintf(&b, "  ... and %d more (--all lists them)\n", value.More)
	}
	w.foot(&b, value.AsOf, value.Datasets)
	return b.String()
}

func (a *app) promisesCSV(v *promisesJSON) error {
	out := csv.NewWriter(a.stdout)
	rows := [][]string{{"since", "until", "contract", "customer", "promised", "reading", "verdict", "category", "activity", "scope", "site", "country", "unknown_fact", "because", "complete"}}
	for _, p := range v.Promises {
		rows = append(rows, cells(p.Since, p.Until, p.Contract, p.Customer, p.Promised, p.Reading, p.Verdict, p.Category, p.Activity, p.Scope, p.Site, p.Country, p.Fact, p.Because, strconv.FormatBool(v.Complete)))
	}
	return out.WriteAll(rows)
}
