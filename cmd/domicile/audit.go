package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/auth"
)

const auditLong = `Audit prints who changed what, and who read what across customers, oldest first.
Reading it is recorded, too. Each entry is chained to the one before by SHA-256:
--verify computes the whole chain anew and prints its head, NUMBER:HASH. Note the
head now and then somewhere else and give it to --noted later: who can write the
store could make a whole new chain, but not one that has that head.`

const auditExample = `  domicile audit --since 2026-11-01
  domicile audit --customer acme --json
  domicile audit --verify --noted 1024:9f86d081...`

// auditPage is how many entries are read at a time.
const auditPage = 1000

// auditWanted is what the flags ask for.
type auditWanted struct {
	since, customer, subject string
	verify                   bool
	noted                    []string
}

func (a *app) auditCommand() *cobra.Command {
	w := &auditWanted{}
	c := &cobra.Command{
		Use: "audit", Short: "Show or verify the audit log", Long: auditLong, Example: auditExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withRecords(c.Context(), func(ctx context.Context, kept records) error {
				if w.verify {
					return a.verifyAudit(ctx, kept, w.noted)
				}
				return a.showAudit(ctx, kept, w)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&w.since, "since", "", "from this day or instant on (YYYY-MM-DD or RFC 3339, UTC)")
	f.StringVar(&w.customer, "customer", "", "about this customer only")
	f.StringVar(&w.subject, "subject", "", "by this subject only, as the log spells it")
	f.BoolVar(&w.verify, "verify", false, "check the chain instead of printing it")
	f.StringSliceVar(&w.noted, "noted", nil, "with --verify: a head that was noted earlier, NUMBER:HASH; repeat it")
	f.BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

func (a *app) showAudit(ctx context.Context, kept records, w *auditWanted) error {
	since, err := sinceOf(w.since)
	if err != nil {
		return err
	}
	var shown []auth.Entry
	query := auth.AuditQuery{Customer: w.customer, Subject: w.subject, Limit: auditPage}
	page, err := auth.NewRows(kept, a.clock, nil).Audit(ctx, query) // recorded once
	for ; err == nil && len(page) > 0; page, err = kept.AuditEntries(ctx, query) {
		for _, e := range page {
			if !e.At.Before(since) {
				shown = append(shown, e)
			}
		}
		query.After = page[len(page)-1].Seq
	}
	if err != nil {
		return err
	}
	return a.printAudit(shown)
}

// sinceOf reads a day or an instant; empty text is the beginning.
func sinceOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--since %q: want YYYY-MM-DD or RFC 3339, such as 2026-03-02T09:30:00Z", text)
}

func (a *app) printAudit(entries []auth.Entry) error {
	list := make([]any, len(entries))
	for i, e := range entries {
		list[i] = map[string]any{
			"number": e.Seq, "at": e.At.Format(time.RFC3339Nano), "subject": e.Subject, "role": e.Role.String(), "action": e.Action.String(),
			"customer": e.Customer, "before": e.Before, "after": e.After, "request": e.RequestID, "hash": e.Hash.String(),
		}
	}
	return a.print(map[string]any{"entries": list}, func() string {
		var b strings.Builder
		for _, e := range entries {
			fmt.Fprintf(&b, "%6d  %s  %-20s %-20s %-8s %s%s\n", e.Seq, e.At.Format(time.DateTime), e.Action, orDash(e.Customer), e.Role, e.Subject, changed(e))
		}
		return b.String()
	})
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// changed is what an entry came from and to, shortened.
func changed(e auth.Entry) string {
	if e.Before == "" && e.After == "" {
		return ""
	}
	const enough = 12
	short := func(s string) string { return orDash(s[:min(len(s), enough)]) }
	return "  " + short(e.Before) + " -> " + short(e.After)
}

func (a *app) verifyAudit(ctx context.Context, kept records, noted []string) error {
	heads := make([]auth.Head, len(noted))
	for i, text := range noted {
		var err error
		if heads[i], err = headOf(text); err != nil {
			return fmt.Errorf("--noted %q: %w", text, err)
		}
	}
	head, err := auth.VerifyAudit(ctx, kept, heads...)
	if err != nil {
		return err
	}
	out := map[string]any{"verified": true, "entries": head.Seq, "head": fmt.Sprintf("%d:%s", head.Seq, head.Hash)}
	return a.print(out, func() string { return fmt.Sprintf("%d entries, unbroken; head %d:%s\n", head.Seq, head.Seq, head.Hash) })
}

// headOf reads NUMBER:HASH.
func headOf(text string) (h auth.Head, err error) {
	number, digits, ok := strings.Cut(text, ":")
	raw, hexErr := hex.DecodeString(digits)
	h.Seq, err = strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || hexErr != nil || len(raw) != len(h.Hash) || h.Seq < 0 {
		return h, errors.New("want NUMBER:HASH, as --verify prints it")
	}
	copy(h.Hash[:], raw)
	return h, nil
}
