package hexgrid_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"domicile/internal/hexgrid"

	"github.com/google/go-cmp/cmp"
	"github.com/uber/h3-go/v4"
)

// points are spread evenly over the globe, from a fixed seed, with the poles, the
// antimeridian and every pentagon's center among them.
func points(t testing.TB, count int) []hexgrid.Point {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 3))
	spread := []hexgrid.Point{{Lat: 90}, {Lat: -90}, {Lon: 180}, {Lon: -180}, {Lat: 65, Lon: 179.99}}
	for range count {
		lat := math.Asin(2*random.Float64()-1) * 180 / math.Pi
		spread = append(spread, hexgrid.Point{Lat: lat, Lon: random.Float64()*360 - 180})
	}
	for _, cell := range pentagons(t, 5) {
		lat, lon, err := cell.Center()
		if err != nil {
			t.Fatal(err)
		}
		spread = append(spread, hexgrid.Point{Lat: lat, Lon: lon})
	}
	return spread
}

func pentagons(t testing.TB, resolution int) []hexgrid.Cell {
	t.Helper()
	found, err := h3.Pentagons(resolution)
	if err != nil {
		t.Fatal(err)
	}
	var cells []hexgrid.Cell
	for _, cell := range found {
		cells = append(cells, hexgrid.Cell(cell))
	}
	return cells
}

func cellAt(t testing.TB, p hexgrid.Point, resolution int) hexgrid.Cell {
	t.Helper()
	cell, err := hexgrid.CellAt(p.Lat, p.Lon, resolution)
	if err != nil {
		t.Fatal(err)
	}
	return cell
}

func TestACellHoldsItsPoint(t *testing.T) {
	for _, p := range points(t, 500) {
		for resolution := range hexgrid.FinestResolution + 1 {
			cell := cellAt(t, p, resolution)
			if !cell.Valid() || cell.Resolution() != resolution {
				t.Fatalf("%v: cell %s, valid %v, resolution %d, want %d", p, cell, cell.Valid(), cell.Resolution(), resolution)
			}
			lat, lon, err := cell.Center()
			if err != nil {
				t.Fatal(err)
			}
			if again := cellAt(t, hexgrid.Point{Lat: lat, Lon: lon}, resolution); again != cell {
				t.Fatalf("the center of %s lies in %s", cell, again)
			}
		}
	}
}

func TestAKnownPointHasItsKnownCell(t *testing.T) {
	cell := cellAt(t, hexgrid.Point{Lat: 37.3615593, Lon: -122.0553238}, 7)
	if got := cell.String(); got != "87283472bffffff" {
		t.Errorf("the point is in %s", got)
	}
}

func TestAPointThatIsNoneHasNoCell(t *testing.T) {
	bad := []hexgrid.Point{
		{Lat: 90.001}, {Lat: -91}, {Lon: 180.001}, {Lon: -181}, {Lat: math.NaN()}, {Lon: math.NaN()}, {Lat: math.Inf(1)}, {Lon: math.Inf(-1)},
	}
	for _, p := range bad {
		cell, err := hexgrid.CellAt(p.Lat, p.Lon, 3)
		if cell != 0 || !errors.Is(err, hexgrid.ErrPoint) {
			t.Errorf("%v: %s, %v", p, cell, err)
		}
	}
	if _, err := hexgrid.CellAt(12.3456, 191, 3); strings.Contains(err.Error(), "12.3") || strings.Contains(err.Error(), "191") {
		t.Errorf("the error holds the point: %v", err)
	}
	for _, resolution := range []int{-1, 16, math.MaxInt} {
		if cell, err := hexgrid.CellAt(1, 1, resolution); cell != 0 || !errors.Is(err, hexgrid.ErrResolution) {
			t.Errorf("resolution %d: %s, %v", resolution, cell, err)
		}
	}
}

