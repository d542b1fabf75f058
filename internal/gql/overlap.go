package gql

import (
	"github.com/graphql-go/graphql/language/ast"
)

// reach collects the fragments a selection set spreads, directly or not.
func (v *validator) reach(set *ast.SelectionSet, reached map[string]bool) {
	if set == nil {
		return
	}
	for _, selection := range set.Selections {
		switch node := selection.(type) {
		case *ast.FragmentSpread:
			name := node.Name.Value
			if f := v.doc.fragments[name]; f != nil && !reached[name] {
				reached[name] = true
				v.reach(f.SelectionSet, reached)
			}
		default:
			v.reach(selection.GetSelectionSet(), reached)
		}
	}
}

// positions checks that variables may stand where they do.
func (v *validator) positions(vars map[string]*ast.VariableDefinition, usages []usage) {
	for _, u := range usages {
		def := vars[u.name]
		if def == nil {
			continue
		}
		t := v.schema.typeOf(def.Type)
		if t == nil || t.named.composite() {
			continue
		}
		expected := u.expected
		if expected.nonNull && !t.nonNull && (u.hasDefault || def.DefaultValue != nil && !isNull(def.DefaultValue)) {
			expected = expected.nullable()
		}
		if !expected.accepts(t) {
			v.fail(u.node, "variable $%s of type %s cannot stand where %s is expected", u.name, t, u.expected)
		} else if u.oneOf && !t.nonNull {
			v.fail(u.node, "variable $%s must be non-null: it stands in a @oneOf input", u.name)
		}
	}
}

// singleRoot checks that a subscription selects one field, unconditionally.
func (v *validator) singleRoot(op *ast.OperationDefinition) {
	entries := v.collect(v.schema.subscript, op.SelectionSet)
	keys := map[string]bool{}
	for _, e := range entries {
		keys[responseKey(e.node)] = true
		if e.def != nil && e.def.parent != v.schema.subscript {
			v.fail(e.node, "a subscription selects a field of its own, not %s", e.node.Name.Value)
		}
	}
	if len(keys) > 1 {
		v.fail(op, "a subscription selects one root field, found %d", len(keys))
	}
	v.unconditional(op.SelectionSet, map[string]bool{})
}

func (v *validator) unconditional(set *ast.SelectionSet, seen map[string]bool) {
	for _, selection := range set.Selections {
		var dirs []*ast.Directive
		switch node := selection.(type) {
		case *ast.Field:
			dirs = node.Directives
		case *ast.InlineFragment:
			dirs = node.Directives
			v.unconditional(node.SelectionSet, seen)
		case *ast.FragmentSpread:
			dirs = node.Directives
			if f := v.doc.fragments[node.Name.Value]; f != nil && !seen[node.Name.Value] {
				seen[node.Name.Value] = true
				v.unconditional(f.SelectionSet, seen)
			}
		}
		for _, d := range dirs {
			if d.Name.Value == "skip" || d.Name.Value == "include" {
				v.fail(d, "@%s is not allowed on the root of a subscription", d.Name.Value)
			}
		}
	}
}

// entry is a field selection with the type it is selected on.
type entry struct {
	node   *ast.Field
	parent *typeDef
	def    *fieldDef
}

func responseKey(f *ast.Field) string {
	if f.Alias != nil {
		return f.Alias.Value
	}
	return f.Name.Value
}

// collect lists the fields of a selection set, fragments expanded once each.
func (v *validator) collect(t *typeDef, set *ast.SelectionSet) []entry {
	var out []entry
	seen := map[string]bool{}
	var walk func(t *typeDef, set *ast.SelectionSet)
	walk = func(t *typeDef, set *ast.SelectionSet) {
		for _, selection := range set.Selections {
			switch node := selection.(type) {
			case *ast.Field:
				out = append(out, entry{node, t, v.schema.field(t, node.Name.Value)})
			case *ast.InlineFragment:
				inner := t
				if node.TypeCondition != nil {
					inner = v.schema.byName[node.TypeCondition.Name.Value]
				}
				walk(inner, node.SelectionSet)
			case *ast.FragmentSpread:
				f := v.doc.fragments[node.Name.Value]
				if f != nil && !seen[f.Name.Value] {
					seen[f.Name.Value] = true
					walk(v.schema.byName[f.TypeCondition.Name.Value], f.SelectionSet)
				}
			}
		}
	}
	if t != nil && set != nil {
		walk(t, set)
	}
	return out
}

// overlaps checks that fields under one response key can be merged. It runs on
// documents that are otherwise valid, so every type and field exists. Every
// pair of expanded fields is looked at once at most, and there are few hundred.
func (v *validator) overlaps() {
	for _, op := range v.doc.operations {
		v.within(v.collect(v.schema.root(op.Operation), op.SelectionSet))
	}
}

