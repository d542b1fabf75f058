package fleet

import (
	"cmp"
	"slices"
	"strings"

	"domicile/internal/claim"
)

// CauseCount is how many customers have their verdict for a cause; most have it
// for several.
type CauseCount struct {
	Cause
	Verdict   claim.Verdict // NotEnsured or Unknown
	Customers int
	Example   string // the first customer by id
}

// Causes returns why the customers judged so far have the verdicts they have,
// those of most customers first. Verdicts that were overruled are left out.
func (s *Sweep) Causes() []CauseCount {
	weight, example := s.weights()
	j := s.judged
	var counts [2][]CauseCount
	for k, v := range [...]claim.Verdict{claim.NotEnsured, claim.Unknown} {
		counts[k] = make([]CauseCount, len(j.compiled.causes))
		for i, c := range j.compiled.causes {
			counts[k][i] = CauseCount{Cause: c, Verdict: v}
		}
	}
	mark := make([]uint32, len(j.compiled.causes))
	for p, n := range weight {
		if n == 0 || j.profiles[p] == claim.Holds {
			continue
		}
		into := counts[0]
		if j.profiles[p] == claim.Unknown {
			into = counts[1]
		}
		j.eachCause(uint32(p), func(cause uint32) {
			if mark[cause] == uint32(p)+1 {
				return
			}
			mark[cause] = uint32(p) + 1
			c := &into[cause]
			c.Customers += int(n)
			if c.Example == "" || example[p] < c.Example {
				c.Example = example[p]
			}
		})
	}
	out := slices.DeleteFunc(slices.Concat(counts[0], counts[1]), func(c CauseCount) bool { return c.Customers == 0 })
	slices.SortFunc(out, CauseCount.compare)
	return out
}

// eachCause calls fn with the cause of each placement that makes a profile's
// verdict what it is.
func (j *Judged) eachCause(profile uint32, fn func(cause uint32)) {
	state := uint8(open)
	if j.profiles[profile] == claim.NotEnsured {
		state = outside
	}
	c := j.compiled
	for _, a := range c.rows[c.start[profile]:c.start[profile+1]] {
		if j.atoms[a]&state != 0 {
			fn(c.atoms[a].cause)
		}
	}
}

// havingCause says of each profile whether a cause is one of its verdict's.
func (j *Judged) havingCause(want Cause) []bool {
	out := make([]bool, len(j.profiles))
	for p := range out {
		j.eachCause(uint32(p), func(cause uint32) { out[p] = out[p] || j.compiled.causes[cause] == want })
	}
	return out
}

func (c CauseCount) compare(o CauseCount) int {
	return cmp.Or(
		cmp.Compare(o.Customers, c.Customers), cmp.Compare(o.Verdict, c.Verdict), cmp.Compare(c.Category, o.Category),
		cmp.Compare(c.Kind, o.Kind), strings.Compare(c.Product, o.Product), cmp.Compare(c.Setting, o.Setting), strings.Compare(c.Region, o.Region),
	)
}

// weights is how many customers judged so far each profile has, and the first.
func (s *Sweep) weights() ([]uint32, []string) {
	weight, example := make([]uint32, len(s.judged.profiles)), make([]string, len(s.judged.profiles))
	for i := s.first; i < s.next; i++ {
		c := s.fleet.chunks[i]
		for at := s.skipped(i); at < len(c.ids); at++ {
			p := c.profiles[at]
			if len(s.overruled) > 0 && s.overruled[c.ids[at]] {
				continue
			}
			if weight[p]++; weight[p] == 1 {
				example[p] = c.ids[at]
			}
		}
	}
	return weight, example
}
