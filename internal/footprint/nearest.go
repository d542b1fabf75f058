package footprint

import (
	"cmp"
	"math"
	"slices"
)

// earthRadiusKM is the mean radius (IUGG).
const earthRadiusKM = 6371.0088

// Nearby is a site and its great-circle distance from a point.
type Nearby struct {
	Site *Site
	KM   float64
}

// Nearest returns the n sites of the default footprint nearest to a point, by
// great-circle distance, ties by code. Nearness says nothing of where traffic
// goes.
func (v *View) Nearest(p Point, n int) []Nearby {
	sites := v.pops.Union(v.cores)
	out := make([]Nearby, 0, sites.Len())
	for i := range sites.All() {
		s := v.fp.Site(i)
		out = append(out, Nearby{s, distanceKM(p, s.Place())})
	}
	slices.SortFunc(out, func(a, b Nearby) int {
		return cmp.Or(cmp.Compare(a.KM, b.KM), cmp.Compare(a.Site.Code, b.Site.Code))
	})
	return out[:min(n, len(out))]
}

func distanceKM(a, b Point) float64 {
	const rad = math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := hav(dLat) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*hav(dLon)
	return 2 * earthRadiusKM * math.Asin(math.Sqrt(min(1, h)))
}

func hav(x float64) float64 { s := math.Sin(x / 2); return s * s }
