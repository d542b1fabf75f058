package gql_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/gql"
	"domicile/internal/gql/gqltest"
)

func TestIntrospectionEqualsTheSDL(t *testing.T) {
	r := newLibrary(t).Execute(t.Context(), gql.Request{Query: gqltest.Introspection})
	served, err := gqltest.SDL(r.JSON())
	if err != nil {
		t.Fatal(err)
	}
	got, err := gqltest.Normalize(served)
	if err != nil {
		t.Fatal(err)
	}
	want, err := gqltest.Normalize(librarySDL)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(want, "}"), strings.Split(got, "}")); diff != "" {
		t.Error(diff)
	}
}

func TestIntrospectionHidesWhatIsDeprecatedUnlessAsked(t *testing.T) {
	s := newLibrary(t)
	query := `query($all: Boolean! = false) {
		q: __type(name: "Query") { fields(includeDeprecated: $all) { name } }
		f: __type(name: "BookFilter") { inputFields(includeDeprecated: $all) { name isDeprecated } }
		e: __type(name: "Genre") { enumValues(includeDeprecated: $all) { name deprecationReason } }
	}`
	few := execute(t, s, gql.Request{Query: query})
	all := execute(t, s, gql.Request{Query: query, Variables: map[string]any{"all": true}})
	for _, name := range []string{`"old"`, `"legacy"`, `"POEM"`} {
		if strings.Contains(few, name) || !strings.Contains(all, name) {
			t.Errorf("%s: shown %v, shown when asked %v", name, strings.Contains(few, name), strings.Contains(all, name))
		}
	}
}

