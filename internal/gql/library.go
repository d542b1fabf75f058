package gql

import (
	"sync"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
)

// extendMeta adds to the library's introspection types, which are variables of
// the process, the fields of the September 2025 edition that they lack. Only
// the library's validation looks at them.
var extendMeta = sync.OnceFunc(func() {
	flag := func() graphql.FieldConfigArgument {
		return graphql.FieldConfigArgument{"includeDeprecated": {Type: graphql.NewNonNull(graphql.Boolean), DefaultValue: false}}
	}
	required := graphql.NewNonNull(graphql.Boolean)
	inputs := graphql.NewList(graphql.NewNonNull(graphql.InputValueType))
	graphql.SchemaType.AddFieldConfig("description", &graphql.Field{Type: graphql.String})
	graphql.TypeType.AddFieldConfig("specifiedByURL", &graphql.Field{Type: graphql.String})
	graphql.TypeType.AddFieldConfig("isOneOf", &graphql.Field{Type: graphql.Boolean})
	graphql.TypeType.AddFieldConfig("inputFields", &graphql.Field{Type: inputs, Args: flag()})
	graphql.FieldType.AddFieldConfig("args", &graphql.Field{Type: graphql.NewNonNull(inputs), Args: flag()})
	graphql.InputValueType.AddFieldConfig("isDeprecated", &graphql.Field{Type: required})
	graphql.InputValueType.AddFieldConfig("deprecationReason", &graphql.Field{Type: graphql.String})
	graphql.DirectiveType.AddFieldConfig("isRepeatable", &graphql.Field{Type: required})
	graphql.DirectiveType.AddFieldConfig("args", &graphql.Field{Type: graphql.NewNonNull(inputs), Args: flag()})
	for _, t := range []*graphql.Object{
		graphql.SchemaType, graphql.TypeType, graphql.FieldType, graphql.InputValueType, graphql.DirectiveType,
	} {
		t.Fields() // the library fills this cache lazily and without a lock
	}
})

// buildLibrary makes the library's schema of the model, for its validation
// rules. Types are made before their fields so that they may refer to one
// another; nothing is left for the library to initialise while serving.
func (s *Schema) buildLibrary() error {
	extendMeta()
	for _, t := range s.types {
		t.lib = s.libraryType(t)
	}
	config := graphql.SchemaConfig{Query: s.query.lib.(*graphql.Object)}
	if s.mutation != nil {
		config.Mutation = s.mutation.lib.(*graphql.Object)
	}
	if s.subscript != nil {
		config.Subscription = s.subscript.lib.(*graphql.Object)
	}
	for _, t := range s.types {
		config.Types = append(config.Types, t.lib)
	}
	for _, d := range s.directives {
		config.Directives = append(config.Directives, graphql.NewDirective(graphql.DirectiveConfig{
			Name: d.name, Locations: d.locations, Args: libraryArgs(d.args),
		}))
	}
	lib, err := graphql.NewSchema(config)
	if err != nil {
		return err
	}
	s.lib = &lib
	return nil
}

func (s *Schema) libraryType(t *typeDef) graphql.Type {
	if known := libraryBuiltin(t.name); known != nil {
		return known
	}
	switch t.kind {
	case kindObject:
		return graphql.NewObject(graphql.ObjectConfig{
			Name: t.name, Fields: libraryFields(t), IsTypeOf: func(graphql.IsTypeOfParams) bool { return false },
			Interfaces: graphql.InterfacesThunk(func() (out []*graphql.Interface) {
				for _, i := range t.interfaces {
					out = append(out, i.lib.(*graphql.Interface))
				}
				return out
			}),
		})
	case kindInterface:
		return graphql.NewInterface(graphql.InterfaceConfig{Name: t.name, Fields: libraryFields(t)})
	case kindUnion:
		return graphql.NewUnion(graphql.UnionConfig{
			Name: t.name, ResolveType: func(graphql.ResolveTypeParams) *graphql.Object { return nil },
			Types: graphql.UnionTypesThunk(func() (out []*graphql.Object) {
				for _, p := range t.possible {
					out = append(out, p.lib.(*graphql.Object))
				}
				return out
			}),
		})
	case kindEnum:
		values := graphql.EnumValueConfigMap{}
		for _, v := range t.values {
			values[v.name] = &graphql.EnumValueConfig{Value: v.name}
		}
		return graphql.NewEnum(graphql.EnumConfig{Name: t.name, Values: values})
	case kindInput:
		return graphql.NewInputObject(graphql.InputObjectConfig{Name: t.name, Fields: libraryInputs(t)})
	}
	same := func(v any) any { return v }
	return graphql.NewScalar(graphql.ScalarConfig{
		Name: t.name, Serialize: same, ParseValue: same, ParseLiteral: func(v ast.Value) any { return v.GetValue() },
	})
}

// libraryBuiltin returns the library's own instance of a type it insists on.
func libraryBuiltin(name string) graphql.Type {
	switch name {
	case "String":
		return graphql.String
	case "Int":
		return graphql.Int
	case "Float":
		return graphql.Float
	case "Boolean":
		return graphql.Boolean
	case "ID":
		return graphql.ID
	case "__Schema":
		return graphql.SchemaType
	case "__Type":
		return graphql.TypeType
	case "__Field":
		return graphql.FieldType
	case "__InputValue":
		return graphql.InputValueType
	case "__EnumValue":
		return graphql.EnumValueType
	case "__Directive":
		return graphql.DirectiveType
	case "__TypeKind":
		return graphql.TypeKindEnumType
	case "__DirectiveLocation":
		return graphql.DirectiveLocationEnumType
	}
	return nil
}

func libraryFields(t *typeDef) graphql.FieldsThunk {
	return func() graphql.Fields {
		fields := graphql.Fields{}
		for _, f := range t.fields {
			fields[f.name] = &graphql.Field{Type: libraryRef(f.typ), Args: libraryArgs(f.args)}
		}
		return fields
	}
}

func libraryArgs(defs []*inputDef) graphql.FieldConfigArgument {
	args := graphql.FieldConfigArgument{}
	for _, d := range defs {
		args[d.name] = &graphql.ArgumentConfig{Type: libraryRef(d.typ)}
	}
	return args
}

func libraryInputs(t *typeDef) graphql.InputObjectConfigFieldMapThunk {
	return func() graphql.InputObjectConfigFieldMap {
		fields := graphql.InputObjectConfigFieldMap{}
		for _, d := range t.inputs {
			fields[d.name] = &graphql.InputObjectFieldConfig{Type: libraryRef(d.typ)}
		}
		return fields
	}
}

func libraryRef(r *typeRef) graphql.Type {
	t := r.named.lib
	if r.list != nil {
		t = graphql.NewList(libraryRef(r.list))
	}
	if r.nonNull {
		t = graphql.NewNonNull(t)
	}
	return t
}
