package signin_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
	"domicile/internal/auth/signin"
)

const client = "domicile-page"

// service is one process with a page to sign in to.
type service struct {
	*httptest.Server
	provider *provider
	handler  *signin.Handler
	ahead    *atomic.Int64
	log      *lockedBuffer
	mu       sync.Mutex
	record   []string // who did what
	full     bool     // the record takes no more
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newService starts one; replicas share a provider, a clock and a key, and are
// reached at the address of the first.
func newService(t *testing.T, first *service) *service {
	t.Helper()
	s := &service{ahead: &atomic.Int64{}, log: &lockedBuffer{}}
	at := ""
	mux := http.NewServeMux()
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	if at = s.URL; first != nil {
		s.ahead, s.provider, at = first.ahead, first.provider, first.URL
	}
	now := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	if first == nil {
		s.provider = newProvider(t, now)
	}
	flow, err := openid.NewFlow(
		openid.Config{Issuer: s.provider.URL, RoleClaim: "role", CustomerClaim: "account", Now: now, MinInterval: time.Nanosecond},
		openid.Client{ID: client, Redirect: signin.CallbackURL(at), Scopes: []string{"profile"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	s.handler, err = signin.New(signin.Config{
		URL: at, Provider: flow, Record: s.recorded, Now: now, Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Key: func(use string) []byte { sum := sha256.Sum256([]byte("server key " + use)); return sum[:] },
	})
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.NewAuthenticator(auth.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/auth/", s.handler)
	mux.Handle("/api", tokens.WithSessions(s.handler).Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, auth.ViewerFrom(r.Context()).Subject+" "+auth.ViewerFrom(r.Context()).Role.String())
	})))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "page "+r.URL.RequestURI()) })
	return s
}

func (s *service) recorded(_ context.Context, v auth.Viewer, a auth.Action) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return errors.New("the store is full")
	}
	s.record = append(s.record, v.Subject+" "+a.String())
	return nil
}

// browser keeps cookies, and goes where it is sent.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}

// fetch asks for an address with headers, and returns the status, the text and
// where the browser ended up.
func fetch(t *testing.T, c *http.Client, method, address string, headers ...string) (int, string, *url.URL) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text), res.Request.URL
}

// who asks the API who somebody is.
func (s *service) who(t *testing.T, c *http.Client) (int, string) {
	status, text, _ := fetch(t, c, http.MethodGet, s.URL+"/api", signin.Header, "page")
	return status, text
}

func (s *service) signIn(t *testing.T, c *http.Client, back string) *url.URL {
	t.Helper()
	_, _, at := fetch(t, c, http.MethodGet, s.URL+signin.LoginPath+"?return="+url.QueryEscape(back))
	return at
}

func TestSomebodySignsInAndOut(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	if at := s.signIn(t, c, "/c/acme?kind=keys"); at.RequestURI() != "/c/acme?kind=keys" {
		t.Fatalf("came back at %s", at)
	}
	if status, text := s.who(t, c); status != 200 || text != "user:ada PRIVACY" {
		t.Errorf("%d %s", status, text)
	}
	if _, text, _ := fetch(t, c, http.MethodGet, s.URL+signin.ViewerPath, signin.Header, "page"); text != `{"viewer":{"role":"PRIVACY","name":"Ada"}}`+"\n" {
		t.Error(text)
	}
	status, text, _ := fetch(t, c, http.MethodPost, s.URL+signin.LogoutPath, signin.Header, "page")
	if status != 200 || !strings.Contains(text, s.provider.URL+"/end?") || !strings.Contains(text, "post_logout_redirect_uri") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := s.who(t, c); status != 200 || text != " " {
		t.Errorf("after the sign-out: %d %s", status, text)
	}
	if got := strings.Join(s.record, ", "); got != "user:ada SIGN_IN, user:ada SIGN_OUT" {
		t.Error(got)
	}
	if s.provider.is(func() bool { return len(s.provider.refresh) > 0 }) {
		t.Error("the provider was not told of the sign-out")
	}
}

