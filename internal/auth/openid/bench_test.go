package openid_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"domicile/internal/auth"
)

// BenchmarkAuthenticate measures a request with an access token whose key is
// known: verified anew, and remembered.
func BenchmarkAuthenticate(b *testing.B) {
	for name, s := range map[string]signer{"RS256": rsaKey(b, "k"), "ES256": ecKey(b, "k"), "EdDSA": edKey(b, "k")} {
		i := newIssuer(b, s)
		v := i.verifier(b)
		token := i.token(b, s)
		b.Run(name+"/uncached", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := v.Verify(b.Context(), token); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/cached", func(b *testing.B) {
			a, err := auth.NewAuthenticator(auth.Options{People: v, Now: i.clock.now})
			if err != nil {
				b.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Authenticate(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
