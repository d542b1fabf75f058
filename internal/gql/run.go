package gql

import (
	"context"
	"fmt"
	"reflect"
	"sync"
)

// run is one execution of a plan: it writes the response into buf while it
// resolves, and cuts buf back where null propagates.
type run struct {
	schema *Schema
	plan   *plan
	ctx    context.Context
	vars   []any
	id     string

	buf     []byte
	path    []step
	errs    []*Error
	more    int // errors beyond maxErrors
	conds   []bool
	slots   []slot
	params  Params
	text    string // the value of a resolver that returned inText
	integer int64  // and of one that returned inInteger
	ticks   uint
	stop    *Error // ends the run: data is null
}

// inText and inInteger are returned by resolvers that left their value in the
// run instead of boxing it.
type (
	inText    struct{}
	inInteger struct{}
)

// step is a response key, or a list index when key is "".
type step struct {
	key   string
	index int
}

// slot is what a run finds out once about a field: whether it may be resolved,
// and its arguments.
type slot struct {
	known bool
	args  Args
	err   error
}

const (
	maxErrors   = 100     // of one execution
	keepBuffer  = 1 << 20 // larger buffers are not pooled
	tickMask    = 63      // objects and items between looks at the context
	typicalPath = 32
)

var runs = sync.Pool{New: func() any { return &run{path: make([]step, 0, typicalPath)} }}

func newRun(s *Schema, p *plan, ctx context.Context, vars []any, id string) *run {
	r := runs.Get().(*run)
	r.schema, r.plan, r.ctx, r.vars, r.id = s, p, ctx, vars, id
	r.buf, r.path, r.errs, r.more, r.ticks, r.stop = r.buf[:0], r.path[:0], nil, 0, 0, nil
	r.params.run = r
	r.slots = resized(r.slots, p.slots)
	r.conds = resized(r.conds, len(p.conds))
	for i, terms := range p.conds {
		r.conds[i] = r.holds(terms)
	}
	return r
}

func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// release returns the run to the pool; its buffer must no longer be used.
func (r *run) release() {
	clear(r.slots)
	r.schema, r.plan, r.ctx, r.vars, r.errs, r.params = nil, nil, nil, nil, nil, Params{}
	if cap(r.buf) > keepBuffer {
		r.buf = nil
	}
	runs.Put(r)
}

// holds evaluates a conjunction; a variable that is null or missing, which only
// a nullable variable with a default can be, stops the run.
func (r *run) holds(terms []term) bool {
	for _, t := range terms {
		value, ok := r.vars[t.variable].(bool)
		if !ok {
			r.stop = Errorf(BadUserInput, "variable $%s of a directive is null", r.plan.vars[t.variable].name)
			return false
		}
		if value != t.want {
			return false
		}
	}
	return true
}

func (r *run) included(f *planField) bool {
	if f.when == always {
		return true
	}
	if !r.conds[f.when] {
		return false
	}
	for _, earlier := range f.unless {
		if r.conds[earlier] {
			return false
		}
	}
	return true
}

// tick looks now and then whether the run should go on.
func (r *run) tick() bool {
	if r.ticks++; r.ticks&tickMask == 0 && r.stop == nil {
		if err := r.ctx.Err(); err != nil {
			r.stop, _ = clientError(err, nil, r.id)
		} else if len(r.buf) > r.schema.limits.Response {
			r.stop = Errorf(CostLimit, "the response exceeds %d bytes; ask for less at once", r.schema.limits.Response)
		}
	}
	return r.stop == nil
}

// object writes the fields of an object; false means that the object is null.
func (r *run) object(sel *selection, source any, rows *batch, row int) bool {
	if !r.tick() {
		return false
	}
	start := len(r.buf)
	r.buf = append(r.buf, '{')
	r.params.Source = source
	for _, f := range sel.fields {
		if f.when != always && !r.included(f) {
			continue
		}
		if len(r.buf) == start+1 {
			r.buf = append(r.buf, f.key[1:]...)
		} else {
			r.buf = append(r.buf, f.key...)
		}
		if f.typename != nil {
			r.buf = append(r.buf, f.typename...)
			continue
		}
		r.path = append(r.path, step{key: f.name})
		ok := r.field(f, rows, row)
		r.path = r.path[:len(r.path)-1]
		if f.sub != nil {
			r.params.Source = source // objects below have set their own
		}
		if !ok || r.stop != nil {
			r.buf = r.buf[:start]
			return false
		}
	}
	r.buf = append(r.buf, '}')
	return true
}

func (r *run) field(f *planField, rows *batch, row int) bool {
	value, err := r.resolve(f, rows, row)
	if err != nil {
		r.fail(f, err)
		return r.null(f.def.typ)
	}
	return r.complete(f.def.typ, f, value)
}

