package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/ledger"
)

// errNoKeeper: the service does not keep what customers were told.
var errNoKeeper = gql.Errorf(gql.Unavailable, "this service keeps no registered claims")

// board is Board: a board and what a filter chooses of it.
type board struct {
	*atlas.Board
	chosen []onBoard
	about  string // the filter, for cursors
}

// onBoard is a claim of a board.
type onBoard struct {
	*atlas.ToldRow
	board *atlas.Board
}

func boardFields(t table) {
	t["Board"] = fields{
		"at":     gql.From(func(b *board) any { return orNull(b.At) }),
		"asOf":   gql.From(func(b *board) any { return b.Day }),
		"from":   gql.From(func(b *board) any { return b.From }),
		"totals": gql.From(func(b *board) any { return totalsOf(b.Board) }),
		"claims": gql.With(func(_ context.Context, b *board, args gql.Args) (any, error) {
			return pageOf(args, seriesOf("board", b.about, b.At.String()), b.chosen)
		}),
		"revision": gql.From(func(b *board) any { return b.Revision }),
	}
	t["BoardTotals"] = fields{
		"claims":     gql.From(func(x totals) any { return x.claims }),
		"holds":      gql.From(func(x totals) any { return x.verdicts[claim.Holds] }),
		"notEnsured": gql.From(func(x totals) any { return x.verdicts[claim.NotEnsured] }),
		"broken":     gql.From(func(x totals) any { return x.verdicts[claim.Broken] }),
		"unknown":    gql.From(func(x totals) any { return x.verdicts[claim.Unknown] }),
		"waived":     gql.From(func(x totals) any { return x.waived }),
		"measured":   gql.From(func(x totals) any { return x.measured }),
		"customers":  gql.From(func(x totals) any { return x.customers }),
	}
	connection[onBoard](t, "RegisteredClaim", nil)
	claimChangeFields(t)
	t["RegisteredClaim"] = registeredFields()
	t["ClaimDay"] = fields{
		"date":    gql.From(func(d atlas.DayOfClaim) any { return d.Day }),
		"events":  gql.From(func(d atlas.DayOfClaim) any { return d.Events }),
		"outside": gql.From(func(d atlas.DayOfClaim) any { return d.Outside }),
		"minutes": gql.From(func(d atlas.DayOfClaim) any { return d.Minutes }),
	}
	t["Waiver"] = fields{
		"key":       gql.From(func(w ledger.GrantedWaiver) any { return w.ID }),
		"category":  gql.From(func(w ledger.GrantedWaiver) any { return orNull(w.Category) }),
		"reason":    gql.From(func(w ledger.GrantedWaiver) any { return w.Reason }),
		"owner":     gql.From(func(w ledger.GrantedWaiver) any { return w.Owner }),
		"until":     gql.From(func(w ledger.GrantedWaiver) any { return w.Until }),
		"grantedBy": gql.From(func(w ledger.GrantedWaiver) any { return w.By }),
		"grantedAt": gql.From(func(w ledger.GrantedWaiver) any { return w.At }),
	}
	t["PastVerdict"] = fields{
		"verdict":  gql.From(func(v ledger.PastVerdict) any { return v.Verdict.Verdict }),
		"evidence": gql.From(func(v ledger.PastVerdict) any { return v.Evidence }),
		"cause":    gql.From(func(v ledger.PastVerdict) any { return v.Cause }),
		"because":  gql.From(func(v ledger.PastVerdict) any { return orNull(v.Because) }),
		"since":    gql.From(func(v ledger.PastVerdict) any { return orNull(v.Since) }),
		"noticed":  gql.From(func(v ledger.PastVerdict) any { return v.Noticed }),
		"asOf":     gql.From(func(v ledger.PastVerdict) any { return v.Day }),
		"version":  gql.From(func(v ledger.PastVerdict) any { return orNull(v.Version) }),
	}
	t["ClaimPayload"] = fields{
		"claim":      gql.From(func(p *claimPayload) any { return p.claim }),
		"userErrors": gql.From(func(p *claimPayload) any { return listed(p.errs) }),
	}
}

