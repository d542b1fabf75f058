package gql

import (
	"fmt"
	"math"
	"strconv"

	"github.com/graphql-go/graphql/language/ast"
)

// leafWriter writes the values of a scalar or enum as JSON. text and integer
// are for values that come unboxed; nil where such a value must be boxed.
type leafWriter struct {
	write   func(dst []byte, v any) ([]byte, error)
	text    func(dst []byte, s string) ([]byte, error)
	integer func(dst []byte, n int64) ([]byte, error)
}

// scalarCodec writes a scalar's values and reads its inputs. Inputs come as a
// string, bool, int64 or float64, whether they were literals or JSON.
type scalarCodec struct {
	leafWriter
	parse func(v any) (any, error)
}

// builtinScalar returns the codec of a scalar of the specification, else nil.
func builtinScalar(name string) *scalarCodec {
	switch name {
	case "Int":
		return &scalarCodec{leafWriter{write: writeInt, integer: appendInt32}, parseInt}
	case "Float":
		return &scalarCodec{leafWriter{write: writeFloat, integer: appendInt}, parseFloat}
	case "String":
		return &scalarCodec{leafWriter{write: writeString, text: appendText}, parseString}
	case "ID":
		return &scalarCodec{leafWriter{write: writeID, text: appendText}, parseID}
	case "Boolean":
		return &scalarCodec{leafWriter{write: writeBool}, parseBool}
	}
	return nil
}

func appendText(dst []byte, s string) ([]byte, error) { return appendString(dst, s), nil }

func appendInt(dst []byte, n int64) ([]byte, error) { return strconv.AppendInt(dst, n, 10), nil }

func appendInt32(dst []byte, n int64) ([]byte, error) {
	if n < math.MinInt32 || n > math.MaxInt32 {
		return dst, fmt.Errorf("Int cannot be written from %d", n)
	}
	return strconv.AppendInt(dst, n, 10), nil
}

// writer returns what writes the values of a scalar or enum.
func (t *typeDef) writer() leafWriter {
	if t.kind == kindScalar {
		return t.scalar.leafWriter
	}
	text := func(dst []byte, name string) ([]byte, error) {
		if e := t.byValue[name]; e != nil {
			return append(dst, e.quoted...), nil
		}
		return dst, fmt.Errorf("%s has no value %q", t.name, name)
	}
	return leafWriter{text: text, write: func(dst []byte, v any) ([]byte, error) {
		name, ok := leafText(v)
		if !ok {
			return dst, fmt.Errorf("%s cannot be written from %T", t.name, v)
		}
		return text(dst, name)
	}}
}

// customCodec adapts a bound Scalar; a panic of its functions is an error.
func customCodec(name string, s Scalar) *scalarCodec {
	codec := &scalarCodec{
		leafWriter: leafWriter{write: appendPlain, text: appendText, integer: appendInt},
		parse:      func(any) (any, error) { return nil, fmt.Errorf("%s is not an input", name) },
	}
	if s.Serialize != nil {
		codec.text, codec.integer = nil, nil
		codec.write = func(dst []byte, v any) ([]byte, error) {
			plain, err := guarded(s.Serialize, v)
			if err != nil {
				return dst, err
			}
			return appendPlain(dst, plain)
		}
	}
	if s.Parse != nil {
		codec.parse = func(v any) (any, error) { return guarded(s.Parse, v) }
	}
	return codec
}

func guarded(f func(any) (any, error), v any) (out any, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("unusable value %s", describe(v))
		}
	}()
	return f(v)
}

func writeInt(dst []byte, v any) ([]byte, error) {
	n, ok := leafInt(v)
	if !ok {
		return dst, fmt.Errorf("Int cannot be written from %T %v", v, v)
	}
	return appendInt32(dst, n)
}

func writeFloat(dst []byte, v any) ([]byte, error) {
	f, ok := leafFloat(v)
	if !ok {
		return dst, fmt.Errorf("Float cannot be written from %T %v", v, v)
	}
	return appendFloat(dst, f), nil
}

func writeString(dst []byte, v any) ([]byte, error) {
	text, ok := leafText(v)
	if !ok {
		return dst, fmt.Errorf("String cannot be written from %T", v)
	}
	return appendString(dst, text), nil
}

func writeID(dst []byte, v any) ([]byte, error) {
	if text, ok := leafText(v); ok {
		return appendString(dst, text), nil
	}
	n, ok := leafInt(v)
	if !ok {
		return dst, fmt.Errorf("ID cannot be written from %T", v)
	}
	return append(strconv.AppendInt(append(dst, '"'), n, 10), '"'), nil
}

func writeBool(dst []byte, v any) ([]byte, error) {
	b, ok := leafBool(v)
	if !ok {
		return dst, fmt.Errorf("Boolean cannot be written from %T", v)
	}
	return strconv.AppendBool(dst, b), nil
}

func parseInt(v any) (any, error) {
	n, ok := v.(int64)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return nil, fmt.Errorf("expected an integer of 32 bits, found %s", describe(v))
	}
	return int(n), nil
}

func parseFloat(v any) (any, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	}
	return nil, fmt.Errorf("expected a number, found %s", describe(v))
}

func parseString(v any) (any, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return nil, fmt.Errorf("expected a string, found %s", describe(v))
}

func parseID(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	}
	return nil, fmt.Errorf("expected a string or an integer, found %s", describe(v))
}

func parseBool(v any) (any, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return nil, fmt.Errorf("expected true or false, found %s", describe(v))
}

// literalScalar returns a literal as a scalar's parser wants it; ok is false
// for lists, objects, enum names and numbers out of range.
func literalScalar(v ast.Value) (plain any, ok bool) {
	switch v := v.(type) {
	case *ast.StringValue:
		return v.Value, true
	case *ast.BooleanValue:
		return v.Value, true
	case *ast.IntValue:
		if n, err := strconv.ParseInt(v.Value, 10, 64); err == nil {
			return n, true
		}
		f, err := strconv.ParseFloat(v.Value, 64)
		return f, err == nil
	case *ast.FloatValue:
		f, err := strconv.ParseFloat(v.Value, 64)
		return f, err == nil
	}
	return nil, false
}

// jsonScalar is the same for a decoded JSON value; 1.0 is the integer 1.
func jsonScalar(v any) (plain any, ok bool) {
	switch v := v.(type) {
	case string, bool:
		return v, true
	case interface {
		Int64() (int64, error)
		Float64() (float64, error)
	}:
		if n, err := v.Int64(); err == nil {
			return n, true
		}
		f, err := v.Float64()
		return wholeNumber(f), err == nil
	case float64:
		return wholeNumber(v), !math.IsNaN(v) && !math.IsInf(v, 0)
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	}
	return nil, false
}

func wholeNumber(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

// describe names a client's value in an error, shortened.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.QuoteToASCII(shorten(v))
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return shorten(fmt.Sprint(v))
}

func describeLiteral(v ast.Value) string {
	switch v := v.(type) {
	case *ast.ListValue:
		return "a list"
	case *ast.ObjectValue:
		return "an object"
	case *ast.EnumValue:
		return shorten(v.Value)
	case *ast.Variable:
		return "$" + shorten(v.Name.Value)
	case *ast.StringValue:
		return strconv.QuoteToASCII(shorten(v.Value))
	}
	return shorten(fmt.Sprint(v.GetValue()))
}
