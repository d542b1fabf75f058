package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/auth"
)

const tokenLong = `Token makes, lists and revokes API tokens, with which machines ask the service:
Authorization: Bearer dom_... A token has one role:

  CUSTOMER  its own account only; name it with --customer
  SALES     claims on any account; the names of hostnames only with --grant hostnames
  PRIVACY   everything, and the changes
  INGEST    records observations and nothing else

What is kept is a keyed digest, under the key token.key of the --data directory.
Whoever can read and write that directory can make tokens.`

const tokenExample = `  domicile token create --name crm --role SALES --expires 90d
  domicile token create --name acme-portal --role CUSTOMER --customer acme
  domicile token list
  domicile token revoke k3v7qzxo2m4a`

func (a *app) tokenCommand() *cobra.Command {
	c := &cobra.Command{Use: "token", Short: "Make, list and revoke API tokens", Long: tokenLong, Example: tokenExample, Args: cobra.NoArgs}
	c.PersistentFlags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.AddCommand(a.tokenCreateCommand(), a.tokenListCommand(), a.tokenRevokeCommand(), a.tokenEmbedCommand())
	return c
}

// wanted is the token that the flags describe.
type wanted struct{ name, role, customer, grant, expires string }

func (a *app) tokenCreateCommand() *cobra.Command {
	w := &wanted{}
	c := &cobra.Command{
		Use: "create", Short: "Make a token and print it, once", Args: cobra.NoArgs,
		Long: `Create prints the token alone on standard output, so that it can be piped to where
it is kept; it is never shown again. A name may have two live tokens, so that one
can be replaced while the other still works.`,
		RunE: func(c *cobra.Command, _ []string) error { return a.createToken(c.Context(), w) },
	}
	f := c.Flags()
	f.StringVar(&w.name, "name", "", "the machine's name: 1 to 64 of a-z, 0-9 and -")
	f.StringVar(&w.role, "role", "", "CUSTOMER, SALES, PRIVACY or INGEST")
	f.StringVar(&w.customer, "customer", "", "the account of a CUSTOMER, or the only one of an INGEST token")
	f.StringVar(&w.grant, "grant", "", "hostnames: a SALES token reads the names of hostnames")
	f.StringVar(&w.expires, "expires", "", "when it ends: 90d, 12h, or the day at whose beginning, UTC (default 365d, at most 730d)")
	return c
}

func (a *app) tokenListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List tokens, revoked and expired ones too", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTokens(c.Context(), func(ctx context.Context, ts *auth.Tokens) error {
				all, err := ts.List(ctx)
				if err != nil {
					return err
				}
				return a.printTokens(all)
			})
		},
	}
}

func (a *app) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: "End a token for good, by the id that list shows", Args: cobra.ExactArgs(1),
		Long: `Revoke ends a token. A service that has just taken it may take it for another
minute.`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTokens(c.Context(), func(ctx context.Context, ts *auth.Tokens) error {
				t, err := ts.Revoke(ctx, args[0])
				if err != nil {
					return err
				}
				return a.printTokens([]auth.Token{t})
			})
		},
	}
}

// withTokens opens the store for the person at this machine, who has all
// rights.
func (a *app) withTokens(ctx context.Context, do func(context.Context, *auth.Tokens) error) error {
	return a.withRecords(ctx, func(ctx context.Context, kept records) error {
		key, err := auth.OpenKey(a.config.Data)
		if err != nil {
			return err
		}
		return do(ctx, auth.NewTokens(kept, key, a.clock))
	})
}

func (a *app) withRecords(ctx context.Context, do func(context.Context, records) error) error {
	store, err := a.openAddress(ctx, a.config.Store)
	if err != nil {
		return err
	}
	kept, err := recordsOf(store)
	if err == nil {
		err = do(auth.WithViewer(ctx, auth.Local()), kept)
	}
	return errors.Join(err, store.Close())
}

