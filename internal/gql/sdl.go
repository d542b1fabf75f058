package gql

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/graphql-go/graphql/language/ast"
	libparser "github.com/graphql-go/graphql/language/parser"
)

// prelude declares what every schema has: the built-in scalars, the directives
// and the introspection types of the September 2025 edition.
//
//go:embed prelude.graphql
var prelude string

// builder turns SDL into the model. It collects every error it finds.
type builder struct {
	schema *Schema
	nodes  map[string]ast.Node // the definition of every type
	own    bool                // reading the caller's SDL, not the prelude
	errs   []error
}

// Build makes an executable schema of an SDL document and the code bound to it.
// The error names everything that does not fit: unknown and duplicate names,
// fields without a resolver, resolvers without a field, scalars without a codec.
//
// The SDL is the subset that github.com/graphql-go/graphql parses: no leading
// `|` in unions and directive locations, no `repeatable`, no interface that
// implements another, no description on `schema`, and `extend` on types only.
func Build(sdl string, binding Binding) (*Schema, error) {
	s := &Schema{
		binding: binding, limits: binding.Limits.withDefaults(),
		byName: map[string]*typeDef{}, meta: map[string]*fieldDef{},
	}
	b := &builder{schema: s, nodes: map[string]ast.Node{}}
	for _, step := range []func(string){b.readPrelude, b.readOwn, b.buildTypes, b.checkTypes} {
		if step(sdl); len(b.errs) > 0 {
			return nil, b.failure()
		}
	}
	b.bindMeta()
	b.bind()
	if len(b.errs) > 0 {
		return nil, b.failure()
	}
	if err := s.buildLibrary(); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return s, s.plans.open(s.limits.Plans)
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, pair := range []struct{ own, std *int }{
		{&l.Bytes, &d.Bytes}, {&l.Tokens, &d.Tokens}, {&l.Nesting, &d.Nesting},
		{&l.Depth, &d.Depth}, {&l.Aliases, &d.Aliases}, {&l.Directives, &d.Directives},
		{&l.Roots, &d.Roots}, {&l.Fields, &d.Fields}, {&l.Errors, &d.Errors},
		{&l.Plans, &d.Plans}, {&l.Response, &d.Response},
	} {
		if *pair.own <= 0 {
			*pair.own = *pair.std
		}
	}
	return l
}

// fail records an error; place is "Type", "Type.field" or "Type.field(arg)".
func (b *builder) fail(place, format string, args ...any) {
	if place != "" {
		place += ": "
	}
	b.errs = append(b.errs, errors.New("schema: "+place+fmt.Sprintf(format, args...)))
}

func (b *builder) failure() error { return errors.Join(b.errs...) }

func (b *builder) readPrelude(string) { b.read(prelude) }

func (b *builder) readOwn(sdl string) {
	b.own = true
	b.read(sdl)
}

// read parses a document and makes an empty type for each of its definitions.
func (b *builder) read(sdl string) {
	doc, err := parseSDL(sdl)
	if err != nil {
		b.fail("", "%v", err)
		return
	}
	var extensions []*ast.TypeExtensionDefinition
	for _, def := range doc.Definitions {
		switch node := def.(type) {
		case *ast.SchemaDefinition:
			b.nodes["schema"] = node
		case *ast.DirectiveDefinition:
			b.declareDirective(node)
		case *ast.TypeExtensionDefinition:
			extensions = append(extensions, node)
		case ast.TypeDefinition:
			b.declare(node)
		default:
			b.fail("", "a schema has no %s", def.GetKind())
		}
	}
	for _, node := range extensions {
		b.extend(node.Definition)
	}
}

// parseSDL parses with the library, which may panic on what it cannot read.
func parseSDL(sdl string) (doc *ast.Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("the SDL cannot be parsed: %v", r)
		}
	}()
	doc, err = libparser.Parse(libparser.ParseParams{Source: sdl})
	if err != nil {
		return nil, errors.New(strings.TrimSpace(err.Error()))
	}
	return doc, nil
}

func (b *builder) declare(node ast.TypeDefinition) {
	t := &typeDef{description: description(node.GetDescription())}
	switch node := node.(type) {
	case *ast.ScalarDefinition:
		t.kind, t.name = kindScalar, node.Name.Value
	case *ast.ObjectDefinition:
		t.kind, t.name = kindObject, node.Name.Value
	case *ast.InterfaceDefinition:
		t.kind, t.name = kindInterface, node.Name.Value
	case *ast.UnionDefinition:
		t.kind, t.name = kindUnion, node.Name.Value
	case *ast.EnumDefinition:
		t.kind, t.name = kindEnum, node.Name.Value
	case *ast.InputObjectDefinition:
		t.kind, t.name = kindInput, node.Name.Value
	}
	if b.own && strings.HasPrefix(t.name, "__") {
		b.fail(t.name, "names beginning with __ are reserved")
	}
	if b.schema.byName[t.name] != nil {
		b.fail(t.name, "declared twice")
		return
	}
	b.schema.byName[t.name] = t
	b.schema.types = append(b.schema.types, t)
	b.nodes[t.name] = node
}

// extend appends the fields, interfaces and directives of `extend type`.
func (b *builder) extend(more *ast.ObjectDefinition) {
	base, ok := b.nodes[more.Name.Value].(*ast.ObjectDefinition)
	if !ok {
		b.fail(more.Name.Value, "extended but not declared as a type")
		return
	}
	base.Fields = append(base.Fields, more.Fields...)
	base.Interfaces = append(base.Interfaces, more.Interfaces...)
	base.Directives = append(base.Directives, more.Directives...)
}

