package api_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
)

// planted has a name of its own in every place where settings hold one; each
// begins with xq.
const planted = `{"customer": "planted", "name": "Planted", "effective": "2026-01-01", "plan": "enterprise", "products": ["cdn", "r2", "workers"],
	"log_region": "eu", "features": {"argo": "true"}, "default_processing_region": "eu", "custom_regions": {"ours": "country: [DE, FR]"},
	"zones": [{"name": "xqzone.example", "secondary_dns": true,
		"hostnames": [{"name": "xqhost.xqzone.example", "processing_region": "eu", "addresses": ["198.51.100.10"]},
			{"name": "xqdup.xqzone.example", "addresses": ["198.51.100.200"]}, {"name": "*.xqwild.xqzone.example"}],
		"spectrum": [{"hostname": "xqtcp.xqzone.example", "protocol": "tcp", "region": "ours", "terminates_tls": true},
			{"hostname": "xqhost.xqzone.example", "protocol": "http"}],
		"custom_hostnames": [{"name": "xqshop.other.example", "target": "xqhost.xqzone.example"}, {"name": "xqlost.other.example", "target": "xqgone.other.example"}],
		"certificates": [{"hosts": ["xqhost.xqzone.example"], "key_region": "eu"}, {"hosts": ["xqkeyless.xqzone.example"], "keyless": true, "key_server": "DE"},
			{"hosts": ["xqpolicy.xqzone.example"], "key_policy": "region: eu and not country: FR"}]},
		{"name": "xqbare.example"}, {"name": "xqunread.example"}],
	"ip_bindings": [{"cidr": "198.51.100.0/25", "region": "us"}],
	"storage": [{"product": "r2", "name": "xqbucket", "jurisdiction": "eu", "public_hostname": "xqhost.xqzone.example"},
		{"product": "r2", "name": "xqloose"}],
	"workers": [{"name": "xqworker", "routes": ["xqhost.xqzone.example/xqpath/*"], "subrequests": true, "subrequest_hosts": ["xqapi.other.example"], "cron": true, "queues": true}],
	"served_on": {"r2": ["xqserved.xqzone.example"]},
	"promises": [{"claim": "eu-only", "reading": "handled", "since": "2026-01-01", "until": "2029-01-01", "contract": "P-1"}],
	"unknown": ["zones.xqunread.example.certificates", "zones.xqunread.example.hostnames"]}`

const (
	settingsParts = `version digest document name plan products { known all ids } logRegion features { id value } defaultProcessingRegion
		customRegions { key definition } ipBindings { cidr region } storage { product name jurisdiction publicHostname }
		workers { name routes subrequests subrequestHosts cron queues } servedOn { product hostnames } logDatasets unknown
		zones { edges { cursor } pageInfo { endCursor } nodes { name hostnamesListed secondaryDns certificatesListed
			hostnames { edges { cursor } nodes { name processingRegion addresses } }
			spectrum { hostname protocol region terminatesTls } customHostnames { name target }
			certificates { hosts keyRegion keyPolicy keyless keyServer } } }`
	placementParts = `scope { kind name } category activity elsewhere country because { kind sentence setting region detail } sites { count }`
	resultParts    = `verdict headline sentence claim { sentence scopes { kind name } } readings { reading verdict sentence } revision { settings datasets version }
		counterexamples(first: 100) { totalCount edges { cursor } nodes { ` + placementParts + ` sentence outside } }
		unknowns { fact statement owner placements } covered { category activity placements sentence } notCovered { category activity placements sentence }
		exclusions assumptions considered { placements sites digest }`
	wholeCustomer = `query($claim: ClaimInput!) { customer(id: "planted") { id key name version settings { ` + settingsParts + ` }
		history { nodes { ` + settingsParts + ` } edges { cursor } } check(claim: $claim) { ` + resultParts + ` }
		plan(claim: $claim) { now headline inTheWay { sentence scope { name } fact } }
		contentPlan: plan(claim: {within: ["EU"], categories: [CONTENT, STORED_CONTENT, KEYS]}) { plans { steps { names value sentence } } inTheWay { sentence scope { name } } }
		resourcePlan: plan(claim: {within: ["US"], categories: [STORED_CONTENT], activities: [STORE]}) { plans { considered { digest } steps { names value sentence } } }
		promises { claim { id } verdict result { ` + resultParts + ` } }
		residency { revision { settings } parts { sentence } lost { sentence }
			placements(first: 100) { edges { cursor } pageInfo { endCursor } nodes { ` + placementParts + ` facts { id statement } caveats { text } } } } } }`
)

