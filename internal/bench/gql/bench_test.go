package bench_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var queriesOf = map[string]struct {
	query string
	vars  map[string]any
}{
	"300 objects of 12 fields": {
		`query($n: Int!) { items(first: $n) { id name kind size weight active city country note rank code label } }`,
		map[string]any{"n": count},
	},
	"three fields": {`query($id: ID!) { item(id: $id) { name size } }`, map[string]any{"id": "item:7"}},
}

func BenchmarkEngines(b *testing.B) {
	for name, q := range queriesOf {
		for peer, answer := range engines(b) {
			b.Run(name+"/"+peer, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := answer(b.Context(), q.query, q.vars); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestTheEnginesAgree(t *testing.T) {
	for name, q := range queriesOf {
		var first any
		for peer, answer := range engines(t) {
			body, err := answer(t.Context(), q.query, q.vars)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, peer, err)
			}
			var got any
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			if whole, ok := got.(map[string]any); ok && whole["data"] != nil {
				got = whole["data"]
			}
			if first == nil {
				first = got
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Errorf("%s, %s: %s", name, peer, diff)
			}
		}
	}
}
