package edgelog

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape appends a scanned JSON string. A lone surrogate becomes U+FFFD.
func unescape(out, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			return append(out, s...)
		}
		out, s = append(out, s[:i]...), s[i+1:]
		switch c := s[0]; c {
		case 'u':
			var r rune
			r, s = unescapeRune(s)
			out = utf8.AppendRune(out, r)
			continue
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		default:
			out = append(out, c)
		}
		s = s[1:]
	}
}

// unescapeRune reads s at the u of an escape, and its second half where there is one.
func unescapeRune(s []byte) (rune, []byte) {
	r, rest := hexRune(s), s[5:]
	if !utf16.IsSurrogate(r) {
		return r, rest
	}
	if len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		if pair := utf16.DecodeRune(r, hexRune(rest[1:])); pair != utf8.RuneError {
			return pair, rest[6:]
		}
	}
	return utf8.RuneError, rest
}

func hexRune(s []byte) rune {
	var r rune
	for _, c := range s[1:5] {
		r = r<<4 | rune(unhex(c))
	}
	return r
}

// undouble appends a CSV value with its doubled quotes made single.
func undouble(out, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '"')
		if i < 0 {
			return append(out, s...)
		}
		out, s = append(out, s[:i+1]...), s[i+2:]
	}
}

// equalFold compares with an ASCII word in lower case.
func equalFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i, c := range b {
		if c-'A' < 26 {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// appendHost appends a host in lower case without port and final dot, or nothing
// where it is no name.
func appendHost(out, host []byte) []byte {
	if i := bytes.LastIndexByte(host, ':'); i >= 0 && bytes.IndexByte(host, ':') == i {
		host = host[:i]
	}
	if n := len(host); n > 0 && host[n-1] == '.' {
		host = host[:n-1]
	}
	if len(host) > maxHost {
		return out
	}
	if plain(host) {
		return append(out, host...)
	}
	from := len(out)
	for _, c := range host {
		if c <= ' ' || c >= 0x7f {
			return out[:from]
		}
		if c-'A' < 26 {
			c |= 0x20
		}
		out = append(out, c)
	}
	return out
}

// plain reports whether a text is printable ASCII without capitals, and can be taken
// as it is. It may miss one.
func plain(b []byte) bool {
	var odd uint64
	n := len(b)
	if n < wordSize {
		return false
	}
	for i := 0; ; i += wordSize {
		last := i >= n-wordSize
		if last {
			i = n - wordSize
		}
		w := binary.LittleEndian.Uint64(b[i:])
		capitals := (w + 0x3f*ones) &^ (w + 0x25*ones) // of bytes below 0x80
		odd |= w | (w - 0x21*ones) | (w + ones) | capitals
		if last {
			return odd&highs == 0
		}
	}
}

// parseCode reads a site code. Three letters and then only digits name a facility of
// the site that the letters name.
func parseCode(b []byte) (Code, bool) {
	if len(b) == 0 || len(b) > 8 {
		return 0, false
	}
	var c Code
	letters, digits := 0, 0
	for i, x := range b {
		switch {
		case x|0x20-'a' < 26:
			x &^= 0x20
			letters++
		case x-'0' <= 9 && i > 0:
			digits++
		default:
			return 0, false
		}
		c |= Code(x) << (56 - 8*i)
	}
	if letters == 3 && digits > 0 && b[3]-'0' <= 9 && b[1]-'0' > 9 && b[2]-'0' > 9 {
		c &= 0xffffff << 40
	}
	return c, true
}
