// Package api resolves the GraphQL contract of package schema: each field is a
// projection of what package atlas answers.
//
// What: [New] ties the SDL to resolvers and returns the executable schema.
// Building fails on a field without a resolver, and on a field about customers
// without @auth. Who asks is the auth.Viewer of the context.
//
// How: the state of atlas is loaded once an operation and shared by all of its
// resolvers, so one answer never mixes two revisions. A mutation moves its own
// operation to the state it made.
//
// Rows are decided by auth.Rows before a customer is looked up, so that another's
// and an absent one take the same way. What is read across customers is in the
// audit log before it is read, once an operation; a change is there before it takes
// place, and once it did. A viewer who may not read names gets a copy of the answer
// in which each is an ordinal: texts are made of that copy, so no text can hold a
// name, and the verdict is made of the original.
//
// A subscription shares one goroutine with all others. It compares each new
// picture with the one before and judges what changed, once for all listeners; one
// that lags more than a thousand changes behind is told and dropped.
//
// Cost: a field is a method call; a question about a customer costs what atlas
// takes for it, each time it is asked. Lists that may be long are pages of at
// most 100.
//
// Concurrency: the schema may be shared; the resolvers of one operation run one
// after another.
package api
