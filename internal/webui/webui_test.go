package webui_test

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"domicile/internal/webui"
	"domicile/web"
)

const page = `<!doctype html><title>x</title><script type="module" src="/assets/app.js"></script><div id="root"></div><!--first-->`

var documents = []string{
	"query Subject($customer: ID!) { customer }", "query Report($customer: ID!) { customer }", "query Measured($customer: ID!) { customer }", "query Judged($customer: ID!) { customer }", "query Embed($customer: ID!) { customer }",
	"query PlaceSet($place: String!) { x }", "query Board { customers }", "query Place($code: SiteCode!) { site }",
}

func idOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func operations(texts ...string) []byte {
	byID := map[string]string{}
	for _, text := range texts {
		byID[idOf(text)] = text
	}
	out, _ := json.Marshal(byID)
	return out
}

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":      {Data: []byte(page)},
		"embed.html":      {Data: []byte(page)},
		"app.js":          {Data: []byte(strings.Repeat("console.log(1);\n", 200))},
		"operations.json": {Data: operations(documents...)},
	}
}

// answers is an API of canned responses, by the name of the operation.
type answers map[string]string

func (a answers) ask(_ context.Context, q webui.Question) ([]byte, error) {
	name, _, _ := strings.Cut(strings.TrimPrefix(q.Document, "query "), "(")
	text, ok := a[strings.TrimSuffix(strings.TrimSpace(name), " { customers }")]
	if !ok {
		return nil, errors.New("not asked for in this test: " + name)
	}
	return []byte(text), nil
}

var acme = answers{
	"Subject":  `{"data":{"customer":{"key":"acme","name":"Acme </script><b>","promises":[{"claim":{"id":"eu-only"}}]}}}`,
	"Report":   `{"data":{"customer":{"check":{"verdict":"NOT_ENSURED","headline":"The settings don't ensure this.","sentence":"customer data is handled only in EU","asOf":"2026-11-01"}}}}`,
	"Embed":    `{"data":{"customer":{"name":"Acme","check":{"verdict":"HOLDS","headline":"It holds.","sentence":"customer data is handled only in EU","asOf":"2026-11-01","claim":{"within":["EU"]}}}}}`,
	"PlaceSet": `{"data":{"jurisdiction":{"code":"EU"}}}`,
}

func serve(t *testing.T, c webui.Config) http.Handler {
	t.Helper()
	if c.Files == nil {
		c.Files = built()
	}
	h, err := webui.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAFileAskedForByItsDigestMayBeKeptForEver(t *testing.T) {
	h := serve(t, webui.Config{})
	link := regexp.MustCompile(`/assets/app\.js\?v=[0-9a-f]{8}`).FindString(get(h, "/").Body.String())
	if link == "" {
		t.Fatal("the page does not name app.js by its digest")
	}
	if got := get(h, link).Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("by digest: Cache-Control %q", got)
	}
	for _, other := range []string{"/assets/app.js", "/assets/app.js?v=00000000"} {
		if got := get(h, other).Header().Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control %q", other, got)
		}
	}
}

func TestAFileThatTheClientHasIsNotSentAgain(t *testing.T) {
	h := serve(t, webui.Config{})
	for _, path := range []string{"/assets/app.js", "/"} {
		tag := get(h, path).Header().Get("ETag")
		if w := get(h, path, "If-None-Match", `"other", W/`+tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("%s: %d with %d bytes", path, w.Code, w.Body.Len())
		}
		if w := get(h, path, "If-None-Match", `"other"`); w.Code != http.StatusOK {
			t.Errorf("%s with another tag: %d", path, w.Code)
		}
	}
}

func TestWhatIsSentCompressedIsTheSame(t *testing.T) {
	h := serve(t, webui.Config{Ask: acme.ask})
	for _, path := range []string{"/assets/app.js", "/c/acme"} {
		plain := get(h, path)
		packed := get(h, path, "Accept-Encoding", "br, gzip")
		if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%s: %v", path, packed.Header())
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil || string(text) != plain.Body.String() {
			t.Errorf("%s: the compressed answer differs (%v)", path, err)
		}
		if w := get(h, path, "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: compressed for a client that refuses it", path)
		}
	}
}

