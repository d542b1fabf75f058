package edgelog

import (
	"encoding/binary"
	"math/bits"
)

// member is one key and value of a line's object.
type member struct {
	from             int32 // end of the value before, or start of the line
	keyStart, keyEnd int32
	keyKind          kind
	value            value
}

// parser reads lines of NDJSON.
type parser struct {
	fields  map[string]slot
	members []member
	scratch []byte
	shape   shape
}

// line reads the line at p into vals, and returns its reason if it cannot be read.
func (j *parser) line(b []byte, p int, vals *values) Reason {
	*vals = values{}
	end, why := j.split(b, p)
	if why != Fine {
		return why
	}
	for i := range j.members {
		if s := j.slot(b, &j.members[i]); s != noSlot {
			vals[s] = j.members[i].value
		}
	}
	j.shape.learn(b, end, j)
	return Fine
}

// split reads the line at p strictly into members, and returns the end of the last
// value.
func (j *parser) split(b []byte, p int) (end int, why Reason) {
	j.members = j.members[:0]
	from := p
	if p = space(b, p); b[p] != '{' {
		return p, BadSyntax
	}
	p = space(b, p+1)
	if b[p] == '}' {
		return from, closed(b, p)
	}
	for {
		m := member{from: int32(from), keyStart: int32(p + 1)}
		if b[p] != '"' {
			return p, BadSyntax
		}
		if p, m.keyKind = scanString(b, p+1); p < 0 {
			return p, BadSyntax
		}
		m.keyEnd = int32(p - 1)
		if p = space(b, p); b[p] != ':' {
			return p, BadSyntax
		}
		if m.value, p = scanValue(b, space(b, p+1)); p < 0 {
			return p, failure(p)
		}
		j.members = append(j.members, m)
		from = p
		if p = space(b, p); b[p] != ',' {
			return from, closed(b, p)
		}
		p = space(b, p+1)
	}
}

func failure(p int) Reason {
	if p == tooDeep {
		return TooDeep
	}
	return BadSyntax
}

// closed checks that nothing follows the brace at p.
func closed(b []byte, p int) Reason {
	if b[p] != '}' || b[space(b, p+1)] != '\n' {
		return BadSyntax
	}
	return Fine
}

func (j *parser) slot(b []byte, m *member) slot {
	name := b[m.keyStart:m.keyEnd]
	if m.keyKind == escaped {
		j.scratch = unescape(j.scratch[:0], name)
		name = j.scratch
	}
	if s, ok := j.fields[string(name)]; ok {
		return s
	}
	return noSlot
}

// names are the keys of the line last split.
func (j *parser) names(b []byte) []string {
	out := make([]string, len(j.members))
	for i, m := range j.members {
		out[i] = string(unescape(nil, b[m.keyStart:m.keyEnd]))
	}
	return out
}

// Bounds of what a shape learns.
const (
	maxSteps = 256
	maxWords = 2048
)

// step is the text before a value: what ends the value before, and the key. Its first
// words are compared at once, under masks where it is not as long, and its last word,
// which may overlap them. What is longer still is compared in whole words as well.
type step struct {
	first [firstWords]uint64
	masks [firstWords]uint64
	tail  uint64
	mask  uint64 // of the tail
	last  int32  // where the tail begins
	size  int32
	word  int32 // the first of the further words
	more  int32 // how many there are
	slot  slot
}

// firstWords are as many as most keys have.
const firstWords = 3

// shape is the order of the keys in the line before, with every byte between the
// values, kept as words.
type shape struct {
	steps []step
	words []uint64
}

func (s *shape) learn(b []byte, end int, j *parser) {
	s.steps, s.words = s.steps[:0], s.words[:0]
	if len(j.members) == 0 || len(j.members) >= maxSteps {
		return
	}
	for i := range j.members {
		m := &j.members[i]
		start := m.value.start
		if m.value.kind == text || m.value.kind == escaped {
			start--
		}
		s.add(b[m.from:start], j.slot(b, m))
	}
	tail := end
	for b[tail] != '\n' {
		tail++
	}
	s.add(b[end:tail+1], noSlot)
	if len(s.words) > maxWords {
		s.steps = s.steps[:0]
	}
}

