package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"

	"domicile/internal/api"
	"domicile/internal/auth"
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
	all := start(t)
	all.put(t, acmeJune)
	for _, c := range []struct {
		name   string
		viewer auth.Viewer
		open   []string
		closed []string
		code   string
	}{
		{"nobody", auth.Viewer{}, []string{public}, []string{customer, customers, what, put, locate}, "UNAUTHENTICATED"},
		{"a customer", somebody(auth.Customer, "acme"), []string{public, customer, what, locate}, []string{customers, put, actor}, "FORBIDDEN"},
		{"sales", somebody(auth.Sales, ""), []string{public, customer, customers, what}, []string{put, actor}, "FORBIDDEN"},
		{"privacy", somebody(auth.Privacy, ""), []string{public, customer, customers, what, put, actor, locate}, nil, ""},
		{"a recording machine", somebody(auth.Ingest, ""), []string{public}, []string{customer, customers, what, put, locate}, "FORBIDDEN"},
		{"somebody without a role", somebody(auth.NoRole, ""), []string{public}, []string{customer, customers, what, put, locate}, "FORBIDDEN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := all.as(c.viewer)
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

func TestWhatIsNotYoursIsAbsentInBytesAndInWork(t *testing.T) {
	all := fleet(t)
	queries := map[string]string{
		"a customer by key": `{ customer(id: "KEY") { name settings { document } } }`,
		"a customer by id":  `{ customer(id: "ID") { name } }`,
		"a node":            `{ node(id: "ID") { __typename ... on Customer { name } } }`,
		"nodes":             `{ nodes(ids: ["ID", "ID"]) { id } }`,
		"a check":           `{ customer(id: "KEY") { check(claim: {preset: "eu-only"}) { verdict } } }`,
	}
	for name, query := range queries {
		t.Run(name, func(t *testing.T) {
			ask := func(v auth.Viewer, key string) (string, int32) {
				id := base64.RawURLEncoding.EncodeToString([]byte("customer:" + key))
				before := all.audit.calls.Load()
				text := all.as(v).ask(strings.NewReplacer("KEY", key, "ID", id).Replace(query), nil)
				return text, all.audit.calls.Load() - before
			}
			for _, v := range []auth.Viewer{somebody(auth.Customer, "acme"), somebody(auth.Ingest, "acme"), somebody(auth.NoRole, ""), {}} {
				absent, work := ask(v, "absentee")
				for _, key := range []string{"borealis", "BOREALIS", "", "../acme", "acme "} {
					if key == "" && strings.Contains(query, "ID") {
						continue
					}
					if text, n := ask(v, key); text != absent || n != work {
						t.Errorf("%q for %s is told from an absent one:\n%s\n%s\n%d calls, %d for an absent one", key, v.Subject, text, absent, n, work)
					}
				}
			}
			if own, n := ask(somebody(auth.Customer, "acme"), "acme"); strings.Contains(own, "null") || n != 0 {
				t.Errorf("its own: %s, recorded %d times", own, n)
			}
		})
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
