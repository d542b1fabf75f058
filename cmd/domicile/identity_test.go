package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestIdentityScripts runs the binary as those who make tokens and those who
// use them.
func TestIdentityScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/identity", UpdateScripts: *update, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_DATA_HOME", e.WorkDir+"/share")
			e.Values[kept{}] = map[string]string{
				"nobody": "", "mistyped": "dom_s_x", "person": part(`{"alg":"ES256","kid":"k1"}`) + "." + part(`{}`) + "." + part("signature"),
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "freeport": freePort, "get": get, "keep": keep, "ask": ask, "revoke": revoke, "refused": refused,
		},
	})
}

// kept is where a script's tokens are, by name.
type kept struct{}

func part(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// keep remembers the token that the last command printed: keep NAME
func keep(ts *testscript.TestScript, _ bool, args []string) {
	ts.Value(kept{}).(map[string]string)[args[0]] = strings.TrimSpace(ts.ReadFile("stdout"))
}

// revoke revokes a token by the name it is kept under.
func revoke(ts *testscript.TestScript, _ bool, args []string) {
	token := ts.Value(kept{}).(map[string]string)[args[0]]
	ts.Check(ts.Exec("domicile", "token", "revoke", strings.Split(token, "_")[2]))
}

// refused gets a URL without a token: refused STATUS URL
func refused(ts *testscript.TestScript, _ bool, args []string) {
	res, err := http.Get(args[1])
	ts.Check(err)
	ts.Check(res.Body.Close())
	if fmt.Sprint(res.StatusCode) != args[0] {
		ts.Fatalf("%s, want %s", res.Status, args[0])
	}
}

// ask posts a file with a token: ask STATUS ADDRESS FILE NAME [graphql]. With
// graphql it accepts GraphQL's own media type, which has statuses.
func ask(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest(http.MethodPost, "http://"+args[1]+"/graphql", strings.NewReader(ts.ReadFile(args[2])))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	if len(args) > 4 {
		req.Header.Set("Accept", "application/graphql-response+json")
	}
	if token := ts.Value(kept{}).(map[string]string)[args[3]]; token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if got := fmt.Sprint(res.StatusCode); got != args[0] {
		ts.Fatalf("%s, want %s", res.Status, args[0])
	}
}

// issuer is an identity provider with one key.
type issuer struct {
	*httptest.Server
	key *ecdsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL, "token_endpoint": i.URL})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		point, err := key.PublicKey.Bytes() // 4, x, y
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		writeJSON(w, map[string]any{"keys": []any{map[string]any{
			"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
			"x": base64.RawURLEncoding.EncodeToString(point[1:33]), "y": base64.RawURLEncoding.EncodeToString(point[33:]),
		}}})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// token signs claims for somebody under a key id.
func (i *issuer) token(t *testing.T, kid string, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": i.URL, "aud": "domicile", "exp": time.Now().Add(time.Hour).Unix(), "sub": "somebody"}
	for k, v := range claims {
		all[k] = v
	}
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	signed := part(`{"alg":"ES256","typ":"at+jwt","kid":"`+kid+`"}`) + "." + part(string(body))
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + part(string(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)))
}

// served is a running service, whose clock can be put forward.
type served struct {
	url   string
	ahead atomic.Int64 // nanoseconds
}

func (s *served) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// serve runs the command with the demo fleet until the test ends.
func serve(t *testing.T, data string, args ...string) *served {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out := &lines{first: make(chan string, 1)}
	var log bytes.Buffer
	s, done := &served{}, make(chan int, 1)
	go func() {
		done <- run(ctx, &process{
			args:   append([]string{"serve", "--demo", "--data", data, "--listen", "127.0.0.1:0"}, args...),
			stdout: out, stderr: &log, env: func(string) string { return "" }, clock: s.now,
		})
	}()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("serve ended with %d: %s", code, log.String())
		}
	})
	select {
	case line := <-out.first:
		s.url = strings.TrimSuffix(strings.TrimPrefix(line, "Domicile answers at "), "/")
		return s
	case <-time.After(20 * time.Second):
		t.Fatal("the service does not start")
		return nil
	}
}

