package gql_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"domicile/internal/gql"
)

// patience is how long any hostile request may take.
const patience = 250 * time.Millisecond

// quick runs something that must not take longer than patience. A machine with
// other things to do gets three tries.
func quick(t *testing.T, do func()) {
	t.Helper()
	best := time.Hour
	for range 3 {
		began := time.Now()
		do()
		if best = min(best, time.Since(began)); best <= patience {
			return
		}
	}
	t.Errorf("took %v", best)
}

// doubling makes n fragments of which each spreads the next twice: 2ⁿ fields.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("{ ...F0 }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Query { a: self { ...F%d } b: self { ...F%d } }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query { hello }", n)
	return b.String()
}

func hostileDocuments() map[string]string {
	repeat := strings.Repeat
	return map[string]string{
		"a fragment that spreads itself":          `{ ...A } fragment A on Query { ...A }`,
		"a cycle of fragments under fields":       `{ ...A } fragment A on Query { self { ...B } } fragment B on Query { self { ...A } }`,
		"a cycle in an unused fragment":           `{ hello } fragment A on Query { ...A }`,
		"a long chain of fragments":               chain(200),
		"spreads that double 23 times":            doubling(23),
		"spreads that double 40 times":            doubling(40),
		"depth of 20,000":                         repeat("{self", 20000) + repeat("}", 20000),
		"depth of 2,000 within the size":          repeat("{self", 2000) + repeat("}", 2000),
		"depth of 30":                             repeat("{self", 30) + "{hello}" + repeat("}", 30),
		"depth through fragments":                 "{ " + repeat("self { ", 14) + "...A" + repeat(" }", 14) + " } fragment A on Query { self { hello } }",
		"100,000 aliases":                         "{" + aliases(100000) + "}",
		"60 aliases":                              "{" + aliases(60) + "}",
		"4,000 unknown fields":                    "{" + numbered("nope%d ", 4000) + "}",
		"1,400 unknown fields within the tokens":  "{" + numbered("n%d ", 1400) + "}",
		"1,400 times the same unknown field":      "{" + repeat("x ", 1400) + "}",
		"a syntax error at column 80,000":         "{ hello" + repeat(" ", 80000) + "(",
		"a syntax error at column 16,000":         "{ hello" + repeat(" ", 16000) + "(",
		"a variable type that is a bracket":       `query($a: ]) { hello }`,
		"directives by the thousand":              "{ hello " + repeat("@skip(if: false) ", 2000) + "}",
		"60 directives":                           "{ hello " + repeat("@a ", 60) + "}",
		"unknown directives by the hundred":       "{ hello " + repeat("@a", 500) + "}",
		"21 root fields":                          "{" + numbered("hello ", 21) + "}",
		"1,400 equal fields":                      "{" + repeat("hello ", 1400) + "}",
		"arguments that conflict by the hundred":  "{ self {" + numbered("hello(name: \"%d\") ", 230) + "} }",
		"lists nested 39 deep":                    "{ echo(list: " + repeat("[", 37) + repeat("]", 37) + ") }",
		"lists nested 2,000 deep":                 "{ echo(list: " + repeat("[", 2000) + repeat("]", 2000) + ") }",
		"a number of 15,000 digits":               "{ echo(int: " + repeat("9", 15000) + ") }",
		"a float of 15,000 digits":                "{ echo(float: " + repeat("9", 15000) + ".5) }",
		"a string of 15,000 escapes":              `{ echo(text: "` + repeat(`\u00e9`, 2000) + `" int: "x") }`,
		"a name of 15,000 letters":                "{ " + repeat("a", 15000) + " }",
		"a block string of quotes":                `{ echo(text: """` + repeat(`\"""`, 3000) + `""" int: 1.5) }`,
		"unused variables by the hundred":         "query(" + numbered("$v%d: Int ", 300) + ") { hello }",
		"undefined variables by the hundred":      "{ self {" + numbered("echo(int: $v%d) ", 200) + "} }",
		"operations by the hundred":               numbered("query Q%d { hello } ", 200),
		"bytes that are not UTF-8":                "{ hello(name: \"\xff\xfe\") }",
		"a byte order mark and nothing":           "\uFEFF",
		"nothing":                                 "",
		"only a comment":                          "# {",
		"a null byte":                             "{ hello\x00 }",
		"an unclosed string":                      `{ hello(name: "`,
		"an unclosed block string":                `{ hello(name: """`,
		"a lone surrogate":                        `{ hello(name: "\ud83d") }`,
		"a type definition":                       `type A { b: Int }`,
		"introspection in circles":                "{ __schema { types { " + repeat("fields { type { ", 5) + "name" + repeat(" } }", 5) + " } } }",
		"a subscription with two roots":           `subscription { ticks { n } b: ticks { n } }`,
		"a subscription that introspects":         `subscription { __typename }`,
		"a subscription root that is conditional": `subscription($a: Boolean!) { ticks @include(if: $a) { n } }`,
		"types that multiply through selections":  multiplying(12),
		"overlapping fields that differ deep":     overlapping(7),
		"a oneOf with two fields":                 `{ echo(choice: { number: 1, text: "x" }) }`,
		"a oneOf with null":                       `{ echo(choice: { number: null }) }`,
		"an operation kind that is misspelt":      `querry { hello }`,
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return b.String()
}

func aliases(n int) string { return numbered("a%d: hello ", n) }

func chain(n int) string {
	var b strings.Builder
	b.WriteString("{ ...F0 }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Query { ...F%d }", i, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query { hello }", n)
	return b.String()
}

// multiplying selects something else on every path of object types: 2ⁿ paths.
func multiplying(depth int) string {
	var b strings.Builder
	b.WriteString(`{ search(text: "") { __typename ... on Node { `)
	for level := range depth {
		for _, t := range []string{"Book", "Author"} {
			b.WriteString(strings.Repeat("near { ", level))
			fmt.Fprintf(&b, "... on %s { ", t)
			b.WriteString(strings.Repeat("near { ", depth-level) + "id")
			b.WriteString(strings.Repeat(" }", depth+1) + " ")
		}
	}
	b.WriteString("} } }")
	return b.String()
}

func overlapping(depth int) string {
	var set string
	for level := range depth {
		set = fmt.Sprintf("self { %s hello(name: \"a\") } self { %s hello(name: \"%d\") }", set, set, level)
	}
	return "{ " + set + " }"
}

func TestHostileDocumentsAreRefusedSoon(t *testing.T) {
	s := newLibrary(t)
	for name, query := range hostileDocuments() {
		t.Run(name, func(t *testing.T) {
			var r *gql.Response
			quick(t, func() { r = s.Execute(t.Context(), gql.Request{Query: query}) })
			if r.Executed() || len(r.Errors()) == 0 || len(r.Errors()) > 10 {
				t.Errorf("executed %v with %d errors: %.300s", r.Executed(), len(r.Errors()), r.JSON())
			}
			if len(r.JSON()) > 8<<10 {
				t.Errorf("answer of %d bytes", len(r.JSON()))
			}
			for _, err := range r.Errors() {
				if err.Code != gql.BadUserInput {
					t.Errorf("code %s: %s", err.Code, r.JSON())
				}
			}
		})
	}
}

func TestHostileBodiesAreRefusedSoon(t *testing.T) {
	json, plain := "application/json", "text/plain"
	deep := strings.Repeat("[", 100000)
	bodies := map[string]struct {
		contentType, body string
		status            int
	}{
		"a megabyte of nothing":               {json, strings.Repeat(" ", 1<<20), 413},
		"a megabyte of query":                 {json, `{"query":"{ ` + strings.Repeat("a ", 1<<19) + `}"}`, 413},
		"JSON nested 100,000 deep":            {json, deep, 400},
		"variables nested 9,000 deep":         {json, `{"query":"query($i: BookFilter){echo(input: $i)}","variables":{"i":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`, 200},
		"variables nested 100,000 deep":       {json, `{"query":"{hello}","variables":{"i":` + deep + `}}`, 400},
		"a list of 100,000 for an Int":        {json, `{"query":"query($i: Int){echo(int: $i)}","variables":{"i":[` + strings.Repeat("1,", 99999) + `1]}}`, 200},
		"a list with 100,000 wrong items":     {json, `{"query":"query($i: [Int]){echo(list: $i)}","variables":{"i":[` + strings.Repeat(`"",`, 60000) + `1]}}`, 200},
		"20,000 unknown variables":            {json, `{"query":"{hello}","variables":{` + numbered(`"v%d":1,`, 20000) + `"z":1}}`, 200},
		"20,000 unknown input fields":         {json, `{"query":"query($i: Range){echo(input: {pages: $i})}","variables":{"i":{` + numbered(`"v%d":1,`, 20000) + `"z":1}}}`, 200},
		"a number with an enormous exponent":  {json, `{"query":"query($f: Float){echo(float: $f)}","variables":{"f":1e999999999}}`, 200},
		"several operations in a list":        {json, `[{"query":"{hello}"},{"query":"{hello}"}]`, 400},
		"a form":                              {"application/x-www-form-urlencoded", "query=%7Bhello%7D", 415},
		"a multipart form":                    {"multipart/form-data; boundary=x", "--x\r\n\r\n--x--", 415},
		"plain text":                          {plain, `{"query":"{hello}"}`, 415},
		"application/graphql":                 {"application/graphql", `{hello}`, 415},
		"JSON in another charset":             {json + "; charset=utf-16", `{"query":"{hello}"}`, 415},
		"no content type":                     {"", `{"query":"{hello}"}`, 415},
		"a body that is not JSON":             {json, `{"query":`, 400},
		"two bodies":                          {json, `{"query":"{hello}"}{"query":"{hello}"}`, 400},
		"JSON that is null":                   {json, `null`, 400},
		"an empty digest":                     {json, `{"extensions":{"persistedQuery":{"sha256Hash":""}}}`, 400},
		"a digest that is unknown":            {json, `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("ab", 32) + `"}}}`, 200},
		"a digest of another document":        {json, `{"query":"{hello}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("ab", 32) + `"}}}`, 200},
		"a subscription without event stream": {json, `{"query":"subscription{ticks{n}}"}`, 200},
		"bytes that are not UTF-8":            {json, "{\"query\":\"{hello(name:\\\"\xff\\\")}\"}", 200},
		"a query with a lone surrogate":       {json, `{"query":"{hello(name:\"\ud800\")}"}`, 200},
	}
	h := newHandler(t, gql.Options{})
	for name, test := range bodies {
		t.Run(name, func(t *testing.T) {
			var w *httptest.ResponseRecorder
			quick(t, func() {
				r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(test.body))
				if test.contentType != "" {
					r.Header.Set("Content-Type", test.contentType)
				}
				w = httptest.NewRecorder()
				h.ServeHTTP(w, r)
			})
			if w.Code != test.status {
				t.Errorf("status %d, want %d: %.200s", w.Code, test.status, w.Body)
			}
			if !bytes.HasPrefix(w.Body.Bytes(), []byte("{")) || w.Body.Len() > 8<<10 {
				t.Errorf("answered %d bytes: %.200s", w.Body.Len(), w.Body)
			}
		})
	}
}
