package gql_test

import (
	"strings"
	"testing"

	"domicile/internal/gql"
)

func TestDocumentsThatAreValid(t *testing.T) {
	tests := map[string]string{
		"a name for the operation":                `query Named { hello }`,
		"descriptions of what is executable":      `"about" query Q("which" $n: Int) { books(first: $n) { id } }`,
		"a comment and commas":                    "{ # comment\n hello,, numbers, }",
		"a byte order mark":                       "\uFEFF{ hello }",
		"keywords as names":                       `query query { on: hello fragment: hello null: hello true: hello }`,
		"a fragment without a type":               `{ books { ... { id } } catalogue(first: 1) { ... @include(if: true) { total } } }`,
		"a fragment on an interface":              `{ search(text: "") { ... on Node { id } } }`,
		"the same field with the same arguments":  `{ books(first: 1, genre: NOVEL) { id } books(genre: NOVEL, first: 1) { title } }`,
		"other arguments on types that exclude":   `{ search(text: "") { ... on Book { x: near { id } } ... on Author { x: near { __typename } } } }`,
		"a variable used in a fragment":           `query($n: Int) { ...F } fragment F on Query { books(first: $n) { id } }`,
		"a variable used in a directive only":     `query($b: Boolean = true) { hello @include(if: $b) }`,
		"a nullable variable with a default":      `query($n: Int = 1) { must(n: $n) }`,
		"a directive on a fragment definition":    `{ ...F } fragment F on Query { hello }`,
		"an operation by its name":                `query A { hello } query B { numbers }`,
		"a subscription through a fragment":       `query A { hello } subscription S { ...T } fragment T on Subscription { ticks { n } }`,
		"typename on a union":                     `{ search(text: "") { __typename } }`,
		"a list variable for a list":              `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`,
		"the deepest that tools ask":              "{ __schema { types { fields { args { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } }",
		"numbers of every form":                   `{ echo(int: -0, float: 1.5e-3) a: echo(float: -2E+2) b: echo(float: 0) }`,
		"a block string with quotes":              `{ echo(text: """a "b" \""" c""") }`,
		"one root field under two keys in a list": `{ a: hello b: hello }`,
	}
	s := newLibrary(t)
	for name, query := range tests {
		t.Run(name, func(t *testing.T) {
			req := gql.Request{Query: query, Variables: map[string]any{"ids": []any{}}}
			if strings.Contains(query, "query A") {
				req.OperationName = "A"
			}
			if r := s.Execute(t.Context(), req); !r.Executed() || len(r.Errors()) > 0 {
				t.Errorf("%s", r.JSON())
			}
		})
	}
}

