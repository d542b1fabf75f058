package edgelog

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"domicile/internal/edgelog/inflate"
)

// errDecode: the compressed bytes cannot be decoded any further.
var errDecode = errors.New("decode")

// firstBuffer is the size of the buffer of decompressed bytes until a line needs more.
const firstBuffer = 256 << 10

// lines cuts the decompressed bytes into lines. The bytes from pos up to end are
// whole lines, each ending in '\n'; those up to fill are the beginning of another.
// Behind fill there are slack bytes of slack.
type lines struct {
	in      *input
	src     source
	options Options

	buf            []byte
	base           int64 // offset of buf[0]
	pos, end, fill int
	skipping       bool  // inside a line that is too long
	err            error // what the source ended with
}

// ready reports whether there is a whole line.
func (l *lines) ready() bool { return l.pos < l.end }

// offset is that of the line at pos. The newline put behind the last line is none of
// the file's bytes.
func (l *lines) offset() int64 { return l.base + int64(min(l.pos, l.fill)) }

// line is the line at pos with its newline.
func (l *lines) line() []byte {
	return l.buf[l.pos : l.pos+1+bytes.IndexByte(l.buf[l.pos:l.end], '\n')]
}

// goesOn reports whether the line at pos begins before an offset and ends behind it, but
// for its newline.
func (l *lines) goesOn(to int64) bool {
	begin := l.base + int64(l.pos)
	end := l.base + int64(min(l.pos+len(l.line())-1, l.fill))
	return begin < to && to < end
}

// bom is the length of a byte order mark at pos, if that is where the file begins.
func (l *lines) bom() int {
	if l.base+int64(l.pos) == 0 && bytes.HasPrefix(l.buf[l.pos:l.fill], []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

func (l *lines) open() error {
	src, err := open(l.in, l.options)
	if err != nil {
		return l.failure(err)
	}
	l.src = src
	l.buf = make([]byte, firstBuffer+slack)
	return nil
}

// failure tells an error of the underlying reader from corrupt bytes.
func (l *lines) failure(err error) error {
	switch {
	case l.in.err != nil:
		return fmt.Errorf("read at offset %d: %w", l.base+int64(l.fill), l.in.err)
	case errors.Is(err, io.ErrNoProgress), errors.Is(err, ErrFormat), errors.Is(err, ErrTooLarge):
		return err
	}
	return errDecode
}

// more reads until there is a whole line, and reports whether one that was too long
// has ended on the way.
func (l *lines) more() (tooLong bool, err error) {
	for {
		if l.err != nil {
			return l.last()
		}
		l.make()
		if err := l.read(); err != nil {
			return false, err
		}
		if l.skipping && l.skipped() {
			return true, nil
		}
		if l.ready() {
			return false, nil
		}
		if l.fill-l.pos > l.options.MaxLine {
			l.skipping, l.pos, l.end = true, l.fill, l.fill
		}
	}
}

// last gives the last line, which has no newline, then the error.
func (l *lines) last() (tooLong bool, err error) {
	if l.err != io.EOF {
		return false, l.err
	}
	if l.skipping {
		l.skipping = false
		return true, nil
	}
	if l.pos >= l.fill {
		return false, io.EOF
	}
	l.buf[l.fill] = '\n'
	l.end = l.fill + 1
	return false, nil
}

// skipped drops what belongs to a line that is too long, and reports whether it has
// ended.
func (l *lines) skipped() bool {
	i := bytes.IndexByte(l.buf[l.pos:l.fill], '\n')
	if i < 0 {
		l.pos, l.end = l.fill, l.fill
		return false
	}
	l.skipping = false
	l.pos += i + 1
	l.end = max(l.end, l.pos)
	return true
}

// make makes room: it moves what is not read yet, and what the source may look back
// at, to the front, or takes a larger buffer.
func (l *lines) make() {
	room := len(l.buf) - slack
	keep := max(l.pos-window, 0)
	if keep > 0 && room-l.fill < max(room/4, inflate.MinRoom) {
		copy(l.buf, l.buf[keep:l.fill])
		l.base += int64(keep)
		l.pos, l.end, l.fill = l.pos-keep, l.end-keep, l.fill-keep
	}
	if room-l.fill < inflate.MinRoom {
		larger := make([]byte, min(2*room, 2*window+l.options.MaxLine+firstBuffer)+slack)
		copy(larger, l.buf[:l.fill])
		l.buf = larger
	}
}

// read reads once and looks for the end of the last whole line.
func (l *lines) read() error {
	n, err := l.src.fill(l.buf[:len(l.buf)-slack], l.fill)
	if n == 0 && err == nil {
		return io.ErrNoProgress
	}
	if err != nil {
		if l.err = err; err != io.EOF {
			l.err = l.failure(err)
		}
	}
	from := l.fill
	l.fill += n
	if l.options.MaxBytes > 0 && l.base+int64(l.fill) > l.options.MaxBytes {
		l.err = fmt.Errorf("%w: more than %d bytes", ErrTooLarge, l.options.MaxBytes)
		l.fill -= int(l.base + int64(l.fill) - l.options.MaxBytes)
	}
	if i := bytes.LastIndexByte(l.buf[from:l.fill], '\n'); i >= 0 {
		l.end = from + i + 1
	}
	return nil
}
