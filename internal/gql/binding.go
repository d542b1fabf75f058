package gql

import "context"

// Binding ties Go code to an SDL document. Build checks that it covers the SDL
// exactly: nothing missing, nothing left over.
type Binding struct {
	// Resolvers holds one resolver a field: object type name, then field name.
	// Fields of interfaces are resolved by the object that implements them.
	Resolvers map[string]map[string]Resolver

	// Batches holds fields that are resolved for a whole list of objects in one
	// call. A field has a Resolver or a BatchResolver, never both.
	Batches map[string]map[string]BatchResolver

	// Subscriptions holds one source of events for every field of the
	// subscription root type; those fields have no Resolver.
	Subscriptions map[string]Subscriber

	// Scalars holds one Scalar for every `scalar` of the SDL.
	Scalars map[string]Scalar

	// TypeOf names the object type of a value of an interface or union field.
	// It is required when the SDL has one.
	TypeOf func(value any) string

	// Guard is asked once for every object field at Build and answers with the
	// check to run before the field is resolved, nil for none, or an error that
	// stops the build (a sensitive field without its directive, say). The check
	// runs at most once a field of the document, not once an object.
	Guard func(f FieldDef) (Check, error)

	// Begin, when set, derives the context of one execution (one operation, or
	// one event of a subscription); a snapshot that all of its resolvers share
	// is loaded here, once.
	Begin func(ctx context.Context) context.Context

	// Extensions, when set, returns what the response carries under
	// `extensions` beside `cost`; it is given the context made by Begin.
	Extensions func(ctx context.Context) map[string]any

	// MapError, when set, gives an error without a code its code: the table of
	// sentinels. Nil leaves the error to be masked as INTERNAL.
	MapError func(err error) *Error

	// Report, when set, is told of every error that was masked as INTERNAL,
	// with the text the client does not see.
	Report func(ctx context.Context, f FieldDef, err error)

	// Limits bounds documents; the zero value means DefaultLimits.
	Limits Limits

	// ListSize is the number of items assumed for a list field without a
	// `first` argument when a document is priced; 0 means 10.
	ListSize int
}

// Resolver answers one field of one object. What it returns follows the field's
// type: nil for null; for a built-in scalar or enum the Go value of that kind,
// named types and pointers included; for a list any slice, of which a nil one is
// empty; for an object the Source that its own fields' resolvers expect, a nil
// pointer being null. An error nulls the field: see Errorf.
type Resolver func(ctx context.Context, p *Params) (any, error)

// From makes a Resolver of a plain projection of the source. A source of
// another type is an INTERNAL error that names both types.
func From[S any](project func(source S) any) Resolver {
	return func(_ context.Context, p *Params) (any, error) {
		s, ok := p.Source.(S)
		if !ok {
			return nil, sourceError(p, s)
		}
		return project(s), nil
	}
}

// FromText is From for a String, ID or enum field; the text goes to the response
// without being boxed on the heap, which a long list notices.
func FromText[S any](project func(source S) string) Resolver {
	return func(_ context.Context, p *Params) (any, error) {
		s, ok := p.Source.(S)
		if !ok {
			return nil, sourceError(p, s)
		}
		if p.run == nil {
			return project(s), nil
		}
		p.run.text = project(s)
		return inText{}, nil
	}
}

// FromInt is From for an Int field, or a scalar written as an integer.
func FromInt[S any](project func(source S) int64) Resolver {
	return func(_ context.Context, p *Params) (any, error) {
		s, ok := p.Source.(S)
		if !ok {
			return nil, sourceError(p, s)
		}
		if p.run == nil {
			return project(s), nil
		}
		p.run.integer = project(s)
		return inInteger{}, nil
	}
}

// With makes a Resolver of a function that needs the typed source as well as
// the context and the arguments.
func With[S any](resolve func(ctx context.Context, source S, args Args) (any, error)) Resolver {
	return func(ctx context.Context, p *Params) (any, error) {
		s, ok := p.Source.(S)
		if !ok {
			return nil, sourceError(p, s)
		}
		return resolve(ctx, s, p.Args)
	}
}

// Params is what a Resolver is given. It is valid until the resolver returns. One
// made by hand, as a test does, has no field and selects nothing.
type Params struct {
	// Source is the value the parent's resolver returned; Request.Root at the
	// root of a query or mutation.
	Source any
	// Args are the field's coerced arguments.
	Args Args

	plan *planField
	run  *run
}