func TestParentIsTheLibrarys(t *testing.T) {
	cells := append(pentagons(t, 15), pentagons(t, 4)...)
	for _, p := range points(t, 500) {
		cells = append(cells, cellAt(t, p, 15), cellAt(t, p, 6))
	}
	for _, cell := range cells {
		for resolution := range cell.Resolution() + 1 {
			want, err := h3.Cell(cell).Parent(resolution)
			if err != nil {
				t.Fatal(err)
			}
			got, err := cell.Parent(resolution)
			if err != nil || got != hexgrid.Cell(want) {
				t.Fatalf("%s at %d: %s, %v; the library says %s", cell, resolution, got, err, want)
			}
		}
		for _, resolution := range []int{-1, cell.Resolution() + 1, 16} {
			if parent, err := cell.Parent(resolution); parent != 0 || !errors.Is(err, hexgrid.ErrResolution) {
				t.Fatalf("%s at %d: %s, %v", cell, resolution, parent, err)
			}
		}
	}
}

func TestNoCellHasNothing(t *testing.T) {
	var none hexgrid.Cell
	if none.Valid() || none.String() != "" {
		t.Errorf("no cell is %q, valid %v", none, none.Valid())
	}
	if _, err := none.Parent(0); !errors.Is(err, hexgrid.ErrResolution) {
		t.Errorf("Parent: %v", err)
	}
	for _, cell := range []hexgrid.Cell{none, 1, math.MaxUint64, 0x87283472bffffff &^ 0xfff} {
		if _, _, err := cell.Center(); !errors.Is(err, hexgrid.ErrCell) {
			t.Errorf("Center: %v", err)
		}
		if _, err := cell.Ring(); !errors.Is(err, hexgrid.ErrCell) {
			t.Errorf("Ring: %v", err)
		}
	}
}

func TestACellIsReadAsItIsWritten(t *testing.T) {
	for _, p := range points(t, 200) {
		for resolution := range hexgrid.FinestResolution + 1 {
			cell := cellAt(t, p, resolution)
			if got, err := hexgrid.ParseCell(cell.String()); err != nil || got != cell {
				t.Fatalf("%s reads as %s, %v", cell, got, err)
			}
		}
	}
}

func TestTextThatIsNoCellIsRefused(t *testing.T) {
	tests := map[string]string{
		"nothing":                       "",
		"one digit short":               "851fa3cbffffff",
		"one digit long":                "851fa3cbffffffff",
		"capitals":                      "851FA3CBFFFFFFF",
		"a prefix":                      "0x51fa3cbffffff",
		"a leading zero":                "0851fa3cbffffff",
		"a sign":                        "+51fa3cbfffffff",
		"a space":                       " 51fa3cbfffffff",
		"an underscore":                 "851fa3cbfff_fff",
		"a digit that is none":          "851fa3cbffffffg",
		"another mode":                  "951fa3cbfffffff",
		"a base cell that is none":      "85fda3cbfffffff",
		"a used digit after an unused":  "851fa3cbffffff0",
		"an edge":                       "1151fa3cbffffff",
		"zeros":                         "000000000000000",
		"a pentagon's deleted subtree":  "820847fffffffff",
		"a very long text":              strings.Repeat("8", 1<<20),
		"full-width digits of 15 bytes": "８５１ｆａ",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			cell, err := hexgrid.ParseCell(text)
			if cell != 0 || !errors.Is(err, hexgrid.ErrCell) || len(err.Error()) > 200 {
				t.Errorf("%s, %v", cell, err)
			}
		})
	}
}

func FuzzParseCell(f *testing.F) {
	for _, text := range []string{"851fa3cbfffffff", "820807fffffffff", "8f28308280f18f2", "", "0x51fa3cbffffff", "951fa3cbfffffff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell, err := hexgrid.ParseCell(text)
		if err != nil {
			if cell != 0 {
				t.Errorf("%s beside %v", cell, err)
			}
			return
		}
		if cell.String() != text || !cell.Valid() {
			t.Errorf("%q reads as %s, valid %v", text, cell, cell.Valid())
		}
		if parent, err := cell.Parent(0); err != nil || !parent.Valid() {
			t.Errorf("the parent of %q is %s, %v", text, parent, err)
		}
		if ring, err := cell.Ring(); (err == nil) != (cell.Resolution() <= hexgrid.FinestRingResolution) {
			t.Errorf("the ring of %q is %v, %v", text, ring, err)
		}
	})
}

