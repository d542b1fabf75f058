package gql

import (
	"fmt"
	"reflect"
)

// list writes the items of any slice.
func (r *run) list(t *typeRef, f *planField, v any) bool {
	switch items := v.(type) {
	case []any:
		return r.items(t, f, len(items), func(i int) any { return items[i] })
	case []string:
		return r.items(t, f, len(items), func(i int) any { return items[i] })
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		r.fail(f, fmt.Errorf("resolve %s.%s: %T is no list", f.def.public.Type, f.def.name, v))
		return r.null(t)
	}
	return r.items(t, f, rv.Len(), func(i int) any { return rv.Index(i).Interface() })
}

func (r *run) items(t *typeRef, f *planField, n int, at func(int) any) bool {
	start := len(r.buf)
	r.buf = append(r.buf, '[')
	var rows *rowBatches
	if f.sub != nil && f.sub.batched && t.list.list == nil {
		rows = r.prefetchRows(f, n, at)
	}
	r.path = append(r.path, step{})
	ok := true
	for i := 0; i < n && ok; i++ {
		if i > 0 {
			r.buf = append(r.buf, ',')
		}
		r.path[len(r.path)-1].index = i
		ok = r.tick() && r.item(t.list, f, at(i), rows, i)
	}
	r.path = r.path[:len(r.path)-1]
	if !ok {
		r.buf = r.buf[:start]
		return r.stop == nil && r.null(t)
	}
	r.buf = append(r.buf, ']')
	return true
}

func (r *run) item(t *typeRef, f *planField, v any, rows *rowBatches, i int) bool {
	if rows == nil || rows.of[i] == nil {
		return r.complete(t, f, v)
	}
	b := rows.of[i]
	return r.object(b.sel, v, b, rows.row[i]) || r.stop == nil && r.null(t)
}

// batch is the fields of a selection that were resolved for a list of objects
// of one type in one call each.
type batch struct {
	sel     *selection
	sources []any
	results [][]Result // by planField.batch; nil when the field is not included
	errs    []error    // that failed a whole field
}

func (b *batch) result(field, row int) (any, error) {
	if b.errs[field] != nil {
		return nil, b.errs[field]
	}
	return b.results[field][row].Value, b.results[field][row].Err
}

// rowBatches says for every item of a list which batch has it, and where.
type rowBatches struct {
	of  []*batch
	row []int
}

// prefetchRows groups the items of a list by their object type and resolves
// the batch fields of each group.
func (r *run) prefetchRows(f *planField, n int, at func(int) any) *rowBatches {
	rows := &rowBatches{of: make([]*batch, n), row: make([]int, n)}
	var batches []*batch
	bySel := map[*selection]*batch{}
	for i := range n {
		v := at(i)
		if isNilValue(v) {
			continue
		}
		sel := f.sub
		if sel.byType != nil {
			sel = sel.byType[r.schema.byName[r.typeOf(v)]]
		}
		if sel == nil || !sel.batched {
			continue
		}
		b := bySel[sel]
		if b == nil {
			b = &batch{sel: sel}
			bySel[sel] = b
			batches = append(batches, b)
		}
		rows.of[i], rows.row[i] = b, len(b.sources)
		b.sources = append(b.sources, v)
	}
	for _, b := range batches {
		r.fill(b)
	}
	return rows
}

func (r *run) prefetch(sel *selection, sources []any) *batch {
	b := &batch{sel: sel, sources: sources}
	r.fill(b)
	return b
}

func (r *run) fill(b *batch) {
	b.results, b.errs = make([][]Result, len(b.sel.batches)), make([]error, len(b.sel.batches))
	wanted := make([]bool, len(b.sel.batches))
	for _, f := range b.sel.fields {
		if f.def.batch != nil && r.included(f) {
			wanted[f.batch] = true
		}
	}
	for i, f := range b.sel.batches {
		if !wanted[i] {
			continue
		}
		s := r.slot(f)
		if s.err != nil {
			b.errs[i] = s.err
			continue
		}
		b.results[i], b.errs[i] = r.callBatch(f, b.sources, s.args)
	}
}

func (r *run) callBatch(f *planField, sources []any, args Args) (results []Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			results, err = nil, fmt.Errorf("resolve %s.%s: panic: %v", f.def.public.Type, f.def.name, p)
		}
	}()
	results, err = f.def.batch(r.ctx, &BatchParams{Sources: sources, Args: args, Field: &f.def.public})
	if err == nil && len(results) != len(sources) {
		err = fmt.Errorf("resolve %s.%s: %d results for %d sources", f.def.public.Type, f.def.name, len(results), len(sources))
	}
	return results, err
}

// selects reports whether a selection, as this run includes it, has a field.
func (r *run) selects(sel *selection, field string) bool {
	if sel == nil {
		return false
	}
	for _, sub := range sel.byType {
		if r.selects(sub, field) {
			return true
		}
	}
	for _, f := range sel.fields {
		if f.def.name == field && r.included(f) {
			return true
		}
	}
	return false
}
