package ingest

import (
	"hash/maphash"
	"net/netip"

	"domicile/internal/geoip"
	"domicile/internal/hexgrid"
)

// coarsest is the coarsest cell that visitors are kept by, some 87,000 km²: above
// it the country says more.
const coarsest = 2

// geography turns addresses into countries and cells.
type geography struct {
	resolver *geoip.Resolver
	seed     maphash.Seed
}

func newGeography(db *geoip.DB, seed maphash.Seed) *geography {
	g := &geography{seed: seed}
	if db != nil {
		g.resolver = db.NewResolver(cellOf)
	}
	return g
}

// place is the country and the cell of an address; zero where they are not known.
// A database that states no coordinates, or none precise enough, gives no cell.
func (g *geography) place(a netip.Addr) (country [2]byte, cell uint64) {
	if g.resolver == nil || !a.IsValid() {
		return country, 0
	}
	cell, country, _ = g.resolver.Locate(a)
	return country, cell
}

// country is that of an address; zero where it is not known.
func (g *geography) country(a netip.Addr) [2]byte {
	if g.resolver == nil {
		return [2]byte{}
	}
	_, country, _ := g.resolver.Locate(a)
	return country
}

// cellOf is the cell of a point that is precise enough for one, else zero.
func cellOf(lat, lon float64, accuracyKM uint16) uint64 {
	resolution := hexgrid.ResolutionFor(int(accuracyKM))
	if resolution < coarsest {
		return 0
	}
	cell, err := hexgrid.CellAt(lat, lon, resolution)
	if err != nil {
		return 0
	}
	return uint64(cell)
}

// client is a hash that tells clients apart while the process lives. Of an IPv6
// address the network of one connection counts, /64: its devices change the rest.
func (g *geography) client(a netip.Addr) uint64 {
	if a.Is4() {
		b := a.As4()
		return maphash.Bytes(g.seed, b[:])
	}
	b := a.As16()
	return maphash.Bytes(g.seed, b[:8])
}

// parent is the next coarser cell, down to the coarsest kept.
func parent(cell uint64) (uint64, bool) {
	c := hexgrid.Cell(cell)
	if c == 0 || c.Resolution() <= coarsest {
		return 0, false
	}
	up, err := c.Parent(c.Resolution() - 1)
	return uint64(up), err == nil
}
