package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/render"
)

// toldJSON is a claim that a customer was told, and what became of it.
type toldJSON struct {
	Customer    string       `json:"customer"`
	Name        string       `json:"name,omitempty"`
	ID          string       `json:"id"`
	Origin      string       `json:"origin"`
	Claim       string       `json:"claim"`
	Contract    string       `json:"contract,omitempty"`
	Since       string       `json:"since"`
	Until       string       `json:"until,omitempty"`
	By          string       `json:"registered_by,omitempty"`
	Verdict     string       `json:"verdict"`
	Evidence    string       `json:"evidence"`
	Because     string       `json:"because,omitempty"`
	VerdictFrom string       `json:"verdict_since,omitempty"`
	Events      uint64       `json:"events"`
	Outside     uint64       `json:"outside"`
	Waivers     []waiverJSON `json:"waivers"`
}

// waiverJSON is a waiver beside a verdict.
type waiverJSON struct {
	ID       string `json:"id"`
	Category string `json:"category,omitempty"`
	Reason   string `json:"reason"`
	Owner    string `json:"owner"`
	Until    string `json:"until"`
}

// claimsJSON is the claims that were asked for.
type claimsJSON struct {
	Counts   map[string]int `json:"counts"`
	Claims   []toldJSON     `json:"claims"`
	More     int            `json:"more"`
	Observed string         `json:"observed_from"`
	AsOf     string         `json:"as_of"`
	Datasets string         `json:"datasets"`
	Note     string         `json:"note"`
}

const claimsNote = "By the settings, and by what logs showed. A waiver changes no verdict. " + render.Disclaimer

func toldValue(r *atlas.ToldRow) toldJSON {
	out := toldJSON{
		Customer: r.Customer, Name: r.Name, ID: r.ID, Origin: r.Origin.String(), Claim: r.Claim.Sentence(), Contract: r.Contract,
		Since: r.Told.Since.String(), Until: textOf(r.Until), By: r.By, Verdict: r.Verdict.String(), Evidence: r.Evidence.String(), Because: r.Because,
		Events: r.Events, Outside: r.Breaching, Waivers: []waiverJSON{},
	}
	if !r.Since.IsZero() {
		out.VerdictFrom = r.Since.Format(time.RFC3339)
	}
	for _, w := range r.Waivers {
		out.Waivers = append(out.Waivers, waiverJSON{w.ID, w.Category, w.Reason, w.Owner, w.Until.String()})
	}
	return out
}

func textOf(d footprint.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func (a *app) listClaims(ctx context.Context, s *claimsFlags, args []string) error {
	if s.limit < 0 {
		return fmt.Errorf("--limit %d: want 0 or more", s.limit)
	}
	return a.withKeeper(ctx, func(_ context.Context, k *atlas.Keeper, _ records) error {
		b := k.Board()
		rows := b.Rows
		if len(args) == 1 {
			if _, ok := k.State().Customer(args[0]); !ok {
				return fmt.Errorf("customer %.64q: %w", args[0], atlas.ErrNotFound)
			}
			rows = b.RowsOf(args[0])
		}
		return a.showClaims(s, b, rows)
	})
}

// showClaims shows some claims of a board. The exit code is that of all of them.
func (a *app) showClaims(s *claimsFlags, b *atlas.Board, rows []*atlas.ToldRow) error {
	value := claimsJSON{
		Claims: []toldJSON{}, Observed: b.From.Format(time.DateOnly), AsOf: b.Day.String(), Datasets: b.Revision.Datasets, Note: claimsNote,
	}
	var counts fleet.Counts
	for _, r := range rows {
		counts[r.Verdict]++
		switch {
		case s.open && !r.Open():
		case len(value.Claims) >= s.limit && !a.all:
			value.More++
		default:
			value.Claims = append(value.Claims, toldValue(r))
		}
	}
	value.Counts = countsJSON(counts)
	var err error
	if s.csv {
		err = a.claimsCSV(&value)
	} else {
		err = a.print(value, func() string { return claimsText(&value, counts) })
	}
	if err == nil {
		if a.code = sweepCode(counts, true); len(rows) == 0 {
			a.code = exitHolds // nobody was told anything
		}
	}
	return err
}

func claimsText(v *claimsJSON, counts fleet.Counts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d claims that customers were told and that apply on %s.\n\n", counts.Total(), v.AsOf)
	countLines(&b, counts)
	for _, c := range v.Claims {
		b.WriteString("\n" + toldText(&c))
	}
	if v.More > 0 {
		fmt.Fprintf(&b, "\n... and %d more (--all lists them)\n", v.More)
	}
	fmt.Fprintf(&b, "\nas of %s, datasets %s, logs from %s on\n%s\n", v.AsOf, v.Datasets[:min(12, len(v.Datasets))], v.Observed, claimsNote)
	return b.String()
}

// toldText is one claim as text, with a line for each thing to know.
func toldText(c *toldJSON) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-11s  %s: %s\n", strings.ReplaceAll(c.Verdict, "_", " "), c.Customer, c.Claim)
	line := func(format string, args ...any) { fmt.Fprintf(&b, "             "+format+"\n", args...) }
	if c.Because != "" {
		line("%s", c.Because)
	}
	if day, _, ok := strings.Cut(c.VerdictFrom, "T"); ok {
		line("so since %s; %s", day, measuredWords(c))
	} else {
		line("%s", measuredWords(c))
	}
	under := ""
	if c.Contract != "" {
		under = ", contract " + c.Contract
	}
	if c.Until != "" {
		under += ", until " + c.Until
	}
	line("%s: told since %s%s", c.ID, c.Since, under)
	for _, w := range c.Waivers {
		line("waived until %s by %s: %s (%s)", w.Until, w.Owner, w.Reason, w.ID)
	}
	return b.String()
}

func measuredWords(c *toldJSON) string {
	if c.Events == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%s of %s events outside", thousands(c.Outside), thousands(c.Events))
}

func (a *app) claimsCSV(v *claimsJSON) error {
	out := csv.NewWriter(a.stdout)
	rows := [][]string{{"customer", "name", "id", "origin", "claim", "contract", "since", "until", "verdict", "evidence", "verdict_since", "because", "events", "outside", "waived_until"}}
	for _, c := range v.Claims {
		waived := ""
		for _, w := range c.Waivers {
			waived = max(waived, w.Until)
		}
		rows = append(rows, cells(c.Customer, c.Name, c.ID, c.Origin, c.Claim, c.Contract, c.Since, c.Until, c.Verdict, c.Evidence, c.VerdictFrom, c.Because,
			strconv.FormatUint(c.Events, 10), strconv.FormatUint(c.Outside, 10), waived))
	}
	if v.More > 0 {
		fmt.Fprintf(a.stderr, "domicile: %d more claims are not shown: --all\n", v.More)
	}
	return out.WriteAll(rows)
}

// showChanged shows a claim after a change. One that was withdrawn is on no board.
func (a *app) showChanged(b *atlas.Board, customer, id string) error {
	for _, r := range b.RowsOf(customer) {
		if r.ID != id {
			continue
		}
		value := toldValue(r)
		return a.print(value, func() string { return toldText(&value) })
	}
	return a.print(map[string]string{"customer": customer, "id": id, "state": "ENDED"}, func() string {
		return fmt.Sprintf("%s of %s stands no more\n", id, customer)
	})
}
