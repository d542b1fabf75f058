package ingest

import (
	"errors"
	"math"
	"strconv"

	"domicile/internal/edgelog"
	"domicile/internal/footprint"
)

// sites numbers the places seen since the last reset.
type sites struct {
	footprint *footprint.Footprint
	mapped    map[int32]edgelog.Code // the provider's numbers, where an operator has a map
	numbers   map[uint64]uint16
	names     []string
	unknown   []bool
}

// numbered marks a key that is the provider's number of a place; a code never has
// the highest bit.
const numbered = 1 << 63

var errSites = errors.New("more different sites than any network has")

func newSites(f *footprint.Footprint, mapped map[int32]edgelog.Code) *sites {
	return &sites{footprint: f, mapped: mapped, numbers: map[uint64]uint16{}}
}

func (s *sites) reset() {
	clear(s.numbers)
	s.names, s.unknown = s.names[:0], s.unknown[:0]
}

// number gives the number of a site by its code, or by the provider's number.
func (s *sites) number(x *edgelog.Sighting) (uint16, error) {
	code := x.Site
	if code == 0 {
		code = s.mapped[x.Number]
	}
	key := uint64(code)
	if code == 0 {
		key = numbered | uint64(uint32(x.Number))
	}
	if n, ok := s.numbers[key]; ok {
		return n, nil
	}
	if len(s.names) > math.MaxUint16 {
		return 0, errSites
	}
	name := code.String()
	if code == 0 {
		name = NumberedSite(x.Number)
	}
	_, known := s.footprint.Lookup(name)
	n := uint16(len(s.names))
	s.names, s.unknown = append(s.names, name), append(s.unknown, !known)
	s.numbers[key] = n
	return n, nil
}

// NumberedSite is the name under which a place is kept that the provider gave a
// number only: no map of the numbers is published, so no footprint has it. One without
// even a number is as one that cannot be read.
func NumberedSite(number int32) string {
	if number == 0 {
		return edgelog.Unreadable.String()
	}
	return "#" + strconv.Itoa(int(number))
}
