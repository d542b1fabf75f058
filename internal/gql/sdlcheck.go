package gql

import (
	"strings"

	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/printer"
)

// inputDefaults reads the defaults of input objects, innermost first, so that a
// default may rely on the defaults of the objects it mentions.
func (b *builder) inputDefaults() {
	state := map[*typeDef]int{} // 1: being read, 2: done
	var visit func(t *typeDef)
	visit = func(t *typeDef) {
		if t.kind != kindInput || state[t] != 0 {
			return
		}
		state[t] = 1
		for _, d := range t.inputs {
			visit(d.typ.named)
			if d.typ.named.kind == kindInput && state[d.typ.named] == 1 && d.typ.nonNull && d.typ.list == nil {
				b.fail(t.name+"."+d.name, "no value can be given: it contains itself")
			}
		}
		b.defaults(t.name, t.inputs, b.nodes[t.name].(*ast.InputObjectDefinition).Fields)
		state[t] = 2
	}
	for _, t := range b.schema.types {
		visit(t)
	}
	for _, d := range b.schema.directives {
		b.defaults("@"+d.name, d.args, b.nodes["@"+d.name].(*ast.DirectiveDefinition).Arguments)
	}
}

func (b *builder) defaults(place string, defs []*inputDef, nodes []*ast.InputValueDefinition) {
	for i, node := range nodes {
		if node.DefaultValue == nil || defs[i].typ == nil {
			continue
		}
		value, err := coerceLiteral(defs[i].typ, node.DefaultValue)
		if err != nil {
			b.fail(place+"("+defs[i].name+")", "default: %v", err)
			continue
		}
		defs[i].defaultVal = value
		defs[i].defaultText, _ = printer.Print(node.DefaultValue).(string)
	}
}

