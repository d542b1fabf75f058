// Package edgelog reads the provider's edge logs: Logpush files of one dataset as
// NDJSON or CSV, plain, gzip or zstd. It is the only place that knows the names of
// their fields.
//
// A [Reader] finds compression, format and dataset by itself and yields batches of
// [Record] into memory that the caller owns: the site a line names, its time, its
// host, and what tells apart requests that different rules govern. Client addresses
// are in a record only so that the caller can turn them into a country; they never
// appear in an error, a [Bad] line, or the printed form of a record.
//
// Nothing is tolerated in silence. A line that cannot be read is counted under a
// [Reason], sampled without its content, and skipped; the counts of a reader add up
// to the lines it saw. A dataset whose lines name no site proves nothing about
// places, and says so with [ErrNoSite].
//
// A request that a file holds twice, as the provider delivers some, is marked
// [Repeated] by its RayID, time, site, host and flags: exact among the last half a
// million lines, whatever their order. Nothing is left out of a file that differs in
// any of these, so that no sighting is lost.
//
// Cost: lines are scanned once, in place. The order of keys is learnt from the line
// before and compared word by word; whatever differs takes the strict general path,
// and both accept the same lines with the same values. There is no allocation a
// line, and memory does not grow with the file: two buffers of at most
// [Options.MaxLine], what the decompressor needs (32 KiB for gzip, at most
// [Options.MaxWindow] for zstd), and 16 MiB to know repeated lines. A Reader belongs to one goroutine.
package edgelog
