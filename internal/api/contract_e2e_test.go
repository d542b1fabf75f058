//go:build e2e

package api_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"domicile/internal/auth"
	"domicile/internal/gql"
	"domicile/schema"
)

// audit runs the npm comparison of contracts; `npm ci` in internal/gql/audit
// comes first.
func audit(t *testing.T, url, written, released string) (string, error) {
	t.Helper()
	if _, err := os.Stat("../gql/audit/node_modules/@graphql-inspector/core"); err != nil {
		t.Fatal("no node_modules; run npm ci in internal/gql/audit")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"written": written, "released": released} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", "contract.js", url, filepath.Join(dir, "written"), filepath.Join(dir, "released"))
	cmd.Dir = "../gql/audit"
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestTheContractAsOthersReadIt(t *testing.T) {
	handler, err := gql.NewHandler(start(t).Schema, gql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(auth.WithViewer(r.Context(), auth.Local())))
	}))
	defer server.Close()
	written, err := schema.SDL()
	if err != nil {
		t.Fatal(err)
	}
	released, err := schema.Released()
	if err != nil {
		t.Fatal(err)
	}
	out, err := audit(t, server.URL, written, released)
	t.Log(out)
	if err != nil {
		t.Error(err)
	}
	without := func(text, line string) string {
		if !strings.Contains(text, line) {
			t.Fatalf("the contract has no %q", line)
		}
		return strings.Replace(text, line, "", 1)
	}
	for name, c := range map[string]struct{ written, released, want string }{
		"a field of the release is gone":   {without(written, "  disclaimer: String!\n"), released, "FAIL since the release: Field 'disclaimer'"},
		"an argument became required":      {strings.Replace(written, "site(code: SiteCode!, asOf: Date)", "site(code: SiteCode!, asOf: Date!)", 1), released, "FAIL since the release"},
		"a type without a description":     {without(written, "\"A site and its distance.\"\n"), released, "types-have-descriptions"},
		"a field that is not camel-cased":  {strings.Replace(written, "  transit: String!", "  transit: String!\n  in_transit: Int", 1), released, "fields-are-camel-cased"},
		"a description that begins small":  {strings.Replace(written, "\"A site by its code;", "\"a site by its code;", 1), released, "descriptions-are-capitalized"},
		"a page that says nothing of more": {without(written, "  hasNextPage: Boolean!\n"), released, "relay-page-info-spec"},
	} {
		if out, err := audit(t, server.URL, c.written, c.released); err == nil || !strings.Contains(out, c.want) {
			t.Errorf("%s passes, or for another reason: %s", name, out)
		}
	}
}