func registeredFields() fields {
	return fields{
		"key":      gql.From(func(r onBoard) any { return r.ID }),
		"customer": gql.With(resolveToldCustomer),
		"origin":   gql.From(func(r onBoard) any { return r.Origin }),
		"claim":    gql.From(func(r onBoard) any { return shownClaim{&r.Claim, nil} }),
		"preset": gql.With(func(ctx context.Context, r onBoard, _ gql.Args) (any, error) {
			if p, ok := asked(ctx).reference().Preset(r.Preset); ok {
				return p, nil
			}
			return nil, nil
		}),
		"contract":        gql.From(func(r onBoard) any { return orNull(r.Contract) }),
		"since":           gql.From(func(r onBoard) any { return r.Told.Since }),
		"until":           gql.From(func(r onBoard) any { return orNull(r.Until) }),
		"registeredBy":    gql.From(func(r onBoard) any { return orNull(r.By) }),
		"registeredAt":    gql.From(func(r onBoard) any { return orNull(r.At) }),
		"verdict":         gql.From(func(r onBoard) any { return r.Verdict }),
		"evidence":        gql.From(func(r onBoard) any { return r.Evidence }),
		"because":         gql.From(func(r onBoard) any { return orNull(r.Because) }),
		"verdictSince":    gql.From(func(r onBoard) any { return orNull(r.ToldRow.Since) }),
		"noticed":         gql.From(func(r onBoard) any { return orNull(r.Noticed) }),
		"waivers":         gql.From(func(r onBoard) any { return listed(r.Waivers) }),
		"counterexamples": gql.From(func(r onBoard) any { return r.Outside }),
		"events":          gql.From(func(r onBoard) any { return r.Events }),
		"outside":         gql.From(func(r onBoard) any { return r.Breaching }),
		"places":          gql.From(func(r onBoard) any { return listed(r.Where) }),
		"coverage": gql.From(func(r onBoard) any {
			if r.Coverage.Minutes == 0 {
				return nil
			}
			return windowCoverage{r.board.From, r.board.At, r.Coverage}
		}),
		"days": gql.With(func(ctx context.Context, r onBoard, _ gql.Args) (any, error) {
			days, err := asked(ctx).keeper.Days(ctx, r.board, r.ToldRow)
			return listed(days), err
		}),
		"history": gql.From(func(r onBoard) any {
			book := r.board.Book(r.Customer)
			if book == nil {
				return []ledger.PastVerdict{}
			}
			past := slices.Clone(book.History[r.ID])
			slices.Reverse(past)
			return listed(past)
		}),
	}
}

func resolveToldCustomer(ctx context.Context, r onBoard, _ gql.Args) (any, error) {
	c, ok := asked(ctx).state.Customer(r.Customer)
	if !ok {
		return nil, fmt.Errorf("customer %s is on the board and not in the state", r.Customer)
	}
	return c, nil
}

// totals are BoardTotals.
type totals struct {
	claims, waived, measured, customers int
	verdicts                            [claim.Broken + 1]int
}

func totalsOf(b *atlas.Board) totals {
	t := totals{claims: len(b.Rows)}
	customers := map[string]bool{}
	for _, r := range b.Rows {
		t.verdicts[r.Verdict]++
		customers[r.Customer] = true
		if r.Open() && r.Waived() {
			t.waived++
		}
		if r.Coverage.MinutesSeen > 0 || r.Events > 0 {
			t.measured++
		}
	}
	t.customers = len(customers)
	return t
}

func resolveBoard(ctx context.Context, p *gql.Params) (any, error) {
	q, filter := asked(ctx), p.Args.Input("filter")
	if q.keeper == nil {
		return nil, errNoKeeper
	}
	if err := q.rows.All(ctx, auth.SweepCustomers); err != nil {
		return nil, err
	}
	if err := someOf(filter, "verdicts"); err != nil {
		return nil, err
	}
	matches, err := q.boardFilter(filter)
	if err != nil {
		return nil, err
	}
	b := q.keeper.Board()
	out := &board{Board: b, about: fmt.Sprint(filter.Value("open"), filter.Strings("verdicts"), filter.String("preset"), strings.ToLower(filter.String("search")))}
	for _, r := range b.Rows {
		if matches(r) {
			out.chosen = append(out.chosen, onBoard{r, b})
		}
	}
	return out, nil
}

func (q *question) boardFilter(filter gql.Args) (func(*atlas.ToldRow) bool, error) {
	preset, search, verdicts := filter.String("preset"), strings.ToLower(filter.String("search")), filter.Strings("verdicts")
	if _, ok := q.reference().Preset(preset); preset != "" && !ok {
		return nil, gql.Errorf(gql.BadUserInput, "unknown preset claim %.40q", preset)
	}
	open, _ := filter.Value("open").(bool)
	return func(r *atlas.ToldRow) bool {
		return (!open || r.Open()) && (preset == "" || r.Preset == preset) &&
			(len(verdicts) == 0 || slices.Contains(verdicts, r.Verdict.String())) &&
			(search == "" || strings.Contains(r.Customer, search) || strings.Contains(strings.ToLower(r.Name), search) ||
				strings.Contains(strings.ToLower(r.Contract), search))
	}, nil
}

