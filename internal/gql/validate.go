package gql

import (
	"maps"
	"slices"
	"strings"

	"github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/visitor"
)

// libraryRules are the rules of the library that are right. The others are
// replaced: values, defaults and required arguments (null literals, strict
// scalars), positions of variables (defaults), directives (on variables, twice
// at one place), overlapping fields (quadratic in errors, each of which costs a
// scan of the source), fragment cycles (overflows the stack before its turn).
func libraryRules() []graphql.ValidationRuleFn {
	return []graphql.ValidationRuleFn{
		graphql.FieldsOnCorrectTypeRule, graphql.FragmentsOnCompositeTypesRule,
		graphql.KnownArgumentNamesRule, graphql.KnownFragmentNamesRule,
		graphql.KnownTypeNamesRule, graphql.LoneAnonymousOperationRule,
		graphql.NoUndefinedVariablesRule, graphql.NoUnusedFragmentsRule,
		graphql.NoUnusedVariablesRule, graphql.ScalarLeafsRule, graphql.UniqueArgumentNamesRule,
		graphql.UniqueFragmentNamesRule, graphql.UniqueInputFieldNamesRule,
		graphql.UniqueOperationNamesRule, graphql.UniqueVariableNamesRule,
		graphql.VariablesAreInputTypesRule,
	}
}

// validate returns what is wrong with a document, at most limits.Errors.
func (s *Schema) validate(doc *document) []*Error {
	errs := s.validateLibrary(doc)
	v := &validator{schema: s, doc: doc, errs: errs, usages: map[string][]usage{}, kids: map[*ast.Field][]entry{}}
	if !v.full() {
		v.document()
	}
	return v.errs
}

func (s *Schema) validateLibrary(doc *document) []*Error {
	rules := libraryRules()
	for i, rule := range rules {
		rules[i] = capRule(rule, s.limits.Errors)
	}
	var errs []*Error
	for _, e := range graphql.ValidateDocument(s.lib, doc.ast, rules).Errors {
		if len(errs) == s.limits.Errors {
			break
		}
		err := &Error{Code: BadUserInput, Message: shortenError(e.Message)}
		for _, l := range e.Locations {
			// Without a source the library reports offsets, counted from 1.
			err.Locations = append(err.Locations, locate(doc.src, l.Column-1))
		}
		errs = append(errs, err)
	}
	return errs
}

