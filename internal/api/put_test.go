package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/gql"
)

const putQuery = `mutation($in: PutSettingsInput!) { putSettings(input: $in) {
	customer { key version } settings { version document } userErrors { code field message line column } } }`

type putResult struct {
	PutSettings struct {
		Customer *struct {
			Key     string
			Version int
		}
		Settings *struct {
			Version  int
			Document string
		}
		UserErrors []problem
	}
}

type problem struct {
	Code, Field, Message string
	Line, Column         int
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// whole is every field of SettingsInput, and the settings file that says the
// same.
const (
	wholeFields = `{"customer": "whole", "name": "Whole", "effective": "2026-03-02", "plan": "enterprise", "products": ["cdn", "oracle"],
		"logRegion": "eu", "outOfRegionAccess": true, "logRetention": false, "features": [{"id": "china_network", "value": "false"}],
		"defaultProcessingRegion": "eu", "customRegions": [{"key": "ours", "definition": "country: [DE, FR]"}],
		"zones": [{"name": "whole.example", "secondaryDns": true,
			"hostnames": [{"name": "www.whole.example", "processingRegion": "eu", "addresses": ["198.51.100.10"]}, {"name": "b.whole.example", "processingRegion": null}],
			"spectrum": [{"hostname": "tcp.whole.example", "protocol": "tcp", "region": "ours", "terminatesTls": true}],
			"customHostnames": [{"name": "shop.other.example", "target": "www.whole.example"}],
			"certificates": [{"hosts": ["www.whole.example"], "keyRegion": "eu"}, {"hosts": ["a.whole.example"], "keyless": true, "keyServer": "DE"},
				{"hosts": ["b.whole.example"], "keyPolicy": "region: eu and not country: FR"}]}],
		"ipBindings": [{"cidr": "198.51.100.0/25", "region": "us"}],
		"storage": [{"product": "oracle", "name": "scrolls", "jurisdiction": "eu", "publicHostname": "www.whole.example"}],
		"workers": [{"name": "w", "routes": ["www.whole.example/*"], "subrequests": true, "subrequestHosts": ["www.whole.example"], "cron": false}],
		"servedOn": [{"product": "oracle", "hostnames": ["www.whole.example"]}],
		"promises": [{"claim": "eu-only", "reading": "HANDLED", "since": "2026-03-02", "contract": "W-1", "until": "2029-03-01"}],
		"unknown": ["zones.whole.example.certificates"]}`
	wholeFile = `{"customer": "whole", "name": "Whole", "effective": "2026-03-02", "plan": "enterprise", "products": ["cdn", "oracle"],
		"log_region": "eu", "out_of_region_access": true, "log_retention": false, "features": {"china_network": "false"},
		"default_processing_region": "eu", "custom_regions": {"ours": "country: [DE, FR]"},
		"zones": [{"name": "whole.example", "secondary_dns": true,
			"hostnames": [{"name": "www.whole.example", "processing_region": "eu", "addresses": ["198.51.100.10"]}, {"name": "b.whole.example"}],
			"spectrum": [{"hostname": "tcp.whole.example", "protocol": "tcp", "region": "ours", "terminates_tls": true}],
			"custom_hostnames": [{"name": "shop.other.example", "target": "www.whole.example"}],
			"certificates": [{"hosts": ["www.whole.example"], "key_region": "eu"}, {"hosts": ["a.whole.example"], "keyless": true, "key_server": "DE"},
				{"hosts": ["b.whole.example"], "key_policy": "region: eu and not country: FR"}]}],
		"ip_bindings": [{"cidr": "198.51.100.0/25", "region": "us"}],
		"storage": [{"product": "oracle", "name": "scrolls", "jurisdiction": "eu", "public_hostname": "www.whole.example"}],
		"workers": [{"name": "w", "routes": ["www.whole.example/*"], "subrequests": true, "subrequest_hosts": ["www.whole.example"], "cron": false}],
		"served_on": {"oracle": ["www.whole.example"]},
		"promises": [{"claim": "eu-only", "reading": "handled", "since": "2026-03-02", "contract": "W-1", "until": "2029-03-01"}],
		"unknown": ["zones.whole.example.certificates"]}`
)

func TestFieldsAndTheFileSayTheSame(t *testing.T) {
	s := start(t)
	first := data[putResult](t, s, putQuery, map[string]any{"in": map[string]any{"settings": object(t, wholeFields)}}).PutSettings
	if first.Customer == nil || first.Customer.Version != 1 || len(first.UserErrors) > 0 {
		t.Fatalf("fields: %+v", first)
	}
	again := data[putResult](t, s, putQuery, map[string]any{"in": map[string]any{"document": wholeFile, "expectedVersion": 1}}).PutSettings
	if again.Customer == nil || again.Customer.Version != 1 || len(again.UserErrors) > 0 {
		t.Errorf("the same settings became another version: %+v", again)
	}
	if diff := cmp.Diff(first.Settings, again.Settings); diff != "" {
		t.Error(diff)
	}
}

func TestProductsMayBeTheWordAll(t *testing.T) {
	s := start(t)
	got := data[struct {
		PutSettings struct {
			Settings struct{ Products struct{ Known, All bool } }
		}
	}](t, s, `mutation { putSettings(input: {settings: {customer: "a", products: "all"}}) { settings { products { known all } } } }`, nil)
	if p := got.PutSettings.Settings.Products; !p.Known || !p.All {
		t.Errorf("%+v", p)
	}
}

func TestSettingsThatAreNotValidListEveryProblemAndRecordNothing(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		name string
		in   map[string]any
		want []string // code, field, part of the message
	}{
		{"a region and a product that are not known", map[string]any{"settings": object(t, `{"customer": "acme", "products": ["abacus"],
			"zones": [{"name": "acme.example", "hostnames": [{"name": "a.acme.example", "processingRegion": "atlantis"}]}]}`)},
			[]string{"INVALID settings.products[0] unknown product", "INVALID settings.zones.acme.example.hostnames[0].processingRegion "}},
		{"no customer", map[string]any{"settings": object(t, `{"products": []}`)}, []string{"INVALID settings customer is missing"}},
		{"a feature given twice", map[string]any{"settings": object(t, `{"customer": "acme",
			"features": [{"id": "china_network", "value": "false"}, {"id": "china_network", "value": "true"}]}`)}, []string{"INVALID settings.features"}},
		{"a document with its places", map[string]any{"document": "customer: acme\nlog_regoin: eu\nzones: 7\n"},
			[]string{"INVALID document 2:1 unknown key", "INVALID document.zones 3:8 want a list"}},
		{"a document that is none", map[string]any{"document": "{"}, []string{"INVALID document"}},
		{"an empty document", map[string]any{"document": ""}, []string{"INVALID document"}},
		{"two customers", map[string]any{"document": "customer: a\n---\ncustomer: b\n"}, []string{"INVALID document 2 customers"}},
		{"neither", map[string]any{}, []string{"INVALID  give the settings"}},
		{"both", map[string]any{"document": "customer: a", "settings": object(t, `{"customer": "a"}`)}, []string{"INVALID  give the settings"}},
		{"a version below zero", map[string]any{"document": "customer: a", "expectedVersion": -1}, []string{"INVALID expectedVersion want 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := data[putResult](t, s, putQuery, map[string]any{"in": c.in}).PutSettings
			if got.Customer != nil || got.Settings != nil || len(got.UserErrors) != len(c.want) {
				t.Fatalf("%+v", got)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(got.UserErrors, func(p problem) bool { return p.matches(want) }) {
					t.Errorf("no %q among %+v", want, got.UserErrors)
				}
			}
		})
	}
	if n := s.service.State().Count(); n != 0 {
		t.Errorf("%d customers recorded", n)
	}
}

