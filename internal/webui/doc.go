// Package webui serves the page that is built into the binary.
//
// What: New reads the built files once, names each by the first digits of its
// sha256, compresses it, and answers every GET: a file under /assets/, the page
// for every other address that asks for HTML, and under /embed/ a page that
// other sites may frame.
//
// How: a file asked for by its digest may be kept for ever; otherwise it has an
// ETag, since embedded files have no time of change. The page carries the first
// answer in itself, and its verdict as a sentence for readers without
// JavaScript. Answers come through a port, so nothing of the API is known here
// but the text of its operations.
//
// Concurrency: the handler may be used from many goroutines; what it serves is
// never changed.
package webui
