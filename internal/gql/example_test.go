package gql_test

import (
	"context"
	"fmt"

	"domicile/internal/gql"
)

// A schema is its SDL and one resolver a field. The guard reads the directives
// of the SDL; what it returns is checked before the field is resolved.
func Example() {
	type planet struct {
		name  string
		moons int
	}
	planets := []planet{{"Mars", 2}, {"Jupiter", 97}}

	schema, err := gql.Build(`
		type Query {
			planets(first: Int = 10): [Planet!]!
			secret: String @auth(role: "astronomer")
		}
		type Planet { name: String! moons: Int! }
		directive @auth(role: String!) on FIELD_DEFINITION
	`, gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{
			"Query": {
				"planets": func(_ context.Context, p *gql.Params) (any, error) {
					return planets[:min(p.Args.Int("first"), len(planets))], nil
				},
				"secret": func(context.Context, *gql.Params) (any, error) { return "Pluto", nil },
			},
			"Planet": {
				"name":  gql.FromText(func(p planet) string { return p.name }),
				"moons": gql.FromInt(func(p planet) int64 { return int64(p.moons) }),
			},
		},
		Guard: func(f gql.FieldDef) (gql.Check, error) {
			auth, ok := f.Directive("auth")
			if !ok {
				return nil, nil
			}
			return func(context.Context) error {
				return gql.Errorf(gql.Forbidden, "only for an %s", auth.Args.String("role"))
			}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	response := schema.Execute(context.Background(), gql.Request{Query: `{ planets(first: 1) { moons name } secret }`})
	defer response.Release()
	fmt.Println(string(response.JSON()))
	// Output:
	// {"data":{"planets":[{"moons":2,"name":"Mars"}],"secret":null},"errors":[{"message":"only for an astronomer","locations":[{"line":1,"column":36}],"path":["secret"],"extensions":{"code":"FORBIDDEN"}}],"extensions":{"cost":1}}
}
