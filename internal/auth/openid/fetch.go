package openid

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// Bounds on what a provider may send.
const (
	maxBody = 256 << 10
	maxKeys = 64
	minRSA  = 2048 // bits
	maxRSA  = 8192
)

// key is one public key of the provider and what it verifies.
type key struct {
	id       string
	algs     []string
	verifier *oidc.IDTokenVerifier
}

// bounded cuts responses off at maxBody with an error.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, maxBody)
	}
	return resp, err
}

func newClient(c Config) *http.Client {
	transport := c.Transport
	if transport == nil {
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			t = t.Clone()
			t.MaxResponseHeaderBytes = 64 << 10
			transport = t
		} else {
			transport = http.DefaultTransport
		}
	}
	return &http.Client{
		Transport: bounded{transport},
		Timeout:   c.Timeout,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 3 {
				return errors.New("it redirects more than 3 times")
			}
			return checkURL(r.URL.String())
		},
	}
}

// fetchKeys asks the provider where its keys are and reads them.
func fetchKeys(ctx context.Context, c Config, client *http.Client) ([]key, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, client), c.Timeout)
	defer cancel()
	provider, err := oidc.NewProvider(ctx, c.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover %s: %w", c.Issuer, clipped(err))
	}
	var where struct {
		JWKS string `json:"jwks_uri"`
	}
	if err := provider.Claims(&where); err != nil {
		return nil, fmt.Errorf("discover %s: %w", c.Issuer, err)
	}
	if err := checkURL(where.JWKS); err != nil {
		return nil, fmt.Errorf("discover %s: jwks_uri: %w", c.Issuer, err)
	}
	body, err := get(ctx, client, where.JWKS)
	if err != nil {
		return nil, fmt.Errorf("fetch keys of %s: %w", c.Issuer, err)
	}
	keys, err := parseKeys(c, body)
	if err != nil {
		return nil, fmt.Errorf("read keys of %s: %w", c.Issuer, err)
	}
	return keys, nil
}

// clipped bounds the text of an error that repeats what a provider sent.
func clipped(err error) error {
	const most = 300
	if text := err.Error(); len(text) > most {
		return errors.New(text[:most] + "…")
	}
	return err
}

func get(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// parseKeys reads a set of keys. As the standard asks, keys that are of no use
// here are passed over; a set without any other is an error.
func parseKeys(c Config, body []byte) ([]key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, err
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("there are %d keys, more than %d", len(set.Keys), maxKeys)
	}
	var keys []key
	for _, raw := range set.Keys {
		var jwk jose.JSONWebKey
		if err := json.Unmarshal(raw, &jwk); err != nil || jwk.Use != "" && jwk.Use != "sig" {
			continue
		}
		var algs []string
		for _, a := range algorithmsOf(jwk.Key) {
			if slices.Contains(c.Algorithms, a) && (jwk.Algorithm == "" || jwk.Algorithm == a) {
				algs = append(algs, a)
			}
		}
		if len(algs) > 0 {
			keys = append(keys, newKey(c, jwk, algs))
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("none of %d keys is of use: want public RSA (%d to %d bits), EC or Ed25519 keys for %v", len(set.Keys), minRSA, maxRSA, c.Algorithms)
	}
	return keys, nil
}

// newKey makes a key whose verifier can use nothing but it.
func newKey(c Config, jwk jose.JSONWebKey, algs []string) key {
	return key{id: jwk.KeyID, algs: algs, verifier: oidc.NewVerifier(c.Issuer,
		&oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{jwk.Key}},
		&oidc.Config{ClientID: c.Audience, SupportedSigningAlgs: algs, Now: c.late})}
}

// algorithmsOf are the algorithms that a public key is for; none for a private
// or symmetric key, which nobody may publish.
func algorithmsOf(public any) []string {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n >= minRSA && n <= maxRSA {
			return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512}
		}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return []string{oidc.ES256}
		case elliptic.P384():
			return []string{oidc.ES384}
		case elliptic.P521():
			return []string{oidc.ES512}
		}
	case ed25519.PublicKey:
		return []string{oidc.EdDSA}
	}
	return nil
}