func TestAccuracyDecidesTheResolution(t *testing.T) {
	want := map[int]int{
		-5: hexgrid.NoResolution, 0: hexgrid.NoResolution, 1: 5, 5: 5, 6: 5, 7: 4, 10: 4, 18: 4, 19: 3, 20: 3, 49: 3, 50: 2, 100: 2, 134: 2,
		135: 1, 200: 1, 377: 1, 378: 0, 500: 0, 1000: 0, 1143: 0, 1144: hexgrid.NoResolution, 65535: hexgrid.NoResolution,
		math.MaxInt: hexgrid.NoResolution,
	}
	got := make(map[int]int)
	for accuracy := range want {
		got[accuracy] = hexgrid.ResolutionFor(accuracy)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every hexagon of the coarse resolutions, and those around the pentagons of the
// finer ones, where the smallest are.
func TestTheCircleOfUncertaintyIsNoLargerThanAnyHexagon(t *testing.T) {
	for resolution := range hexgrid.FinestClientResolution + 1 {
		var cells []h3.Cell
		for _, pentagon := range pentagons(t, resolution) {
			around, err := h3.GridDisk(h3.Cell(pentagon), 2)
			if err != nil {
				t.Fatal(err)
			}
			cells = append(cells, around...)
		}
		if resolution <= 3 {
			bases, err := h3.Res0Cells()
			if err != nil {
				t.Fatal(err)
			}
			for _, base := range bases {
				children, err := base.Children(resolution)
				if err != nil {
					t.Fatal(err)
				}
				cells = append(cells, children...)
			}
		}
		smallest := math.Inf(1)
		for _, cell := range cells {
			area, err := h3.CellAreaKm2(cell)
			if err != nil {
				t.Fatal(err)
			}
			if !cell.IsPentagon() {
				smallest = min(smallest, area)
			}
		}
		for accuracy := range 2000 {
			circle := math.Pi * float64(accuracy) * float64(accuracy)
			if hexgrid.ResolutionFor(accuracy) >= resolution && circle > smallest {
				t.Errorf("%d km gives a resolution of %d or finer, whose smallest cell has %.1f km²", accuracy, resolution, smallest)
			}
			if accuracy > 0 && circle <= math.Floor(smallest) && hexgrid.ResolutionFor(accuracy) < resolution {
				t.Errorf("%d km fits resolution %d and gives %d", accuracy, resolution, hexgrid.ResolutionFor(accuracy))
			}
		}
	}
}

func TestCellsOfAgreesWithPoints(t *testing.T) {
	box := hexgrid.Polygon{Outer: []hexgrid.Point{{Lat: 49, Lon: 5}, {Lat: 51, Lon: 5}, {Lat: 51, Lon: 8}, {Lat: 49, Lon: 8}}}
	cells, err := hexgrid.CellsOf(box, 5)
	if err != nil || len(cells) == 0 {
		t.Fatalf("%d cells, %v", len(cells), err)
	}
	if !slices.IsSorted(cells) {
		t.Error("the cells are not in order")
	}
	if !slices.Contains(cells, cellAt(t, hexgrid.Point{Lat: 49.6116, Lon: 6.1319}, 5)) {
		t.Error("Luxembourg is not in its box")
	}
	for _, cell := range cells {
		lat, lon, err := cell.Center()
		if err != nil || lat < 48.9 || lat > 51.1 || lon < 5 || lon > 8 {
			t.Errorf("the center of %s is at %v, %v (%v)", cell, lat, lon, err)
		}
	}
}
