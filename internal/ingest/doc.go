// Package ingest turns edge logs into evidence: bytes to records, hosts to
// customers and scopes, client addresses to countries and cells, after which the
// address is dropped, and counts to the store.
//
// What: an [Ingester] reads files, a stream or the body of a request. Every line is
// accounted for once, see [evidence.Counts]; what could not be read is sampled
// without its content.
//
// How: a file is named by its digest and recorded in ranges of its decompressed
// bytes, each in one transaction with how far the file was read. A file that was
// recorded is not read again, one that broke off, because the process was killed or
// the disk was full, goes on where it was, and one that grew where it ended. Two
// processes may read the same file; each range counts once.
//
// What was nobody's may be somebody's later: where more names are known, or a file is
// read as another dataset, it is read again from its beginning, and lines count that
// did not. A file's record says of each root that its customer has (a zone, or a name
// that lies in none) up to where its lines are counted; that decides, and never what
// was known when.
//
// Coverage is what logs have every request of: of a root, where the dataset is of
// requests, and for the time that the provider's name of a file states only where every
// line of it could be read.
//
// A request that a file holds twice counts once,
// see [edgelog.Repeated]; a run that goes on reads the lines before its start again
// to know them. One that two files hold counts twice: to know it, a store would have
// to keep the rays of every file, and counting one twice moves no verdict.
//
// Processes that see the same files and share a store that can queue them share the
// work, see [Ingester.Share]: each file is read by one of them, and goes on with
// another where that one dies.
//
// Client addresses are in memory for as long as a batch of 256 lines is. They are
// never stored, logged or part of an error. To tell how many distinct clients a
// cell has, a few hashes of addresses under a key of this process are held until
// a range is recorded.
//
// Cost: one worker a file; memory is that of the worker, some tens of megabytes,
// whatever the size of the file. A body or a stream is one range.
//
// Concurrency: an Ingester may be used by many goroutines.
package ingest
