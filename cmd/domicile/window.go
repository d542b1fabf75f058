package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/render"
)

var errNothingStored = errors.New("--window measures what `domicile ingest` recorded: ask about a customer of the store, without --demo or --settings")

// judgeWindow judges a claim by the settings and by what logs showed.
func (a *app) judgeWindow(ctx context.Context, q *asked, cl claim.Claim, window string) error {
	if q.evidence == nil {
		return errNothingStored
	}
	from, to, err := parseWindow(window)
	if err != nil {
		return err
	}
	m, err := atlas.NewWitness(q.service, q.evidence).CheckWindow(ctx, q.state, q.id, cl, q.answer.AsOf, from, to)
	if err != nil {
		return err
	}
	readings := q.service.Readings(q.answer, cl)
	err = a.print(render.MeasuredValue(m, readings, q.name), func() string {
		return render.Measured(m, readings, q.name, render.Options{Style: a.style(), All: a.all})
	})
	if err == nil {
		a.code = exitCode(m.Verdict)
	}
	return err
}

// parseWindow reads FROM..TO: days, the last one included, or instants.
func parseWindow(text string) (from, to time.Time, err error) {
	first, last, ok := strings.Cut(text, "..")
	if !ok || first == "" {
		return from, to, fmt.Errorf("--window %q: write FROM..TO, for example 2026-11-01..2026-11-23", text)
	}
	if from, _, err = parseInstant(first); err != nil || last == "" {
		return from, to, err
	}
	to, day, err := parseInstant(last)
	if day {
		to = to.AddDate(0, 0, 1)
	}
	return from, to, err
}

// parseInstant reads a day, as its start, or an RFC 3339 instant.
func parseInstant(text string) (t time.Time, day bool, err error) {
	if t, err = time.Parse(time.DateOnly, text); err == nil {
		return t, true, nil
	}
	if t, err = time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), false, nil
	}
	return t, false, fmt.Errorf("--window: %.40q is neither a day (2026-11-01) nor an instant (2026-11-01T12:00:00Z)", text)
}