// lines hands on the first line written.
type lines struct {
	once  sync.Once
	first chan string
}

func (l *lines) Write(b []byte) (int, error) {
	l.once.Do(func() {
		line, _, _ := strings.Cut(string(b), "\n")
		l.first <- line
	})
	return len(b), nil
}

// ask sends a query with a token and returns the status and the answer.
func (s *served) ask(t *testing.T, token, query string) (int, string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

const ownZones = `{ customer(id: "dragon-dentistry") { settings { zones { nodes { name } } } } customers { nodes { key } } }`

func TestPeopleAreWhoTheirProviderSays(t *testing.T) {
	provider := newIssuer(t)
	s := serve(t, t.TempDir(), "--oidc-issuer", provider.URL, "--oidc-audience", "domicile", "--oidc-role-claim", "/realm/roles",
		"--oidc-customer-claim", "account", "--oidc-grants-claim", "grants", "--oidc-role", "sellers=sales", "--oidc-role", "owners=CUSTOMER", "--oidc-role", "office=PRIVACY")
	roles := func(names ...string) map[string]any { return map[string]any{"roles": names} }
	for name, c := range map[string]struct {
		claims   map[string]any
		status   int
		has, not string
	}{
		"the privacy office":       {map[string]any{"realm": roles("office")}, 200, `"name":"dragon.example"`, "errors"},
		"sales":                    {map[string]any{"realm": roles("other", "sellers")}, 200, `"name":"zone 1"`, "dragon.example"},
		"sales with the grant":     {map[string]any{"realm": roles("sellers"), "grants": "hostnames"}, 200, `"name":"dragon.example"`, "errors"},
		"the customer itself":      {map[string]any{"realm": roles("owners"), "account": "dragon-dentistry"}, 200, `FORBIDDEN`, "gryphon"},
		"another customer":         {map[string]any{"realm": roles("owners"), "account": "gryphon-grooming"}, 200, `FORBIDDEN`, "dragon"},
		"somebody without a role":  {map[string]any{"realm": roles("guests")}, 200, `FORBIDDEN`, "dragon"},
		"a customer of nothing":    {map[string]any{"realm": roles("owners")}, 401, "names no customer", "dragon"},
		"somebody of two roles":    {map[string]any{"realm": roles("owners", "office")}, 401, "several roles", "dragon"},
		"a token of another place": {map[string]any{"realm": roles("office"), "aud": "elsewhere"}, 401, "UNAUTHENTICATED", "dragon"},
		"an old token":             {map[string]any{"realm": roles("office"), "exp": 1}, 401, "expired", "dragon"},
	} {
		t.Run(name, func(t *testing.T) {
			status, text := s.ask(t, provider.token(t, "k1", c.claims), ownZones)
			if status != c.status || !strings.Contains(text, c.has) || strings.Contains(text, c.not) {
				t.Errorf("%d %s", status, text)
			}
		})
	}
	if status, text := s.ask(t, "", ownZones); status != 200 || !strings.Contains(text, "UNAUTHENTICATED") {
		t.Errorf("this machine without a token: %d %s", status, text)
	}
}

func TestADeadProviderKeepsKnownKeysWorking(t *testing.T) {
	provider := newIssuer(t)
	s := serve(t, t.TempDir(), "--oidc-issuer", provider.URL, "--oidc-audience", "domicile")
	token := provider.token(t, "k1", map[string]any{"role": "PRIVACY"})
	if status, text := s.ask(t, token, ownZones); status != 200 || strings.Contains(text, "errors") {
		t.Fatalf("%d %s", status, text)
	}
	provider.Close()
	s.ahead.Store(int64(2 * time.Minute)) // the provider is asked again for a key not known
	for name, c := range map[string]struct {
		token  string
		status int
	}{
		"a known token":             {token, 200},
		"a new one of a known key":  {provider.token(t, "k1", map[string]any{"role": "PRIVACY", "sub": "another"}), 200},
		"one of a key not known":    {provider.token(t, "k2", map[string]any{"role": "PRIVACY"}), 503},
		"one that nobody can check": {provider.token(t, "k3", nil), 503},
	} {
		if status, text := s.ask(t, c.token, ownZones); status != c.status {
			t.Errorf("%s: %d %s, want %d", name, status, text, c.status)
		}
	}
}

// command runs another process's command over the same data and returns what it
// prints.
func command(t *testing.T, data, stdin string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), &process{
		args: append(args, "--data", data), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs,
		env: func(string) string { return "" }, clock: time.Now,
	})
	if code != 0 {
		t.Fatalf("domicile %s: %d %s", strings.Join(args, " "), code, &errs)
	}
	return strings.TrimSpace(out.String())
}

