package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

func customerFields(t table) {
	t["Customer"] = fields{
		"id":        gql.From(func(c *atlas.Customer) any { return nodeID(customerNode, c.ID) }),
		"key":       gql.From(func(c *atlas.Customer) any { return c.ID }),
		"name":      gql.From(func(c *atlas.Customer) any { return c.Name() }),
		"version":   gql.From(func(c *atlas.Customer) any { return c.Newest() }),
		"settings":  gql.With(resolveSettings),
		"history":   gql.With(resolveHistory),
		"residency": gql.With(resolveResidency),
		"check":     gql.With(resolveCheck),
		"plan":      gql.With(resolvePlan),
		"promises":  gql.With(resolvePromises),
		"traffic":   gql.With(resolveTraffic),
		"claims":    gql.With(resolveTold),
		"reports":   gql.With(resolveReports),
	}
	t["Promise"] = fields{
		"claim":    gql.With(resolvePromisedClaim),
		"reading":  gql.From(func(p promise) any { return strings.ToUpper(p.Reading) }),
		"since":    gql.From(func(p promise) any { return orNull(p.Since) }),
		"until":    gql.From(func(p promise) any { return orNull(p.Until) }),
		"contract": gql.From(func(p promise) any { return orNull(p.Contract) }),
		"verdict":  gql.From(func(p promise) any { return p.judged.Verdict }),
		"result":   gql.From(func(p promise) any { return p.judged }),
	}
	connection[*atlas.Customer](t, "Customer", nil)
	connection[*shownSettings](t, "Settings", nil)
}

// knownAt reads the instant at which the settings are to have been known; ok is
// false when none is given.
func (q *question) knownAt(args gql.Args) (known time.Time, ok bool, err error) {
	known, ok = gql.ArgOf[time.Time](args, "knownAt")
	if ok && known.After(q.Now()) {
		return known, ok, gql.Errorf(gql.BadUserInput, "knownAt lies in the future")
	}
	return known, ok, nil
}

func resolveSettings(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	q := asked(ctx)
	known, ok, err := q.knownAt(args)
	if err != nil {
		return nil, err
	}
	var v *atlas.Recorded
	if ok {
		v, err = c.KnownAt(ctx, q.day(args), known)
	} else {
		v, err = c.At(ctx, q.day(args))
	}
	if err != nil {
		return nil, err
	}
	return q.shownSettings(c.ID, v), nil
}

func resolveHistory(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	all, err := c.Versions(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]*shownSettings, len(all))
	for i := range all {
		list[len(list)-1-i] = asked(ctx).shownSettings(c.ID, &all[i])
	}
	return pageOf(args, seriesOf("history", c.ID, strconv.Itoa(c.Newest())), list)
}

// answer is the residency of a customer for the asOf and knownAt arguments.
func (q *question) answer(ctx context.Context, c *atlas.Customer, args gql.Args) (*atlas.Answer, error) {
	known, ok, err := q.knownAt(args)
	if err != nil {
		return nil, err
	}
	if !ok {
		return q.Answer(ctx, q.state, c, q.day(args))
	}
	return q.AnswerAsKnown(ctx, q.state, c, q.day(args), known)
}

func resolveResidency(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	a, err := asked(ctx).answer(ctx, c, args)
	if err != nil {
		return nil, err
	}
	return narrowed(a, asked(ctx).maskOf(c.ID, a.Settings), args)
}

// claimed is an answer about a customer, the mask of its settings, and the claim of
// the arguments as the viewer may name it.
func (q *question) claimed(ctx context.Context, c *atlas.Customer, args gql.Args) (*atlas.Answer, *mask, claim.Claim, error) {
	a, err := q.answer(ctx, c, args)
	if err != nil {
		return nil, nil, claim.Claim{}, err
	}
	m := q.maskOf(c.ID, a.Settings)
	cl, err := q.claim(args.Input("claim"), m)
	return a, m, cl, err
}

func resolveCheck(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	q := asked(ctx)
	a, m, cl, err := q.claimed(ctx, c, args)
	if err != nil {
		return nil, err
	}
	st, err := q.suppose(args)
	if err != nil {
		return nil, err
	}
	if st != nil {
		return q.checkSupposed(ctx, st, c, cl, m, args)
	}
	if w, ok := args.Value("window").(gql.Args); ok {
		return q.measure(ctx, c, a, cl, w)
	}
	return q.judge(a, cl, m)
}

func resolvePromises(ctx context.Context, c *atlas.Customer, args gql.Args) (any, error) {
	q := asked(ctx)
	promised, err := q.Promises(ctx, q.state, c.ID, q.day(args))
	if err != nil {
		return nil, err
	}
	v, err := c.At(ctx, q.day(args))
	if err != nil {
		return nil, err
	}
	m := q.maskOf(c.ID, settingsOf(v))
	out := make([]promise, len(promised))
	for i := range promised {
		out[i] = promise{promised[i].Promise, judgedWith(promised[i].Judgement, m)}
	}
	return out, nil
}

func resolvePromisedClaim(ctx context.Context, p promise, _ gql.Args) (any, error) {
	preset, ok := asked(ctx).reference().Preset(p.Claim)
	if !ok {
		return nil, nil
	}
	return preset, nil
}

// promise is what a customer was told, judged as the viewer may read it.
type promise struct {
	residency.Promise
	judged *judged
}

// scanned is how many customers are looked at in one step.
const scanned = 1000

func resolveCustomers(ctx context.Context, p *gql.Params) (any, error) {
	q, filter := asked(ctx), p.Args.Input("filter")
	first, err := firstArg(p.Args)
	if err != nil {
		return nil, err
	}
	if err := q.rows.All(ctx, auth.ListCustomers); err != nil {
		return nil, err
	}
	matches, total, err := q.customerFilter(filter)
	if err != nil {
		return nil, err
	}
	s := seriesOf("customers", strings.ToLower(filter.String("search")), filter.String("promised"))
	after := ""
	if cursor := p.Args.String("after"); cursor != "" {
		if after, err = s.key(cursor); err != nil {
			return nil, err
		}
	}
	out := &page[*atlas.Customer]{before: after != "", total: total}
	for {
		batch, more := q.state.Customers(after, scanned)
		for _, c := range batch {
			after = c.ID
			if !matches(c) {
				continue
			}
			if len(out.edges) == first {
				out.more = true
				return out, nil
			}
			out.edges = append(out.edges, edge[*atlas.Customer]{s.cursor(c.ID), c})
		}
		if !more {
			return out, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// customerFilter is the predicate of a filter, and how many customers match
// where that is known without looking.
func (q *question) customerFilter(filter gql.Args) (matches func(*atlas.Customer) bool, total int, err error) {
	search, promised := strings.ToLower(filter.String("search")), filter.String("promised")
	if promised != "" {
		if _, ok := q.reference().Preset(promised); !ok {
			return nil, 0, gql.Errorf(gql.BadUserInput, "unknown preset claim %.40q", promised)
		}
	}
	if search == "" && promised == "" {
		return func(*atlas.Customer) bool { return true }, q.state.Count(), nil
	}
	return func(c *atlas.Customer) bool {
		return (search == "" || strings.Contains(c.ID, search) || strings.Contains(strings.ToLower(c.Name()), search)) &&
			(promised == "" || isPromised(q.state.Promised(c.ID), promised))
	}, -1, nil
}

func isPromised(all []residency.Promise, preset string) bool {
	return slices.ContainsFunc(all, func(p residency.Promise) bool { return p.Claim == preset })
}
