package openid_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

func FuzzVerifyToken(f *testing.F) {
	s := ecKey(f, "e")
	i := newIssuer(f, s)
	v := i.verifier(f)
	good := i.token(f, s)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add("e30.e30.")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("a.b.c.d.e")
	f.Fuzz(func(t *testing.T, token string) {
		got, _, err := v.Verify(t.Context(), token)
		switch {
		case err == nil && (token != good || got != officer):
			t.Errorf("%q was taken for %+v", token, got)
		case err != nil && !errors.Is(err, auth.ErrInvalidToken):
			t.Errorf("error = %v, want ErrInvalidToken", err)
		}
	})
}

// canned answers discovery, and every other request with keys.
type canned struct{ keys string }

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	body := c.keys
	if strings.HasPrefix(r.URL.Path, "/.well-known/") {
		body = `{"issuer":"https://id.example","jwks_uri":"https://id.example/keys"}`
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: r, Header: http.Header{}}, nil
}

func FuzzReadKeys(f *testing.F) {
	s := ecKey(f, "e")
	token := signed(f, map[string]any{"alg": "ES256", "kid": "e"}, map[string]any{"iss": "https://id.example"}, s.key)
	f.Add(`{"keys":[]}`)
	f.Add(`{"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"AAAA","y":"AAAA"}]}`)
	f.Add(`{"keys":[{"kty":"RSA","kid":"e","n":"AQAB","e":"AQAB"},{"kty":"OKP","crv":"Ed25519","x":"AA"}]}`)
	f.Add(`{"keys":[{"kty":"oct","kid":"e","k":"AAAA"}]}`)
	f.Fuzz(func(t *testing.T, keys string) {
		v, err := openid.New(openid.Config{
			Issuer: "https://id.example", Audience: audience, RoleClaim: "role", Transport: canned{keys},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := v.Verify(t.Context(), token); err == nil {
			t.Errorf("a token without audience was taken for %+v", got)
		}
	})
}
