package gql

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/graphql-go/graphql/language/ast"
	lru "github.com/hashicorp/golang-lru/v2"
)

// planCache keeps compiled operations by document and operation name. Its keys
// are the texts themselves: a map hashes them faster than a digest is made, and
// a plan holds on to its document anyway.
type planCache struct {
	plans *lru.Cache[planKey, *plan]
	held  atomic.Int64 // fields of the plans kept
	most  int64
}

type planKey struct{ query, operation string }

// fieldsKept bounds the fields of all plans kept, at about 300 bytes each.
const fieldsKept = 200_000

func (c *planCache) open(size int) (err error) {
	c.most = fieldsKept
	c.plans, err = lru.NewWithEvict(size, func(_ planKey, p *plan) { c.held.Add(-int64(p.weight)) })
	return err
}

func (c *planCache) add(key planKey, p *plan) {
	if known, _ := c.plans.ContainsOrAdd(key, p); known {
		return
	}
	c.held.Add(int64(p.weight))
	for c.held.Load() > c.most && c.plans.Len() > 1 {
		c.plans.RemoveOldest()
	}
}

// planFor returns the plan of a request, compiled now or earlier.
func (s *Schema) planFor(key planKey) (*plan, []*Error) {
	if p, ok := s.plans.plans.Get(key); ok {
		return p, nil
	}
	p, errs := s.newPlan(key.query, key.operation)
	if len(errs) == 0 {
		s.plans.add(key, p)
	}
	return p, errs
}

// newPlan guards, parses, validates and compiles. Whatever goes wrong inside is
// the document's fault as far as the client is concerned.
func (s *Schema) newPlan(query, operation string) (p *plan, errs []*Error) {
	defer func() {
		if recover() != nil {
			p, errs = nil, []*Error{Errorf(BadUserInput, "the document cannot be processed")}
		}
	}()
	doc, err := parseDocument(query, s.limits)
	if err == nil {
		err = checkDocument(doc, s.limits)
	}
	if err != nil {
		return nil, []*Error{err}
	}
	op, err := chooseOperation(doc, operation)
	if err != nil {
		return nil, []*Error{err}
	}
	if errs := s.validate(doc); len(errs) > 0 {
		return nil, errs
	}
	if p, err = s.compile(doc, op); err != nil {
		return nil, []*Error{err}
	}
	return p, nil
}

func chooseOperation(doc *document, name string) (*ast.OperationDefinition, *Error) {
	if len(doc.operations) == 0 {
		return nil, Errorf(BadUserInput, "document has no operation")
	}
	if name == "" {
		if len(doc.operations) > 1 {
			return nil, Errorf(BadUserInput, "document has %d operations; name one as operationName", len(doc.operations))
		}
		return doc.operations[0], nil
	}
	for _, op := range doc.operations {
		if op.Name != nil && op.Name.Value == name {
			return op, nil
		}
	}
	return nil, Errorf(BadUserInput, "document has no operation %q", shorten(name))
}

// prepared is a request that may be executed: planned, its variables read, and
// priced.
type prepared struct {
	plan *plan
	vars []any
	cost int
	root any
	id   string
}

// prepare does everything with a request that needs no resolver.
func (s *Schema) prepare(ctx context.Context, req Request) (prepared, *Response) {
	p, errs := s.planFor(planKey{req.Query, req.OperationName})
	if len(errs) > 0 {
		if req.NoIntrospection {
			errs = withoutSuggestions(errs)
		}
		return prepared{}, s.refuse(ctx, errs...)
	}
	if req.NoIntrospection && p.introspects {
		return prepared{}, s.refuse(ctx, Errorf(Forbidden, "introspection is not open to this caller"))
	}
	var vars []any
	if len(p.vars) > 0 {
		if vars, errs = coerceVariables(p, req.Variables, s.limits.Errors); len(errs) > 0 {
			return prepared{}, s.refuse(ctx, errs...)
		}
	}
	cost := s.cost(p, vars)
	if req.MaxCost > 0 && cost > req.MaxCost {
		return prepared{}, s.refuse(ctx, Errorf(CostLimit, "the operation costs %d, at most %d is accepted; ask for less at once", cost, req.MaxCost))
	}
	return prepared{p, vars, cost, req.Root, req.ID}, nil
}

// withoutSuggestions drops "Did you mean ...?", which names what the caller may
// not list.
func withoutSuggestions(errs []*Error) []*Error {
	out := make([]*Error, len(errs))
	for i, e := range errs {
		plain := *e
		plain.Message, _, _ = strings.Cut(e.Message, " Did you mean")
		out[i] = &plain
	}
	return out
}

// Execute runs a query or mutation. It always returns a response; what went
// wrong is in it. Fields that take longer than ctx allows end it with TIMEOUT.
func (s *Schema) Execute(ctx context.Context, req Request) *Response {
	p, refusal := s.prepare(ctx, req)
	if refusal != nil {
		return refusal
	}
	return s.execute(ctx, p)
}

func (s *Schema) execute(ctx context.Context, p prepared) *Response {
	if p.plan.operation == "subscription" {
		return s.refuse(ctx, Errorf(BadUserInput, "a subscription is served as an event stream; accept text/event-stream"))
	}
	return s.runRoot(ctx, p, p.root)
}

// runRoot runs a plan over a root value.
func (s *Schema) runRoot(ctx context.Context, p prepared, root any) *Response {
	if s.binding.Begin != nil {
		ctx = s.binding.Begin(ctx)
	}
	r := newRun(s, p.plan, ctx, p.vars, p.id)
	r.buf = append(r.buf, `{"data":`...)
	var rows *batch
	if p.plan.root.batched && r.stop == nil {
		rows = r.prefetch(p.plan.root, []any{root})
	}
	if !r.object(p.plan.root, root, rows, 0) {
		r.buf = append(r.buf, "null"...)
	}
	return r.finish(p.cost)
}
