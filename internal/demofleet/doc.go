// Package demofleet invents fleets of customers for demonstrations and
// measurements.
//
// What: [Fleet.Customer] is the i-th customer of a seed: its settings, valid
// against the datasets it was made for. The same seed, number and datasets give
// the same customer, whatever was asked before, so a fleet of any size can be
// written as a stream, in parallel and in parts.
//
// How: a customer belongs to a kind (a small site, a shop confined to the EU, a
// bank with keys of its own), and takes its products, switches and regions from
// short lists of which the first entries are far more frequent: so most
// customers chose what many others chose, and differ in names. Mistakes that
// people make are among them: a hostname forgotten, retention left on.
//
// Cost: a few microseconds a customer. All of it is fictional.
package demofleet
