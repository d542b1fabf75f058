package claim_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"domicile/internal/claim"
	"domicile/internal/claim/naive"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// The random cases: change the seed or the number of rounds to look further. A
// failure prints both, which make the case again. Short runs ask a tenth.
var (
	seed   = flag.Uint64("seed", 20260820, "seed of the random questions")
	rounds = flag.Uint64("rounds", 1200, "how many random questions are asked")
)

// inputs is one question: everything an answer depends on.
type inputs = naive.Input

func engine(t testing.TB, in *inputs) *claim.Result {
	t.Helper()
	res := residency.Resolve(in.Rules, in.Footprint.At(in.Day), in.Settings)
	r, err := claim.Check(in.Claim, res, in.Window)
	if err != nil {
		t.Fatalf("%v\n%s", err, describe(in))
	}
	return r
}

// cell is what both sides can state of a flow, whatever placements they make of
// it: what, of which product, where it may be and where it is for certain. A
// flow that may not exist is nowhere for certain.
type cell struct {
	What, Product string
	Elsewhere     residency.Elsewhere
	Country       string
}

// sites are the codes a flow may and does reach.
type sites struct{ May, Certain []string }

func (s sites) equal(o sites) bool {
	return slices.Equal(s.May, o.May) && slices.Equal(s.Certain, o.Certain)
}

func what(c residency.DataCategory, a residency.Activity, s residency.Scope) string {
	return fmt.Sprintf("%s %s of %s", c, a, s)
}

func siteCodes(fp *footprint.Footprint, set footprint.SiteSet) []string {
	var out []string
	for i := range set.All() {
		out = append(out, fp.Site(i).Code)
	}
	return out
}

func engineCells(res *residency.Residency) map[cell]sites {
	fp := res.View.Footprint()
	out := map[cell]sites{}
	for _, p := range res.Placements {
		merge(out, cell{what(p.Category, p.Activity, p.Scope), p.Reason.Product, p.Elsewhere, p.Country},
			siteCodes(fp, p.May), siteCodes(fp, p.Certain), p.Possible)
	}
	return out
}

func naiveCells(ps []naive.Placement) map[cell]sites {
	out := map[cell]sites{}
	for _, p := range ps {
		merge(out, cell{what(p.Category, p.Activity, p.Scope), p.Product, p.Elsewhere, p.Country}, p.May, p.Certain, p.Possible)
	}
	return out
}

// merge adds a placement to its cell: whether a flow with two reasons is one
// placement or two is not part of the answer.
func merge(cells map[cell]sites, at cell, may, certain []string, possible bool) {
	if possible {
		certain = nil
	}
	was := cells[at]
	cells[at] = sites{union(was.May, may), union(was.Certain, certain)}
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

func engineExamples(r *claim.Result) []string {
	fp := r.Residency.View.Footprint()
	var out []string
	for _, ce := range r.Counterexamples {
		text := what(ce.Placement.Category, ce.Placement.Activity, ce.Placement.Scope)
		if ce.Sites.Empty() {
			out = append(out, text+" elsewhere")
		}
		for _, code := range siteCodes(fp, ce.Sites) {
			out = append(out, text+" at "+code)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func naiveExamples(r *naive.Result) []string {
	var out []string
	for _, ce := range r.Counterexamples {
		where := " elsewhere"
		if ce.Site != "" {
			where = " at " + ce.Site
		}
		out = append(out, what(ce.Category, ce.Activity, ce.Scope)+where)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func unknownFacts(r *claim.Result) []string {
	var out []string
	for _, m := range r.Unknowns {
		out = append(out, m.Fact)
	}
	slices.Sort(out)
	return out
}

// disagreement says how the engine and the naive checker differ, "" when they
// agree: on every placement, the verdict, every counterexample, and on the
// facts that decide (the engine may name more).
func disagreement(t testing.TB, in *inputs) string {
	t.Helper()
	e := engine(t, in)
	n, err := naive.Check(*in)
	if err != nil {
		t.Fatal(err)
	}
	plain, fast := naiveCells(n.Placements), engineCells(e.Residency)
	if !maps.EqualFunc(plain, fast, sites.equal) {
		return "placements (-naive +engine):\n" + cmp.Diff(plain, fast, cmpopts.EquateEmpty())
	}
	if n.Verdict != e.Verdict {
		return fmt.Sprintf("verdict: naive %s, engine %s", n.Verdict, e.Verdict)
	}
	if plain, fast := naiveExamples(&n), engineExamples(e); !slices.Equal(plain, fast) {
		return "counterexamples (-naive +engine):\n" + cmp.Diff(plain, fast)
	}
	for _, fact := range n.Unknowns {
		if !slices.Contains(unknownFacts(e), fact) {
			return fmt.Sprintf("the engine does not name the fact %s, only %v", fact, unknownFacts(e))
		}
	}
	return ""
}

func describe(in *inputs) string {
	return fmt.Sprintf("day %s\nclaim %s %s, categories %v, activities %v, scopes %v\nobservations %+v\nsettings %+v",
		in.Day, in.Claim.Kind, in.Claim.Places, in.Claim.Categories.List(), in.Claim.Activities.List(), in.Claim.Scopes, in.Window.Observations, *in.Settings)
}

// randomInputs makes the question of one round.
func randomInputs(round uint64, rules *residency.Rules, fp *footprint.Footprint) *inputs {
	d := newDice(*seed, round)
	in := &inputs{Rules: rules, Footprint: fp, Day: d.day(), Settings: d.settings(), Claim: d.claim()}
	if round%2 == 1 {
		in.Settings, in.Claim = d.nearlyTidy(), d.euClaim()
	}
	res := residency.Resolve(rules, fp.At(in.Day), in.Settings)
	in.Claim = d.scoped(in.Claim, res)
	if d.oneIn(3) {
		in.Window = d.window(res)
	}
	return in
}

func TestEngineAndNaiveCheckerAgreeOnRandomQuestions(t *testing.T) {
	rules, fp := fictionalRules(), fictionalFootprint(t)
	verdicts := map[claim.Verdict]int{}
	rounds := *rounds
	if testing.Short() {
		rounds /= 10
	}
	for round := range rounds {
		in := randomInputs(round, rules, fp)
		if d := disagreement(t, in); d != "" {
			t.Fatalf("seed %d round %d: %s\n%s", *seed, round, d, describe(in))
		}
		verdicts[engine(t, in).Verdict]++
	}
	t.Logf("seed %d, %d rounds: %v", *seed, rounds, verdicts)
	for _, v := range []claim.Verdict{claim.Unknown, claim.Holds, claim.NotEnsured, claim.Broken} {
		if verdicts[v] < int(rounds/200) {
			t.Errorf("only %d of %d random questions are %s; the cases say too little", verdicts[v], rounds, v)
		}
	}
}
