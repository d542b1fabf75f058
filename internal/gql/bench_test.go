package gql_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"domicile/internal/gql"
)

const listQuery = `query List($n: Int) { books(first: $n) {
	id title genre pages inPrint __typename a: title b: title c: pages d: genre e: inPrint f: title
} }`

func BenchmarkExecute(b *testing.B) {
	s := newLibrary(b)
	for name, req := range map[string]gql.Request{
		"three fields":              {Query: `{ book(id: "book:1") { title pages } }`},
		"300 objects of 12 fields":  {Query: listQuery, Variables: map[string]any{"n": 300}},
		"introspection, whole type": {Query: `{ __type(name: "Book") { fields { name type { name kind } } } }`},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := s.Execute(b.Context(), req)
				if len(r.Errors()) > 0 {
					b.Fatal(r.Errors())
				}
				r.Release()
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	s := newLibrary(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		// A name makes every document new to the cache.
		i++
		r := s.Execute(b.Context(), gql.Request{Query: listQuery + " # " + string(rune('a'+i%26)) + string(rune(0x4e00+i%20000)), Variables: map[string]any{"n": 1}})
		if len(r.Errors()) > 0 {
			b.Fatal(r.Errors())
		}
		r.Release()
	}
}

// BenchmarkHandler compares the handler with one that only answers the same
// bytes: what HTTP costs anyway.
func BenchmarkHandler(b *testing.B) {
	body := bodyOf(`{ book(id: "book:1") { title pages } }`, "")
	h := newHandler(b, gql.Options{Rate: 1e12})
	answer := post(h, body).Body.Bytes()
	floor := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})
	for name, handler := range map[string]http.Handler{"graphql": h, "floor": floor} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handler)
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				response, err := http.Post(server.URL, "application/json", strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
		})
	}
}