// shortenError bounds a message that may quote what the client sent.
func shortenError(text string) string {
	const most = 300
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// capRule makes a rule stop once the document has enough errors.
func capRule(rule graphql.ValidationRuleFn, most int) graphql.ValidationRuleFn {
	return func(ctx *graphql.ValidationContext) *graphql.ValidationRuleInstance {
		instance := rule(ctx)
		wrap := func(f visitor.VisitFunc) visitor.VisitFunc {
			if f == nil {
				return nil
			}
			return func(p visitor.VisitFuncParams) (string, any) {
				if len(ctx.Errors()) >= most {
					return visitor.ActionBreak, nil
				}
				return f(p)
			}
		}
		opts := instance.VisitorOpts
		for kind, fs := range opts.KindFuncMap {
			opts.KindFuncMap[kind] = visitor.NamedVisitFuncs{
				Kind: wrap(fs.Kind), Enter: wrap(fs.Enter), Leave: wrap(fs.Leave),
			}
		}
		opts.Enter, opts.Leave = wrap(opts.Enter), wrap(opts.Leave)
		return instance
	}
}

// validator applies our own rules in one walk over the document.
type validator struct {
	schema  *Schema
	doc     *document
	errs    []*Error
	usages  map[string][]usage // of variables, by fragment name
	current []usage            // of the definition being walked
	kids    map[*ast.Field][]entry
}

// usage is one place where a variable stands.
type usage struct {
	name       string
	node       ast.Node
	expected   *typeRef
	hasDefault bool // the place has a default of its own
	oneOf      bool // the place is a field of a @oneOf input
}

func (v *validator) full() bool { return len(v.errs) >= v.schema.limits.Errors }

func (v *validator) fail(node ast.Node, format string, args ...any) {
	if v.full() {
		return
	}
	at := 0
	if loc := node.GetLoc(); loc != nil {
		at = loc.Start
	}
	err := failAt(v.doc.src, at, format, args...)
	err.Message = shortenError(err.Message)
	v.errs = append(v.errs, err)
}

func (v *validator) document() {
	for _, def := range v.doc.ast.Definitions {
		f, ok := def.(*ast.FragmentDefinition)
		if !ok {
			continue
		}
		v.current = nil
		t := v.schema.byName[f.TypeCondition.Name.Value]
		v.directives("FRAGMENT_DEFINITION", f.Directives)
		v.selections(t, f.SelectionSet)
		v.usages[f.Name.Value] = v.current
	}
	for _, op := range v.doc.operations {
		v.operation(op)
	}
	if len(v.errs) == 0 {
		v.overlaps()
	}
}

func (v *validator) operation(op *ast.OperationDefinition) {
	root := v.schema.root(op.Operation)
	if root == nil {
		v.fail(op, "the schema has no %ss", op.Operation)
		return
	}
	v.current = nil
	v.directives(strings.ToUpper(op.Operation), op.Directives)
	vars := map[string]*ast.VariableDefinition{}
	for _, def := range op.VariableDefinitions {
		vars[def.Variable.Name.Value] = def
		v.variable(def)
	}
	v.selections(root, op.SelectionSet)
	reached := map[string]bool{}
	v.reach(op.SelectionSet, reached)
	v.positions(vars, v.current)
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		v.positions(vars, v.usages[name])
	}
	if op.Operation == "subscription" {
		v.singleRoot(op)
	}
}

// variable checks the default and the directives of a variable.
func (v *validator) variable(def *ast.VariableDefinition) {
	t := v.schema.typeOf(def.Type)
	if t != nil && !t.named.composite() && def.DefaultValue != nil {
		if _, err := coerceLiteral(t, def.DefaultValue); err != nil {
			v.fail(err.node, "default of $%s: %v", def.Variable.Name.Value, err)
		}
	}
	dirs := v.doc.varDirectives[def]
	v.directives("VARIABLE_DEFINITION", dirs)
	for _, d := range dirs { // the library's rules do not see these
		def := v.schema.directive(d.Name.Value)
		seen := map[string]bool{}
		for _, a := range d.Arguments {
			if name := a.Name.Value; def != nil && (seen[name] || findInput(def.args, name) == nil) {
				v.fail(a, "@%s has no argument %q, or it is given twice", def.name, shorten(name))
			}
			seen[a.Name.Value] = true
		}
	}
}

// typeOf resolves a type of the document, nil when it does not exist.
func (s *Schema) typeOf(node ast.Type) *typeRef {
	b := builder{schema: s}
	return b.typeRef("", node)
}

func (v *validator) selections(t *typeDef, set *ast.SelectionSet) {
	if set == nil {
		return
	}
	for _, selection := range set.Selections {
		switch node := selection.(type) {
		case *ast.Field:
			v.field(t, node)
		case *ast.InlineFragment:
			inner := t
			if node.TypeCondition != nil {
				inner = v.schema.byName[node.TypeCondition.Name.Value]
				v.possible(node, t, inner)
			}
			v.directives("INLINE_FRAGMENT", node.Directives)
			v.selections(inner, node.SelectionSet)
		case *ast.FragmentSpread:
			v.directives("FRAGMENT_SPREAD", node.Directives)
			if f := v.doc.fragments[node.Name.Value]; f != nil {
				v.possible(node, t, v.schema.byName[f.TypeCondition.Name.Value])
			}
		}
	}
}

// possible checks that some object may be of both types.
func (v *validator) possible(node ast.Node, t, inner *typeDef) {
	if t == nil || inner == nil || !t.composite() || !inner.composite() {
		return
	}
	if !slices.ContainsFunc(inner.possible, t.includes) {
		v.fail(node, "no %s is ever a %s: the fragment cannot be spread here", t.name, inner.name)
	}
}

