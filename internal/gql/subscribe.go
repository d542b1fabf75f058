package gql

import (
	"context"
	"fmt"
)

// Stream is a running subscription.
type Stream struct {
	schema *Schema
	p      prepared
	events <-chan any
}

// Events delivers the events of the subscription; it is closed at their end.
func (s *Stream) Events() <-chan any { return s.events }

// Respond executes the subscription's selection for one event.
func (s *Stream) Respond(ctx context.Context, event any) *Response {
	return s.schema.runRoot(ctx, s.p, event)
}

// Subscribe starts a subscription. It returns a stream, or the response that
// says why there is none; a query or mutation is executed instead. The stream
// ends with ctx.
func (s *Schema) Subscribe(ctx context.Context, req Request) (*Stream, *Response) {
	p, refusal := s.prepare(ctx, req)
	if refusal != nil {
		return nil, refusal
	}
	return s.subscribe(ctx, p)
}

func (s *Schema) subscribe(ctx context.Context, p prepared) (*Stream, *Response) {
	if p.plan.operation != "subscription" {
		return nil, s.runRoot(ctx, p, p.root)
	}
	r := newRun(s, p.plan, ctx, p.vars, p.id)
	defer r.release()
	f := p.plan.root.fields[0]
	r.path = append(r.path, step{key: f.name})
	events, err := r.subscribe(f)
	if err != nil {
		r.fail(f, err)
		return nil, s.refuse(ctx, r.errs...)
	}
	return &Stream{s, p, events}, nil
}

func (r *run) subscribe(f *planField) (events <-chan any, err error) {
	defer func() {
		if p := recover(); p != nil {
			events, err = nil, fmt.Errorf("subscribe %s: panic: %v", f.def.name, p)
		}
	}()
	if begin := r.schema.binding.Begin; begin != nil {
		r.ctx = begin(r.ctx)
	}
	s := r.slot(f)
	if s.err != nil {
		return nil, s.err
	}
	events, err = f.def.subscribe(r.ctx, &Params{Args: s.args, plan: f, run: r})
	if err == nil && events == nil {
		err = fmt.Errorf("subscribe %s: no stream", f.def.name)
	}
	return events, err
}

// event resolves the root field of a subscription with the event itself.
func event(_ context.Context, p *Params) (any, error) {
	if err, ok := p.Source.(error); ok {
		return nil, err
	}
	return p.Source, nil
}
