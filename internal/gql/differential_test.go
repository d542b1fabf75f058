package gql_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/gql"
)

// writer makes random valid queries of the test schema, of the features that
// the library executes correctly.
type writer struct {
	*rand.Rand
	used map[string]bool
}

// shape is the fields of a type: "" for a leaf, else the type under it.
var shapes = map[string]map[string]string{
	"Query": {
		"hello": "", `hello(name: "x")`: "", "numbers": "", "self": "Query", `book(id: "book:4")`: "Book",
		`book(id: "none")`: "Book", "books(first: 3)": "Book", "books(first: 0)": "Book", "catalogue(first: 2)": "BookConnection",
		`search(text: "a")`: "Hit", `node(id: "author:3")`: "Node", `nodes(ids: ["book:1", "author:2", "none"])`: "Node",
		"trouble": "Trouble", "troubles": "Trouble", "matrix": "", "old": "",
	},
	"Book": {
		"id": "", "title": "", "genre": "", "pages": "", "price": "", "published": "", "inPrint": "", "tags": "",
		"author": "Author", "sequel": "Book", "shelf": "Shelf", "related(first: 2)": "Book", "near": "Node",
	},
	"Author":         {"id": "", "name": "", "books": "Book", "near": "Node"},
	"Shelf":          {"row": "", "label": ""},
	"BookConnection": {"nodes": "Book", "total": ""},
	"Trouble":        {"fine": "", "coded": "", "masked": "", "nothing": "", "inner": "Trouble", "firm": "Trouble", "wrapped": ""},
	"Node":           {"id": "", "near": "Node"},
	"Hit":            {},
}

var members = map[string][]string{"Node": {"Book", "Author"}, "Hit": {"Book", "Author"}}

func (w *writer) set(t string, depth int) string {
	var b strings.Builder
	b.WriteString("{ __typename ")
	fields := shapes[t]
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sortStrings(names)
	for range 1 + w.IntN(4) {
		switch {
		case len(members[t]) > 0 && w.IntN(2) == 0:
			m := members[t][w.IntN(2)]
			fmt.Fprintf(&b, "... on %s %s", m, w.set(m, depth))
		case w.IntN(8) == 0:
			fmt.Fprintf(&b, "... @include(if: %v) %s", w.IntN(2) == 0, w.set(t, depth))
		case len(names) > 0:
			w.field(&b, t, names[w.IntN(len(names))], depth)
		}
	}
	b.WriteString("} ")
	return b.String()
}

func (w *writer) field(b *strings.Builder, t, name string, depth int) {
	under := shapes[t][name]
	if under != "" && depth == 0 {
		return
	}
	// One alias for each field and arguments, so that keys never conflict.
	alias := strings.NewReplacer("(", "", ")", "", ":", "", `"`, "", " ", "", ",", "", "[", "", "]", "").Replace(name)
	fmt.Fprintf(b, "%s: %s ", t+alias, name)
	if w.IntN(6) == 0 {
		b.WriteString("@skip(if: $no) ")
		w.used["no"] = true
	}
	if under != "" {
		b.WriteString(w.set(under, depth-1))
	}
}

func TestThePlanAgreesWithTheLibrary(t *testing.T) {
	s := newLibrary(t)
	limits := gql.DefaultLimits()
	refused := 0
	for seed := range uint64(400) {
		w := &writer{rand.New(rand.NewPCG(seed, 1)), map[string]bool{}}
		query := w.set("Query", 3)
		if w.used["no"] {
			query = "query($no: Boolean!) " + query
		}
		vars := map[string]any{"no": seed%2 == 0}
		r := s.Execute(t.Context(), gql.Request{Query: query, Variables: vars})
		if !r.Executed() {
			if refused++; strings.Count(query, ":") < limits.Aliases {
				t.Fatalf("seed %d: refused %s\n%s", seed, r.JSON(), query)
			}
			continue
		}
		want, err := gql.LibraryDo(t.Context(), s, query, vars)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(outcome(t, want), outcome(t, r.JSON())); diff != "" {
			t.Fatalf("seed %d: %s\n%s", seed, query, diff)
		}
	}
	if refused > 300 {
		t.Errorf("%d of 400 were refused", refused)
	}
}

// outcome is the data of a response and whether there were errors: the library
// runs fields in the order of a map, so which of them fail beside one that nulls
// their parent differs from run to run.
func outcome(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var r struct {
		Data   any
		Errors []struct{ Path []any }
	}
	if err := json.Unmarshal(body, &r); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"data": r.Data, "failed": len(r.Errors) > 0}
}
