package main

import (
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/residency"
)

const noFiles = cobra.ShellCompDirectiveNoFileComp

// completeCustomers offers customer ids: of the demo fleet with --demo, else
// of the store.
func (a *app) completeCustomers(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, noFiles
	}
	demo, _ := c.Flags().GetBool("demo")
	q, err := a.open(c.Context(), &subject{demo: demo})
	if err != nil {
		return nil, noFiles
	}
	defer q.close()
	var out []string
	page, _ := q.state.Customers("", 1000)
	for _, x := range page {
		if strings.HasPrefix(x.ID, prefix) {
			out = append(out, x.ID+"\t"+x.Name())
		}
	}
	return out, noFiles
}

// completePlaces offers the values of check's flags.
func (a *app) completePlaces(c *cobra.Command) {
	places := func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		ref, err := a.reference()
		if err != nil {
			return nil, noFiles
		}
		head, last := "", prefix
		if i := strings.LastIndexByte(prefix, ','); i >= 0 {
			head, last = prefix[:i+1], prefix[i+1:]
		}
		var out []string
		for _, j := range ref.Footprint.Jurisdictions() {
			if strings.HasPrefix(j.Code, strings.ToUpper(last)) {
				out = append(out, head+j.Code+"\t"+j.Name)
			}
		}
		return out, noFiles
	}
	fixed := func(words []string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return words, noFiles }
	}
	var categories, activities []string
	for _, x := range residency.Categories() {
		categories = append(categories, x.String())
	}
	for _, x := range residency.Activities() {
		activities = append(activities, x.String())
	}
	for flag, complete := range map[string]func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective){
		"within": places, "never-in": places, "except": places,
		"category": fixed(categories), "activity": fixed(activities),
	} {
		// The flags exist: only a flag that does not could fail.
		_ = c.RegisterFlagCompletionFunc(flag, complete)
	}
}
