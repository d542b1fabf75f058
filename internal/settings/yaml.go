package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlStream reads the documents of a YAML text one by one.
type yamlStream struct {
	dec  *yaml.Decoder
	data []byte
}

func newYAMLStream(data []byte) *yamlStream {
	return &yamlStream{dec: yaml.NewDecoder(bytes.NewReader(data)), data: data}
}

// next returns the next document, io.EOF after the last, or what is wrong with
// the text. A panic of the library, which some malformed texts cause, is an
// error like any other.
func (y *yamlStream) next() (doc *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("cannot be read: %v", p)
		}
	}()
	doc = new(yaml.Node)
	if err := y.dec.Decode(doc); err != nil {
		return nil, err
	}
	return doc, nil
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// syntaxProblem turns the library's error into a problem.
func (y *yamlStream) syntaxProblem(err error) Problem {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	p := Problem{Fix: "check indentation, quotes and brackets near this line"}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	p.Message = "not valid YAML: " + strings.Join(strings.Fields(text), " ")
	if line := tabbedLine(y.data, p.Line); line > 0 {
		p.Line, p.Column = line, 1
		p.Fix = "indent with spaces; YAML allows no tabs there"
	}
	return p
}

// tabbedLine returns the line at or beside the given one that is indented with
// a tab, or 0. The library may name the line before.
func tabbedLine(data []byte, line int) int {
	number := 0
	for text := range bytes.Lines(data) {
		number++
		indent := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
		if number >= line-1 && number <= line+1 && bytes.IndexByte(indent, '\t') >= 0 {
			return number
		}
		if number > line {
			break
		}
	}
	return 0
}

// yamlTree turns library nodes into nodes, and refuses what settings have no
// use for.
type yamlTree struct{ out *collector }

func (t yamlTree) refuse(y *yaml.Node, message, fix string) {
	t.out.add(Problem{Line: y.Line, Column: y.Column, Message: message, Fix: fix})
}

func (t yamlTree) value(y *yaml.Node, depth int) (node, error) {
	n := node{place: place{int32(y.Line), int32(y.Column)}}
	if y.Anchor != "" {
		t.refuse(y, "anchor &"+strings.Trim(quote(y.Anchor), `"`)+": anchors and aliases are not allowed", "write the value out where it is used")
	}
	if y.Style&yaml.TaggedStyle != 0 {
		t.refuse(y, "tag "+quote(y.Tag)+": tags are not allowed", "remove the tag; quote the value if it is text")
	}
	switch y.Kind {
	case yaml.AliasNode:
		t.refuse(y, "alias *"+strings.Trim(quote(y.Value), `"`)+": anchors and aliases are not allowed", "write the value out")
		return n, nil
	case yaml.ScalarNode:
		n.kind, n.text = scalar(y)
		return n, nil
	}
	if depth == maxDepth {
		t.refuse(y, errDeep.Error(), "")
		return n, errDeep
	}
	n.kind = listKind
	if y.Kind == yaml.MappingNode {
		n.kind = objectKind
	}
	n.items = make([]node, 0, len(y.Content))
	for _, child := range y.Content {
		v, err := t.value(child, depth+1)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, v)
	}
	return n, nil
}

// scalar tells how a scalar is written. Dates are text, which is what they are
// in JSON.
func scalar(y *yaml.Node) (kind, string) {
	switch y.Tag {
	case "!!null":
		return nullKind, ""
	case "!!bool":
		return boolKind, strings.ToLower(y.Value)
	case "!!int", "!!float":
		return numberKind, y.Value
	}
	return textKind, y.Value
}

// isEnd reports whether a stream ended without a fault.
func isEnd(err error) bool { return errors.Is(err, io.EOF) }
