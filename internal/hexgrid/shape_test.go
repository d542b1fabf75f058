package hexgrid_test

import (
	"errors"
	"math"
	"testing"

	"domicile/internal/hexgrid"

	"github.com/google/go-cmp/cmp"
	"github.com/uber/h3-go/v4"
)

// turn adds up the steps in longitude around a ring, in hundredths of a degree, and
// answers the largest of them; area is positive for a clockwise ring.
func turn(ring [][2]int32) (around, largest int32, area float64) {
	for i, corner := range ring {
		next := ring[(i+1)%len(ring)]
		step := next[0] - corner[0]
		if i < len(ring)-1 {
			largest = max(largest, step, -step)
			around += step
		}
		area += float64(step) * float64(next[1]+corner[1]) / 2
	}
	return around, largest, area
}

func TestARingIsAClosedClockwiseShapeOfWholeHundredths(t *testing.T) {
	for _, p := range points(t, 2_000) {
		for resolution := range hexgrid.FinestRingResolution + 1 {
			cell := cellAt(t, p, resolution)
			ring, err := cell.Ring()
			if err != nil {
				t.Fatal(err)
			}
			if len(ring) < 5 || len(ring) > h3.MaxCellBndryVerts {
				t.Fatalf("%s has %d corners", cell, len(ring))
			}
			around, largest, area := turn(ring)
			if ring[0][0] < -18000 || ring[0][0] > 18000 || largest > 18000 {
				t.Errorf("%s: longitudes are not continuous: %v", cell, ring)
			}
			if max(around, -around) < 18000 && area <= 0 {
				t.Errorf("%s: not clockwise: %v", cell, ring)
			}
		}
	}
}

func TestARingHasTheLibrarysCorners(t *testing.T) {
	for _, p := range points(t, 500) {
		cell := cellAt(t, p, 3)
		boundary, err := h3.CellToBoundary(h3.Cell(cell))
		if err != nil {
			t.Fatal(err)
		}
		ring, err := cell.Ring()
		if err != nil || len(ring) != len(boundary) {
			t.Fatalf("%s has %d corners (%v), the library %d", cell, len(ring), err, len(boundary))
		}
		for i, corner := range ring {
			want := boundary[len(boundary)-1-i]
			east := math.Remainder(float64(corner[0])/100-want.Lng, 360)
			if math.Abs(east) > 0.0051 || math.Abs(float64(corner[1])/100-want.Lat) > 0.0051 {
				t.Errorf("%s corner %d is %v, the library's %v", cell, i, corner, want)
			}
		}
	}
}

func TestACellAcrossTheAntimeridianIsOneShape(t *testing.T) {
	ring, err := cellAt(t, hexgrid.Point{Lat: -17, Lon: 179.99}, 2).Ring()
	if err != nil {
		t.Fatal(err)
	}
	west, east := ring[0][0], ring[0][0]
	for _, corner := range ring {
		west, east = min(west, corner[0]), max(east, corner[0])
	}
	if east-west > 500 || (west > -18000 && east < 18000) {
		t.Errorf("the cell reaches from %d to %d", west, east)
	}
}

func TestThePolarCellsWindOnceAround(t *testing.T) {
	for _, lat := range []float64{90, -90} {
		ring, err := cellAt(t, hexgrid.Point{Lat: lat}, 3).Ring()
		if err != nil {
			t.Fatal(err)
		}
		around, _, _ := turn(ring)
		closing := math.Remainder(float64(ring[0][0]-ring[len(ring)-1][0]), 36000)
		if total := math.Abs(float64(around) + closing); total != 36000 {
			t.Errorf("latitude %v: the ring turns by %v", lat, total)
		}
	}
}

func TestPentagonsHaveFiveSides(t *testing.T) {
	for resolution := range hexgrid.FinestRingResolution {
		for _, cell := range pentagons(t, resolution) {
			ring, err := cell.Ring()
			// At odd resolutions the five sides each have a corner more, where they
			// cross an edge of the icosahedron.
			want := 5 + 5*(resolution%2)
			if err != nil || len(ring) != want {
				t.Errorf("%s at resolution %d has %d corners (%v), want %d", cell, resolution, len(ring), err, want)
			}
			if again, err := hexgrid.ParseCell(cell.String()); err != nil || again != cell {
				t.Errorf("%s reads as %s, %v", cell, again, err)
			}
		}
	}
}

func TestACellTooFineForHundredthsHasNoRing(t *testing.T) {
	_, err := cellAt(t, hexgrid.Point{Lat: 49, Lon: 6}, hexgrid.FinestRingResolution+1).Ring()
	if !errors.Is(err, hexgrid.ErrResolution) {
		t.Errorf("error %v", err)
	}
}

// antarctica is a coarse outline: along 70° south, then over the pole or not.
func antarctica(pole bool) []hexgrid.Point {
	var outline []hexgrid.Point
	for lon := -180.0; lon < 180; lon += 10 {
		outline = append(outline, hexgrid.Point{Lat: -70, Lon: lon})
	}
	if pole {
		outline = append(outline, hexgrid.Point{Lat: -70, Lon: 180}, hexgrid.Point{Lat: -90, Lon: 180}, hexgrid.Point{Lat: -90, Lon: -180})
	}
	return outline
}

func band(width float64) []hexgrid.Point {
	var outline []hexgrid.Point
	for lon := 0.0; lon <= width; lon += 10 {
		outline = append(outline, hexgrid.Point{Lat: -10, Lon: lon})
	}
	for lon := width; lon >= 0; lon -= 10 {
		outline = append(outline, hexgrid.Point{Lat: 10, Lon: lon})
	}
	return outline
}

