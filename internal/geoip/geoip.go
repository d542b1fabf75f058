package geoip

import (
	"fmt"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
)

// DefaultMaxBytes bounds a database file where Options does not: 1 GiB.
const DefaultMaxBytes = 1 << 30

// Options are the choices of an opener. The zero value is usable.
type Options struct {
	// Anycast lists the provider's own ranges: addresses in them are never located.
	Anycast []netip.Prefix
	// MaxBytes bounds the file; zero means DefaultMaxBytes. Nothing above 4 GiB is
	// ever read.
	MaxBytes int64
}

// DB answers where addresses are, from one database at a time.
type DB struct {
	current atomic.Pointer[snapshot]
	problem atomic.Pointer[error]
	fence   *fence
	file    *file // nil for a database in memory
	refresh sync.Mutex
}

// Location is the answer for one address.
type Location struct {
	// Outcome says whether there is a country, and if not, why.
	Outcome Outcome
	// Country is the ISO 3166-1 alpha-2 code where Outcome is Located, else empty.
	Country string
	// HasCoordinates: Lat and Lon (degrees, WGS 84) are the database's estimate.
	HasCoordinates bool
	Lat, Lon       float64
	// AccuracyKM is the radius in kilometres around Lat and Lon that the database
	// states; zero means that it states none.
	AccuracyKM uint16
	// Record names the database record: addresses with equal Record share every
	// field but Prefix, also across a replacement of the file. Zero: no record.
	Record uint64
	// Prefix is the network the answer holds for: the database's, or the special or
	// anycast range. A network narrower than /24 or /48 is widened to that, so that it
	// never singles out a client. Invalid where Outcome is NotFound.
	Prefix netip.Prefix
}

// FromBytes opens a database in memory, such as the embedded one. The bytes must
// not change while the DB is in use.
func FromBytes(data []byte, options Options) (*DB, error) {
	f, err := newFence(options.Anycast)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > maxBytes(options) {
		return nil, fmt.Errorf("geoip: %d bytes: %w", len(data), ErrTooLarge)
	}
	s, err := newSnapshot(data, f, 1)
	if err != nil {
		return nil, fmt.Errorf("geoip: %w", err)
	}
	db := &DB{fence: f}
	db.current.Store(s)
	return db, nil
}

// Open reads the database file at path: any GeoIP2, GeoLite2 or DB-IP file that
// holds countries. Refresh and Watch follow its replacement.
func Open(path string, options Options) (*DB, error) {
	f, err := newFence(options.Anycast)
	if err != nil {
		return nil, err
	}
	db := &DB{fence: f, file: &file{path: path, limit: maxBytes(options)}}
	if _, err := db.Refresh(); err != nil {
		return nil, err
	}
	return db, nil
}

func maxBytes(options Options) int64 {
	if options.MaxBytes > 0 {
		return min(options.MaxBytes, math.MaxUint32)
	}
	return DefaultMaxBytes
}

// Locate answers for one address. An IPv4 address inside IPv6 is taken as IPv4, a
// zone is ignored. Not found is an outcome; an error means a broken database or no
// address, and never holds the address.
func (db *DB) Locate(addr netip.Addr) (Location, error) {
	if !addr.IsValid() {
		return Location{}, ErrAddress
	}
	return db.current.Load().locate(addr.Unmap().WithZone(""))
}

// Info describes the database in use.
func (db *DB) Info() Info { return db.current.Load().info }

func (s *snapshot) locate(addr netip.Addr) (Location, error) {
	if r := s.fence.classify(addr); r.outcome != Unknown {
		return Location{Outcome: r.outcome, Prefix: widen(addr, r.network)}, nil
	}
	result, found, err := s.find(addr)
	if err != nil {
		return Location{}, err
	}
	if !found {
		return Location{Outcome: NotFound}, nil
	}
	p, err := s.read(addr)
	if err != nil {
		return Location{}, ErrRecord
	}
	at := Location{
		Outcome:        p.outcome,
		HasCoordinates: p.located,
		Lat:            p.lat,
		Lon:            p.lon,
		AccuracyKM:     p.accuracy,
		Record:         recordID(s.generation, result.Offset()),
		Prefix:         widen(addr, result.Prefix()),
	}
	if p.outcome == Located {
		at.Country = string(p.country[:])
	}
	return at, nil
}

// recordID is a record's offset under the number of its database.
func recordID(generation uint32, offset uintptr) uint64 {
	return uint64(generation)<<32 | uint64(uint32(offset))
}

// widen is the network around addr, no narrower than a block of the cache. A
// network of IPv6 around an IPv4 address holds all of IPv4.
func widen(addr netip.Addr, network netip.Prefix) netip.Prefix {
	bits := blockBits(addr)
	switch {
	case network.Addr().Is4() == addr.Is4():
		bits = min(bits, network.Bits())
	default:
		bits = 0
	}
	wide, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return wide
}

// blockBits is the length of the prefix that answers are kept and told by.
func blockBits(addr netip.Addr) int {
	if addr.Is4() {
		return 24
	}
	return 48
}
