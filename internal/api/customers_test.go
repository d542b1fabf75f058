package api_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

func TestACustomerIsFoundByItsIDAndItsKeyAndAbsentIsNull(t *testing.T) {
	s := fleet(t)
	type found struct {
		Customer, Again, Node, Absent, NoID *struct{ ID, Key, Name string }
	}
	id := data[struct{ Customer struct{ ID string } }](t, s, `{ customer(id: "acme") { id } }`, nil).Customer.ID
	got := data[found](t, s, `query($id: ID!) { customer(id: $id) { id key name } again: customer(id: "acme") { id }
		node(id: $id) { ... on Customer { key } } absent: customer(id: "nobody-here") { id } noID: customer(id: "%%%") { id } }`, map[string]any{"id": id})
	switch {
	case got.Customer == nil || got.Customer.Key != "acme" || got.Customer.Name != "Acme GmbH":
		t.Errorf("by id: %+v", got.Customer)
	case got.Again == nil || got.Again.ID != id:
		t.Errorf("by key: %+v", got.Again)
	case got.Node == nil || got.Node.Key != "acme":
		t.Errorf("as a node: %+v", got.Node)
	case got.Absent != nil || got.NoID != nil:
		t.Errorf("absent: %+v %+v", got.Absent, got.NoID)
	}
}

