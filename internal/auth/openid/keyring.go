package openid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"domicile/internal/auth"
)

// Absent key ids are remembered, so that one wrong token sent again and again
// does not make a fetch each time.
const (
	absentFor = time.Minute
	maxAbsent = 256
)

// keyring holds the provider's keys and fetches them when that can help.
type keyring struct {
	cfg    Config
	client *http.Client

	mu      sync.Mutex
	keys    []key                // of the last fetch that succeeded
	fetched time.Time            // when it ended
	tried   time.Time            // when the last fetch began
	failed  error                // of the last fetch; nil where it succeeded
	flight  *flight              // the fetch that runs, nil for none
	absent  map[string]time.Time // ids that a fresh set did not hold, and when
}

// flight is one fetch; done is closed at its end, after err is set.
type flight struct {
	done    chan struct{}
	err     error
	waiting int // requests; guarded by the ring
}

// maxWaiting bounds the requests that a slow provider can hold up at once; those
// beyond are told to try again.
const maxWaiting = 256

// find returns the key of a token by its id and algorithm. It waits for the
// provider only where the key is not known.
func (r *keyring) find(ctx context.Context, id, alg string) (key, error) {
	k, f, err := r.look(id, alg)
	if f == nil {
		return k, err
	}
	select {
	case <-ctx.Done():
		return key{}, fmt.Errorf("wait for the identity provider: %w", ctx.Err())
	case <-f.done:
	}
	if f.err != nil {
		return key{}, unavailable(f.err)
	}
	return r.lookFresh(id, alg)
}

// look finds a key among those known, or says why there is none, or returns the
// fetch that will tell.
func (r *keyring) look(id, alg string) (key, *flight, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	if k, ok := r.known(now, id, alg); ok {
		if now.Sub(r.fetched) >= r.cfg.RefreshEvery {
			r.start(now)
		}
		return k, nil, nil
	}
	if at, ok := r.absent[id]; ok && now.Sub(at) < absentFor && r.usable(now) {
		return key{}, nil, errUnknownKey()
	}
	if f := r.start(now); f != nil {
		if f.waiting++; f.waiting > maxWaiting {
			return key{}, nil, unavailable(errCrowded)
		}
		return key{}, f, nil
	}
	if r.failed != nil {
		return key{}, nil, unavailable(r.failed)
	}
	return key{}, nil, errUnknownKey()
}

// lookFresh finds a key right after a fetch, and remembers that it is absent.
func (r *keyring) lookFresh(id, alg string) (key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	k, ok := r.known(now, id, alg)
	if ok {
		return k, nil
	}
	if len(r.absent) >= maxAbsent || r.absent == nil {
		r.absent = map[string]time.Time{}
	}
	r.absent[id] = now
	return key{}, errUnknownKey()
}

// usable reports whether the keys held may still serve.
func (r *keyring) usable(now time.Time) bool {
	return len(r.keys) > 0 && now.Sub(r.fetched) < r.cfg.KeepKeys
}

// known finds a key among those held. A token that names none is taken where
// one key alone can be meant.
func (r *keyring) known(now time.Time, id, alg string) (found key, ok bool) {
	if !r.usable(now) {
		return key{}, false
	}
	for _, k := range r.keys {
		switch {
		case !slices.Contains(k.algs, alg) || id != "" && k.id != id:
		case ok:
			return key{}, false
		default:
			found, ok = k, true
		}
	}
	return found, ok
}

// start returns the fetch that runs, or begins one; nil where the last began
// too short a time ago.
func (r *keyring) start(now time.Time) *flight {
	if r.flight != nil {
		return r.flight
	}
	if !r.tried.IsZero() && now.Sub(r.tried) < r.cfg.MinInterval {
		return nil
	}
	r.tried = now
	f := &flight{done: make(chan struct{})}
	r.flight = f
	go r.fetch(f)
	return f
}

// fetch runs apart from any request, so that a client that leaves does not end
// it for the others; its time is bounded.
func (r *keyring) fetch(f *flight) {
	keys, err := fetchKeys(context.Background(), r.cfg, r.client)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.keys, r.fetched = keys, r.cfg.Now()
	}
	r.failed, f.err = err, err
	r.flight = nil
	close(f.done)
}

var errCrowded = errors.New("too many requests wait for it")

func errUnknownKey() error {
	return auth.Invalid("no key of the identity provider fits the access token", nil)
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", auth.ErrProviderUnavailable, err) }
