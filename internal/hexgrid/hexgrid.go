// Package hexgrid puts points and areas into H3 cells, the hexagons of a fixed grid
// over the globe. It is where traffic becomes a picture: a cell stands for a
// stretch of land, never for a country, a subdivision or a jurisdiction, since
// cells straddle borders.
//
// The package is the fence around a C library: nothing else calls it. Each call
// costs some hundred nanoseconds; [Cell.Parent], [Cell.Resolution] and
// [Cell.String] work on the bits and cost a few. Cells are plain numbers, and
// everything here may be used from many goroutines.
package hexgrid

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/uber/h3-go/v4"
)

// Cell is an H3 cell index. The zero value is no cell. Other values are cells only
// where Valid says so; every function of this package gives valid ones.
type Cell uint64

// Resolutions run from 0, with 122 cells of some 4.4 million km², to 15, with
// cells of under 1 m²; each is about a seventh of the one before.
const (
	CoarsestResolution = 0
	FinestResolution   = h3.MaxResolution
)

var (
	// ErrPoint: a latitude beyond ±90, a longitude beyond ±180, or not a number.
	ErrPoint = errors.New("latitude or longitude is out of range")
	// ErrResolution: the resolution is not one that the call can answer for.
	ErrResolution = errors.New("resolution is out of range")
	// ErrCell: the number or text is not an H3 cell.
	ErrCell = errors.New("not an H3 cell")
	// ErrPolygon: the outline is not one that cells can be found for.
	ErrPolygon = errors.New("polygon cannot be filled with cells")
)

// The layout of an index, from the lowest bit: fifteen digits of three bits each,
// the last one lowest; seven bits of base cell; four bits of resolution.
const (
	digitBits       = 3
	resolutionShift = 52
	resolutionMask  = 0xf << resolutionShift
	textLength      = 15
)

// CellAt is the cell around a point: degrees, WGS 84. The error never holds the
// point.
func CellAt(lat, lon float64, resolution int) (Cell, error) {
	if err := checkPoint(lat, lon); err != nil {
		return 0, fmt.Errorf("hexgrid: %w", err)
	}
	if err := checkResolution(resolution); err != nil {
		return 0, err
	}
	cell, err := h3.LatLngToCell(h3.LatLng{Lat: lat, Lng: lon}, resolution)
	if err != nil {
		return 0, fmt.Errorf("hexgrid: cell of a point: %w", err)
	}
	return Cell(cell), nil
}

// ParseCell reads a cell as String writes it: fifteen hexadecimal digits, small
// letters, without a prefix. Anything else is an error.
func ParseCell(text string) (Cell, error) {
	if len(text) != textLength {
		return 0, fmt.Errorf("hexgrid: %.20q: %w: want %d hexadecimal digits", text, ErrCell, textLength)
	}
	number, err := strconv.ParseUint(text, 16, 64)
	if cell := Cell(number); err == nil && cell.String() == text && cell.Valid() {
		return cell, nil
	}
	return 0, fmt.Errorf("hexgrid: %q: %w", text, ErrCell)
}

// String is the index in fifteen hexadecimal digits, and empty for no cell.
func (c Cell) String() string {
	if c == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(c), 16)
}

// Valid reports whether the number is an H3 cell.
func (c Cell) Valid() bool { return h3.Cell(c).IsValid() }

// Resolution is the cell's, 0 to 15.
func (c Cell) Resolution() int { return int(c >> resolutionShift & 0xf) }

// Parent is the cell of a coarser resolution that holds this one's center. A
// parent's outline follows that of its children only roughly. The cell must be
// valid; its own resolution gives itself.
func (c Cell) Parent(resolution int) (Cell, error) {
	if c == 0 || resolution < CoarsestResolution || resolution > c.Resolution() {
		return 0, ErrResolution
	}
	unused := Cell(1)<<(digitBits*(FinestResolution-resolution)) - 1
	return c&^resolutionMask | Cell(resolution)<<resolutionShift | unused, nil
}

// Center is the cell's middle, in degrees.
func (c Cell) Center() (lat, lon float64, err error) {
	if !c.Valid() {
		return 0, 0, fmt.Errorf("hexgrid: center: %w", ErrCell)
	}
	center, err := h3.CellToLatLng(h3.Cell(c))
	if err != nil {
		return 0, 0, fmt.Errorf("hexgrid: center of %s: %w", c, err)
	}
	return center.Lat, center.Lng, nil
}

func checkPoint(lat, lon float64) error {
	if math.Abs(lat) <= 90 && math.Abs(lon) <= 180 { // false for NaN
		return nil
	}
	return ErrPoint
}

func checkResolution(resolution int) error {
	if resolution < CoarsestResolution || resolution > FinestResolution {
		return fmt.Errorf("hexgrid: resolution %d: %w: want %d to %d", resolution, ErrResolution, CoarsestResolution, FinestResolution)
	}
	return nil
}
