package fleet_test

import (
	"context"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

const module = `package residency

sets[i] := {"may": {s | some s in p.may}, "certain": {s | some s in p.certain}} if some i, p in input.placements

accept := {s | some s in data.places.accept}

refuse := {s | some s in data.places.refuse}

outside contains i if {
	some i, p in input.placements
	not p.possible
	p.elsewhere == "out"
}

outside contains i if {
	some i, p in input.placements
	not p.possible
	count(sets[i].certain & refuse) > 0
}

outside contains i if {
	some i, p in input.placements
	not p.possible
	count(p.may) > 0
	count(sets[i].may - refuse) == 0
}

open contains i if {
	some i, p in input.placements
	count(sets[i].may - accept) > 0
}

open contains i if {
	some i, p in input.placements
	p.elsewhere != ""
	p.elsewhere != "in"
}

open contains i if {
	some i, p in input.placements
	p.elsewhere == ""
	count(p.may) == 0
}

default verdict := "HOLDS"

verdict := "NOT_ENSURED" if count(outside) > 0

verdict := "UNKNOWN" if {
	count(outside) == 0
	count(open) > 0
}
`

// opa is the question as a prepared query. Sets have no form in input, so they
// are made of lists by the module.
type opa struct{ query rego.PreparedEvalQuery }

func newOPA(t testing.TB, w *world) *opa {
	t.Helper()
	store := inmem.NewFromObject(map[string]any{"places": map[string]any{"accept": anys(w.in), "refuse": anys(w.out)}})
	q, err := rego.New(rego.Query("data.residency.verdict"), rego.Module("residency.rego", module), rego.Store(store)).PrepareForEval(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return &opa{q}
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// input is the placements in OPA's own form, made beforehand.
func input(t testing.TB, ps []placement) ast.Value {
	t.Helper()
	var list []any
	for _, p := range ps {
		list = append(list, map[string]any{"may": anys(p.may), "certain": anys(p.certain), "possible": p.possible, "elsewhere": p.elsewhere})
	}
	v, err := ast.InterfaceToValue(map[string]any{"placements": list})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (o *opa) verdict(t testing.TB, in ast.Value) string {
	got, err := o.query.Eval(context.Background(), rego.EvalParsedInput(in))
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	return got[0].Expressions[0].Value.(string)
}

// cedarEngine asks one authorization a placement and site.
type cedarEngine struct {
	policies *cedar.PolicySet
	entities cedar.EntityMap
}

const policies = `
permit (principal, action == Action::"accept", resource in Place::"inside");
permit (principal, action == Action::"refuse", resource in Place::"outside");
`

func newCedar(t testing.TB, w *world) *cedarEngine {
	t.Helper()
	set, err := cedar.NewPolicySetFromBytes("residency.cedar", []byte(policies))
	if err != nil {
		t.Fatal(err)
	}
	e := &cedarEngine{set, cedar.EntityMap{}}
	for place, codes := range map[string][]string{"inside": w.in, "outside": w.out} {
		parent := cedar.NewEntityUID("Place", cedar.String(place))
		e.entities[parent] = cedar.Entity{UID: parent}
		for _, c := range codes {
			uid := cedar.NewEntityUID("Site", cedar.String(c))
			e.entities[uid] = cedar.Entity{UID: uid, Parents: cedar.NewEntityUIDSet(parent)}
		}
	}
	return e
}

func (e *cedarEngine) ask(action, site string) bool {
	ok, _ := cedar.Authorize(e.policies, e.entities, cedar.Request{
		Principal: cedar.NewEntityUID("Customer", "acme"), Action: cedar.NewEntityUID("Action", cedar.String(action)),
		Resource: cedar.NewEntityUID("Site", cedar.String(site)),
	})
	return bool(ok)
}

func (e *cedarEngine) verdict(ps []placement) string {
	verdict := "HOLDS"
	for _, p := range ps {
		accepted, refused, certain := 0, 0, p.elsewhere == "out"
		for _, s := range p.may {
			switch {
			case e.ask("accept", s):
				accepted++
			case e.ask("refuse", s):
				refused++
			}
		}
		for _, s := range p.certain {
			certain = certain || e.ask("refuse", s)
		}
		switch {
		case !p.possible && (certain || len(p.may) > 0 && refused == len(p.may)):
			verdict = "NOT_ENSURED"
		case verdict == "HOLDS" && (accepted < len(p.may) || p.elsewhere != "" && p.elsewhere != "in" || p.elsewhere == "" && len(p.may) == 0):
			verdict = "UNKNOWN"
		}
	}
	return verdict
}
