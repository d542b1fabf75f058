package api

import (
	"context"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/gql"
)

// claimChange is ClaimChange.
type claimChange struct {
	atlas.ChangedRow
	board *atlas.Board
}

func claimChangeFields(t table) {
	t["ClaimChange"] = fields{
		"key": gql.From(func(c claimChange) any { return c.Row().ID }),
		"customer": gql.With(func(ctx context.Context, c claimChange, _ gql.Args) (any, error) {
			return resolveToldCustomer(ctx, onBoard{c.Row(), c.board}, gql.Args{})
		}),
		"claim": gql.From(func(c claimChange) any {
			if c.After == nil {
				return nil
			}
			return onBoard{c.After, c.board}
		}),
		"before": gql.From(func(c claimChange) any { return rowVerdict(c.Before) }),
		"after":  gql.From(func(c claimChange) any { return rowVerdict(c.After) }),
		"waived": gql.From(func(c claimChange) any { return c.After != nil && c.After.Waived() }),
		"at":     gql.From(func(c claimChange) any { return c.board.At }),
	}
}

func rowVerdict(r *atlas.ToldRow) any {
	if r == nil {
		return nil
	}
	return r.Verdict
}

// subscribeClaims serves claimChanged, for those who may see what was observed: another's
// customer and an absent one are the same quiet stream. Who may hear of several
// customers is recorded. A listener that is slow misses no claim: what changed meanwhile
// comes at once, as it is by then.
func subscribeClaims(ctx context.Context, p *gql.Params) (<-chan any, error) {
	q := asked(ctx)
	if q.keeper == nil {
		return nil, errNoKeeper
	}
	only := customerKey(p.Args.String("customer"))
	if q.viewer.MaySeeAll() {
		about := auth.Everybody
		if only != "" {
			about = only
		}
		if err := q.rows.Watching(ctx, about); err != nil {
			return nil, err
		}
	}
	out := make(chan any)
	last := q.keeper.Board()
	go func() {
		defer close(out)
		for {
			select {
			case <-q.keeper.After(last):
			case <-ctx.Done():
				return
			}
			next := q.keeper.Board()
			for _, c := range next.Since(last) {
				customer := c.Row().Customer
				if only != "" && only != customer || !q.viewer.MaySeeTraffic(customer) {
					continue
				}
				select {
				case out <- claimChange{c, next}:
				case <-ctx.Done():
					return
				}
			}
			last = next
		}
	}()
	return out, nil
}
