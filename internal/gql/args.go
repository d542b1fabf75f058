package gql

// Args are coerced arguments, or the coerced fields of an input object. An
// argument with a default is present even when the client left it out.
type Args struct{ set *argSet }

type argSet struct {
	defs []*inputDef
	vals []any
	few  [3]any // the memory of vals when they are few
}

func newArgs(defs []*inputDef) *argSet {
	set := &argSet{defs: defs}
	if len(defs) <= len(set.few) {
		set.vals = set.few[:len(defs)]
	} else {
		set.vals = make([]any, len(defs))
	}
	for i := range set.vals {
		set.vals[i] = absentValue{}
	}
	return set
}

// absent marks an argument that was neither given nor has a default.
type absentValue struct{}

// Has reports whether the argument is present, null included.
func (a Args) Has(name string) bool {
	_, ok := a.lookup(name)
	return ok
}

// IsNull reports whether the argument is present and null.
func (a Args) IsNull(name string) bool {
	v, ok := a.lookup(name)
	return ok && v == nil
}

// Value returns the argument as coercion left it: string for String, ID and
// enums; int for Int, float64 for Float, bool; what Scalar.Parse returned; Args
// for an input object; []any for a list; nil when null or absent.
func (a Args) Value(name string) any {
	if v, ok := a.lookup(name); ok {
		return v
	}
	return nil
}

// String returns a String, ID or enum argument, "" when null or absent.
func (a Args) String(name string) string { return valueOr[string](a, name) }

// Enum returns an enum argument, "" when null or absent.
func (a Args) Enum(name string) string { return valueOr[string](a, name) }

// Int returns an Int argument, 0 when null or absent.
func (a Args) Int(name string) int { return valueOr[int](a, name) }

// Float returns a Float argument, 0 when null or absent.
func (a Args) Float(name string) float64 { return valueOr[float64](a, name) }

// Bool returns a Boolean argument, false when null or absent.
func (a Args) Bool(name string) bool { return valueOr[bool](a, name) }

// Input returns an input object argument, empty when null or absent.
func (a Args) Input(name string) Args { return valueOr[Args](a, name) }

// List returns a list argument, nil when null or absent; its items are as
// Value describes them.
func (a Args) List(name string) []any { return valueOr[[]any](a, name) }

// Strings returns a list of String, ID or enum values; null items are "".
func (a Args) Strings(name string) []string { return itemsOf[string](a, name) }

// Inputs returns a list of input objects; null items are empty.
func (a Args) Inputs(name string) []Args { return itemsOf[Args](a, name) }

// Names returns the names of the arguments that are present, in SDL order.
func (a Args) Names() []string {
	if a.set == nil {
		return nil
	}
	names := make([]string, 0, len(a.set.defs))
	for i, d := range a.set.defs {
		if _, gone := a.set.vals[i].(absentValue); !gone {
			names = append(names, d.name)
		}
	}
	return names
}

// ArgOf returns the argument as the type that Scalar.Parse made of it; ok is
// false when it is null, absent or of another type.
func ArgOf[T any](a Args, name string) (value T, ok bool) {
	value, ok = a.Value(name).(T)
	return value, ok
}

// ArgList returns a list argument of one type, as Scalar.Parse made them; items
// of another type, and nulls, are zero.
func ArgList[T any](a Args, name string) []T { return itemsOf[T](a, name) }

func (a Args) lookup(name string) (any, bool) {
	if a.set == nil {
		return nil, false
	}
	for i, d := range a.set.defs {
		if d.name == name {
			_, gone := a.set.vals[i].(absentValue)
			return a.set.vals[i], !gone
		}
	}
	return nil, false
}

func valueOr[T any](a Args, name string) T {
	v, _ := a.Value(name).(T)
	return v
}

func itemsOf[T any](a Args, name string) []T {
	items := a.List(name)
	if items == nil {
		return nil
	}
	out := make([]T, len(items))
	for i, item := range items {
		out[i], _ = item.(T)
	}
	return out
}
