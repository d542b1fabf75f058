// Package redisstore is the store of many machines: customers' settings as
// versions, API tokens, the audit log, the ledger, frozen reports and what was
// observed, in Redis or Redis Cluster.
//
// What: [Open] takes an address and returns an [atlas.Store]. Any number of
// processes may use one store at once. README.md beside this file says which
// addresses there are, what a write that was acknowledged survives, and which
// rights a user needs.
//
// How: one hash slot keeps the log, in which scripts decide: a hash of heads
// (of each customer the newest sequence number, the digest of the newest
// settings and the ids of all versions' bodies), the customers in order, the
// changes as a stream, and the batches under way. The bodies lie in a hash for
// each customer, in the customer's own slot. A batch over several slots stores
// its bodies first, under ids that nobody looks for, and commits by one script
// that lists those ids; it is all or nothing because the log is one slot. Every
// step may be repeated: the ids tell what was done before. On one server all of
// it is one script.
//
// A write counts when as many replicas have it as the address asks for, and is
// shown to readers from then on only: what is read and not yet known to be on
// the replicas is waited for.
//
// Cost: one exchange with one server for an append where there is one server,
// three in a row on a cluster, and the disk's sync in each where the server
// syncs always; a read of a customer is one exchange. The log's server does the
// work of all writes, about ten microseconds each, and stands still for the
// length of a batch's commit: import in batches of some thousands. See the benchmarks
// for the ratios to redis-benchmark.
//
// Concurrency: all methods may be called at once. A call ends by itself after
// [Options].Wait, or with its context's deadline; a context that is cancelled
// without a deadline is noticed between exchanges with servers, each of which
// ends after [Options].Timeout. On a cluster a store works beside the calls: it
// removes what interrupted batches left behind.
package redisstore
