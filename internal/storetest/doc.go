// Package storetest is the contract of [atlas.Store] as tests. Every store
// passes the same suite, so that the application cannot tell them apart.
//
// How: a store's own test calls [Run] with a function that opens a new, empty
// store. Each case is a sentence about the contract and gets a store of its own.
//
// Cost: a few seconds, most of it the cases with many concurrent writers.
package storetest
