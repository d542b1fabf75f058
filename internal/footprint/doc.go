// Package footprint holds the network as it is known: sites, jurisdictions with
// dated membership, and regions, which are predicates over sites.
//
// What: a [Footprint] is everything known at one revision of the datasets. A
// [View] is the footprint as of one date; it answers three-valued membership
// questions as pairs of bit sets.
//
// How: sites are dense integers in the order given to [New], a [SiteSet] is a
// fixed array of words, and every question about a region or a jurisdiction is
// a few word operations. Nothing here reads a clock, a file or the network.
//
// Cost: [Footprint.At] builds a view in well under a millisecond; look-ups on a
// view allocate nothing. Concurrency: a Footprint and a View are immutable
// once built and may be shared freely.
package footprint
