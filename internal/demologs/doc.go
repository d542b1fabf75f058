// Package demologs writes edge logs that never happened, in the shape of real ones,
// and tells exactly what they hold: for demonstrations, tests and benchmarks.
//
// The same [Plan] gives the same bytes, of any number of lines, one line in memory
// at a time. Violations, unknown sites and hosts, repeated and malformed lines are
// planted in exact numbers at places that the seed chooses; [Truth] counts them as
// they are written. Visitors' and servers' addresses are drawn from the public ranges at random
// and belong to nobody in particular; their countries are drawn too and mean nothing.
package demologs