func TestASignOutEndsACopyOfTheCookie(t *testing.T) {
	s, c, copied := newService(t, nil), browser(t), browser(t)
	other := newService(t, s)
	s.signIn(t, c, "/")
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	stolen := c.Jar.Cookies(at)
	copied.Jar.SetCookies(at, stolen)
	if status, _ := s.who(t, copied); status != 200 {
		t.Fatalf("the copy does not work before: %d", status)
	}
	fetch(t, c, http.MethodPost, s.URL+signin.LogoutPath, signin.Header, "page")
	copied.Jar.SetCookies(at, stolen)
	if status, _ := s.who(t, copied); status != http.StatusUnauthorized {
		t.Errorf("a copy of the cookie after the sign-out: %d", status)
	}
	// Another replica did not see the sign-out; the provider tells it.
	s.ahead.Add(int64(signin.CheckEvery))
	there, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	copied.Jar.SetCookies(there, stolen)
	if status, _ := other.who(t, copied); status != http.StatusUnauthorized {
		t.Errorf("another replica, after it asked: %d", status)
	}
}

func TestEveryReplicaTakesASession(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	other := newService(t, s)
	s.signIn(t, c, "/")
	if status, text := other.who(t, c); status != 200 || text != "user:ada PRIVACY" { // loopback ports share a jar
		t.Errorf("%d %s", status, text)
	}
}

func TestPeopleComeBackToThisServiceOnly(t *testing.T) {
	s := newService(t, nil)
	for _, back := range []string{
		"https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", "\\\\elsewhere.example",
		"javascript:alert(1)", "http:elsewhere.example", "/%2f/elsewhere.example/../..//elsewhere.example\n", "elsewhere.example", "", "/" + strings.Repeat("a", 2000),
		"/auth/logout", "/signed-out", "//", "/%2felsewhere.example",
	} {
		at := s.signIn(t, browser(t), back)
		if "http://"+at.Host != s.URL || at.Path != "/" {
			t.Errorf("%q leads to %s", back, at)
		}
	}
}

func TestTheCookieHasEveryGuard(t *testing.T) {
	p := newProvider(t, time.Now)
	for name, c := range map[string]struct {
		url, prefix string
		secure      bool
	}{
		"https":    {"https://domicile.example", "__Host-", true},
		"loopback": {"http://127.0.0.1:8080", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			flow, err := openid.NewFlow(openid.Config{Issuer: p.URL, RoleClaim: "role", Now: time.Now}, openid.Client{ID: client, Redirect: signin.CallbackURL(c.url)})
			if err != nil {
				t.Fatal(err)
			}
			h, err := signin.New(signin.Config{URL: c.url, Provider: flow, Key: func(string) []byte { return make([]byte, 32) }})
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, signin.LoginPath, nil))
			cookie := w.Result().Cookies()[0]
			if cookie.Name != c.prefix+"domicile-login" || !cookie.HttpOnly || cookie.Secure != c.secure || cookie.SameSite != http.SameSiteLaxMode ||
				cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge <= 0 {
				t.Errorf("%v", cookie)
			}
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Referrer-Policy") != "no-referrer" {
				t.Error(w.Header())
			}
		})
	}
}

func TestACookieAloneIsNoRequestOfThePage(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	s.signIn(t, c, "/")
	if status, text, _ := fetch(t, c, http.MethodGet, s.URL+"/api"); status != 200 || text != " " {
		t.Errorf("a cookie alone is somebody: %d %s", status, text)
	}
	for name, headers := range map[string][]string{
		"without the header": {},
		"of another origin":  {signin.Header, "page", "Origin", "https://elsewhere.example"},
		"of another site":    {signin.Header, "page", "Sec-Fetch-Site", "cross-site"},
		"of a sister site":   {signin.Header, "page", "Sec-Fetch-Site", "same-site"},
	} {
		if status, _, _ := fetch(t, c, http.MethodPost, s.URL+signin.LogoutPath, headers...); status != http.StatusForbidden {
			t.Errorf("sign-out %s: %d", name, status)
		}
	}
	if status, _, _ := fetch(t, c, http.MethodGet, s.URL+signin.LogoutPath, signin.Header, "page"); status != http.StatusMethodNotAllowed {
		t.Errorf("a GET signs out: %d", status)
	}
	if status, text := s.who(t, c); status != 200 || text != "user:ada PRIVACY" {
		t.Errorf("somebody was signed out: %d %s", status, text)
	}
}

