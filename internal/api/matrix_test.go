package api_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
)

// authorization is what testdata/authorization.txt expects of every field:
// Type.field → rule.
type authorization map[string]string

// allowance are the words of that file: whether a viewer may read a field where the
// row is its own or another's.
var allowance = map[string]func(v auth.Viewer, own bool) bool{
	"open":    func(auth.Viewer, bool) bool { return true },
	"known":   func(v auth.Viewer, _ bool) bool { return reads(v) },
	"row":     func(v auth.Viewer, own bool) bool { return reads(v) && (own || v.Role != auth.Customer) },
	"all":     func(v auth.Viewer, _ bool) bool { return v.Role == auth.Sales || v.Role == auth.Privacy },
	"privacy": func(v auth.Viewer, _ bool) bool { return v.Role == auth.Privacy },
	"traffic": func(v auth.Viewer, own bool) bool {
		return v.Role == auth.Privacy || v.Role == auth.Customer && own
	},
}

func reads(v auth.Viewer) bool {
	return v.Role == auth.Customer || v.Role == auth.Sales || v.Role == auth.Privacy
}

// expectations reads the file: lines of "Type rule: field field …".
func expectations(t *testing.T) authorization {
	t.Helper()
	f, err := os.Open("testdata/authorization.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := authorization{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") || lines.Text() == "" {
			continue
		}
		head, names, ok := strings.Cut(lines.Text(), ": ")
		typeName, rule, ruled := strings.Cut(head, " ")
		if !ok || !ruled || allowance[rule] == nil {
			t.Fatalf("not an expectation: %s", lines.Text())
		}
		for _, name := range strings.Fields(names) {
			if out[typeName+"."+name] != "" {
				t.Errorf("%s.%s is expected twice", typeName, name)
			}
			out[typeName+"."+name] = rule
		}
	}
	return out
}

// viewers are one of each role; the customer is planted's.
func viewers() map[string]auth.Viewer {
	return map[string]auth.Viewer{
		"nobody": {}, "no role": somebody(auth.NoRole, ""), "CUSTOMER": somebody(auth.Customer, "planted"),
		"SALES": somebody(auth.Sales, ""), "PRIVACY": somebody(auth.Privacy, ""), "INGEST": somebody(auth.Ingest, "planted"),
	}
}

// rows are the customers asked for.
const (
	ownRow    = "planted"
	otherRow  = "dragon-dentistry"
	absentRow = "absentee"
)

// given are the arguments of fields that need some, or show nothing without.
var given = map[string]string{
	"Footprint.changes": `(after: "2022-12-31")`,
	"Query.site":        `(code: "FRA")`, "Query.region": `(key: "eu")`, "Query.jurisdiction": `(code: "EU")`,
	"Query.nearestSites": `(at: {latitude: 1, longitude: 2})`, "Query.locate": `(address: "192.0.2.1")`,
	"Query.customer": `(id: "ROW")`, "Query.node": `(id: "c2l0ZTpGUkE")`, "Query.nodes": `(ids: ["c2l0ZTpGUkE"])`,
	"Query.residency": `(settings: {products: ["cdn"]})`,
	"Query.check":     `(claim: {within: ["EU"], scopes: [{kind: ACCOUNT}]}, settings: {})`,
	"Customer.check":  `(claim: {within: ["FR"], categories: [KEYS], activities: [STORE]})`, "CheckResult.counterexamples": `(first: 100)`,
	"Query.sweep": `(claim: {within: ["EU", "ADEQUATE"]}, suppose: {leaves: [{member: "US", bloc: "ADEQUATE"}]})`,
	"Query.plan": `(claim: {within: ["EU"]}, settings: {products: ["cdn", "api-shield", "workers-ai"],
		zones: [{name: "a.example", hostnames: [{name: "www.a.example"}], certificates: [{hosts: ["www.a.example"]}]}]})`,
	"Customer.plan":      `(claim: {within: ["CH"], categories: [TRAFFIC_METADATA], activities: [STORE]})`,
	"Customer.residency": `(categories: [KEYS])`, "Residency.placements": `(first: 100)`, "Jurisdiction.includes": `(country: "DE")`,
	"Customer.traffic":       `(window: {from: "2026-11-01T00:00:00Z"})`,
	"Mutation.putSettings":   `(input: {document: "customer: acme\nlog_region: mars"})`,
	"Mutation.registerClaim": `(input: {customer: "absentee", claim: {preset: "eu-only"}})`, "Mutation.withdrawClaim": `(input: {customer: "absentee", claim: "x"})`,
	"Mutation.grantWaiver":  `(input: {customer: "absentee", claim: "x", reason: "r", owner: "o", until: "2027-01-01"})`,
	"Mutation.freezeReport": `(input: {customer: "ROW", preset: "eu-only"})`, "Query.report": `(key: "00")`,
	"Mutation.endWaiver": `(input: {customer: "absentee", waiver: "x"})`,
}

