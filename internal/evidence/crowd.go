package evidence

import (
	"cmp"
	"slices"
)

// DefaultThreshold is how many distinct clients a cell needs to be kept.
const DefaultThreshold = 10

// Place is where visitors of a group are: an estimate.
type Place struct {
	Group   uint64 // what is counted apart, such as an hour of a customer; of the caller's
	Country [2]byte
	Cell    uint64
}

// Crowd counts the distinct clients of each place up to a threshold, to fold
// places with fewer into their parents. Clients are hashes under a key that
// lives as long as the process; no more than threshold-1 of a place are held, and
// they never leave the Crowd.
type Crowd struct {
	threshold int
	places    map[Place]*clients
}

// clients of a place. Once there are enough none are held.
type clients struct {
	hashes []uint64
	enough bool
}

// NewCrowd makes a crowd in which a place needs threshold clients; below one it
// is DefaultThreshold.
func NewCrowd(threshold int) *Crowd {
	if threshold < 1 {
		threshold = DefaultThreshold
	}
	return &Crowd{threshold: threshold, places: map[Place]*clients{}}
}

// Add counts a client, given as a hash, at a place with a cell.
func (c *Crowd) Add(p Place, client uint64) {
	at := c.places[p]
	if at == nil {
		at = &clients{}
		c.places[p] = at
	}
	at.add(client, c.threshold)
}

func (s *clients) add(client uint64, threshold int) {
	if s.enough || slices.Contains(s.hashes, client) {
		return
	}
	if s.hashes = append(s.hashes, client); len(s.hashes) >= threshold {
		s.hashes, s.enough = nil, true
	}
}

// Len is how many places there are.
func (c *Crowd) Len() int { return len(c.places) }

// Reset forgets everything.
func (c *Crowd) Reset() { clear(c.places) }

// Fold gives, for every place counted, the cell to keep: its own where enough
// clients were there, else that of the nearest parent in which enough of the
// folded ones are, else zero, which leaves the country alone. parent gives the
// next coarser cell, and false above the coarsest to keep. Each place of a result
// thus stands for at least threshold clients, or is a country.
func (c *Crowd) Fold(parent func(cell uint64) (uint64, bool)) map[Place]uint64 {
	levels := c.levels(parent)
	into := make(map[Place]Place, len(c.places))
	for _, level := range slices.Backward(levels) {
		for _, p := range level {
			at := c.places[p]
			if at.enough {
				continue
			}
			up, ok := parent(p.Cell)
			if !ok {
				up = 0
			}
			to := Place{p.Group, p.Country, up}
			into[p] = to
			if up == 0 {
				continue
			}
			for _, h := range at.hashes {
				c.Add(to, h)
			}
		}
	}
	out := make(map[Place]uint64, len(into))
	for p := range c.places {
		q := p
		for {
			to, folded := into[q]
			if !folded {
				break
			}
			q = to
		}
		out[p] = q.Cell
	}
	return out
}

// levels sorts the places and all of their parents by how many parents they
// have, and adds the parents as places.
func (c *Crowd) levels(parent func(uint64) (uint64, bool)) [][]Place {
	all := map[Place]int{}
	for p := range c.places {
		chain := []Place{p}
		for cell, ok := parent(p.Cell); ok; cell, ok = parent(cell) {
			chain = append(chain, Place{p.Group, p.Country, cell})
		}
		for i, q := range chain {
			all[q] = len(chain) - 1 - i
		}
	}
	var levels [][]Place
	for p, depth := range all {
		for len(levels) <= depth {
			levels = append(levels, nil)
		}
		levels[depth] = append(levels[depth], p)
		if c.places[p] == nil {
			c.places[p] = &clients{}
		}
	}
	for _, level := range levels {
		slices.SortFunc(level, func(a, b Place) int {
			return cmp.Or(cmp.Compare(a.Group, b.Group), slices.Compare(a.Country[:], b.Country[:]), cmp.Compare(a.Cell, b.Cell))
		})
	}
	return levels
}