func (b *builder) buildRoots() {
	names := map[string]string{"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
	if node, ok := b.nodes["schema"].(*ast.SchemaDefinition); ok {
		clear(names)
		for _, op := range node.OperationTypes {
			names[op.Operation] = op.Type.Name.Value
			if b.schema.byName[op.Type.Name.Value] == nil {
				b.fail("schema", "unknown type %s", op.Type.Name.Value)
			}
		}
	}
	root := func(operation string) *typeDef {
		t := b.schema.byName[names[operation]]
		if t != nil && t.kind != kindObject {
			b.fail(t.name, "the root of %s operations is an object type", operation)
		}
		return t
	}
	b.schema.query, b.schema.mutation, b.schema.subscript = root("query"), root("mutation"), root("subscription")
	if b.schema.query == nil {
		b.fail("schema", "no query type; declare `type Query`")
	}
}

// checkTypes applies the directives of the SDL and checks interfaces.
func (b *builder) checkTypes(string) {
	for _, t := range b.schema.types {
		b.applyDirectives(t)
		for _, i := range t.interfaces {
			b.checkImplements(t, i)
		}
	}
	if node, ok := b.nodes["schema"].(*ast.SchemaDefinition); ok {
		b.apply("schema", "SCHEMA", node.Directives)
	}
}

func (b *builder) checkImplements(t, i *typeDef) {
	for _, want := range i.fields {
		f := t.byField[want.name]
		place := t.name + "." + want.name
		if f == nil {
			b.fail(place, "missing, %s has it", i.name)
			continue
		}
		if !covariant(want.typ, f.typ) {
			b.fail(place, "is %s, %s has %s", f.typ, i.name, want.typ)
		}
		for _, arg := range want.args {
			if own := f.arg(arg.name); own == nil || own.typ.String() != arg.typ.String() {
				b.fail(place, "argument %s is missing or of another type than in %s", arg.name, i.name)
			}
		}
		for _, arg := range f.args {
			if want.arg(arg.name) == nil && arg.required() {
				b.fail(place, "argument %s is required, %s does not have it", arg.name, i.name)
			}
		}
	}
}

// covariant reports whether a field of type got serves where want is declared.
func covariant(want, got *typeRef) bool {
	if want.nonNull && !got.nonNull {
		return false
	}
	if want.list != nil || got.list != nil {
		return want.list != nil && got.list != nil && covariant(want.list, got.list)
	}
	return want.named == got.named || want.named.abstract() && want.named.includes(got.named)
}

func (b *builder) applyDirectives(t *typeDef) {
	switch node := b.nodes[t.name].(type) {
	case *ast.ScalarDefinition:
		t.directives = b.apply(t.name, "SCALAR", node.Directives)
		t.specified = directiveText(t.directives, "specifiedBy", "url")
	case *ast.ObjectDefinition:
		t.directives = b.apply(t.name, "OBJECT", node.Directives)
		b.applyFields(t, node.Fields)
	case *ast.InterfaceDefinition:
		t.directives = b.apply(t.name, "INTERFACE", node.Directives)
		b.applyFields(t, node.Fields)
	case *ast.UnionDefinition:
		t.directives = b.apply(t.name, "UNION", node.Directives)
	case *ast.EnumDefinition:
		t.directives = b.apply(t.name, "ENUM", node.Directives)
		for i, v := range node.Values {
			dirs := b.apply(t.name+"."+v.Name.Value, "ENUM_VALUE", v.Directives)
			t.values[i].deprecated = directiveText(dirs, "deprecated", "reason")
		}
	case *ast.InputObjectDefinition:
		t.directives = b.apply(t.name, "INPUT_OBJECT", node.Directives)
		b.applyInputs(t.name, "INPUT_FIELD_DEFINITION", t.inputs, node.Fields)
		for _, d := range t.directives {
			t.oneOf = t.oneOf || d.Name == "oneOf"
		}
		for _, d := range t.inputs {
			if t.oneOf && (d.typ.nonNull || d.hasDefault) {
				b.fail(t.name+"."+d.name, "a field of a @oneOf input is nullable and has no default")
			}
		}
	}
}

func (b *builder) applyFields(t *typeDef, nodes []*ast.FieldDefinition) {
	for i, f := range t.fields {
		place := t.name + "." + f.name
		dirs := b.apply(place, "FIELD_DEFINITION", nodes[i].Directives)
		f.deprecated = directiveText(dirs, "deprecated", "reason")
		f.public = FieldDef{Type: t.name, Name: f.name, Directives: dirs, TypeDirectives: t.directives}
		b.applyInputs(place, "ARGUMENT_DEFINITION", f.args, nodes[i].Arguments)
	}
}

func (b *builder) applyInputs(place, location string, defs []*inputDef, nodes []*ast.InputValueDefinition) {
	for i, d := range defs {
		at := place + "(" + d.name + ")"
		d.directives = b.apply(at, location, nodes[i].Directives)
		d.deprecated = directiveText(d.directives, "deprecated", "reason")
		if d.deprecated != nil && d.required() {
			b.fail(at, "a required input cannot be deprecated")
		}
	}
}

// apply reads directives where the SDL applies them.
func (b *builder) apply(place, location string, nodes []*ast.Directive) []Directive {
	var out []Directive
	for _, node := range nodes {
		def := b.schema.directive(node.Name.Value)
		if def == nil || !def.allowed(location) {
			b.fail(place, "@%s is unknown, or not allowed on %s", node.Name.Value, location)
			continue
		}
		args := newArgs(def.args)
		for _, a := range node.Arguments {
			i := inputIndex(def.args, a.Name.Value)
			if i < 0 {
				b.fail(place, "@%s has no argument %s", def.name, a.Name.Value)
				continue
			}
			value, err := coerceLiteral(def.args[i].typ, a.Value)
			if err != nil {
				b.fail(place, "@%s(%s): %v", def.name, a.Name.Value, err)
			}
			args.vals[i] = value
		}
		if err := finishInput(&typeDef{name: "@" + def.name, inputs: def.args}, args); err != nil {
			b.fail(place, "%v", err)
		}
		out = append(out, Directive{Name: def.name, Args: Args{args}})
	}
	return out
}

func directiveText(dirs []Directive, name, arg string) *string {
	for _, d := range dirs {
		if d.Name == name {
			text := strings.TrimSpace(d.Args.String(arg))
			return &text
		}
	}
	return nil
}