// resolveTold lists the claims of one customer, as the board has them.
func resolveTold(ctx context.Context, c *atlas.Customer, _ gql.Args) (any, error) {
	q := asked(ctx)
	if q.keeper == nil {
		return nil, errNoKeeper
	}
	b := q.keeper.Board()
	out := []onBoard{}
	for _, r := range b.RowsOf(c.ID) {
		out = append(out, onBoard{r, b})
	}
	return out, nil
}

// claimPayload is ClaimPayload.
type claimPayload struct {
	claim any
	errs  []userError
}

// registration reads a claim to register.
func registration(in gql.Args) ledger.Registration {
	c := in.Input("claim")
	r := ledger.Registration{
		Preset: c.String("preset"), Kind: c.Enum("kind"), Within: c.Strings("within"), Except: c.Strings("except"), Reading: c.Enum("reading"),
		Categories: c.Strings("categories"), Activities: c.Strings("activities"), Contract: in.String("contract"),
	}
	for _, s := range c.Inputs("scopes") {
		r.Scopes = append(r.Scopes, ledger.Scope{Kind: s.Enum("kind"), Name: s.String("name")})
	}
	r.Since, _ = gql.ArgOf[footprint.Date](in, "since")
	r.Until, _ = gql.ArgOf[footprint.Date](in, "until")
	return r
}

// change runs a change of what a customer was told, between two entries of the audit
// log, and answers with the claim as it is then.
func (q *question) change(ctx context.Context, action auth.Action, in gql.Args, do func(customer string) (claimID string, err error)) (any, error) {
	if q.keeper == nil {
		return nil, errNoKeeper
	}
	customer := customerKey(in.String("customer"))
	if _, ok := q.state.Customer(customer); !ok {
		return &claimPayload{errs: []userError{{code: "INVALID", field: "customer", message: "there is no such customer"}}}, nil
	}
	if err := q.rows.Changing(ctx, action, customer, ""); err != nil {
		return nil, err
	}
	id, err := do(customer)
	switch {
	case errors.Is(err, atlas.ErrInput):
		return &claimPayload{errs: []userError{{code: "INVALID", message: badInput(err).Message}}}, nil
	case err != nil && !errors.Is(err, atlas.ErrStale):
		return nil, err
	}
	if err := q.rows.Changed(ctx, action, customer, "", id); err != nil {
		q.log.ErrorContext(ctx, "a change is not confirmed in the audit log", "customer", customer, "after", id, "error", err)
	}
	out, b := &claimPayload{}, q.keeper.Board()
	for _, r := range b.RowsOf(customer) {
		if r.ID == id {
			out.claim = onBoard{r, b}
		}
	}
	return out, nil
}

func resolveRegisterClaim(ctx context.Context, p *gql.Params) (any, error) {
	q, in := asked(ctx), p.Args.Input("input")
	return q.change(ctx, auth.RegisterClaim, in, func(customer string) (string, error) {
		if err := someOf(in.Input("claim"), "within", "categories", "activities", "scopes"); err != nil {
			return "", fmt.Errorf("%w: %w", atlas.ErrInput, err)
		}
		told, err := q.keeper.Register(ctx, customer, registration(in), q.viewer.Subject)
		if told == nil {
			return "", err
		}
		return told.ID, err
	})
}

func resolveWithdrawClaim(ctx context.Context, p *gql.Params) (any, error) {
	q, in := asked(ctx), p.Args.Input("input")
	return q.change(ctx, auth.WithdrawClaim, in, func(customer string) (string, error) {
		return in.String("claim"), q.keeper.Withdraw(ctx, customer, in.String("claim"), in.String("reason"), q.viewer.Subject)
	})
}

func resolveGrantWaiver(ctx context.Context, p *gql.Params) (any, error) {
	q, in := asked(ctx), p.Args.Input("input")
	return q.change(ctx, auth.GrantWaiver, in, func(customer string) (string, error) {
		w := ledger.Waiver{Category: in.Enum("category"), Reason: in.String("reason"), Owner: in.String("owner")}
		w.Until, _ = gql.ArgOf[footprint.Date](in, "until")
		_, err := q.keeper.GrantWaiver(ctx, customer, in.String("claim"), w, q.viewer.Subject)
		return in.String("claim"), err
	})
}

func resolveEndWaiver(ctx context.Context, p *gql.Params) (any, error) {
	q, in := asked(ctx), p.Args.Input("input")
	return q.change(ctx, auth.EndWaiver, in, func(customer string) (string, error) {
		return q.keeper.EndWaiver(ctx, customer, in.String("waiver"), in.String("reason"), q.viewer.Subject)
	})
}
