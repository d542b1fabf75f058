package fleet

import (
	"math/bits"
	"sort"
	"strings"

	"domicile/internal/claim"
)

// Counts is how many customers have each verdict.
type Counts [4]int

// Of is how many have a verdict.
func (c Counts) Of(v claim.Verdict) int { return c[v] }

// Total is how many were judged.
func (c Counts) Total() int { return c[0] + c[1] + c[2] + c[3] }

// planes are the verdicts of a chunk: bit i of the first is the low bit of the
// i-th customer's verdict, of the second the high bit.
type planes [2][chunkWords]uint64

func (p *planes) verdict(i int) claim.Verdict {
	w, b := i>>6, i&63
	return claim.Verdict(p[0][w]>>b&1 | p[1][w]>>b&1<<1)
}

// Sweep is one claim judged over a fleet, so far. It goes through the customers
// in the order of their ids; Step goes on, and Complete says whether it is through.
type Sweep struct {
	fleet  *Fleet
	judged *Judged
	after  string // customers up to this id are left out
	planes []*planes
	first  int // chunk
	next   int // chunk
	Counts Counts

	overruled map[string]bool // whose verdict is not that of their profile
}

// NewSweep prepares a sweep of the customers whose id is greater than after.
func NewSweep(f *Fleet, j *Judged, after string) *Sweep {
	s := &Sweep{fleet: f, judged: j, after: after, planes: make([]*planes, len(f.chunks))}
	if after != "" && len(f.chunks) > 0 {
		if s.first, _, _ = f.find(after); s.skipped(s.first) == len(f.chunks[s.first].ids) {
			s.first++
		}
	}
	s.next = s.first
	return s
}

// Step judges up to n further runs of about a thousand customers. It stops
// before customers whose profile is not resolved yet, and says whether any are
// left.
func (s *Sweep) Step(n int) (more bool) {
	s.judged.extend()
	n = max(0, min(n, len(s.fleet.chunks)-s.next))
	for verdicts := make([]planes, n); n > 0; n-- {
		c := s.fleet.chunks[s.next]
		if int(c.greatest) >= len(s.judged.profiles) {
			return true
		}
		s.judge(s.next, &verdicts[n-1])
		s.next++
	}
	return s.next < len(s.fleet.chunks)
}

// Complete reports whether every customer of the sweep was judged.
func (s *Sweep) Complete() bool { return s.next == len(s.fleet.chunks) }

// Reached is the id of the last customer judged; after which to go on.
func (s *Sweep) Reached() string {
	if s.next == s.first {
		return s.after
	}
	ids := s.fleet.chunks[s.next-1].ids
	return max(s.after, ids[len(ids)-1])
}

// judge writes the verdicts of a chunk to p and counts them.
func (s *Sweep) judge(i int, p *planes) {
	c, verdicts := s.fleet.chunks[i], s.judged.profiles
	for w := 0; w*64 < len(c.profiles); w++ {
		var low, high uint64
		for b, profile := range c.profiles[w*64 : min(w*64+64, len(c.profiles))] {
			v := uint64(verdicts[profile])
			low |= v & 1 << (b & 63)
			high |= v >> 1 << (b & 63)
		}
		p[0][w], p[1][w] = low, high
	}
	s.planes[i] = p
	s.count(i, 1)
}

// count adds a chunk's verdicts to the counts, sign times.
func (s *Sweep) count(i, sign int) {
	p, skip := s.planes[i], s.skipped(i)
	n := len(s.fleet.chunks[i].ids) - skip
	low, high, both := 0, 0, 0
	for w := range chunkWords {
		mask := ^uint64(0)
		if from := skip - w*64; from >= 64 {
			continue
		} else if from > 0 {
			mask <<= from
		}
		l, h := p[0][w]&mask, p[1][w]&mask
		low, high, both = low+bits.OnesCount64(l), high+bits.OnesCount64(h), both+bits.OnesCount64(l&h)
	}
	s.Counts[claim.Unknown] += sign * (n - low - high + both)
	s.Counts[claim.Holds] += sign * (low - both)
	s.Counts[claim.NotEnsured] += sign * (high - both)
	s.Counts[claim.Broken] += sign * both
}

