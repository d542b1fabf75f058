package config_test

import (
	"strings"
	"testing"
	"time"

	"domicile/internal/config"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestDataDirectoryFollowsTheUser(t *testing.T) {
	for name, c := range map[string]struct {
		env  func(string) string
		want string
	}{
		"the data home wins":              {env("XDG_DATA_HOME", "/x", "HOME", "/h"), "/x/domicile"},
		"a relative data home is ignored": {env("XDG_DATA_HOME", "x", "HOME", "/h"), "/h/.local/share/domicile"},
		"the own variable wins over all":  {env("DOMICILE_DATA", "/d", "XDG_DATA_HOME", "/x"), "/d"},
	} {
		if got := config.Default(c.env).Data; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestEveryChoiceThatCannotWorkIsNamed(t *testing.T) {
	c := config.Default(env("HOME", "/h"))
	if err := c.Validate(); err != nil {
		t.Fatalf("the default is refused: %v", err)
	}
	c.Listen, c.LogFormat, c.Data = "8080", "xml", ""
	err := c.Validate()
	for _, want := range []string{"--listen", "--log-format", "--data"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

func TestAnIdentityProviderIsWholeOrNone(t *testing.T) {
	base := config.Default(env("HOME", "/h"))
	if base.OIDC.Configured() {
		t.Error("by default there is one")
	}
	whole := config.Default(env("HOME", "/h", "DOMICILE_OIDC_ISSUER", "https://id.example", "DOMICILE_OIDC_AUDIENCE", "domicile",
		"DOMICILE_OIDC_ROLE_CLAIM", "/a/b", "DOMICILE_OIDC_ROLES", "staff=PRIVACY,shop=SALES"))
	if err := whole.Validate(); err != nil || !whole.OIDC.Configured() || whole.OIDC.RoleClaim != "/a/b" || len(whole.OIDC.Roles) != 2 {
		t.Errorf("%+v: %v", whole.OIDC, err)
	}
	for name, c := range map[string]struct {
		change func(*config.Config)
		want   string
	}{
		"an audience alone":      {func(c *config.Config) { c.OIDC.Audience = "x" }, "--oidc-issuer is missing"},
		"an issuer alone":        {func(c *config.Config) { c.OIDC.Issuer = "https://id.example" }, "--oidc-audience is missing"},
		"a customer claim alone": {func(c *config.Config) { c.OIDC.CustomerClaim = "account" }, "--oidc-issuer is missing"},
		"a role without a word":  {func(c *config.Config) { c.OIDC = whole.OIDC; c.OIDC.Roles = []string{"=SALES"} }, "want TEXT=ROLE"},
		"no patience at all":     {func(c *config.Config) { c.MaxStale = time.Second }, "--max-stale 1s: want at least 10s"},
		"a page of nothing":      {func(c *config.Config) { c.OIDC.ClientID = "page" }, "--oidc-issuer is missing"},
		"an address of nothing":  {func(c *config.Config) { c.PublicURL = "https://d.example" }, "--oidc-client-id"},
		"two secrets":            {func(c *config.Config) { c.OIDC.Secret, c.OIDC.SecretFile = "a", "b" }, "one of the two"},
		"a page that is nowhere": {func(c *config.Config) { c.OIDC = whole.OIDC; c.OIDC.ClientID, c.Listen = "page", ":8080" }, "--public-url is missing"},
		"a rate below nothing":   {func(c *config.Config) { c.Rate = -1 }, "--rate"},
	} {
		changed := base
		c.change(&changed)
		if err := changed.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothingPrintsTheAddressOfTheStore(t *testing.T) {
	c := config.Default(env("HOME", "/h", "DOMICILE_STORE", "redis://:pa55@host"))
	if c.Store == "" || strings.Contains(c.String(), "pa55") {
		t.Errorf("%q of %q", c, c.Store)
	}
}

func TestThePageIsWherePeopleReachIt(t *testing.T) {
	c := config.Default(env("HOME", "/h"))
	if got := c.Page(); got != "http://"+config.DefaultListen {
		t.Errorf("on this machine: %s", got)
	}
	c.PublicURL = "https://domicile.example"
	if got := c.Page(); got != c.PublicURL {
		t.Errorf("behind a name: %s", got)
	}
}
