package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// jsonSpans returns where each value of a stream of JSON values lies, or the
// offset of the first fault and what it is.
func jsonSpans(data []byte) (spans [][2]int, fault int, err error) {
	if json.Valid(data) {
		return [][2]int{{0, len(data)}}, 0, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	for {
		start := int(dec.InputOffset())
		var raw json.RawMessage
		switch err := dec.Decode(&raw); {
		case err == io.EOF:
			return spans, 0, nil
		case err != nil:
			return nil, start + faultOffset(data[start:]), err
		}
		spans = append(spans, [2]int{start, int(dec.InputOffset())})
	}
}

func faultOffset(data []byte) int {
	var raw json.RawMessage
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(data, &raw), &syntax) {
		return max(int(syntax.Offset)-1, 0)
	}
	return len(data)
}

// jsonTree walks JSON already known to be valid.
type jsonTree struct {
	src  string
	pos  int
	open []node // elements of the lists and objects not yet closed
}

// errDeep is returned where values nest deeper than maxDepth.
var errDeep = errors.New("nested deeper than 20")

func (j *jsonTree) value(depth int) (node, error) {
	j.skip()
	n := node{place: place{column: int32(j.pos)}}
	switch c := j.src[j.pos]; c {
	case '{', '[':
		if depth == maxDepth {
			return n, errDeep
		}
		n.kind = listKind
		if c == '{' {
			n.kind = objectKind
		}
		return n, j.items(&n, depth+1)
	case '"':
		n.kind = textKind
		n.text = j.quoted()
	case 't', 'f':
		n.kind = boolKind
		n.text = j.bare()
	case 'n':
		n.text = j.bare()
	default:
		n.kind = numberKind
		n.text = j.bare()
	}
	return n, nil
}

// items reads the elements up to the closing bracket. In an object the colon
// separates like the comma.
func (j *jsonTree) items(n *node, depth int) error {
	start := len(j.open)
	for j.pos++; ; {
		switch j.skip(); j.src[j.pos] {
		case ',', ':':
			j.pos++
		case ']', '}':
			j.pos++
			n.items = slices.Clone(j.open[start:])
			j.open = j.open[:start]
			return nil
		default:
			v, err := j.value(depth)
			if err != nil {
				return err
			}
			j.open = append(j.open, v)
		}
	}
}

func (j *jsonTree) skip() {
	for j.pos < len(j.src) && j.src[j.pos] <= ' ' {
		j.pos++
	}
}

// quoted reads a string, escapes resolved.
func (j *jsonTree) quoted() string {
	start := j.pos
	for j.pos++; j.src[j.pos] != '"'; j.pos++ {
		if j.src[j.pos] == '\\' {
			j.pos++
		}
	}
	j.pos++
	raw := j.src[start:j.pos]
	if !strings.Contains(raw, `\`) {
		return raw[1 : len(raw)-1]
	}
	var s string
	if json.Unmarshal([]byte(raw), &s) != nil {
		return "\uFFFD" // refused like any text that could not be decoded
	}
	return s
}

// bare reads a number or a word.
func (j *jsonTree) bare() string {
	start := j.pos
	for j.pos < len(j.src) && !strings.ContainsRune(",:]} \t\r\n", rune(j.src[j.pos])) {
		j.pos++
	}
	return j.src[start:j.pos]
}
