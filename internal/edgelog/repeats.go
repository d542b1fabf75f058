package edgelog

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"

	"domicile/internal/hugepage"
)

// The window in which a line is known again: the last half of it at least, all of it
// at most, counted in lines with a RayID.
const (
	generation   = 1 << 19
	repeatWindow = 2 * generation
)

// repeats finds lines that a file holds twice: those with the RayID, time, places,
// host and flags of a line before. A firewall event has the RayID of its request and
// a subrequest one of its own, so that only requests are compared. It holds 64-bit
// hashes of two generations of lines, at most 16 MiB; one of a line that differs is
// the same with a chance of about 1 in 10^13 a line, under a seed that nobody knows.
type repeats struct {
	seed     maphash.Seed
	now, old set
	keys     [BatchSize + MaxMerged]uint64
	touched  [BatchSize + MaxMerged]uint64
}

// set is an open-addressing table, at most half full; zero is an empty slot.
type set struct {
	slots []uint64
	shift int
	keys  int
}

const firstSlots = 1 << 12

func newSet(slots int) set {
	return set{slots: hugepage.Make[uint64](slots), shift: 64 - bits.TrailingZeros(uint(slots))}
}

// mark raises Repeated on the records that were seen before, and counts their lines.
func (r *repeats) mark(records []Record) (n uint64) {
	if len(records) == 0 || records[0].Dataset != HTTPRequests {
		return 0
	}
	if r.now.slots == nil {
		r.seed, r.now = maphash.MakeSeed(), newSet(firstSlots)
	}
	for i := range records {
		r.keys[i] = r.key(&records[i])
	}
	r.touch(len(records))
	for i := range records {
		if key := r.keys[i]; key != 0 && r.again(key) {
			if records[i].Flags&Merged == 0 {
				n++
			}
			records[i].Flags |= Repeated
		}
	}
	return n
}

// touch loads the slots of a batch, so that the processor waits for all at once and
// not for one after the other.
func (r *repeats) touch(n int) {
	now := &r.now
	for i, key := range r.keys[:n] {
		r.touched[i] = now.slots[key>>now.shift]
	}
	if old := &r.old; old.slots != nil {
		for i, key := range r.keys[:n] {
			r.touched[i] ^= old.slots[key>>old.shift]
		}
	}
}

// key is a hash of what makes a line, or zero without a RayID.
func (r *repeats) key(rec *Record) uint64 {
	if rec.Ray == 0 {
		return 0
	}
	place := uint64(rec.Site) ^ uint64(rec.Flags)<<1 ^ uint64(rec.Status)<<24
	second := uint64(uint32(rec.UpperTier))<<32 | uint64(uint32(rec.SmartRoute))
	key := mix(mix(rec.Ray^0x9e3779b97f4a7c15, uint64(rec.Time)^0xd1b54a32d192ed03), place^maphash.Bytes(r.seed, rec.Host))
	if second != 0 {
		key = mix(key^0x9e3779b97f4a7c15, second^0xd1b54a32d192ed03)
	}
	return max(key, 1)
}

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// again reports whether a key was there, and adds it.
func (r *repeats) again(key uint64) bool {
	if r.old.slots != nil && r.old.has(key) || !r.now.add(key) {
		return true
	}
	switch {
	case r.now.keys >= generation:
		r.now, r.old = r.old, r.now
		if r.now.slots == nil {
			r.now = newSet(repeatWindow)
		}
		clear(r.now.slots)
		r.now.keys = 0
	case 2*r.now.keys >= len(r.now.slots) && len(r.now.slots) < repeatWindow:
		r.now.grow()
	}
	return false
}

func (s *set) has(key uint64) bool {
	for i := key >> s.shift; ; i = (i + 1) & uint64(len(s.slots)-1) {
		if s.slots[i] == key || s.slots[i] == 0 {
			return s.slots[i] == key
		}
	}
}

// add reports whether the key is new.
func (s *set) add(key uint64) bool {
	for i := key >> s.shift; ; i = (i + 1) & uint64(len(s.slots)-1) {
		switch s.slots[i] {
		case key:
			return false
		case 0:
			s.slots[i] = key
			s.keys++
			return true
		}
	}
}

func (s *set) grow() {
	larger := newSet(min(4*len(s.slots), repeatWindow))
	for _, key := range s.slots {
		if key != 0 {
			larger.add(key)
		}
	}
	*s = larger
}

// parseRay reads a RayID: sixteen hexadecimal digits as their number, another text
// as a hash of it. "00", which stands for none, is zero.
func parseRay(b []byte) uint64 {
	if len(b) == 16 {
		if n, ok := sixteenHex(b); ok {
			return n
		}
	}
	if len(b) == 0 || string(b) == "00" {
		return 0
	}
	h := uint64(len(b))
	for ; len(b) >= wordSize; b = b[wordSize:] {
		h = mix(h^0x9e3779b97f4a7c15, binary.LittleEndian.Uint64(b)^0xd1b54a32d192ed03)
	}
	var rest [wordSize]byte
	copy(rest[:], b)
	return mix(h^0x9e3779b97f4a7c15, binary.LittleEndian.Uint64(rest[:])^0xd1b54a32d192ed03)
}

func sixteenHex(b []byte) (n uint64, ok bool) {
	var bad uint8
	for _, c := range b {
		d := hexDigits[c]
		bad |= d
		n = n<<4 | uint64(d&15)
	}
	return n, bad < 16
}
