package openid_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

func TestGoodTokensOfEveryKindOfKeyAreTaken(t *testing.T) {
	r, e, d := rsaKey(t, "r"), ecKey(t, "e"), edKey(t, "d")
	i := newIssuer(t, r, e, d)
	v := i.verifier(t)
	for name, s := range map[string]signer{"RSA": r, "elliptic curve": e, "Edwards curve": d} {
		t.Run(name, func(t *testing.T) {
			got, until, err := v.Verify(t.Context(), i.token(t, s))
			if err != nil || got != officer {
				t.Fatalf("viewer = %+v, %v; want %+v", got, err, officer)
			}
			if want := i.clock.now().Add(10*time.Minute + openid.DefaultSkew); !until.Equal(want) {
				t.Errorf("until = %s, want %s", until, want)
			}
		})
	}
}

func TestATokenWithoutKeyIDIsTakenWhereOneKeyAloneFits(t *testing.T) {
	r, e, e2 := rsaKey(t, "r"), ecKey(t, "e"), ecKey(t, "e2")
	i := newIssuer(t, r, e, e2)
	v := i.verifier(t)
	nameless := func(s signer) string {
		return signed(t, map[string]any{"alg": algOf(s.key)}, i.claims(), s.key)
	}
	if got, _, err := v.Verify(t.Context(), nameless(r)); err != nil || got != officer {
		t.Errorf("the only RSA key: %+v, %v", got, err)
	}
	if _, _, err := v.Verify(t.Context(), nameless(e)); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("one of two EC keys: error = %v, want ErrInvalidToken", err)
	}
}

// forge makes hostile tokens of an issuer with the RSA key good and the EC key
// other.
type forge struct {
	*issuer
	good, other, stranger signer // the stranger's key has the id of good
}

func newForge(t *testing.T) forge {
	t.Helper()
	good, other := rsaKey(t, "good"), ecKey(t, "other")
	return forge{newIssuer(t, good, other), good, other, rsaKey(t, "good")}
}

// head is a good header, with pairs of names and values changed.
func (f forge) head(more ...any) map[string]any {
	h := map[string]any{"alg": "RS256", "kid": "good", "typ": "at+jwt"}
	for k := 0; k < len(more); k += 2 {
		h[more[k].(string)] = more[k+1]
	}
	return h
}

