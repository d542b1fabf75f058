package edgelog

import (
	"encoding/binary"
	"math/bits"
)

// kind says what a scanned value is.
type kind uint8

const (
	absent  kind = iota
	text         // a string without escapes, or a CSV value
	escaped      // a string with escapes
	doubled      // a CSV value with doubled quotes
	number
	isTrue
	isFalse
	null
	nested // an object or array
)

// value is where a value lies in the reader's buffer, without its quotes.
type value struct {
	start, end int32
	kind       kind
}

// values of one line, by slot.
type values [slots]value

// wordSize is how many bytes the scanner looks at at once.
const wordSize = 8

// slack is how many bytes a buffer has behind its last line, so that the scanner may
// look at several words wherever it is in the line.
const slack = 4 * wordSize

// maxDepth bounds nesting. One bit a level says whether it is an object.
const maxDepth = 64

const (
	ones    = 0x0101010101010101
	highs   = 0x8080808080808080
	quotes  = '"' * ones
	slashes = '\\' * ones
)

// The scanners below take a buffer whose line ends in '\n' and a position in the
// line. They return the position behind what they read, or -1. None passes the
// newline, which is a control character inside strings and no token outside.

// special returns a mask whose lowest set bit is the high bit of the first byte
// that is a quote, a backslash or a control character. With bit 1 flipped, a quote is
// 0x20 and controls stay below it, so that one comparison finds both.
func special(word uint64) uint64 {
	low, slash := word^0x02*ones, word^slashes
	return ((low-0x21*ones)&^low | (slash-ones)&^slash) & highs
}

// scanString reads a string whose opening quote lies before p.
func scanString(b []byte, p int) (int, kind) {
	k := text
	for {
		m := special(binary.LittleEndian.Uint64(b[p:]))
		if m == 0 {
			p += wordSize
			continue
		}
		p += bits.TrailingZeros64(m) >> 3
		switch b[p] {
		case '"':
			return p + 1, k
		case '\\':
			k = escaped
			if p = scanEscape(b, p+1); p < 0 {
				return -1, k
			}
		default:
			return -1, k
		}
	}
}

// scanEscape reads an escape behind its backslash.
func scanEscape(b []byte, p int) int {
	switch b[p] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return p + 1
	case 'u':
		for i := 1; i <= 4; i++ {
			if unhex(b[p+i]) < 0 {
				return -1
			}
		}
		return p + 5
	}
	return -1
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func digits(b []byte, p int) int {
	for b[p]-'0' <= 9 {
		p++
	}
	return p
}

// scanNumber reads a number of the JSON grammar.
func scanNumber(b []byte, p int) int {
	if b[p] == '-' {
		p++
	}
	start := p
	p = digits(b, p)
	if p == start || b[start] == '0' && p > start+1 {
		return -1
	}
	if b[p] == '.' {
		start = p + 1
		if p = digits(b, start); p == start {
			return -1
		}
	}
	if b[p]|0x20 == 'e' {
		p++
		if b[p] == '+' || b[p] == '-' {
			p++
		}
		start = p
		if p = digits(b, start); p == start {
			return -1
		}
	}
	return p
}

// scanValue reads any value and tells its kind and where it lies.
func scanValue(b []byte, p int) (v value, end int) {
	switch c := b[p]; {
	case c == '"':
		end, k := scanString(b, p+1)
		return value{int32(p + 1), int32(end - 1), k}, end
	case c == '-' || c-'0' <= 9:
		end = scanNumber(b, p)
		return value{int32(p), int32(end), number}, end
	case c == '{' || c == '[':
		end = scanNested(b, p)
		return value{int32(p), int32(end), nested}, end
	case c == 't' && has(b, p, "true"):
		return value{int32(p), int32(p + 4), isTrue}, p + 4
	case c == 'f' && has(b, p, "false"):
		return value{int32(p), int32(p + 5), isFalse}, p + 5
	case c == 'n' && has(b, p, "null"):
		return value{int32(p), int32(p + 4), null}, p + 4
	}
	return value{}, -1
}

func has(b []byte, p int, word string) bool {
	return len(b)-p >= len(word) && string(b[p:p+len(word)]) == word
}

// tooDeep is returned by scanNested instead of -1.
const tooDeep = -2

// scanNested reads an object or array that begins at p.
func scanNested(b []byte, p int) int {
	var objects uint64 // one bit a level, the innermost lowest
	depth := 0
	for {
		// A value begins at p.
		switch b[p] {
		case '{', '[':
			if depth++; depth >= maxDepth {
				return tooDeep
			}
			object := b[p] == '{'
			objects <<= 1
			p = space(b, p+1)
			if object {
				objects |= 1
			}
			if b[p] != closing(object) {
				if object {
					p = scanKey(b, p)
				}
				if p < 0 {
					return -1
				}
				continue
			}
			objects, depth, p = objects>>1, depth-1, p+1
		default:
			if _, p = scanValue(b, p); p < 0 {
				return -1
			}
		}
		// A value has ended before p.
		for depth > 0 {
			p = space(b, p)
			object := objects&1 == 1
			if b[p] == ',' {
				if p = space(b, p+1); object {
					p = scanKey(b, p)
				}
				break
			}
			if b[p] != closing(object) {
				return -1
			}
			objects, depth, p = objects>>1, depth-1, p+1
		}
		if depth == 0 || p < 0 {
			return p
		}
	}
}

func closing(object bool) byte {
	if object {
		return '}'
	}
	return ']'
}

// scanKey reads a key, the colon and the spaces around it.
func scanKey(b []byte, p int) int {
	if b[p] != '"' {
		return -1
	}
	p, _ = scanString(b, p+1)
	if p < 0 {
		return -1
	}
	if p = space(b, p); b[p] != ':' {
		return -1
	}
	return space(b, p+1)
}

// space skips the spaces of the JSON grammar but the newline.
func space(b []byte, p int) int {
	for b[p] == ' ' || b[p] == '\t' || b[p] == '\r' {
		p++
	}
	return p
}