func (w *wanted) spec(now time.Time) (s auth.Spec, err error) {
	if w.name == "" || w.role == "" {
		return s, errors.New("name the machine and its role: --name crm --role SALES")
	}
	s = auth.Spec{Name: w.name, Customer: w.customer}
	if s.Role, err = auth.ParseRole(strings.ToUpper(w.role)); err != nil {
		return s, fmt.Errorf("--role: %w", err)
	}
	if s.Grants, err = auth.ParseGrants(w.grant); err != nil {
		return s, fmt.Errorf("--grant: %w", err)
	}
	if s.Life, err = lifeOf(w.expires, now); err != nil {
		return s, fmt.Errorf("--expires %q: %w", w.expires, err)
	}
	return s, nil
}

// lifeOf reads how long a token lives: 90d, 12h, or until a day begins; 0 for
// empty text.
func lifeOf(text string, now time.Time) (life time.Duration, err error) {
	if text == "" {
		return 0, nil
	}
	const day = 24 * time.Hour
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		if n, err = strconv.Atoi(days); n > int(auth.MaxTokenLife/day) {
			return 0, fmt.Errorf("want at most %dd", auth.MaxTokenLife/day)
		}
		life = time.Duration(n) * day
	} else if until, dateErr := time.Parse(time.DateOnly, text); dateErr == nil {
		life = until.Sub(now)
	} else {
		life, err = time.ParseDuration(text)
	}
	if err != nil || life <= 0 {
		return 0, errors.New("want something in the future, as 90d, 12h or YYYY-MM-DD")
	}
	return life, nil
}

func (a *app) createToken(ctx context.Context, w *wanted) error {
	spec, err := w.spec(a.clock())
	if err != nil {
		return err
	}
	return a.withTokens(ctx, func(ctx context.Context, ts *auth.Tokens) error {
		text, t, err := ts.Create(ctx, spec)
		if err != nil {
			return err
		}
		if a.asJSON {
			out := tokenJSON(t, a.clock())
			out["token"] = text.Reveal()
			return a.print(out, nil)
		}
		fmt.Fprintf(a.stderr, "token %s of %s, %s%s, until %s; it is shown this once:\n",
			t.ID, t.Name, t.Role, ofCustomer(t), t.Expires.Format(time.DateTime))
		_, err = fmt.Fprintln(a.stdout, text.Reveal())
		return err
	})
}

func ofCustomer(t auth.Token) string {
	if t.Customer == "" {
		return ""
	}
	return " of " + t.Customer
}

// stateOf is a token's state in a word.
func stateOf(t auth.Token, now time.Time) string {
	switch {
	case !t.Revoked.IsZero():
		return "revoked"
	case !t.Live(now):
		return "expired"
	}
	return "live"
}

func tokenJSON(t auth.Token, now time.Time) map[string]any {
	orNull := func(at time.Time, layout string) any {
		if at.IsZero() {
			return nil
		}
		return at.Format(layout)
	}
	return map[string]any{
		"id": t.ID, "name": t.Name, "role": t.Role.String(), "customer": t.Customer, "grants": t.Grants.String(),
		"created": t.Created.Format(time.RFC3339), "expires": t.Expires.Format(time.RFC3339), "state": stateOf(t, now),
		"revoked": orNull(t.Revoked, time.RFC3339), "last_used": orNull(t.LastUsed, time.DateOnly),
	}
}

func (a *app) printTokens(all []auth.Token) error {
	now := a.clock()
	list := make([]any, len(all))
	for i, t := range all {
		list[i] = tokenJSON(t, now)
	}
	return a.print(map[string]any{"tokens": list}, func() string {
		if len(all) == 0 {
			return "no tokens; make one with: domicile token create --name NAME --role ROLE\n"
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%-13s %-20s %-9s %-20s %-8s %-11s %s\n", "ID", "NAME", "ROLE", "CUSTOMER", "STATE", "EXPIRES", "LAST USED")
		for _, t := range all {
			used := "never"
			if !t.LastUsed.IsZero() {
				used = t.LastUsed.Format(time.DateOnly)
			}
			fmt.Fprintf(&b, "%-13s %-20s %-9s %-20s %-8s %-11s %s\n", t.ID, t.Name, t.Role, t.Customer, stateOf(t, now), t.Expires.Format(time.DateOnly), used)
		}
		return b.String()
	})
}
