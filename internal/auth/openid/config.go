package openid

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"domicile/internal/auth"
)

// Defaults of a Config.
const (
	DefaultTimeout      = 5 * time.Second
	DefaultMinInterval  = 10 * time.Second
	DefaultRefreshEvery = 5 * time.Minute
	DefaultKeepKeys     = 24 * time.Hour
	DefaultSkew         = 30 * time.Second
	maxSkew             = 2 * time.Minute
)

// Config says which tokens are taken and what their claims mean. Issuer,
// Audience and RoleClaim are required.
type Config struct {
	// Issuer is the provider's URL, exactly as its tokens spell it: https, or
	// http on loopback.
	Issuer string
	// Audience is what the provider calls this service in a token's aud.
	Audience string
	// Algorithms are the signature algorithms taken; empty is DefaultAlgorithms.
	Algorithms []string

	// RoleClaim, CustomerClaim and GrantsClaim name the claims that hold the
	// role, a CUSTOMER's account, and grants: a claim of that name, or, where it
	// begins with /, a JSON Pointer such as /realm_access/roles. A role or grant
	// is a text or a list of texts; an account is a text. Without CustomerClaim
	// nobody is a CUSTOMER.
	RoleClaim     string
	CustomerClaim string
	GrantsClaim   string
	// Roles are the roles by the texts of RoleClaim; other texts are ignored.
	// Empty takes the roles' own names.
	Roles map[string]auth.Role

	Timeout      time.Duration // of one fetch of keys; 0 is DefaultTimeout
	MinInterval  time.Duration // between fetches; 0 is DefaultMinInterval
	RefreshEvery time.Duration // age at which keys are fetched anew; 0 is DefaultRefreshEvery
	KeepKeys     time.Duration // age at which keys serve no more; 0 is DefaultKeepKeys
	Skew         time.Duration // between the clocks, up to two minutes; 0 is DefaultSkew

	Now       func() time.Time  // nil is time.Now
	Transport http.RoundTripper // nil is a copy of the default one
}

// DefaultAlgorithms returns the algorithms taken where a Config names none.
func DefaultAlgorithms() []string {
	return []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
		oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
	}
}

// Validate reports every choice that cannot work.
func (c Config) Validate() error {
	var errs []error
	if err := checkURL(c.Issuer); err != nil {
		errs = append(errs, fmt.Errorf("issuer: %w", err))
	}
	if c.Audience == "" {
		errs = append(errs, errors.New("audience is empty: name what the provider puts into aud for this service"))
	}
	for _, a := range c.Algorithms {
		if !slices.Contains(DefaultAlgorithms(), a) {
			errs = append(errs, fmt.Errorf("algorithm %q is not taken: want some of %s", a, strings.Join(DefaultAlgorithms(), ", ")))
		}
	}
	if c.RoleClaim == "" {
		errs = append(errs, errors.New("role claim is empty: name the claim that holds the role"))
	}
	for text, r := range c.Roles {
		if text == "" || r == auth.NoRole {
			errs = append(errs, fmt.Errorf("role %q is mapped to %q: both must be something", text, r))
		}
	}
	if c.Skew < 0 || c.Skew > maxSkew {
		errs = append(errs, fmt.Errorf("clock skew %s: want up to %s", c.Skew, maxSkew))
	}
	if min(c.Timeout, c.MinInterval, c.RefreshEvery, c.KeepKeys) < 0 {
		errs = append(errs, errors.New("a duration is negative"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("identity provider: %w", err)
	}
	return nil
}

// checkURL checks that what comes from a URL can be trusted: it is of https, or
// does not leave this machine.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("it is not a URL")
	case u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q: want https://host/path", u.Redacted())
	case u.Scheme == "https", u.Scheme == "http" && onLoopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q: want https (http on loopback only)", u.Redacted())
}

func onLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// withDefaults returns the config with nothing left out.
func (c Config) withDefaults() Config {
	or := func(d *time.Duration, other time.Duration) {
		if *d == 0 {
			*d = other
		}
	}
	or(&c.Timeout, DefaultTimeout)
	or(&c.MinInterval, DefaultMinInterval)
	or(&c.RefreshEvery, DefaultRefreshEvery)
	or(&c.KeepKeys, DefaultKeepKeys)
	or(&c.Skew, DefaultSkew)
	if len(c.Algorithms) == 0 {
		c.Algorithms = DefaultAlgorithms()
	}
	if len(c.Roles) == 0 {
		c.Roles = map[string]auth.Role{}
		for _, r := range []auth.Role{auth.Customer, auth.Sales, auth.Privacy, auth.Ingest} {
			c.Roles[r.String()] = r
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
