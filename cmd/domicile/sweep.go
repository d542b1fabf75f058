package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/render"
)

const sweepLong = `Sweep judges one claim for every customer, by the settings: how many hold, who
does not, and why. Each customer shown is checked by itself, so its
counterexample names its own hostnames.

With --window it judges by what logs showed as well, as check does.

With --suppose it judges as if a site had opened or closed, or a country had joined
or left a bloc, and shows who would differ. Nothing of it is kept.

With --promises it judges what each customer was promised instead: since when,
under which contract, and whether it still holds, the oldest first.

Exit codes: 0 all hold, 1 some do not, 2 none fails but some are unknown,
3 not judged, or stopped by --timeout before one was found.`

const sweepExample = `  domicile sweep --demo --within EU
  domicile sweep --within EU --resides --verdict NOT_ENSURED --csv --all
  domicile sweep --never-in CN,RU --json --limit 100
  domicile sweep --promises --demo
  domicile sweep --within EU --window 2026-11-01..2026-11-23
  domicile sweep --within EU,ADEQUATE --suppose 'US leaves ADEQUATE'`

// sweepFlags are what the flags of sweep say.
type sweepFlags struct {
	subject  subject
	question question
	verdicts []string
	prefix   string
	after    string
	limit    int
	timeout  time.Duration
	promises bool
	csv      bool
	window   string
	suppose  supposition
}

func (a *app) sweepCommand() *cobra.Command {
	var s sweepFlags
	c := &cobra.Command{
		Use: "sweep --within PLACES", Short: "For whom does a claim hold?", Long: sweepLong, Example: sweepExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.sweep(c.Context(), &s) },
	}
	q, f := &s.question, c.Flags()
	f.StringVar(&q.within, "within", "", "only in these places, for example EU or EU,GB")
	f.StringVar(&q.neverIn, "never-in", "", "never in these places")
	f.StringVar(&q.except, "except", "", "places taken out of them")
	f.StringVar(&q.preset, "claim", "", "a claim by name: eu-only, us-only ...")
	f.BoolVar(&q.resides, "resides", false, "customer data at rest")
	f.BoolVar(&q.handled, "handled", false, "customer data at rest or processed (the default)")
	f.BoolVar(&q.everything, "everything", false, "every kind of data, every activity")
	f.StringSliceVar(&q.categories, "category", nil, "data categories, instead of a reading's")
	f.StringSliceVar(&q.activities, "activity", nil, "activities, instead of a reading's")
	f.BoolVar(&s.promises, "promises", false, "judge what each customer was promised")
	f.StringSliceVar(&s.verdicts, "verdict", nil, "show these verdicts (default: all but HOLDS)")
	f.StringVar(&s.prefix, "prefix", "", "show customers whose id begins with this")
	f.StringVar(&s.after, "after", "", "show customers behind this id: the next page")
	f.IntVar(&s.limit, "limit", 20, "how many to show; --all shows all")
	f.DurationVar(&s.timeout, "timeout", 0, "stop judging after this time; what is missing is said")
	f.BoolVar(&s.csv, "csv", false, "print CSV, a line a customer")
	f.StringVar(&s.subject.settings, "settings", "", "sweep a settings file without storing it")
	f.BoolVar(&s.subject.demo, "demo", false, "sweep the demo fleet, without a store")
	f.StringVar(&s.subject.asOf, "as-of", "", "the day asked about, YYYY-MM-DD (default today)")
	f.StringVar(&s.window, "window", "", "judge by what logs showed as well, from one day to another, both included, as FROM..TO")
	s.suppose.flag(c)
	a.outputFlags(c)
	a.completePlaces(c)
	c.MarkFlagsMutuallyExclusive("within", "never-in", "claim", "promises")
	c.MarkFlagsMutuallyExclusive("resides", "handled", "everything", "promises")
	c.MarkFlagsMutuallyExclusive("json", "csv")
	c.MarkFlagsMutuallyExclusive("suppose", "promises")
	c.MarkFlagsMutuallyExclusive("suppose", "window")
	c.MarkFlagsMutuallyExclusive("settings", "demo")
	return c
}

// swept is a sweep that is done and what to show of it.
type swept struct {
	*sweepFlags
	service  *atlas.Service
	fleet    *atlas.SweepFleet
	filter   fleet.Filter
	progress *progress
}

func (a *app) sweep(ctx context.Context, s *sweepFlags) error {
	filter, err := s.filter()
	if err != nil {
		return err
	}
	q, err := a.open(ctx, &s.subject)
	if err != nil {
		return err
	}
	return errors.Join(a.sweepOver(ctx, s, q, filter), q.close())
}

