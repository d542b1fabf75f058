package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
)

const tokenEmbedLong = `Embed makes a token that shows the verdict of one claim about one customer to whoever
has it, at /embed/claims/TOKEN, and nothing else: no counts, no hostnames, no other
page. Sites that may frame that page are named by domicile serve --embed-in. It ends by
itself, and is listed and revoked like other tokens; one that ended, was revoked or
never was shows the same.`

func (a *app) tokenEmbedCommand() *cobra.Command {
	var claimID, reading, expires string
	c := &cobra.Command{
		Use: "embed CUSTOMER", Short: "Make a token that shows one verdict on another site", Long: tokenEmbedLong, Args: cobra.ExactArgs(1),
		Example: `  domicile token embed acme --claim eu-only --expires 30d`, ValidArgsFunction: a.completeCustomers,
		RunE: func(c *cobra.Command, args []string) error {
			return a.createEmbed(c.Context(), auth.Embed{Customer: args[0], Claim: claimID, Reading: reading}, expires)
		},
	}
	f := c.Flags()
	f.StringVar(&claimID, "claim", "", "the claim by name: eu-only, us-only ...")
	f.StringVar(&reading, "reading", "handled", "resides, handled or everything")
	f.StringVar(&expires, "expires", "", "when it ends: 90d, 12h, or the day at whose beginning, UTC (default 30d, at most 366d)")
	return c
}

func (a *app) createEmbed(ctx context.Context, e auth.Embed, expires string) error {
	e.Reading = strings.ToLower(e.Reading)
	life, err := lifeOf(expires, a.clock())
	if err != nil {
		return fmt.Errorf("--expires %q: %w", expires, err)
	}
	ref, err := a.reference()
	if err != nil {
		return err
	}
	if _, err := ref.Claim(atlas.ClaimInput{Preset: e.Claim, Reading: e.Reading}); err != nil || e.Claim == "" {
		return fmt.Errorf("--claim %q, --reading %q: want a claim by name, such as eu-only, in a reading (%w)", e.Claim, e.Reading, err)
	}
	return a.withTokens(ctx, func(ctx context.Context, ts *auth.Tokens) error {
		text, t, err := ts.CreateEmbed(ctx, e, life)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "embed token %s shows %s of %s until %s; it is shown this once:\n", t.ID, e.Claim, e.Customer, t.Expires.Format(time.DateTime))
		_, err = fmt.Fprintln(a.stdout, text)
		return err
	})
}
