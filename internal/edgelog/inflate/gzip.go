package inflate

import (
	"encoding/binary"
	"hash/crc32"
	"io"
)

// Reader decodes a gzip file: one member after the other.
type Reader struct {
	d      decoder
	member bool   // inside one
	any    bool   // at least one was read
	crc    uint32 // of the member so far
	size   uint32 // of the member so far, as its trailer counts it
	given  int    // bytes of the member, as far as matches reach
}

// NewReader reads a gzip file from r, which it buffers.
func NewReader(r io.Reader) *Reader { return &Reader{d: decoder{from: r}} }

// Fill decodes into b behind b[:n] and returns how many bytes it gave: at least one,
// if b has MinRoom left, unless it returns an error. b[:n] must end in what Fill gave
// before, up to MaxDistance of it; what lies behind the bytes given is scratch.
//
// The end of a whole file is io.EOF. ErrCorrupt and ErrTruncated may come with bytes
// that were decoded before; the checksum of their member was not. Any other error is
// that of the underlying reader.
func (r *Reader) Fill(b []byte, n int) (int, error) {
	o := n
	for len(b)-o >= MinRoom {
		if !r.member {
			if err := r.begin(); err != nil {
				return o - n, err
			}
		}
		from := o
		var err error
		o, err = r.d.decode(b, from, from-min(r.given, from))
		r.crc = crc32.Update(r.crc, crc32.IEEETable, b[from:o])
		r.size += uint32(o - from)
		r.given = min(r.given+o-from, MaxDistance)
		if err == io.EOF {
			err = r.finish()
		}
		if err != nil {
			return o - n, err
		}
	}
	return o - n, nil
}

// next returns the next byte.
func (r *Reader) next() (byte, error) {
	d := &r.d
	if d.pos == d.end {
		if err := d.more(); err != nil {
			return 0, err
		}
		if d.pos == d.end {
			return 0, io.EOF
		}
	}
	c := d.in[d.pos]
	d.pos++
	return c, nil
}

// take reads whole bytes of a header or trailer into b.
func (r *Reader) take(b []byte) error {
	for i := range b {
		c, err := r.next()
		if err == io.EOF {
			err = ErrTruncated
		}
		if err != nil {
			return err
		}
		b[i] = c
	}
	r.crc = crc32.Update(r.crc, crc32.IEEETable, b)
	return nil
}

// Flags of a member's header.
const (
	hasChecksum = 1 << 1
	hasExtra    = 1 << 2
	hasName     = 1 << 3
	hasComment  = 1 << 4
)

// begin reads the header of a member, or the zeros behind the last one.
func (r *Reader) begin() error {
	c, err := r.next()
	if err != nil {
		return err
	}
	if c == 0 && r.any {
		return r.padding()
	}
	r.crc = crc32.Update(0, crc32.IEEETable, []byte{c})
	var head [9]byte
	if err := r.take(head[:]); err != nil {
		return err
	}
	if c != 0x1f || head[0] != 0x8b || head[1] != 8 {
		return ErrCorrupt
	}
	if err := r.optional(head[2]); err != nil {
		return err
	}
	r.member, r.any = true, true
	r.crc, r.size, r.given = 0, 0, 0
	r.d.state, r.d.final = atBlock, false
	return nil
}

func (r *Reader) padding() error {
	for {
		switch c, err := r.next(); {
		case err != nil:
			return err
		case c != 0:
			return ErrCorrupt
		}
	}
}

// optional skips what the flags announce.
func (r *Reader) optional(flags byte) error {
	if flags&hasExtra != 0 {
		var two [2]byte
		if err := r.take(two[:]); err != nil {
			return err
		}
		for range binary.LittleEndian.Uint16(two[:]) {
			if err := r.take(two[:1]); err != nil {
				return err
			}
		}
	}
	for _, flag := range [...]byte{hasName, hasComment} {
		if flags&flag != 0 {
			if err := r.text(); err != nil {
				return err
			}
		}
	}
	if flags&hasChecksum == 0 {
		return nil
	}
	want := uint16(r.crc)
	var two [2]byte
	if err := r.take(two[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint16(two[:]) != want {
		return ErrCorrupt
	}
	return nil
}

// text skips a name or comment, of up to 511 bytes and a zero.
func (r *Reader) text() error {
	for range 512 {
		var one [1]byte
		if err := r.take(one[:]); err != nil {
			return err
		}
		if one[0] == 0 {
			return nil
		}
	}
	return ErrCorrupt
}

// finish reads the trailer of a member.
func (r *Reader) finish() error {
	r.member = false
	crc := r.crc
	var tail [8]byte
	if err := r.take(tail[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(tail[:]) != crc || binary.LittleEndian.Uint32(tail[4:]) != r.size {
		return ErrCorrupt
	}
	return nil
}
