package edgelog

import (
	"encoding/binary"
	"time"
)

// The times a line may have: 2000-01-01 up to 2200-01-01, in Unix seconds.
const (
	earliest = 946_684_800
	latest   = 7_258_118_400
)

// parseTime reads Unix seconds, milliseconds, microseconds or nanoseconds, told
// apart by magnitude, or RFC 3339, as Unix nanoseconds.
func parseTime(b []byte) (int64, bool) {
	if len(b) >= len("2006-01-02T15:04:05Z") && b[4] == '-' {
		return parseRFC3339(b)
	}
	n, ok := parseInt(b)
	if !ok || n < earliest {
		return 0, false
	}
	switch {
	case n < latest:
		return n * 1e9, true
	case n < earliest*1e3:
		return 0, false
	case n < latest*1e3:
		return n * 1e6, true
	case n < earliest*1e6:
		return 0, false
	case n < latest*1e6:
		return n * 1e3, true
	case n < earliest*1e9 || n >= latest*1e9:
		return 0, false
	}
	return n, true
}

// parseRFC3339 is strict: no lower case, no leap second, hours of two digits.
func parseRFC3339(b []byte) (int64, bool) {
	year, ok1 := two(b, 0)
	century, ok2 := two(b, 2)
	year = year*100 + century
	month, ok3 := two(b, 5)
	day, ok4 := two(b, 8)
	hour, ok5 := two(b, 11)
	minute, ok6 := two(b, 14)
	second, ok7 := two(b, 17)
	ok := ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7 && b[4] == '-' && b[7] == '-' && b[10] == 'T' && b[13] == ':' && b[16] == ':'
	if !ok || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	nanos, rest, ok := fraction(b[19:])
	if !ok {
		return 0, false
	}
	offset, ok := zone(rest)
	if !ok {
		return 0, false
	}
	unix := daysSince1970(year, month, day)*86400 + int64(hour*3600+minute*60+second) - offset
	if unix < earliest || unix >= latest {
		return 0, false
	}
	return unix*1e9 + nanos, true
}

func two(b []byte, i int) (int, bool) {
	tens, units := b[i]-'0', b[i+1]-'0'
	return int(tens)*10 + int(units), tens <= 9 && units <= 9
}

// fraction reads the fraction of a second; digits beyond nanoseconds are cut.
func fraction(b []byte) (nanos int64, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '.' {
		return 0, b, true
	}
	unit := int64(1e9)
	i := 1
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		unit /= 10
		nanos += int64(b[i]-'0') * unit
	}
	return nanos, b[i:], i > 1
}

// zone reads Z or an offset, in seconds.
func zone(b []byte) (int64, bool) {
	if len(b) == 1 && b[0] == 'Z' {
		return 0, true
	}
	if len(b) != len("+00:00") || b[3] != ':' || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	hours, ok1 := two(b, 1)
	minutes, ok2 := two(b, 4)
	offset := int64(hours*3600 + minutes*60)
	if b[0] == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2 && hours < 24 && minutes < 60
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func daysSince1970(year, month, day int) int64 {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// parseInt reads decimal digits behind an optional minus sign.
func parseInt(b []byte) (int64, bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	var n uint64
	for len(b) >= 8 {
		word := binary.LittleEndian.Uint64(b)
		if !eightDigits(word) {
			return 0, false
		}
		n = n*1e8 + eight(word)
		b = b[8:]
	}
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	if n > 1<<63-1 {
		return 0, false
	}
	if negative {
		return -int64(n), true
	}
	return int64(n), true
}

func eightDigits(word uint64) bool {
	return word&(0xf0*ones)|(word+0x06*ones)&(0xf0*ones)>>4 == 0x33*ones
}

// eight is the number that eight digits stand for: pairs, fours, all.
func eight(word uint64) uint64 {
	word -= '0' * ones
	word = word*10 + word>>8
	const low = 0x000000ff000000ff
	return ((word&low)*(100+1_000_000<<32) + (word>>16&low)*(1+10_000<<32)) >> 32
}