func (v *validator) within(entries []entry) {
	byKey := map[string][]entry{}
	for _, e := range entries {
		key := responseKey(e.node)
		for _, other := range byKey[key] {
			if !v.full() {
				v.pair(key, other, e, false)
			}
		}
		byKey[key] = append(byKey[key], e)
	}
	for _, e := range entries {
		if e.node.SelectionSet != nil && !v.full() {
			v.within(v.children(e))
		}
	}
}

func (v *validator) children(e entry) []entry {
	kids, ok := v.kids[e.node]
	if !ok {
		kids = v.collect(e.def.typ.named, e.node.SelectionSet)
		v.kids[e.node] = kids
	}
	return kids
}

// pair compares two fields of one key; exclusive says that no object has both.
func (v *validator) pair(key string, a, b entry, exclusive bool) {
	if a.node == b.node && a.parent == b.parent {
		return
	}
	exclusive = exclusive || a.parent != b.parent && a.parent.kind == kindObject && b.parent.kind == kindObject
	switch {
	case !a.def.typ.sameShape(b.def.typ):
		v.conflict(key, a, b, "their types "+a.def.typ.String()+" and "+b.def.typ.String()+" differ")
		return
	case exclusive:
	case a.node.Name.Value != b.node.Name.Value:
		v.conflict(key, a, b, a.node.Name.Value+" and "+b.node.Name.Value+" are different fields")
		return
	case !sameArguments(a.node.Arguments, b.node.Arguments):
		v.conflict(key, a, b, "their arguments differ")
		return
	}
	if a.node.SelectionSet == nil || b.node.SelectionSet == nil {
		return
	}
	byKey := map[string][]entry{}
	for _, e := range v.children(a) {
		byKey[responseKey(e.node)] = append(byKey[responseKey(e.node)], e)
	}
	for _, right := range v.children(b) {
		for _, left := range byKey[responseKey(right.node)] {
			if !v.full() {
				v.pair(responseKey(right.node), left, right, exclusive)
			}
		}
	}
}

func (v *validator) conflict(key string, a, b entry, why string) {
	v.fail(a.node, "fields %q conflict because %s; use an alias", shorten(key), why)
	last := v.errs[len(v.errs)-1]
	last.Locations = append(last.Locations, locate(v.doc.src, b.node.Loc.Start))
}

func sameArguments(a, b []*ast.Argument) bool {
	if len(a) != len(b) {
		return false
	}
	for _, left := range a {
		same := false
		for _, right := range b {
			same = same || left.Name.Value == right.Name.Value && sameValue(left.Value, right.Value)
		}
		if !same {
			return false
		}
	}
	return true
}

func sameValue(a, b ast.Value) bool {
	if a.GetKind() != b.GetKind() {
		return false
	}
	switch a := a.(type) {
	case *ast.Variable:
		return a.Name.Value == b.(*ast.Variable).Name.Value
	case *ast.ListValue:
		other := b.(*ast.ListValue)
		if len(a.Values) != len(other.Values) {
			return false
		}
		for i := range a.Values {
			if !sameValue(a.Values[i], other.Values[i]) {
				return false
			}
		}
		return true
	case *ast.ObjectValue:
		return sameFields(a.Fields, b.(*ast.ObjectValue).Fields)
	}
	return a.GetValue() == b.GetValue()
}

func sameFields(a, b []*ast.ObjectField) bool {
	if len(a) != len(b) {
		return false
	}
	for _, left := range a {
		same := false
		for _, right := range b {
			same = same || left.Name.Value == right.Name.Value && sameValue(left.Value, right.Value)
		}
		if !same {
			return false
		}
	}
	return true
}

// maxIntrospectionLists is how many lists of types and fields may stand inside
// one another under __schema or __type; tools need two.
const maxIntrospectionLists = 2

// circles refuses introspection that goes round through fields and their types,
// whose answer grows with every round.
func (v *validator) circles(set *ast.SelectionSet, lists int) bool {
	if set == nil {
		return true
	}
	for _, selection := range set.Selections {
		inner, depth := selection.GetSelectionSet(), lists
		switch node := selection.(type) {
		case *ast.FragmentSpread:
			if f := v.doc.fragments[node.Name.Value]; f != nil {
				inner = f.SelectionSet
			}
		case *ast.Field:
			switch node.Name.Value {
			case "fields", "interfaces", "possibleTypes", "inputFields":
				depth++
			}
			if depth > maxIntrospectionLists {
				v.fail(node, "introspection nests %q too deep", node.Name.Value)
				return false
			}
		}
		if !v.circles(inner, depth) {
			return false
		}
	}
	return true
}
