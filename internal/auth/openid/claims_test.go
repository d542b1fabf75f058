package openid_test

import (
	"strings"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

func TestClaimsMakeAViewer(t *testing.T) {
	s := ecKey(t, "e")
	i := newIssuer(t, s)
	nested := func(c *openid.Config) {
		c.RoleClaim, c.CustomerClaim = "/realm_access/roles", "/realm~1data/a~0b"
		c.Roles = map[string]auth.Role{"dpo": auth.Privacy, "kunde": auth.Customer, "officer": auth.Privacy}
	}
	urls := func(c *openid.Config) { c.RoleClaim = "https://domicile.example/role" }
	for name, c := range map[string]struct {
		change map[string]any
		config func(*openid.Config)
		want   auth.Viewer
	}{
		"a customer":                         {change: map[string]any{"role": "CUSTOMER", "account": "acme"}, want: auth.Viewer{Role: auth.Customer, Customer: "acme"}},
		"sales":                              {change: map[string]any{"role": "SALES"}, want: auth.Viewer{Role: auth.Sales}},
		"sales with hostnames":               {change: map[string]any{"role": "SALES", "grants": []string{"other", "hostnames"}}, want: auth.Viewer{Role: auth.Sales, Grants: auth.SeeHostnames}},
		"grants of another role are nothing": {change: map[string]any{"role": "INGEST", "grants": "hostnames"}, want: auth.Viewer{Role: auth.Ingest}},
		"an account of another role is none": {change: map[string]any{"role": "SALES", "account": "acme"}, want: auth.Viewer{Role: auth.Sales}},
		"one role among unknown ones":        {change: map[string]any{"role": []string{"offline_access", "PRIVACY"}}, want: auth.Viewer{Role: auth.Privacy}},
		"one role twice":                     {change: map[string]any{"role": []string{"PRIVACY", "PRIVACY"}}, want: auth.Viewer{Role: auth.Privacy}},
		"no role":                            {change: map[string]any{"role": nil}},
		"an unknown role":                    {change: map[string]any{"role": "ADMIN"}},
		"a role in other letters":            {change: map[string]any{"role": "privacy"}},
		"several audiences":                  {change: map[string]any{"aud": []string{"x", audience}}, want: auth.Viewer{Role: auth.Privacy}},
		"a role inside an object":            {change: map[string]any{"realm_access": map[string]any{"roles": []string{"dpo", "officer"}}}, config: nested, want: auth.Viewer{Role: auth.Privacy}},
		"an account inside an object":        {change: map[string]any{"realm_access": map[string]any{"roles": "kunde"}, "realm/data": map[string]any{"a~b": "acme"}}, config: nested, want: auth.Viewer{Role: auth.Customer, Customer: "acme"}},
		"an object that is none":             {change: map[string]any{"realm_access": "dpo"}, config: nested},
		"a claim whose name is a URL":        {change: map[string]any{"https://domicile.example/role": "SALES"}, config: urls, want: auth.Viewer{Role: auth.Sales}},
		"own names replace the roles' names": {change: map[string]any{"realm_access": map[string]any{"roles": "PRIVACY"}}, config: nested},
	} {
		t.Run(name, func(t *testing.T) {
			var options []func(*openid.Config)
			if c.config != nil {
				options = append(options, c.config)
			}
			c.want.Subject = "user:officer-1"
			got, _, err := i.verifier(t, options...).Verify(t.Context(), i.token(t, s, c.change))
			if err != nil || got != c.want {
				t.Errorf("viewer = %+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}

func TestAConfigThatCannotWorkIsRefused(t *testing.T) {
	good := openid.Config{Issuer: "https://id.example", Audience: "x", RoleClaim: "role"}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*openid.Config){
		"issuer":                 func(c *openid.Config) { c.Issuer = "" },
		"want https":             func(c *openid.Config) { c.Issuer = "http://id.example" },
		"want https://host/path": func(c *openid.Config) { c.Issuer = "https://user:secret@id.example" },
		"not a URL":              func(c *openid.Config) { c.Issuer = "https://%zz" },
		"audience is empty":      func(c *openid.Config) { c.Audience = "" },
		`"HS256" is not taken`:   func(c *openid.Config) { c.Algorithms = []string{"RS256", "HS256"} },
		`"none" is not taken`:    func(c *openid.Config) { c.Algorithms = []string{"none"} },
		"role claim is empty":    func(c *openid.Config) { c.RoleClaim = "" },
		"is mapped to":           func(c *openid.Config) { c.Roles = map[string]auth.Role{"x": auth.NoRole} },
		"clock skew":             func(c *openid.Config) { c.Skew = time.Hour },
		"negative":               func(c *openid.Config) { c.Timeout = -1 },
	} {
		t.Run(want, func(t *testing.T) {
			c := good
			change(&c)
			_, err := openid.New(c)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error = %v, want one with %q", err, want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats a password: %v", err)
			}
		})
	}
}
