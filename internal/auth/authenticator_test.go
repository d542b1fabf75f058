package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/auth"
)

// people takes the token "good" and counts how often it is asked.
type people struct {
	mu    sync.Mutex
	asked int
	until time.Time
	err   error
}

var officer = auth.Viewer{Subject: "user:officer-1", Role: auth.Privacy}

func (p *people) Verify(_ context.Context, token string) (auth.Viewer, time.Time, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	switch {
	case p.err != nil:
		return auth.Viewer{}, time.Time{}, p.err
	case strings.HasPrefix(token, "good"):
		return officer, p.until, nil
	}
	return auth.Viewer{}, time.Time{}, auth.Invalid("nobody has this token", nil)
}

func (p *people) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func authenticator(t testing.TB, o auth.Options) *auth.Authenticator {
	t.Helper()
	a, err := auth.NewAuthenticator(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// request is a request with the headers of the pairs.
func request(target string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, nil)
	r.Host, r.RemoteAddr = "domicile.example", "192.0.2.1:1234"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func bearing(token string) *http.Request {
	return request("/graphql", "Authorization", "Bearer "+token)
}

func TestCredentialsOfARequest(t *testing.T) {
	c := newClock()
	a := authenticator(t, auth.Options{People: &people{until: c.now().Add(time.Hour)}, Now: c.now})
	for name, tc := range map[string]struct {
		request *http.Request
		want    error
	}{
		"a token":                         {bearing("good"), nil},
		"a scheme in other letters":       {request("/", "Authorization", "bEaReR good"), nil},
		"several spaces":                  {request("/", "Authorization", "Bearer   good "), nil},
		"padding":                         {bearing("good=="), nil},
		"nothing":                         {request("/"), auth.ErrNoCredentials},
		"another query":                   {request("/?not_access_token=1&q=access_token"), auth.ErrNoCredentials},
		"an empty header":                 {request("/", "Authorization", ""), auth.ErrInvalidToken},
		"a scheme alone":                  {request("/", "Authorization", "Bearer"), auth.ErrInvalidToken},
		"a scheme and spaces":             {request("/", "Authorization", "Bearer   "), auth.ErrInvalidToken},
		"padding alone":                   {bearing("=="), auth.ErrInvalidToken},
		"padding inside":                  {bearing("go=od"), auth.ErrInvalidToken},
		"a token alone":                   {request("/", "Authorization", "good"), auth.ErrInvalidToken},
		"a tab for a space":               {request("/", "Authorization", "Bearer\tgood"), auth.ErrInvalidToken},
		"Basic":                           {request("/", "Authorization", "Basic Z29vZDpnb29k"), auth.ErrInvalidToken},
		"another scheme":                  {request("/", "Authorization", "DPoP good"), auth.ErrInvalidToken},
		"two tokens":                      {bearing("good good"), auth.ErrInvalidToken},
		"a list":                          {bearing("good,good"), auth.ErrInvalidToken},
		"two headers":                     {request("/", "Authorization", "Bearer good", "Authorization", "Bearer good"), auth.ErrInvalidToken},
		"braces":                          {bearing(`{"a":1}`), auth.ErrInvalidToken},
		"letters beyond ASCII":            {bearing("göod"), auth.ErrInvalidToken},
		"a token in the URL":              {request("/?access_token=good"), auth.ErrInvalidToken},
		"a token in the URL, in disguise": {request("/?x=1&access_token=good", "Authorization", "Bearer good"), auth.ErrInvalidToken},
		"a header of 9 KiB":               {bearing(strings.Repeat("good", 9<<8)), auth.ErrInvalidToken},
		"a token that does not hold":      {bearing("bad"), auth.ErrInvalidToken},
		"an API token, where none is":     {bearing("dom_p_aaaaaaaaaaaa"), auth.ErrInvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := a.Authenticate(t.Context(), tc.request)
			if !errors.Is(err, tc.want) || (err == nil) != (got == officer) {
				t.Errorf("viewer = %+v, error = %v; want %v", got, err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "good") {
				t.Errorf("the error repeats the token: %v", err)
			}
		})
	}
}

func TestAVerifiedTokenIsRememberedForAMinute(t *testing.T) {
	c := newClock()
	p := &people{until: c.now().Add(time.Hour)}
	a := authenticator(t, auth.Options{People: p, Now: c.now, CacheFor: time.Hour})
	ask := func(want error) {
		t.Helper()
		if _, err := a.Authenticate(t.Context(), bearing("good")); !errors.Is(err, want) {
			t.Errorf("error = %v, want %v", err, want)
		}
	}
	for range 3 {
		ask(nil)
	}
	p.fail(auth.ErrProviderUnavailable)
	c.add(59 * time.Second)
	ask(nil)
	if p.asked != 1 {
		t.Errorf("the token was verified %d times, want once", p.asked)
	}
	c.add(time.Second)
	ask(auth.ErrProviderUnavailable)
}

func TestARememberedTokenExpiresWithTheToken(t *testing.T) {
	c := newClock()
	p := &people{until: c.now().Add(5 * time.Second)}
	a := authenticator(t, auth.Options{People: p, Now: c.now})
	for range 2 {
		if _, err := a.Authenticate(t.Context(), bearing("good")); err != nil {
			t.Fatal(err)
		}
	}
	c.add(5 * time.Second)
	p.fail(auth.Invalid("expired", nil))
	if _, err := a.Authenticate(t.Context(), bearing("good")); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("error = %v, want ErrInvalidToken", err)
	}
}

func TestMoreTokensThanAreRememberedStillWork(t *testing.T) {
	c := newClock()
	p := &people{until: c.now().Add(time.Hour)}
	a := authenticator(t, auth.Options{People: p, Now: c.now})
	const tokens = 10_000
	for n := range tokens {
		if v, err := a.Authenticate(t.Context(), bearing(fmt.Sprint("good", n))); err != nil || v != officer {
			t.Fatalf("token %d: %+v, %v", n, v, err)
		}
	}
	if _, err := a.Authenticate(t.Context(), bearing(fmt.Sprint("good", tokens-1))); err != nil || p.asked != tokens {
		t.Errorf("the last token was verified again: %v, %d times in all", err, p.asked)
	}
	if _, err := a.Authenticate(t.Context(), bearing("good0")); err != nil || p.asked != tokens+1 {
		t.Errorf("the first token was not forgotten: %v, %d times in all", err, p.asked)
	}
}

func TestWithNothingConfiguredThisMachineIsLocal(t *testing.T) {
	a := authenticator(t, auth.Options{Local: true})
	at := func(remote, host string, headers ...string) *http.Request {
		r := request("/", headers...)
		r.RemoteAddr, r.Host = remote, host
		return r
	}
	for name, c := range map[string]struct {
		request *http.Request
		want    error
	}{
		"from here by address":             {at("127.0.0.1:9", "127.0.0.1:8080"), nil},
		"from here by IPv6":                {at("[::1]:9", "[::1]:8080"), nil},
		"from here by name":                {at("127.0.0.1:9", "localhost:8080"), nil},
		"from here without a port":         {at("127.0.0.1:9", "LocalHost"), nil},
		"from here by IPv6, no port":       {at("[::1]:9", "[::1]"), nil},
		"from another machine":             {at("192.0.2.1:9", "127.0.0.1:8080"), auth.ErrNoCredentials},
		"from a page that rebound a name":  {at("127.0.0.1:9", "evil.example:8080"), auth.ErrNoCredentials},
		"a name that begins like loopback": {at("127.0.0.1:9", "localhost.evil.example"), auth.ErrNoCredentials},
		"no host":                          {at("127.0.0.1:9", ""), auth.ErrNoCredentials},
		"no address":                       {at("", "localhost"), auth.ErrNoCredentials},
		"through a proxy":                  {at("127.0.0.1:9", "localhost", "X-Forwarded-For", "192.0.2.1"), auth.ErrNoCredentials},
		"through a proxy that says Via":    {at("127.0.0.1:9", "localhost", "Via", "1.1 front"), auth.ErrNoCredentials},
		"through a proxy of the standard":  {at("127.0.0.1:9", "localhost", "Forwarded", "for=192.0.2.1"), auth.ErrNoCredentials},
		"with a token that does not hold":  {at("127.0.0.1:9", "localhost", "Authorization", "Bearer x"), auth.ErrInvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := a.Authenticate(t.Context(), c.request)
			if !errors.Is(err, c.want) || (err == nil) != (got == auth.Local()) {
				t.Errorf("viewer = %+v, error = %v; want %v", got, err, c.want)
			}
		})
	}
}

