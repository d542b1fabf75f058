package settings

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Bounds on a file, so that a stranger's bytes cost little.
const (
	maxBytes     = 16 << 20
	maxValues    = 2_000_000
	maxDepth     = 20
	maxDocuments = 200_000
	maxItems     = 20_000 // hostnames of a customer, and elements of any one list
	maxKeys      = 1000   // of an object whose keys are the customer's
	maxText      = 1024   // bytes of a text
)

// Catalog is what codes are checked against.
type Catalog struct {
	Footprint *footprint.Footprint
	Rules     *residency.Rules
	Presets   []string // claim ids that a promise may name
}

// Parse reads a settings file, YAML or JSON, one customer a document, checked
// against the catalog, which must be complete. The settings are in the order of
// the documents. The name stands in messages only.
//
// The error, if any, is [Problems]: everything that is wrong with the file, and
// then no settings are returned.
func Parse(data []byte, name string, c *Catalog) ([]*residency.Settings, error) {
	return parse(data, name, c)
}

// Decode reads what [Encode] wrote: one customer, JSON. It is as strict about
// keys, types, names and bounds as [Parse] but checks no code against a
// catalog, so that recorded settings stay readable when the datasets change.
// Never use it on text that did not come from Encode.
func Decode(canonical []byte) (*residency.Settings, error) {
	all, err := parse(canonical, "settings", nil)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, Problems{{File: "settings", Message: "more than one customer"}}
	}
	return all[0], nil
}

// Digest returns the SHA-256 of canonical settings in lower-case hex.
func Digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

func parse(data []byte, name string, c *Catalog) ([]*residency.Settings, error) {
	out := &collector{file: name}
	data = bytes.TrimPrefix(data, byteOrderMark)
	if p, ok := screen(data); !ok {
		out.add(p)
		return nil, out.err()
	}
	f := &file{collector: out, catalog: c}
	f.read(data)
	if err := out.err(); err != nil {
		return nil, err
	}
	return f.settings, nil
}

// file is a file being read.
type file struct {
	*collector
	catalog   *Catalog
	src       string // in JSON, to turn offsets into lines
	documents int
	customers names
	settings  []*residency.Settings
	given     *Given // in parts of the file, or in files, before; may be nil
}

// read reads the file as JSON where it is JSON, else as YAML.
func (f *file) read(data []byte) {
	first := bytes.TrimLeft(data, " \t\r\n")
	if first[0] == '{' {
		spans, fault, err := jsonSpans(data)
		if err == nil {
			f.readJSON(string(data), spans)
			return
		}
		if f.isJSON(first) {
			p := problemAt(data, fault, "not valid JSON: "+jsonFault(err), "")
			f.add(p)
			return
		}
	}
	if f.readYAML(data); f.documents == 0 && len(f.problems) == 0 {
		f.add(Problem{Message: "the file holds no document", Fix: "write one customer a document"})
	}
}

// isJSON tells broken JSON from YAML in braces: by the file's name, else by a
// quoted first key, unless YAML can read it.
func (f *file) isJSON(first []byte) bool {
	if namedJSON(f.file) {
		return true
	}
	rest := bytes.TrimLeft(first[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '}' {
		return false
	}
	_, err := newYAMLStream(first).next()
	return err != nil
}

// namedJSON reports whether a file is named as JSON, packed or not.
func namedJSON(name string) bool { return strings.HasSuffix(strings.TrimSuffix(name, ".gz"), ".json") }

func jsonFault(err error) string {
	return strings.TrimPrefix(err.Error(), "json: ")
}

func (f *file) readJSON(src string, spans [][2]int) {
	f.src = src
	tree := jsonTree{open: make([]node, 0, 64)}
	for _, span := range spans {
		tree.src, tree.pos = src[:span[1]], span[0]
		doc, err := tree.value(0)
		if err != nil {
			line, column := position(src, tree.pos)
			f.add(Problem{Line: line, Column: column, Message: err.Error()})
			return
		}
		if !f.document(&doc) {
			return
		}
	}
}

// readYAML reads documents to the end; true where it could not get there.
func (f *file) readYAML(data []byte) (broken bool) {
	stream := newYAMLStream(data)
	for {
		doc, err := stream.next()
		switch {
		case isEnd(err):
			return false
		case err != nil:
			f.add(stream.syntaxProblem(err))
			return true
		}
		n, err := yamlTree{f.collector}.value(doc.Content[0], 0)
		if err != nil || !f.document(&n) {
			return true
		}
	}
}

// document reads one customer; false when there are too many.
func (f *file) document(doc *node) bool {
	if f.documents++; f.documents > maxDocuments {
		f.add(Problem{Message: "more than 200,000 documents", Fix: "split the file"})
		return false
	}
	r := &reader{file: f, set: &residency.Settings{}, path: make([]step, 0, 8)}
	if s := r.customer(doc); s != nil && len(f.problems) == 0 {
		f.settings = append(f.settings, s)
	}
	return true
}
