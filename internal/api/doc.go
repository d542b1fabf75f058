// Package api resolves the GraphQL contract of package schema: each field is a
// projection of what package atlas answers.
//
// What: [New] ties the SDL to resolvers and returns the executable schema.
// Building fails on a field without a resolver, and on a field about customers
// without @auth.
//
// How: the state of atlas is loaded once an operation and shared by all of its
// resolvers, so one answer never mixes two revisions. A mutation moves its own
// operation to the state it made.
//
// Cost: a field is a method call; a question about a customer costs what atlas
// takes for it, each time it is asked. Lists that may be long are pages of at
// most 100.
//
// Concurrency: the schema may be shared; the resolvers of one operation run one
// after another.
package api
