package graphiql_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"domicile/internal/graphiql"
)

func get(t *testing.T, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	graphiql.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestThePageIsWholeAndLoadsNothingFromElsewhere(t *testing.T) {
	status, page := get(t, "/")
	if status != 200 {
		t.Fatal(status)
	}
	var parts []string
	for _, m := range regexp.MustCompile(`(?:src|href)="([a-z.]*)"`).FindAllStringSubmatch(page, -1) {
		status, text := get(t, "/"+m[1])
		if status != 200 || text == "" {
			t.Errorf("%s: %d", m[1], status)
		}
		parts = append(parts, text)
	}
	if len(parts) != 2 {
		t.Errorf("%d parts", len(parts))
	}
	all := page + strings.Join(parts, "")
	if found := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9.-]+\.[a-z]|@import|url\(|innerHTML|\beval\b`).FindString(all); found != "" {
		t.Errorf("it holds %s", found)
	}
	// The policy of the listener allows neither of these.
	if found := regexp.MustCompile(`(?s)<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=`).FindString(page); found != "" {
		t.Errorf("it is inline: %s", found)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"/graphiql.go", "/../go.mod", "/missing"} {
		if status, _ := get(t, path); status != 404 && status != 400 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestThePageIsSmall(t *testing.T) {
	lines := 0
	for _, path := range []string{"/", "/page.js", "/page.css"} {
		_, text := get(t, path)
		lines += strings.Count(text, "\n")
	}
	if lines > 260 {
		t.Errorf("%d lines", lines)
	}
}