// matches compares with code, field, an optional line:column and the beginning
// of the message.
func (p problem) matches(want string) bool {
	place := ""
	if p.Line > 0 {
		b, _ := json.Marshal([2]int{p.Line, p.Column})
		place = strings.NewReplacer("[", "", "]", " ", ",", ":").Replace(string(b))
	}
	return strings.HasPrefix(p.Code+" "+p.Field+" "+place+p.Message, want) || strings.HasPrefix(p.Code+" "+p.Field+" "+p.Message, want)
}

func TestAWriteOverAVersionNotSeenIsAConflict(t *testing.T) {
	s := start(t)
	for _, step := range []struct {
		name     string
		expected int
		region   string
		code     string
		version  int
	}{
		{"new, as expected", 0, "eu", "", 1},
		{"new, but it is there", 0, "us", "CONFLICT", 1},
		{"the version seen", 1, "us", "", 2},
		{"a version overtaken", 1, "eu", "CONFLICT", 2},
	} {
		t.Run(step.name, func(t *testing.T) {
			got := data[putResult](t, s, putQuery, map[string]any{"in": map[string]any{
				"settings": map[string]any{"customer": "acme", "logRegion": step.region}, "expectedVersion": step.expected,
			}}).PutSettings
			code := ""
			if len(got.UserErrors) > 0 {
				code = got.UserErrors[0].Code
			}
			c, _ := s.service.State().Customer("acme")
			if code != step.code || c.Newest() != step.version || (got.Customer != nil) != (step.code == "") {
				t.Errorf("newest %d, %+v", c.Newest(), got)
			}
		})
	}
}

