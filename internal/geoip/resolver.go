package geoip

import "net/netip"

// cacheBits is the size of a resolver's cache: 65,536 blocks, 1 MiB.
const cacheBits = 16

// Resolver answers for many addresses, such as a log file's. It keeps the answers
// of the networks it saw, by /24 and /48 blocks, and what each record says, and
// belongs to one goroutine. It follows a replacement of the database: answers are
// those of the database in use at each call.
type Resolver struct {
	db    *DB
	from  *snapshot
	cache []block
	memo  map[uint32]place
}

// block is the answer for every address of one /24 or /48. A key of zero is an
// empty slot.
type block struct {
	key    uint64
	answer answer
}

// answer packs a record's offset (32 bits), whether there is a record (8), the
// country's two letters (16) and the outcome (8).
type answer uint64

// hasRecord marks an answer with a record, whose offset may be zero.
const hasRecord answer = 1 << 24

func pack(offset uint32, p place) answer {
	return answer(offset)<<32 | hasRecord | answer(p.country[0])<<16 | answer(p.country[1])<<8 | answer(p.outcome)
}

func (a answer) outcome() Outcome { return Outcome(a) }
func (a answer) country() [2]byte { return [2]byte{byte(a >> 16), byte(a >> 8)} }
func (a answer) offset() uint32   { return uint32(a >> 32) }

// NewResolver is a resolver with an empty cache. Make one a worker.
func (db *DB) NewResolver() *Resolver {
	r := &Resolver{db: db}
	r.restart(db.current.Load())
	return r
}

func (r *Resolver) restart(from *snapshot) {
	r.from = from
	r.cache = make([]block, 1<<cacheBits)
	r.memo = make(map[uint32]place)
}

// Record answers the record and country of an address, as [DB.Locate] does. The
// country is two zero bytes, and the record zero, unless there is one. An invalid
// address, and one whose record cannot be read, is Unknown without a record.
func (r *Resolver) Record(addr netip.Addr) (record uint64, country [2]byte, outcome Outcome) {
	if current := r.db.current.Load(); current != r.from {
		r.restart(current)
	}
	key := blockKey(addr)
	slot := &r.cache[key*0x9e3779b97f4a7c15>>(64-cacheBits)]
	if slot.key == key && key != 0 {
		return r.unpack(slot.answer)
	}
	if key == 0 {
		return 0, [2]byte{}, Unknown
	}
	found, whole := r.look(addr.Unmap().WithZone(""))
	if whole {
		*slot = block{key, found}
	}
	return r.unpack(found)
}

// Coordinates answers where a record lies, for one that Record gave since the
// database was last replaced: degrees, and the accuracy radius in kilometres, zero
// where the database states none. It is false for a record without coordinates.
func (r *Resolver) Coordinates(record uint64) (lat, lon float64, accuracyKM uint16, ok bool) {
	p := r.memo[uint32(record)]
	if !p.located || record>>32 != uint64(r.from.generation) {
		return 0, 0, 0, false
	}
	return p.lat, p.lon, p.accuracy, true
}

func (r *Resolver) unpack(a answer) (uint64, [2]byte, Outcome) {
	if a&hasRecord == 0 {
		return 0, [2]byte{}, a.outcome()
	}
	return recordID(r.from.generation, uintptr(a.offset())), a.country(), a.outcome()
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
	p, err := r.read(addr, uint32(result.Offset()))
	if err != nil {
		return 0, false
	}
	return pack(uint32(result.Offset()), p), whole
}

// read decodes a record once.
func (r *Resolver) read(addr netip.Addr, offset uint32) (place, error) {
	p, ok := r.memo[offset]
	if ok {
		return p, nil
	}
	p, err := r.from.read(addr)
	if err == nil {
		r.memo[offset] = p
	}
	return p, err
}
