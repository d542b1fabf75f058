package webui_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"domicile/internal/webui"
)

// visited is a page that somebody, or nobody, is signed in to.
func visited(t *testing.T, visitor string, asked *int) http.Handler {
	return serve(t, webui.Config{Ask: acme.ask, Visit: func(_ http.ResponseWriter, r *http.Request) (*http.Request, json.RawMessage) {
		*asked++
		return r, json.RawMessage(visitor)
	}})
}

func TestThePageIsToldWhoIsSignedIn(t *testing.T) {
	asked := 0
	w := get(visited(t, `{"role":"SALES","name":"</script><b>"}`, &asked), "/c/acme")
	body := w.Body.String()
	if !strings.Contains(body, `id="visitor">{"role":"SALES"`) || strings.Contains(body, "</script><b>") || !strings.Contains(body, `id="first"`) {
		t.Error(body)
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" || asked != 1 {
		t.Errorf("%s, asked %d times", got, asked)
	}
}

func TestAPageForNobodyHasNoAnswers(t *testing.T) {
	asked := 0
	w := get(visited(t, "null", &asked), "/c/acme")
	if body := w.Body.String(); !strings.Contains(body, `id="visitor">null<`) || strings.Contains(body, "Acme") {
		t.Error(body)
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" {
		t.Error(got)
	}
}

func TestAFramedPageHasNoVisitor(t *testing.T) {
	asked := 0
	w := get(visited(t, `{"role":"PRIVACY"}`, &asked), "/embed/c/acme/claims/eu-only")
	if asked != 0 || strings.Contains(w.Body.String(), "visitor") {
		t.Error(w.Body.String())
	}
}
