package gql

// price is what an operation costs before it is run: one unit for every object
// it may produce, what @cost says for the fields that have it. A list counts
// `first` times, or Binding.ListSize times where there is no such argument.
type price struct {
	fixed  int
	varies bool // depends on variables, so it is reckoned for every request
}

// dearest stops the reckoning from overflowing.
const dearest = 1 << 40

// introspectionPrice is that of one __schema or __type, whatever is under it:
// the fields below them answer from memory and their nesting is bounded.
const introspectionPrice = 50

func (s *Schema) priceOf(p *plan) price {
	w := pricer{schema: s, plan: p}
	total := w.selection(p.root, 0)
	return price{fixed: total, varies: w.varies}
}

// cost is the price of a plan for the variables of one request.
func (s *Schema) cost(p *plan, vars []any) int {
	if !p.price.varies {
		return p.price.fixed
	}
	w := pricer{schema: s, plan: p, vars: vars}
	return w.selection(p.root, 0)
}

type pricer struct {
	schema *Schema
	plan   *plan
	vars   []any // nil while compiling
	varies bool
	known  map[pricedAs]int
}

// selection prices one object; page is the size that `first` on the field above
// gives to the lists of a connection, 0 for none.
func (w *pricer) selection(s *selection, page int) int {
	if s == nil {
		return 0
	}
	total := 0
	if s.byType != nil {
		return w.abstract(s, page)
	}
	for _, f := range s.fields {
		total = min(total+w.field(f, page), dearest)
	}
	return total
}

// abstract prices the dearest type. Selections under abstract types are shared,
// so each is reckoned once.
func (w *pricer) abstract(s *selection, page int) int {
	key := pricedAs{s, page}
	if total, ok := w.known[key]; ok {
		return total
	}
	total := 0
	for _, sub := range s.byType {
		total = max(total, w.selection(sub, page))
	}
	if w.known == nil {
		w.known = map[pricedAs]int{}
	}
	w.known[key] = total
	return total
}

type pricedAs struct {
	selection *selection
	page      int
}

func (w *pricer) field(f *planField, page int) int {
	if introspects(f.def.name) {
		return introspectionPrice
	}
	own := w.first(f)
	list := f.def.typ.list != nil
	switch {
	case f.sub == nil:
		return f.def.weight
	case !list:
		return min(f.def.weight+w.selection(f.sub, own), dearest)
	}
	n := w.schema.binding.ListSize
	if n == 0 {
		n = 10
	}
	if own > 0 {
		n = own
	} else if page > 0 {
		n = page
	}
	once := 0
	if f.def.weighted {
		once = f.def.weight
	}
	item := 1 + w.selection(f.sub, 0)
	if n > dearest/item {
		return dearest
	}
	return min(once+n*item, dearest)
}

// first is the value of the field's `first` argument, 0 when it has none.
func (w *pricer) first(f *planField) int {
	if f.def.arg("first") == nil {
		return 0
	}
	args := f.args
	if f.dynamic != nil {
		w.varies = true
		if w.vars == nil {
			return 0
		}
		var err error
		if args, err = evaluateArgs(f.def.args, f.dynamic, &scope{w.plan, w.vars}); err != nil {
			return 0
		}
	}
	return min(max(args.Int("first"), 0), dearest)
}
