package openid_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

const audience = "https://domicile.example"

// issuer is an identity provider that listens on loopback.
type issuer struct {
	*httptest.Server
	clock   *clock
	fetches atomic.Int32 // of keys

	mu    sync.Mutex
	keys  []signer
	serve func(w http.ResponseWriter, r *http.Request) bool // answers instead, where it returns true
}

// signer is a private key under an id.
type signer struct {
	id  string
	key crypto.Signer
}

// clock is a clock that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time      { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) add(d time.Duration) { c.at.Add(int64(d)) }

func newIssuer(t testing.TB, keys ...signer) *issuer {
	t.Helper()
	i := &issuer{keys: keys, clock: &clock{}}
	i.clock.at.Store(time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC).UnixNano())
	i.Server = httptest.NewServer(http.HandlerFunc(i.handle))
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) handle(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	serve, keys := i.serve, i.keys
	i.mu.Unlock()
	if r.URL.Path == "/keys" {
		i.fetches.Add(1)
	}
	switch {
	case serve != nil && serve(w, r):
	case r.URL.Path == "/.well-known/openid-configuration":
		writeJSON(w, map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys"})
	case r.URL.Path == "/keys":
		set := []any{}
		for _, k := range keys {
			set = append(set, jwkOf(k))
		}
		writeJSON(w, map[string]any{"keys": set})
	default:
		http.NotFound(w, r)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

// rotate replaces the keys.
func (i *issuer) rotate(keys ...signer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

// behave makes the issuer answer in another way; nil is the usual one.
func (i *issuer) behave(serve func(w http.ResponseWriter, r *http.Request) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.serve = serve
}

// fail answers everything with 500.
func fail(w http.ResponseWriter, _ *http.Request) bool {
	http.Error(w, "out of order", http.StatusInternalServerError)
	return true
}

// verifier returns a verifier of the issuer's tokens, changed by the options.
func (i *issuer) verifier(t testing.TB, options ...func(*openid.Config)) *openid.Verifier {
	t.Helper()
	c := i.config()
	for _, o := range options {
		o(&c)
	}
	v, err := openid.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (i *issuer) config() openid.Config {
	return openid.Config{
		Issuer: i.URL, Audience: audience, RoleClaim: "role", CustomerClaim: "account", GrantsClaim: "grants",
		Now: i.clock.now,
	}
}

// claims are those of a good token of a privacy officer.
func (i *issuer) claims(changes ...map[string]any) map[string]any {
	now := i.clock.now().Unix()
	all := map[string]any{
		"iss": i.URL, "aud": audience, "sub": "officer-1", "role": "PRIVACY", "iat": now, "nbf": now, "exp": now + 600,
	}
	for _, change := range changes {
		for name, value := range change {
			all[name] = value
			if value == nil {
				delete(all, name)
			}
		}
	}
	return all
}

// token is a good token of one of the issuer's keys, with claims changed.
func (i *issuer) token(t testing.TB, s signer, changes ...map[string]any) string {
	t.Helper()
	return signed(t, map[string]any{"alg": algOf(s.key), "kid": s.id, "typ": "at+jwt"}, i.claims(changes...), s.key)
}

func rsaKey(t testing.TB, id string) signer { return rsaKeyOf(t, id, 2048) }

func rsaKeyOf(t testing.TB, id string, bits int) signer {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return signer{id, k}
}

func ecKey(t testing.TB, id string) signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer{id, k}
}

func edKey(t testing.TB, id string) signer {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer{id, k}
}

func algOf(k crypto.Signer) string {
	switch k.(type) {
	case *rsa.PrivateKey:
		return "RS256"
	case *ecdsa.PrivateKey:
		return "ES256"
	}
	return "EdDSA"
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func jwkOf(s signer) map[string]any {
	jwk := map[string]any{"kid": s.id, "use": "sig", "alg": algOf(s.key)}
	switch k := s.key.Public().(type) {
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", b64(k.N.Bytes()), b64(big.NewInt(int64(k.E)).Bytes())
	case *ecdsa.PublicKey:
		point, _ := k.Bytes()
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", "P-256", b64(point[1:33]), b64(point[33:])
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", b64(k)
	}
	return jwk
}

// signed is a token whose signature is made with key in the way of that key,
// whatever its header says.
func signed(t testing.TB, header, claims map[string]any, key crypto.Signer) string {
	t.Helper()
	return attach(unsigned(t, header, claims), func(input []byte) []byte {
		sum := sha256.Sum256(input)
		switch k := key.(type) {
		case *ecdsa.PrivateKey:
			r, s, err := ecdsa.Sign(rand.Reader, k, sum[:])
			if err != nil {
				t.Fatal(err)
			}
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		case ed25519.PrivateKey:
			return ed25519.Sign(k, input)
		}
		sig, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		return sig
	})
}

// hmacSigned is a token signed with a shared secret.
func hmacSigned(t testing.TB, header, claims map[string]any, secret []byte) string {
	t.Helper()
	return attach(unsigned(t, header, claims), func(input []byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(input)
		return h.Sum(nil)
	})
}

func unsigned(t testing.TB, header, claims map[string]any) string {
	t.Helper()
	h, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	c, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return b64(h) + "." + b64(c)
}

func attach(input string, sign func([]byte) []byte) string {
	return input + "." + b64(sign([]byte(input)))
}

var officer = auth.Viewer{Subject: "user:officer-1", Role: auth.Privacy}
