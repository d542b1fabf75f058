package gql_test

import (
	"encoding/json"
	"sort"
	"strings"
	"testing"
	"time"

	"domicile/internal/gql"
)

func sortStrings(s []string) { sort.Strings(s) }

func seeds(f *testing.F) {
	for _, query := range hostileDocuments() {
		if len(query) <= gql.DefaultLimits().Bytes {
			f.Add(query)
		}
	}
	f.Add(listQuery)
	f.Add(`query Q($a: [Int!]! = [1] @d, $b: Boolean!) { a: echo(int: 1, list: $a, input: { pages: { from: 1 } }) @skip(if: $b) ...F ... on Query { hello } } fragment F on Query { numbers }`)
	f.Add(`"about" mutation M { add(title: """block""") { id } } subscription S { ticks { n } }`)
}

// FuzzDocument executes any text: there is always an answer, it is JSON, and it
// comes soon.
func FuzzDocument(f *testing.F) {
	s := newLibrary(f)
	seeds(f)
	f.Fuzz(func(t *testing.T, query string) {
		if strings.Contains(query, "wait") {
			return // the field that waits for its deadline
		}
		began := time.Now()
		r := s.Execute(t.Context(), gql.Request{Query: query, MaxCost: 10000, Variables: map[string]any{"a": []any{1}, "b": true}})
		if !json.Valid(r.JSON()) {
			t.Errorf("no JSON: %q", r.JSON())
		}
		if !r.Executed() && len(r.Errors()) == 0 {
			t.Error("refused without a reason")
		}
		if took := time.Since(began); took > 20*patience {
			t.Errorf("took %v", took)
		}
		r.Release()
	})
}

// FuzzParse compares the parser with the library's: what the library reads must
// be read alike.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, query string) {
		own, lib, ok := gql.ParseBoth(query)
		if ok && own != lib && !differsByDesign(query) {
			t.Errorf("%q\n own %q\n lib %q", query, own, lib)
		}
	})
}

// differsByDesign is true for what the library is known to read differently:
// strings, whose escapes and indentation it gets wrong outside ASCII, and type
// definitions.
func differsByDesign(query string) bool { return strings.ContainsAny(query, "\"\\") }

// FuzzVariables coerces any JSON to every kind of input.
func FuzzVariables(f *testing.F) {
	s := newLibrary(f)
	for _, vars := range []string{
		`{}`, `{"int":1,"list":[1,null],"matrix":[[1]],"input":{"pages":{"from":1}},"choice":{"text":"x"}}`,
		`{"date":"2024-02-29","genre":"NOVEL","float":1e400,"id":1.0,"flag":"x"}`, `{"list":{"a":[{}]}}`, `{"strict":[null]}`,
	} {
		f.Add(vars)
	}
	const query = `query($int: Int, $float: Float, $text: String, $flag: Boolean, $id: ID, $genre: Genre, $date: Date, $list: [Int],
		$strict: [Int!], $matrix: [[Int]], $input: BookFilter, $choice: Choice, $required: Int! = 3) {
		echo(int: $int, float: $float, text: $text, flag: $flag, id: $id, genre: $genre, date: $date, list: $list,
			strict: $strict, matrix: $matrix, input: $input, choice: $choice, required: $required) }`
	f.Fuzz(func(t *testing.T, text string) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var vars map[string]any
		if d.Decode(&vars) != nil {
			return
		}
		r := s.Execute(t.Context(), gql.Request{Query: query, Variables: vars})
		if !json.Valid(r.JSON()) || len(r.Errors()) > 10 {
			t.Errorf("%s: %s", text, r.JSON())
		}
		for _, err := range r.Errors() {
			if err.Code != gql.BadUserInput {
				t.Errorf("%s: %v", text, err)
			}
		}
		r.Release()
	})
}

// FuzzRequest posts any body: the answer is JSON and never a server error.
func FuzzRequest(f *testing.F) {
	h := newHandler(f, gql.Options{Timeout: time.Second})
	f.Add(`{"query":"{ hello }","variables":{},"operationName":null,"extensions":{"persistedQuery":{}}}`, "application/json")
	f.Add(`[]`, "application/graphql-response+json;q=0.1")
	f.Add(`{"documentId":"x"}`, "text/event-stream")
	f.Fuzz(func(t *testing.T, body, accept string) {
		if strings.Contains(body, "wait") || strings.Contains(body, `\u`) {
			return
		}
		w := post(h, body, "Accept", accept)
		if w.Code >= 500 || !strings.Contains(w.Header().Get("Content-Type"), "event-stream") && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
	})
}
