package gql_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"domicile/internal/gql"
)

func newHandler(t testing.TB, opts gql.Options) http.Handler {
	t.Helper()
	h, err := gql.NewHandler(newLibrary(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func bodyOf(query string, extensions string) string {
	text, _ := json.Marshal(query)
	body := `{"query":` + string(text)
	if extensions != "" {
		body += `,"extensions":` + extensions
	}
	return body + "}"
}

func post(h http.Handler, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(h http.Handler, values url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func digest(query string) string {
	sum := sha256.Sum256([]byte(query))
	return hex.EncodeToString(sum[:])
}

func persistedAs(query string) string {
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + digest(query) + `"}}`
}

func TestTheMediaTypeIsNegotiated(t *testing.T) {
	const both, old = "application/graphql-response+json; charset=utf-8", "application/json; charset=utf-8"
	tests := map[string]struct {
		accept, query string
		status        int
		media         string
	}{
		"nothing preferred":                  {"", "{hello}", 200, old},
		"the newer type":                     {"application/graphql-response+json", "{hello}", 200, both},
		"both, the newer first":              {"application/graphql-response+json, application/json", "{hello}", 200, both},
		"both, the older preferred":          {"application/graphql-response+json;q=0.5, application/json;q=0.9", "{hello}", 200, old},
		"the newer type refused":             {"application/graphql-response+json;q=0, */*", "{hello}", 200, old},
		"anything":                           {"*/*", "{hello}", 200, old},
		"nothing we have":                    {"text/html", "{hello}", 406, old},
		"nonsense":                           {";;;,,,", "{hello}", 406, old},
		"a bad document, older":              {"application/json", "{", 200, old},
		"a bad document, newer":              {"application/graphql-response+json", "{", 400, both},
		"a field error, newer":               {"application/graphql-response+json", "{trouble{coded}}", 200, both},
		"data that is null, newer":           {"application/graphql-response+json", "{sturdy{nothing}}", 200, both},
		"a subscription without its stream":  {"application/graphql-response+json", "subscription{ticks{n}}", 400, both},
		"a query as an event stream":         {"text/event-stream", "{hello}", 200, "text/event-stream; charset=utf-8"},
		"a bad document as an event stream":  {"text/event-stream", "{", 200, "text/event-stream; charset=utf-8"},
		"many types before the one we have":  {strings.Repeat("a/b,", 20) + "application/json", "{hello}", 200, old},
		"a type after more than is read":     {strings.Repeat("a/b,", 5000) + "application/json", "{hello}", 406, old},
		"a mutation over the older type":     {"application/json", "mutation{bump}", 200, old},
		"a quality that is no number":        {"application/json;q=x, application/graphql-response+json;q=0.1", "{hello}", 200, both},
		"everything of the application kind": {"application/*", "{hello}", 200, old},
	}
	h := newHandler(t, gql.Options{})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := post(h, bodyOf(test.query, ""), "Accept", test.accept)
			if w.Code != test.status || w.Header().Get("Content-Type") != test.media {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Header().Get("Content-Type"), test.status, test.media)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Request-Id") == "" {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

func TestEveryResponseCarriesTheRevision(t *testing.T) {
	h := newHandler(t, gql.Options{})
	for _, body := range []string{bodyOf("{hello}", ""), bodyOf("{", ""), bodyOf("{trouble{nothing}}", ""), "nonsense", ""} {
		w := post(h, body)
		var answer struct{ Extensions struct{ Revision string } }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Extensions.Revision != "r1" {
			t.Errorf("%q: %v %s", body, err, w.Body)
		}
	}
}

func TestGetServesPersistedQueriesOnly(t *testing.T) {
	const query, mutation, other = "{ hello }", "mutation { bump }", "{ numbers }"
	h := newHandler(t, gql.Options{})
	ext := url.Values{"extensions": {persistedAs(query)}}
	if w := get(h, ext); !strings.Contains(w.Body.String(), "PersistedQueryNotFound") {
		t.Errorf("before it is registered: %d %s", w.Code, w.Body)
	}
	for _, q := range []string{query, mutation} {
		if w := post(h, bodyOf(q, persistedAs(q))); w.Code != 200 {
			t.Fatalf("registering: %d %s", w.Code, w.Body)
		}
	}
	tests := map[string]struct {
		values url.Values
		status int
		want   string
	}{
		"by digest":                   {ext, 200, `"hello world"`},
		"by document id":              {url.Values{"documentId": {"sha256:" + digest(query)}}, 200, `"hello world"`},
		"by its own text":             {url.Values{"query": {query}}, 200, `"hello world"`},
		"with variables in the URL":   {url.Values{"query": {query}, "variables": {`{"a":1}`}}, 200, `"hello world"`},
		"with variables that are bad": {url.Values{"query": {query}, "variables": {`[`}}, 400, `no object`},
		"a document nobody persisted": {url.Values{"query": {other}}, 405, `GET serves persisted documents only`},
		"a persisted mutation":        {url.Values{"query": {mutation}}, 405, `a mutation is posted`},
		"nothing":                     {url.Values{}, 400, `the request has no query`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := get(h, test.values)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestADocumentThatIsNotValidIsNotRegistered(t *testing.T) {
	h := newHandler(t, gql.Options{})
	post(h, bodyOf("{ nope }", persistedAs("{ nope }")))
	if w := post(h, `{"extensions":`+persistedAs("{ nope }")+`}`); !strings.Contains(w.Body.String(), "PersistedQueryNotFound") {
		t.Errorf("got %s", w.Body)
	}
}

func TestTrustedDocuments(t *testing.T) {
	file := `{"sha256:` + digest("{ hello }") + `":"{ hello }"}`
	documents, err := gql.ReadTrusted(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	h := newHandler(t, gql.Options{Trusted: documents, TrustedOnly: true})
	for body, want := range map[string]string{
		`{"documentId":"` + digest("{ hello }") + `"}`:    `"hello world"`,
		bodyOf("{ hello }", ""):                           `"hello world"`,
		bodyOf("{ numbers }", ""):                         `only trusted documents`,
		bodyOf("{ numbers }", persistedAs("{ numbers }")): `only trusted documents`,
	} {
		if w := post(h, body); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %s", body, w.Body)
		}
	}
	for name, bad := range map[string]string{
		"a digest of another text": `{"` + digest("{ a }") + `":"{ b }"}`,
		"a list":                   `[]`,
		"nothing":                  ``,
	} {
		if _, err := gql.ReadTrusted(strings.NewReader(bad)); err == nil {
			t.Errorf("%s is read without error", name)
		}
	}
}

func TestCrossOriginPostsAreRefused(t *testing.T) {
	h := newHandler(t, gql.Options{Origins: []string{"https://page.example"}})
	tests := map[string]struct {
		header []string
		status int
	}{
		"no browser":                  {nil, 200},
		"the same origin":             {[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		"another site":                {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another origin, no metadata": {[]string{"Origin", "https://evil.example"}, 403},
		"an origin that is allowed":   {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://page.example"}, 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if w := post(h, bodyOf("{hello}", ""), test.header...); w.Code != test.status {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
	if _, err := gql.NewHandler(newLibrary(t), gql.Options{Origins: []string{"page.example"}}); err == nil {
		t.Error("an origin without a scheme is accepted")
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	h := newHandler(t, gql.Options{})
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodHead, "BREW"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/graphql", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
}

func TestACallerSpendsTheBucket(t *testing.T) {
	now := time.Unix(0, 0)
	h := newHandler(t, gql.Options{
		Rate: 10, Burst: 100, Now: func() time.Time { return now },
		Caller: func(r *http.Request) gql.Caller { return gql.Caller{Key: r.Header.Get("Who")} },
	})
	ask := func(who, query string, want int) *httptest.ResponseRecorder {
		t.Helper()
		w := post(h, bodyOf(query, ""), "Who", who, "Accept", "application/graphql-response+json")
		if w.Code != want {
			t.Errorf("%s asks %s: %d, want %d: %s", who, query, w.Code, want, w.Body)
		}
		return w
	}
	ask("a", `{ books(first: 90) { id } }`, 200)
	limited := ask("a", `{ books(first: 90) { id } }`, 429)
	if limited.Header().Get("Retry-After") != "9" || !strings.Contains(limited.Body.String(), `"RATE_LIMITED"`) {
		t.Errorf("got %v %s", limited.Header(), limited.Body)
	}
	ask("b", `{ books(first: 90) { id } }`, 200)
	now = now.Add(9 * time.Second)
	ask("a", `{ books(first: 90) { id } }`, 200)
	dear := ask("b", `{ books(first: 1000) { id } }`, 400)
	if !strings.Contains(dear.Body.String(), `"COST_LIMIT"`) {
		t.Errorf("got %s", dear.Body)
	}
}

// common is a bucket for several handlers that counts how often it is asked; a nil
// budget is out of reach.
type common struct {
	left  *float64
	asked int
}

func (c *common) Reserve(_ context.Context, _ string, need, want, rate, _ float64) (float64, time.Duration, error) {
	c.asked++
	switch {
	case c.left == nil:
		return 0, 0, errors.New("out of reach")
	case *c.left < need:
		return 0, time.Duration((need - *c.left) / rate * float64(time.Second)), nil
	}
	granted := max(need, min(want, *c.left))
	*c.left -= granted
	return granted, 0, nil
}

func TestHandlersSpendOfABucketTheyHaveInCommon(t *testing.T) {
	now := time.Unix(0, 0)
	left := 1000.0
	shared := &common{left: &left}
	options := gql.Options{Rate: 10, Burst: 1000, Shared: shared, Now: func() time.Time { return now }}
	one, other := newHandler(t, options), newHandler(t, options)
	ask := func(h http.Handler, query string, want int) {
		t.Helper()
		if w := post(h, bodyOf(query, ""), "Accept", "application/graphql-response+json"); w.Code != want {
			t.Errorf("%s: %d, want %d: %.200s", query, w.Code, want, w.Body)
		}
	}
	const cheap, dear = `{ books(first: 1) { id } }`, `{ books(first: 500) { id } }`
	for range 10 {
		ask(one, cheap, 200)
	}
	if shared.asked != 1 {
		t.Errorf("ten small operations asked %d times", shared.asked)
	}
	ask(other, dear, 200)
	ask(one, dear, 429)
	before := shared.asked
	ask(one, dear, 429)
	if shared.asked != before {
		t.Errorf("what was refused a moment ago was asked for again")
	}
	ask(one, cheap, 200)

	// Out of reach, each handler goes by its own bucket, and does not ask again at once.
	shared.left = nil
	now = now.Add(2 * time.Second)
	ask(other, dear, 200)
	before = shared.asked
	ask(one, dear, 200)
	ask(one, `{ books(first: 900) { id } }`, 429)
	if shared.asked > before+1 {
		t.Errorf("asked %d times while out of reach", shared.asked-before)
	}
}

func TestADearOperationIsRefusedBeforeItIsRun(t *testing.T) {
	const query = `{ books(first: 2147483647) { id } }`
	for max, want := range map[int]int{0: 400, 20_000: 400} {
		w := post(newHandler(t, gql.Options{MaxCost: max}), bodyOf(query, ""), "Accept", "application/graphql-response+json")
		if w.Code != want || !strings.Contains(w.Body.String(), `"COST_LIMIT"`) {
			t.Errorf("%d: got %d %s", max, w.Code, w.Body)
		}
	}
}

func TestAnonymousCallersLearnNothingOfTheSchema(t *testing.T) {
	h := newHandler(t, gql.Options{Caller: func(*http.Request) gql.Caller { return gql.Caller{NoIntrospection: true} }})
	for query, want := range map[string]string{
		`{ __schema { queryType { name } } }`: `introspection is not open`,
		`{ __type(name: "Book") { name } }`:   `introspection is not open`,
		`{ hellp }`:                           `Cannot query field \"hellp\" on type \"Query\"."`,
		`{ __typename }`:                      `"Query"`,
	} {
		if w := post(h, bodyOf(query, "")); !strings.Contains(w.Body.String(), want) || strings.Contains(w.Body.String(), "Did you mean") {
			t.Errorf("%s: %s", query, w.Body)
		}
	}
}

func TestWhatExceedsTheRunningIsShedAtOnce(t *testing.T) {
	h := newHandler(t, gql.Options{Concurrent: 1, Timeout: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	entered, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(bodyOf("{trouble{wait}}", ""))).WithContext(context.WithValue(ctx, enteredKey{}, entered))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}()
	<-entered
	w := post(h, bodyOf("{hello}", ""))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
	cancel()
	<-done
	if w := post(h, bodyOf("{hello}", "")); w.Code != 200 {
		t.Errorf("after it ended: %d %s", w.Code, w.Body)
	}
}

func TestAnOperationThatTakesTooLongEnds(t *testing.T) {
	h := newHandler(t, gql.Options{Timeout: time.Millisecond})
	w := post(h, bodyOf("{trouble{wait}}", ""))
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"TIMEOUT"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestMaskedErrorsNameTheRequest(t *testing.T) {
	h := newHandler(t, gql.Options{RequestID: func(*http.Request) string { return "q77" }})
	w := post(h, bodyOf("{trouble{masked panics}}", ""))
	if !strings.Contains(w.Body.String(), "request q77") || w.Header().Get("X-Request-Id") != "q77" || strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("got %s", w.Body)
	}
}