func TestAreasThatCannotBeFilledAreErrorsWithoutCells(t *testing.T) {
	square := []hexgrid.Point{{Lat: 0, Lon: 0}, {Lat: 5, Lon: 0}, {Lat: 5, Lon: 5}, {Lat: 0, Lon: 5}}
	tests := map[string]struct {
		polygon    hexgrid.Polygon
		resolution int
		want       error
	}{
		"nothing":                        {hexgrid.Polygon{}, 3, hexgrid.ErrPolygon},
		"two points":                     {hexgrid.Polygon{Outer: square[:2]}, 3, hexgrid.ErrPolygon},
		"two points and the first again": {hexgrid.Polygon{Outer: []hexgrid.Point{{}, {Lat: 1}, {}}}, 3, hexgrid.ErrPolygon},
		"a loop without width":           {hexgrid.Polygon{Outer: []hexgrid.Point{{}, {Lat: 1}, {Lat: 2}}}, 3, hexgrid.ErrPolygon},
		"Antarctica along its coast":     {hexgrid.Polygon{Outer: antarctica(false)}, 2, hexgrid.ErrPolygon},
		"Antarctica over the pole":       {hexgrid.Polygon{Outer: antarctica(true)}, 2, hexgrid.ErrPolygon},
		"a box around the globe": {hexgrid.Polygon{Outer: []hexgrid.Point{
			{Lat: -60, Lon: -180}, {Lat: -60, Lon: 180}, {Lat: -80, Lon: 180}, {Lat: -80, Lon: -180}}}, 2, hexgrid.ErrPolygon},
		"a band of half a turn":  {hexgrid.Polygon{Outer: band(180)}, 1, hexgrid.ErrPolygon},
		"a point that is none":   {hexgrid.Polygon{Outer: []hexgrid.Point{{}, {Lat: math.NaN()}, {Lon: 1}}}, 3, hexgrid.ErrPoint},
		"a hole of one point":    {hexgrid.Polygon{Outer: square, Holes: [][]hexgrid.Point{{{Lat: 1, Lon: 1}}}}, 3, hexgrid.ErrPolygon},
		"a resolution too fine":  {hexgrid.Polygon{Outer: square}, 16, hexgrid.ErrResolution},
		"more cells than memory": {hexgrid.Polygon{Outer: square}, 12, hexgrid.ErrPolygon},
		"a sliver that the library would give gigabytes": {hexgrid.Polygon{Outer: []hexgrid.Point{
			{}, {Lon: 100}, {Lat: 0.0001, Lon: 100}}}, 10, hexgrid.ErrPolygon},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cells, err := hexgrid.CellsOf(test.polygon, test.resolution)
			if cells != nil || !errors.Is(err, test.want) {
				t.Errorf("%d cells, %v; want %v", len(cells), err, test.want)
			}
		})
	}
}

func TestAreasAreFilledWhereverTheyLie(t *testing.T) {
	shift := func(by float64) hexgrid.Polygon {
		var p hexgrid.Polygon
		for _, corner := range [][2]float64{{-20, -5}, {-14, -5}, {-14, 5}, {-20, 5}} {
			p.Outer = append(p.Outer, hexgrid.Point{Lat: corner[0], Lon: math.Remainder(corner[1]+by, 360)})
		}
		return p
	}
	for by := -180.0; by <= 180; by += 5 {
		cells, err := hexgrid.CellsOf(shift(by), 3)
		if err != nil || len(cells) < 40 || len(cells) > 80 {
			t.Errorf("around longitude %v: %d cells, %v", by, len(cells), err)
		}
	}
}

func TestAHoleIsLeftOutAndDirectionDoesNotMatter(t *testing.T) {
	outer := []hexgrid.Point{{Lat: 40, Lon: 0}, {Lat: 50, Lon: 0}, {Lat: 50, Lon: 10}, {Lat: 40, Lon: 10}}
	hole := []hexgrid.Point{{Lat: 44, Lon: 4}, {Lat: 46, Lon: 4}, {Lat: 46, Lon: 6}, {Lat: 44, Lon: 6}, {Lat: 44, Lon: 4}}
	back := []hexgrid.Point{outer[3], outer[2], outer[1], outer[0], outer[3]}
	count := func(p hexgrid.Polygon) int {
		t.Helper()
		cells, err := hexgrid.CellsOf(p, 4)
		if err != nil {
			t.Fatal(err)
		}
		return len(cells)
	}
	whole, inside := count(hexgrid.Polygon{Outer: outer}), count(hexgrid.Polygon{Outer: hole})
	got := []int{count(hexgrid.Polygon{Outer: outer, Holes: [][]hexgrid.Point{hole}}), count(hexgrid.Polygon{Outer: back})}
	if diff := cmp.Diff([]int{whole - inside, whole}, got); diff != "" || inside == 0 {
		t.Error(diff)
	}
}

// FuzzCellsOf fills triangles: none may break the library or cost more than the
// limits allow.
func FuzzCellsOf(f *testing.F) {
	f.Add(0.0, 0.0, 5.0, 5.0, 0.0, 5.0, 3)
	f.Add(-80.0, 170.0, -85.0, -170.0, -89.9, 0.0, 2)
	f.Add(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 15)
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g float64, resolution int) {
		triangle := hexgrid.Polygon{Outer: []hexgrid.Point{{Lat: a, Lon: b}, {Lat: c, Lon: d}, {Lat: e, Lon: g}}}
		cells, err := hexgrid.CellsOf(triangle, resolution)
		if err != nil && cells != nil {
			t.Errorf("%d cells beside %v", len(cells), err)
		}
		for _, cell := range cells {
			if !cell.Valid() || cell.Resolution() != resolution {
				t.Fatalf("cell %s at resolution %d", cell, cell.Resolution())
			}
		}
	})
}
