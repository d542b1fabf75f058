package settings

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// kind is what a value is written as.
type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	textKind
	listKind
	objectKind
)

var kindNames = [...]string{"nothing", "true or false", "a number", "text", "a list", "an object"}

// node is a value of either notation.
type node struct {
	kind  kind
	text  string // of a scalar; true or false in lower case
	items []node // elements, or key, value, key, value …
	place
}

// place is where a value stands.
type place struct {
	line   int32 // 0 in JSON, where column is the byte offset
	column int32
}

// found describes a value in a message.
func (n *node) found() string {
	switch n.kind {
	case boolKind:
		return n.text
	case numberKind:
		return "the number " + strings.Trim(quote(n.text), `"`)
	default:
		return kindNames[n.kind]
	}
}

// position returns line and column of a byte offset.
func position(src string, offset int) (line, column int) {
	before := src[:min(offset, len(src))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// screen refuses bytes that neither notation can be, and more values than a
// reader should hold.
func screen(data []byte) (problem Problem, ok bool) {
	switch {
	case len(data) > maxBytes:
		return Problem{Message: "larger than 16 MiB", Fix: "split the file"}, false
	case len(bytes.TrimSpace(data)) == 0:
		return Problem{Message: "the file is empty", Fix: "write one customer a document"}, false
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return problemAt(data, i, "a NUL byte", "is this a text file?"), false
	}
	if i := invalidUTF8(data); i >= 0 {
		return problemAt(data, i, "not valid UTF-8", "save the file as UTF-8"), false
	}
	if values(data) > maxValues {
		return Problem{Message: "more than two million values", Fix: "split the file"}, false
	}
	return Problem{}, true
}

func problemAt(data []byte, offset int, message, fix string) Problem {
	line, column := position(string(data[:offset]), offset)
	return Problem{Line: line, Column: column, Message: message, Fix: fix}
}

func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// values returns an upper bound on the values in a text: each but the first
// follows a character that introduces one.
func values(data []byte) int {
	n := 1
	for i, c := range data {
		switch c {
		case ',', ':', '[', '{', '?':
			n++
		case '-':
			if i+1 == len(data) || data[i+1] <= ' ' {
				n++
			}
		}
	}
	return n
}