func (v *validator) field(t *typeDef, node *ast.Field) {
	v.directives("FIELD", node.Directives)
	if t == nil {
		return
	}
	f := v.schema.field(t, node.Name.Value)
	if f == nil {
		return
	}
	v.arguments(t.name+"."+f.name, f.args, node.Arguments, node)
	if introspects(f.name) {
		v.circles(node.SelectionSet, 0)
	}
	v.selections(f.typ.named, node.SelectionSet)
}

func (v *validator) directives(location string, nodes []*ast.Directive) {
	seen := map[string]bool{}
	for _, node := range nodes {
		name := node.Name.Value
		def := v.schema.directive(name)
		switch {
		case def == nil:
			v.fail(node, "unknown directive @%s", shorten(name))
			continue
		case !def.allowed(location):
			v.fail(node, "directive @%s is not allowed on %s", name, location)
		case seen[name] && !def.repeatable:
			v.fail(node, "directive @%s is given twice", name)
		}
		seen[name] = true
		v.arguments("@"+name, def.args, node.Arguments, node)
	}
}

func (v *validator) arguments(place string, defs []*inputDef, nodes []*ast.Argument, owner ast.Node) {
	given := map[string]bool{}
	for _, node := range nodes {
		given[node.Name.Value] = true
		if d := findInput(defs, node.Name.Value); d != nil {
			v.value(d.typ, node.Value, usage{hasDefault: d.hasDefault}, place+"("+d.name+")")
		}
	}
	for _, d := range defs {
		if d.required() && !given[d.name] {
			v.fail(owner, "%s: argument %q of type %s is required", place, d.name, d.typ)
		}
	}
}

// value checks a literal and records the variables in it.
func (v *validator) value(t *typeRef, node ast.Value, u usage, place string) {
	if variable, ok := node.(*ast.Variable); ok {
		u.name, u.node, u.expected = variable.Name.Value, node, t
		v.current = append(v.current, u)
		return
	}
	list, isList := node.(*ast.ListValue)
	object, isObject := node.(*ast.ObjectValue)
	switch {
	case !hasVariables(node):
		if _, err := coerceLiteral(t, node); err != nil {
			v.fail(err.node, "%s: %v", place, err)
		}
	case isList && t.list != nil:
		for _, item := range list.Values {
			v.value(t.list, item, usage{}, place)
		}
	case t.list != nil:
		v.value(t.list, node, usage{}, place)
	case isObject && t.named.kind == kindInput:
		v.object(t.named, object, place)
	default:
		v.fail(node, "%s: expected %s, found %s", place, t.named.name, describeLiteral(node))
	}
}

func (v *validator) object(t *typeDef, node *ast.ObjectValue, place string) {
	given := map[string]bool{}
	for _, f := range node.Fields {
		name := f.Name.Value
		given[name] = true
		d := findInput(t.inputs, name)
		if d == nil {
			v.fail(f, "%s: %s has no field %q", place, t.name, shorten(name))
			continue
		}
		v.value(d.typ, f.Value, usage{hasDefault: d.hasDefault, oneOf: t.oneOf}, place+"."+name)
	}
	for _, d := range t.inputs {
		if d.required() && !given[d.name] {
			v.fail(node, "%s: %s.%s is required", place, t.name, d.name)
		}
	}
	if t.oneOf && len(node.Fields) != 1 {
		v.fail(node, "%s: %s takes exactly one field, found %d", place, t.name, len(node.Fields))
	}
}

func hasVariables(node ast.Value) bool {
	switch node := node.(type) {
	case *ast.Variable:
		return true
	case *ast.ListValue:
		for _, item := range node.Values {
			if hasVariables(item) {
				return true
			}
		}
	case *ast.ObjectValue:
		for _, f := range node.Fields {
			if hasVariables(f.Value) {
				return true
			}
		}
	}
	return false
}
