package signin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// provider is an identity provider with its own keys, which listens on loopback
// and lets in whoever comes.
type provider struct {
	*httptest.Server
	key *ecdsa.PrivateKey
	now func() time.Time

	mu      sync.Mutex
	claims  map[string]any // of the person
	idToken map[string]any // changes to the next ID tokens; nil values remove
	codes   map[string]grant
	refresh map[string]bool // tokens that still hold
	asked   int             // questions with a refresh token
	offline bool            // gives refresh tokens
	down    bool            // answers nothing
	refuse  string          // error code of the token endpoint
}

// grant is what a code stands for.
type grant struct{ challenge, nonce, redirect string }

func newProvider(t *testing.T, now func() time.Time) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{
		key: key, now: now, codes: map[string]grant{}, refresh: map[string]bool{}, offline: true,
		claims: map[string]any{"sub": "ada", "name": "Ada", "role": "PRIVACY"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("/keys", p.keys)
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	mux.HandleFunc("/revoke", p.revoke)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.is(func() bool { return p.down }) {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// is reads a fact of the provider.
func (p *provider) is(fact func() bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fact()
}

// set changes the provider.
func (p *provider) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"issuer": p.URL, "jwks_uri": p.URL + "/keys", "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"revocation_endpoint": p.URL + "/revoke", "end_session_endpoint": p.URL + "/end", "code_challenge_methods_supported": []string{"S256"},
		"authorization_response_iss_parameter_supported": true, "token_endpoint_auth_methods_supported": []string{"none"},
	})
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	point, err := p.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig", "x": encode(point[1:33]), "y": encode(point[33:]),
	}}})
}

// authorize lets the person in, and sends the browser back with a code.
func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("nonce") == "" || q.Get("response_type") != "code" {
		http.Error(w, "a weak question", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.set(func() { p.codes[code] = grant{q.Get("code_challenge"), q.Get("nonce"), q.Get("redirect_uri")} })
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.URL}}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

// token exchanges a code, once, for whoever knows its verifier; or a refresh
// token, once.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fail := func(code string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": code})
	}
	nonce := ""
	switch g, known := p.codes[r.FormValue("code")]; {
	case p.refuse != "":
		fail(p.refuse)
		return
	case r.FormValue("grant_type") == "refresh_token":
		p.asked++
		if !p.refresh[r.FormValue("refresh_token")] {
			fail("invalid_grant")
			return
		}
		delete(p.refresh, r.FormValue("refresh_token"))
	default:
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !known || encode(sum[:]) != g.challenge || r.FormValue("redirect_uri") != g.redirect {
			fail("invalid_grant")
			return
		}
		delete(p.codes, r.FormValue("code"))
		nonce = g.nonce
	}
	out := map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "id_token": p.signed(nonce)}
	if p.offline {
		again := rand.Text()
		p.refresh[again] = true
		out["refresh_token"] = again
	}
	answer(w, out)
}

func (p *provider) revoke(_ http.ResponseWriter, r *http.Request) {
	p.set(func() { delete(p.refresh, r.FormValue("token")) })
}

// signed is an ID token of the person.
func (p *provider) signed(nonce string) string {
	now := p.now().Unix()
	all := map[string]any{"iss": p.URL, "aud": client, "iat": now, "exp": now + 300, "nonce": nonce}
	maps.Copy(all, p.claims)
	for name, value := range p.idToken {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	body, err := json.Marshal(all)
	if err != nil {
		return ""
	}
	text := encode([]byte(`{"alg":"ES256","typ":"JWT","kid":"k1"}`)) + "." + encode(body)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, sum[:])
	if err != nil {
		return ""
	}
	return text + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
