package gql

import (
	"slices"
	"strconv"

	"github.com/graphql-go/graphql/language/ast"
)

// plan is one operation of a document, compiled once and run many times. It is
// immutable.
type plan struct {
	operation   string
	root        *selection
	vars        []varPlan
	byVar       map[string]int
	conds       [][]term // conjunctions of @skip and @include on variables
	slots       int      // distinct fields, for what a run remembers of each
	weight      int      // fields compiled, for what the cache remembers
	introspects bool
	price       price
}

type varPlan struct {
	name       string
	typ        *typeRef
	hasDefault bool
	defaultVal any
	at         Location
}

// term is the condition that a Boolean variable has a value.
type term struct {
	variable int
	want     bool
}

const always = -1

// selection is what is selected on a type: fields of an object, or one
// selection for every object type a value may have.
type selection struct {
	fields  []*planField
	byType  map[*typeDef]*selection
	batches []*planField // fields of this object resolved for whole lists
	batched bool         // this selection or one of byType has batches
}

// planField is a field of one object type at one place of the response. Where
// its first mention is conditional it stands at every place where it may come
// first, and unless keeps it from coming twice.
type planField struct {
	name     string // response key
	key      []byte // `,"name":`
	def      *fieldDef
	args     Args            // when constant
	dynamic  []*ast.Argument // when some argument has a variable
	static   bool            // nothing to find out before it is resolved
	slot     int
	batch    int // index in selection.batches
	when     int // index in plan.conds, or always
	unless   []int
	sub      *selection
	leaf     leafWriter // when it has no selection
	typename []byte
	at       []Location
}

// compiler makes a plan of a valid document. Selections are compiled for every
// object type a place may have; equal ones are shared, and a budget bounds what
// types times nesting could otherwise amount to.
type compiler struct {
	schema *Schema
	doc    *document
	plan   *plan
	ids    map[*ast.SelectionSet]int
	memo   map[string]*selection
	byCond map[string]int
	places map[*ast.Field]Location
	left   int // fields that may still be compiled
}

// source is a selection set that counts under a condition.
type source struct {
	set  *ast.SelectionSet
	when int
}

// mention is a field where the document mentions it.
type mention struct {
	node  *ast.Field
	when  int
	group int
}

// budgetFactor times Limits.Fields bounds the fields compiled for one plan.
const budgetFactor = 20

func (s *Schema) compile(doc *document, op *ast.OperationDefinition) (*plan, *Error) {
	c := &compiler{
		schema: s, doc: doc, ids: map[*ast.SelectionSet]int{}, memo: map[string]*selection{},
		byCond: map[string]int{}, places: map[*ast.Field]Location{}, left: budgetFactor * s.limits.Fields,
		plan: &plan{operation: op.Operation, byVar: map[string]int{}},
	}
	c.variables(op)
	c.plan.root = c.selection(s.root(op.Operation), []source{{op.SelectionSet, always}})
	if c.left < 0 {
		return nil, Errorf(BadUserInput, "operation selects too many fields on too many types")
	}
	c.plan.weight = budgetFactor*s.limits.Fields - c.left
	c.plan.price = s.priceOf(c.plan)
	return c.plan, nil
}

func (c *compiler) variables(op *ast.OperationDefinition) {
	for i, def := range op.VariableDefinitions {
		v := varPlan{
			name: def.Variable.Name.Value, typ: c.schema.typeOf(def.Type),
			hasDefault: def.DefaultValue != nil, at: locate(c.doc.src, def.Loc.Start),
		}
		if v.hasDefault {
			v.defaultVal, _ = coerceLiteral(v.typ, def.DefaultValue)
		}
		c.plan.byVar[v.name] = i
		c.plan.vars = append(c.plan.vars, v)
	}
}

func (c *compiler) selection(t *typeDef, sources []source) *selection {
	key := c.memoKey(t, sources)
	if s := c.memo[key]; s != nil {
		return s
	}
	s := &selection{}
	c.memo[key] = s
	if t.kind == kindObject {
		c.object(t, sources, s)
		return s
	}
	s.byType = make(map[*typeDef]*selection, len(t.possible))
	for _, p := range t.possible {
		s.byType[p] = c.selection(p, sources)
		s.batched = s.batched || s.byType[p].batched
	}
	return s
}

func (c *compiler) memoKey(t *typeDef, sources []source) string {
	key := append([]byte(t.name), '/')
	for _, src := range sources {
		id, ok := c.ids[src.set]
		if !ok {
			id = len(c.ids)
			c.ids[src.set] = id
		}
		key = strconv.AppendInt(append(key, ' '), int64(id), 10)
		key = strconv.AppendInt(append(key, ':'), int64(src.when), 10)
	}
	return string(key)
}

func (c *compiler) object(t *typeDef, sources []source, s *selection) {
	g := &gatherer{c: c, t: t, groups: map[string]int{}, spread: map[string][]int{}}
	for _, src := range sources {
		g.set(src.set, src.when)
	}
	merged := make([][]mention, len(g.groups))
	for _, m := range g.mentions {
		merged[m.group] = append(merged[m.group], m)
	}
	if c.left -= len(g.mentions); c.left < 0 {
		return
	}
	built := make([]*planField, len(merged))
	seen := make([][]int, len(merged)) // conditions of earlier mentions
	for _, m := range g.mentions {
		earlier := seen[m.group]
		if slices.Contains(earlier, always) || slices.Contains(earlier, m.when) {
			continue
		}
		if built[m.group] == nil {
			built[m.group] = c.field(t, merged[m.group], s)
		}
		f := *built[m.group]
		f.when, f.unless = m.when, slices.Clone(earlier)
		seen[m.group] = append(earlier, m.when)
		s.fields = append(s.fields, &f)
	}
}

