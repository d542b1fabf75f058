package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"
)

// MaxCacheFor is the longest that a verified token is taken without verifying
// it again.
const MaxCacheFor = 60 * time.Second

// Verifier tells who holds a token, and until when that is so. Its error wraps
// ErrInvalidToken or ErrProviderUnavailable, or says that a store is broken.
type Verifier interface {
	Verify(ctx context.Context, token string) (Viewer, time.Time, error)
}

// Sessions tells who a request's cookie is of: ErrNoCredentials where it has
// none, ErrInvalidToken where it does not hold. It may renew the cookie on w;
// where w is nil it only looks.
type Sessions interface {
	Session(w http.ResponseWriter, r *http.Request) (Viewer, error)
}

// Options say whose tokens an Authenticator takes.
type Options struct {
	Machines Verifier // API tokens; nil takes none
	People   Verifier // access tokens; nil takes none
	// Local makes everybody on this machine Local: for a server that listens on
	// loopback only, with neither an identity provider nor an API token.
	Local    bool
	CacheFor time.Duration    // 0 is MaxCacheFor; more is cut to it
	Now      func() time.Time // nil is time.Now
}

// Authenticator makes a Viewer of a request's credentials.
type Authenticator struct {
	opts     Options
	cache    *cache
	sessions Sessions // nil takes no cookies
}

// NewAuthenticator returns an authenticator. Local and People exclude each
// other.
func NewAuthenticator(o Options) (*Authenticator, error) {
	if o.Local && o.People != nil {
		return nil, errors.New("authentication: with an identity provider nobody is local: drop one of the two")
	}
	if o.CacheFor <= 0 || o.CacheFor > MaxCacheFor {
		o.CacheFor = MaxCacheFor
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Authenticator{opts: o, cache: newCache(cacheSize)}, nil
}

// WithSessions returns an authenticator that also takes cookies, from requests
// that have no Authorization header.
func (a *Authenticator) WithSessions(s Sessions) *Authenticator {
	return &Authenticator{opts: a.opts, cache: a.cache, sessions: s}
}

// Authenticate returns who sends a request: ErrNoCredentials where it says
// nothing, ErrInvalidToken where it says something that does not hold,
// ErrProviderUnavailable where that cannot be told now. No error repeats
// anything of a token.
func (a *Authenticator) Authenticate(ctx context.Context, r *http.Request) (Viewer, error) {
	return a.authenticate(ctx, nil, r)
}

// authenticate is Authenticate, renewing a cookie on w where that is not nil.
func (a *Authenticator) authenticate(ctx context.Context, w http.ResponseWriter, r *http.Request) (Viewer, error) {
	token, err := bearer(r)
	switch {
	case err == nil:
		return a.verify(ctx, token)
	case a.sessions != nil && errors.Is(err, ErrNoCredentials):
		return a.sessions.Session(w, r)
	case a.opts.Local && errors.Is(err, ErrNoCredentials):
		return a.local(r)
	}
	return Viewer{}, err
}

func (a *Authenticator) verify(ctx context.Context, token string) (Viewer, error) {
	by := a.opts.People
	if strings.HasPrefix(token, TokenPrefix) {
		by = a.opts.Machines
	}
	if by == nil {
		return Viewer{}, Invalid("no tokens of this kind are taken here", nil)
	}
	key := sha256.Sum256([]byte(token))
	now := a.opts.Now()
	if v, ok := a.cache.get(key, now); ok {
		return v, nil
	}
	v, until, err := by.Verify(ctx, token)
	if err != nil {
		return Viewer{}, err
	}
	if latest := now.Add(a.opts.CacheFor); until.After(latest) {
		until = latest
	}
	a.cache.put(key, verified{v, until})
	return v, nil
}

// forwarded are headers of a proxy, behind which loopback is not this machine.
var forwarded = [...]string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"}

// local returns Local for a request from this machine that also names it. The
// name keeps out a page of the Web whose name was made to resolve to loopback;
// a proxy would let in the world.
func (a *Authenticator) local(r *http.Request) (Viewer, error) {
	if !loopbackHost(hostOf(r.RemoteAddr)) || !loopbackHost(hostOf(r.Host)) {
		return Viewer{}, ErrNoCredentials
	}
	for _, name := range forwarded {
		if _, ok := r.Header[name]; ok {
			return Viewer{}, ErrNoCredentials
		}
	}
	return Local(), nil
}
