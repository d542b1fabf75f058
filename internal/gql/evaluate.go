package gql

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/graphql-go/graphql/language/ast"
)

// scope is the variables of one request.
type scope struct {
	plan *plan
	vals []any
}

// value returns a variable; ok is false when it was not given and has no
// default.
func (s *scope) value(name string) (any, bool) {
	v := s.vals[s.plan.byVar[name]]
	if _, gone := v.(absentValue); gone {
		return nil, false
	}
	return v, true
}

// coerceVariables reads the variables of a request. Unknown ones are ignored,
// as the specification has it.
func coerceVariables(p *plan, given map[string]any, most int) ([]any, []*Error) {
	vals := make([]any, len(p.vars))
	var errs []*Error
	for i, v := range p.vars {
		vals[i] = absentValue{}
		raw, ok := given[v.name]
		switch {
		case !ok && v.hasDefault:
			vals[i] = v.defaultVal
		case !ok && v.typ.nonNull:
			errs = append(errs, variableError(v, "is required and was not given"))
		case ok:
			value, err := coerceJSON(v.typ, raw)
			if err != nil {
				errs = append(errs, variableError(v, err.Error()))
			}
			vals[i] = value
		}
		if len(errs) == most {
			break
		}
	}
	return vals, errs
}

func variableError(v varPlan, text string) *Error {
	return &Error{
		Code: BadUserInput, Message: shortenError(fmt.Sprintf("variable $%s of type %s: %s", v.name, v.typ, text)),
		Locations: []Location{v.at},
	}
}

// evaluateArgs makes the arguments of a field; in may be nil when no argument
// has a variable.
func evaluateArgs(defs []*inputDef, nodes []*ast.Argument, in *scope) (Args, error) {
	args := newArgs(defs)
	for _, node := range nodes {
		i := inputIndex(defs, node.Name.Value)
		value, err := evaluate(defs[i].typ, defs[i].hasDefault, node.Value, in)
		if err != nil {
			return Args{}, Errorf(BadUserInput, "argument %q: %v", defs[i].name, err)
		}
		args.vals[i] = value
	}
	for i, d := range defs {
		if _, gone := args.vals[i].(absentValue); !gone {
			continue
		}
		if d.hasDefault {
			args.vals[i] = d.defaultVal
		} else if d.typ.nonNull {
			return Args{}, Errorf(BadUserInput, "argument %q of type %s is required", d.name, d.typ)
		}
	}
	return Args{args}, nil
}

// evaluate reads a literal that may mention variables; a variable that was not
// given leaves the place absent.
func evaluate(t *typeRef, hasDefault bool, node ast.Value, in *scope) (any, error) {
	if v, ok := node.(*ast.Variable); ok {
		value, given := in.value(v.Name.Value)
		switch {
		case !given && t.nonNull && !hasDefault:
			return nil, fmt.Errorf("$%s was not given, %s is required", v.Name.Value, t)
		case !given:
			return absentValue{}, nil
		case value == nil && t.nonNull:
			return nil, fmt.Errorf("$%s is null, %s is required", v.Name.Value, t)
		}
		return value, nil
	}
	if in == nil || !hasVariables(node) {
		value, err := coerceLiteral(t, node)
		if err != nil {
			return nil, err
		}
		return value, nil
	}
	switch node := node.(type) {
	case *ast.ListValue:
		if t.list != nil {
			return evaluateList(t.list, node, in)
		}
	case *ast.ObjectValue:
		if t.list != nil {
			item, err := evaluate(t.list, false, node, in)
			return []any{item}, err
		}
		if t.named.kind == kindInput {
			return evaluateObject(t.named, node, in)
		}
	}
	return nil, errors.New("unusable value")
}

func evaluateList(t *typeRef, node *ast.ListValue, in *scope) (any, error) {
	items := make([]any, len(node.Values))
	for i, item := range node.Values {
		value, err := evaluate(t, false, item, in)
		if err != nil {
			return nil, fmt.Errorf("at [%s]: %w", strconv.Itoa(i), err)
		}
		if _, gone := value.(absentValue); gone {
			value = nil
		}
		items[i] = value
	}
	return items, nil
}

func evaluateObject(t *typeDef, node *ast.ObjectValue, in *scope) (any, error) {
	args := newArgs(t.inputs)
	for _, f := range node.Fields {
		i := inputIndex(t.inputs, f.Name.Value)
		if i < 0 {
			return nil, errors.New("unusable value")
		}
		value, err := evaluate(t.inputs[i].typ, t.inputs[i].hasDefault, f.Value, in)
		if err != nil {
			return nil, fmt.Errorf("at .%s: %w", t.inputs[i].name, err)
		}
		args.vals[i] = value
	}
	if err := finishInput(t, args); err != nil {
		return nil, err
	}
	return Args{args}, nil
}
