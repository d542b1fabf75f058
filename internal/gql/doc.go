// Package gql is a GraphQL engine: it builds an executable schema from a
// commented SDL file and answers operations over it, by Go call or over HTTP.
//
// Build ties every object field of the SDL to a resolver and refuses anything
// loose: a field without a resolver, a resolver without a field, a scalar or an
// interface nobody can serialize. Execute then answers a request in four steps:
//
//  1. the guard bounds the bytes, tokens, nesting, aliases and fragments of the
//     document before anything recurses over it;
//  2. validation and literal coercion, once a document;
//  3. a plan is compiled from schema, document and operation and kept in a
//     bounded cache: ordered fields, encoded keys, constant arguments;
//  4. the plan is run: resolvers are called depth first in request order and
//     their values are written as JSON into one buffer, which is cut back to
//     the nearest nullable place when a field fails.
//
// Cost: an unseen document of ordinary size is validated and compiled in a
// quarter of a millisecond; a known one costs a cache look-up, then about fifty
// nanoseconds a field beside its resolver.
//
// Concurrency: a Schema is immutable after Build and may be shared. Resolvers
// of one operation run one after another in the caller's goroutine; reading for
// a whole list at once is what Binding.Batches is for.
//
// NewHandler serves a Schema over HTTP: JSON POST, GET for persisted documents,
// and subscriptions as server-sent events.
package gql