func (s *shape) add(text []byte, slot slot) {
	st := step{word: int32(len(s.words)), size: int32(len(text)), last: int32(max(len(text)-wordSize, 0)), slot: slot}
	for i := range st.first {
		st.first[i], st.masks[i] = maskedWord(text[min(i*wordSize, len(text)):])
	}
	st.tail, st.mask = maskedWord(text[st.last:])
	for at := firstWords * wordSize; at < int(st.last); at += wordSize {
		s.words = append(s.words, binary.LittleEndian.Uint64(text[at:]))
		st.more++
	}
	s.steps = append(s.steps, st)
}

// maskedWord is the first word of a text, and which bits of it are of the text.
func maskedWord(text []byte) (word, mask uint64) {
	n := min(len(text), wordSize)
	if n == 0 {
		return 0, 0
	}
	var b [wordSize]byte
	copy(b[:], text)
	return binary.LittleEndian.Uint64(b[:]), ^uint64(0) >> (64 - 8*n)
}

// match reads the line at p into vals if it has the learnt shape, and returns the
// position behind its newline, or -1. Values that the shape has no step for stay as
// the line before left them: absent. What matches is well formed, since the learnt
// text was, and every value is scanned as strictly as elsewhere: only the text of the
// last step holds a newline, so that no other reaches beyond the line.
func (s *shape) match(b []byte, p int, vals *values) int {
	last := len(s.steps) - 1
	for i := range s.steps {
		st := &s.steps[i]
		if p+int(st.size)+slack > len(b) {
			return -1
		}
		head := (*[firstWords * wordSize]byte)(b[p:])
		odd := (binary.LittleEndian.Uint64(head[0:])^st.first[0])&st.masks[0] |
			(binary.LittleEndian.Uint64(head[8:])^st.first[1])&st.masks[1] |
			(binary.LittleEndian.Uint64(head[16:])^st.first[2])&st.masks[2] |
			(binary.LittleEndian.Uint64(b[p+int(st.last):])^st.tail)&st.mask
		if st.more > 0 {
			q := p + firstWords*wordSize
			for _, w := range s.words[st.word : st.word+st.more] {
				odd |= binary.LittleEndian.Uint64(b[q:]) ^ w
				q += wordSize
			}
		}
		if odd != 0 {
			return -1
		}
		p += int(st.size)
		if i == last {
			return p
		}
		var v value
		switch c := b[p]; {
		case c == '"':
			v.start = int32(p + 1)
			p, v.kind = scanString(b, p+1)
			v.end = int32(p - 1)
		case c-'0' <= 9:
			v.start, v.kind = int32(p), number
			p = quickNumber(b, p)
			v.end = int32(p)
		case binary.LittleEndian.Uint32(b[p:]) == trueWord:
			v.start, v.kind, v.end = int32(p), isTrue, int32(p+4)
			p += 4
		case c == 'f' && binary.LittleEndian.Uint32(b[p+1:]) == falseTail:
			v.start, v.kind, v.end = int32(p), isFalse, int32(p+5)
			p += 5
		default:
			v, p = scanValue(b, p)
		}
		if p < 0 {
			return -1
		}
		if st.slot >= 0 {
			vals[st.slot] = v
		}
	}
	return -1
}

// quickNumber reads the digits of a number. Behind those of one with a fraction or an
// exponent no learnt text can follow.
func quickNumber(b []byte, p int) int {
	start := p
	for {
		m := noDigit(binary.LittleEndian.Uint64(b[p:]))
		if m != 0 {
			p += bits.TrailingZeros64(m) >> 3
			break
		}
		p += wordSize
	}
	if b[start] == '0' && p > start+1 {
		return -1
	}
	return p
}

// noDigit returns a mask whose lowest set bit is the high bit of the first byte that
// is no digit.
func noDigit(word uint64) uint64 {
	t := word ^ '0'*ones
	return (t + 0x76*ones | t) & highs
}

// The words true and false, without its first letter.
const (
	trueWord  = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	falseTail = 'a' | 'l'<<8 | 's'<<16 | 'e'<<24
)