func TestDocumentsThatAreNotValid(t *testing.T) {
	tests := map[string]struct{ query, want string }{
		"an unknown field":                      {`{ hellp }`, `Cannot query field "hellp" on type "Query". Did you mean "hello"?`},
		"an unknown argument":                   {`{ hello(nam: 1) }`, `Unknown argument "nam" on field "hello" of type "Query". Did you mean "name"?`},
		"an argument given twice":               {`{ hello(name: "a", name: "b") }`, `There can be only one argument named "name".`},
		"an argument that is missing":           {`{ must }`, `Query.must: argument "n" of type Int! is required`},
		"an argument of a directive missing":    {`{ hello @skip }`, `@skip: argument "if" of type Boolean! is required`},
		"an unknown directive":                  {`{ hello @nope }`, `unknown directive @nope`},
		"a directive at the wrong place":        {`query @skip(if: true) { hello }`, `directive @skip is not allowed on QUERY`},
		"a directive given twice":               {`{ hello @skip(if: true) @skip(if: false) }`, `directive @skip is given twice`},
		"an unknown fragment":                   {`{ ...Nope }`, `Unknown fragment "Nope".`},
		"an unused fragment":                    {`{ hello } fragment F on Query { hello }`, `Fragment "F" is never used.`},
		"two fragments of one name":             {`{ ...F } fragment F on Query { hello } fragment F on Query { numbers }`, `There can only be one fragment named "F".`},
		"a fragment on a scalar":                {`{ ... on Int { a } }`, `Fragment cannot condition on non composite type "Int".`},
		"a fragment that can never be":          {`{ books { ... on Author { id } } }`, `no Book is ever a Author: the fragment cannot be spread here`},
		"a fragment on an unknown type":         {`{ ... on Nope { a } }`, `Unknown type "Nope".`},
		"two operations without a name":         {`{ hello } { numbers }`, `document has 2 operations; name one as operationName`},
		"two operations of one name":            {`query A { hello } query A { hello }`, `document has 2 operations; name one as operationName`},
		"no selection on an object":             {`{ books }`, `Field "books" of type "[Book!]!" must have a sub selection.`},
		"a selection on a leaf":                 {`{ hello { a } }`, `Field "hello" of type "String!" must not have a sub selection.`},
		"an undefined variable":                 {`{ hello(name: $n) }`, `Variable "$n" is not defined.`},
		"a variable declared twice":             {`query($a: Int, $a: Int) { must(n: $a) }`, `There can only be one variable named "a".`},
		"a nullable variable for a non-null":    {`query($n: Int) { must(n: $n) }`, `variable $n of type Int cannot stand where Int! is expected`},
		"a null default for a non-null":         {`query($n: Int = null) { must(n: $n) }`, `variable $n of type Int cannot stand where Int! is expected`},
		"a directive on a variable":             {`query($v: Int @deprecated) { echo(int: $v) }`, `directive @deprecated is not allowed on VARIABLE_DEFINITION`},
		"an unknown directive on a variable":    {`query($v: Int @nope(a: 1)) { echo(int: $v) }`, `unknown directive @nope`},
		"a type that does not exist":            {`query($v: Nope) { echo(int: $v) }`, `Unknown type "Nope". Did you mean "Node"?`},
		"an output type for a variable":         {`query($v: Book) { echo(int: $v) }`, `Variable "$v" cannot be non-input type "Book".`},
		"a variable nobody uses":                {`query($v: Int) { hello }`, `Variable "$v" is never used.`},
		"fields that differ under one key":      {`{ a: hello a: numbers }`, `fields "a" conflict because their types String! and [Int!]! differ; use an alias`},
		"fields of one type under one key":      {`{ a: hello a: echo }`, `fields "a" conflict because hello and echo are different fields; use an alias`},
		"arguments that differ":                 {`{ hello(name: "a") hello }`, `fields "hello" conflict because their arguments differ; use an alias`},
		"arguments that differ in a fragment":   {`{ hello(name: "a") ...F } fragment F on Query { hello(name: "b") }`, `fields "hello" conflict because their arguments differ; use an alias`},
		"arguments that differ further down":    {`{ self { hello(name: "a") } self { hello(name: "b") } }`, `fields "hello" conflict because their arguments differ; use an alias`},
		"nullability that differs across types": {`{ search(text: "") { ... on Book { x: title } ... on Author { x: books { id } } } }`, `fields "x" conflict because their types String! and [Book!]! differ; use an alias`},
		"a subscription with two roots":         {`subscription { ticks { n } guarded { n } }`, `a subscription selects one root field, found 2`},
		"introspection below the root":          {`{ self { book(id: "x") { __schema { types { name } } } } }`, `Cannot query field "__schema" on type "Book".`},
		"a mutation that is not there":          {`mutation { nope }`, `Cannot query field "nope" on type "Mutation".`},
		"a depth beyond the limit":              {strings.Repeat("{ self ", 16) + "{ hello }" + strings.Repeat(" }", 16), `operation is 17 fields deep, at most 15 are accepted`},
		"a cycle of fragments":                  {`{ ...A } fragment A on Query { self { ...B } } fragment B on Query { ...A }`, `fragment "A" spreads itself: A → B → A`},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { refuses(t, s, test.query, test.want) })
	}
}

func TestDocumentsThatCannotBeParsed(t *testing.T) {
	tests := map[string]struct{ query, want string }{
		"a syntax error in the middle":   {"{\n  hello(\n}", `syntax error: unexpected "}"`},
		"a syntax error at the end":      {"{ hello", `syntax error: unexpected end of the document`},
		"an empty selection":             {"{ }", `syntax error: unexpected "}"`},
		"empty arguments":                {"{ hello() }", `syntax error: unexpected ")"`},
		"empty variables":                {"query() { hello }", `syntax error: unexpected ")"`},
		"a variable in a default":        {"query($a: Int = $b) { hello }", `syntax error: unexpected "$"`},
		"a bad escape":                   {`{ hello(name: "\q") }`, `syntax error: bad character or escape in a string`},
		"a number with a leading zero":   {`{ echo(int: 01) }`, `syntax error: a number has no leading zero`},
		"a number that ends in a letter": {`{ echo(int: 1x) }`, `syntax error: a number ends before "x"`},
		"a number that ends in a dot":    {`{ echo(float: 1.) }`, `syntax error: expected a digit`},
		"a character that is none":       {`{ hello ? }`, `syntax error: unexpected character '?'`},
		"a fragment named on":            {`{ hello } fragment on on Query { hello }`, `syntax error: unexpected "on"`},
		"a string over two lines":        {"{ hello(name: \"a\nb\") }", `syntax error: a string ends before its line does`},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { refuses(t, s, test.query, test.want) })
	}
}

