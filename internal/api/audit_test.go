package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
)

// entries are what the log holds, oldest first, without time and chain.
func (s *server) entries(t *testing.T) []string {
	t.Helper()
	all, err := s.audit.AuditEntries(t.Context(), auth.AuditQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.VerifyAudit(t.Context(), s.audit); err != nil {
		t.Error(err)
	}
	out := []string{}
	for _, e := range all {
		out = append(out, strings.TrimRight(fmt.Sprintf("%s %s %s %.6s>%.6s", e.Subject, e.Action, e.Customer, e.Before, e.After), " >"))
	}
	return out
}

func digestOf(t *testing.T, s *server, version int) string {
	t.Helper()
	const query = `{ customer(id: "acme") { history { nodes { version digest } } } }`
	got := data[struct {
		Customer struct {
			History struct {
				Nodes []struct {
					Version int
					Digest  string
				}
			}
		}
	}](t, s.as(somebody(auth.Customer, "acme")), query, nil)
	for _, n := range got.Customer.History.Nodes {
		if n.Version == version {
			return n.Digest[:6]
		}
	}
	t.Fatalf("no version %d", version)
	return ""
}

func TestEveryMutationIsInTheLogBeforeAndAfter(t *testing.T) {
	s := start(t)
	office := s.as(somebody(auth.Privacy, ""))
	office.put(t, acmeMarch)
	office.put(t, acmeJune)
	office.put(t, acmeJune) // changes nothing
	const conflict = `mutation($d: String!) { putSettings(input: {document: $d, expectedVersion: 7}) { userErrors { code } } }`
	if text := office.ask(conflict, map[string]any{"d": acmeMarch}); !strings.Contains(text, "CONFLICT") {
		t.Fatal(text)
	}
	const invalid = `mutation { putSettings(input: {document: "customer: acme\nlog_region: mars"}) { userErrors { code } } }`
	if text := office.ask(invalid, nil); !strings.Contains(text, "INVALID") {
		t.Fatal(text)
	}
	one, two := digestOf(t, s, 1), digestOf(t, s, 2)
	want := []string{
		"user:privacy PUT_SETTINGS acme",
		"user:privacy PUT_SETTINGS acme >" + one,
		"user:privacy PUT_SETTINGS acme " + one,
		"user:privacy PUT_SETTINGS acme " + one + ">" + two,
		"user:privacy PUT_SETTINGS acme " + two,
		"user:privacy PUT_SETTINGS acme " + two + ">" + two,
		"user:privacy PUT_SETTINGS acme " + two, // the conflict: announced, and never confirmed
	}
	if diff := cmp.Diff(want, s.entries(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	actor := `{ customer(id: "acme") { settings { actor } } }`
	if text := office.ask(actor, nil); !strings.Contains(text, `"actor":"user:privacy"`) {
		t.Error(text)
	}
}

func TestEveryReadAcrossCustomersIsInTheLogOnceAnOperation(t *testing.T) {
	for name, c := range map[string]struct {
		viewer auth.Viewer
		query  string
		want   []string
	}{
		"a customer":                {sales(0), `{ customer(id: "acme") { name } }`, []string{"user:sales READ_CUSTOMER acme"}},
		"the same one several ways": {sales(0), `{ a: customer(id: "acme") { name } b: customer(id: "acme") { version } c: node(id: "Y3VzdG9tZXI6YWNtZQ") { id } }`, []string{"user:sales READ_CUSTOMER acme"}},
		"one that is absent":        {sales(0), `{ customer(id: "absentee") { name } }`, []string{"user:sales READ_CUSTOMER absentee"}},
		"nodes of several":          {sales(0), `{ nodes(ids: ["Y3VzdG9tZXI6YWNtZQ", "Y3VzdG9tZXI6Ym9yZWFsaXM", "c2l0ZTpGUkE"]) { id } }`, []string{"user:sales READ_CUSTOMER acme", "user:sales READ_CUSTOMER borealis"}},
		"the list":                  {somebody(auth.Privacy, ""), `{ customers { nodes { name settings { digest } } } }`, []string{"user:privacy LIST_CUSTOMERS *"}},
		"the log itself":            {somebody(auth.Privacy, ""), `{ auditLog { complete } }`, []string{"user:privacy READ_AUDIT *"}},
		"the log about one":         {somebody(auth.Privacy, ""), `{ auditLog(filter: {customer: "acme"}) { complete } }`, []string{"user:privacy READ_AUDIT acme"}},
		"its own":                   {somebody(auth.Customer, "acme"), `{ customer(id: "acme") { name } }`, nil},
		"what is not its":           {somebody(auth.Customer, "acme"), `{ customer(id: "borealis") { name } customers { complete } }`, nil},
		"what concerns nobody":      {sales(0), `{ check(claim: {preset: "eu-only"}, settings: {}) { verdict } footprint { asOf } }`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := fleet(t)
			before := len(s.entries(t))
			s.as(c.viewer).ask(c.query, nil)
			if diff := cmp.Diff(c.want, append([]string(nil), s.entries(t)[before:]...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatCannotBeRecordedDoesNotHappen(t *testing.T) {
	s := fleet(t)
	broken := errors.New("disk of host 192.0.2.7 is full")
	s.audit.broken.Store(&broken)
	for name, query := range map[string]string{
		"reading a customer": `{ customer(id: "acme") { name } }`,
		"reading nodes":      `{ nodes(ids: ["Y3VzdG9tZXI6YWNtZQ"]) { ... on Customer { name } } }`,
		"listing":            `{ customers { nodes { name } } }`,
		"reading the log":    `{ auditLog { nodes { subject } } }`,
		"changing":           `mutation { putSettings(input: {settings: {customer: "acme", name: "Acme Other"}}) { customer { name } } }`,
	} {
		if text := s.ask(query, nil); !strings.Contains(text, "INTERNAL") || strings.Contains(text, "Acme") || strings.Contains(text, "192.0.2.7") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if c, _ := s.service.State().Customer("acme"); c.Newest() != 2 {
		t.Errorf("version %d was recorded in the dark", c.Newest())
	}
	if text := s.as(somebody(auth.Customer, "acme")).ask(`{ customer(id: "acme") { name } }`, nil); !strings.Contains(text, "Acme GmbH") {
		t.Errorf("a customer reading its own: %s", text)
	}
}

func TestTheLogIsPagedWhileItGrows(t *testing.T) {
	s := fleet(t)
	type page struct {
		AuditLog struct {
			Nodes    []struct{ Number int }
			PageInfo struct{ EndCursor *string }
			Complete bool
		}
	}
	var numbers []int
	var after any
	for {
		p := data[page](t, s, `query($after: String) { auditLog(first: 2, after: $after, filter: {customer: "acme"}) {
			nodes { number } pageInfo { endCursor } complete } }`, map[string]any{"after": after}).AuditLog
		for _, n := range p.Nodes {
			numbers = append(numbers, n.Number)
		}
		if p.Complete {
			break
		}
		after = *p.PageInfo.EndCursor
	}
	// The first page shows that it is read; what the others add comes after it.
	if diff := cmp.Diff([]int{7, 4, 3, 2, 1}, numbers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, cursor := range []string{"x", "AAAAAAAAAAAx"} {
		if text := s.ask(`query($after: String) { auditLog(after: $after) { complete } }`, map[string]any{"after": cursor}); !strings.Contains(text, "BAD_USER_INPUT") {
			t.Errorf("%s: %s", cursor, text)
		}
	}
}