func (a *app) sweepOver(ctx context.Context, s *sweepFlags, q *asked, filter fleet.Filter) error {
	d, err := q.service.Date(s.subject.asOf)
	if err != nil {
		return err
	}
	if q.state.Count() == 0 {
		return errors.New("the store has no customer, so there is nothing to judge: import settings with `domicile import FILE`, or try --demo")
	}
	all, err := q.service.Fleet(ctx, q.state, d)
	if err != nil {
		return err
	}
	if all, err = s.observed(ctx, q, all); err != nil {
		return err
	}
	w := &swept{sweepFlags: s, service: q.service, fleet: all, filter: filter, progress: a.progress()}
	if s.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, s.timeout)
		defer stop()
	}
	if s.promises {
		return a.sweepPromises(ctx, w)
	}
	in, err := s.question.input()
	if err != nil {
		return err
	}
	c, err := q.state.Reference.Claim(in)
	if err != nil {
		return err
	}
	if len(s.suppose) > 0 {
		return a.sweepSupposed(ctx, w, q.state, c)
	}
	return a.sweepClaim(ctx, w, c)
}

func (a *app) sweepClaim(ctx context.Context, w *swept, c claim.Claim) error {
	done, err := w.service.Sweep(ctx, w.fleet, c, "", w.progress.tell)
	w.progress.end()
	if err != nil {
		return err
	}
	if w.csv {
		err = a.sweepCSV(ctx, w, done)
	} else {
		err = a.sweepPrint(ctx, w, done)
	}
	if err == nil {
		a.code = sweepCode(done.Counts, done.Complete)
	}
	return err
}

func (a *app) sweepPrint(ctx context.Context, w *swept, done *atlas.Swept) error {
	limit := w.limit
	if a.all {
		limit = done.Total
	}
	rows, more, err := w.service.Rows(ctx, w.fleet, done, w.filter, w.after, limit)
	if err != nil {
		return err
	}
	return a.print(sweepValue(ctx, w, done, rows, more), func() string { return sweepText(ctx, w, done, rows, more) })
}

// sweepCode is the exit code of many verdicts. What was not judged can make it
// no better.
func sweepCode(n fleet.Counts, complete bool) int {
	switch {
	case n.Of(claim.NotEnsured)+n.Of(claim.Broken) > 0:
		return exitNotHolds
	case !complete:
		return exitNotJudged
	case n.Of(claim.Unknown) > 0 || n.Total() == 0:
		return exitUnknown
	}
	return exitHolds
}

// filter reads which customers to show.
func (s *sweepFlags) filter() (fleet.Filter, error) {
	f := fleet.Filter{Prefix: s.prefix}
	for _, text := range s.verdicts {
		v, err := parseVerdict(text)
		if err != nil {
			return f, err
		}
		f.Verdicts = append(f.Verdicts, v)
	}
	if len(s.verdicts) == 0 {
		f.Verdicts = []claim.Verdict{claim.NotEnsured, claim.Broken, claim.Unknown}
	}
	if s.limit < 0 {
		return f, fmt.Errorf("--limit %d: want 0 or more", s.limit)
	}
	return f, nil
}

func parseVerdict(text string) (claim.Verdict, error) {
	word := strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(text))
	for v := claim.Unknown; v <= claim.Broken; v++ {
		if v.String() == word {
			return v, nil
		}
	}
	return claim.Unknown, fmt.Errorf("--verdict %q: want HOLDS, NOT_ENSURED, BROKEN or UNKNOWN", text)
}

// observed takes what logs showed into a fleet, where a window asks for it.
func (s *sweepFlags) observed(ctx context.Context, q *asked, all *atlas.SweepFleet) (*atlas.SweepFleet, error) {
	if s.window == "" {
		return all, nil
	}
	if q.evidence == nil {
		return nil, errNothingStored
	}
	from, to, err := parseWindow(s.window)
	if err != nil {
		return nil, err
	}
	return atlas.NewWitness(q.service, q.evidence).Observed(ctx, all, from, to)
}

// note says what a sweep looked at.
func (w *swept) note() string {
	if in, ok := w.fleet.Window(); ok {
		whom := "1 customer"
		if in.Customers != 1 {
			whom = fmt.Sprintf("%d customers", in.Customers)
		}
		return fmt.Sprintf("By the settings, and by what logs showed of %s from %s to %s; the others were not measured. %s",
			whom, in.From.Format(time.RFC3339), in.To.Format(time.RFC3339), render.Disclaimer)
	}
	return "By the settings alone: what was observed is not part of a sweep. " + render.Disclaimer
}

// evidence is a word for the same.
func (w *swept) evidence() string {
	if _, ok := w.fleet.Window(); ok {
		return "CONSULTED"
	}
	return "NOT_CONSULTED"
}
