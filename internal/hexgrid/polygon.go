package hexgrid

import (
	"fmt"
	"math"
	"slices"

	"github.com/uber/h3-go/v4"
)

// Point is a place on the globe: degrees, WGS 84.
type Point struct{ Lat, Lon float64 }

// Polygon is an area: an outline and the holes in it, each a loop of at least three
// points, in either direction, the first point repeated at the end or not. A step of
// more than half a turn in longitude is one across the antimeridian.
type Polygon struct {
	Outer []Point
	Holes [][]Point
}

const (
	// maxPoints bounds the points of one polygon.
	maxPoints = 1 << 20
	// maxCells bounds the cells that a polygon's surroundings have room for, by which
	// the library sizes its memory.
	maxCells = 1 << 22
	earthKM  = 6371.0
)

// CellsOf lists the cells whose centers lie in the polygon, in ascending order; a
// polygon smaller than a cell may hold none. It is for pictures and pre-selection:
// an area filled with cells is off along its whole border.
//
// The library answers for an area around a pole with no cells and no error, and for
// others with an error and a part of the cells. Here a polygon that touches or goes
// around a pole, or is wider than half a turn, is ErrPolygon: cut it first. An error
// comes without cells.
func CellsOf(polygon Polygon, resolution int) ([]Cell, error) {
	if err := checkResolution(resolution); err != nil {
		return nil, err
	}
	outer, err := loopOf(polygon.Outer)
	if err != nil {
		return nil, fmt.Errorf("hexgrid: outline: %w", err)
	}
	area := h3.GeoPolygon{GeoLoop: outer}
	points := len(outer)
	for i, hole := range polygon.Holes {
		loop, err := loopOf(hole)
		if err != nil {
			return nil, fmt.Errorf("hexgrid: hole %d: %w", i+1, err)
		}
		area.Holes = append(area.Holes, loop)
		points += len(loop)
	}
	if points > maxPoints {
		return nil, fmt.Errorf("hexgrid: %d points: %w: want at most %d", points, ErrPolygon, maxPoints)
	}
	if err := checkRoom(outer, resolution); err != nil {
		return nil, err
	}
	found, err := h3.PolygonToCells(area, resolution)
	if err != nil {
		return nil, fmt.Errorf("hexgrid: fill at resolution %d: %w: %w", resolution, ErrPolygon, err)
	}
	cells := make([]Cell, len(found))
	for i, cell := range found {
		cells[i] = Cell(cell)
	}
	slices.Sort(cells)
	return slices.Compact(cells), nil
}

// loopOf checks a loop and puts it into the library's type.
func loopOf(points []Point) (h3.GeoLoop, error) {
	if n := len(points); n > 1 && points[0] == points[n-1] {
		points = points[:n-1]
	}
	if len(points) < 3 {
		return nil, fmt.Errorf("%w: %d points, want three or more", ErrPolygon, len(points))
	}
	loop := make(h3.GeoLoop, len(points))
	for i, p := range points {
		if err := checkPoint(p.Lat, p.Lon); err != nil {
			return nil, fmt.Errorf("point %d: %w", i+1, err)
		}
		if math.Abs(p.Lat) == 90 {
			return nil, fmt.Errorf("point %d: %w: it is a pole", i+1, ErrPolygon)
		}
		loop[i] = h3.LatLng{Lat: p.Lat, Lng: p.Lon}
	}
	return loop, checkWidth(loop)
}

// checkWidth follows the loop's longitudes over the antimeridian.
func checkWidth(loop h3.GeoLoop) error {
	west, east, at := 0.0, 0.0, 0.0
	for i, p := range loop {
		step := loop[(i+1)%len(loop)].Lng - p.Lng
		switch {
		case math.Abs(step) == 180 || math.Abs(step) == 360:
			return fmt.Errorf("point %d: %w: which way round the next point lies cannot be told", i+1, ErrPolygon)
		case step > 180:
			step -= 360
		case step < -180:
			step += 360
		}
		at += step
		west, east = min(west, at), max(east, at)
	}
	switch {
	case math.Abs(at) > 180:
		return fmt.Errorf("%w: it goes around a pole", ErrPolygon)
	case east-west >= 180:
		return fmt.Errorf("%w: it is half a turn wide or wider", ErrPolygon)
	default:
		return nil
	}
}

// checkRoom bounds the library's memory, which grows with the square of the
// outline's diagonal, however little lies inside.
func checkRoom(loop h3.GeoLoop, resolution int) error {
	average, err := h3.HexagonAreaAvgKm2(resolution)
	if err != nil {
		return fmt.Errorf("hexgrid: resolution %d: %w", resolution, err)
	}
	box := struct{ south, north, west, east float64 }{90, -90, 360, -360}
	for _, p := range loop {
		lon := p.Lng
		if lon-loop[0].Lng > 180 {
			lon -= 360
		} else if loop[0].Lng-lon > 180 {
			lon += 360
		}
		box.south, box.north = min(box.south, p.Lat), max(box.north, p.Lat)
		box.west, box.east = min(box.west, lon), max(box.east, lon)
	}
	diagonal := math.Hypot(box.north-box.south, box.east-box.west) * math.Pi / 180 * earthKM
	if room := diagonal * diagonal / average; room > maxCells {
		return fmt.Errorf("hexgrid: room for %.0f cells: %w: want at most %d, take a coarser resolution", room, ErrPolygon, maxCells)
	}
	return nil
}
