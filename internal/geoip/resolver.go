package geoip

import (
	"net/netip"

	"github.com/oschwald/maxminddb-golang/v2"
)

// cacheBits is the size of a resolver's cache: 65,536 blocks, 1 MiB.
const cacheBits = 16

// Derive makes of a record's point what a caller keeps of it, such as a cell of a
// grid: degrees, and the accuracy radius in kilometres, zero where the database states
// none. It is asked once a record.
type Derive func(lat, lon float64, accuracyKM uint16) uint64

// Resolver answers for many addresses, such as a log file's. It keeps the answers
// of the networks it saw, by /24 and /48 blocks, and what was derived of each record,
// and belongs to one goroutine. It follows a replacement of the database: answers are
// those of the database in use at each call.
type Resolver struct {
	db      *DB
	derive  Derive
	from    *snapshot
	cache   []block
	memo    map[uint32]answer // by the record's offset
	derived []uint64          // by the record's number
}

// block is the answer for every address of one /24 or /48. A key of zero is an
// empty slot.
type block struct {
	key    uint64
	answer answer
}

// answer packs a record's number (32 bits), the country's two letters (16) and the
// outcome (8). The first record is what there is of addresses without one.
type answer uint64

func pack(number int, p *place) answer {
	return answer(number)<<32 | answer(p.country[0])<<16 | answer(p.country[1])<<8 | answer(p.outcome)
}

func (a answer) outcome() Outcome { return Outcome(a) }
func (a answer) country() [2]byte { return [2]byte{byte(a >> 16), byte(a >> 8)} }
func (a answer) number() uint32   { return uint32(a >> 32) }

// NewResolver is a resolver with an empty cache. Make one a worker. A nil derive
// derives zero.
func (db *DB) NewResolver(derive Derive) *Resolver {
	r := &Resolver{db: db, derive: derive}
	r.restart(db.current.Load())
	return r
}

func (r *Resolver) restart(from *snapshot) {
	r.from = from
	r.cache = make([]block, 1<<cacheBits)
	r.memo = make(map[uint32]answer)
	r.derived = []uint64{0}
}

// Locate answers the country of an address, as [DB.Locate] does, and what was derived
// of its record's point. The country is two zero bytes unless the outcome is Located,
// what was derived zero without a point. An invalid address, and one whose record
// cannot be read, is Unknown.
func (r *Resolver) Locate(addr netip.Addr) (derived uint64, country [2]byte, outcome Outcome) {
	if current := r.db.current.Load(); current != r.from {
		r.restart(current)
	}
	key := blockKey(addr)
	slot := &r.cache[key*0x9e3779b97f4a7c15>>(64-cacheBits)]
	found := slot.answer
	if slot.key != key || key == 0 {
		if key == 0 {
			return 0, country, Unknown
		}
		var whole bool
		if found, whole = r.look(addr.Unmap().WithZone("")); whole {
			*slot = block{key, found}
		}
	}
	return r.derived[found.number()], found.country(), found.outcome()
}

// blockKey names the /24 or /48 of an address, the family in the top bits; zero
// for no address.
func blockKey(addr netip.Addr) uint64 {
	switch {
	case addr.Is4():
		octets := addr.As4()
		return 1<<62 | uint64(octets[0])<<16 | uint64(octets[1])<<8 | uint64(octets[2])
	case addr.Is4In6():
		return blockKey(addr.Unmap())
	case addr.Is6():
		o := addr.As16()
		return 1<<63 | uint64(o[0])<<40 | uint64(o[1])<<32 | uint64(o[2])<<24 | uint64(o[3])<<16 | uint64(o[4])<<8 | uint64(o[5])
	default:
		return 0
	}
}

// look finds the answer for an address and reports whether it is that of its whole
// block.
func (r *Resolver) look(addr netip.Addr) (found answer, whole bool) {
	block, err := addr.Prefix(blockBits(addr))
	if err != nil {
		return 0, false
	}
	whole = !r.from.fence.splits(block)
	if rule := r.from.fence.classify(addr); rule.outcome != Unknown {
		return answer(rule.outcome), whole
	}
	result, ok, err := r.from.find(addr)
	if err != nil {
		return 0, false
	}
	network := result.Prefix()
	whole = whole && (!network.IsValid() || network.Addr().Is4() != addr.Is4() || network.Bits() <= block.Bits())
	if !ok {
		return answer(NotFound), whole
	}
	found, err = r.read(result)
	return found, whole && err == nil
}

// read decodes a record once.
func (r *Resolver) read(found maxminddb.Result) (answer, error) {
	offset := uint32(found.Offset())
	if known, ok := r.memo[offset]; ok {
		return known, nil
	}
	p, err := readBrief(found)
	if err != nil {
		return 0, err
	}
	number := 0
	if p.located && r.derive != nil {
		number = len(r.derived)
		r.derived = append(r.derived, r.derive(p.lat, p.lon, p.accuracy))
	}
	known := pack(number, &p)
	r.memo[offset] = known
	return known, nil
}