func TestTheSmallestCodingThatIsAcceptedIsSent(t *testing.T) {
	h := serve(t, webui.Config{})
	plain := get(h, "/assets/app.js").Body.String()
	both := get(h, "/assets/app.js", "Accept-Encoding", "gzip, zstd")
	if both.Header().Get("Content-Encoding") != "zstd" || both.Body.Len() >= get(h, "/assets/app.js", "Accept-Encoding", "gzip").Body.Len() {
		t.Errorf("%v, %d bytes", both.Header(), both.Body.Len())
	}
	z, err := zstd.NewReader(both.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if text, err := io.ReadAll(z); err != nil || string(text) != plain {
		t.Errorf("the compressed file differs (%v)", err)
	}
	if w := get(h, "/assets/app.js", "Accept-Encoding", "gzip, zstd", "If-None-Match", both.Header().Get("ETag")); w.Code != 304 {
		t.Errorf("its tag is not known again: %d", w.Code)
	}
}

func TestEveryAddressOfTheApplicationIsThePage(t *testing.T) {
	h := serve(t, webui.Config{})
	for path, want := range map[string]int{
		"/": 200, "/c/acme": 200, "/c/acme/claims/eu-only?reading=resides": 200, "/claims": 200, "/places/FRA": 200, "/nothing": 200,
		"/favicon.ico": 404, "/robots.txt": 404, "/assets/none.js": 404, "/assets/../app.js": 404,
	} {
		w := get(h, path, "Accept", "text/html,application/xhtml+xml")
		if w.Code == http.StatusMovedPermanently || w.Code == http.StatusTemporaryRedirect {
			continue // a path that is not clean is sent to the clean one
		}
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if w := get(h, "/c/acme", "Accept", "application/json"); w.Code != http.StatusNotFound {
		t.Errorf("data asked for at an address of the page: %d", w.Code)
	}
}

func TestThePageCarriesItsFirstAnswersAndTheVerdict(t *testing.T) {
	w := get(serve(t, webui.Config{Ask: acme.ask}), "/c/acme?reading=resides")
	body := w.Body.String()
	want := "Acme &lt;/script&gt;&lt;b&gt;. Customer data is handled only in EU: NOT ENSURED. The settings don&#39;t ensure this. As of 2026-11-01."
	if !strings.Contains(body, want) {
		t.Errorf("no verdict for readers without JavaScript in:\n%s", body)
	}
	_, rest, _ := strings.Cut(body, `id="first">`)
	data, _, found := strings.Cut(rest, "</script>")
	var first []struct {
		DocumentID string
		Variables  map[string]any
	}
	if err := json.Unmarshal([]byte(data), &first); err != nil || !found {
		t.Fatalf("the first answers are not JSON: %v\n%s", err, data)
	}
	if len(first) == 2 && (first[0].DocumentID != idOf(documents[0]) || strings.Contains(data, "query Subject")) {
		t.Errorf("the first answers do not go by the digests of their documents: %s", data)
	}
	if len(first) != 2 || first[1].Variables["claim"].(map[string]any)["reading"] != "RESIDES" {
		t.Errorf("first answers: %+v", first)
	}
	if w.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("somebody's data may be kept: %q", w.Header().Get("Cache-Control"))
	}
}

func TestThePageComesWithoutAnswersWhenTheyCannotBeHad(t *testing.T) {
	broken := func(context.Context, webui.Question) ([]byte, error) { return nil, errors.New("no") }
	null := answers{"Subject": `{"data":{"customer":null}}`}
	failing := answers{"Subject": `{"data":{"customer":null},"errors":[{"message":"no"}]}`}
	for name, ask := range map[string]func(context.Context, webui.Question) ([]byte, error){"broken": broken, "absent": null.ask, "failing": failing.ask} {
		w := get(serve(t, webui.Config{Ask: ask}), "/c/acme")
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Acme") || !strings.Contains(w.Body.String(), "<noscript>") {
			t.Errorf("%s: %d\n%s", name, w.Code, w.Body)
		}
	}
}