// events is an event stream as a client reads it.
type events struct {
	body  io.ReadCloser
	lines *bufio.Scanner
}

// listen subscribes.
func (s *served) listen(t *testing.T, token, query string) *events {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || !strings.HasPrefix(got, "text/event-stream") {
		t.Fatalf("%s %s", res.Status, got)
	}
	e := &events{res.Body, bufio.NewScanner(res.Body)}
	for e.lines.Scan() && e.lines.Text() != ":" { // the stream is open once the first comment comes
	}
	return e
}

// next is the name and the data of the next event.
func (e *events) next() (name, data string) {
	for e.lines.Scan() {
		field, value, _ := strings.Cut(e.lines.Text(), ":")
		switch value = strings.TrimPrefix(value, " "); {
		case field == "event":
			name = value
		case field == "data":
			data = value
		case field == "" && name != "":
			return name, data
		}
	}
	return "", ""
}

// marketA and marketB are one customer, before and after it was promised more.
const (
	marketA = "customer: market\neffective: 2026-01-01\nproducts: [cdn]\nzones: [{name: market.example, hostnames: [{name: www.market.example}]}]\n" +
		"promises: [{claim: eu-only, reading: resides}]\n"
	marketB = "customer: market\neffective: 2026-01-01\nproducts: [cdn]\nzones: [{name: market.example, hostnames: [{name: www.market.example}]}]\n" +
		"promises: [{claim: eu-only, reading: resides}, {claim: us-only, reading: resides}]\n"
)

func TestAChangeByAnotherProcessReachesAListener(t *testing.T) {
	data := t.TempDir()
	token := func(args ...string) string {
		return command(t, data, "", append([]string{"token", "create"}, args...)...)
	}
	office := token("--name", "office", "--role", "PRIVACY")
	market := token("--name", "market", "--role", "CUSTOMER", "--customer", "market")
	other := token("--name", "other", "--role", "CUSTOMER", "--customer", "other")
	s := serve(t, data)
	const query = `subscription { verdictChanged { customer { key } claim { id } before after cause result { headline counterexamples(first: 1) { nodes { scope { name } } } } } }`
	own, all, quiet := s.listen(t, market, query), s.listen(t, office, query), s.listen(t, other, query)
	command(t, data, marketA, "import", "-")
	for name, l := range map[string]*events{"its own": own, "all": all} {
		if event, text := l.next(); event != "next" || !strings.Contains(text, `"key":"market"},"claim":{"id":"eu-only"},"before":null,"after":"NOT_ENSURED","cause":"SETTINGS"`) {
			t.Errorf("%s: %s %s", name, event, text)
		}
	}
	command(t, data, marketB, "import", "-")
	if event, text := own.next(); event != "next" || !strings.Contains(text, `"claim":{"id":"us-only"}`) {
		t.Errorf("%s %s", event, text)
	}

	// A token that is revoked hears no more, once it is looked at again.
	command(t, data, "", "token", "revoke", strings.Split(market, "_")[2])
	s.ahead.Store(int64(2 * time.Minute))
	command(t, data, marketA, "import", "-")
	event, text := own.next()
	if event != "next" || !strings.Contains(text, "UNAUTHENTICATED") || strings.Contains(text, "market") {
		t.Errorf("after it was revoked: %s %s", event, text)
	}
	if event, text := own.next(); event != "complete" {
		t.Errorf("after the end: %s %s", event, text)
	}
	command(t, data, strings.ReplaceAll(marketA, "market", "other"), "import", "-")
	if event, text := quiet.next(); event != "next" || !strings.Contains(text, `"key":"other"`) {
		t.Errorf("the other customer heard: %s %s", event, text)
	}
}

