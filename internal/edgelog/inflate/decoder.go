package inflate

import (
	"errors"
	"io"
)

var (
	// ErrCorrupt: bytes that no compressor writes, or a wrong checksum.
	ErrCorrupt = errors.New("inflate: corrupt")
	// ErrTruncated: the input ends inside a member.
	ErrTruncated = errors.New("inflate: truncated")
)

// MinRoom is the room that Fill needs in its buffer to go on.
const MinRoom = 1 << 10

// MaxDistance is how far back a match reaches: what Fill needs of the bytes it gave
// before.
const MaxDistance = 32 << 10

const (
	inputSize = 64 << 10
	slack     = 64 // zeros behind the last byte of the input
	// reach is how many bytes of input one round of symbols may look at.
	reach = 16
	// lookBack is how many bytes before pos can be given back: those in hold.
	lookBack = 8
	// stride is how many bytes of output one round may touch: two pairs of literals,
	// the longest match, and the words a copy overshoots by.
	stride = 4 + 258 + 16
)

// state is where in a deflate stream the decoder is.
type state uint8

const (
	atBlock state = iota
	inStored
	inSymbols
	atEnd
)

// decoder reads one deflate stream after the other from from.
//
// Bits are taken from the low end of hold, which has count valid bits; those above
// are those of in at pos, or zero. The bytes of in end at end.
type decoder struct {
	from io.Reader
	err  error // of from; io.EOF once all is in
	in   [inputSize + slack]byte
	pos  int
	end  int

	hold  uint64
	count uint64

	state  state
	final  bool
	stored int
	fixed  bool // the tables are those of the fixed code
	lit    [litSize]entry
	dist   [distSize]entry
	pre    [1 << preBits]entry
}

// more reads input until reach bytes lie behind pos, or the end is in, which zeros
// then follow.
func (d *decoder) more() error {
	if keep := d.pos - lookBack; keep > 0 && d.err == nil && d.pos <= d.end {
		d.end = copy(d.in[:], d.in[keep:d.end])
		d.pos = lookBack
	}
	for tries := 0; d.end-d.pos < reach && d.err == nil; tries++ {
		var n int
		n, d.err = d.from.Read(d.in[d.end:inputSize])
		d.end += n
		if n > 0 {
			tries = 0
		}
		if tries > 100 {
			d.err = io.ErrNoProgress
		}
		if d.err != nil {
			clear(d.in[d.end : d.end+slack])
		}
	}
	if d.err != nil && d.err != io.EOF {
		return d.err
	}
	if d.overrun() {
		return ErrTruncated
	}
	return nil
}

// overrun reports whether bits behind the end of the input were taken.
func (d *decoder) overrun() bool { return d.pos-int(d.count>>3) > d.end }

// low is up to which pos a round of symbols has the input it needs.
func (d *decoder) low() int { return d.end - reach }

// need makes at least 32 bits valid.
func (d *decoder) need() error {
	if d.pos > d.low() {
		if err := d.more(); err != nil {
			return err
		}
	}
	d.hold, d.count, d.pos = refill(&d.in, d.hold, d.count, d.pos)
	return nil
}

// take takes n bits that are valid.
func (d *decoder) take(n uint64) uint64 {
	v := d.hold & (1<<n - 1)
	d.hold >>= n
	d.count -= n
	return v
}

// align drops what is left of the current byte and gives whole bytes back.
func (d *decoder) align() {
	d.pos -= int(d.count >> 3)
	d.hold, d.count = 0, 0
}

// decode appends to b[:o] until there is less than MinRoom or the stream ends, which
// io.EOF says. Matches reach back to floor.
func (d *decoder) decode(b []byte, o, floor int) (int, error) {
	for {
		var err error
		switch d.state {
		case atBlock:
			err = d.block()
		case inStored:
			o, err = d.copyStored(b, o)
		case inSymbols:
			o, err = d.decodeSymbols(b, o, floor)
		case atEnd:
			return o, io.EOF
		}
		if err != nil || len(b)-o < MinRoom {
			return o, err
		}
	}
}

// endBlock goes on behind a block.
func (d *decoder) endBlock() {
	d.state = atBlock
	if d.final {
		d.align()
		d.state = atEnd
	}
}

// copyStored copies bytes of a stored block.
func (d *decoder) copyStored(b []byte, o int) (int, error) {
	for d.stored > 0 && o < len(b) {
		if d.pos == d.end {
			if err := d.more(); err != nil {
				return o, err
			}
			if d.pos == d.end {
				return o, ErrTruncated
			}
		}
		n := copy(b[o:], d.in[d.pos:min(d.end, d.pos+d.stored)])
		o, d.pos, d.stored = o+n, d.pos+n, d.stored-n
	}
	if d.stored == 0 {
		d.endBlock()
	}
	return o, nil
}