// What was observed could contradict a yes: where it cannot be read, no yes is said.
func TestNoYesIsSaidWhileWhatWasObservedCannotBeRead(t *testing.T) {
	const report = `{"data":{"customer":{"check":{"verdict":"%s","headline":"So it is.","sentence":"only in EU","asOf":"2026-11-01"}}}}`
	const forbidden = `{"data":null,"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}`
	for name, c := range map[string]struct {
		verdict, measured string
		said              bool
		judged            string
	}{
		"a yes, and nothing against it":     {"HOLDS", fmt.Sprintf(report, "HOLDS"), true, ""},
		"a yes, and no answer":              {"HOLDS", "", false, ""},
		"a yes, and the store is away":      {"HOLDS", `{"data":null,"errors":[{"message":"no","extensions":{"code":"UNAVAILABLE"}}]}`, false, ""},
		"a yes, and not for this reader":    {"HOLDS", forbidden, false, ""},
		"a yes that it leaves a reader":     {"HOLDS", forbidden, true, fmt.Sprintf(report, "HOLDS")},
		"a yes that it leaves no reader":    {"HOLDS", forbidden, true, fmt.Sprintf(report, "BROKEN")},
		"a yes, and nothing is kept":        {"HOLDS", `{"data":null,"errors":[{"message":"no","extensions":{"code":"NOT_FOUND"}}]}`, true, ""},
		"no yes, and the store is away":     {"NOT_ENSURED", `{"data":null,"errors":[{"message":"no","extensions":{"code":"UNAVAILABLE"}}]}`, true, ""},
		"a yes that traffic contradicts":    {"HOLDS", fmt.Sprintf(report, "BROKEN"), true, ""},
		"a yes, and an answer of no shape":  {"HOLDS", `{"data":[]}`, false, ""},
		"a yes, and an answer about nobody": {"HOLDS", `{"data":{"customer":null}}`, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			all := answers{"Subject": `{"data":{"customer":{"name":"Acme","promises":[]}}}`, "Report": fmt.Sprintf(report, c.verdict)}
			if c.measured != "" {
				all["Measured"] = c.measured
			}
			if c.judged != "" {
				all["Judged"] = c.judged
			}
			body, _, _ := strings.Cut(get(serve(t, webui.Config{Ask: all.ask}), "/c/acme").Body.String(), "</noscript>")
			if got := strings.Contains(body, "So it is."); got != c.said {
				t.Errorf("a verdict is said: %v, want %v", got, c.said)
			}
			if strings.Contains(c.measured+c.judged, "BROKEN") && !strings.Contains(body, "Only in EU: BROKEN.") {
				t.Errorf("the contradiction is not said in:\n%s", body)
			}
		})
	}
}

func TestAKeyThatIsNoneIsNotAskedAbout(t *testing.T) {
	asked := 0
	ask := func(context.Context, webui.Question) ([]byte, error) { asked++; return nil, errors.New("no") }
	h := serve(t, webui.Config{Ask: ask})
	for _, path := range []string{"/c/ACME", "/c/" + strings.Repeat("a", 65), "/c/a%22b", "/c/acme%2F..", "/words", "/places/FRA?asOf=2026-01-01"} {
		get(h, path)
	}
	if asked != 0 {
		t.Errorf("asked %d times", asked)
	}
}

func TestOnlyTheEmbedMayBeFramedAndOnlyByWhoIsNamed(t *testing.T) {
	seen := maps.Clone(acme)
	seen["Measured"] = measuredAs("HOLDS")
	h := serve(t, webui.Config{Ask: seen.ask, Ancestors: []string{"https://example.com"}})
	for path, want := range map[string]string{
		"/": "frame-ancestors 'none'", "/c/acme": "frame-ancestors 'none'", "/embed/c/acme/claims/eu-only": "frame-ancestors https://example.com",
	} {
		w := get(h, path)
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasSuffix(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %q", path, policy)
		}
	}
	if body := get(h, "/embed/c/acme/claims/eu-only").Body.String(); !strings.Contains(body, "Customer data is handled only in EU: HOLDS.") {
		t.Errorf("the embed has no verdict:\n%s", body)
	}
	if body := get(h, "/embed/c/other!/claims/eu-only").Body.String(); !strings.Contains(body, "There is nothing to show here.") {
		t.Errorf("an embed of nothing:\n%s", body)
	}
}

func TestWhatIsWrongWithTheFilesIsNamed(t *testing.T) {
	without := func(name string) fstest.MapFS { f := built(); delete(f, name); return f }
	tampered := built()
	tampered["operations.json"] = &fstest.MapFile{Data: []byte(`{"00":"query A { a }"}`)}
	unmarked := built()
	unmarked["index.html"] = &fstest.MapFile{Data: []byte("<!doctype html>")}
	for name, c := range map[string]struct {
		config webui.Config
		want   string
	}{
		"no files":      {webui.Config{}, "no files"},
		"no index":      {webui.Config{Files: without("index.html")}, "index.html"},
		"no embed":      {webui.Config{Files: without("embed.html")}, "embed.html"},
		"no operations": {webui.Config{Files: without("operations.json")}, "operations.json"},
		"tampered":      {webui.Config{Files: tampered}, "not the digest"},
		"unmarked":      {webui.Config{Files: unmarked}, "<!--first-->"},
		"a policy":      {webui.Config{Files: built(), Ancestors: []string{"*; script-src *"}}, "framing site"},
	} {
		if _, err := webui.New(c.config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePageOfTheBinaryIsServed(t *testing.T) {
	files, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	h := serve(t, webui.Config{Files: files})
	body := get(h, "/").Body.String()
	links := regexp.MustCompile(`/assets/[a-z.]+\?v=[0-9a-f]{8}`).FindAllString(body, -1)
	if len(links) < 3 {
		t.Fatalf("the page loads %v", links)
	}
	for _, link := range links {
		if w := get(h, link); w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %q", link, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}