// Field is the field being resolved.
func (p *Params) Field() *FieldDef {
	if p.plan == nil {
		return &FieldDef{}
	}
	return &p.plan.def.public
}

// Selects reports whether the request asks for the named field of the object
// this field answers with (of any type, when the field is abstract). Fields
// under an alias count under their own name.
func (p *Params) Selects(field string) bool {
	return p.run != nil && p.run.selects(p.plan.sub, field)
}

// BatchResolver answers one field for a list of objects of one type at once. It
// returns one Result for every source, in order; an error fails them all.
type BatchResolver func(ctx context.Context, p *BatchParams) ([]Result, error)

// BatchParams is what a BatchResolver is given.
type BatchParams struct {
	// Sources are the objects, at least one.
	Sources []any
	// Args are the coerced arguments, the same for every source.
	Args Args
	// Field is the field being resolved.
	Field *FieldDef
}

// Result is the answer of a BatchResolver for one source.
type Result struct {
	Value any
	Err   error
}

// Subscriber starts a stream of events for a field of the subscription root.
// Every value received is the field's value for one execution; an error sent
// through the channel is an event that carries that error. The stream ends when
// the channel is closed. The subscriber stops sending when ctx is done, which
// happens when the client leaves, reads too slowly, or loses its permission. Its
// ctx is made by Binding.Begin once; every event is resolved in one of its own.
type Subscriber func(ctx context.Context, p *Params) (<-chan any, error)

// Scalar says how a custom scalar goes in and out. Neither function may panic;
// one that does anyway costs its own field, never the process.
type Scalar struct {
	// Serialize turns a resolver's value into a string, bool, integer or float.
	// Nil writes the value as it is: those kinds, encoding.TextMarshaler, and
	// fmt.Stringer.
	Serialize func(value any) (any, error)

	// Parse turns what a client sent into the value resolvers read with
	// Args.Value: it is given a string, a bool, an int64, or a float64 (also
	// for integers beyond 64 bits). Its error text is shown to the client. Nil
	// means that the scalar is no input.
	Parse func(value any) (any, error)
}

// Check is a permission check for one field; a nil error lets it be resolved.
type Check func(ctx context.Context) error

// FieldDef names an object field and the directives the SDL puts on it.
type FieldDef struct {
	// Type and Name are the object type and the field.
	Type, Name string
	// Directives are those of the field, TypeDirectives those of its type.
	Directives, TypeDirectives []Directive
}

// Directive is a directive as the SDL applies it, defaults filled in.
type Directive struct {
	Name string
	Args Args
}

// Directive returns the field's own directive of that name, else its type's.
func (f FieldDef) Directive(name string) (Directive, bool) {
	for _, list := range [][]Directive{f.Directives, f.TypeDirectives} {
		for _, d := range list {
			if d.Name == name {
				return d, true
			}
		}
	}
	return Directive{}, false
}

// Request is one operation to execute.
type Request struct {
	// Query is the document.
	Query string
	// OperationName chooses among several operations; it may be empty when the
	// document has one.
	OperationName string
	// Variables are JSON values as encoding/json decodes them, numbers as
	// json.Number, float64 or integers.
	Variables map[string]any
	// Root is the Source of the root fields.
	Root any
	// ID is the request id shown with masked errors; empty is allowed.
	ID string
	// NoIntrospection refuses __schema and __type, and drops the suggestions
	// of validation errors: what an anonymous caller should get.
	NoIntrospection bool
	// MaxCost refuses a dearer operation with COST_LIMIT; 0 is no limit.
	MaxCost int
}

// Limits bounds a document before it is validated. A zero field takes its value
// from DefaultLimits.
type Limits struct {
	Bytes      int // size of the document
	Tokens     int // lexical tokens
	Nesting    int // brackets of any kind inside one another
	Depth      int // fields inside one another, fragments expanded
	Aliases    int
	Directives int
	Roots      int // fields of the operation's root, fragments expanded
	Fields     int // fields of one operation, fragments expanded
	Errors     int // errors reported for one document
	Plans      int // compiled documents kept
	Response   int // bytes of one response
}

// DefaultLimits are the limits a zero Limits stands for.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 16 << 10, Tokens: 1500, Nesting: 40, Depth: 15, Aliases: 50,
		Directives: 50, Roots: 20, Fields: 500, Errors: 10, Plans: 1024,
		Response: 16 << 20,
	}
}
