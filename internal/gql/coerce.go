package gql

import (
	"fmt"
	"sort"
	"strconv"

	"github.com/graphql-go/graphql/language/ast"
)

// inputError says where inside a value it went wrong, and why.
type inputError struct {
	path string // ".filter.countries[2]", "" for the value itself
	text string
	node ast.Value // the literal, nil for JSON
}

func (e *inputError) Error() string {
	if e.path == "" {
		return e.text
	}
	return "at " + shorten(e.path) + ": " + e.text
}

func (e *inputError) under(segment string) *inputError {
	return &inputError{path: segment + e.path, text: e.text, node: e.node}
}

// coerceLiteral reads a literal without variables as a value of type t.
func coerceLiteral(t *typeRef, v ast.Value) (any, *inputError) {
	if isNull(v) {
		if t.nonNull {
			return nil, &inputError{text: t.String() + " cannot be null", node: v}
		}
		return nil, nil
	}
	if t.list != nil {
		return coerceListLiteral(t, v)
	}
	switch t.named.kind {
	case kindEnum:
		return coerceEnumLiteral(t.named, v)
	case kindInput:
		return coerceObjectLiteral(t.named, v)
	}
	return coerceScalarLiteral(t.named, v)
}

func coerceListLiteral(t *typeRef, v ast.Value) (any, *inputError) {
	list, ok := v.(*ast.ListValue)
	if !ok {
		item, err := coerceLiteral(t.list, v)
		return []any{item}, err
	}
	items := make([]any, len(list.Values))
	for i, item := range list.Values {
		value, err := coerceLiteral(t.list, item)
		if err != nil {
			return nil, err.under("[" + strconv.Itoa(i) + "]")
		}
		items[i] = value
	}
	return items, nil
}

func coerceEnumLiteral(t *typeDef, v ast.Value) (any, *inputError) {
	e, ok := v.(*ast.EnumValue)
	if !ok || t.byValue[e.Value] == nil {
		return nil, &inputError{text: fmt.Sprintf("expected a value of %s, found %s", t.name, describeLiteral(v)), node: v}
	}
	return e.Value, nil
}

func coerceScalarLiteral(t *typeDef, v ast.Value) (any, *inputError) {
	plain, ok := literalScalar(v)
	if n, whole := v.(*ast.IntValue); whole && t.name == "ID" {
		plain, ok = n.Value, true // of any length
	}
	if !ok {
		return nil, &inputError{text: fmt.Sprintf("expected %s, found %s", t.name, describeLiteral(v)), node: v}
	}
	value, err := t.scalar.parse(plain)
	if err != nil {
		return nil, &inputError{text: err.Error(), node: v}
	}
	return value, nil
}

func coerceObjectLiteral(t *typeDef, v ast.Value) (any, *inputError) {
	object, ok := v.(*ast.ObjectValue)
	if !ok {
		return nil, &inputError{text: fmt.Sprintf("expected an object of %s, found %s", t.name, describeLiteral(v)), node: v}
	}
	args := newArgs(t.inputs)
	for _, f := range object.Fields {
		i := inputIndex(t.inputs, f.Name.Value)
		if i < 0 {
			return nil, &inputError{text: fmt.Sprintf("%s has no field %q", t.name, shorten(f.Name.Value)), node: f.Value}
		}
		value, err := coerceLiteral(t.inputs[i].typ, f.Value)
		if err != nil {
			return nil, err.under("." + f.Name.Value)
		}
		args.vals[i] = value
	}
	err := finishInput(t, args)
	if err != nil {
		err.node = v
	}
	return Args{args}, err
}

// coerceJSON reads a decoded JSON value as a value of type t.
func coerceJSON(t *typeRef, v any) (any, *inputError) {
	if v == nil {
		if t.nonNull {
			return nil, &inputError{text: t.String() + " cannot be null"}
		}
		return nil, nil
	}
	if t.list != nil {
		return coerceListJSON(t, v)
	}
	switch t.named.kind {
	case kindEnum:
		if name, ok := v.(string); ok && t.named.byValue[name] != nil {
			return name, nil
		}
		return nil, &inputError{text: fmt.Sprintf("expected a value of %s, found %s", t.named.name, describe(v))}
	case kindInput:
		return coerceObjectJSON(t.named, v)
	}
	plain, ok := jsonScalar(v)
	if !ok {
		return nil, &inputError{text: fmt.Sprintf("expected %s, found %s", t.named.name, describe(v))}
	}
	value, err := t.named.scalar.parse(plain)
	if err != nil {
		return nil, &inputError{text: err.Error()}
	}
	return value, nil
}

func coerceListJSON(t *typeRef, v any) (any, *inputError) {
	list, ok := v.([]any)
	if !ok {
		item, err := coerceJSON(t.list, v)
		return []any{item}, err
	}
	items := make([]any, len(list))
	for i, item := range list {
		value, err := coerceJSON(t.list, item)
		if err != nil {
			return nil, err.under("[" + strconv.Itoa(i) + "]")
		}
		items[i] = value
	}
	return items, nil
}

func coerceObjectJSON(t *typeDef, v any) (any, *inputError) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, &inputError{text: fmt.Sprintf("expected an object of %s, found %s", t.name, describe(v))}
	}
	if unknown, ok := unknownKey(object, t.inputs); ok {
		return nil, &inputError{text: fmt.Sprintf("%s has no field %q", t.name, shorten(unknown))}
	}
	args := newArgs(t.inputs)
	for i, d := range t.inputs {
		field, ok := object[d.name]
		if !ok {
			continue
		}
		value, err := coerceJSON(d.typ, field)
		if err != nil {
			return nil, err.under("." + d.name)
		}
		args.vals[i] = value
	}
	return Args{args}, finishInput(t, args)
}

// unknownKey finds the first key, in order of the alphabet, that defs lacks.
func unknownKey(object map[string]any, defs []*inputDef) (string, bool) {
	var unknown []string
	for key := range object {
		if inputIndex(defs, key) < 0 {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return "", false
	}
	sort.Strings(unknown)
	return unknown[0], true
}

// finishInput fills defaults in and checks what must be there.
func finishInput(t *typeDef, args *argSet) *inputError {
	given := 0
	for i, d := range t.inputs {
		if _, gone := args.vals[i].(absentValue); !gone {
			given++
			if t.oneOf && args.vals[i] == nil {
				return &inputError{text: fmt.Sprintf("%s.%s cannot be null", t.name, d.name)}
			}
			continue
		}
		if d.hasDefault {
			args.vals[i] = d.defaultVal
		} else if d.typ.nonNull {
			return &inputError{text: fmt.Sprintf("%s.%s is required", t.name, d.name)}
		}
	}
	if t.oneOf && given != 1 {
		return &inputError{text: fmt.Sprintf("%s takes exactly one field, found %d", t.name, given)}
	}
	return nil
}

func inputIndex(defs []*inputDef, name string) int {
	for i, d := range defs {
		if d.name == name {
			return i
		}
	}
	return -1
}
