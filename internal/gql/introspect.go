package gql

import (
	"context"
	"strings"
)

// introSchema and introType are the sources of the introspection
// fields; the other sources are the model itself.
type introSchema struct{ schema *Schema }

type introType struct {
	named *typeDef // nil for lists and non-nulls
	ref   *typeRef
}

// bindMeta binds the introspection types, which the same executor then runs.
func (b *builder) bindMeta() {
	s := b.schema
	s.described = &introSchema{s}
	bound := map[string]map[string]Resolver{
		"__Schema": schemaResolvers(), "__Type": typeResolvers(), "__Field": fieldResolvers(),
		"__InputValue": inputResolvers(), "__EnumValue": enumResolvers(), "__Directive": directiveResolvers(),
	}
	for typeName, fields := range bound {
		for name, resolve := range fields {
			s.byName[typeName].byField[name].resolve = resolve
		}
	}
	ref := func(name string) *typeRef { return &typeRef{named: s.byName[name]} }
	required := func(r *typeRef) *typeRef { return &typeRef{named: r.named, nonNull: true} }
	s.meta["__typename"] = &fieldDef{name: "__typename", typ: required(ref("String"))}
	s.meta["__schema"] = &fieldDef{name: "__schema", typ: required(ref("__Schema")),
		resolve: func(context.Context, *Params) (any, error) { return s.described, nil }}
	s.meta["__type"] = &fieldDef{name: "__type", typ: ref("__Type"),
		args: []*inputDef{{name: "name", typ: required(ref("String"))}},
		resolve: func(_ context.Context, p *Params) (any, error) {
			if t := s.byName[p.Args.String("name")]; t != nil {
				return namedType(t), nil
			}
			return nil, nil
		}}
	for name, f := range s.meta {
		f.public = FieldDef{Type: s.query.name, Name: name}
		f.parent = s.query
	}
}

func namedType(t *typeDef) any {
	if t == nil {
		return nil
	}
	return &introType{named: t, ref: &typeRef{named: t}}
}

func refType(r *typeRef) *introType {
	if r.nonNull || r.list != nil {
		return &introType{ref: r}
	}
	return &introType{named: r.named, ref: r}
}

func (t *introType) kind() string {
	switch {
	case t.ref.nonNull:
		return "NON_NULL"
	case t.ref.list != nil:
		return "LIST"
	}
	return [...]string{"SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT"}[t.named.kind]
}

func (t *introType) inner() any {
	switch {
	case t.ref.nonNull:
		return refType(t.ref.nullable())
	case t.ref.list != nil:
		return refType(t.ref.list)
	}
	return nil
}

func schemaResolvers() map[string]Resolver {
	return map[string]Resolver{
		"description": From(func(*introSchema) any { return nil }),
		"types": From(func(i *introSchema) any {
			var types []any
			for _, builtin := range []bool{false, true} {
				for _, t := range i.schema.types {
					if (isMeta(t.name) || builtinScalar(t.name) != nil) == builtin {
						types = append(types, namedType(t))
					}
				}
			}
			return types
		}),
		"queryType":        From(func(i *introSchema) any { return namedType(i.schema.query) }),
		"mutationType":     From(func(i *introSchema) any { return namedType(i.schema.mutation) }),
		"subscriptionType": From(func(i *introSchema) any { return namedType(i.schema.subscript) }),
		"directives":       From(func(i *introSchema) any { return i.schema.directives }),
	}
}

// ofNamed projects a named type; wrapping types answer null.
func ofNamed(project func(t *typeDef, args Args) any) Resolver {
	return With(func(_ context.Context, t *introType, args Args) (any, error) {
		if t.named == nil {
			return nil, nil
		}
		return project(t.named, args), nil
	})
}

