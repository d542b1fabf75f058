// Package dataset reads the data files of datasets/ into checked values: the
// footprint, the product rules, and where every fact comes from.
//
// What: [Verify] explains every fault of a directory at once, each with file,
// line, column, what is wrong and how to mend it. [Load] refuses a directory
// with any fault and otherwise builds a [Data]. [Manifest] renders the list of
// digests that both compare the files with.
//
// How: every table is a CSV file with an asserted header; each row names a
// source, the day it was read and a confidence. Identifiers that rows define
// and identifiers that rows name are collected while reading and compared once
// all files are read, so a reference may stand before its definition.
//
// Cost: one pass over at most a few megabytes, some tens of milliseconds; it
// is start-up work. Concurrency: a Data is immutable once loaded.
package dataset