func (b *builder) declareDirective(node *ast.DirectiveDefinition) {
	d := &directiveDef{name: node.Name.Value, description: description(node.Description)}
	for _, l := range node.Locations {
		d.locations = append(d.locations, l.Value)
	}
	if b.schema.directive(d.name) != nil {
		b.fail("@"+d.name, "declared twice")
		return
	}
	b.schema.directives = append(b.schema.directives, d)
	b.nodes["@"+d.name] = node
}

// buildTypes fills every declared type in. Inputs and enums come first: the
// defaults of arguments and the arguments of directives are read with them.
func (b *builder) buildTypes(string) {
	for _, t := range b.schema.types {
		b.buildLeaf(t)
	}
	for _, d := range b.schema.directives {
		node := b.nodes["@"+d.name].(*ast.DirectiveDefinition)
		d.args = b.inputs("@"+d.name, node.Arguments)
	}
	for _, t := range b.schema.types {
		if node, ok := b.nodes[t.name].(*ast.InputObjectDefinition); ok {
			t.inputs = b.inputs(t.name, node.Fields)
		}
	}
	if len(b.errs) > 0 {
		return
	}
	b.inputDefaults()
	for _, t := range b.schema.types {
		b.buildComposite(t)
	}
	b.buildRoots()
}

func (b *builder) buildLeaf(t *typeDef) {
	switch node := b.nodes[t.name].(type) {
	case *ast.ScalarDefinition:
		t.scalar = builtinScalar(t.name)
		if s, ok := b.schema.binding.Scalars[t.name]; ok {
			t.scalar = customCodec(t.name, s)
		}
		if t.scalar == nil {
			b.fail(t.name, "no codec; add Binding.Scalars[%q]", t.name)
		}
	case *ast.EnumDefinition:
		t.byValue = map[string]*enumValue{}
		for _, v := range node.Values {
			name := v.Name.Value
			if t.byValue[name] != nil || name == "true" || name == "false" || name == "null" {
				b.fail(t.name+"."+name, "declared twice or reserved")
			}
			e := &enumValue{name: name, description: description(v.Description), quoted: appendString(nil, name)}
			t.byValue[name] = e
			t.values = append(t.values, e)
		}
	}
}

func (b *builder) buildComposite(t *typeDef) {
	switch node := b.nodes[t.name].(type) {
	case *ast.ObjectDefinition:
		t.possible = []*typeDef{t}
		b.fields(t, node.Fields)
		for _, n := range node.Interfaces {
			i := b.schema.byName[n.Name.Value]
			if i == nil || i.kind != kindInterface {
				b.fail(t.name, "implements %s, which is no interface", n.Name.Value)
				continue
			}
			t.interfaces = append(t.interfaces, i)
			i.possible = append(i.possible, t)
		}
	case *ast.InterfaceDefinition:
		b.fields(t, node.Fields)
	case *ast.UnionDefinition:
		for _, n := range node.Types {
			o := b.schema.byName[n.Name.Value]
			if o == nil || o.kind != kindObject || t.includes(o) {
				b.fail(t.name, "member %s is no object type, or there twice", n.Name.Value)
				continue
			}
			t.possible = append(t.possible, o)
		}
	}
}

func (b *builder) fields(t *typeDef, nodes []*ast.FieldDefinition) {
	t.byField = map[string]*fieldDef{}
	for _, node := range nodes {
		f := &fieldDef{name: node.Name.Value, parent: t, description: description(node.Description)}
		place := t.name + "." + f.name
		f.typ = b.typeRef(place, node.Type)
		f.args = b.inputs(place, node.Arguments)
		b.defaults(place, f.args, node.Arguments)
		if t.byField[f.name] != nil || b.own && strings.HasPrefix(f.name, "__") {
			b.fail(place, "declared twice or reserved")
		}
		if f.typ != nil && f.typ.named.kind == kindInput {
			b.fail(place, "%s is an input, not an output", f.typ)
		}
		t.byField[f.name] = f
		t.fields = append(t.fields, f)
	}
	if len(t.fields) == 0 {
		b.fail(t.name, "has no fields")
	}
}

func (b *builder) inputs(place string, nodes []*ast.InputValueDefinition) []*inputDef {
	defs := make([]*inputDef, 0, len(nodes))
	for _, node := range nodes {
		d := &inputDef{name: node.Name.Value, description: description(node.Description)}
		at := place + "(" + d.name + ")"
		d.typ = b.typeRef(at, node.Type)
		if d.typ != nil && d.typ.named.composite() {
			b.fail(at, "%s is an output, not an input", d.typ)
		}
		if findInput(defs, d.name) != nil || b.own && strings.HasPrefix(d.name, "__") {
			b.fail(at, "declared twice or reserved")
		}
		d.hasDefault = node.DefaultValue != nil
		defs = append(defs, d)
	}
	return defs
}

func (b *builder) typeRef(place string, node ast.Type) *typeRef {
	switch node := node.(type) {
	case *ast.NonNull:
		if t := b.typeRef(place, node.Type); t != nil {
			return &typeRef{named: t.named, list: t.list, nonNull: true}
		}
		return nil
	case *ast.List:
		if item := b.typeRef(place, node.Type); item != nil {
			return &typeRef{named: item.named, list: item}
		}
		return nil
	case *ast.Named:
		if t := b.schema.byName[node.Name.Value]; t != nil {
			return &typeRef{named: t}
		}
		b.fail(place, "unknown type %s", node.Name.Value)
		return nil
	}
	b.fail(place, "has no type")
	return nil
}

func description(node *ast.StringValue) *string {
	if node == nil {
		return nil
	}
	return &node.Value
}
