package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/footprint"
	"domicile/internal/ledger"
)

const claimsLong = `Claims lists what customers were told, and what became of it: promises of the
settings and registered claims, judged by the settings and by what logs showed in
the last 90 days; broken first, the oldest first.

A registered claim is kept in the store with who registered it and when, and so is
every verdict that it has had. A waiver stands beside a verdict and changes none:
after its last day the verdict is by itself again without it.

Exit codes: 0 all hold, 1 some do not, 2 none fails but some are unknown,
3 not judged. A waiver changes none of them.`

const claimsExample = `  domicile claims --open
  domicile claims acme --json
  domicile claims register acme --within EU --contract C-17 --until 2027-12-31
  domicile claims waive acme claim-0123456789abcdef --reason 'move under way' --owner privacy --until 2026-12-31
  domicile claims end-waiver acme waiver-0123456789abcdef --reason 'moved'
  domicile claims withdraw acme claim-0123456789abcdef --reason 'contract ended'`

// claimsFlags are what the flags of claims say.
type claimsFlags struct {
	question                  question
	open, csv                 bool
	limit                     int
	contract, since, until    string
	reason, owner, ofCategory string
}

func (a *app) claimsCommand() *cobra.Command {
	var s claimsFlags
	c := &cobra.Command{
		Use: "claims [CUSTOMER]", Short: "What customers were told, and what became of it", Long: claimsLong, Example: claimsExample,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.listClaims(c.Context(), &s, args) },
	}
	f := c.Flags()
	f.BoolVar(&s.open, "open", false, "only those that do not hold")
	f.BoolVar(&s.csv, "csv", false, "print CSV, a line a claim")
	f.IntVar(&s.limit, "limit", 20, "how many to show; --all shows all")
	a.outputFlags(c)
	c.MarkFlagsMutuallyExclusive("json", "csv")
	c.AddCommand(a.registerCommand(), a.withdrawCommand(), a.waiveCommand(), a.endWaiverCommand())
	return c
}

func (a *app) registerCommand() *cobra.Command {
	var s claimsFlags
	c := &cobra.Command{
		Use: "register CUSTOMER", Short: "Register a claim that a customer is told", Args: cobra.ExactArgs(1),
		Long: "Register keeps a claim that a customer is told from now on, judges it, and shows it.\nRegistering it again, while it stands, changes nothing.",
		RunE: func(c *cobra.Command, args []string) error {
			r, err := s.registration()
			if err != nil {
				return err
			}
			return a.changeClaim(c.Context(), auth.RegisterClaim, args[0], func(ctx context.Context, k *atlas.Keeper, by string) (string, error) {
				told, err := k.Register(ctx, args[0], r, by)
				if told == nil {
					return "", err
				}
				return told.ID, err
			})
		},
	}
	s.question.flags(c)
	f := c.Flags()
	f.StringVar(&s.contract, "contract", "", "under which contract it was promised")
	f.StringVar(&s.since, "since", "", "the first day, YYYY-MM-DD (default today)")
	f.StringVar(&s.until, "until", "", "the last day, YYYY-MM-DD (default none)")
	f.BoolVar(&a.asJSON, "json", false, "print JSON")
	a.completePlaces(c)
	return c
}

func (a *app) withdrawCommand() *cobra.Command {
	var s claimsFlags
	c := &cobra.Command{
		Use: "withdraw CUSTOMER CLAIM", Short: "Withdraw a registered claim, by its id", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.changeClaim(c.Context(), auth.WithdrawClaim, args[0], func(ctx context.Context, k *atlas.Keeper, by string) (string, error) {
				return args[1], k.Withdraw(ctx, args[0], args[1], s.reason, by)
			})
		},
	}
	c.Flags().StringVar(&s.reason, "reason", "", "why")
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