// field compiles the merged mentions of one field of object type t.
func (c *compiler) field(t *typeDef, mentions []mention, s *selection) *planField {
	node := mentions[0].node
	name := responseKey(node)
	f := &planField{
		name: name, key: append(appendString([]byte{','}, name), ':'),
		def: c.schema.field(t, node.Name.Value), slot: c.plan.slots, when: always,
	}
	c.plan.slots++
	c.plan.introspects = c.plan.introspects || introspects(node.Name.Value)
	for _, m := range mentions {
		f.at = append(f.at, c.place(m.node))
	}
	if node.Name.Value == "__typename" {
		f.typename = appendString(nil, t.name)
	}
	c.arguments(f, node)
	f.static = f.dynamic == nil && f.def.check == nil
	if f.def.batch != nil {
		f.batch = len(s.batches)
		s.batches = append(s.batches, f)
		s.batched = true
	}
	if !f.def.typ.named.composite() {
		f.leaf = f.def.typ.named.writer()
		return f
	}
	var sources []source
	for _, m := range mentions {
		if m.node.SelectionSet != nil {
			sources = append(sources, source{m.node.SelectionSet, m.when})
		}
	}
	if len(mentions) == 1 {
		sources[0].when = always // it is only looked at when the field is there
	}
	f.sub = c.selection(f.def.typ.named, sources)
	return f
}

func (c *compiler) place(node *ast.Field) Location {
	at, ok := c.places[node]
	if !ok {
		at = locate(c.doc.src, node.Loc.Start)
		c.places[node] = at
	}
	return at
}

func (c *compiler) arguments(f *planField, node *ast.Field) {
	for _, a := range node.Arguments {
		if hasVariables(a.Value) {
			f.dynamic = node.Arguments
			return
		}
	}
	if len(f.def.args) > 0 {
		f.args, _ = evaluateArgs(f.def.args, node.Arguments, nil)
	}
}

// condition adds the @skip and @include of a node to a condition; never is true
// when a literal decides against the node.
func (c *compiler) condition(base int, dirs []*ast.Directive) (index int, never bool) {
	var terms []term
	if base != always {
		terms = c.plan.conds[base]
	}
	changed := false
	for _, d := range dirs {
		name := d.Name.Value
		if name != "skip" && name != "include" {
			continue
		}
		for _, a := range d.Arguments {
			switch v := a.Value.(type) {
			case *ast.BooleanValue:
				if v.Value != (name == "include") {
					return base, true
				}
			case *ast.Variable:
				t := term{c.plan.byVar[v.Name.Value], name == "include"}
				if !slices.Contains(terms, t) {
					terms, changed = append(slices.Clone(terms), t), true
				}
			}
		}
	}
	if !changed {
		return base, false
	}
	return c.intern(terms), false
}

func (c *compiler) intern(terms []term) int {
	slices.SortFunc(terms, func(a, b term) int { return a.variable*2 + toInt(a.want) - b.variable*2 - toInt(b.want) })
	var key []byte
	for _, t := range terms {
		key = strconv.AppendBool(strconv.AppendInt(key, int64(t.variable), 10), t.want)
	}
	index, ok := c.byCond[string(key)]
	if !ok {
		index = len(c.plan.conds)
		c.byCond[string(key)] = index
		c.plan.conds = append(c.plan.conds, terms)
	}
	return index
}

// gatherer lists the fields selected on an object type, in order.
type gatherer struct {
	c        *compiler
	t        *typeDef
	groups   map[string]int   // by response key
	spread   map[string][]int // conditions under which a fragment is in already
	mentions []mention
}

func (g *gatherer) set(set *ast.SelectionSet, when int) {
	for _, selection := range set.Selections {
		switch node := selection.(type) {
		case *ast.Field:
			if when, never := g.c.condition(when, node.Directives); !never {
				g.mention(node, when)
			}
		case *ast.InlineFragment:
			when, never := g.c.condition(when, node.Directives)
			if !never && (node.TypeCondition == nil || g.applies(node.TypeCondition)) {
				g.set(node.SelectionSet, when)
			}
		case *ast.FragmentSpread:
			g.fragment(node, when)
		}
	}
}

func (g *gatherer) fragment(node *ast.FragmentSpread, when int) {
	name := node.Name.Value
	when, never := g.c.condition(when, node.Directives)
	in := g.spread[name]
	if never || slices.Contains(in, always) || slices.Contains(in, when) {
		return
	}
	g.spread[name] = append(in, when)
	if f := g.c.doc.fragments[name]; g.applies(f.TypeCondition) {
		g.set(f.SelectionSet, when)
	}
}

func (g *gatherer) applies(condition *ast.Named) bool {
	return g.c.schema.byName[condition.Name.Value].includes(g.t)
}

func (g *gatherer) mention(node *ast.Field, when int) {
	key := responseKey(node)
	group, ok := g.groups[key]
	if !ok {
		group = len(g.groups)
		g.groups[key] = group
	}
	g.mentions = append(g.mentions, mention{node, when, group})
}
