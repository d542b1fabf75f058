package inflate

import "encoding/binary"

// decodeSymbols decodes literals and matches until the block ends or fewer than
// stride bytes are left. Its loop is what inflating costs: the state is kept in
// variables, bits are refilled without a branch, and up to two entries of
// literals are taken before a match is looked for.
func (d *decoder) decodeSymbols(b []byte, o, floor int) (int, error) {
	hold, count, pos, low := d.hold, d.count, d.pos, d.low()
	in, lit, dist := &d.in, &d.lit, &d.dist
	last, good := len(b)-stride, o
	for o <= last {
		if pos > low {
			d.hold, d.count, d.pos = hold, count, pos
			if err := d.more(); err != nil {
				return good, err
			}
			pos, low, good = d.pos, d.low(), o
		}
		hold, count, pos = refill(in, hold, count, pos)
		e := lit[hold&(1<<litBits-1)]
		for n := 0; e&literal != 0 && n < 2; n++ {
			hold, count = hold>>(e&63), count-uint64(e&63)
			binary.LittleEndian.PutUint16(b[o:], uint16(e>>16))
			o += 1 + int(e>>6&1)
			e = lit[hold&(1<<litBits-1)]
		}
		if e&pointer != 0 {
			hold, count = hold>>litBits, count-litBits
			e = lit[(uint64(e>>16)+hold&(1<<(e>>8&15)-1))%litSize]
		}
		if e&literal != 0 {
			hold, count = hold>>(e&63), count-uint64(e&63)
			binary.LittleEndian.PutUint16(b[o:], uint16(e>>16))
			o += 1 + int(e>>6&1)
			continue
		}
		if e&exceptional != 0 {
			d.hold, d.count, d.pos = hold>>(e&63), count-uint64(e&63), pos
			return d.ended(e, o, good)
		}
		length := int(e>>16) + int(hold&(1<<(e&63)-1)>>(e>>8&15))
		hold, count = hold>>(e&63), count-uint64(e&63)
		hold, count, pos = refill(in, hold, count, pos)
		e = dist[hold&(1<<distBits-1)]
		if e&pointer != 0 {
			hold, count = hold>>distBits, count-distBits
			e = dist[(uint64(e>>16)+hold&(1<<(e>>8&15)-1))%distSize]
		}
		distance := int(e>>16) + int(hold&(1<<(e&63)-1)>>(e>>8&15))
		hold, count = hold>>(e&63), count-uint64(e&63)
		if e&exceptional != 0 || distance > o-floor {
			d.hold, d.count, d.pos = hold, count, pos
			return d.ended(exceptional, o, good)
		}
		if from := o - distance; distance >= 8 && length <= 16 {
			binary.LittleEndian.PutUint64(b[o:], binary.LittleEndian.Uint64(b[from:]))
			binary.LittleEndian.PutUint64(b[o+8:], binary.LittleEndian.Uint64(b[from+8:]))
		} else {
			copyMatch(b[from:], distance, length)
		}
		o += length
	}
	d.hold, d.count, d.pos = hold, count, pos
	return d.paused(o, good)
}

// paused ends a call in the middle of a block.
func (d *decoder) paused(o, good int) (int, error) {
	if d.overrun() {
		return good, ErrTruncated
	}
	return o, nil
}

// ended handles what is no literal and no match. What came of the zeros behind the
// end of the input, everything since good, is dropped.
func (d *decoder) ended(e entry, o, good int) (int, error) {
	switch {
	case d.overrun():
		return good, ErrTruncated
	case e&endOfBlock == 0:
		return o, ErrCorrupt
	}
	d.endBlock()
	return o, nil
}

// refill makes 56 bits or more valid.
func refill(in *[inputSize + slack]byte, hold, count uint64, pos int) (uint64, uint64, int) {
	return hold | binary.LittleEndian.Uint64(in[pos:])<<(count&63), count | 56, pos + int(63-count)>>3
}

// copyMatch copies a match that begins at b[0] to b[distance]: in words, where it is
// not shorter than one, writing up to seven bytes more than the match is long.
func copyMatch(b []byte, distance, length int) {
	to := b[distance:]
	switch {
	case distance >= length:
		copy(to[:length], b[:length])
	case distance >= 8:
		for i := 0; i < length; i += 8 {
			binary.LittleEndian.PutUint64(to[i:], binary.LittleEndian.Uint64(b[i:]))
		}
	default:
		for i := range length {
			to[i] = b[i]
		}
	}
}
