// Package settings reads and writes the settings file: bytes to
// [residency.Settings], strictly, and back.
//
// What: [Parse] reads YAML or JSON, one customer a document, and checks every
// key, type, name and code; all problems come back at once as [Problems], each
// with its line and column, and then nothing is read. [Encode] writes the
// canonical JSON of one customer, [Decode] reads that back, [Digest] names it.
//
// A file that is larger than one text should be is read by [Parts], which cuts it
// between its documents and reads some of them at a time.
//
// How: both notations become one small tree, so that a rule is written once.
// JSON has its own reader, because the stored settings of a whole fleet are
// JSON. What YAML would let a stranger do is refused by name: anchors, aliases,
// merge keys, tags.
//
// Lists whose order means nothing are kept in a fixed order, so that two files
// which differ in it alone have equal settings and equal digests.
//
// Cost: one pass over the bytes and a tree of about 60 bytes a value; YAML
// costs many times what JSON costs. Bounds: 16 MiB a text, two million values,
// nesting of 20, 200,000 documents, 20,000 hostnames a customer; in parts, 16 MiB
// a customer and ten million of them, about 50 bytes each. No function does I/O or
// keeps state; every one may be called concurrently.
package settings
