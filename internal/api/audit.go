package api

import (
	"context"
	"strconv"

	"domicile/internal/auth"
	"domicile/internal/gql"
)

func auditFields(t table) {
	t["AuditEntry"] = fields{
		"number":   gql.From(func(e auth.Entry) any { return e.Seq }),
		"at":       gql.From(func(e auth.Entry) any { return e.At }),
		"subject":  gql.From(func(e auth.Entry) any { return e.Subject }),
		"role":     gql.From(func(e auth.Entry) any { return orNull(e.Role.String()) }),
		"action":   gql.From(func(e auth.Entry) any { return e.Action }),
		"customer": gql.From(func(e auth.Entry) any { return orNull(e.Customer) }),
		"before":   gql.From(func(e auth.Entry) any { return orNull(e.Before) }),
		"after":    gql.From(func(e auth.Entry) any { return orNull(e.After) }),
		"request":  gql.From(func(e auth.Entry) any { return orNull(e.RequestID) }),
		"hash":     gql.From(func(e auth.Entry) any { return e.Hash.String() }),
	}
	connection[auth.Entry](t, "Audit", nil)
}

// resolveAuditLog pages by the entries' numbers, so that what is recorded
// meanwhile, the reading itself included, moves nothing.
func resolveAuditLog(ctx context.Context, p *gql.Params) (any, error) {
	first, err := firstArg(p.Args)
	if err != nil {
		return nil, err
	}
	filter := p.Args.Input("filter")
	query := auth.AuditQuery{
		Customer: filter.String("customer"), Subject: filter.String("subject"), NewestFirst: true, Limit: first + 1,
	}
	s := seriesOf("audit", query.Customer, query.Subject)
	if cursor := p.Args.String("after"); cursor != "" {
		key, err := s.key(cursor)
		if err != nil {
			return nil, err
		}
		if query.Before, err = strconv.ParseInt(key, 10, 64); err != nil || query.Before < 1 {
			return nil, gql.Errorf(gql.BadUserInput, "after is no cursor")
		}
	}
	entries, err := asked(ctx).rows.Audit(ctx, query)
	if err != nil {
		return nil, err
	}
	out := &page[auth.Entry]{before: query.Before > 0, more: len(entries) > first, total: -1}
	for _, e := range entries[:min(first, len(entries))] {
		out.edges = append(out.edges, edge[auth.Entry]{s.cursor(strconv.FormatInt(e.Seq, 10)), e})
	}
	return out, nil
}
