// Package storecopy moves everything from one [atlas.Store] to another, of
// whatever kind.
//
// What: [All] brings everything that a store keeps, part by part, and compares both
// stores: [Copy] every version of every customer, with its number, its day, its time of
// recording, its actor and its settings byte by byte, in the order in which the source
// took them; then the API tokens, the audit log with its hashes, the ledger, the frozen
// reports, and what logs showed with the files that showed it.
//
// How: the source's changes are followed from the first. Changes in a row that
// were recorded at the same instant go over in one batch, so that a batch of
// the source is a batch of the target, except that a very large one is cut. The
// changes of the target are always the first changes of the source: that is how
// a copy that was interrupted goes on where it stopped, and how a target that
// holds something else is noticed before anything is written to it. At the end
// both stores are read again, compared version by version, and summed up by one
// digest. The audit log and the ledger are copied in the same way. What logs showed goes
// over a customer's day at a time, each made to be what the source has; the files come
// last, so that a log is never taken for read whose lines are not counted.
//
// What the contract of a store cannot say is not copied: the sequence numbers of
// changes, which the target gives anew, so that whoever follows changes begins
// anew there.
//
// Cost: two reads of each version in the source, one in the target, and one
// append for each instant of recording. Memory holds one page of changes with
// the customers in it.
//
// Concurrency: the source may be written to; what comes after the copy has read
// its end is copied by the next one. The target must have no other writer.
package storecopy
