// Package openid verifies access tokens of people against an OpenID Connect
// identity provider. It is the only importer of go-oidc.
//
// What: [New] takes a [Config] and returns a [Verifier], which checks a token's
// signature, issuer, audience, times and algorithm and makes an auth.Viewer of
// its claims.
//
// How: nothing is fetched until the first token, or [Verifier.Warm]; starting
// never waits for the provider. Keys are fetched by discovery, bounded in size
// and time, one fetch at a time and at most one in Config.MinInterval whatever
// tokens arrive. Keys that are older than Config.RefreshEvery are fetched anew
// in the background while they go on serving, so a provider that is slow or
// dead does not hold up a token whose key is known, for up to Config.KeepKeys.
// A token whose key is not known then gets auth.ErrProviderUnavailable; with a
// provider that answers it gets auth.ErrInvalidToken.
//
// Only the asymmetric algorithms of Config.Algorithms are taken, each only with
// a key made for it: a public key never serves as the secret of an HMAC, and an
// unsigned token has no key at all.
//
// Cost: one signature verification a token, and no fetch in the common case.
// auth.Authenticator remembers what was verified.
//
// Concurrency: all methods may be called at once.
package openid