func TestIntrospectionOfThePreludeIsComplete(t *testing.T) {
	s := newLibrary(t)
	got := dataOf(execute(t, s, gql.Request{Query: `{
		__type(name: "__Type") { fields { name args { name type { kind ofType { name } } defaultValue } } }
		d: __schema { directives { name locations } }
		date: __type(name: "Date") { specifiedByURL }
		none: __type(name: "Nobody") { name }
	}`}))
	for _, want := range []string{
		`"specifiedByURL"`, `"isOneOf"`, `"defaultValue":"false"`,
		`"name":"oneOf","locations":["INPUT_OBJECT"]`, `"none":null`,
		`"date":{"specifiedByURL":"https://scalars.graphql.org/andimarek/local-date"}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestBuildNamesWhatDoesNotFit(t *testing.T) {
	resolve := gql.Resolver(func(context.Context, *gql.Params) (any, error) { return nil, nil })
	one := map[string]map[string]gql.Resolver{"Query": {"a": resolve}}
	tests := map[string]struct {
		sdl     string
		binding gql.Binding
		want    string
	}{
		"a field without a resolver":         {`type Query { a: Int b: Int }`, gql.Binding{Resolvers: one}, `schema: Query.b: no resolver; add Binding.Resolvers["Query"]["b"]`},
		"a resolver without a field":         {`type Query { a: Int }`, gql.Binding{Resolvers: map[string]map[string]gql.Resolver{"Query": {"a": resolve, "z": resolve}}}, `schema: Query.z: bound in Binding.Resolvers`},
		"a resolver without a type":          {`type Query { a: Int }`, gql.Binding{Resolvers: map[string]map[string]gql.Resolver{"Query": {"a": resolve}, "Nope": {"z": resolve}}}, `schema: Nope.z: bound in Binding.Resolvers`},
		"an unknown type":                    {`type Query { a: Nope }`, gql.Binding{Resolvers: one}, `schema: Query.a: unknown type Nope`},
		"a syntax error":                     {`type Query { a Int }`, gql.Binding{Resolvers: one}, `schema: Syntax Error`},
		"a type declared twice":              {`type Query { a: Int } type A { a: Int } type A { a: Int }`, gql.Binding{Resolvers: one}, `schema: A: declared twice`},
		"a field declared twice":             {`type Query { a: Int a: Int }`, gql.Binding{Resolvers: one}, `schema: Query.a: declared twice`},
		"a scalar without a codec":           {`type Query { a: Date } scalar Date`, gql.Binding{Resolvers: one}, `schema: Date: no codec; add Binding.Scalars["Date"]`},
		"a codec without a scalar":           {`type Query { a: Int }`, gql.Binding{Resolvers: one, Scalars: map[string]gql.Scalar{"Date": {}}}, `schema: Date: bound in Binding.Scalars`},
		"an input used as output":            {`type Query { a: In } input In { a: Int }`, gql.Binding{Resolvers: one}, `schema: Query.a: In is an input, not an output`},
		"an output used as input":            {`type Query { a(b: Query): Int }`, gql.Binding{Resolvers: one}, `schema: Query.a(b): Query is an output, not an input`},
		"a default of the wrong type":        {`type Query { a(b: Int = "x"): Int }`, gql.Binding{Resolvers: one}, `schema: Query.a(b): default: expected an integer of 32 bits`},
		"an unknown directive":               {`type Query { a: Int @nope }`, gql.Binding{Resolvers: one}, `schema: Query.a: @nope is unknown, or not allowed on FIELD_DEFINITION`},
		"a directive at the wrong place":     {`directive @d on OBJECT type Query { a: Int @d }`, gql.Binding{Resolvers: one}, `schema: Query.a: @d is unknown, or not allowed on FIELD_DEFINITION`},
		"a directive without its argument":   {`directive @d(x: Int!) on FIELD_DEFINITION type Query { a: Int @d }`, gql.Binding{Resolvers: one}, `schema: Query.a: @d.x is required`},
		"an interface that is not there":     {`type Query implements Nope { a: Int }`, gql.Binding{Resolvers: one}, `schema: Query: implements Nope, which is no interface`},
		"an interface that is not satisfied": {`interface I { a: Int! } type Query implements I { a: Int }`, gql.Binding{Resolvers: one}, `schema: Query.a: is Int, I has Int!`},
		"an interface without TypeOf":        {`interface I { a: Int } type Query implements I { a: Int }`, gql.Binding{Resolvers: one}, `schema: the SDL has interfaces or unions; set Binding.TypeOf`},
		"a subscription without a source":    {`type Query { a: Int } type Subscription { s: Int }`, gql.Binding{Resolvers: one}, `schema: Subscription.s: a subscription field takes Binding.Subscriptions["s"]`},
		"no query type":                      {`type Other { a: Int }`, gql.Binding{}, "schema: no query type"},
		"a guard that refuses":               {`type Query { a: Int }`, gql.Binding{Resolvers: one, Guard: func(f gql.FieldDef) (gql.Check, error) { return nil, gql.Errorf(gql.Internal, "say who may") }}, `schema: Query.a: INTERNAL: say who may`},
		"an input that contains itself":      {`type Query { a(b: In): Int } input In { i: In! }`, gql.Binding{Resolvers: one}, `schema: In.i: no value can be given`},
		"a oneOf with a required field":      {`directive @x on OBJECT type Query { a(b: In): Int } input In @oneOf { i: Int! }`, gql.Binding{Resolvers: one}, `schema: In.i: a field of a @oneOf input is nullable`},
		"a reserved name":                    {`type Query { a: Int } type __Mine { a: Int }`, gql.Binding{Resolvers: one}, `schema: __Mine: names beginning with __ are reserved`},
		"a union of interfaces":              {`interface I { a: Int } union U = I type Query implements I { a: Int }`, gql.Binding{Resolvers: one}, `schema: U: member I is no object type`},
		"two ways to resolve":                {`type Query { a: Int }`, gql.Binding{Resolvers: one, Batches: map[string]map[string]gql.BatchResolver{"Query": {"a": nil, "q": nil}}}, `schema: Query.q: bound in Binding.Batches`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := gql.Build(test.sdl, test.binding)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestExtendedTypesHaveAllTheirFields(t *testing.T) {
	one := gql.From(func(any) any { return 1 })
	s, err := gql.Build(`type Query { a: Int } extend type Query { b: Int }`, gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{"Query": {"a": one, "b": one}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := dataOf(execute(t, s, gql.Request{Query: `{ b a }`, Root: 0})); got != `{"b":1,"a":1}` {
		t.Error(got)
	}
}

func TestDirectivesOfFieldsCanBeRead(t *testing.T) {
	dirs := newLibrary(t).FieldDirectives("Query", "secret")
	if len(dirs) != 1 || dirs[0].Name != "auth" || dirs[0].Args.String("role") != "librarian" {
		t.Errorf("got %+v", dirs)
	}
}
