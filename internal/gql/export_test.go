package gql

import (
	"context"
	"encoding/json"

	"github.com/graphql-go/graphql"
	libparser "github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/printer"
)

// LibraryDo executes a document with the library's own executor over the same
// resolvers, for comparison.
func LibraryDo(ctx context.Context, s *Schema, query string, vars map[string]any) ([]byte, error) {
	for _, t := range s.types {
		switch lib := t.lib.(type) {
		case *graphql.Object:
			if isMeta(t.name) {
				continue
			}
			lib.IsTypeOf = nil
			for _, f := range t.fields {
				lib.Fields()[f.name].Resolve = libraryResolve(s, f)
			}
		case *graphql.Interface:
			lib.ResolveType = libraryType(s)
		case *graphql.Union:
			lib.ResolveType = libraryType(s)
		}
	}
	doc, err := libparser.Parse(libparser.ParseParams{Source: query})
	if err != nil {
		return nil, err
	}
	return json.Marshal(graphql.Execute(graphql.ExecuteParams{Schema: *s.lib, AST: doc, Args: vars, Context: ctx}))
}

func libraryType(s *Schema) graphql.ResolveTypeFn {
	return func(p graphql.ResolveTypeParams) *graphql.Object {
		return s.byName[s.binding.TypeOf(p.Value)].lib.(*graphql.Object)
	}
}

func libraryResolve(s *Schema, f *fieldDef) graphql.FieldResolveFn {
	return func(p graphql.ResolveParams) (any, error) {
		set := newArgs(f.args)
		for i, d := range f.args {
			if v, ok := p.Args[d.name]; ok {
				set.vals[i] = v
			} else if d.hasDefault {
				set.vals[i] = d.defaultVal
			}
		}
		var value any
		var err error
		if f.batch != nil {
			results, failed := f.batch(p.Context, &BatchParams{Sources: []any{p.Source}, Args: Args{set}, Field: &f.public})
			if failed == nil {
				value, err = results[0].Value, results[0].Err
			}
		} else {
			value, err = f.resolve(p.Context, &Params{Source: p.Source, Args: Args{set}, plan: &planField{def: f}})
		}
		if err == nil && value != nil && f.typ.list == nil && !f.typ.named.composite() {
			return libraryLeaf(f, value)
		}
		return value, err
	}
}

// libraryLeaf gives the library what it can serialize: our JSON, decoded.
func libraryLeaf(f *fieldDef, value any) (any, error) {
	text, err := f.typ.named.writer().write(nil, value)
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal(text, &plain)
	return plain, err
}

// ParseBoth parses a document with both parsers and prints both trees; ok is
// false when the library cannot read it.
func ParseBoth(src string) (own, lib string, ok bool) {
	doc, err := parseDocument(src, DefaultLimits())
	if err != nil {
		return "", "", false
	}
	own, _ = printer.Print(doc.ast).(string)
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	tree, libErr := libparser.Parse(libparser.ParseParams{Source: src, Options: libparser.ParseOptions{NoLocation: true}})
	if libErr != nil {
		return own, "", false
	}
	lib, _ = printer.Print(tree).(string)
	return own, lib, true
}
