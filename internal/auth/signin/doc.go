// Package signin keeps people signed in to the page, in a cookie.
//
// What: [New] returns a [Handler] that serves /auth/login, /auth/callback,
// /auth/logout and /auth/viewer, and tells for other handlers who a request's
// cookie is of: [Handler.Session] for the API, [Handler.Page] for pages. People
// sign in at their identity provider (package openid) by the authorization code
// flow with PKCE.
//
// How: a session is sealed (AES-256-GCM) into an HttpOnly cookie and kept
// nowhere else, so that every replica that has the server key takes it, a store
// that is down signs nobody out, and reading it costs no look-up. Its key is
// derived from the server key and changes every day; the key of the day before
// still opens. A session lasts [MaxLife], ends after [MaxIdle] without a
// request, and is checked with the provider every [CheckEvery] where that
// offers a refresh token, whose answer also brings changed roles; where it does
// not, a session lasts [MaxUnchecked] and people sign in again, which most
// providers do without asking anything.
//
// The price of keeping nothing: a copy of a cookie that outlives a sign-out is
// refused by the process that saw the sign-out, and by every other once the
// provider, which is told that the refresh token is used no more, says no: after
// CheckEvery at the latest.
//
// A cookie counts for the API only beside the header [Header], which no page of
// another origin can send; the API takes JSON alone and refuses requests from
// other origins by itself. Nothing of a session, code or token is logged, put
// into an address of this service after the callback, or shown to the page's
// scripts.
//
// Concurrency: everything may be called at once. Of several requests that find a
// session due for a check, one asks and the others wait for its answer.
package signin
