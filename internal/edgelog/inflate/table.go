package inflate

import "math/bits"

// An entry of a decoding table:
//
//	bits 0-5    how many bits the code and its extra bits take
//	bit 6       two literals
//	bits 8-11   how many of them the code takes; the index bits of a subtable
//	bit 12      literal
//	bit 13      end of block
//	bit 14      pointer to a subtable
//	bit 15      one of these two, or no code at all
//	bits 16-31  the literals, the first one lowest, the base of the length or distance,
//	            or where the subtable is
//
// In a subtable the bits of the index of the main table are not counted again.
type entry = uint32

const (
	two         entry = 1 << 6
	literal     entry = 1 << 12
	endOfBlock  entry = 1 << 13
	pointer     entry = 1 << 14
	exceptional entry = 1 << 15
)

// Sizes of the tables. A code that fills the main table gives at most 144 subtables
// of 16, or 15 of 128.
const (
	litBits  = 11
	distBits = 8
	preBits  = 7
	litSize  = 8192
	distSize = 4096
	maxCode  = 15
	symbols  = 288
)

// meaning of the symbols: an entry with the number of extra bits instead of all bits.
var (
	litMeaning  = litMeanings()
	distMeaning = distMeanings()
	preMeaning  = preMeanings()
)

func litMeanings() (out [symbols]entry) {
	for i := range 256 {
		out[i] = literal | entry(i)<<16
	}
	out[256] = exceptional | endOfBlock
	base := 3
	for i := range 28 {
		extra := max(i/4-1, 0)
		out[257+i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	out[285] = 258 << 16
	out[286], out[287] = exceptional, exceptional
	return out
}

func distMeanings() (out [32]entry) {
	base := 1
	for i := range 30 {
		extra := max(i/2-1, 0)
		out[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	out[30], out[31] = exceptional, exceptional
	return out
}

func preMeanings() (out [19]entry) {
	for i := range out {
		out[i] = entry(i) << 16
	}
	return out
}

// build makes a table of code lengths, and reports whether they are a prefix code
// that uses every code, or a single code of one bit, or none at all.
func build(table []entry, width int, lengths []uint8, meaning []entry) bool {
	var count [maxCode + 1]int
	for _, l := range lengths {
		count[l]++
	}
	longest := maxCode
	for longest > 0 && count[longest] == 0 {
		longest--
	}
	var next [maxCode + 1]int // the first symbol of each length, in sorted order
	used := 0
	for l := 1; l <= longest; l++ {
		next[l] = next[l-1]
		if l > 1 {
			next[l] += count[l-1]
		}
		used = used<<1 + count[l]
	}
	whole := used == 1<<longest && longest > 0
	if !whole {
		if longest > 1 || used > 1 {
			return false
		}
		for i := range table[:1<<width] {
			table[i] = exceptional
		}
	}
	var sorted [symbols]uint16
	for s, l := range lengths {
		if l > 0 {
			sorted[next[l]] = uint16(s)
			next[l]++
		}
	}
	fill(table, width, longest, &count, &sorted, meaning)
	return true
}

// fill enters the symbols in the order of their codes.
func fill(table []entry, width, longest int, count *[maxCode + 1]int, sorted *[symbols]uint16, meaning []entry) {
	code, i := 0, 0
	sub := longest - width // index bits of every subtable
	free, prefix := 1<<width, -1
	start := 0
	for length := 1; length <= longest; length++ {
		code <<= 1
		for range count[length] {
			e := meaning[sorted[i]]
			reversed := int(bits.Reverse16(uint16(code)) >> (16 - length))
			code, i = code+1, i+1
			if length <= width {
				e += entry(length) | entry(length)<<8
				for j := reversed; j < 1<<width; j += 1 << length {
					table[j] = e
				}
				continue
			}
			if p := reversed & (1<<width - 1); p != prefix {
				prefix, start, free = p, free, free+1<<sub
				table[p] = exceptional | pointer | entry(start)<<16 | entry(sub)<<8
			}
			rest := length - width
			e += entry(rest) | entry(rest)<<8
			for j := reversed >> width; j < 1<<sub; j += 1 << rest {
				table[start+j] = e
			}
		}
	}
}

// pair makes entries of two literals where both codes fit into the index.
func pair(table *[litSize]entry) {
	for i := len(table[:1<<litBits]) - 1; i >= 0; i-- {
		e := table[i]
		if e&literal == 0 || e&63 >= litBits {
			continue
		}
		// The index of what follows is lower, so that it is no pair yet, or it is i.
		f := table[i>>(e&63)]
		if f&(literal|two) == literal && e&63+f&63 <= litBits {
			table[i] = literal | two | (f>>16&0xff)<<24 | e&0x00ff0000 | (e&63 + f&63)
		}
	}
}
