package bench_test

import (
	"context"
	_ "embed"
	"fmt"
	"testing"

	gqlgen "github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	gophers "github.com/graph-gophers/graphql-go"
	"github.com/vektah/gqlparser/v2/ast"

	"domicile/internal/bench/gql/generated"
	"domicile/internal/bench/gql/items"
	"domicile/internal/gql"
)

//go:embed schema.graphql
var sdl string

const count = 300

// engine answers a query with the bytes of its data.
type engine func(ctx context.Context, query string, vars map[string]any) ([]byte, error)

func engines(tb testing.TB) map[string]engine {
	tb.Helper()
	list := items.New(count)
	return map[string]engine{"domicile": own(tb, list), "gqlgen": peerGqlgen(list), "graph-gophers": peerGophers(tb, list)}
}

func own(tb testing.TB, list []*items.Item) engine {
	tb.Helper()
	byID := map[string]*items.Item{}
	for _, item := range list {
		byID[item.ID] = item
	}
	s, err := gql.Build(sdl, gql.Binding{Resolvers: map[string]map[string]gql.Resolver{
		"Query": {
			"item":  func(_ context.Context, p *gql.Params) (any, error) { return byID[p.Args.String("id")], nil },
			"items": func(_ context.Context, p *gql.Params) (any, error) { return list[:p.Args.Int("first")], nil },
		},
		"Item": {
			"id":      gql.FromText(func(i *items.Item) string { return i.ID }),
			"name":    gql.FromText(func(i *items.Item) string { return i.Name }),
			"kind":    gql.FromText(func(i *items.Item) string { return string(i.Kind) }),
			"size":    gql.FromInt(func(i *items.Item) int64 { return int64(i.Size) }),
			"weight":  gql.From(func(i *items.Item) any { return i.Weight }),
			"active":  gql.From(func(i *items.Item) any { return i.Active }),
			"city":    gql.FromText(func(i *items.Item) string { return i.City }),
			"country": gql.FromText(func(i *items.Item) string { return i.Country }),
			"note":    gql.From(func(i *items.Item) any { return i.Note }),
			"rank":    gql.FromInt(func(i *items.Item) int64 { return int64(i.Rank) }),
			"code":    gql.FromText(func(i *items.Item) string { return i.Code }),
			"label":   gql.FromText(func(i *items.Item) string { return i.Label }),
		},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	return func(ctx context.Context, query string, vars map[string]any) ([]byte, error) {
		r := s.Execute(ctx, gql.Request{Query: query, Variables: vars})
		defer r.Release()
		if len(r.Errors()) > 0 {
			return nil, r.Errors()[0]
		}
		return r.JSON(), nil
	}
}

type root struct {
	list []*items.Item
	byID map[string]*items.Item
}

func newRoot(list []*items.Item) *root {
	r := &root{list, map[string]*items.Item{}}
	for _, item := range list {
		r.byID[item.ID] = item
	}
	return r
}

// Query serves gqlgen.
func (r *root) Query() generated.QueryResolver { return queries{r} }

type queries struct{ *root }

func (q queries) Item(_ context.Context, id string) (*items.Item, error) { return q.byID[id], nil }

func (q queries) Items(_ context.Context, first int32) ([]*items.Item, error) {
	return q.list[:first], nil
}

func peerGqlgen(list []*items.Item) engine {
	exec := executor.New(generated.NewExecutableSchema(generated.Config{Resolvers: newRoot(list)}))
	exec.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	return func(ctx context.Context, query string, vars map[string]any) ([]byte, error) {
		ctx = gqlgen.StartOperationTrace(ctx)
		operation, errs := exec.CreateOperationContext(ctx, &gqlgen.RawParams{Query: query, Variables: vars})
		if errs != nil {
			return nil, errs
		}
		respond, ctx := exec.DispatchOperation(ctx, operation)
		response := respond(ctx)
		if len(response.Errors) > 0 {
			return nil, response.Errors
		}
		return response.Data, nil
	}
}

// gophersItem is an item in the types that graph-gophers binds to fields.
type gophersItem struct {
	ID      gophers.ID
	Name    string
	Kind    string
	Size    int32
	Weight  float64
	Active  bool
	City    string
	Country string
	Note    *string
	Rank    int32
	Code    string
	Label   string
}

type gophersRoot struct {
	list []*gophersItem
	byID map[gophers.ID]*gophersItem
}

func (r *gophersRoot) Item(args struct{ ID gophers.ID }) *gophersItem { return r.byID[args.ID] }

func (r *gophersRoot) Items(args struct{ First int32 }) []*gophersItem { return r.list[:args.First] }

func peerGophers(tb testing.TB, list []*items.Item) engine {
	tb.Helper()
	r := &gophersRoot{byID: map[gophers.ID]*gophersItem{}}
	for _, i := range list {
		item := &gophersItem{
			gophers.ID(i.ID), i.Name, string(i.Kind), i.Size, i.Weight, i.Active, i.City, i.Country, i.Note, i.Rank, i.Code, i.Label,
		}
		r.list = append(r.list, item)
		r.byID[item.ID] = item
	}
	schema, err := gophers.ParseSchema(sdl, r, gophers.UseFieldResolvers())
	if err != nil {
		tb.Fatal(err)
	}
	return func(ctx context.Context, query string, vars map[string]any) ([]byte, error) {
		response := schema.Exec(ctx, query, "", vars)
		if len(response.Errors) > 0 {
			return nil, fmt.Errorf("gophers: %w", response.Errors[0])
		}
		return response.Data, nil
	}
}
