// Package config holds what an operator may choose, in one struct, read from
// flags and the environment, and checked before anything starts.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config is everything an operator may choose. The zero value is not valid;
// start from Default.
type Config struct {
	Listen    string        // host:port the service listens on
	Store     string        // address of the store, which may hold a password; "" = the database in Data
	Data      string        // directory of the embedded store and of the server key
	Datasets  string        // directory that replaces the embedded datasets; "" = embedded
	GeoIP     string        // file that replaces the embedded country database; "" = embedded
	LogFormat string        // text or json
	MaxStale  time.Duration // how long the store may be silent before nothing is answered any more
	Demo      bool          // import the demo fleet where the store lacks it
	GraphiQL  bool          // serve the query page

	OIDC        OIDC
	PublicURL   string   // where people reach the page; "" = the address listened on, where that is of loopback
	Framing     []string // sites that may frame what is embedded
	Rate        float64  // units of cost that each caller may spend a second; 0 = no limit
	Burst       float64  // units that a caller may save up
	Trusted     string   // file of documents that are trusted beside the page's own; "" = none
	TrustedOnly bool     // refuse every document that is not trusted
}

// OIDC is the identity provider of people; the zero value is none. Tokens are
// checked with the provider's public keys; only signing in to the page may need
// a secret.
type OIDC struct {
	Issuer        string   // the provider's URL, as its tokens spell it
	Audience      string   // what it calls this service
	RoleClaim     string   // claim, or JSON Pointer, that holds the role
	CustomerClaim string   // claim that holds a CUSTOMER's account
	GrantsClaim   string   // claim that holds grants, such as hostnames
	Roles         []string // text=ROLE, where the provider's texts are other ones
	ClientID      string   // what the provider calls the page; "" = nobody signs in to it
	SecretFile    string   // file of the client's secret; "" = Secret
	Secret        string   // the client's secret, from the environment; "" = a public client
	Scopes        []string // what the page asks for beside openid
}

// Configured reports whether there is a provider, or should be one.
func (o OIDC) Configured() bool {
	return o.Issuer != "" || o.Audience != "" || o.CustomerClaim != "" || o.GrantsClaim != "" || len(o.Roles) > 0 || o.ClientID != ""
}

// DefaultListen is the loopback address the service listens on.
const DefaultListen = "127.0.0.1:8080"

// DefaultMaxStale is long enough for a failover or a restart of the store, and
// MinMaxStale for a look at it that takes its time.
const (
	DefaultMaxStale = 5 * time.Minute
	MinMaxStale     = 10 * time.Second
)

// DefaultRate and DefaultBurst let a caller ask about ten thousand objects a
// second for long, and a large question now and then.
const (
	DefaultRate  = 10_000
	DefaultBurst = 200_000
)

// Default returns the defaults, with what the environment overrides:
// DOMICILE_LISTEN, DOMICILE_STORE, DOMICILE_DATA, DOMICILE_DATASETS, DOMICILE_GEOIP,
// DOMICILE_LOG_FORMAT, DOMICILE_TRUSTED_DOCUMENTS, and DOMICILE_OIDC_ISSUER,
// _AUDIENCE, _ROLE_CLAIM, _CUSTOMER_CLAIM, _GRANTS_CLAIM, _ROLES (text=ROLE,
// separated by commas), _CLIENT_ID, _CLIENT_SECRET, _CLIENT_SECRET_FILE and _SCOPES,
// DOMICILE_PUBLIC_URL and DOMICILE_EMBED_IN (separated by commas).
func Default(env func(string) string) Config {
	or := func(name, other string) string {
		if v := env(name); v != "" {
			return v
		}
		return other
	}
	return Config{
		Listen:    or("DOMICILE_LISTEN", DefaultListen),
		Store:     env("DOMICILE_STORE"),
		Data:      or("DOMICILE_DATA", dataDir(env)),
		Datasets:  env("DOMICILE_DATASETS"),
		GeoIP:     env("DOMICILE_GEOIP"),
		LogFormat: or("DOMICILE_LOG_FORMAT", "text"),
		Trusted:   env("DOMICILE_TRUSTED_DOCUMENTS"),
		MaxStale:  DefaultMaxStale,
		Rate:      DefaultRate,
		Burst:     DefaultBurst,
		PublicURL: env("DOMICILE_PUBLIC_URL"),
		Framing:   split(env("DOMICILE_EMBED_IN")),
		OIDC: OIDC{
			Issuer: env("DOMICILE_OIDC_ISSUER"), Audience: env("DOMICILE_OIDC_AUDIENCE"),
			RoleClaim:     or("DOMICILE_OIDC_ROLE_CLAIM", "role"),
			CustomerClaim: env("DOMICILE_OIDC_CUSTOMER_CLAIM"), GrantsClaim: env("DOMICILE_OIDC_GRANTS_CLAIM"),
			Roles:    split(env("DOMICILE_OIDC_ROLES")),
			ClientID: env("DOMICILE_OIDC_CLIENT_ID"), Secret: env("DOMICILE_OIDC_CLIENT_SECRET"), SecretFile: env("DOMICILE_OIDC_CLIENT_SECRET_FILE"),
			Scopes: split(or("DOMICILE_OIDC_SCOPES", "profile")),
		},
	}
}

