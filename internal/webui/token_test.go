package webui_test

import (
	"cmp"
	"maps"
	"net/http"
	"strings"
	"testing"

	"domicile/internal/webui"
)

// measuredAs is what the API says of logs.
func measuredAs(verdict string) string {
	grade := map[string]string{"BROKEN": "CONTRADICTED"}[verdict]
	return `{"data":{"customer":{"check":{"verdict":"` + verdict + `","evidence":"` + cmp.Or(grade, "CONSISTENT") + `","headline":"606 events of img.acme.example were seen at Ashburn, US."}}}}`
}

// held is a page whose token "good" shows acme.
func held(t *testing.T, a answers) http.Handler {
	return serve(t, webui.Config{Ancestors: []string{"https://partner.example"}, Embed: func(_ *http.Request, token string) (webui.Embed, bool) {
		return webui.Embed{Customer: "acme", Claim: "eu-only", Reading: "HANDLED", Ask: a.ask}, token == "good"
	}})
}

func TestATokenShowsTheVerdictAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct{ measured, has string }{
		"nothing contradicts it":   {measuredAs("HOLDS"), "HOLDS. The settings allow no place outside."},
		"logs contradict it":       {measuredAs("BROKEN"), "BROKEN. Don&#39;t make this claim: data was observed outside."},
		"no logs are kept":         {`{"data":{"customer":null},"errors":[{"extensions":{"code":"NOT_FOUND"}}]}`, "HOLDS."},
		"logs could not be read":   {`{"data":{"customer":null},"errors":[{"extensions":{"code":"INTERNAL"}}]}`, "There is nothing to show here."},
		"logs took too long":       {``, "There is nothing to show here."},
		"what is known got weaker": {measuredAs("UNKNOWN"), "UNKNOWN. This can&#39;t be told now."},
	} {
		t.Run(name, func(t *testing.T) {
			a := maps.Clone(acme)
			a["Measured"] = c.measured
			w := get(held(t, a), "/embed/claims/good")
			body := w.Body.String()
			if !strings.Contains(body, c.has) || strings.Contains(body, "606") || strings.Contains(body, "img.acme") || strings.Contains(body, "Ashburn") {
				t.Error(body)
			}
			if strings.Contains(c.has, "BROKEN") && (!strings.Contains(body, `"verdict":"BROKEN"`) || !strings.Contains(body, `"evidence":"CONTRADICTED"`) || strings.Contains(body, `"HOLDS"`)) {
				t.Errorf("the page is told something else: %s", body)
			}
			if !strings.HasSuffix(w.Header().Get("Content-Security-Policy"), "frame-ancestors https://partner.example") || w.Header().Get("Set-Cookie") != "" {
				t.Error(w.Header())
			}
		})
	}
}

func TestATokenThatDoesNotHoldShowsWhatAnAbsentClaimShows(t *testing.T) {
	absent := maps.Clone(acme)
	absent["Embed"] = `{"data":{"customer":null}}`
	want := get(held(t, absent), "/embed/claims/good").Body.String()
	for _, token := range []string{"other", "good2", strings.Repeat("a", 3000)} {
		if got := get(held(t, acme), "/embed/claims/"+token).Body.String(); got != want || !strings.Contains(got, "There is nothing to show here.") {
			t.Errorf("%.10s: %s", token, got)
		}
	}
}
