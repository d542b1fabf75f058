//go:build e2e

package gql_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"domicile/internal/gql"
)

// TestAudit runs the npm audits; `npm ci` in audit/ comes first.
func TestAudit(t *testing.T) {
	if _, err := os.Stat("audit/node_modules/graphql-http"); err != nil {
		t.Fatal("audit: no node_modules; run npm ci in internal/gql/audit")
	}
	server := httptest.NewServer(newHandler(t, gql.Options{}))
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), "node", "audit.js", server.URL, "subscription { ticks(count: 3) { n } }", "3")
	cmd.Dir = "audit"
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), "61 audits of HTTP, 5 checks of event streams") {
		t.Error("the number of audits changed")
	}
}
