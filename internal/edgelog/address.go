package edgelog

import (
	"bytes"
	"net/netip"
)

// parseAddr reads an IPv4 or IPv6 address; an IPv4 address inside IPv6 is taken as
// IPv4. It allocates nothing, and an address that cannot be read is invalid rather
// than an error that would quote it.
func parseAddr(b []byte) netip.Addr {
	if len(b) > len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") {
		return netip.Addr{}
	}
	if bytes.IndexByte(b, ':') < 0 {
		if four, ok := parse4(b); ok {
			return netip.AddrFrom4(four)
		}
		return netip.Addr{}
	}
	if sixteen, ok := parse6(b); ok {
		return netip.AddrFrom16(sixteen).Unmap()
	}
	return netip.Addr{}
}

func parse4(b []byte) (out [4]byte, ok bool) {
	octet, n, digits := uint(0), 0, 0
	for _, c := range b {
		switch {
		case c-'0' <= 9:
			if digits > 0 && octet == 0 {
				return out, false
			}
			octet = octet*10 + uint(c-'0')
			if digits++; octet > 255 {
				return out, false
			}
		case c == '.' && digits > 0 && n < 3:
			out[n] = byte(octet)
			octet, digits, n = 0, 0, n+1
		default:
			return out, false
		}
	}
	if n != 3 || digits == 0 {
		return out, false
	}
	out[3] = byte(octet)
	return out, true
}

func parse6(b []byte) (out [16]byte, ok bool) {
	at, gap := 0, -1
	if len(b) >= 2 && b[0] == ':' && b[1] == ':' {
		gap, b = 0, b[2:]
	}
	for at < 16 && len(b) > 0 {
		group, n := hexGroup(b)
		if n == 0 {
			return out, false
		}
		if n < len(b) && b[n] == '.' {
			four, ok := parse4(b)
			if !ok || at > 12 || gap < 0 && at != 12 {
				return out, false
			}
			copy(out[at:], four[:])
			at, b = at+4, nil
			break
		}
		out[at], out[at+1] = byte(group>>8), byte(group)
		at, b = at+2, b[n:]
		if len(b) == 0 {
			break
		}
		if b[0] != ':' || len(b) == 1 {
			return out, false
		}
		if b = b[1:]; b[0] == ':' {
			if gap >= 0 {
				return out, false
			}
			gap, b = at, b[1:]
		}
	}
	if len(b) > 0 || (at == 16) != (gap < 0) {
		return out, false
	}
	if gap >= 0 {
		moved := copy(out[16-(at-gap):], out[gap:at])
		clear(out[gap : 16-moved])
	}
	return out, true
}

// hexDigits are the values of the hexadecimal digits; all else is above 15.
var hexDigits = makeHexDigits()

func makeHexDigits() (out [256]uint8) {
	for c := range out {
		out[c] = uint8(unhex(byte(c)))
	}
	return out
}

// hexGroup reads up to four hexadecimal digits.
func hexGroup(b []byte) (group uint, n int) {
	for n < len(b) && n < 4 {
		d := hexDigits[b[n]]
		if d > 15 {
			break
		}
		group, n = group<<4|uint(d), n+1
	}
	return group, n
}