func (a *app) waiveCommand() *cobra.Command {
	var s claimsFlags
	c := &cobra.Command{
		Use: "waive CUSTOMER CLAIM", Short: "Grant a waiver of a claim, until a day", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			w := ledger.Waiver{Category: s.ofCategory, Reason: s.reason, Owner: s.owner}
			var err error
			if w.Until, err = lastDay(s.until); err != nil {
				return err
			}
			return a.changeClaim(c.Context(), auth.GrantWaiver, args[0], func(ctx context.Context, k *atlas.Keeper, by string) (string, error) {
				_, err := k.GrantWaiver(ctx, args[0], args[1], w, by)
				return args[1], err
			})
		},
	}
	f := c.Flags()
	f.StringVar(&s.reason, "reason", "", "why the claim may fail for a while")
	f.StringVar(&s.owner, "owner", "", "who answers for it")
	f.StringVar(&s.until, "until", "", "its last day, YYYY-MM-DD")
	f.StringVar(&s.ofCategory, "category", "", "only for this data category")
	f.BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

func (a *app) endWaiverCommand() *cobra.Command {
	var s claimsFlags
	c := &cobra.Command{
		Use: "end-waiver CUSTOMER WAIVER", Short: "End a waiver before its time, by its id", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.changeClaim(c.Context(), auth.EndWaiver, args[0], func(ctx context.Context, k *atlas.Keeper, by string) (string, error) {
				return k.EndWaiver(ctx, args[0], args[1], s.reason, by)
			})
		},
	}
	c.Flags().StringVar(&s.reason, "reason", "", "why")
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

// registration is the claim that the flags describe.
func (s *claimsFlags) registration() (r ledger.Registration, err error) {
	in, err := s.question.input()
	if err != nil {
		return r, err
	}
	r = ledger.Registration{
		Preset: in.Preset, Kind: in.Kind, Within: in.Within, Except: in.Except, Reading: in.Reading, Categories: in.Categories, Activities: in.Activities,
		Contract: s.contract,
	}
	for _, x := range in.Scopes {
		r.Scopes = append(r.Scopes, ledger.Scope{Kind: x.Kind.String(), Name: x.Name})
	}
	var errs [2]error
	if s.since != "" {
		r.Since, errs[0] = dayOf("--since", s.since)
	}
	if s.until != "" {
		r.Until, errs[1] = dayOf("--until", s.until)
	}
	return r, errors.Join(errs[:]...)
}

func lastDay(text string) (footprint.Date, error) {
	if text == "" {
		return 0, errors.New("until when? a waiver has a last day: --until YYYY-MM-DD")
	}
	return dayOf("--until", text)
}

func dayOf(flag, text string) (footprint.Date, error) {
	d, err := footprint.ParseDate(text)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", flag, err)
	}
	return d, nil
}

// withKeeper opens the store, judges what customers were told, and does something with
// it for the person at this machine.
func (a *app) withKeeper(ctx context.Context, do func(context.Context, *atlas.Keeper, records) error) error {
	ref, err := a.reference()
	if err != nil {
		return err
	}
	svc, store, err := a.openStore(ctx, ref)
	if err != nil {
		return err
	}
	ctx = auth.WithViewer(ctx, auth.Local())
	seen, _ := store.(atlas.EvidenceStore)
	told, _ := store.(atlas.LedgerStore)
	keeper := atlas.NewKeeper(atlas.NewWitness(svc, seen), told)
	kept, err := recordsOf(store)
	if err == nil {
		err = keeper.Update(ctx)
	}
	if err == nil {
		err = do(ctx, keeper, kept)
	}
	return errors.Join(err, store.Close())
}

// changeClaim changes what a customer was told, between two entries of the audit log,
// and shows the claim as it is then.
func (a *app) changeClaim(ctx context.Context, action auth.Action, customer string, do func(context.Context, *atlas.Keeper, string) (string, error)) error {
	return a.withKeeper(ctx, func(ctx context.Context, k *atlas.Keeper, kept records) error {
		if _, ok := k.State().Customer(customer); !ok {
			return fmt.Errorf("customer %.64q: %w", customer, atlas.ErrNotFound)
		}
		rows := auth.NewRows(kept, a.clock, nil)
		if err := rows.Changing(ctx, action, customer, ""); err != nil {
			return err
		}
		id, err := do(ctx, k, auth.ViewerFrom(ctx).Subject)
		if err != nil && !errors.Is(err, atlas.ErrStale) {
			return err
		}
		if err := errors.Join(err, rows.Changed(ctx, action, customer, "", id)); err != nil {
			return err
		}
		return a.showChanged(k.Board(), customer, id)
	})
}
