//go:build e2e

package gql_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"domicile/internal/gql"
)

// seedDocuments are documents that use every feature; the test breaks them.
var seedDocuments = []string{
	`query Q($n: Int = 3, $yes: Boolean!) { books(first: $n, genre: NOVEL) { id title @skip(if: $yes) author(short: true) { name } ...B } } fragment B on Book { genre tags shelf { row } }`,
	`{ search(text: "a") { __typename ... on Book { x: title } ... on Author { x: name near { id ... on Book { pages } } } } }`,
	`query($i: BookFilter, $r: Int!, $c: String!) { echo(input: $i, int: null, list: [1, null], choice: { text: $c }) a: echo(input: { title: "t", pages: { from: $r } }) }`,
	`mutation M($t: String!) { add(title: $t) { id } bump }`,
	`{ nodes(ids: ["a", 1]) { id ... on Node { near { id } } } hello(name: """block""") self { self { numbers matrix } } }`,
	`{ echo(float: 1, flag: true, id: "x", date: "2024-02-29", strict: [1], matrix: [[1], 2], genre: POEM, required: 4) must(n: 1) }`,
	`{ book(id: 7) { price ... @include(if: true) { inPrint } ... { sequel { id } } } trouble { fine inner { list } } }`,
	`query A($a: [Int!]! = [1, 2]) { echo(strict: $a) b: echo(list: $a) catalogue(first: 1) { nodes { id } total } }`,
}

var (
	token   = regexp.MustCompile(`"""(?s:.*?)"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[A-Za-z_]\w*|-?\d+(\.\d+)?|[^\s,]`)
	literal = regexp.MustCompile(`^["0-9-]`)
	bounded = regexp.MustCompile(`^(document|operation) (has|is|selects) `)
)

// breaker changes tokens of documents for others of the same kind.
type breaker struct {
	*rand.Rand
	names, literals []string
}

func newBreaker() *breaker {
	b := &breaker{Rand: rand.New(rand.NewPCG(3, 4)), literals: []string{"null", "true", "NOVEL", "[1]", "{}", "[]", "$n", "1.5", `""`}}
	for _, document := range seedDocuments {
		for _, t := range token.FindAllString(document, -1) {
			if literal.MatchString(t) {
				b.literals = append(b.literals, t)
			} else if len(t) > 1 || t > "A" {
				b.names = append(b.names, t)
			}
		}
	}
	return b
}

func (b *breaker) document() string {
	tokens := token.FindAllString(seedDocuments[b.IntN(len(seedDocuments))], -1)
	for range 1 + b.IntN(2) {
		at := b.IntN(len(tokens))
		switch {
		case b.IntN(4) == 0:
			tokens = append(tokens[:at:at], tokens[at+1:]...)
		case literal.MatchString(tokens[at]):
			tokens[at] = b.literals[b.IntN(len(b.literals))]
		default:
			tokens[at] = b.names[b.IntN(len(b.names))]
		}
	}
	return strings.Join(tokens, " ")
}

// TestValidationAgreesWithTheReference asks graphql-js about broken documents.
func TestValidationAgreesWithTheReference(t *testing.T) {
	if _, err := os.Stat("audit/node_modules/graphql"); err != nil {
		t.Fatal("audit: no node_modules; run npm ci in internal/gql/audit")
	}
	s, b := newLibrary(t), newBreaker()
	var lines bytes.Buffer
	for range 20000 {
		query := b.document()
		r := s.Execute(t.Context(), gql.Request{Query: query, MaxCost: 5000, Variables: map[string]any{"yes": true, "r": 1, "c": "", "t": ""}})
		valid, reason := r.Executed() || r.Errors()[0].Code == gql.CostLimit, ""
		if !valid {
			reason = r.Errors()[0].Message
			if valid = strings.HasPrefix(reason, "variable $") && strings.HasSuffix(reason, "was not given"); bounded.MatchString(reason) {
				continue // our limits are not validation
			}
		}
		line, err := json.Marshal(map[string]any{"query": query, "valid": valid, "reason": reason})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	cmd := exec.CommandContext(t.Context(), "node", "reference.js", "../testdata/library.graphql")
	cmd.Dir, cmd.Stdin = "audit", &lines
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out[max(0, len(out)-4000):])
	if err != nil {
		t.Error(err)
	}
}
