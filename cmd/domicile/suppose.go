package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/render"
)

// supposedNote stands over every answer that rests on something supposed.
const supposedNote = "SUPPOSED, not so: "

// supposition is what --suppose says.
type supposition []string

func (s *supposition) flag(c *cobra.Command) {
	c.Flags().StringArrayVar((*[]string)(s), "suppose", nil,
		`judge as if this were so: "site XYZ in DE opens", "site FRA closes", "US leaves ADEQUATE", "CH joins EU"; repeat it for more`)
}

// on is a state in which it is so.
func (s supposition) on(st *atlas.State) (*atlas.State, error) {
	all := make([]atlas.Supposition, len(s))
	for i, text := range s {
		var err error
		if all[i], err = atlas.ParseSupposition(text); err != nil {
			return nil, fmt.Errorf("--suppose: %w", err)
		}
	}
	return st.Suppose(all)
}

// supposedJSON is a check under a supposition. The verdict of what is so stands
// beside, and the one supposed lies deeper, so that neither is read as the other.
type supposedJSON struct {
	Supposed []string         `json:"supposed"`
	Now      string           `json:"verdict_now"`
	IfSo     render.CheckJSON `json:"if_so"`
}

// judgeSupposed judges a claim about a customer as if something were so.
func (a *app) judgeSupposed(ctx context.Context, q *asked, cl claim.Claim, s supposition) error {
	now, err := q.service.Judge(q.answer, cl)
	if err != nil {
		return err
	}
	st, err := s.on(q.state)
	if err != nil {
		return err
	}
	answer, err := q.service.Residency(ctx, st, q.id, q.answer.AsOf)
	if err != nil {
		return err
	}
	j, err := q.service.Judge(answer, cl)
	if err != nil {
		return err
	}
	readings := q.service.Readings(answer, cl)
	value := supposedJSON{st.Supposed(), now.Verdict.String(), render.CheckValue(j, readings, q.name)}
	err = a.print(value, func() string {
		return supposedHead(st) + "Now: " + verdictWords(now.Verdict) + ". If so:\n\n" +
			render.Check(j, readings, q.name, render.Options{Style: a.style(), All: a.all})
	})
	if err == nil {
		a.code = exitCode(j.Verdict)
	}
	return err
}

func supposedHead(st *atlas.State) string {
	return supposedNote + strings.Join(st.Supposed(), "; ") + ".\n"
}

// flipJSON is a customer whose verdict a supposition changes.
type flipJSON struct {
	Customer string `json:"customer"`
	Now      string `json:"verdict_now"`
	IfSo     string `json:"verdict_if_so"`
	Because  string `json:"because,omitempty"`
}

// supposedSweepJSON is a sweep under a supposition, beside one of what is so.
type supposedSweepJSON struct {
	Supposed []string       `json:"supposed"`
	Claim    string         `json:"claim"`
	Now      map[string]int `json:"counts_now"`
	IfSo     map[string]int `json:"counts_if_so"`
	Flips    int            `json:"flips"`
	Shown    []flipJSON     `json:"customers"`
	Complete bool           `json:"complete"`
	AsOf     string         `json:"as_of"`
	Datasets string         `json:"datasets"`
	Note     string         `json:"note"`
}

// sweepSupposed sweeps a claim twice, and shows who differs.
func (a *app) sweepSupposed(ctx context.Context, w *swept, st *atlas.State, c claim.Claim) error {
	now, err := w.service.Sweep(ctx, w.fleet, c, "", w.progress.tell)
	if err != nil {
		return err
	}
	supposed, err := w.suppose.on(st)
	if err != nil {
		return err
	}
	other, err := w.service.Fleet(ctx, supposed, now.AsOf)
	if err != nil {
		return err
	}
	then, err := w.service.Sweep(ctx, other, c, "", w.progress.tell)
	w.progress.end()
	if err != nil {
		return err
	}
	if !now.Complete || !then.Complete {
		return errors.New("not complete: --timeout ended it, and who would differ is not known")
	}
	flips := atlas.FlipsOf(now, then)
	value := supposedSweepJSON{
		Supposed: supposed.Supposed(), Claim: c.Sentence(), Now: countsJSON(now.Counts), IfSo: countsJSON(then.Counts), Flips: len(flips),
		Complete: true, AsOf: then.AsOf.String(), Datasets: then.Revision.Datasets, Note: w.note(),
	}
	if value.Shown, err = a.flipRows(ctx, w, supposed, flips, c); err != nil {
		return err
	}
	switch {
	case w.csv:
		err = a.flipsCSV(value.Shown)
	default:
		err = a.print(value, func() string { return supposedText(supposed, now, then, &value) })
	}
	if err == nil {
		a.code = sweepCode(then.Counts, true)
	}
	return err
}

func (a *app) flipRows(ctx context.Context, w *swept, st *atlas.State, flips []fleet.Flip, c claim.Claim) ([]flipJSON, error) {
	rows := []flipJSON{}
	for _, f := range flips {
		if !strings.HasPrefix(f.Customer, w.prefix) || f.Customer <= w.after {
			continue
		}
		if len(rows) >= w.limit && !a.all {
			break
		}
		j, err := w.service.Check(ctx, st, f.Customer, c, w.fleet.Day())
		if err != nil {
			return nil, err
		}
		rows = append(rows, flipJSON{f.Customer, f.From.String(), f.To.String(), j.Because()})
	}
	return rows, nil
}

func (a *app) flipsCSV(rows []flipJSON) error {
	out := csv.NewWriter(a.stdout)
	if err := out.Write([]string{"customer", "verdict_now", "verdict_if_so", "because"}); err != nil {
		return err
	}
	for _, r := range rows {
		if err := out.Write(cells(r.Customer, r.Now, r.IfSo, r.Because)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func supposedText(st *atlas.State, now, then *atlas.Swept, v *supposedSweepJSON) string {
	var b strings.Builder
	b.WriteString(supposedHead(st))
	fmt.Fprintf(&b, "%s.\n\n  %-11s  %8s  %8s\n", upperFirst(v.Claim), "", "now", "if so")
	for _, verdict := range sweepOrder {
		if verdict != claim.Broken {
			fmt.Fprintf(&b, "  %-11s  %8d  %8d\n", verdictWords(verdict), now.Counts.Of(verdict), then.Counts.Of(verdict))
		}
	}
	fmt.Fprintf(&b, "\n%d customers would differ.\n", v.Flips)
	for _, r := range v.Shown {
		fmt.Fprintf(&b, "  %s: %s, if so %s\n", r.Customer, strings.ReplaceAll(r.Now, "_", " "), strings.ReplaceAll(r.IfSo, "_", " "))
		if r.Because != "" {
			fmt.Fprintf(&b, "    %s\n", r.Because)
		}
	}
	if n := v.Flips - len(v.Shown); n > 0 {
		fmt.Fprintf(&b, "  ... and %d more: --all\n", n)
	}
	fmt.Fprintf(&b, "\nas of %s, datasets %s\n%s\n", v.AsOf, v.Datasets[:min(len(atlas.SupposedMark)+12, len(v.Datasets))], v.Note)
	return b.String()
}
