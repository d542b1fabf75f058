package gql_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"

	"domicile/internal/gql"
)

func strconvLen(s string) string { return strconv.Itoa(len(s)) }

func countedLibrary(t *testing.T) (*gql.Schema, *calls) {
	t.Helper()
	c := &calls{}
	s, err := gql.Build(librarySDL, libraryBinding(c))
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func TestAListIsResolvedInOneBatch(t *testing.T) {
	tests := map[string]struct {
		query string
		want  int64
	}{
		"a list of books":               {`{ books(first: 50) { author { name } } }`, 1},
		"two selections with arguments": {`{ books(first: 50) { author { name } a: author(short: true) { id } } }`, 2},
		"a union of types":              {`{ search(text: "") { ... on Book { author { name } } } }`, 1},
		"an author that is left out":    {`{ books(first: 50) { author @skip(if: true) { name } id } }`, 0},
		"a list under every book":       {`{ books(first: 3) { related { author { name } } } }`, 3},
		"no book":                       {`{ books(first: 0) { author { name } } }`, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, c := countedLibrary(t)
			r := s.Execute(t.Context(), gql.Request{Query: test.query})
			if len(r.Errors()) > 0 || c.batches.Load() != test.want {
				t.Errorf("%d batches, want %d: %s", c.batches.Load(), test.want, r.JSON())
			}
		})
	}
}

func TestABatchThatIsSkippedByAVariableIsNotRead(t *testing.T) {
	s, c := countedLibrary(t)
	query := `query($with: Boolean!) { books { author @include(if: $with) { name } id } }`
	execute(t, s, gql.Request{Query: query, Variables: map[string]any{"with": false}})
	if c.batches.Load() != 0 {
		t.Error("the batch was read")
	}
	execute(t, s, gql.Request{Query: query, Variables: map[string]any{"with": true}})
	if c.batches.Load() != 1 {
		t.Errorf("%d batches", c.batches.Load())
	}
}

func TestACheckRunsOnceAField(t *testing.T) {
	s, c := countedLibrary(t)
	r := s.Execute(withRole(t.Context(), "librarian"), gql.Request{Query: `{ a: secret self { self { secret } } }`})
	if len(r.Errors()) > 0 || c.guards.Load() != 2 {
		t.Errorf("%d checks: %s", c.guards.Load(), r.JSON())
	}
}

func TestACancelledExecutionAnswersTimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newLibrary(t)
	r := s.Execute(ctx, gql.Request{Query: `{ books(first: 100) { related(first: 100) { id } } }`})
	if got := dataOf(string(r.JSON())); got != `null,"errors":[{"message":"the request took too long","extensions":{"code":"TIMEOUT"}}]` {
		t.Error(got)
	}
}

func TestAResponseIsBounded(t *testing.T) {
	binding := libraryBinding(&calls{})
	binding.Limits.Response = 10000
	s, err := gql.Build(librarySDL, binding)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Execute(t.Context(), gql.Request{Query: `{ books(first: 1000) { related(first: 1000) { id } } }`})
	if len(r.JSON()) > 1000 || !strings.Contains(string(r.JSON()), "COST_LIMIT") {
		t.Errorf("%d bytes: %.300s", len(r.JSON()), r.JSON())
	}
}

func TestErrorsOfOneExecutionAreBounded(t *testing.T) {
	s, err := gql.Build(`type Query { list: [Item] } type Item { bad: Int }`, gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{
			"Query": {"list": gql.From(func(any) any { return make([]int, 5000) })},
			"Item":  {"bad": gql.From(func(string) any { return 1 })},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := s.Execute(t.Context(), gql.Request{Query: `{ list { bad } }`, Root: 0})
	if n := len(r.Errors()); n != 101 || r.Errors()[100].Message != "4900 more errors are left out" {
		t.Errorf("%d errors", n)
	}
}

func TestCost(t *testing.T) {
	tests := map[string]struct {
		query string
		vars  map[string]any
		want  int
	}{
		"a leaf is free":                      {`{ hello }`, nil, 0},
		"an object is one":                    {`{ book(id: "book:1") { title } }`, nil, 1},
		"a list counts first":                 {`{ books(first: 50) { id } }`, nil, 50},
		"a list counts its default":           {`{ books { id } }`, nil, 3},
		"a list counts a variable":            {`query($n: Int) { books(first: $n) { id } }`, map[string]any{"n": 7}, 7},
		"lists multiply":                      {`{ books(first: 50) { related(first: 4) { id } } }`, nil, 50 * (1 + 4)},
		"a list without first counts ten":     {`{ book(id: "book:1") { author { books { id } } } }`, nil, 1 + 1 + 10},
		"a connection passes first on":        {`{ catalogue(first: 40) { nodes { id } total } }`, nil, 1 + 40},
		"a weight is added":                   {`{ dear hello }`, nil, 500},
		"the dearest type counts":             {`{ node(id: "x") { ... on Author { books { id } } id } }`, nil, 1 + 10},
		"introspection is flat":               {`{ __schema { types { fields { name } } } }`, nil, 50},
		"a price cannot overflow":             {`{ books(first: 2147483647) { related(first: 2147483647) { related(first: 2147483647) { id } } } }`, nil, 1 << 40},
		"a negative first counts as the rest": {`{ books(first: -5) { id } }`, nil, 10},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := s.Execute(t.Context(), gql.Request{Query: test.query, Variables: test.vars, MaxCost: 1})
			if test.want > 1 && (r.Executed() || r.Errors()[0].Code != gql.CostLimit) {
				t.Errorf("a cost of %d is let through: %s", test.want, r.JSON())
			}
			if test.want > 1000 {
				return
			}
			if r = s.Execute(t.Context(), gql.Request{Query: test.query, Variables: test.vars}); r.Cost() != test.want {
				t.Errorf("cost %d, want %d", r.Cost(), test.want)
			}
		})
	}
}

func TestASchemaIsSharedByManyGoroutines(t *testing.T) {
	s := newLibrary(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 50 {
				query := `{ books(first: 5) { id author { name } } search(text: "") { ... on Node { id } } n` + strconv.Itoa((i+j)%10) + `: numbers }`
				r := s.Execute(t.Context(), gql.Request{Query: query})
				if len(r.Errors()) > 0 {
					t.Errorf("%s", r.JSON())
				}
				r.Release()
			}
		})
	}
	group.Wait()
}

func TestSelectsSeesTheFieldsAskedFor(t *testing.T) {
	var asked []bool
	s, err := gql.Build(`type Query { q(n: Int): Query a: Int }`, gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{"Query": {
			"q": func(_ context.Context, p *gql.Params) (any, error) {
				asked = append(asked, p.Selects("a"))
				return 1, nil
			},
			"a": gql.From(func(int) any { return 1 }),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	execute(t, s, gql.Request{Query: `query($v: Boolean = false) { q { a } x: q { b: a } y: q { q { a } } z: q { a @include(if: $v) __typename } }`})
	if want := []bool{true, true, false, true, false}; len(asked) != 5 || asked[0] != want[0] || asked[1] != want[1] || asked[2] != want[2] || asked[3] != want[3] || asked[4] != want[4] {
		t.Errorf("got %v, want %v", asked, want)
	}
}