// skipped is how many customers of a chunk the sweep leaves out.
func (s *Sweep) skipped(i int) int {
	if i != s.first || s.after == "" {
		return 0
	}
	ids := s.fleet.chunks[i].ids
	return sort.Search(len(ids), func(k int) bool { return ids[k] > s.after })
}

// Verdict is a customer's verdict; false when it was not judged.
func (s *Sweep) Verdict(id string) (claim.Verdict, bool) {
	i, at, ok := s.fleet.find(id)
	if !ok || i < s.first || i >= s.next || id <= s.after && s.after != "" {
		return claim.Unknown, false
	}
	return s.planes[i].verdict(at), true
}

// Ahead is the last customer of the run that Step(1) judges next; "" when the sweep
// is through.
func (s *Sweep) Ahead() string {
	if s.Complete() {
		return ""
	}
	return last(s.fleet.chunks[s.next])
}

// Overrule puts a verdict in the place of that by a customer's profile, where more is
// known of it than its settings. A customer that was not judged stays so.
func (s *Sweep) Overrule(id string, v claim.Verdict) {
	was, judged := s.Verdict(id)
	if !judged || was == v {
		return
	}
	i, at, _ := s.fleet.find(id)
	p := *s.planes[i] // sweeps that follow one another share them
	w, b := at>>6, at&63
	for k := range p {
		p[k][w] = p[k][w]&^(1<<b) | uint64(v)>>k&1<<b
	}
	s.planes[i] = &p
	s.Counts[was]--
	s.Counts[v]++
	if s.overruled == nil {
		s.overruled = map[string]bool{}
	}
	s.overruled[id] = true
}

// Filter chooses customers of a sweep. The zero value chooses all.
type Filter struct {
	Verdicts []claim.Verdict
	Prefix   string // of the id
	Cause    *Cause // one of the causes of the verdict
}

// Row is one customer of a sweep.
type Row struct {
	Customer string
	Verdict  claim.Verdict
	Profile  uint32
}

// Who returns up to n customers after an id, ascending, that the filter
// chooses, and whether there are more.
func (s *Sweep) Who(f Filter, after string, n int) (rows []Row, more bool) {
	pick := s.picker(f)
	start, skip := s.first, 0
	if s.first < s.next {
		skip = s.skipped(s.first)
	}
	if from := max(after, f.Prefix); from > s.after && s.next > s.first {
		i, at, found := s.fleet.find(from)
		if found && from == after {
			at++
		}
		start, skip = i, at
	}
	for i := start; i < s.next; i++ {
		c, p := s.fleet.chunks[i], s.planes[i]
		for at := skip; at < len(c.ids); at++ {
			v := p.verdict(at)
			if !pick(c.profiles[at], v) {
				continue
			}
			if !strings.HasPrefix(c.ids[at], f.Prefix) {
				if c.ids[at] > f.Prefix {
					return rows, false // ids ascend: none behind has it
				}
				continue
			}
			if len(rows) == n {
				return rows, true
			}
			rows = append(rows, Row{c.ids[at], v, c.profiles[at]})
		}
		skip = 0
	}
	return rows, false
}

// picker is the filter over profiles and verdicts.
func (s *Sweep) picker(f Filter) func(profile uint32, v claim.Verdict) bool {
	wanted := [4]bool{true, true, true, true}
	if len(f.Verdicts) > 0 {
		wanted = [4]bool{}
		for _, v := range f.Verdicts {
			wanted[v] = true
		}
	}
	if f.Cause == nil {
		return func(_ uint32, v claim.Verdict) bool { return wanted[v] }
	}
	has := s.judged.havingCause(*f.Cause)
	return func(profile uint32, v claim.Verdict) bool { return wanted[v] && has[profile] }
}
