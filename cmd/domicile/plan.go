package main

import (
	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/plan"
	"domicile/internal/render"
)

const planLong = `Plan says what to change so that a claim holds: what to switch on or off, what to
stop using, what has to be stated; what each change needs, and what stops working.
Every plan shown was judged in full and holds.

Where nothing helps it says what is in the way, which kinds of data can be made to
hold by themselves, and the nearest places for which there is a plan.

Exit codes: 0 holds already or can be made to hold, 1 no change of settings makes it
hold, 2 something has to be known first, 3 not judged.`

const planExample = `  domicile plan gryphon-grooming --demo --within EU
  domicile plan acme --within CH
  domicile plan --settings acme.yaml --within EU --resides --json`

func (a *app) planCommand() *cobra.Command {
	var s subject
	var q question
	c := &cobra.Command{
		Use: "plan [CUSTOMER] --within PLACES", Short: "What has to change so that a claim holds?", Long: planLong, Example: planExample,
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeCustomers,
		RunE: func(c *cobra.Command, args []string) error { return a.plan(c, &s, &q, args) },
	}
	s.flags(c)
	q.flags(c)
	a.outputFlags(c)
	a.completePlaces(c)
	return c
}

func (a *app) plan(c *cobra.Command, s *subject, q *question, args []string) error {
	return a.claimed(c.Context(), s, q, args, a.planOf)
}

func (a *app) planOf(q *asked, cl claim.Claim) error {
	x, err := q.service.Plan(q.state, q.answer, cl)
	if err != nil {
		return err
	}
	err = a.print(render.PlanValue(x, q.id), func() string {
		return render.Plan(x, q.name, q.id, render.Options{Style: a.style(), All: a.all})
	})
	if err == nil {
		a.code = planCode(x)
	}
	return err
}

// planCode is the exit code of a plan.
func planCode(x *atlas.Planned) int {
	switch {
	case x.Feasible():
		return exitHolds
	case len(x.Blocks) == 0, plan.OnlyFacts(x.Blocks), !x.Complete:
		return exitUnknown
	}
	return exitNotHolds
}
