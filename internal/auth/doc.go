// Package auth says who asks, what they may see, and keeps the record of it.
//
// What: a [Viewer] is a subject with one of four roles; the zero Viewer is
// nobody and has no right. An [Authenticator] makes one of a request's bearer
// token: an API token of a machine ([Tokens]) or an access token of a person
// (package openid). [Rows] decides which customers a viewer sees, and an
// [AuditLog] keeps every change and every read across customers.
//
// How: an API token reads
//
//	dom_<role>_<id>_<secret>_<checksum>
//	dom_[cspi]_[a-z2-7]{12}_[a-z2-7]{52}_[0-9a-f]{8}
//
// The fixed shape lets secret scanners find it and the checksum (CRC-32C of
// what stands before it) tells a typing error without a look-up. The store
// keeps HMAC-SHA-256 of the token under a server key, which is the file
// [KeyFileName] of the data directory: 64 hexadecimal digits, readable by its
// owner alone, made on first use. A copy of the store without that file
// verifies nothing, and every token dies with it. A name has at most two live
// tokens, so that one can be replaced while the other still works.
//
// A change is recorded twice: before it takes place ([Rows.Changing]), so that none
// is ever missing, and after it ([Rows.Changed]) with both revisions. A read across
// customers is recorded before it happens.
//
// Audit entries are chained: each carries SHA-256 over itself and the entry
// before. Changing, removing or reordering entries breaks the chain. Who can
// write the store's file could compute a whole new chain, or cut entries off
// the end: note the head now and then somewhere else, and give it to
// [VerifyAudit].
//
// Cost: a token verified in the last minute costs a SHA-256 of it and a map
// look-up; an API token one read of the store and two hashes; an access token
// one signature. Revoking a token takes effect within [MaxCacheFor] in other
// processes.
//
// Concurrency: all methods may be called at once.
package auth