func (r *run) resolve(f *planField, rows *batch, row int) (any, error) {
	if rows != nil && f.def.batch != nil {
		return rows.result(f.batch, row)
	}
	args := f.args
	if !f.static {
		s := r.slot(f)
		if s.err != nil {
			return nil, s.err
		}
		args = s.args
	}
	return r.call(f, args)
}

// slot runs the check of a field and makes its arguments, once a run.
func (r *run) slot(f *planField) *slot {
	s := &r.slots[f.slot]
	if s.known {
		return s
	}
	s.known, s.args = true, f.args
	if f.def.check != nil {
		s.err = r.check(f)
	}
	if s.err == nil && f.dynamic != nil {
		s.args, s.err = evaluateArgs(f.def.args, f.dynamic, &scope{r.plan, r.vars})
	}
	return s
}

func (r *run) check(f *planField) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("check %s.%s: panic: %v", f.def.public.Type, f.def.name, p)
		}
	}()
	return f.def.check(r.ctx)
}

func (r *run) call(f *planField, args Args) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			value, err = nil, fmt.Errorf("resolve %s.%s: panic: %v", f.def.public.Type, f.def.name, p)
		}
	}()
	// Params belongs to the run, so that it costs no allocation; object keeps
	// its Source, and what is set already is not written again.
	r.params.plan = f
	if r.params.Args != args {
		r.params.Args = args
	}
	return f.def.resolve(r.ctx, &r.params)
}

// null writes a null where the type allows one.
func (r *run) null(t *typeRef) bool {
	if t.nonNull {
		return false
	}
	r.buf = append(r.buf, "null"...)
	return true
}

// complete writes a value as its type demands; false means that the place is
// null although it may not be, and that the reason is among the errors.
func (r *run) complete(t *typeRef, f *planField, v any) bool {
	switch v.(type) {
	case inText:
		return r.unboxedText(t, f)
	case inInteger:
		return r.unboxedInteger(t, f)
	}
	if isNilValue(v) && (t.list == nil || v == nil) {
		if t.nonNull {
			r.fail(f, fmt.Errorf("null for non-null %s.%s", f.def.public.Type, f.def.name))
		}
		return r.null(t)
	}
	if t.list != nil {
		return r.list(t, f, v)
	}
	if f.sub == nil {
		return r.leaf(t, f, v)
	}
	sel := f.sub
	if sel.byType != nil {
		if sel = r.concrete(t, f, v); sel == nil {
			return r.null(t)
		}
	}
	var rows *batch
	if sel.batched {
		rows = r.prefetch(sel, []any{v})
	}
	return r.object(sel, v, rows, 0) || r.stop == nil && r.null(t)
}

// written finishes a leaf whose bytes begin at mark, or takes them back.
func (r *run) written(t *typeRef, f *planField, mark int, err error) bool {
	if err == nil {
		return true
	}
	r.buf = r.buf[:mark]
	r.fail(f, fmt.Errorf("serialize %s.%s: %w", f.def.public.Type, f.def.name, err))
	return r.null(t)
}

func (r *run) leaf(t *typeRef, f *planField, v any) bool {
	mark := len(r.buf)
	var err error
	if r.buf, err = f.leaf.write(r.buf, v); err != nil {
		if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer {
			r.buf = r.buf[:mark]
			return r.leaf(t, f, rv.Elem().Interface())
		}
	}
	return r.written(t, f, mark, err)
}

// unboxedText writes the text that a resolver left in the run; it is boxed only
// for a writer that wants any value.
func (r *run) unboxedText(t *typeRef, f *planField) bool {
	if f.leaf.text == nil || t.list != nil {
		return r.complete(t, f, r.text)
	}
	mark := len(r.buf)
	var err error
	r.buf, err = f.leaf.text(r.buf, r.text)
	return r.written(t, f, mark, err)
}

func (r *run) unboxedInteger(t *typeRef, f *planField) bool {
	if f.leaf.integer == nil || t.list != nil {
		return r.complete(t, f, r.integer)
	}
	mark := len(r.buf)
	var err error
	r.buf, err = f.leaf.integer(r.buf, r.integer)
	return r.written(t, f, mark, err)
}

// concrete finds the selection for the object type of an abstract value.
func (r *run) concrete(t *typeRef, f *planField, v any) *selection {
	name := r.typeOf(v)
	if sel := f.sub.byType[r.schema.byName[name]]; sel != nil {
		return sel
	}
	r.fail(f, fmt.Errorf("resolve %s.%s: TypeOf(%T) is %q, which is no %s", f.def.public.Type, f.def.name, v, name, t.named.name))
	return nil
}

func (r *run) typeOf(v any) (name string) {
	defer func() {
		if recover() != nil {
			name = ""
		}
	}()
	return r.schema.binding.TypeOf(v)
}

func isNilValue(v any) bool {
	switch v.(type) {
	case nil:
		return true
	case string, bool, int, int64, float64, []any:
		return false
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Interface, reflect.Chan:
		return rv.IsNil()
	}
	return false
}
