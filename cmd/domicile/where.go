package main

import (
	"errors"

	"github.com/spf13/cobra"

	"domicile/internal/render"
)

const whereLong = `Where says, for each kind of data, where it may be: processed, cached, stored,
passed through or read. The settings bound it; nothing here was measured.
Configuration and account data are always shown.`

const whereExample = `  domicile where eu-only --demo
  domicile where acme --as-of 2026-03-01
  domicile where --settings acme.yaml --json`

func (a *app) whereCommand() *cobra.Command {
	var s subject
	c := &cobra.Command{
		Use: "where [CUSTOMER]", Short: "Where is a customer's data?", Long: whereLong, Example: whereExample,
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeCustomers,
		RunE: func(c *cobra.Command, args []string) error {
			q, err := a.ask(c.Context(), &s, args)
			if err != nil {
				return err
			}
			return errors.Join(a.print(render.WhereValue(q.answer, q.name), func() string {
				return render.Where(q.answer, q.name, render.Options{Style: a.style(), All: a.all})
			}), q.close())
		},
	}
	s.flags(c)
	a.outputFlags(c)
	return c
}

// outputFlags are those of every command that prints an answer.
func (a *app) outputFlags(c *cobra.Command) {
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&a.all, "all", false, "fold nothing")
}
