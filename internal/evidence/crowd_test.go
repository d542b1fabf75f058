package evidence_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"domicile/internal/evidence"
)

// A grid of tens: 1234 lies in 123, which lies in 12.
func tens(cell uint64) (uint64, bool) { return cell / 10, cell >= 100 }

func crowd(threshold int, clients map[evidence.Place]int) *evidence.Crowd {
	c, n := evidence.NewCrowd(threshold), uint64(0)
	for p, count := range clients {
		for range count {
			n++
			c.Add(p, n)
			c.Add(p, n) // a client that comes twice is one
		}
	}
	return c
}

func in(country string, cell uint64) evidence.Place {
	return evidence.Place{Group: 1, Country: [2]byte{country[0], country[1]}, Cell: cell}
}

func TestPlacesWithFewClientsFold(t *testing.T) {
	for _, tt := range []struct {
		name    string
		clients map[evidence.Place]int
		of      evidence.Place
		want    uint64
	}{
		{"enough clients keep a cell", map[evidence.Place]int{in("DE", 1234): 3}, in("DE", 1234), 1234},
		{"one too few leave the country", map[evidence.Place]int{in("DE", 1234): 2}, in("DE", 1234), 0},
		{"two small cells make their parent", map[evidence.Place]int{in("DE", 1234): 2, in("DE", 1235): 1}, in("DE", 1234), 123},
		{"a cell of its own adds nothing to its parent", map[evidence.Place]int{in("DE", 1234): 5, in("DE", 1235): 2}, in("DE", 1235), 0},
		{"the coarsest cell takes what is left", map[evidence.Place]int{in("DE", 1234): 1, in("DE", 1251): 1, in("DE", 1299): 1}, in("DE", 1251), 12},
		{"other countries do not help", map[evidence.Place]int{in("DE", 1234): 2, in("FR", 1234): 2}, in("FR", 1234), 0},
		{"a coarse cell takes in finer ones", map[evidence.Place]int{in("DE", 123): 2, in("DE", 1234): 1}, in("DE", 1234), 123},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := crowd(3, tt.clients).Fold(tens)[tt.of]; got != tt.want {
				t.Errorf("%d folds into %d, want %d", tt.of.Cell, got, tt.want)
			}
		})
	}
}

func TestGroupsAreCountedApart(t *testing.T) {
	c := evidence.NewCrowd(2)
	a, b := in("DE", 1234), in("DE", 1234)
	b.Group = 2
	c.Add(a, 1)
	c.Add(b, 2)
	folded := c.Fold(tens)
	if folded[a] != 0 || folded[b] != 0 {
		t.Errorf("%v: two groups of one client each are no crowd", folded)
	}
}

// Whatever the clients, a cell that is kept stands for enough of them.
func TestEveryKeptCellHasEnoughClients(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		threshold := 1 + random.IntN(6)
		c, who := evidence.NewCrowd(threshold), map[evidence.Place]map[uint64]bool{}
		for range random.IntN(120) {
			p := in([]string{"DE", "FR"}[random.IntN(2)], uint64(10+random.IntN(90)))
			for range random.IntN(3) {
				p.Cell = p.Cell*10 + uint64(random.IntN(10))
			}
			client := random.Uint64N(60)
			c.Add(p, client)
			if who[p] == nil {
				who[p] = map[uint64]bool{}
			}
			who[p][client] = true
		}
		kept := map[evidence.Place]map[uint64]bool{}
		for p, cell := range c.Fold(tens) {
			if cell == 0 || who[p] == nil {
				continue
			}
			q := p
			q.Cell = cell
			if kept[q] == nil {
				kept[q] = map[uint64]bool{}
			}
			for client := range who[p] {
				kept[q][client] = true
			}
			if !slices.Contains(parents(p.Cell), cell) {
				t.Fatalf("%d folds into %d, which does not hold it", p.Cell, cell)
			}
		}
		for q, clients := range kept {
			if len(clients) < threshold {
				t.Fatalf("%v stands for %d clients of at least %d", q, len(clients), threshold)
			}
		}
	}
}

func parents(cell uint64) []uint64 {
	out := []uint64{cell}
	for up, ok := tens(cell); ok; up, ok = tens(up) {
		out = append(out, up)
	}
	return out
}

func TestCountsThatLoseALineAreFound(t *testing.T) {
	c := evidence.Counts{Lines: 10, Accepted: 4, Duplicate: 1, UnknownHost: 1, Malformed: 1, NoSite: 1, TooLong: 1}
	if err := c.Check(); err == nil {
		t.Error("a line is missing")
	}
	c.Add(evidence.Counts{Accepted: 1, UnknownSite: 1})
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

func TestKindsAreNamed(t *testing.T) {
	k := evidence.Subrequest | evidence.HTTP3 | evidence.UnknownSite
	if got := k.String(); got != "SUBREQUEST|HTTP3|UNKNOWN_SITE" || !k.Valid() || evidence.Kinds(1<<15).Valid() {
		t.Errorf("%s, valid %t", got, k.Valid())
	}
}