// forgetful is an audit log that keeps nothing, quickly.
type forgetful struct{ auth.AuditLog }

func (forgetful) AppendAudit(_ context.Context, e ...auth.Entry) ([]auth.Entry, error) { return e, nil }

func (forgetful) AuditEntries(context.Context, auth.AuditQuery) ([]auth.Entry, error) {
	return []auth.Entry{{
		Seq: 1, Subject: "user:x", Role: auth.Privacy, Action: auth.PutSettings, Customer: "acme", Before: "a", After: "b", RequestID: "r",
	}}, nil
}

// step is one field of a way to a type.
type step struct{ typeName, field string }

func (s step) String() string { return s.typeName + "." + s.field }

// contract is the fields of every object type, and of what type they are.
type contract map[string]map[string]string

func contractOf(t *testing.T, s *server) contract {
	t.Helper()
	got := data[introspected](t, s, introspection, nil)
	out := contract{}
	for _, info := range got.Schema.Types {
		if info.Kind != "OBJECT" || strings.HasPrefix(info.Name, "__") {
			continue
		}
		out[info.Name] = map[string]string{}
		for _, f := range info.Fields {
			of := f.Type
			for of.OfType != nil {
				of = *of.OfType
			}
			out[info.Name][f.Name] = of.Name
		}
	}
	return out
}

// ways finds the shortest way from a root to every type below it, without some.
func (c contract) ways(root string, way []step, without ...string) map[string][]step {
	out := map[string][]step{root: way}
	for queue := []string{root}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, field := range slices.Sorted(maps.Keys(c[at])) {
			to := c[at][field]
			if _, object := c[to]; !object || slices.Contains(without, to) || out[to] != nil || to == root {
				continue
			}
			out[to] = append(slices.Clone(out[at]), step{at, field})
			queue = append(queue, to)
		}
	}
	return out
}

// question asks for a field of the type that a way leads to.
func (c contract) question(way []step, probe step) string {
	query := "probe: " + probe.field + given[probe.String()]
	if of := c[probe.typeName][probe.field]; c[of] != nil || of == "Node" {
		query += " { __typename }"
	}
	for _, s := range slices.Backward(way) {
		query = s.field + given[s.String()] + " { " + query + " }"
	}
	if len(way) > 0 && way[0].typeName == "Mutation" || probe.typeName == "Mutation" {
		return "mutation { " + query + " }"
	}
	return "{ " + query + " }"
}

// told is what somebody is told about a field.
type told struct {
	text  string
	codes []string
	value bool // something of the field
}

func (s *server) tell(v auth.Viewer, query string) told {
	out := told{text: s.as(v).ask(query, nil)}
	for _, code := range []string{"UNAUTHENTICATED", "FORBIDDEN", "INTERNAL", "BAD_USER_INPUT", "COST_LIMIT"} {
		if strings.Contains(out.text, code) {
			out.codes = append(out.codes, code)
		}
	}
	out.value = strings.Contains(strings.ReplaceAll(out.text, `"probe":null`, ""), `"probe":`)
	return out
}

// unreached are the fields that are null in these customers and at these sites,
// so that only refusals show that they are guarded.
var unreached = []string{
	"AuditConnection.totalCount", "BlocMembership.to", "Obstacle.fact", "Obstacle.statement", "PutSettingsPayload.customer", "PutSettingsPayload.position", "PutSettingsPayload.settings", "Residency.gap",
	"ClaimPayload.claim", "Query.report", "RegisteredClaim.coverage", "RegisteredClaim.registeredAt", "RegisteredClaim.registeredBy", "Scope.name", "Site.cell", "Site.listedTo", "Site.notes", "Sweep.resume",
	// Nothing was observed.
	"Breach", "CellTraffic", "ClaimDay", "CheckResult.measured", "CountryTraffic", "Measured", "MeasuredPart", "OnwardTransfer", "SiteTraffic", "Sweep.observed", "SweepObserved", "TrafficClass", "UnexpectedTraffic",
}

// required are the roles that @auth names for each rule.
var required = map[string][]string{
	"known": {"CUSTOMER", "SALES", "PRIVACY"}, "row": {"CUSTOMER", "SALES", "PRIVACY"}, "all": {"SALES", "PRIVACY"}, "privacy": {"PRIVACY"},
	"traffic": {"CUSTOMER", "PRIVACY"},
}

func TestEveryFieldHasAnExpectation(t *testing.T) {
	expected := expectations(t)
	found := authorization{}
	s := shipped(t)
	for typeName, fields := range contractOf(t, s) {
		for field := range fields {
			name := typeName + "." + field
			for _, d := range s.FieldDirectives(typeName, field) {
				if names := d.Args.Strings("requires"); d.Name == "auth" && !slices.Equal(names, required[expected[name]]) {
					t.Errorf("%s is open to %v and expected to be %s", name, names, expected[name])
				}
			}
			if found[name] = "expected"; expected[name] == "" {
				t.Errorf("%s has no expectation: say in testdata/authorization.txt who may read it", name)
			}
		}
	}
	for name := range expected {
		if found[name] == "" {
			t.Errorf("%s is expected and not there", name)
		}
	}
}

