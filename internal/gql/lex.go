package gql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind is the punctuator's own byte, or one of the named kinds.
type tokenKind byte

const (
	tokenEOF    tokenKind = 0
	tokenName   tokenKind = 'n'
	tokenInt    tokenKind = 'i'
	tokenFloat  tokenKind = 'f'
	tokenString tokenKind = 's'
	tokenBlock  tokenKind = 'b'
	tokenSpread tokenKind = '.'
)

// token is a half-open byte range of the source.
type token struct {
	kind       tokenKind
	start, end int
}

// lexer is the one pass over the bytes of a document that comes before
// everything else: it bounds size, encoding, tokens and nesting, so that what
// recurses afterwards recurses over something small.
type lexer struct {
	src     string
	pos     int
	nesting int
	limits  Limits
	tokens  []token
}

// lex splits a document into tokens, the last of which is tokenEOF.
func lex(src string, limits Limits) ([]token, *Error) {
	if len(src) > limits.Bytes {
		return nil, Errorf(BadUserInput, "document is %d bytes, at most %d are accepted", len(src), limits.Bytes)
	}
	if !utf8.ValidString(src) {
		return nil, Errorf(BadUserInput, "document is not valid UTF-8")
	}
	l := &lexer{src: src, limits: limits, tokens: make([]token, 0, min(len(src)/3+2, limits.Tokens+1))}
	l.pos = len(src) - len(strings.TrimPrefix(src, "\uFEFF"))
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		l.tokens = append(l.tokens, t)
		if t.kind == tokenEOF {
			return l.tokens, nil
		}
		if len(l.tokens) > limits.Tokens {
			return nil, l.fail(t.start, "document has more than %d tokens", limits.Tokens)
		}
	}
}

func (l *lexer) next() (token, *Error) {
	l.skipIgnored()
	start := l.pos
	if start == len(l.src) {
		return token{tokenEOF, start, start}, nil
	}
	switch c := l.src[start]; {
	case isNameStart(c):
		return l.name()
	case c == '-' || isDigit(c):
		return l.number()
	case c == '"':
		return l.quoted()
	case c == '.':
		if !strings.HasPrefix(l.src[start:], "...") {
			return token{}, l.fail(start, `syntax error: unexpected "."`)
		}
		l.pos += 3
		return token{tokenSpread, start, l.pos}, nil
	case strings.IndexByte("!$&():=@[]{|}", c) >= 0:
		l.pos++
		return token{tokenKind(c), start, l.pos}, l.nest(c, start)
	}
	r, _ := utf8.DecodeRuneInString(l.src[start:])
	return token{}, l.fail(start, "syntax error: unexpected character %s", strconv.QuoteRuneToASCII(r))
}

// nest counts brackets of every kind; whether they match is the parser's word.
func (l *lexer) nest(c byte, at int) *Error {
	switch c {
	case '(', '[', '{':
		if l.nesting++; l.nesting > l.limits.Nesting {
			return l.fail(at, "document nests more than %d brackets", l.limits.Nesting)
		}
	case ')', ']', '}':
		l.nesting--
	}
	return nil
}

func (l *lexer) skipIgnored() {
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case ' ', '\t', '\n', '\r', ',':
			l.pos++
		case '#':
			end := strings.IndexAny(l.src[l.pos:], "\r\n")
			if end < 0 {
				end = len(l.src) - l.pos
			}
			l.pos += end
		default:
			if !strings.HasPrefix(l.src[l.pos:], "\uFEFF") {
				return
			}
			l.pos += len("\uFEFF")
		}
	}
}

// maxName bounds names: suggestions for an unknown one compare its letters with
// those of every name there is.
const maxName = 255

func (l *lexer) name() (token, *Error) {
	start := l.pos
	for l.pos < len(l.src) && isNameByte(l.src[l.pos]) {
		l.pos++
	}
	if l.pos-start > maxName {
		return token{}, l.fail(start, "a name is longer than %d letters", maxName)
	}
	return token{tokenName, start, l.pos}, nil
}

func (l *lexer) number() (token, *Error) {
	start, kind := l.pos, tokenInt
	l.accept("-")
	if l.accept("0") {
		if l.pos < len(l.src) && isDigit(l.src[l.pos]) {
			return token{}, l.fail(l.pos, "syntax error: a number has no leading zero")
		}
	} else if err := l.digits(); err != nil {
		return token{}, err
	}
	if l.accept(".") {
		kind = tokenFloat
		if err := l.digits(); err != nil {
			return token{}, err
		}
	}
	if l.accept("eE") {
		kind = tokenFloat
		l.accept("+-")
		if err := l.digits(); err != nil {
			return token{}, err
		}
	}
	if l.pos < len(l.src) && (l.src[l.pos] == '.' || isNameStart(l.src[l.pos])) {
		return token{}, l.fail(l.pos, "syntax error: a number ends before %q", l.src[l.pos:l.pos+1])
	}
	return token{kind, start, l.pos}, nil
}

func (l *lexer) accept(set string) bool {
	if l.pos < len(l.src) && strings.IndexByte(set, l.src[l.pos]) >= 0 {
		l.pos++
		return true
	}
	return false
}

func (l *lexer) digits() *Error {
	start := l.pos
	for l.pos < len(l.src) && isDigit(l.src[l.pos]) {
		l.pos++
	}
	if l.pos == start {
		return l.fail(l.pos, "syntax error: expected a digit")
	}
	return nil
}

// quoted finds the end of a string; unquote reads its escapes later.
func (l *lexer) quoted() (token, *Error) {
	start := l.pos
	if strings.HasPrefix(l.src[start:], `"""`) {
		return l.block()
	}
	for i := start + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '"':
			l.pos = i + 1
			return token{tokenString, start, l.pos}, nil
		case c == '\\':
			i++
		case c == '\n' || c == '\r':
			return token{}, l.fail(i, "syntax error: a string ends before its line does")
		}
	}
	return token{}, l.fail(len(l.src), "syntax error: a string is not closed")
}

func (l *lexer) block() (token, *Error) {
	start := l.pos
	for i := start + 3; ; {
		end := strings.Index(l.src[i:], `"""`)
		if end < 0 {
			return token{}, l.fail(len(l.src), "syntax error: a block string is not closed")
		}
		i += end + 3
		if l.src[i-4] != '\\' || i-4 < start+3 {
			l.pos = i
			return token{tokenBlock, start, i}, nil
		}
	}
}

func (l *lexer) fail(at int, format string, args ...any) *Error {
	return failAt(l.src, at, format, args...)
}

func failAt(src string, at int, format string, args ...any) *Error {
	err := Errorf(BadUserInput, format, args...)
	err.Locations = []Location{locate(src, at)}
	return err
}

// locate turns a byte offset into a line and a column counted in characters.
func locate(src string, at int) Location {
	head := src[:min(at, len(src))]
	line, begin := 1, 0
	for i := 0; i < len(head); i++ {
		if c := head[i]; c == '\n' || c == '\r' && !strings.HasPrefix(src[i+1:], "\n") {
			line, begin = line+1, i+1
		}
	}
	return Location{Line: line, Column: utf8.RuneCountInString(head[begin:]) + 1}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isNameByte(c byte) bool { return isNameStart(c) || isDigit(c) }