func TestAnAnswerThatIsNotToThisBrowsersQuestionIsRefused(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	c.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, signin.CallbackPath) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	begin := func(c *http.Client) string { // as far as the way back
		r, err := c.Get(s.URL + signin.LoginPath)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.Header.Get("Location")
	}
	answer := begin(c)
	victim := browser(t)
	for name, address := range map[string]string{
		"without a question":     answer,
		"without a state":        s.URL + signin.CallbackPath + "?code=a",
		"with nothing at all":    s.URL + signin.CallbackPath,
		"with an empty question": s.URL + signin.CallbackPath + "?state=&code=",
	} {
		_, _, at := fetch(t, victim, http.MethodGet, address)
		if status, text := s.who(t, victim); at.Path != signin.OutPath || at.Query().Get("why") != "again" || status != 200 || text != " " {
			t.Errorf("%s: %s %d %s", name, at, status, text)
		}
	}
	// The provider's name, a second use, and an answer that took too long.
	mixed := strings.Replace(answer, "iss="+url.QueryEscape(s.provider.URL), "iss=https%3A%2F%2Fother.example", 1)
	if _, _, at := fetch(t, c, http.MethodGet, mixed); at.Query().Get("why") != "refused" {
		t.Errorf("an answer of another provider: %s", at)
	}
	if _, _, at := fetch(t, c, http.MethodGet, answer); at.Query().Get("why") != "again" {
		t.Errorf("the same question twice: %s", at)
	}
	answer = begin(c)
	s.ahead.Add(int64(11 * time.Minute))
	if _, _, at := fetch(t, c, http.MethodGet, answer); at.Query().Get("why") != "again" {
		t.Errorf("after 11 minutes: %s", at)
	}
	if len(s.record) > 0 {
		t.Errorf("somebody signed in: %v", s.record)
	}
}

func TestAnIDTokenThatDoesNotHoldSignsNobodyIn(t *testing.T) {
	for name, change := range map[string]map[string]any{
		"another nonce":      {"nonce": "other"},
		"no nonce":           {"nonce": nil},
		"another audience":   {"aud": "other"},
		"another party":      {"azp": "other"},
		"another issuer":     {"iss": "https://other.example"},
		"an old one":         {"exp": 1},
		"nobody":             {"sub": nil},
		"a customer of none": {"role": "CUSTOMER"},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := newService(t, nil), browser(t)
			s.provider.set(func() { s.provider.idToken = change })
			at := s.signIn(t, c, "/c/acme")
			status, text := s.who(t, c)
			if at.Path != signin.OutPath || at.Query().Get("why") != "refused" || at.Query().Get("return") != "/c/acme" || status != 200 || text != " " {
				t.Errorf("%s %d %q", at, status, text)
			}
		})
	}
}

func TestASessionEnds(t *testing.T) {
	for name, c := range map[string]struct {
		offline bool
		steps   []time.Duration // each followed by a request
		status  int
	}{
		"not while somebody works":                    {true, []time.Duration{time.Hour, time.Hour, time.Hour, time.Hour}, 200},
		"when nobody comes for two hours":             {true, []time.Duration{time.Hour, signin.MaxIdle}, 401},
		"after ten hours":                             {true, []time.Duration{90 * time.Minute, 90 * time.Minute, 90 * time.Minute, 90 * time.Minute, 90 * time.Minute, 90 * time.Minute, 70 * time.Minute}, 401},
		"after an hour that nobody can be asked":      {false, []time.Duration{59 * time.Minute, 2 * time.Minute}, 401},
		"not within an hour that nobody can be asked": {false, []time.Duration{30 * time.Minute, 29 * time.Minute}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			s, b := newService(t, nil), &keeping{}
			s.provider.set(func() { s.provider.offline = c.offline })
			b.client = browser(t)
			s.signIn(t, b.client, "/")
			b.save(t, s)
			status := 0
			for _, step := range c.steps {
				s.ahead.Add(int64(step))
				b.restore(t, s)
				status, _ = s.who(t, b.client)
				b.save(t, s)
			}
			if status != c.status {
				t.Errorf("%d, want %d", status, c.status)
			}
		})
	}
}

// keeping is a browser that forgets no cookie because it is old, as a thief
// would; what the service deletes or renews it takes.
type keeping struct {
	client *http.Client
	last   []*http.Cookie
}

func (k *keeping) save(t *testing.T, s *service) {
	t.Helper()
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if now := k.client.Jar.Cookies(at); len(now) > 0 {
		k.last = now
	}
}

func (k *keeping) restore(t *testing.T, s *service) {
	t.Helper()
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	k.client.Jar.SetCookies(at, k.last)
}

