package gql_test

import (
	"strings"
	"testing"

	"domicile/internal/gql"
)

// dataOf cuts the `data` and `errors` of a response out.
func dataOf(body string) string {
	body, _, _ = strings.Cut(body, `,"extensions":{"cost"`)
	return strings.TrimPrefix(body, `{"data":`)
}

func TestExecute(t *testing.T) {
	tests := map[string]struct {
		query string
		want  string
	}{
		"defaults apply to an absent argument":  {`{ hello }`, `{"hello":"hello world"}`},
		"keys keep the order of the request":    {`{ self { numbers hello a: hello } hello }`, `{"self":{"numbers":[1,2,3],"hello":"hello world","a":"hello world"},"hello":"hello world"}`},
		"fields under one key are merged":       {`{ book(id: "book:1") { id } hello book(id: "book:1") { title } }`, `{"book":{"id":"book:1","title":"Book 1"},"hello":"hello world"}`},
		"every kind of leaf is written":         {`{ book(id: "book:2") { id title genre pages price published inPrint tags shelf { row label } } }`, `{"book":{"id":"book:2","title":"Book 2","genre":"POEM","pages":102,"price":2.5,"published":"2024-02-29","inPrint":true,"tags":["a","b"],"shelf":{"row":2,"label":null}}}`},
		"a batch field is resolved on one":      {`{ book(id: "book:1") { author { name } } }`, `{"book":{"author":{"name":"Author 1"}}}`},
		"a batch field is resolved on a list":   {`{ books(first: 2) { author { name } } }`, `{"books":[{"author":{"name":"Author 0"}},{"author":{"name":"Author 1"}}]}`},
		"a union is told apart":                 {`{ search(text: "x") { __typename ... on Book { title author { id } } ... on Author { name } } }`, `{"search":[{"__typename":"Book","title":"Book 1","author":{"id":"author:1"}},{"__typename":"Author","name":"Author 2"},{"__typename":"Book","title":"Book 3","author":{"id":"author:3"}}]}`},
		"an interface is told apart":            {`{ nodes(ids: ["book:1", "author:2", "x"]) { id ... on Author { name } } }`, `{"nodes":[{"id":"book:1"},{"id":"author:2","name":"Author 2"},null]}`},
		"fragments are expanded":                {`{ ...A } fragment A on Query { hello ...B } fragment B on Query { numbers hello }`, `{"hello":"hello world","numbers":[1,2,3]}`},
		"lists of lists are written":            {`{ matrix }`, `{"matrix":[[1],[],[2,3]]}`},
		"mutations answer":                      {`mutation { add(title: "\u0022é\u{1F600}\n") { title } }`, `{"add":{"title":"\"é😀\n"}}`},
		"typename is known at the root":         {`{ __typename t: __typename }`, `{"__typename":"Query","t":"Query"}`},
		"skip and include on literals":          {`{ hello @skip(if: true) numbers @include(if: true) old @include(if: false) }`, `{"numbers":[1,2,3]}`},
		"introspection runs through the plan":   {`{ __type(name: "Choice") { kind isOneOf inputFields { name type { name } } } }`, `{"__type":{"kind":"INPUT_OBJECT","isOneOf":true,"inputFields":[{"name":"number","type":{"name":"Int"}},{"name":"text","type":{"name":"String"}}]}}`},
		"a coded error keeps text and code":     {`{ trouble { coded } }`, `{"trouble":{"coded":null}},"errors":[{"message":"no such thing","locations":[{"line":1,"column":13}],"path":["trouble","coded"],"extensions":{"code":"NOT_FOUND"}}]`},
		"a mapped error gets its code":          {`{ trouble { wrapped } }`, `{"trouble":{"wrapped":null}},"errors":[{"message":"it is gone","locations":[{"line":1,"column":13}],"path":["trouble","wrapped"],"extensions":{"code":"NOT_FOUND"}}]`},
		"an uncoded error is masked":            {`{ trouble { masked } }`, `{"trouble":{"masked":null}},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":13}],"path":["trouble","masked"],"extensions":{"code":"INTERNAL"}}]`},
		"a panic is masked":                     {`{ trouble { panics fine } }`, `{"trouble":{"panics":null,"fine":1}},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":13}],"path":["trouble","panics"],"extensions":{"code":"INTERNAL"}}]`},
		"null goes up to a nullable object":     {`{ trouble { fine inner { fine nothing } } }`, `{"trouble":{"fine":1,"inner":null}},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":31}],"path":["trouble","inner","nothing"],"extensions":{"code":"INTERNAL"}}]`},
		"null goes up through non-null objects": {`{ trouble { fine firm { nothing } } hello }`, `{"trouble":null,"hello":"hello world"},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":25}],"path":["trouble","firm","nothing"],"extensions":{"code":"INTERNAL"}}]`},
		"null goes up to data":                  {`{ hello self { must(n: 1) self { trouble { fine } } } must(n: 2) n: self { self { self { books(first: 1) { shelf { row } } } } } x: self { q: self { sturdy { fine } } } }`, `{"hello":"hello world","self":{"must":1,"self":{"trouble":{"fine":1}}},"must":2,"n":{"self":{"self":{"books":[{"shelf":{"row":0}}]}}},"x":{"q":{"sturdy":null}}},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":150}],"path":["x","q","sturdy",1],"extensions":{"code":"INTERNAL"}}]`},
		"null in a list of nullable items":      {`{ troubles { nothing } }`, `{"troubles":[null,null,null]},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":14}],"path":["troubles",0,"nothing"],"extensions":{"code":"INTERNAL"}},{"message":"internal error, request q1","locations":[{"line":1,"column":14}],"path":["troubles",2,"nothing"],"extensions":{"code":"INTERNAL"}}]`},
		"null in a list of non-null items":      {`{ trouble { list } }`, `{"trouble":null},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":13}],"path":["trouble","list",1],"extensions":{"code":"INTERNAL"}}]`},
		"a value outside its enum is an error":  {`{ trouble { fine wrongEnum } }`, `{"trouble":null},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":18}],"path":["trouble","wrongEnum"],"extensions":{"code":"INTERNAL"}}]`},
		"an integer beyond 32 bits is an error": {`{ trouble { wrongInt } }`, `{"trouble":{"wrongInt":null}},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":13}],"path":["trouble","wrongInt"],"extensions":{"code":"INTERNAL"}}]`},
		"a check that fails nulls its field":    {`{ secret hello }`, `{"secret":null,"hello":"hello world"},"errors":[{"message":"secret is for a librarian","locations":[{"line":1,"column":3}],"path":["secret"],"extensions":{"code":"FORBIDDEN"}}]`},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, run := range []string{"first", "from the cache"} {
				if got := dataOf(execute(t, s, gql.Request{Query: test.query, ID: "q1"})); got != test.want {
					t.Errorf("%s:\n got %s\nwant %s", run, got, test.want)
				}
			}
		})
	}
}