func TestNobodyIsLocalBesideAnIdentityProvider(t *testing.T) {
	if _, err := auth.NewAuthenticator(auth.Options{Local: true, People: &people{}}); err == nil {
		t.Error("both were accepted")
	}
	a := authenticator(t, auth.Options{People: &people{}})
	r := request("/")
	r.RemoteAddr, r.Host = "127.0.0.1:9", "localhost"
	if v, err := a.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrNoCredentials) || v != (auth.Viewer{}) {
		t.Errorf("viewer = %+v, %v", v, err)
	}
}

func TestOnlyLoopbackMayBeListenedOnByDefault(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:8080": true, "127.9.9.9:0": true, "[::1]:8080": true, "localhost:8080": true, "[::ffff:127.0.0.1]:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.0.2.1:80": false, "example.com:80": false,
		"localhost.example.com:80": false, "127.0.0.1": false, "": false,
	} {
		if err := auth.CheckLoopback(address); (err == nil) != ok {
			t.Errorf("%q: error = %v", address, err)
		}
	}
	if err := auth.CheckLoopback(":8080"); !errors.Is(err, auth.ErrOpenListener) || !strings.Contains(err.Error(), "token create") {
		t.Errorf("the error names no fix: %v", err)
	}
}

func FuzzParseAuthorization(f *testing.F) {
	for _, s := range []string{"Bearer abc", "bearer a.b.c", "Basic Zm9v", "Bearer  ==", "Bearer \x00", "Bearer a b", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, err := auth.ParseAuthorization(header)
		switch {
		case err != nil && (!errors.Is(err, auth.ErrInvalidToken) || token != ""):
			t.Errorf("token = %q, error = %v", token, err)
		case err == nil && (token == "" || !strings.Contains(header, token) || strings.ContainsAny(token, " ,;\"{}\r\n\x00") || len(header) > auth.MaxHeader):
			t.Errorf("%q was read as %q", header, token)
		}
	})
}
