package openid_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

// verify checks that a token gets an answer of a kind; a nil want is officer.
func verify(t *testing.T, v *openid.Verifier, token string, want error) {
	t.Helper()
	got, _, err := v.Verify(t.Context(), token)
	switch {
	case want == nil && (err != nil || got != officer):
		t.Errorf("viewer = %+v, %v; want %+v", got, err, officer)
	case want != nil && !errors.Is(err, want):
		t.Errorf("error = %v, want %v", err, want)
	}
}

func TestNothingIsFetchedBeforeTheFirstToken(t *testing.T) {
	i := newIssuer(t, ecKey(t, "e"))
	i.verifier(t)
	if n := i.fetches.Load(); n != 0 {
		t.Errorf("keys were fetched %d times", n)
	}
}

func TestStartingWithADeadProviderWorksAndRecovers(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	i.behave(fail)
	v := i.verifier(t)
	v.Warm()
	verify(t, v, i.token(t, s), auth.ErrProviderUnavailable)
	i.behave(nil)
	verify(t, v, i.token(t, s), auth.ErrProviderUnavailable) // tried a moment ago
	i.clock.add(openid.DefaultMinInterval)
	verify(t, v, i.token(t, s), nil)
}

func TestWarmingFetchesKeysOnce(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	v := i.verifier(t)
	for range 5 {
		v.Warm()
	}
	verify(t, v, i.token(t, s), nil)
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("keys were fetched %d times, want once", n)
	}
}

func TestADeadProviderKeepsKnownKeysWorking(t *testing.T) {
	s, fresh := ecKey(t, "e"), ecKey(t, "fresh")
	i := newIssuer(t, s)
	v := i.verifier(t)
	verify(t, v, i.token(t, s), nil)
	i.behave(fail)
	i.clock.add(time.Hour)
	for range 3 {
		verify(t, v, i.token(t, s), nil)
		verify(t, v, i.token(t, fresh), auth.ErrProviderUnavailable)
		i.clock.add(openid.DefaultMinInterval)
	}
	t.Run("but not for ever", func(t *testing.T) {
		i.clock.add(openid.DefaultKeepKeys)
		verify(t, v, i.token(t, s), auth.ErrProviderUnavailable)
	})
}

// hang answers nothing until release is called, or the client leaves.
func hang(t *testing.T, i *issuer) (arrived chan struct{}, release func()) {
	t.Helper()
	arrived, gate := make(chan struct{}, 64), make(chan struct{})
	release = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(release)
	i.behave(func(_ http.ResponseWriter, r *http.Request) bool {
		arrived <- struct{}{}
		select {
		case <-gate:
		case <-r.Context().Done():
		}
		return false
	})
	return arrived, release
}

func TestASlowProviderHoldsUpNobodyWhoseKeyIsKnown(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	v := i.verifier(t)
	verify(t, v, i.token(t, s), nil)
	arrived, _ := hang(t, i)
	i.clock.add(openid.DefaultRefreshEvery)
	verify(t, v, i.token(t, s), nil) // begins a fetch and does not wait for it
	<-arrived
	for range 10 {
		verify(t, v, i.token(t, s), nil)
	}
}

func TestASlowProviderIsGivenUpAndAskedOnce(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	arrived, _ := hang(t, i)
	v := i.verifier(t, func(c *openid.Config) { c.Timeout = 50 * time.Millisecond })
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { verify(t, v, i.token(t, s), auth.ErrProviderUnavailable) })
	}
	wg.Wait()
	verify(t, v, i.token(t, s), auth.ErrProviderUnavailable)
	if n := len(arrived); n != 1 {
		t.Errorf("the provider was asked %d times, want once", n)
	}
}

func TestAClientThatLeavesDoesNotEndTheFetch(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	arrived, release := hang(t, i)
	v := i.verifier(t)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, _, err := v.Verify(ctx, i.token(t, s))
		left <- err
	}()
	<-arrived
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that of the context", err)
	}
	release()
	verify(t, v, i.token(t, s), nil)
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("keys were fetched %d times, want once", n)
	}
}

