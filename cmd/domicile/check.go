package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/render"
)

const checkLong = `Check judges a claim by the settings: a customer's data is ONLY in, or NEVER in,
some places. It compares every place the settings allow, and names each one
outside.

Places are ISO 3166 codes (DE, US-CA), blocs (EU, EEA, US_STATES_DC ...) or
regions of a setting by key (region:eu). Several make a union. Names such as
"Europe" prove nothing and are asked back.

A claim has a reading:
  --resides      request content, stored objects, customer logs and keys at rest
  --handled      the same, and processed: readable in memory   (the default)
  --everything   every kind of data, every activity
or names --category and --activity itself.

Exit codes: 0 holds, 1 broken or not ensured, 2 unknown, 3 not judged.`

const checkExample = `  domicile check eu-only --demo --within EU
  domicile check eu-only --demo --within EU,GB --except FR --resides
  domicile check acme --within US --except US_TERRITORIES
  domicile check acme --never-in CN,RU --category CONTENT --activity PROCESS
  domicile check --settings acme.yaml --claim eu-only --as-of 2026-03-01
  domicile check acme --within EU --scope hostname:www.acme.example
  domicile check acme --within EU --window 2026-11-01..2026-11-23
  domicile check acme --within EU,ADEQUATE --suppose 'US leaves ADEQUATE'`

// question is a claim as the flags give it.
type question struct {
	within, except, neverIn        string
	preset                         string
	resides, handled, everything   bool
	categories, activities, scopes []string
	window                         string
	suppose                        supposition
}

func (a *app) checkCommand() *cobra.Command {
	var s subject
	var q question
	c := &cobra.Command{
		Use: "check [CUSTOMER] --within PLACES", Short: "Does a claim hold?", Long: checkLong, Example: checkExample,
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeCustomers,
		RunE: func(c *cobra.Command, args []string) error { return a.check(c, &s, &q, args) },
	}
	s.flags(c)
	q.flags(c)
	q.suppose.flag(c)
	c.Flags().StringVar(&q.window, "window", "", "measure as well: what logs showed from one day to another, both included, as FROM..TO")
	a.outputFlags(c)
	a.completePlaces(c)
	c.MarkFlagsMutuallyExclusive("window", "suppose")
	return c
}

// flags adds those of a claim about one customer.
func (q *question) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&q.within, "within", "", "only in these places, for example EU or EU,GB")
	f.StringVar(&q.neverIn, "never-in", "", "never in these places")
	f.StringVar(&q.except, "except", "", "places taken out of them")
	f.StringVar(&q.preset, "claim", "", "a claim by name: eu-only, us-only ...")
	f.BoolVar(&q.resides, "resides", false, "customer data at rest")
	f.BoolVar(&q.handled, "handled", false, "customer data at rest or processed (the default)")
	f.BoolVar(&q.everything, "everything", false, "every kind of data, every activity")
	f.StringSliceVar(&q.categories, "category", nil, "data categories, instead of a reading's")
	f.StringSliceVar(&q.activities, "activity", nil, "activities, instead of a reading's")
	f.StringSliceVar(&q.scopes, "scope", nil, "only these scopes, as kind:name")
	c.MarkFlagsMutuallyExclusive("within", "never-in", "claim")
	c.MarkFlagsMutuallyExclusive("resides", "handled", "everything")
}

func (a *app) check(c *cobra.Command, s *subject, q *question, args []string) error {
	return a.claimed(c.Context(), s, q, args, func(asked *asked, cl claim.Claim) error {
		switch {
		case len(q.suppose) > 0:
			return a.judgeSupposed(c.Context(), asked, cl, q.suppose)
		case q.window != "":
			return a.judgeWindow(c.Context(), asked, cl, q.window)
		}
		return a.judge(asked, cl)
	})
}

// claimed asks about a customer, and does something with the answer and the claim of
// the flags.
func (a *app) claimed(ctx context.Context, s *subject, q *question, args []string, do func(*asked, claim.Claim) error) error {
	in, err := q.input()
	if err != nil {
		return err
	}
	asked, err := a.ask(ctx, s, args)
	if err != nil {
		return err
	}
	cl, err := asked.state.Reference.Claim(in)
	if err == nil {
		err = do(asked, cl)
	}
	return errors.Join(err, asked.close())
}

func (a *app) judge(q *asked, cl claim.Claim) error {
	j, err := q.service.Judge(q.answer, cl)
	if err != nil {
		return err
	}
	readings := q.service.Readings(q.answer, cl)
	err = a.print(render.CheckValue(j, readings, q.name), func() string {
		return render.Check(j, readings, q.name, render.Options{Style: a.style(), All: a.all})
	})
	if err == nil {
		a.code = exitCode(j.Verdict)
	}
	return err
}

// input reads the flags into a claim; places are checked against the datasets
// later.
func (q *question) input() (atlas.ClaimInput, error) {
	in := atlas.ClaimInput{
		Preset: q.preset, Within: footprint.SplitPlaces(q.within), Except: footprint.SplitPlaces(q.except),
		Categories: q.categories, Activities: q.activities, Reading: q.reading(),
	}
	if q.neverIn != "" {
		in.Kind, in.Within = "NEVER_IN", footprint.SplitPlaces(q.neverIn)
	}
	if q.preset == "" && len(in.Within) == 0 {
		return in, errors.New("where is it claimed to be? name places with --within, --never-in or --claim")
	}
	for _, t := range q.scopes {
		s, err := scope(strings.TrimSpace(t))
		if err != nil {
			return in, err
		}
		in.Scopes = append(in.Scopes, s)
	}
	return in, nil
}

func (q *question) reading() string {
	switch {
	case q.resides:
		return "resides"
	case q.handled:
		return "handled"
	case q.everything:
		return "everything"
	}
	return ""
}
