package main

import (
	"encoding/csv"
	"errors"

	"github.com/spf13/cobra"

	"domicile/internal/render"
)

const whereLong = `Where says, for each kind of data, where it may be: processed, cached, stored,
passed through or read. The settings bound it; nothing here was measured.
Configuration and account data are always shown.

With --csv it is a register: one row a kind of data, activity and country, with the
country's place in the EU, the EEA and under adequacy decisions on that day.`

const whereExample = `  domicile where eu-only --demo
  domicile where acme --as-of 2026-03-01
  domicile where --settings acme.yaml --json
  domicile where acme --csv > register.csv`

func (a *app) whereCommand() *cobra.Command {
	var s subject
	var asCSV bool
	c := &cobra.Command{
		Use: "where [CUSTOMER]", Short: "Where is a customer's data?", Long: whereLong, Example: whereExample,
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeCustomers,
		RunE: func(c *cobra.Command, args []string) error {
			q, err := a.ask(c.Context(), &s, args)
			if err != nil {
				return err
			}
			if asCSV {
				return errors.Join(a.register(q), q.close())
			}
			return errors.Join(a.print(render.WhereValue(q.answer, q.name), func() string {
				return render.Where(q.answer, q.name, render.Options{Style: a.style(), All: a.all})
			}), q.close())
		},
	}
	s.flags(c)
	a.outputFlags(c)
	c.Flags().BoolVar(&asCSV, "csv", false, "print a register: one row a kind of data, activity and country")
	c.MarkFlagsMutuallyExclusive("json", "csv")
	return c
}

// register writes where data may be as rows. A day of which nothing is known has
// none, and is an error rather than an empty list.
func (a *app) register(q *asked) error {
	if res := q.answer.Residency; !res.Recorded {
		return errors.New("there is no register of that day: " + res.Rules.FactSentence(res.Gap))
	}
	w := csv.NewWriter(a.stdout)
	if err := w.Write(render.RegisterHeader); err != nil {
		return err
	}
	return w.WriteAll(render.Register(q.answer))
}

// outputFlags are those of every command that prints an answer.
func (a *app) outputFlags(c *cobra.Command) {
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&a.all, "all", false, "fold nothing")
}
