package gql

import (
	"strings"

	"github.com/graphql-go/graphql/language/ast"
)

// guard bounds a parsed document: what fragments expand to is counted without
// expanding them, so the price of the check is the size of the text.
type guard struct {
	doc    *document
	limits Limits
	sizes  map[string]size // by fragment
	trail  []string        // fragments being measured, to name a cycle
}

// size is what a selection set amounts to with its fragments expanded.
type size struct{ fields, depth, roots int }

// checkDocument refuses fragment cycles and documents beyond the limits. It
// comes before validation, which would not survive a cycle.
func checkDocument(doc *document, limits Limits) *Error {
	if doc.aliases > limits.Aliases {
		return Errorf(BadUserInput, "document has %d aliases, at most %d are accepted", doc.aliases, limits.Aliases)
	}
	if doc.directives > limits.Directives {
		return Errorf(BadUserInput, "document has %d directives, at most %d are accepted", doc.directives, limits.Directives)
	}
	g := &guard{doc: doc, limits: limits, sizes: map[string]size{}}
	for _, def := range doc.ast.Definitions {
		if f, ok := def.(*ast.FragmentDefinition); ok {
			if _, err := g.fragment(f.Name.Value, f.Name); err != nil {
				return err
			}
		}
	}
	for _, op := range doc.operations {
		if err := g.operation(op); err != nil {
			return err
		}
	}
	return nil
}

func (g *guard) operation(op *ast.OperationDefinition) *Error {
	s, err := g.set(op.SelectionSet)
	switch {
	case err != nil:
		return err
	case s.fields > g.limits.Fields:
		return g.fail(op, "operation selects more than %d fields", g.limits.Fields)
	case s.depth > g.limits.Depth:
		return g.fail(op, "operation is %d fields deep, at most %d are accepted", s.depth, g.limits.Depth)
	case s.roots > g.limits.Roots:
		return g.fail(op, "operation has %d root fields, at most %d are accepted", s.roots, g.limits.Roots)
	}
	return nil
}

func (g *guard) set(set *ast.SelectionSet) (size, *Error) {
	var total size
	if set == nil {
		return total, nil
	}
	for _, selection := range set.Selections {
		s, err := g.selection(selection)
		if err != nil {
			return total, err
		}
		total.fields = min(total.fields+s.fields, g.limits.Fields+1)
		total.roots = min(total.roots+s.roots, g.limits.Fields+1)
		total.depth = max(total.depth, s.depth)
	}
	return total, nil
}

func (g *guard) selection(selection ast.Selection) (size, *Error) {
	switch node := selection.(type) {
	case *ast.Field:
		s, err := g.set(node.SelectionSet)
		return size{fields: s.fields + 1, depth: s.depth + 1, roots: 1}, err
	case *ast.InlineFragment:
		return g.set(node.SelectionSet)
	case *ast.FragmentSpread:
		return g.fragment(node.Name.Value, node.Name)
	}
	return size{}, nil
}

// fragment measures a fragment once; one being measured already is a cycle. An
// unknown fragment is nothing here, validation names it.
func (g *guard) fragment(name string, at ast.Node) (size, *Error) {
	if s, ok := g.sizes[name]; ok {
		return s, nil
	}
	for i, open := range g.trail {
		if open == name {
			path := strings.Join(append(g.trail[i:], name), " → ")
			return size{}, g.fail(at, "fragment %q spreads itself: %s", name, shorten(path))
		}
	}
	f := g.doc.fragments[name]
	if f == nil {
		return size{}, nil
	}
	if len(g.trail) > g.limits.Nesting {
		return size{}, g.fail(at, "fragments spread one another more than %d deep", g.limits.Nesting)
	}
	g.trail = append(g.trail, name)
	s, err := g.set(f.SelectionSet)
	g.trail = g.trail[:len(g.trail)-1]
	g.sizes[name] = s
	return s, err
}

func (g *guard) fail(node ast.Node, format string, args ...any) *Error {
	return failAt(g.doc.src, node.GetLoc().Start, format, args...)
}

// shorten keeps what a client sent from growing the answer.
func shorten(text string) string {
	const most = 120
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