func typeResolvers() map[string]Resolver {
	return map[string]Resolver{
		"kind":           From(func(t *introType) any { return t.kind() }),
		"ofType":         From((*introType).inner),
		"name":           ofNamed(func(t *typeDef, _ Args) any { return t.name }),
		"description":    ofNamed(func(t *typeDef, _ Args) any { return text(t.description) }),
		"specifiedByURL": ofNamed(func(t *typeDef, _ Args) any { return text(t.specified) }),
		"isOneOf": ofNamed(func(t *typeDef, _ Args) any {
			if t.kind != kindInput {
				return nil
			}
			return t.oneOf
		}),
		"fields": ofNamed(func(t *typeDef, args Args) any {
			if t.kind != kindObject && t.kind != kindInterface {
				return nil
			}
			return current(t.fields, args, func(f *fieldDef) *string { return f.deprecated })
		}),
		"interfaces": ofNamed(func(t *typeDef, _ Args) any {
			if t.kind != kindObject && t.kind != kindInterface {
				return nil
			}
			return namedTypes(t.interfaces)
		}),
		"possibleTypes": ofNamed(func(t *typeDef, _ Args) any {
			if !t.abstract() {
				return nil
			}
			return namedTypes(t.possible)
		}),
		"enumValues": ofNamed(func(t *typeDef, args Args) any {
			if t.kind != kindEnum {
				return nil
			}
			return current(t.values, args, func(v *enumValue) *string { return v.deprecated })
		}),
		"inputFields": ofNamed(func(t *typeDef, args Args) any {
			if t.kind != kindInput {
				return nil
			}
			return currentInputs(t.inputs, args)
		}),
	}
}

func fieldResolvers() map[string]Resolver {
	return map[string]Resolver{
		"name":        From(func(f *fieldDef) any { return f.name }),
		"description": From(func(f *fieldDef) any { return text(f.description) }),
		"args": With(func(_ context.Context, f *fieldDef, args Args) (any, error) {
			return currentInputs(f.args, args), nil
		}),
		"type":              From(func(f *fieldDef) any { return refType(f.typ) }),
		"isDeprecated":      From(func(f *fieldDef) any { return f.deprecated != nil }),
		"deprecationReason": From(func(f *fieldDef) any { return text(f.deprecated) }),
	}
}

func inputResolvers() map[string]Resolver {
	return map[string]Resolver{
		"name":        From(func(d *inputDef) any { return d.name }),
		"description": From(func(d *inputDef) any { return text(d.description) }),
		"type":        From(func(d *inputDef) any { return refType(d.typ) }),
		"defaultValue": From(func(d *inputDef) any {
			if !d.hasDefault {
				return nil
			}
			return d.defaultText
		}),
		"isDeprecated":      From(func(d *inputDef) any { return d.deprecated != nil }),
		"deprecationReason": From(func(d *inputDef) any { return text(d.deprecated) }),
	}
}

func enumResolvers() map[string]Resolver {
	return map[string]Resolver{
		"name":              From(func(v *enumValue) any { return v.name }),
		"description":       From(func(v *enumValue) any { return text(v.description) }),
		"isDeprecated":      From(func(v *enumValue) any { return v.deprecated != nil }),
		"deprecationReason": From(func(v *enumValue) any { return text(v.deprecated) }),
	}
}

func directiveResolvers() map[string]Resolver {
	return map[string]Resolver{
		"name":         From(func(d *directiveDef) any { return d.name }),
		"description":  From(func(d *directiveDef) any { return text(d.description) }),
		"isRepeatable": From(func(d *directiveDef) any { return d.repeatable }),
		"locations":    From(func(d *directiveDef) any { return d.locations }),
		"args": With(func(_ context.Context, d *directiveDef, args Args) (any, error) {
			return currentInputs(d.args, args), nil
		}),
	}
}

func text(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

func namedTypes(types []*typeDef) []any {
	out := make([]any, len(types))
	for i, t := range types {
		out[i] = namedType(t)
	}
	return out
}

func currentInputs(defs []*inputDef, args Args) []*inputDef {
	return current(defs, args, func(d *inputDef) *string { return d.deprecated })
}

// current leaves deprecated members out unless includeDeprecated asks for them.
func current[T any](members []T, args Args, deprecated func(T) *string) []T {
	if args.Bool("includeDeprecated") {
		return members
	}
	out := make([]T, 0, len(members))
	for _, m := range members {
		if deprecated(m) == nil {
			out = append(out, m)
		}
	}
	return out
}

// introspects reports whether a field gives the schema away.
func introspects(name string) bool {
	return strings.HasPrefix(name, "__") && name != "__typename"
}
