// Package geoip answers the country of a client's address, and where the database
// has them the coordinates, from a MaxMind DB file: the one embedded in the
// program, or any GeoIP2, GeoLite2 or DB-IP file an operator names.
//
// What it says is an estimate about a client, a weak witness, and never decides a
// verdict about a site. Addresses that no database can place are not looked up at
// all: special-purpose ranges, tunnels, and the provider's own anycast ranges,
// which the caller hands in. The answer then says why.
//
// [DB.Locate] serves single questions. [Resolver] serves bulk reading: one a
// worker, no locks, no allocations, a country in some nanoseconds for a network
// seen before. Nothing here stores, logs or echoes an address: errors carry none,
// and the network in an answer is never narrower than a /24 or a /48.
//
// A database is read into memory as a whole, so that a file overwritten in place
// cannot reach a running look-up, and swapped through one atomic pointer. A DB may
// be used from many goroutines and needs no closing.
package geoip