func TestOnlyTrustedDocumentsAreServedWhereThatIsWanted(t *testing.T) {
	const document = `{ claims { id } }`
	file := filepath.Join(t.TempDir(), "trusted.json")
	text := fmt.Sprintf(`{"%x": %q}`, sha256.Sum256([]byte(document)), document)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, t.TempDir(), "--trusted-documents", file, "--trusted-only", "--graphiql")
	if _, text := s.ask(t, "", document); !strings.Contains(text, `"id":"eu-only"`) {
		t.Error(text)
	}
	if _, text := s.ask(t, "", `{ claims { name } }`); !strings.Contains(text, "only trusted documents are accepted") {
		t.Error(text)
	}
	res, err := http.Get(s.url + "/graphiql/")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil || !strings.Contains(string(page), "<title>Domicile") {
		t.Errorf("%v %s", err, page)
	}
}

func TestThePageIsAnsweredWhereOnlyItsOwnDocumentsAre(t *testing.T) {
	s := serve(t, t.TempDir(), "--trusted-only")
	documents, err := pageDocuments()
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := ""
	for id, text := range documents {
		if strings.Contains(text, "query Vocabulary") {
			vocabulary = id
		}
	}
	for name, ask := range map[string]func() (*http.Response, error){
		"post": func() (*http.Response, error) {
			return http.Post(s.url+"/graphql", "application/json", strings.NewReader(`{"documentId":"sha256:`+vocabulary+`"}`))
		},
		"get": func() (*http.Response, error) { return http.Get(s.url + "/graphql?documentId=sha256:" + vocabulary) },
	} {
		if text := bodyOf(t, ask); !strings.Contains(text, `"id":"eu-only"`) || strings.Contains(text, "errors") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if _, text := s.ask(t, "", `{ claims { id } }`); !strings.Contains(text, "only trusted documents are accepted") {
		t.Error(text)
	}
	page := bodyOf(t, func() (*http.Response, error) { return http.Get(s.url + "/c/dragon-dentistry") })
	if !strings.Contains(page, `"documentId":"sha256:`) || !strings.Contains(page, `"verdict":"HOLDS"`) {
		t.Error("the page comes without its first answers")
	}
}

// bodyOf is the text of an answer.
func bodyOf(t *testing.T, ask func() (*http.Response, error)) string {
	t.Helper()
	res, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestACallerWhoAsksTooMuchWaitsAndOthersDoNot(t *testing.T) {
	data := t.TempDir()
	greedy := command(t, data, "", "token", "create", "--name", "greedy", "--role", "PRIVACY")
	modest := command(t, data, "", "token", "create", "--name", "modest", "--role", "PRIVACY")
	s := serve(t, data, "--rate", "1", "--burst", "1")
	const dear = `{ customers(first: 100) { nodes { promises { verdict result { counterexamples(first: 20) { nodes { scope { name } } } } } } } }`
	status := 0
	for range 20 {
		if status, _ = s.ask(t, greedy, dear); status == http.StatusTooManyRequests {
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the greedy one was never told to wait: %d", status)
	}
	if status, text := s.ask(t, modest, ownZones); status != 200 || strings.Contains(text, "errors") {
		t.Errorf("the modest one: %d %s", status, text)
	}
}
