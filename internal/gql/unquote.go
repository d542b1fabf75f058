package gql

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote reads the value of a string token, quotes included in src; the second
// result is the offset of the first bad escape, -1 when there is none.
func unquote(src string) (string, int) {
	body := src[1 : len(src)-1]
	if strings.IndexByte(body, '\\') < 0 {
		return body, controlAt(body)
	}
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); {
		if body[i] != '\\' {
			if body[i] < 0x20 && body[i] != '\t' {
				return "", i + 1
			}
			out = append(out, body[i])
			i++
			continue
		}
		r, size := unescape(body[i:])
		if size == 0 {
			return "", i + 1
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out), -1
}

func controlAt(body string) int {
	for i := 0; i < len(body); i++ {
		if body[i] < 0x20 && body[i] != '\t' {
			return i + 1
		}
	}
	return -1
}

const simpleEscapes, simpleValues = `"\/bfnrt`, "\"\\/\b\f\n\r\t"

// unescape reads one escape sequence and its length, 0 when it is bad.
func unescape(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(simpleEscapes, s[1]); i >= 0 {
		return rune(simpleValues[i]), 2
	}
	if s[1] != 'u' {
		return 0, 0
	}
	if len(s) > 2 && s[2] == '{' {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return 0, 0
		}
		r, ok := hexRune(s[3:end])
		if !ok || !utf8.ValidRune(r) {
			return 0, 0
		}
		return r, end + 1
	}
	return unescapeUTF16(s)
}

func unescapeUTF16(s string) (rune, int) {
	if len(s) < 6 {
		return 0, 0
	}
	r, ok := hexRune(s[2:6])
	if !ok || !utf16.IsSurrogate(r) {
		return r, 6 * toInt(ok)
	}
	if len(s) < 12 || s[6:8] != `\u` {
		return 0, 0
	}
	low, ok := hexRune(s[8:12])
	r = utf16.DecodeRune(r, low)
	return r, 12 * toInt(ok && r != utf8.RuneError)
}

func hexRune(s string) (rune, bool) {
	if len(s) == 0 || len(s) > 8 || s[0] == '+' || s[0] == '-' || strings.Contains(s, "_") {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 16, 31)
	return rune(n), err == nil
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unquoteBlock reads the value of a block string token: common indentation and
// blank first and last lines go.
func unquoteBlock(src string) string {
	body := strings.ReplaceAll(src[3:len(src)-3], `\"""`, `"""`)
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(body, "\n")
	common := -1
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		if i > 0 && indent < len(line) && (common < 0 || indent < common) {
			common = indent
		}
	}
	for i := 1; i < len(lines) && common > 0; i++ {
		lines[i] = lines[i][min(common, len(lines[i])):]
	}
	for len(lines) > 0 && strings.Trim(lines[0], " \t") == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.Trim(lines[len(lines)-1], " \t") == "" {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}
