package gql

import (
	"maps"
	"slices"
)

// bind ties resolvers, subscribers and checks to the fields of the model, then
// complains about what is left over.
func (b *builder) bind() {
	for _, t := range b.schema.types {
		if t.kind != kindObject || isMeta(t.name) {
			continue
		}
		for _, f := range t.fields {
			b.bindField(t, f)
		}
	}
	b.leftovers()
	if b.schema.binding.TypeOf == nil && slices.ContainsFunc(b.schema.types, (*typeDef).abstract) {
		b.fail("", "the SDL has interfaces or unions; set Binding.TypeOf")
	}
}

func isMeta(typeName string) bool { return len(typeName) > 2 && typeName[:2] == "__" }

func (b *builder) bindField(t *typeDef, f *fieldDef) {
	place, bound := t.name+"."+f.name, b.schema.binding
	f.weight = 1
	if d, ok := f.public.Directive("cost"); ok && d.Args.Has("weight") {
		f.weight, f.weighted = max(d.Args.Int("weight"), 0), true
	} else if !f.typ.named.composite() {
		f.weight = 0
	}
	if bound.Guard != nil {
		check, err := bound.Guard(f.public)
		if err != nil {
			b.fail(place, "%v", err)
		}
		f.check = check
	}
	f.resolve, f.batch = bound.Resolvers[t.name][f.name], bound.Batches[t.name][f.name]
	if t == b.schema.subscript {
		f.subscribe = bound.Subscriptions[f.name]
		if f.subscribe == nil || f.resolve != nil || f.batch != nil {
			b.fail(place, "a subscription field takes Binding.Subscriptions[%q] and no resolver", f.name)
		}
		f.resolve = event
		return
	}
	switch {
	case f.resolve == nil && f.batch == nil:
		b.fail(place, "no resolver; add Binding.Resolvers[%q][%q]", t.name, f.name)
	case f.resolve != nil && f.batch != nil:
		b.fail(place, "a field has a Resolver or a BatchResolver, not both")
	}
}

func (b *builder) leftovers() {
	s, bound := b.schema, b.schema.binding
	check := func(kind, typeName, field string) {
		t := s.byName[typeName]
		if t == nil || t.kind != kindObject || isMeta(typeName) || t.byField[field] == nil {
			b.fail(typeName+"."+field, "bound in Binding.%s, but the SDL has no such object field", kind)
		}
	}
	for _, typeName := range slices.Sorted(maps.Keys(bound.Resolvers)) {
		for _, field := range slices.Sorted(maps.Keys(bound.Resolvers[typeName])) {
			check("Resolvers", typeName, field)
		}
	}
	for _, typeName := range slices.Sorted(maps.Keys(bound.Batches)) {
		for _, field := range slices.Sorted(maps.Keys(bound.Batches[typeName])) {
			check("Batches", typeName, field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(bound.Subscriptions)) {
		if s.subscript == nil || s.subscript.byField[field] == nil {
			b.fail("Subscription."+field, "bound in Binding.Subscriptions, but the SDL has no such field")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(bound.Scalars)) {
		if t := s.byName[name]; t == nil || t.kind != kindScalar || builtinScalar(name) != nil {
			b.fail(name, "bound in Binding.Scalars, but the SDL has no such scalar")
		}
	}
}
