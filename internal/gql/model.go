package gql

import (
	"strings"

	"github.com/graphql-go/graphql"
)

type typeKind uint8

const (
	kindScalar typeKind = iota
	kindObject
	kindInterface
	kindUnion
	kindEnum
	kindInput
)

// typeDef is a named type in the order of the SDL, which the library's maps do
// not keep. It is immutable after Build.
type typeDef struct {
	kind        typeKind
	name        string
	description *string
	directives  []Directive

	fields     []*fieldDef // object, interface
	byField    map[string]*fieldDef
	interfaces []*typeDef // object
	possible   []*typeDef // object (itself), interface, union
	values     []*enumValue
	byValue    map[string]*enumValue
	inputs     []*inputDef // input object
	oneOf      bool
	specified  *string // scalar: specifiedBy url

	scalar *scalarCodec
	lib    graphql.Type
}

func (t *typeDef) composite() bool {
	return t.kind == kindObject || t.abstract()
}

func (t *typeDef) abstract() bool {
	return t.kind == kindInterface || t.kind == kindUnion
}

// includes reports whether values of object type o are values of t.
func (t *typeDef) includes(o *typeDef) bool {
	for _, p := range t.possible {
		if p == o {
			return true
		}
	}
	return false
}

// typeRef is a type with its list and non-null marks.
type typeRef struct {
	named   *typeDef // the innermost type, also under lists
	list    *typeRef // the item type, nil when not a list
	nonNull bool
}

func (r *typeRef) nullable() *typeRef { return &typeRef{named: r.named, list: r.list} }

// String returns the type as SDL writes it.
func (r *typeRef) String() string {
	text := r.named.name
	if r.list != nil {
		text = "[" + r.list.String() + "]"
	}
	if r.nonNull {
		text += "!"
	}
	return text
}

// accepts reports whether a value of type from may stand where r is expected.
func (r *typeRef) accepts(from *typeRef) bool {
	if r.nonNull && !from.nonNull {
		return false
	}
	if r.list != nil || from.list != nil {
		return r.list != nil && from.list != nil && r.list.accepts(from.list)
	}
	return r.named == from.named
}

// sameShape reports whether both may answer under one response key.
func (r *typeRef) sameShape(o *typeRef) bool {
	if r.nonNull != o.nonNull || (r.list == nil) != (o.list == nil) {
		return false
	}
	if r.list != nil {
		return r.list.sameShape(o.list)
	}
	return r.named == o.named || r.named.composite() && o.named.composite()
}

type fieldDef struct {
	name        string
	description *string
	args        []*inputDef
	typ         *typeRef
	deprecated  *string
	parent      *typeDef
	public      FieldDef
	weight      int // of one resolution, for the price
	weighted    bool

	resolve   Resolver
	batch     BatchResolver
	subscribe Subscriber
	check     Check
}

func (f *fieldDef) arg(name string) *inputDef { return findInput(f.args, name) }

func findInput(defs []*inputDef, name string) *inputDef {
	for _, d := range defs {
		if d.name == name {
			return d
		}
	}
	return nil
}

// inputDef is an argument or a field of an input object.
type inputDef struct {
	name        string
	description *string
	typ         *typeRef
	hasDefault  bool
	defaultVal  any
	defaultText string
	deprecated  *string
	directives  []Directive
}

func (d *inputDef) required() bool { return d.typ.nonNull && !d.hasDefault }

type enumValue struct {
	name        string
	description *string
	deprecated  *string
	quoted      []byte
}

type directiveDef struct {
	name        string
	description *string
	locations   []string
	args        []*inputDef
	repeatable  bool
}

func (d *directiveDef) allowed(location string) bool {
	for _, l := range d.locations {
		if l == location {
			return true
		}
	}
	return false
}

// Schema is an executable schema. Build makes it; it is immutable and safe for
// concurrent use.
type Schema struct {
	binding    Binding
	limits     Limits
	types      []*typeDef // those of the SDL in its order, then what is built in
	byName     map[string]*typeDef
	directives []*directiveDef
	query      *typeDef
	mutation   *typeDef
	subscript  *typeDef
	meta       map[string]*fieldDef // __schema, __type, __typename
	described  *introSchema
	lib        *graphql.Schema
	plans      planCache
}

func (s *Schema) root(operation string) *typeDef {
	switch operation {
	case "mutation":
		return s.mutation
	case "subscription":
		return s.subscript
	}
	return s.query
}

func (s *Schema) directive(name string) *directiveDef {
	for _, d := range s.directives {
		if d.name == name {
			return d
		}
	}
	return nil
}

// field finds a field of a type, the meta fields included.
func (s *Schema) field(t *typeDef, name string) *fieldDef {
	if f := t.byField[name]; f != nil {
		return f
	}
	if !strings.HasPrefix(name, "__") || !t.composite() {
		return nil
	}
	if name != "__typename" && t != s.query {
		return nil
	}
	return s.meta[name]
}

// FieldDirectives returns the directives the SDL puts on a field, nil when it
// has none or does not exist.
func (s *Schema) FieldDirectives(typeName, field string) []Directive {
	if t := s.byName[typeName]; t != nil {
		if f := t.byField[field]; f != nil {
			return f.public.Directives
		}
	}
	return nil
}