func TestEveryKindOfNodeIsFoundAgain(t *testing.T) {
	s := fleet(t)
	type node struct{ ID string }
	first := data[struct {
		Customer, Site, Region, Jurisdiction node
		Products                             []node
	}](t, s, `{ customer(id: "acme") { id } site(code: "FRA") { id } region(key: "eu", setting: LOGS) { id }
		jurisdiction(code: "EU") { id } products(filter: {ids: ["cdn"]}) { id } }`, nil)
	ids := []string{first.Customer.ID, first.Site.ID, first.Region.ID, first.Jurisdiction.ID, first.Products[0].ID, "", "c2l0ZTpYWFg", "!"}
	got := data[struct {
		Nodes []*struct {
			ID       string
			Typename string `json:"__typename"`
		}
	}](t, s, `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, map[string]any{"ids": ids})
	var names []string
	for i, n := range got.Nodes {
		if n == nil {
			names = append(names, "null")
			continue
		}
		names = append(names, n.Typename)
		if n.ID != ids[i] {
			t.Errorf("%s: id %s, asked for %s", n.Typename, n.ID, ids[i])
		}
	}
	if diff := cmp.Diff([]string{"Customer", "Site", "Region", "Jurisdiction", "Product", "null", "null", "null"}, names); diff != "" {
		t.Error(diff)
	}
	if text := s.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": slices.Repeat(ids[:1], 101)}); !strings.Contains(text, "BAD_USER_INPUT") {
		t.Errorf("101 ids: %.200s", text)
	}
}

// pageOfCustomers is a page as a client reads it.
type pageOfCustomers struct {
	Customers struct {
		Nodes    []struct{ Key string }
		Edges    []struct{ Cursor string }
		PageInfo struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       *string
		}
		TotalCount *int
		Complete   bool
	}
}

const customersQuery = `query($first: Int!, $after: String, $filter: CustomerFilter) {
	customers(first: $first, after: $after, filter: $filter) { nodes { key } edges { cursor } totalCount complete
		pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`

// walk reads all pages of a size.
func walk(t *testing.T, s *server, first int, filter any) []string {
	t.Helper()
	var keys []string
	var after any
	for {
		p := data[pageOfCustomers](t, s, customersQuery, map[string]any{"first": first, "after": after, "filter": filter}).Customers
		for _, n := range p.Nodes {
			keys = append(keys, n.Key)
		}
		if p.Complete == p.PageInfo.HasNextPage || p.PageInfo.HasPreviousPage != (after != nil) || len(p.Nodes) > first {
			t.Fatalf("page: %+v", p)
		}
		if p.Complete {
			return keys
		}
		after = *p.PageInfo.EndCursor
	}
}

func TestWalkingAllPagesYieldsEveryCustomerOnce(t *testing.T) {
	s := start(t)
	random := rand.New(rand.NewPCG(1, 2))
	var want, few []string
	for range 60 {
		key := fmt.Sprintf("c-%04d", random.IntN(10_000))
		if slices.Contains(want, key) {
			continue
		}
		want = append(want, key)
		s.put(t, fmt.Sprintf(`{"customer": %q, "products": []}`, key))
		if strings.Contains(key, "7") {
			few = append(few, key)
		}
	}
	slices.Sort(want)
	slices.Sort(few)
	for _, first := range []int{1, 2, 7, len(want) - 1, len(want), len(want) + 1, 100} {
		if diff := cmp.Diff(want, walk(t, s, first, nil)); diff != "" {
			t.Errorf("pages of %d: %s", first, diff)
		}
		if diff := cmp.Diff(few, walk(t, s, first, map[string]any{"search": "7"})); diff != "" {
			t.Errorf("filtered pages of %d: %s", first, diff)
		}
	}
}

func TestAFilterNarrowsCustomersAndLeavesThemUncounted(t *testing.T) {
	s := fleet(t)
	for _, c := range []struct {
		name   string
		filter map[string]any
		want   []string
		total  bool
	}{
		{"no filter", nil, []string{"acme", "borealis"}, true},
		{"an empty filter", map[string]any{}, []string{"acme", "borealis"}, true},
		{"part of the key", map[string]any{"search": "bor"}, []string{"borealis"}, false},
		{"part of the name in any case", map[string]any{"search": "GMBH"}, []string{"acme"}, false},
		{"a promise", map[string]any{"promised": "eu-only"}, []string{"acme"}, false},
		{"both", map[string]any{"promised": "eu-only", "search": "bor"}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := data[pageOfCustomers](t, s, customersQuery, map[string]any{"first": 20, "filter": c.filter}).Customers
			var keys []string
			for _, n := range p.Nodes {
				keys = append(keys, n.Key)
			}
			if diff := cmp.Diff(c.want, keys); diff != "" || (p.TotalCount != nil) != c.total {
				t.Errorf("total %v, %s", p.TotalCount, diff)
			}
		})
	}
}

func TestACursorOfAnotherQuestionIsRefused(t *testing.T) {
	s := fleet(t)
	p := data[pageOfCustomers](t, s, customersQuery, map[string]any{"first": 1}).Customers
	cursor := p.Edges[0].Cursor
	for _, c := range []struct{ name, query string }{
		{"another filter", `query($after: String) { customers(after: $after, filter: {search: "a"}) { complete } }`},
		{"another list", `query($after: String) { customer(id: "acme") { history(after: $after) { complete } } }`},
		{"a list below", `query($after: String) { customer(id: "acme") { residency { placements(after: $after) { complete } } } }`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := s.ask(c.query, map[string]any{"after": cursor})
			if !strings.Contains(text, "another question") || !strings.Contains(text, "BAD_USER_INPUT") {
				t.Error(text)
			}
		})
	}
	for _, bad := range []string{"x", "####", cursor + cursor, strings.Repeat("A", 2000)} {
		if text := s.ask(customersQuery, map[string]any{"first": 1, "after": bad}); !strings.Contains(text, "BAD_USER_INPUT") && bad != cursor+cursor {
			t.Errorf("%.40s: %s", bad, text)
		}
	}
	for _, first := range []int{0, -1, 101} {
		if text := s.ask(customersQuery, map[string]any{"first": first}); !strings.Contains(text, "want 1 to 100") {
			t.Errorf("first %d: %s", first, text)
		}
	}
}

func TestACursorOfSettingsThatChangedIsRefused(t *testing.T) {
	s := fleet(t)
	const query = `query($after: String) { customer(id: "acme") { residency(asOf: "2026-07-01") { placements(first: 3, after: $after) { pageInfo { endCursor } totalCount } } } }`
	type page struct {
		Customer struct {
			Residency struct {
				Placements struct {
					PageInfo   struct{ EndCursor string }
					TotalCount int
				}
			}
		}
	}
	cursor := data[page](t, s, query, nil).Customer.Residency.Placements.PageInfo.EndCursor
	s.put(t, strings.Replace(acmeJune, "eu-mainland", "us", 1))
	if text := s.ask(query, map[string]any{"after": cursor}); !strings.Contains(text, "another revision") {
		t.Error(text)
	}
}

func TestPagesOfPlacementsAndSitesAddUp(t *testing.T) {
	s := fleet(t)
	const query = `query($after: String) { customer(id: "acme") { residency(asOf: "2026-07-01") { placements(first: 4, after: $after) {
		edges { cursor node { category activity scope { name } because { kind } } } totalCount complete pageInfo { endCursor } } } } }`
	type page struct {
		Customer struct {
			Residency struct {
				Placements struct {
					Edges []struct {
						Cursor string
						Node   any
					}
					TotalCount int
					Complete   bool
					PageInfo   struct{ EndCursor string }
				}
			}
		}
	}
	seen := map[string]bool{}
	var after any
	for {
		p := data[page](t, s, query, map[string]any{"after": after}).Customer.Residency.Placements
		for _, e := range p.Edges {
			seen[fmt.Sprint(e.Node)] = true
		}
		if p.Complete {
			if len(seen) != p.TotalCount || p.TotalCount < 10 {
				t.Errorf("%d of %d placements seen", len(seen), p.TotalCount)
			}
			return
		}
		after = p.PageInfo.EndCursor
	}
}

func TestSettingsAsOfADayAndTheirHistory(t *testing.T) {
	s := start(t)
	s.put(t, acmeMarch)
	between := s.clock.read().Add(30 * time.Minute)
	s.clock.add(time.Hour)
	s.put(t, acmeJune)
	s.clock.add(time.Hour)
	if err := s.service.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	golden(t, "settings_and_history", s.ask(`query($then: DateTime) { customer(id: "acme") {
		before: settings(asOf: "2026-02-28") { version } march: settings(asOf: "2026-05-31") { version validFrom recordedAt }
		june: settings(asOf: "2026-06-01") { version validFrom recordedAt actor digest name plan products { known all ids }
			logRegion outOfRegionAccess logRetention features { id value } defaultProcessingRegion unknown
			zones { totalCount nodes { name hostnamesListed secondaryDns certificatesListed hostnames { nodes { name processingRegion addresses } }
				certificates { hosts keyRegion keyPolicy keyless keyServer } spectrum { hostname } customHostnames { name } } }
			customRegions { key } ipBindings { cidr } storage { name } workers { name } servedOn { product } logDatasets }
		asKnownThen: settings(asOf: "2026-06-01", knownAt: $then) { version }
		history { totalCount complete nodes { version validFrom recordedAt } }
		now: check(claim: {within: ["EU"], categories: [KEYS], activities: [STORE]}, asOf: "2026-06-01") { verdict knownAt revision { version } }
		then: check(claim: {within: ["EU"], categories: [KEYS], activities: [STORE]}, asOf: "2026-06-01", knownAt: $then) { verdict knownAt revision { version } }
		never: check(claim: {within: ["EU"], scopes: [{kind: HOSTNAME, name: "www.acme.example"}]}, asOf: "2026-06-01", knownAt: "2020-01-01T00:00:00Z") {
			verdict headline revision { version settings } unknowns { fact } }
		nothing: residency(asOf: "2026-02-01") { recorded gap { id statement } parts { category } placements { totalCount complete } }
	} }`, map[string]any{"then": between.Format(time.RFC3339)}))
	if text := s.ask(`{ customer(id: "acme") { settings(knownAt: "2999-01-01T00:00:00Z") { version } } }`, nil); !strings.Contains(text, "lies in the future") {
		t.Error(text)
	}
}

func TestBadClaimsAreNamed(t *testing.T) {
	s := fleet(t)
	for _, c := range []struct{ name, claim, want string }{
		{"Europe is asked back", `{within: ["Europe"]}`, "say which you mean"},
		{"a name is no code", `{within: ["Germany"]}`, "write DE"},
		{"an unknown region", `{within: ["region:atlantis"]}`, "known keys"},
		{"no places", `{kind: NEVER_IN}`, "no places named"},
		{"an unknown preset", `{preset: "moon-only"}`, "known: eu-only, never-in-us"},
		{"a preset with places", `{preset: "eu-only", within: ["US"]}`, "names its own places"},
		{"a preset with a kind", `{preset: "eu-only", kind: NEVER_IN}`, "has its own kind"},
		{"a scope that is not there", `{within: ["EU"], scopes: [{kind: HOSTNAME, name: "x.example"}]}`, "hostname x.example: no such scope"},
		{"no category", `{within: ["EU"], categories: []}`, "categories is empty"},
		{"no activity", `{within: ["EU"], activities: []}`, "activities is empty"},
		{"no scope", `{within: ["EU"], scopes: []}`, "scopes is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := s.ask(`{ customer(id: "acme") { check(claim: `+c.claim+`) { verdict } } }`, nil)
			if !strings.Contains(text, c.want) || !strings.Contains(text, string(gql.BadUserInput)) {
				t.Error(text)
			}
		})
	}
}

func TestWhatAClaimCoversIsWhatItWasJudgedOn(t *testing.T) {
	s := fleet(t)
	st := s.service.State()
	for _, c := range []struct {
		name   string
		scopes []residency.Scope
	}{
		{"every scope", nil},
		{"the account", []residency.Scope{{Kind: residency.AccountScope}}},
		{"a hostname", []residency.Scope{{Kind: residency.HostnameScope, Name: "www.acme.example"}}},
		{"a zone", []residency.Scope{{Kind: residency.ZoneScope, Name: "acme.example"}}},
		{"a certificate and a hostname", []residency.Scope{
			{Kind: residency.CertificateScope, Name: "pay.acme.example"}, {Kind: residency.HostnameScope, Name: "img.acme.example"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl, err := st.Reference.Claim(atlas.ClaimInput{Preset: "eu-only", Scopes: c.scopes})
			if err != nil {
				t.Fatal(err)
			}
			want, err := s.service.Check(context.Background(), st, "acme", cl, date(t, "2026-07-01"))
			if err != nil {
				t.Fatal(err)
			}
			var scopes []map[string]any
			for _, x := range c.scopes {
				scopes = append(scopes, map[string]any{"kind": x.Kind.String(), "name": x.Name})
			}
			type parts []struct {
				Category, Activity string
				Placements         int
				Sites              struct{ Count int }
			}
			const fields = `{ category activity placements sites { count } }`
			got := data[struct {
				Customer struct {
					Check struct{ Covered, NotCovered parts }
				}
			}](t, s,
				`query($scopes: [ScopeInput!]) { customer(id: "acme") { check(claim: {preset: "eu-only", scopes: $scopes}, asOf: "2026-07-01") { covered `+fields+` notCovered `+fields+` } } }`,
				map[string]any{"scopes": scopes}).Customer.Check
			compare := func(what string, want []claim.Part, got parts) {
				var a, b []string
				for _, p := range want {
					a = append(a, fmt.Sprintf("%s %s %d %d", p.Category, p.Activity, p.Placements, p.May.Len()))
				}
				for _, p := range got {
					b = append(b, fmt.Sprintf("%s %s %d %d", p.Category, p.Activity, p.Placements, p.Sites.Count))
				}
				if diff := cmp.Diff(a, b); diff != "" {
					t.Errorf("%s: %s", what, diff)
				}
			}
			compare("covered", want.Covered, got.Covered)
			compare("not covered", want.NotCovered, got.NotCovered)
		})
	}
}

func TestWhereDataIsCanBeAskedOfSomeScopesAlone(t *testing.T) {
	s := fleet(t)
	type answer struct {
		Customer struct {
			Residency struct {
				Placements struct {
					Nodes []struct{ Scope struct{ Kind, Name string } }
				}
			}
			Check struct {
				Verdict  string
				Readings []struct{ Reading, Verdict, Sentence string }
			}
		}
	}
	ask := func(scopes string) answer {
		return data[answer](t, s, `{ customer(id: "acme") {
			residency(asOf: "2026-07-01", `+scopes+`) { placements(first: 100) { nodes { scope { kind name } } } }
			check(claim: {within: ["EU"], `+scopes+`}, asOf: "2026-07-01") { verdict readings { reading verdict sentence } } } }`, nil)
	}
	names := func(a answer) []string {
		var out []string
		for _, p := range a.Customer.Residency.Placements.Nodes {
			if p.Scope.Kind == "HOSTNAME" && !slices.Contains(out, p.Scope.Name) {
				out = append(out, p.Scope.Name)
			}
		}
		slices.Sort(out)
		return out
	}
	for scopes, want := range map[string][]string{
		"": {"img.acme.example", "www.acme.example"},
		`scopes: [{kind: HOSTNAME, name: "www.acme.example"}]`:  {"www.acme.example"},
		`scopes: [{kind: ZONE, name: "acme.example"}]`:          {"img.acme.example", "www.acme.example"},
		`scopes: [{kind: CERTIFICATE, name: "*.acme.example"}]`: nil,
	} {
		got := ask(scopes)
		if diff := cmp.Diff(want, names(got)); diff != "" {
			t.Errorf("%s: %s", scopes, diff)
		}
		for _, r := range got.Customer.Check.Readings {
			if r.Reading == "HANDLED" && r.Verdict != got.Customer.Check.Verdict || strings.Contains(r.Sentence, "scope") != (scopes != "") {
				t.Errorf("%s: %+v beside %s", scopes, r, got.Customer.Check.Verdict)
			}
		}
	}
	for scopes, want := range map[string]string{
		`scopes: []`: "scopes is empty",
		`scopes: [{kind: HOSTNAME, name: "x.example"}]`: "no such scope",
	} {
		if text := s.ask(`{ customer(id: "acme") { residency(`+scopes+`) { transit } } }`, nil); !strings.Contains(text, want) || !strings.Contains(text, string(gql.BadUserInput)) {
			t.Errorf("%s: %s", scopes, text)
		}
	}
}
