// Package schema holds the GraphQL contract: SDL files in the order in which
// they are read, and the contract of the last release, which the files may add
// to and must not break. A release rewrites it:
//
//	go test ./schema -release
package schema

import (
	"embed"
	"errors"
	"fmt"
)

//go:embed *.graphql
var files embed.FS

// Order returns the names of the files in reading order.
func Order() []string {
	return []string{
		"domicile.graphql", "words.graphql", "places.graphql", "products.graphql",
		"settings.graphql", "residency.graphql", "claims.graphql", "plans.graphql", "customers.graphql", "promises.graphql", "reports.graphql", "sweep.graphql",
		"evidence.graphql", "audit.graphql",
	}
}

// ReleasedName is the file of the contract as it was last released.
const ReleasedName = "released.graphql"

// Released returns the contract as it was last released.
func Released() (string, error) {
	text, err := files.ReadFile(ReleasedName)
	if err != nil {
		return "", fmt.Errorf("read the released schema: %w", err)
	}
	return string(text), nil
}

// SDL returns the whole contract: the files in reading order, a blank line
// between them. The error means that the files and Order differ.
func SDL() (string, error) {
	all, err := files.ReadDir(".")
	if err != nil {
		return "", fmt.Errorf("read the schema: %w", err)
	}
	if len(all) != len(Order())+1 { // and the released one
		return "", errors.New("read the schema: a file is not in the reading order; add it to Order")
	}
	var out []byte
	for i, name := range Order() {
		text, err := files.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("read the schema: %w", err)
		}
		if i > 0 {
			out = append(out, '\n')
		}
		out = append(out, text...)
	}
	return string(out), nil
}