func TestAuthorizationMatrix(t *testing.T) {
	s := shippedFor(t, auth.NewRows(forgetful{}, (&clock{}).read, nil), planted)
	c, expected := contractOf(t, s), expectations(t)
	asked, shown := 0, map[string]bool{}
	for _, from := range []map[string][]step{
		c.ways("Query", nil, "Customer"),
		c.ways("Customer", []step{{"Query", "customer"}}, "Traffic", "RegisteredClaim"),
		c.ways("RegisteredClaim", []step{{"Query", "customer"}, {"Customer", "claims"}}, "Customer", "SiteTraffic"),
		c.ways("Traffic", []step{{"Query", "customer"}, {"Customer", "traffic"}}, "Site"),
		c.ways("Mutation", nil, "Customer", "ClaimPayload", "FreezeReportPayload"),
		c.ways("FreezeReportPayload", []step{{"Mutation", "freezeReport"}}, "Customer", "UserError"),
		c.ways("ClaimPayload", []step{{"Mutation", "registerClaim"}}, "Customer", "UserError"),
	} {
		for _, typeName := range slices.Sorted(maps.Keys(from)) {
			for _, field := range slices.Sorted(maps.Keys(c[typeName])) {
				m := matrix{s, c, expected, append(slices.Clone(from[typeName]), step{typeName, field})}
				asked += m.run(t, shown)
			}
		}
	}
	var dark []string
	for name := range expected {
		typeName, _, _ := strings.Cut(name, ".")
		switch {
		case shown[name] || typeName == "Subscription" || typeName == "VerdictChange" || typeName == "ClaimChange" || typeName == "SweepProgress":
		case slices.Contains(unreached, typeName):
			dark = append(dark, typeName)
		default:
			dark = append(dark, name)
		}
	}
	slices.Sort(dark)
	if diff := gocmp.Diff(slices.Sorted(slices.Values(unreached)), slices.Compact(dark)); diff != "" {
		t.Errorf("fields of which the privacy team reads nothing, and was (-) or was not (+) expected to:\n%s", diff)
	}
	t.Logf("%d questions about %d fields", asked, len(expected))
}

// matrix is one field at the end of one way, for everybody and every row.
type matrix struct {
	*server
	contract
	expected authorization
	way      []step
}

func (m matrix) run(t *testing.T, shown map[string]bool) (asked int) {
	probe := m.way[len(m.way)-1]
	pattern := m.question(m.way[:len(m.way)-1], probe)
	rows := []string{ownRow, otherRow, absentRow}
	if !strings.Contains(pattern, "ROW") {
		rows = rows[:1]
	}
	for name, v := range viewers() {
		answers := map[string]told{}
		for _, row := range rows {
			answers[row] = m.tell(v, strings.ReplaceAll(pattern, "ROW", row))
			asked++
			if problem := m.judge(v, row, answers); problem != "" {
				t.Errorf("%s by %s, %s: %s: %.400s", probe, name, row, problem, answers[row].text)
			}
		}
		if v.Role == auth.Privacy && answers[ownRow].value {
			shown[probe.String()] = true
		}
	}
	return asked
}

// judge says what is wrong with the answer about a row; empty for nothing.
func (m matrix) judge(v auth.Viewer, row string, answers map[string]told) string {
	a, role := answers[row], true
	hidden := row == absentRow || v.Role == auth.Customer && row != ownRow
	for _, s := range m.way {
		role = role && allowance[cmp.Or(m.expected[s.String()], "privacy")](v, true)
		if role && hidden && s.String() == "Query.customer" {
			return m.hidden(v, row, answers)
		}
	}
	refusal := "FORBIDDEN"
	if !v.Known() {
		refusal = "UNAUTHENTICATED"
	}
	switch {
	case !role && (!slices.Equal(a.codes, []string{refusal}) || a.value):
		return "want " + refusal + " and nothing of it"
	case !role:
		return ""
	case len(a.codes) > 0:
		return fmt.Sprint("want no error, got ", a.codes)
	}
	return ""
}

// hidden says what is wrong with the answer about a row that the viewer may not
// see, or that is not there.
func (m matrix) hidden(v auth.Viewer, row string, answers map[string]told) string {
	a, nothing := answers[row], `:null}`
	if len(m.way) == 1 {
		nothing = `"probe":null}`
	}
	switch {
	case len(a.codes) > 0 || a.value || !strings.Contains(a.text, nothing):
		return "want null and no error"
	case row == absentRow && v.Role == auth.Customer && a.text != answers[otherRow].text:
		return "another's is told from an absent one: " + answers[otherRow].text
	}
	return ""
}
