package hexgrid

import "math"

// NoResolution is the answer where not even the largest cell is coarse enough.
const NoResolution = -1

// FinestClientResolution is the finest cell a client is ever put into: 150 to 300
// km², a city and its surroundings. Databases state radii down to one kilometre, and
// those hold for an address range's customers on the whole, not for one of them.
const FinestClientResolution = 5

// smallestKM2 is the area of the smallest hexagon of each resolution, in km²,
// rounded down. Hexagons are smallest beside the twelve pentagons, where they have
// about three fifths of the average area.
var smallestKM2 = [FinestClientResolution + 1]float64{4_106_166, 447_684, 56_786, 7_725, 1_084, 153}

// ResolutionFor is the finest resolution whose cells claim no more than a database
// does that places a client within accuracyKM kilometres of a point: the circle of
// that radius is no larger than the smallest hexagon of the resolution, wherever on
// the globe the point is. So 5 km gives resolution 5, 10 km 4, 20 km 3, 50 and 100
// km 2, 200 km 1, and 500 and 1000 km 0.
//
// Zero stands for a database that states no radius. It gives NoResolution, as does
// a radius beyond 1143 km: such a client has a country and no cell.
func ResolutionFor(accuracyKM int) int {
	if accuracyKM <= 0 {
		return NoResolution
	}
	circle := math.Pi * float64(accuracyKM) * float64(accuracyKM)
	for resolution := FinestClientResolution; resolution >= 0; resolution-- {
		if circle <= smallestKM2[resolution] {
			return resolution
		}
	}
	return NoResolution
}
