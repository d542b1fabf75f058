package footprint

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type exprTokenKind uint8

const (
	tokEnd exprTokenKind = iota
	tokWord
	tokString
	tokOpen
	tokClose
	tokBracket
	tokUnbracket
	tokColon
	tokComma
	tokEqual
	tokNotEqual
)

type exprToken struct {
	kind exprTokenKind
	text string
	at   int
}

var exprPunctuation = map[byte]exprTokenKind{
	'(': tokOpen, ')': tokClose, '[': tokBracket, ']': tokUnbracket, ':': tokColon, ',': tokComma,
}

func lexExpr(s string) ([]exprToken, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%w: not valid UTF-8", ErrExpr)
	}
	var toks []exprToken
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case exprPunctuation[c] != tokEnd:
			toks = append(toks, exprToken{exprPunctuation[c], s[i : i+1], i})
			i++
		case strings.HasPrefix(s[i:], "=="):
			toks = append(toks, exprToken{tokEqual, "==", i})
			i += 2
		case strings.HasPrefix(s[i:], "!="):
			toks = append(toks, exprToken{tokNotEqual, "!=", i})
			i += 2
		case c == '"':
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("%w: at byte %d: a quoted value without its closing quote", ErrExpr, i+1)
			}
			toks = append(toks, exprToken{tokString, s[i+1 : i+1+end], i})
			i += end + 2
		default:
			n := strings.IndexFunc(s[i:], func(r rune) bool { return !wordRune(r) })
			if n < 0 {
				n = len(s) - i
			}
			if n == 0 {
				return nil, fmt.Errorf("%w: at byte %d: %q is not part of the language", ErrExpr, i+1, clip(s[i:], 4))
			}
			toks = append(toks, exprToken{tokWord, s[i : i+n], i})
			i += n
		}
	}
	return append(toks, exprToken{tokEnd, "", len(s)}), nil
}

func wordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}
