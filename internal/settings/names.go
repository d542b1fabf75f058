package settings

import (
	"net/netip"
	"strconv"
	"strings"

	"domicile/internal/footprint"
)

// fault is what is wrong with a text, and what to do about it. The zero value
// is nothing.
type fault struct{ message, fix string }

// hostname checks a DNS name and returns it in lower case without the dot of
// the root. A name may start with *. where wildcards are allowed.
func hostname(text string, wildcard bool) (string, fault) {
	name := strings.ToLower(strings.TrimSuffix(text, "."))
	rest, starred := strings.CutPrefix(name, "*.")
	if starred && !wildcard {
		return "", fault{"bad hostname " + quote(text) + ": no wildcard can stand here", "name one host"}
	}
	if strings.Contains(rest, "*") {
		return "", fault{"bad hostname " + quote(text) + ": a wildcard is one whole label, the first", "write *.example.com"}
	}
	if len(name) > 253 {
		return "", fault{"bad hostname " + quote(text) + ": longer than 253 bytes", ""}
	}
	labels := 0
	for label := range strings.SplitSeq(rest, ".") {
		labels++
		if f := checkLabel(text, label); f != (fault{}) {
			return "", f
		}
	}
	if labels < 2 {
		return "", fault{"bad hostname " + quote(text) + ": one label", "write the full name, such as www.example.com"}
	}
	if last := rest[strings.LastIndexByte(rest, '.')+1:]; strings.Trim(last, "0123456789") == "" {
		return "", fault{"bad hostname " + quote(text) + ": ends in a number", "write a name, not an address"}
	}
	return name, fault{}
}

func checkLabel(text, label string) fault {
	switch {
	case label == "":
		return fault{"bad hostname " + quote(text) + ": an empty label", ""}
	case len(label) > 63:
		return fault{"bad hostname " + quote(text) + ": a label longer than 63 bytes", ""}
	case label[0] == '-' || label[len(label)-1] == '-':
		return fault{"bad hostname " + quote(text) + ": a label starts or ends with -", ""}
	}
	for i := range len(label) {
		switch c := label[i]; {
		case c >= 0x80:
			return fault{"bad hostname " + quote(text) + ": not ASCII", "write it in punycode (xn--…)"}
		case !lower(c) && c != '-' && c != '_':
			return fault{"bad hostname " + quote(text) + ": " + strconv.QuoteRune(rune(c)) + " cannot stand in a name", ""}
		}
	}
	return fault{}
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// within reports whether a name is a zone's own name or lies below it.
func within(name, zone string) bool {
	above, ok := strings.CutSuffix(name, zone)
	return ok && (above == "" || above[len(above)-1] == '.')
}

// identifier reports whether a text is 1 to 64 of a-z, 0-9 and -, and of the
// extra characters.
func identifier(s, extra string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !lower(c) && c != '-' && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return true
}

func parseAddress(text string) (netip.Addr, fault) {
	a, err := netip.ParseAddr(text)
	switch {
	case err != nil || a.Zone() != "":
		return netip.Addr{}, fault{"bad address " + quote(text), "want an IPv4 or IPv6 address such as 198.51.100.7"}
	case a.Is4In6():
		return netip.Addr{}, fault{"bad address " + quote(text) + ": IPv4 inside IPv6", "write " + a.Unmap().String()}
	}
	return a, fault{}
}

func parseRange(text string) (netip.Prefix, fault) {
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		if a, bare := netip.ParseAddr(text); bare == nil && a.Zone() == "" {
			return p, fault{"bad address range " + quote(text) + ": no length", "for the one address write " + text + "/" + strconv.Itoa(a.BitLen())}
		}
		return p, fault{"bad address range " + quote(text), "want a CIDR such as 198.51.100.0/25"}
	case p.Addr().Is4In6():
		return p, fault{"bad address range " + quote(text) + ": IPv4 inside IPv6", "write it as IPv4"}
	case p != p.Masked():
		return p, fault{"bad address range " + quote(text) + ": it has bits beyond its length", "write " + p.Masked().String()}
	}
	return p, fault{}
}

// date reads a calendar day, zero when the key is absent.
func (f fields) date(key string) footprint.Date {
	n := f.get(key)
	if n == nil {
		return 0
	}
	if n.kind != textKind {
		f.fail(n, key, "want a date, found "+n.found(), "write YYYY-MM-DD")
		return 0
	}
	d, err := footprint.ParseDate(n.text)
	if err != nil {
		f.fail(n, key, "bad date "+quote(n.text), "write YYYY-MM-DD, between 1900 and 2199")
	}
	return d
}

// host reads a hostname of a key, "" when it is absent or wrong.
func (f fields) host(key string, wildcard bool) string {
	n := f.get(key)
	if n == nil {
		return ""
	}
	text, ok := f.textOf(n, key)
	if !ok {
		return ""
	}
	name, wrong := hostname(text, wildcard)
	if wrong != (fault{}) {
		f.fail(n, key, wrong.message, wrong.fix)
	}
	return name
}

// hostWord checks an element of a list of hostnames, for words.
func (r *reader) hostWord(wildcard bool) func(n *node, word string) (string, bool) {
	return func(n *node, word string) (string, bool) {
		name, wrong := hostname(word, wildcard)
		if wrong != (fault{}) {
			r.fail(n, "", wrong.message, wrong.fix)
			return "", false
		}
		return name, true
	}
}
