// Package attest signs what a check said, and opens what was signed.
//
// What: a [Statement] is the answer to one claim, dated and expiring, with the
// settings and the digests that it rests on. [Sign] writes it down for a key,
// [Open] reads it back for the public key of whoever signed it.
//
// How: the statement is the predicate of an in-toto Statement v1, whose subjects
// are the datasets and the settings by their SHA-256, in a DSSE envelope. Keys
// are Ed25519, or ECDSA on P-256, in PEM: PKCS #8 to sign, PKIX to verify. The
// key's id is the SHA-256 of its PKIX form; it is a hint, and nothing is
// believed for it. Nothing of an envelope is looked at before its signature
// holds, but its size.
//
// A signature proves who said it and that nobody changed it, never that it is
// right: whoever opens a statement derives the answer again.
//
// Cost: one signature, and the size of the statement, at most [MaxEnvelope].
// Concurrency: keys may be used from many goroutines.
package attest
