package api

import (
	"context"
	"slices"
	"strconv"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/gql"
)

// sweepRow is SweepRow.
type sweepRow struct {
	customer *atlas.Customer
	verdict  claim.Verdict
	judged   *judged
}

// sweepRows is SweepRowConnection.
type sweepRows struct {
	*page[sweepRow]
	moved bool
}

// sweepFlip is SweepFlip.
type sweepFlip struct {
	fleet.Flip
	in *swept
}

func sweepRowFields(t table) {
	t["SweepRow"] = fields{
		"customer": gql.From(func(r sweepRow) any { return r.customer }),
		"verdict":  gql.From(func(r sweepRow) any { return r.verdict }),
		"because":  gql.From(func(r sweepRow) any { return orNull(r.judged.Because()) }),
		"result":   gql.From(func(r sweepRow) any { return r.judged }),
	}
	connection[sweepRow](t, "SweepRow", nil)
	t["SweepRowConnection"] = fields{
		"edges":      gql.From(func(p sweepRows) any { return listed(p.edges) }),
		"nodes":      gql.From(func(p sweepRows) any { return p.nodes() }),
		"pageInfo":   gql.From(func(p sweepRows) any { return p.info() }),
		"totalCount": gql.From(func(p sweepRows) any { return p.count() }),
		"complete":   gql.From(func(p sweepRows) any { return !p.more }),
		"moved":      gql.From(func(p sweepRows) any { return p.moved }),
	}
	t["SweepFlip"] = fields{
		"customer": gql.With(func(ctx context.Context, f sweepFlip, _ gql.Args) (any, error) {
			return asked(ctx).customer(ctx, f.Customer)
		}),
		"now":  gql.From(func(f sweepFlip) any { return f.From }),
		"ifSo": gql.From(func(f sweepFlip) any { return f.To }),
	}
	connection[sweepFlip](t, "SweepFlip", nil)
}

func resolveWho(ctx context.Context, s *swept, args gql.Args) (any, error) {
	q := asked(ctx)
	first, err := firstArg(args)
	if err != nil {
		return nil, err
	}
	filter, name, err := s.filterArg(args.Input("filter"))
	if err != nil {
		return nil, err
	}
	of, after, moved := s.series("who", name), "", false
	if cursor := args.String("after"); cursor != "" {
		key, err := of.key(cursor)
		if err != nil {
			return nil, err
		}
		position, customer, ok := readSweepKey(key)
		if !ok {
			return nil, gql.Errorf(gql.BadUserInput, "after is no cursor")
		}
		after, moved = customer, position != s.Position
	}
	rows, more, err := q.Rows(ctx, s.fleet, s.Swept, filter, after, first)
	if err != nil {
		return nil, err
	}
	out, err := q.sweepPage(ctx, s, of, rows)
	if err != nil {
		return nil, err
	}
	out.before, out.more, out.total = after != "", more || !s.Complete, s.matching(filter)
	return sweepRows{out, moved}, nil
}

// sweepPage is rows as the viewer may read them. Who reads them is recorded.
func (q *question) sweepPage(ctx context.Context, s *swept, of series, rows []atlas.SweptRow) (*page[sweepRow], error) {
	keys := make([]string, len(rows))
	for i := range rows {
		keys[i] = rows[i].Customer
	}
	if err := q.may(ctx, keys...); err != nil {
		return nil, err
	}
	out := &page[sweepRow]{}
	for i := range rows {
		c, err := q.customer(ctx, keys[i])
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		j := judgedWith(rows[i].Judgement, q.maskOf(c.ID, rows[i].Settings))
		if m := rows[i].Measured; m != nil {
			j = &judged{Judgement: m.Judgement, whole: m.Judgement, measured: m} // who may read it may read names
		}
		j.supposed = s.supposed
		out.edges = append(out.edges, edge[sweepRow]{of.cursor(sweepKey(s.Position, c.ID)), sweepRow{c, rows[i].Verdict, j}})
	}
	return out, nil
}

// matching is how many customers a filter chooses; -1 where that would have to be
// counted.
func (s *swept) matching(f fleet.Filter) int {
	if !s.Complete || f.Prefix != "" || f.Cause != nil || s.Counts.Total() != s.Total {
		return -1
	}
	if len(f.Verdicts) == 0 {
		return s.Total
	}
	n := 0
	for v := claim.Unknown; v <= claim.Broken; v++ {
		if slices.Contains(f.Verdicts, v) {
			n += s.Counts.Of(v)
		}
	}
	return n
}

func resolveFlips(ctx context.Context, s *swept, args gql.Args) (any, error) {
	if s.real == nil || !s.real.Complete || !s.Complete {
		return nil, nil
	}
	all := atlas.FlipsOf(s.real, s.Swept)
	list := make([]sweepFlip, len(all))
	for i := range all {
		list[i] = sweepFlip{all[i], s}
	}
	return pageOf(args, s.series("flips", strconv.FormatInt(s.Position, 10)), list)
}
