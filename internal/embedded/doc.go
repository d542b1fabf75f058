// Package embedded is the durable store of one machine: customers' settings as
// versions in one SQLite database.
//
// What: [Open] takes a directory and returns an [atlas.Store]. Several
// processes may use one directory at once, say a server, an import and a check.
//
// How: the write-ahead log lets readers go on while one process writes;
// synchronous=FULL makes Append return after the bytes are on the disk, so that
// an acknowledged version survives a crash and a power cut. A write takes
// SQLite's one write lock before it looks at the customer's version. Other
// processes' locks are waited for in Go, so that a wait ends with its context.
// The schema carries its version in user_version; Open brings older ones up to
// date and refuses newer ones.
//
// Cost: an append is SQLite's bare durable insert, which is mostly the disk's
// sync, and some ten microseconds on top; in a batch of a thousand a version
// costs a tenth of that or less. Reading a customer takes some ten microseconds,
// a page of customers or changes less than one for each of them, Open under a
// millisecond. A batch holds the write lock of all processes to its end: import
// in batches of some thousands.
//
// Concurrency: all methods may be called at once. Writes of one process queue
// for its one writing connection; reads never wait for writes.
//
// # Files and copies
//
// The store is domicile.db together with domicile.db-wal, which holds versions
// that are not merged yet, and domicile.db-shm, which can be rebuilt. All are
// readable by whoever may enter the directory. Copying domicile.db alone while
// a process has it open loses versions or tears them. Take a copy with
//
//	sqlite3 domicile.db ".backup copy.db"
//
// at any time, under load too; or copy the directory after every process ended.
// To restore, end every process, put the copy in place as domicile.db and
// remove the -wal and -shm files of the old one. A running process notices a
// database that was replaced under it and refuses to answer health checks and
// to write. The directory belongs on a local disk: network file systems do not
// keep the locks and the shared memory that the log needs.
//
// # The driver
//
// github.com/mattn/go-sqlite3 is SQLite's own C code; modernc.org/sqlite is the
// same code translated to Go. Time of mattn by time of modernc, medians of one
// run (a million rows of 200 bytes; the benchmark is in the module drivers):
//
//	load in transactions of 50,000     0.68
//	single durable insert              0.92
//	reopen and read one row            0.73
//	random read of one row             1.2, with a context that can end 1.4
//	cold build, wall time              1.6, processor time 1.1
//	size added to a stripped binary    0.5
//
// mattn it is: writing and opening are what this store is for, since questions
// are answered from memory; the C compiler is needed for H3 anyway; and what
// runs is the code that SQLite's authors test.
package embedded
