package api

import (
	"context"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/gql"
)

// suppose is the state of the operation as if what is supposed were so; nil where
// nothing is.
func (q *question) suppose(args gql.Args) (*atlas.State, error) {
	if !args.Has("suppose") || args.IsNull("suppose") {
		return nil, nil
	}
	in := args.Input("suppose")
	var all []atlas.Supposition
	for _, x := range in.Inputs("opens") {
		all = append(all, atlas.Supposition{Opens: x.String("code"), In: strings.ToUpper(x.String("in"))})
	}
	for _, code := range in.Strings("closes") {
		all = append(all, atlas.Supposition{Closes: code})
	}
	for _, x := range in.Inputs("joins") {
		all = append(all, atlas.Supposition{Member: strings.ToUpper(x.String("member")), Joins: strings.ToUpper(x.String("bloc"))})
	}
	for _, x := range in.Inputs("leaves") {
		all = append(all, atlas.Supposition{Member: strings.ToUpper(x.String("member")), Leaves: strings.ToUpper(x.String("bloc"))})
	}
	return q.state.Suppose(all)
}

// checkSupposed is the check of a customer in a state that supposes something.
func (q *question) checkSupposed(ctx context.Context, st *atlas.State, c *atlas.Customer, cl claim.Claim, m *mask, args gql.Args) (any, error) {
	if args.Value("window") != nil || args.Value("knownAt") != nil {
		return nil, gql.Errorf(gql.BadUserInput, "what is supposed was neither observed nor known at an instant: leave window and knownAt out")
	}
	a, err := q.Answer(ctx, st, c, q.day(args))
	if err != nil {
		return nil, err
	}
	return q.judgeIn(st, a, cl, m)
}