func TestRequestsHeldUpByASlowProviderAreBounded(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	arrived, release := hang(t, i)
	v := i.verifier(t)
	const requests = 400
	errs := make(chan error, requests)
	for range requests {
		go func() {
			_, _, err := v.Verify(t.Context(), i.token(t, s))
			errs <- err
		}()
	}
	<-arrived
	turnedAway := 0
	for ; turnedAway < requests-256; turnedAway++ {
		if err := <-errs; !errors.Is(err, auth.ErrProviderUnavailable) {
			t.Errorf("error = %v, want ErrProviderUnavailable", err)
		}
	}
	release()
	for ; turnedAway < requests; turnedAway++ {
		if err := <-errs; err != nil {
			t.Errorf("one that waited: %v", err)
		}
	}
}

func TestKeysMayRotate(t *testing.T) {
	first, second := ecKey(t, "first"), rsaKey(t, "second")
	i := newIssuer(t, first)
	v := i.verifier(t)
	verify(t, v, i.token(t, first), nil)
	i.rotate(first, second)
	i.clock.add(openid.DefaultMinInterval)
	verify(t, v, i.token(t, second), nil) // at once
	verify(t, v, i.token(t, first), nil)
	i.rotate(second)
	i.clock.add(openid.DefaultMinInterval)
	verify(t, v, i.token(t, ecKey(t, "nobody")), auth.ErrInvalidToken) // fetches
	verify(t, v, i.token(t, first), auth.ErrInvalidToken)
	verify(t, v, i.token(t, second), nil)
}

func TestAWithdrawnKeyIsDroppedWithoutAnybodyAsking(t *testing.T) {
	s, next := ecKey(t, "e"), ecKey(t, "next")
	i := newIssuer(t, s)
	v := i.verifier(t)
	verify(t, v, i.token(t, s), nil)
	i.rotate(next)
	arrived, release := hang(t, i)
	i.clock.add(openid.DefaultRefreshEvery)
	verify(t, v, i.token(t, s), nil) // begins a fetch in the background
	<-arrived
	release()
	verify(t, v, i.token(t, next), nil) // waits for it
	verify(t, v, i.token(t, s), auth.ErrInvalidToken)
}

func TestAFloodOfUnknownKeyIDsFetchesOnceAnInterval(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	v := i.verifier(t)
	verify(t, v, i.token(t, s), nil)
	const rounds = 5
	for round := range rounds {
		i.clock.add(openid.DefaultMinInterval)
		for n := range 40 {
			verify(t, v, i.token(t, signer{fmt.Sprint("made-up-", round, "-", n), s.key}), auth.ErrInvalidToken)
		}
	}
	if n := i.fetches.Load(); n != 1+rounds {
		t.Errorf("keys were fetched %d times, want %d", n, 1+rounds)
	}
	verify(t, v, i.token(t, s), nil)
}

func TestOneWrongTokenSentAgainAndAgainFetchesOnceAMinute(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	v := i.verifier(t)
	verify(t, v, i.token(t, s), nil)
	for range 6 { // a minute
		i.clock.add(openid.DefaultMinInterval)
		verify(t, v, i.token(t, signer{"gone", s.key}), auth.ErrInvalidToken)
	}
	if n := i.fetches.Load(); n != 2 {
		t.Errorf("keys were fetched %d times, want twice", n)
	}
	i.rotate(s, signer{"gone", s.key})
	i.clock.add(time.Minute)
	verify(t, v, i.token(t, signer{"gone", s.key}), nil)
}

const discovery = "/.well-known/openid-configuration"

// answer makes an issuer answer a path with a body.
func answer(path, body string) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			fmt.Fprint(w, body)
		}
		return r.URL.Path == path
	}
}

func text(jwk map[string]any) string {
	b, _ := json.Marshal(jwk)
	return string(b)
}

func redirect(to string) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, to, http.StatusFound)
		return true
	}
}

