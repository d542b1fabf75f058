package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"domicile/internal/api"
	"domicile/internal/gql"
)

func TestRolesOpenWhatTheContractSays(t *testing.T) {
	const (
		public    = `{ footprint { asOf } }`
		customer  = `{ customer(id: "acme") { name } }`
		customers = `{ customers { complete } }`
		what      = `{ check(claim: {preset: "eu-only"}, settings: {}) { verdict } }`
		put       = `mutation { putSettings(input: {settings: {customer: "acme"}}) { userErrors { code } } }`
		actor     = `{ customer(id: "acme") { settings { actor } } }`
		locate    = `{ locate(address: "192.0.2.1") { country } }`
	)
	var viewer api.Viewer
	s := start(t, func(c *api.Config) { c.Viewer = func(context.Context) api.Viewer { return viewer } })
	viewer = api.Local()
	s.put(t, acmeJune)
	for _, c := range []struct {
		name   string
		viewer api.Viewer
		open   []string
		closed []string
		code   string
	}{
		{"nobody", api.Viewer{}, []string{public}, []string{customer, customers, what, put, locate}, "UNAUTHENTICATED"},
		{"a customer", api.Viewer{Roles: api.RoleCustomer}, []string{public, customer, what, locate}, []string{customers, put, actor}, "FORBIDDEN"},
		{"sales", api.Viewer{Roles: api.RoleSales}, []string{public, customer, customers, what}, []string{put, actor}, "FORBIDDEN"},
		{"privacy", api.Viewer{Roles: api.RolePrivacy}, []string{public, customer, customers, what, put, actor, locate}, nil, ""},
		{"a recording machine", api.Viewer{Roles: api.RoleIngest}, []string{public}, []string{customer, customers, what, put, locate}, "FORBIDDEN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			viewer = c.viewer
			for _, q := range c.open {
				if text := s.ask(q, nil); strings.Contains(text, `"errors"`) {
					t.Errorf("%s: %s", q, text)
				}
			}
			for _, q := range c.closed {
				if text := s.ask(q, nil); !strings.Contains(text, c.code) || strings.Contains(text, "Acme") {
					t.Errorf("%s: %s", q, text)
				}
			}
		})
	}
}

func TestWhatIsNotYoursLooksAbsent(t *testing.T) {
	viewer := api.Local()
	s := start(t, func(c *api.Config) { c.Viewer = func(context.Context) api.Viewer { return viewer } })
	s.put(t, acmeJune)
	id := data[struct{ Customer struct{ ID string } }](t, s, `{ customer(id: "acme") { id } }`, nil).Customer.ID
	viewer = api.Viewer{Roles: api.RoleIngest}
	text := s.ask(`query($id: ID!) { node(id: $id) { __typename } }`, map[string]any{"id": id})
	absent := s.ask(`{ node(id: "Y3VzdG9tZXI6eA") { __typename } }`, nil)
	if text != absent || !strings.Contains(text, `"node":null`) {
		t.Errorf("there: %s\nabsent: %s", text, absent)
	}
}

func TestAnAddressIsNeverRepeated(t *testing.T) {
	var log bytes.Buffer
	s := start(t, func(c *api.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.RequestID = func(context.Context) string { return "r1" }
	})
	const query = `query($a: IPAddress!) { locate(address: $a) { outcome sentence country cell accuracyKm network } }`
	for _, c := range []struct {
		name    string
		address any
		want    string
	}{
		{"a located one", "192.0.2.1", `"country":"DE","cell":"851faea7fffffff","accuracyKm":20,"network":"192.0.2.0/24"`},
		{"one of the provider's", "203.0.113.80", `"outcome":"ANYCAST"`},
		{"a mapped one", "::ffff:203.0.113.80", `"outcome":"ANYCAST"`},
		{"a broken database", "198.51.100.7", "UNAVAILABLE"},
		{"text that is none", "198.51.100.7000", "not an IP address"},
		{"with a zone", "fe80::1%eth7", "not an IP address"},
		{"a list", []string{"198.51.100.7"}, "BAD_USER_INPUT"},
		{"an object", map[string]any{"198.51.100.7": 1}, "BAD_USER_INPUT"},
		{"a number", 3325256711, "not an IP address"},
		{"with a port", "198.51.100.7:443", "not an IP address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := s.ask(query, map[string]any{"a": c.address})
			if !strings.Contains(text, c.want) {
				t.Error(text)
			}
			for _, part := range []string{"198.51", "203.0.113", "192.0.2.1", "fe80", "3325256711"} {
				if strings.Contains(text, part) || strings.Contains(log.String(), part) {
					t.Errorf("%s is repeated: %s\nlog: %s", part, text, log.String())
				}
			}
		})
	}
	for _, literal := range []string{`"198.51.100.7x"`, `198.51`, `3325256711`, `["198.51.100.7"]`, `{a: "198.51.100.7"}`} {
		if text := s.ask(`{ locate(address: `+literal+`) { country } }`, nil); strings.Contains(text, "198.51.100.7") {
			t.Errorf("%s is repeated: %s", literal, text)
		}
	}
}

func TestTheAPINeedsAServiceAndALocator(t *testing.T) {
	if _, err := api.New(api.Config{}); err == nil {
		t.Error("built without a service")
	}
}

func TestASensitiveFieldWithoutARoleDoesNotBuild(t *testing.T) {
	for _, c := range []struct {
		name, typeName, field string
		refused               bool
	}{
		{"a field of a customer", "Customer", "shoeSize", true},
		{"a mutation", "Mutation", "dropEverything", true},
		{"the way to a customer", "Query", "customer", true},
		{"who recorded it", "Settings", "actor", true},
		{"the network", "Query", "footprint", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := api.Guard(gql.FieldDef{Type: c.typeName, Name: c.field})
			if (err != nil) != c.refused {
				t.Error(err)
			}
		})
	}
}
