// Package inflate decodes gzip files (RFC 1951, 1952) about twice as fast as the
// libraries do, by writing straight into a buffer of the caller's that still holds
// what was decoded before: nothing is copied to a window and out again.
//
// It accepts what compress/gzip accepts, and zeros as padding behind the last
// member. Every index is checked by the language: hostile bytes can only give
// [ErrCorrupt] or [ErrTruncated]. Memory is fixed: 64 KiB of input and the tables.
package inflate