// refuses checks that a document is refused with a message that contains want.
func refuses(t *testing.T, s *gql.Schema, query, want string) {
	t.Helper()
	r := s.Execute(t.Context(), gql.Request{Query: query})
	if r.Executed() || len(r.Errors()) == 0 {
		t.Fatalf("executed: %s", r.JSON())
	}
	var messages []string
	for _, err := range r.Errors() {
		messages = append(messages, err.Message)
	}
	if !strings.Contains(strings.Join(messages, "\n"), want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(messages, "\n     "), want)
	}
}

func TestErrorsPointAtTheirPlace(t *testing.T) {
	tests := map[string]struct {
		query string
		want  gql.Location
	}{
		"the first line":                {`{ hellp }`, gql.Location{Line: 1, Column: 3}},
		"a later line":                  {"{\n  hello\n  hellp\n}", gql.Location{Line: 3, Column: 3}},
		"lines that end otherwise":      {"{\r\n  hello\r  hellp }", gql.Location{Line: 3, Column: 3}},
		"characters of several bytes":   {`{ hello(name: "é😀") hellp }`, gql.Location{Line: 1, Column: 21}},
		"a syntax error":                {"{\n hello(name: ?) }", gql.Location{Line: 2, Column: 14}},
		"a value in an object":          {`{ echo(input: { exact: 1 }) }`, gql.Location{Line: 1, Column: 24}},
		"after the comment of one line": {"# é\n{ hellp }", gql.Location{Line: 2, Column: 3}},
	}
	s := newLibrary(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := s.Execute(t.Context(), gql.Request{Query: test.query})
			if len(r.Errors()) == 0 || len(r.Errors()[0].Locations) == 0 || r.Errors()[0].Locations[0] != test.want {
				t.Errorf("got %s, want %v", r.JSON(), test.want)
			}
		})
	}
}

func TestAScalarThatPanicsCostsItsField(t *testing.T) {
	s, err := gql.Build(`scalar Odd type Query { in(v: Odd): Int out: Odd ok: Int }`, gql.Binding{
		Scalars: map[string]gql.Scalar{"Odd": {
			Parse:     func(any) (any, error) { panic("hunter2") },
			Serialize: func(any) (any, error) { panic("hunter2") },
		}},
		Resolvers: map[string]map[string]gql.Resolver{"Query": {
			"in": gql.From(func(int) any { return 1 }), "out": gql.From(func(int) any { return 1 }), "ok": gql.From(func(int) any { return 1 }),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		`{ out ok }`:                       `{"out":null,"ok":1},"errors":[{"message":"internal error"`,
		`{ in(v: 1) }`:                     `{"errors":[{"message":"Query.in(v): unusable value 1"`,
		`query($v: Odd!) { in(v: $v) ok }`: `{"errors":[{"message":"variable $v of type Odd!: unusable value \"x\""`,
	} {
		got := dataOf(execute(t, s, gql.Request{Query: query, Root: 0, Variables: map[string]any{"v": "x"}}))
		if !strings.HasPrefix(got, want) || strings.Contains(got, "hunter2") {
			t.Errorf("%s: got %s", query, got)
		}
	}
}

func TestAnOperationIsChosenByName(t *testing.T) {
	s := newLibrary(t)
	const query = `query A { hello } query B { numbers }`
	for name, want := range map[string]string{
		"A": `{"hello":"hello world"}`, "B": `{"numbers":[1,2,3]}`,
		"C": `{"errors":[{"message":"document has no operation \"C\"","extensions":{"code":"BAD_USER_INPUT"}}],"extensions":{"revision":"r1"}}`,
	} {
		if got := dataOf(execute(t, s, gql.Request{Query: query, OperationName: name})); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}
