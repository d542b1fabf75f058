// Package httpd is the listener: it puts the API, the page and the health
// checks on one address.
//
// What: [Run] listens and serves until its context ends, then lets requests in
// flight finish. [Handler] is the same without a listener.
//
// How: one middleware names each request, writes its log line, answers panics
// and sets the security headers. A log line has method, route, status, duration
// and request id; never an address, a token, a path, a query or a variable.
//
// Without an identity provider or an API token there is nobody to tell apart,
// so only loopback addresses are served, and only to clients that name a
// loopback host: a page elsewhere that points its own name at this machine is
// refused.
//
// Concurrency: everything may be called at once.
package httpd