// headers are tokens that lie about how they are signed.
func (f forge) headers(t *testing.T) map[string]string {
	i, good, other, stranger, head := f.issuer, f.good, f.other, f.stranger, f.head
	pub := good.key.Public().(*rsa.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	return map[string]string{
		"alg none, no signature":               unsigned(t, head("alg", "none"), i.claims()) + ".",
		"alg none, spelled otherwise":          unsigned(t, head("alg", "NoNe"), i.claims()) + ".",
		"HS256 with the public key's PEM":      hmacSigned(t, head("alg", "HS256"), i.claims(), asPEM),
		"HS256 with the public key's DER":      hmacSigned(t, head("alg", "HS256"), i.claims(), der),
		"HS256 with the public key's modulus":  hmacSigned(t, head("alg", "HS256"), i.claims(), pub.N.Bytes()),
		"RS256 header over an HMAC":            hmacSigned(t, head(), i.claims(), asPEM),
		"an algorithm that the key is not for": signed(t, head("alg", "RS512"), i.claims(), good.key),
		"another kind of key under its id":     signed(t, head("alg", "ES256"), i.claims(), other.key),
		"an algorithm nobody knows":            signed(t, head("alg", "XX256"), i.claims(), good.key),
		"somebody else's key under the id":     i.token(t, stranger),
		"a key of its own in the header":       signed(t, head("jwk", jwkOf(stranger)), i.claims(), stranger.key),
		"a key at a URL in the header":         signed(t, head("jku", "https://evil.example/keys"), i.claims(), stranger.key),
		"a certificate in the header":          signed(t, head("x5c", []string{b64(der)}), i.claims(), stranger.key),
		"an unknown key id":                    signed(t, head("kid", "nobody"), i.claims(), good.key),
		"a key id that is a path":              signed(t, head("kid", "../../etc/passwd"), i.claims(), good.key),
		"a key id that is no text":             signed(t, head("kid", 7), i.claims(), good.key),
		"critical extensions":                  signed(t, head("crit", []string{"b64"}, "b64", false), i.claims(), good.key),
		"a huge header":                        signed(t, head("pad", strings.Repeat("x", 4096)), i.claims(), good.key),
		"an identity token by its type":        signed(t, head("typ", "id+jwt"), i.claims(), good.key),
		"a logout token":                       signed(t, head("typ", "logout+jwt"), i.claims(), good.key),
		"a proof of possession":                signed(t, head("typ", "dpop+jwt"), i.claims(), good.key),
	}
}

// forms are tokens that are cut, bent or put together.
func (f forge) forms(t *testing.T) map[string]string {
	fine, ec := f.token(t, f.good), f.token(t, f.other)
	parts := strings.Split(fine, ".")
	head, i := f.head, f.issuer
	with := func(name string, value any) string { return f.token(t, f.good, map[string]any{name: value}) }
	return map[string]string{
		"alg none, signature kept":     unsigned(t, head("alg", "none"), i.claims()) + "." + parts[2],
		"no alg":                       signed(t, map[string]any{"kid": "good"}, i.claims(), f.good.key),
		"claims changed after signing": parts[0] + "." + strings.Split(with("sub", "officer-2"), ".")[1] + "." + parts[2],
		"signature missing":            parts[0] + "." + parts[1] + ".",
		"signature cut":                fine[:len(fine)-4],
		"signature of another token":   parts[0] + "." + parts[1] + "." + strings.Split(ec, ".")[2],
		"two parts":                    parts[0] + "." + parts[1],
		"five parts, as if encrypted":  fine + ".AAAA.AAAA",
		"the JSON form":                `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"empty":                        "",
		"dots":                         "..",
	}
}

// claimed are tokens of the issuer itself that are not for this service, or not
// for now.
func (f forge) claimed(t *testing.T) map[string]string {
	i, good := f.issuer, f.good
	now := i.clock.now().Unix()
	with := func(name string, value any) string { return i.token(t, good, map[string]any{name: value}) }
	return map[string]string{
		"another issuer":                        with("iss", "https://evil.example"),
		"the issuer with a slash":               with("iss", i.URL+"/"),
		"no issuer":                             with("iss", nil),
		"another audience":                      with("aud", "https://other.example"),
		"no audience":                           with("aud", nil),
		"an audience that starts like ours":     with("aud", audience+".evil.example"),
		"expired":                               with("exp", now-31),
		"no expiry":                             with("exp", nil),
		"an expiry that is no number":           with("exp", "tomorrow"),
		"not valid yet":                         with("nbf", now+60),
		"not valid yet, as text":                with("nbf", "soon"),
		"issued in the future":                  with("iat", now+60),
		"no subject":                            with("sub", nil),
		"an empty subject":                      with("sub", ""),
		"a subject with a new line":             with("sub", "a\nb"),
		"a subject of 256 bytes":                with("sub", strings.Repeat("a", 256)),
		"a token bound to a key":                with("cnf", map[string]any{"jkt": "abc"}),
		"two roles":                             with("role", []string{"SALES", "PRIVACY"}),
		"a role that is a number":               with("role", 3),
		"a role among numbers":                  with("role", []any{"PRIVACY", 3}),
		"a customer without an account":         with("role", "CUSTOMER"),
		"a customer whose account is no id":     i.token(t, good, map[string]any{"role": "CUSTOMER", "account": "ac me"}),
		"a customer whose account is a list":    i.token(t, good, map[string]any{"role": "CUSTOMER", "account": []string{"acme"}}),
		"a customer whose account is a pattern": i.token(t, good, map[string]any{"role": "CUSTOMER", "account": "*"}),
	}
}

func TestHostileTokensAreRefused(t *testing.T) {
	f := newForge(t)
	v := f.verifier(t)
	all := f.headers(t)
	maps.Copy(all, f.forms(t))
	maps.Copy(all, f.claimed(t))
	for name, token := range all {
		t.Run(name, func(t *testing.T) {
			got, _, err := v.Verify(t.Context(), token)
			if !errors.Is(err, auth.ErrInvalidToken) || got != (auth.Viewer{}) {
				t.Fatalf("viewer = %+v, error = %v; want nobody and ErrInvalidToken", got, err)
			}
			for part := range strings.SplitSeq(token, ".") {
				if len(part) > 20 && strings.Contains(err.Error(), part) {
					t.Errorf("the error repeats a part of the token: %v", err)
				}
			}
		})
	}
	if got, _, err := v.Verify(t.Context(), f.token(t, f.good)); err != nil || got != officer {
		t.Errorf("a token like those they were made of: %+v, %v", got, err)
	}
	if n := f.fetches.Load(); n != 1 {
		t.Errorf("all of them together fetched keys %d times, want once", n)
	}
}

func TestClocksMayDifferALittle(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	v := i.verifier(t)
	now := i.clock.now().Unix()
	for name, change := range map[string]map[string]any{
		"expired 29 seconds ago":     {"exp": now - 29},
		"valid in 29 seconds":        {"nbf": now + 29},
		"issued 29 seconds from now": {"iat": now + 29},
		"no times but the expiry":    {"iat": nil, "nbf": nil},
	} {
		if _, _, err := v.Verify(t.Context(), i.token(t, s, change)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyConfiguredAlgorithmsAreTaken(t *testing.T) {
	r, e := rsaKey(t, "r"), ecKey(t, "e")
	i := newIssuer(t, r, e)
	v := i.verifier(t, func(c *openid.Config) { c.Algorithms = []string{"ES256"} })
	if _, _, err := v.Verify(t.Context(), i.token(t, e)); err != nil {
		t.Error(err)
	}
	if _, _, err := v.Verify(t.Context(), i.token(t, r)); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("RS256: error = %v, want ErrInvalidToken", err)
	}
}
