package atlas

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/footprint"
)

// MaxClasses is the most classes that cells are drawn in.
const MaxClasses = 5

// Grid is how cells of visitors relate; what it answers for is a picture.
type Grid interface {
	// Coarsen gives the cell of at most a resolution that holds a cell; false for
	// what is no cell.
	Coarsen(cell uint64, resolution int) (uint64, bool)
	// Ring is a cell's outline: corners as (longitude, latitude) in hundredths of a
	// degree, the first not repeated, clockwise as seen from above; a longitude may
	// reach beyond ±18000.
	Ring(cell uint64) ([][2]int32, error)
}

// SiteTraffic is what a site handled.
type SiteTraffic struct {
	Code   string
	Site   *footprint.Site // nil when the footprint does not know the code
	Events uint64
}

// CountryTraffic is what was handled for visitors of a country, as an estimate.
type CountryTraffic struct {
	Country string
	Events  uint64
}

// CellTraffic is what was handled for visitors of a cell, ready to draw.
type CellTraffic struct {
	Cell   uint64
	Ring   [][2]int32
	Events uint64
	Class  int // 1 for the least, up to the number of classes
}

// Class is a range of events that cells are drawn alike in.
type Class struct {
	From, To uint64 // both included
	Cells    int
}

// Traffic is what was observed of a customer's requests in a window. Visitors'
// places are estimates and never decide a verdict.
type Traffic struct {
	From, To  time.Time
	Coverage  evidence.Coverage
	Events    uint64
	Sites     []SiteTraffic    // most events first
	Countries []CountryTraffic // most events first
	Cells     []CellTraffic    // ascending by cell
	Classes   []Class          // ascending
	// CountryOnly are events of visitors of whom no more than the country is kept;
	// Unlocated, of whom not even that.
	CountryOnly, Unlocated uint64
	// Transfers are the events for which servers of the customer's own were asked, by
	// scope and country.
	Transfers []evidence.Transfer
}

// Traffic sums up what was observed of a customer's requests in a window, with
// cells of at most a resolution.
func (w *Witness) Traffic(ctx context.Context, st *State, id string, from, to time.Time, resolution int, grid Grid) (*Traffic, error) {
	from, to, err := w.window(from, to)
	if err != nil {
		return nil, err
	}
	if _, ok := st.Customer(id); !ok {
		return nil, fmt.Errorf("customer %q: %w", clip(id), ErrNotFound)
	}
	all, err := w.evidence.Visitors(ctx, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("visitors of %s: %w", id, err)
	}
	seen, err := w.evidence.Coverage(ctx, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("coverage of %s: %w", id, err)
	}
	transfers, err := w.evidence.Transfers(ctx, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("onward transfers of %s: %w", id, err)
	}
	t := &Traffic{From: from, To: to, Transfers: transfers, Coverage: evidence.Cover(from, to, seen)}
	sites, countries, cells := map[string]uint64{}, map[string]uint64{}, map[uint64]uint64{}
	for _, v := range all {
		t.Events += v.Count
		sites[v.Site] += v.Count
		if v.Country == "" {
			t.Unlocated += v.Count
			continue
		}
		countries[v.Country] += v.Count
		if cell, ok := grid.Coarsen(v.Cell, resolution); ok {
			cells[cell] += v.Count
		} else {
			t.CountryOnly += v.Count
		}
	}
	for _, code := range byEvents(sites) {
		s := SiteTraffic{Code: code, Events: sites[code]}
		if at, ok := st.Reference.Footprint.Lookup(code); ok {
			s.Site = st.Reference.Footprint.Site(at)
		}
		t.Sites = append(t.Sites, s)
	}
	for _, c := range byEvents(countries) {
		t.Countries = append(t.Countries, CountryTraffic{c, countries[c]})
	}
	return t, t.draw(cells, grid)
}

// byEvents gives keys, those with most events first.
func byEvents(m map[string]uint64) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
}

// draw adds the cells with their rings and classes.
func (t *Traffic) draw(cells map[uint64]uint64, grid Grid) error {
	t.Classes = classes(slices.Collect(maps.Values(cells)))
	for _, cell := range slices.Sorted(maps.Keys(cells)) {
		ring, err := grid.Ring(cell)
		if err != nil {
			return err
		}
		n := cells[cell]
		class := slices.IndexFunc(t.Classes, func(c Class) bool { return n <= c.To })
		t.Classes[class].Cells++
		t.Cells = append(t.Cells, CellTraffic{Cell: cell, Ring: ring, Events: n, Class: class + 1})
	}
	return nil
}

// classes cuts the counts of cells into at most MaxClasses ranges of equal ratio,
// leaving out those that no cell is in.
func classes(counts []uint64) []Class {
	if len(counts) == 0 {
		return nil
	}
	least, most := slices.Min(counts), slices.Max(counts)
	ratio := math.Pow(float64(most)/float64(least), 1.0/MaxClasses)
	var out []Class
	from := least
	for i := 1; i <= MaxClasses; i++ {
		to := uint64(float64(least) * math.Pow(ratio, float64(i)))
		if i == MaxClasses {
			to = most
		}
		if to < from || !slices.ContainsFunc(counts, func(n uint64) bool { return n >= from && n <= to }) {
			continue
		}
		out = append(out, Class{From: from, To: to})
		from = to + 1
	}
	return out
}
