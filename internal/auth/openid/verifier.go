package openid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"domicile/internal/auth"
)

// Verifier verifies access tokens of one provider. Make one with New.
type Verifier struct {
	cfg  Config
	ring *keyring
}

var _ auth.Verifier = (*Verifier)(nil)

// New returns a verifier. It checks the config and fetches nothing.
func New(c Config) (*Verifier, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	return &Verifier{cfg: c, ring: &keyring{cfg: c, client: newClient(c)}}, nil
}

// Warm begins to fetch the provider's keys, so that the first token need not
// wait for them, and returns at once.
func (v *Verifier) Warm() {
	v.ring.mu.Lock()
	defer v.ring.mu.Unlock()
	v.ring.start(v.cfg.Now())
}

// late is the clock by which a token expires: a little behind.
func (c Config) late() time.Time { return c.Now().Add(-c.Skew) }

// Verify returns who holds an access token and until when that is so. A token
// that is valid and names no role has a viewer without rights. The error wraps
// auth.ErrInvalidToken, auth.ErrProviderUnavailable, or that of a context that
// ended.
func (v *Verifier) Verify(ctx context.Context, token string) (auth.Viewer, time.Time, error) {
	viewer, _, until, err := v.verify(ctx, token)
	return viewer, until, err
}

// verify is Verify with the claims.
func (v *Verifier) verify(ctx context.Context, token string) (auth.Viewer, map[string]any, time.Time, error) {
	fail := func(err error) (auth.Viewer, map[string]any, time.Time, error) {
		return auth.Viewer{}, nil, time.Time{}, err
	}
	h, err := readHeader(token)
	if err != nil {
		return fail(err)
	}
	k, err := v.ring.find(ctx, h.KeyID, h.Algorithm)
	if err != nil {
		return fail(err)
	}
	verified, err := k.verifier.Verify(ctx, token)
	if err != nil {
		return fail(explain(err))
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		return fail(auth.Invalid("the access token's claims cannot be read", err))
	}
	if err := v.checkTimes(claims); err != nil {
		return fail(err)
	}
	viewer, err := v.cfg.viewer(verified.Subject, claims)
	if err != nil {
		return fail(err)
	}
	return viewer, claims, verified.Expiry.Add(v.cfg.Skew), nil
}

// explain says what is wrong with a token without repeating any of it.
func explain(err error) error {
	var expired *oidc.TokenExpiredError
	if errors.As(err, &expired) {
		return auth.Invalid("the access token has expired", nil)
	}
	return auth.Invalid("the access token is not one for this service", err)
}

// header is what the first part of a token says before anything is verified.
type header struct {
	Algorithm string          `json:"alg"`
	KeyID     string          `json:"kid"`
	Type      string          `json:"typ"`
	Critical  json.RawMessage `json:"crit"`
}

const maxHeader = 2 << 10 // in base64

// readHeader reads which key a token asks for. It refuses, before anybody is
// asked for anything, what is no signed access token.
func readHeader(token string) (h header, err error) {
	first, rest, _ := strings.Cut(token, ".")
	if strings.Count(rest, ".") != 1 || len(first) > maxHeader {
		return h, auth.Invalid("the access token is not a signed JWT", nil)
	}
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err == nil {
		err = json.Unmarshal(raw, &h)
	}
	switch {
	case err != nil:
		return h, auth.Invalid("the access token is not a signed JWT", nil)
	case h.Critical != nil:
		return h, auth.Invalid("the access token has critical extensions, which are not known here", nil)
	case !accessType(h.Type):
		return h, auth.Invalid("the token is not an access token", nil)
	case h.Algorithm == "" || strings.EqualFold(h.Algorithm, "none") || strings.HasPrefix(h.Algorithm, "HS"):
		return h, auth.Invalid("the access token is not signed with a key of the identity provider", nil)
	}
	return h, nil
}

// accessType reports whether a token's typ can be that of an access token. Many
// providers write JWT, or nothing; other kinds name themselves.
func accessType(typ string) bool {
	switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
	case "", "jwt", "at+jwt":
		return true
	}
	return false
}

// checkTimes checks what go-oidc leaves out or is loose about: a token that
// starts in the future is not valid yet, beyond the skew of the clocks.
func (v *Verifier) checkTimes(claims map[string]any) error {
	soon := v.cfg.Now().Add(v.cfg.Skew)
	for _, name := range []string{"nbf", "iat"} {
		value, ok := claims[name]
		if !ok {
			continue
		}
		seconds, ok := value.(float64)
		if !ok || seconds > float64(soon.Unix()) {
			return auth.Invalid("the access token is not valid yet", fmt.Errorf("%s is later than now", name))
		}
	}
	return nil
}