// split cuts a list at its commas; nil for empty text.
func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// dataDir is the user's data directory, by the XDG convention.
func dataDir(env func(string) string) string {
	if d := env("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "domicile")
	}
	if home := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "share", "domicile")
	}
	return filepath.Join(os.TempDir(), "domicile")
}

// Validate reports every choice that cannot work.
func (c Config) Validate() error {
	var errs []error
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		errs = append(errs, fmt.Errorf("--listen %q: %w (want host:port, for example %s)", c.Listen, err, DefaultListen))
	}
	if c.Data == "" {
		errs = append(errs, errors.New("--data is empty: name a directory"))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		errs = append(errs, fmt.Errorf("--log-format %q: want text or json", c.LogFormat))
	}
	if c.MaxStale < MinMaxStale {
		errs = append(errs, fmt.Errorf("--max-stale %s: want at least %s", c.MaxStale, MinMaxStale))
	}
	if c.Rate < 0 || c.Burst < 0 {
		errs = append(errs, errors.New("--rate and --burst: want 0 for no limit, or more"))
	}
	if c.PublicURL != "" && c.OIDC.ClientID == "" {
		errs = append(errs, errors.New("--public-url is for signing in to the page: name --oidc-client-id too"))
	}
	if c.OIDC.ClientID != "" && c.PublicURL == "" && !c.listensAtOnePlace() {
		errs = append(errs, fmt.Errorf("--public-url is missing: people sign in to an address that they reach, and --listen %s is none; name https://host", c.Listen))
	}
	if c.OIDC.Secret != "" && c.OIDC.SecretFile != "" {
		errs = append(errs, errors.New("DOMICILE_OIDC_CLIENT_SECRET and --oidc-client-secret-file: name one of the two"))
	}
	return errors.Join(append(errs, c.OIDC.validate()...)...)
}

// Page is the address at which people reach the page.
func (c Config) Page() string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + c.Listen
}

// listensAtOnePlace reports whether the address listened on is one that a
// browser on this machine can be sent to.
func (c Config) listensAtOnePlace() bool {
	host, port, err := net.SplitHostPort(c.Listen)
	ip, badIP := netip.ParseAddr(host)
	return err == nil && port != "0" && (host == "localhost" || badIP == nil && ip.IsLoopback())
}

func (o OIDC) validate() (errs []error) {
	if !o.Configured() {
		return nil
	}
	if o.Issuer == "" {
		errs = append(errs, errors.New("--oidc-issuer is missing: name the provider's URL"))
	}
	if o.Audience == "" {
		errs = append(errs, errors.New("--oidc-audience is missing: name what the provider calls this service"))
	}
	for _, r := range o.Roles {
		if text, role, ok := strings.Cut(r, "="); !ok || text == "" || role == "" {
			errs = append(errs, fmt.Errorf("--oidc-role %q: want TEXT=ROLE, for example staff-privacy=PRIVACY", r))
		}
	}
	return errs
}

// String names what was chosen. The store's address may hold a password and is
// left out.
func (c Config) String() string {
	parts := []string{"listen=" + c.Listen, "data=" + c.Data}
	if c.Store != "" {
		parts = append(parts, "store=(an address)")
	}
	if c.Datasets != "" {
		parts = append(parts, "datasets="+c.Datasets)
	}
	if c.GeoIP != "" {
		parts = append(parts, "geoip="+c.GeoIP)
	}
	if c.OIDC.Configured() {
		parts = append(parts, "oidc-issuer="+c.OIDC.Issuer, "oidc-audience="+c.OIDC.Audience)
	}
	if c.Demo {
		parts = append(parts, "demo")
	}
	return strings.Join(parts, " ")
}
