package hexgrid

import (
	"fmt"
	"math"

	"github.com/uber/h3-go/v4"
)

// FinestRingResolution is the finest cell with a Ring: its edge is 1.4 km, and a
// hundredth of a degree is up to 1.1 km.
const FinestRingResolution = 7

// degree is the unit of a Ring: hundredths.
const (
	degree    = 100
	wholeTurn = 360 * degree
	halfTurn  = 180 * degree
)

// Ring is the cell's outline: corners as (longitude, latitude) in hundredths of a
// degree, the first one not repeated. A hexagon has six to eight corners, a pentagon
// five to ten; corners that round to the same place are one.
//
// Corners run clockwise as seen from above, as d3-geo has it (GeoJSON runs the
// other way). Longitudes are continuous: the first lies within ±18000, and each next
// one less than half a turn from the one before, so that a cell across the
// antimeridian is one shape that reaches beyond ±18000. The one cell around each pole
// winds once around it: it can be drawn on a sphere and not on a flat grid.
func (c Cell) Ring() ([][2]int32, error) {
	if !c.Valid() {
		return nil, fmt.Errorf("hexgrid: ring: %w", ErrCell)
	}
	if c.Resolution() > FinestRingResolution {
		return nil, fmt.Errorf("hexgrid: ring of %s: %w: want %d or coarser, take the parent", c, ErrResolution, FinestRingResolution)
	}
	boundary, err := h3.CellToBoundary(h3.Cell(c))
	if err != nil {
		return nil, fmt.Errorf("hexgrid: ring of %s: %w", c, err)
	}
	ring := make([][2]int32, 0, len(boundary))
	for i := len(boundary) - 1; i >= 0; i-- {
		corner := [2]int32{hundredths(boundary[i].Lng), hundredths(boundary[i].Lat)}
		if len(ring) > 0 {
			last := ring[len(ring)-1]
			corner[0] = nearest(corner[0], last[0])
			if corner == last {
				continue
			}
		}
		ring = append(ring, corner)
	}
	return ring, nil
}

func hundredths(degrees float64) int32 { return int32(math.Round(degrees * degree)) }

// nearest is lon, or lon a whole turn on, whichever is closer to reference.
func nearest(lon, reference int32) int32 {
	for lon-reference >= halfTurn {
		lon -= wholeTurn
	}
	for reference-lon > halfTurn {
		lon += wholeTurn
	}
	return lon
}