func TestAMutationAnswersFromTheStateItMade(t *testing.T) {
	s := start(t)
	got := data[struct {
		First, Second struct {
			Customer struct {
				Version   int
				Residency struct{ Revision struct{ Version int } }
			}
		}
	}](t, s, `mutation { first: putSettings(input: {settings: {customer: "a", logRegion: "eu"}}) { customer { version residency { revision { version } } } }
		second: putSettings(input: {settings: {customer: "a", logRegion: "us"}}) { customer { version residency { revision { version } } } } }`, nil)
	if got.First.Customer.Residency.Revision.Version != 1 || got.Second.Customer.Residency.Revision.Version != 2 {
		t.Errorf("%+v", got)
	}
}

func TestSettingsOfAQuestionAreCheckedAsStrictly(t *testing.T) {
	s := start(t)
	text := s.ask(`{ residency(settings: {zones: [{name: "a.example", hostnames: [{name: "b.a.example", processingRegion: "atlantis"}]}]}) { recorded } }`, nil)
	for _, want := range []string{"zones.a.example.hostnames[0].processingRegion: ", "atlantis", "BAD_USER_INPUT"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// gone is a store that answers once and is gone.
type gone struct{ atlas.Store }

func (gone) Append(context.Context, time.Time, []atlas.Write) ([]atlas.Version, error) {
	return nil, errors.Join(atlas.ErrStoreUnavailable, errors.New("dial 192.0.2.9: refused"))
}

// broken is a store with a fault nobody foresaw.
type broken struct{ atlas.Store }

func (broken) Append(context.Context, time.Time, []atlas.Write) ([]atlas.Version, error) {
	return nil, errors.New("page 7 is torn")
}

func TestAStoreThatFailsIsTold(t *testing.T) {
	fixed, err := atlas.NewFixed(nil, codec{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	const put = `mutation { putSettings(input: {settings: {customer: "a"}}) { customer { key } } }`
	text := over(t, gone{fixed}).ask(put, nil)
	if !strings.Contains(text, string(gql.Unavailable)) || strings.Contains(text, "192.0.2.9") {
		t.Error(text)
	}
	text = over(t, broken{fixed}).ask(put, nil)
	if !strings.Contains(text, "INTERNAL") || strings.Contains(text, "torn") {
		t.Error(text)
	}
}