func TestABrokenProviderIsUnavailable(t *testing.T) {
	s := ecKey(t, "e")
	weak := `{"kty":"RSA","kid":"e","e":"AQAB","n":"` + strings.Repeat("_", 171) + `"}`
	for name, serve := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"500":                         fail,
		"no keys at all":              answer("/keys", `{"keys":[]}`),
		"only secrets":                answer("/keys", `{"keys":[{"kty":"oct","kid":"e","k":"AAAA"}]}`),
		"only keys for encryption":    answer("/keys", `{"keys":[{"kty":"RSA","use":"enc","e":"AQAB","n":"AQAB"}]}`),
		"only a key of 1026 bits":     answer("/keys", `{"keys":[`+weak+`]}`),
		"keys that are no JSON":       answer("/keys", `<html>`),
		"65 keys":                     answer("/keys", `{"keys":[`+strings.Repeat(`{},`, 64)+`{}]}`),
		"a megabyte around good keys": answer("/keys", `{"keys":[`+text(jwkOf(s))+`]}`+strings.Repeat(" ", 1<<20)),
		"a megabyte of discovery":     answer(discovery, strings.Repeat(" ", 1<<20)),
		"another issuer":              answer(discovery, `{"issuer":"https://evil.example","jwks_uri":"https://evil.example/keys"}`),
		"redirects for ever":          redirect("/again"),
		"an answer that is cut in two": func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "99")
			fmt.Fprint(w, "{")
			return true
		},
		"keys on plain http far away": nil,
		"an error page of half a megabyte": func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, strings.Repeat("e", 1<<17), http.StatusBadGateway)
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, s)
			if serve == nil {
				serve = answer(discovery, `{"issuer":"`+i.URL+`","jwks_uri":"http://192.0.2.1/keys"}`)
			}
			i.behave(serve)
			v := i.verifier(t)
			_, _, err := v.Verify(t.Context(), i.token(t, s))
			if !errors.Is(err, auth.ErrProviderUnavailable) {
				t.Fatalf("error = %v, want ErrProviderUnavailable", err)
			}
			if len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			i.behave(nil)
			i.clock.add(openid.DefaultMinInterval)
			verify(t, v, i.token(t, s), nil)
		})
	}
}

func TestARedirectIsFollowedToHTTPSOrLoopbackOnly(t *testing.T) {
	s := ecKey(t, "e")
	for _, to := range []string{"http://192.0.2.1/", "file:///etc/passwd", "https://user:secret@192.0.2.1/"} {
		i := newIssuer(t, s)
		i.behave(redirect(to))
		_, _, err := i.verifier(t).Verify(t.Context(), i.token(t, s))
		if !errors.Is(err, auth.ErrProviderUnavailable) || !strings.Contains(err.Error(), "want https") {
			t.Errorf("to %s: error = %v, want one that asks for https", to, err)
		}
	}
}

func TestUselessKeysBesideAGoodOneArePassedOver(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	i.behave(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/keys" {
			return false
		}
		writeJSON(w, map[string]any{"keys": []any{
			map[string]any{"kty": "oct", "kid": "e", "k": "AAAA"},
			map[string]any{"kty": "OKP", "crv": "X448", "kid": "x", "x": "AAAA"},
			map[string]any{"kty": "EC", "crv": "secp256k1", "kid": "k", "x": "AAAA", "y": "AAAA"},
			"not a key", jwkOf(s),
		}})
		return true
	})
	verify(t, i.verifier(t), i.token(t, s), nil)
}

func TestOverHTTPADeadProviderIsToldFromABadToken(t *testing.T) {
	s, fresh := ecKey(t, "e"), ecKey(t, "fresh")
	i := newIssuer(t, s)
	a, err := auth.NewAuthenticator(auth.Options{People: i.verifier(t), Now: i.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, auth.ViewerFrom(r.Context()).Subject)
	})))
	defer server.Close()
	ask := func(token string, want int) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || (resp.Header.Get("Retry-After") != "") != (want == http.StatusServiceUnavailable) {
			t.Errorf("status %d, Retry-After %q; want %d", resp.StatusCode, resp.Header.Get("Retry-After"), want)
		}
	}
	known := i.token(t, s)
	ask(known, http.StatusOK)
	ask(i.token(t, fresh), http.StatusUnauthorized)
	i.Close()
	i.clock.add(2 * time.Minute)
	ask(known, http.StatusOK)
	ask(i.token(t, s), http.StatusOK) // new, and its key is known
	ask(i.token(t, fresh), http.StatusServiceUnavailable)
	ask(known[:len(known)-4]+"AAAA", http.StatusUnauthorized)
	i.clock.add(10 * time.Minute)
	ask(known, http.StatusUnauthorized) // expired
}