// euOnly is a claim about everything, so that all placements are spoken of.
var euOnly = map[string]any{"claim": map[string]any{"within": []string{"EU"}, "reading": "EVERYTHING"}}

func sales(grants auth.Grants) auth.Viewer {
	v := somebody(auth.Sales, "")
	v.Grants = grants
	return v
}

// secrets matches everything of planted that is a name or an address, each spelled
// out: two letters alone turn up in a cursor sooner or later.
var secrets = regexp.MustCompile(`xq(?:api|bare|bucket|dup|gone|host|keyless|loose|lost|path|policy|served|shop|tcp|unread|wild|worker|zone)[a-z]*|198\.51\.100`)

// decoded is a response with its cursors decoded behind it.
func decoded(text string) string {
	for _, m := range regexp.MustCompile(`"(?:cursor|endCursor|startCursor|id)":"([A-Za-z0-9_-]+)"`).FindAllStringSubmatch(text, -1) {
		if raw, err := base64.RawURLEncoding.DecodeString(m[1]); err == nil {
			text += "\n" + string(raw)
		}
	}
	return text
}

func TestSalesWithoutTheGrantReadsNoNameAnywhere(t *testing.T) {
	s := shipped(t, planted)
	open := s.as(sales(auth.SeeHostnames)).ask(wholeCustomer, euOnly)
	named := map[string]bool{}
	for _, name := range secrets.FindAllString(decoded(open), -1) {
		named[name] = true
	}
	if len(named) != len(names(planted)) {
		t.Fatalf("the question reaches %d of the %d names: %v, of %v", len(named), len(names(planted)), named, names(planted))
	}
	hidden := s.as(sales(0)).ask(wholeCustomer, euOnly)
	if found := secrets.FindAllString(decoded(hidden), -1); len(found) > 0 {
		t.Errorf("it leaks %v in\n%s", found, hidden)
	}
	for _, word := range []string{"hostname 1", "zone 1", "certificate 1", "worker 1", "resource 1", "route 1", "address 1", "address range 1", "zones.zone "} {
		if !strings.Contains(hidden, word) {
			t.Errorf("no %s in\n%s", word, hidden)
		}
	}
	if strings.Contains(hidden, `"errors"`) || strings.Contains(hidden, "hostname hostname") {
		t.Error(hidden)
	}
}

func names(document string) map[string]bool {
	out := map[string]bool{}
	for _, name := range secrets.FindAllString(document, -1) {
		out[name] = true
	}
	return out
}

// numbersOf is what must not depend on who asks.
type numbersOf struct {
	Customer struct {
		Check struct {
			Verdict         string
			Counterexamples struct {
				TotalCount int
				Nodes      []struct {
					Category, Activity string
					Outside            int
				}
			}
			Unknowns            []struct{ Fact string }
			Considered          struct{ Placements, Sites int }
			Covered, NotCovered []struct {
				Category, Activity, Sentence string
				Placements                   int
			}
		}
	}
}