func TestTheProviderIsAskedAgainAndDecides(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	s.signIn(t, c, "/")
	s.provider.set(func() { s.provider.claims["role"] = "SALES" })
	s.ahead.Add(int64(signin.CheckEvery))
	var wait sync.WaitGroup
	for range 8 { // one of them asks
		wait.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api", nil)
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set(signin.Header, "page")
			if res, err := c.Do(r); err != nil || res.StatusCode != 200 {
				t.Error(err, res)
			} else {
				res.Body.Close()
			}
		})
	}
	wait.Wait()
	if status, text := s.who(t, c); status != 200 || text != "user:ada SALES" {
		t.Errorf("after the role changed: %d %s", status, text)
	}
	s.provider.set(func() {
		if s.provider.asked != 1 {
			t.Errorf("the provider was asked %d times", s.provider.asked)
		}
		s.provider.refuse = "invalid_grant"
	})
	s.ahead.Add(int64(signin.CheckEvery))
	if status, _ := s.who(t, c); status != http.StatusUnauthorized {
		t.Errorf("after the provider said no: %d", status)
	}
}

func TestAProviderThatIsDownEndsSessionsOnlyAfterAWhile(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	s.signIn(t, c, "/")
	s.provider.set(func() { s.provider.down = true })
	s.ahead.Add(int64(10 * time.Minute))
	if status, text := s.who(t, c); status != 200 || text != "user:ada PRIVACY" {
		t.Errorf("after 10 minutes: %d %s", status, text)
	}
	s.ahead.Add(int64(25 * time.Minute))
	if status, _ := s.who(t, c); status != http.StatusServiceUnavailable {
		t.Errorf("after 35 minutes: %d", status)
	}
	s.provider.set(func() { s.provider.down, s.provider.refuse = false, "temporarily_unavailable" })
	if at := s.signIn(t, browser(t), "/"); at.Path != signin.OutPath || at.Query().Get("why") != "unavailable" {
		t.Errorf("signing in meanwhile: %s", at)
	}
}

func TestACookieOfSomebodyElsesMakingIsNone(t *testing.T) {
	s := newService(t, nil)
	for _, value := range []string{"a", strings.Repeat("A", 200), strings.Repeat("A", 9000)} {
		r := httptest.NewRequest(http.MethodGet, "/api", nil)
		r.Header.Set(signin.Header, "page")
		r.AddCookie(&http.Cookie{Name: "domicile-session", Value: value})
		if _, err := s.handler.Session(nil, r); !errors.Is(err, auth.ErrInvalidToken) {
			t.Errorf("%.10s: %v", value, err)
		}
	}
	twice := httptest.NewRequest(http.MethodGet, "/api", nil)
	twice.Header.Set(signin.Header, "page")
	twice.AddCookie(&http.Cookie{Name: "domicile-session", Value: "a"})
	twice.AddCookie(&http.Cookie{Name: "domicile-session", Value: "b"})
	if _, err := s.handler.Session(nil, twice); !errors.Is(err, auth.ErrNoCredentials) {
		t.Errorf("two cookies: %v", err)
	}
}

func TestNoSignInWithoutItsRecord(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	s.full = true
	at := s.signIn(t, c, "/")
	if status, text := s.who(t, c); at.Path != signin.OutPath || status != 200 || text != " " {
		t.Errorf("%s %d %s", at, status, text)
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	s, c := newService(t, nil), browser(t)
	s.signIn(t, c, "/")
	var secrets []string
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range c.Jar.Cookies(at) {
		secrets = append(secrets, cookie.Value)
	}
	s.provider.set(func() {
		for token := range s.provider.refresh {
			secrets = append(secrets, token)
		}
		s.provider.refuse = "invalid_grant"
	})
	s.ahead.Add(int64(signin.CheckEvery))
	s.who(t, c)
	s.signIn(t, browser(t), "/")
	text := s.log.String()
	if !strings.Contains(text, "no longer vouches") || !strings.Contains(text, "could not sign in") {
		t.Errorf("the log tells too little: %s", text)
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Error("a secret is in the log")
		}
	}
}

func TestAConfigThatCannotBeIsRefused(t *testing.T) {
	for _, address := range []string{"", "domicile.example", "http://domicile.example", "https://", "https://a@b.example", "https://b.example/path", "https://b.example?q", "ftp://127.0.0.1"} {
		flow := &openid.Flow{}
		if _, err := signin.New(signin.Config{URL: address, Provider: flow, Key: func(string) []byte { return nil }}); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}
