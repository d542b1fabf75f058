package settings

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"

	"domicile/internal/residency"
)

// maxCustomers is how many customers all parts together may have: what tells
// that one is given twice takes about 50 bytes of each.
const maxCustomers = 10_000_000

// Part is some customers that stand together in a file.
type Part struct {
	Settings    []*residency.Settings // in the order of the documents
	First, Last int                   // lines, counted from 1
}

// Parts reads settings files of any size a part at a time: at most 1,000
// customers, or 4 MiB and one customer more. No customer may be in two parts,
// nor in two files read with the same Given. Make one with NewParts; it is for
// one goroutine.
type Parts struct {
	split   splitter
	name    string
	catalog *Catalog
	given   *Given
	over    bool
}

// Given are the customers that parts had so far, and where.
type Given struct {
	ids   map[[16]byte]givenAt // by digest of the id
	files []string
}

type givenAt struct{ file, line int32 }

// NewGiven has no customer.
func NewGiven() *Given { return &Given{ids: map[[16]byte]givenAt{}} }

func keyOf(id string) (key [16]byte) {
	sum := sha256.Sum256([]byte(id))
	copy(key[:], sum[:])
	return key
}

// where tells where a customer was given before; empty where it was not.
func (g *Given) where(id string) string {
	if g == nil {
		return ""
	}
	at, ok := g.ids[keyOf(id)]
	if !ok {
		return ""
	}
	return fmt.Sprintf("it is already in %s on line %d", g.files[at.file], at.line)
}

// NewParts reads from r, whose name stands in messages. The catalog must be
// complete. JSON is told from YAML by the first document.
func NewParts(r io.Reader, name string, c *Catalog, given *Given) *Parts {
	given.files = append(given.files, name)
	return &Parts{split: splitter{limits: limits{1000, 4 << 20}, in: r, named: namedJSON(name)}, name: name, catalog: c, given: given}
}

// Next returns the next part; io.EOF after the last. Where the error is
// [Problems], they are all that is wrong with the part, whose lines are given
// and whose settings are not; Next may be called for the one after, unless
// nothing can be read behind what is wrong: then it returns io.EOF. Any other
// error is of the source.
func (p *Parts) Next() (Part, error) {
	if p.over {
		return Part{}, io.EOF
	}
	for {
		piece, err := p.split.next()
		if err != nil {
			p.over = true
			return Part{}, err
		}
		if part, err, some := p.read(piece); some {
			return part, err
		}
	}
}

// read reads a piece; false where there is nothing in it.
func (p *Parts) read(x piece) (part Part, err error, some bool) {
	text := bytes.TrimRight(x.text, " \t\r\n")
	part = Part{First: x.lines + 1, Last: x.lines + 1 + bytes.Count(text, []byte{'\n'})}
	blank := len(text) - len(bytes.TrimLeft(text, " \t\r\n"))
	part.First += bytes.Count(text[:blank], []byte{'\n'})
	out := &collector{file: p.name, lines: x.lines}
	f := &file{collector: out, catalog: p.catalog, given: p.given}
	problem, ok := screen(x.text)
	switch {
	case len(text) == 0:
		return part, nil, false
	case !x.whole:
		out.add(f.endless(x))
		p.over = true
	case !ok:
		out.add(problem)
	default:
		p.over = f.readPiece(x)
	}
	if f.documents == 0 && len(out.problems) == 0 {
		return part, nil, false // comments
	}
	f.remember()
	for i := range out.problems {
		if q := &out.problems[i]; q.Line == 0 {
			q.Line = part.First
		}
	}
	if err := out.err(); err != nil {
		return part, err, true
	}
	part.Settings = f.settings
	return part, nil, true
}

// readPiece reads the documents of a piece; true where nothing can be read
// behind it.
func (f *file) readPiece(x piece) (over bool) {
	if !x.json {
		return f.readYAML(x.text)
	}
	spans, fault, err := jsonSpans(x.text)
	if err != nil {
		f.add(problemAt(x.text, fault, "not valid JSON: "+jsonFault(err), ""))
		return true
	}
	f.readJSON(string(x.text), spans)
	return false
}

// endless is the problem of a document without an end in sight.
func (f *file) endless(x piece) Problem {
	if x.json {
		if _, fault, err := jsonSpans(x.text); err != nil && fault < len(bytes.TrimRight(x.text, " \t\r\n")) {
			return problemAt(x.text, fault, "not valid JSON: "+jsonFault(err), "")
		}
		return Problem{Line: 1, Message: "a document that begins here does not end within 16 MiB", Fix: "is a bracket not closed? one customer is one object"}
	}
	return Problem{Line: 1, Message: "a document that begins here does not end within 16 MiB", Fix: "put a line --- between customers"}
}

// remember notes the customers of a file for those that follow.
func (f *file) remember() {
	at := int32(len(f.given.files) - 1)
	for i, id := range f.customers.words {
		if len(f.given.ids) >= maxCustomers {
			f.add(Problem{Message: "more than 10,000,000 customers", Fix: "split the file"})
			return
		}
		line, _ := (&reader{file: f}).whereIs(f.customers.places[i])
		f.given.ids[keyOf(id)] = givenAt{at, int32(line + f.lines)}
	}
}
