// Package bench compares internal/gql with gqlgen and graph-gophers/graphql-go:
// the same data, schema and queries, measured in one command,
//
//	go test -bench . -benchmem
//
// from a query to the bytes of its data. It is a module of its own so that the
// peers stay out of the product's go.mod. The code in generated/ is gqlgen's.
package bench

//go:generate go run github.com/99designs/gqlgen generate --config gqlgen.yml