func TestVerdictsAndCountsAreTheSameWithAndWithoutNames(t *testing.T) {
	s := shipped(t, planted)
	for name, scopes := range map[string][2]any{
		"every scope":   {nil, nil},
		"a hostname":    {scope("HOSTNAME", "xqhost.xqzone.example"), scope("HOSTNAME", "hostname 5")},
		"a zone":        {scope("ZONE", "xqzone.example"), scope("ZONE", "zone 3")},
		"a worker":      {scope("WORKER", "xqworker"), scope("WORKER", "worker 1")},
		"a resource":    {scope("RESOURCE", "r2/xqbucket"), scope("RESOURCE", "resource 1")},
		"a certificate": {scope("CERTIFICATE", "xqhost.xqzone.example"), scope("CERTIFICATE", "certificate 1")},
		"the account":   {[]any{map[string]any{"kind": "ACCOUNT"}}, []any{map[string]any{"kind": "ACCOUNT"}}},
	} {
		t.Run(name, func(t *testing.T) {
			ask := func(v auth.Viewer, scopes any) numbersOf {
				return data[numbersOf](t, s.as(v), wholeCustomer, map[string]any{"claim": map[string]any{"within": []string{"EU"}, "reading": "EVERYTHING", "scopes": scopes}})
			}
			if diff := cmp.Diff(ask(auth.Local(), scopes[0]), ask(sales(0), scopes[1])); diff != "" {
				t.Errorf("(-with names +without):\n%s", diff)
			}
		})
	}
}

func scope(kind, name string) []any { return []any{map[string]any{"kind": kind, "name": name}} }

func TestANameCannotBeGuessedThroughAScopeOrADigest(t *testing.T) {
	s := shipped(t, planted)
	ask := func(name string) string {
		text := s.as(sales(0)).ask(`query($claim: ClaimInput!) { customer(id: "planted") { check(claim: $claim) { verdict } } }`,
			map[string]any{"claim": map[string]any{"within": []string{"EU"}, "scopes": scope("HOSTNAME", name)}})
		return strings.ReplaceAll(text, name, "NAME")
	}
	if there, absent := ask("xqhost.xqzone.example"), ask("absent.xqzone.example"); there != absent || !strings.Contains(there, "BAD_USER_INPUT") {
		t.Errorf("a name that is there is told from one that is not:\n%s\n%s", there, absent)
	}
	// hostname 4 is the target that the settings name and do not have.
	if text := s.as(sales(0)).ask(wholeCustomer, map[string]any{"claim": map[string]any{"within": []string{"EU"}, "scopes": scope("HOSTNAME", "hostname 4")}}); !strings.Contains(text, "hostname 4: no such scope") || secrets.MatchString(text) {
		t.Error(text)
	}
	digests := func(v auth.Viewer) []string {
		text := s.as(v).ask(wholeCustomer, euOnly)
		return regexp.MustCompile(`"(?:digest|settings)":"(?:[a-z0-9-]*:)?[0-9a-f]{64}"`).FindAllString(text, -1)
	}
	with, without := digests(auth.Local()), digests(sales(0))
	if len(with) != len(without) || len(with) != 8 {
		t.Fatalf("%d digests with names, %d without", len(with), len(without))
	}
	for i := range with {
		if with[i] == without[i] {
			t.Errorf("%s would confirm a guess", with[i])
		}
	}
}

func TestTheDocumentWithoutNamesKeepsEverythingElse(t *testing.T) {
	s := shipped(t, planted)
	document := func(v auth.Viewer) map[string]any {
		const query = `{ customer(id: "planted") { settings { document } } }`
		got := data[struct {
			Customer struct{ Settings struct{ Document string } }
		}](t, s.as(v), query, nil)
		return object(t, got.Customer.Settings.Document)
	}
	with, without := document(auth.Local()), document(sales(0))
	for key, value := range with {
		plain, _ := json.Marshal(value)
		masked, _ := json.Marshal(without[key])
		if key == "served_on" || key == "zones" || key == "unknown" || key == "workers" || key == "storage" || key == "ip_bindings" {
			if string(plain) == string(masked) {
				t.Errorf("%s is not masked: %s", key, masked)
			}
			continue
		}
		if string(plain) != string(masked) {
			t.Errorf("%s: %s became %s", key, plain, masked)
		}
	}
}
