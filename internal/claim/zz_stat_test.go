package claim_test

import (
	"fmt"
	"testing"

	"domicile/internal/claim/naive"
)

func TestZZStat(t *testing.T) {
	rules, fp := fictionalRules(), fictionalFootprint(t)
	pairs := map[string]int{}
	dis := 0
	for round := range uint64(20000) {
		in := randomInputs(round, rules, fp)
		e := engine(t, in)
		n, _ := naive.Check(*in)
		if disagreement(t, in) != "" {
			dis++
		}
		if n.Verdict != e.Verdict {
			k := fmt.Sprintf("naive %s engine %s", n.Verdict, e.Verdict)
			pairs[k]++
			if pairs[k] <= 2 {
				t.Logf("%s round %d", k, round)
			}
		}
	}
	t.Log(dis, pairs)
}
