package httpd_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/httpd"
)

const patience = 10 * time.Second

// buffer is a log that may be written and read at once.
type buffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

// running is a server on a free loopback port.
type running struct {
	url   string
	log   *buffer
	stop  context.CancelFunc
	ended chan error
}

func start(t *testing.T, c httpd.Config) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &running{log: &buffer{}, stop: stop, ended: make(chan error, 1)}
	c.Listen = "127.0.0.1:0"
	c.Log = slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	at := make(chan net.Addr, 1)
	c.Started = func(a net.Addr) { at <- a }
	if c.API == nil {
		c.API = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				http.Error(w, "too much", http.StatusRequestEntityTooLarge)
				return
			}
			fmt.Fprintf(w, "read %d", n)
		})
	}
	go func() { r.ended <- httpd.Run(ctx, c) }()
	select {
	case a := <-at:
		r.url = "http://" + a.String()
	case err := <-r.ended:
		stop()
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return r
}

func (r *running) wait(t *testing.T) error {
	t.Helper()
	r.stop()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(patience):
		t.Fatal("the server does not end")
	}
	return nil
}

func get(t *testing.T, req *http.Request) (*http.Response, string) {
	t.Helper()
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func request(t *testing.T, method, url string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestRoutes(t *testing.T) {
	r := start(t, httpd.Config{SDL: "type Query { a: Int }", Version: "v1<2", Ready: func() (string, error) { return "", nil }})
	for _, c := range []struct {
		name, method, path string
		status             int
		contains, media    string
	}{
		{"the page names the contract", "GET", "/", 200, `href="/schema.graphql"`, "text/html"},
		{"the page escapes what it is told", "GET", "/", 200, "v1&lt;2", "text/html"},
		{"the page shows how to ask", "GET", "/", 200, "curl http://127.0.0.1", "text/html"},
		{"the contract is served as it is", "GET", "/schema.graphql", 200, "type Query { a: Int }", "text/plain"},
		{"it is alive", "GET", "/healthz", 200, "ok", "text/plain"},
		{"HEAD is like GET", "HEAD", "/healthz", 200, "", "text/plain"},
		{"it is ready", "GET", "/readyz", 200, "ready", "text/plain"},
		{"the API is posted to", "POST", "/graphql", 200, "read 0", ""},
		{"nothing else is there", "GET", "/etc/passwd", 404, "", ""},
		{"health is not posted to", "POST", "/healthz", 405, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, body := get(t, request(t, c.method, r.url+c.path, nil))
			if res.StatusCode != c.status || !strings.Contains(body, c.contains) || !strings.HasPrefix(res.Header.Get("Content-Type"), c.media) {
				t.Errorf("%s %s %q", res.Status, res.Header.Get("Content-Type"), body)
			}
			if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("X-Request-Id") == "" ||
				!strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("headers: %v", res.Header)
			}
		})
	}
	if err := r.wait(t); err != nil {
		t.Error(err)
	}
}

func TestTheContractIsNotSentAgainToWhoHasIt(t *testing.T) {
	r := start(t, httpd.Config{SDL: "scalar Date"})
	res, _ := get(t, request(t, "GET", r.url+"/schema.graphql", nil))
	again := request(t, "GET", r.url+"/schema.graphql", nil)
	again.Header.Set("If-None-Match", res.Header.Get("ETag"))
	if res, body := get(t, again); res.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("%s %q", res.Status, body)
	}
}

func TestReadinessSaysWhatToKnow(t *testing.T) {
	note, failure := "stale: the store was last heard of 12s ago", error(nil)
	r := start(t, httpd.Config{Ready: func() (string, error) { return note, failure }})
	if res, body := get(t, request(t, "GET", r.url+"/readyz", nil)); res.StatusCode != http.StatusOK || body != "ready, "+note+"\n" {
		t.Errorf("%s %q", res.Status, body)
	}
	failure = errors.New("too old to answer")
	if res, body := get(t, request(t, "GET", r.url+"/readyz", nil)); res.StatusCode != http.StatusServiceUnavailable || body != "not ready: too old to answer\n" {
		t.Errorf("%s %q", res.Status, body)
	}
	if !strings.Contains(r.log.String(), "too old to answer") {
		t.Error("the log does not say why")
	}
}

func TestOnlyLoopbackIsServedWhileNobodyCanBeToldApart(t *testing.T) {
	for _, c := range []struct {
		listen  string
		refused bool
	}{
		{"0.0.0.0:0", true}, {":0", true}, {"[::]:0", true}, {"192.0.2.1:0", true}, {"example.com:0", true},
		{"localhost.example:0", true}, {"[fe80::1%lo]:0", true},
		{"127.0.0.1:0", false}, {"127.8.9.1:0", false}, {"localhost:0", false}, {"[::ffff:127.0.0.1]:0", false},
	} {
		t.Run(c.listen, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			err := httpd.Run(ctx, httpd.Config{Listen: c.listen, API: http.NotFoundHandler(), Started: func(net.Addr) { cancel() }})
			if errors.Is(err, httpd.ErrNotLoopback) != c.refused || !c.refused && err != nil {
				t.Errorf("err %v, refused wanted: %v", err, c.refused)
			}
			if c.refused && !strings.Contains(err.Error(), "identity provider") {
				t.Errorf("the error does not name the fix: %v", err)
			}
		})
	}
}

func TestAListenerThatOthersReachIsRefusedToo(t *testing.T) {
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	err = httpd.Serve(context.Background(), listener, httpd.Config{API: http.NotFoundHandler()})
	if !errors.Is(err, httpd.ErrNotLoopback) {
		t.Error(err)
	}
	if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener stays open: %v", err)
	}
}

func TestWithIdentitiesAnyAddressIsServed(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := httpd.Config{Listen: "0.0.0.0:0", Identified: true, API: http.NotFoundHandler(), Started: func(net.Addr) { cancel() }}
	if err := httpd.Run(ctx, c); err != nil {
		t.Error(err)
	}
}

func TestAForeignHostNameIsRefusedOnLoopback(t *testing.T) {
	r := start(t, httpd.Config{})
	for _, c := range []struct {
		host   string
		status int
	}{
		{"attacker.example", 421}, {"attacker.example:8080", 421}, {"localhost.attacker.example", 421}, {"127.0.0.1.attacker.example", 421},
		{"192.0.2.1", 421}, {"[2001:db8::1]", 421}, {"::1", 421}, {"[::1", 421}, {"::0:1", 421},
		{"localhost", 200}, {"LOCALHOST:8080", 200}, {"127.0.0.1", 200}, {"127.0.0.1:9", 200}, {"[::1]", 200}, {"[::1]:8080", 200},
	} {
		t.Run(c.host, func(t *testing.T) {
			req := request(t, "POST", r.url+"/graphql", strings.NewReader("{}"))
			req.Host = c.host
			if res, body := get(t, req); res.StatusCode != c.status {
				t.Errorf("%s %q", res.Status, body)
			}
		})
	}
}

func TestARequestInFlightIsFinished(t *testing.T) {
	entered, finish := make(chan struct{}), make(chan struct{})
	r := start(t, httpd.Config{API: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-finish
		fmt.Fprint(w, "done")
	})})
	answer := make(chan string, 1)
	go func() {
		res, err := http.Post(r.url+"/graphql", "application/json", strings.NewReader("{}"))
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-entered
	r.stop()
	for { // the listener closes before the request has its answer
		conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
		if err != nil {
			break
		}
		conn.Close()
	}
	close(finish)
	if got := <-answer; got != "done" {
		t.Errorf("got %q", got)
	}
	if err := r.wait(t); err != nil {
		t.Error(err)
	}
}

func TestARequestThatDoesNotEndIsCut(t *testing.T) {
	entered := make(chan struct{})
	r := start(t, httpd.Config{Grace: 20 * time.Millisecond, API: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	})})
	go func() {
		if res, err := http.Post(r.url+"/graphql", "application/json", nil); err == nil {
			res.Body.Close()
		}
	}()
	<-entered
	if err := r.wait(t); !errors.Is(err, httpd.ErrCut) {
		t.Errorf("err %v, want ErrCut", err)
	}
}

func TestEventStreamsEndAtOnceWhenTheServerStops(t *testing.T) {
	r := start(t, httpd.Config{API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, ":\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-r.Context().Done()
	})})
	req := request(t, "POST", r.url+"/graphql", strings.NewReader("{}"))
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := r.wait(t); err != nil {
		t.Errorf("the stream held the server up: %v", err)
	}
}

func TestAPanicIsAMaskedAnswer(t *testing.T) {
	r := start(t, httpd.Config{API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "late" {
			fmt.Fprint(w, "half an answ")
			_ = http.NewResponseController(w).Flush()
		}
		panic("secret of 192.0.2.7")
	})})
	res, body := get(t, request(t, "POST", r.url+"/graphql", nil))
	id := res.Header.Get("X-Request-Id")
	if res.StatusCode != 500 || !strings.Contains(body, id) || strings.Contains(body, "secret") {
		t.Errorf("%s %q", res.Status, body)
	}
	if late, err := http.Post(r.url+"/graphql?late", "application/json", nil); err == nil {
		if _, err := io.ReadAll(late.Body); err == nil {
			t.Error("a broken answer looks whole")
		}
		late.Body.Close()
	}
	if text := r.log.String(); strings.Contains(text, "secret") || !strings.Contains(text, id) || !strings.Contains(text, "httpd_test.go") {
		t.Errorf("log: %s", text)
	}
}

func TestHostileRequestsAreBounded(t *testing.T) {
	r := start(t, httpd.Config{})
	t.Run("a body beyond the bound", func(t *testing.T) {
		res, _ := get(t, request(t, "POST", r.url+"/graphql", io.LimitReader(zeros{}, 3<<20)))
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Error(res.Status)
		}
	})
	for _, c := range []struct{ name, text, want string }{
		{"a header beyond the bound", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "431"},
		{"no HTTP at all", "\x16\x03\x01 hello\r\n\r\n", "400"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
		{"no host, old HTTP", "GET / HTTP/1.0\r\n\r\n", "421"},
		{"two lengths", "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(patience))
			_, _ = io.WriteString(conn, c.text)
			line, _ := bufio.NewReader(conn).ReadString('\n')
			if !strings.Contains(line, c.want) {
				t.Errorf("answer %q, want %s", line, c.want)
			}
		})
	}
	if res, _ := get(t, request(t, "GET", r.url+"/healthz", nil)); res.StatusCode != 200 {
		t.Errorf("afterwards: %s", res.Status)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestTheLogHoldsNothingOfTheClient(t *testing.T) {
	r := start(t, httpd.Config{Web: http.NotFoundHandler()})
	for _, path := range []string{"/graphql?query=sesame", "/c/sesame", "/%73esame", "/healthz?sesame"} {
		req := request(t, "POST", r.url+path, strings.NewReader(`{"query":"sesame"}`))
		req.Header.Set("Authorization", "Bearer sesame")
		req.Header.Set("User-Agent", "sesame")
		req.Header.Set("X-Request-Id", "sesame")
		req.Header.Set("X-Forwarded-For", "192.0.2.99")
		get(t, req)
	}
	_, _ = http.DefaultClient.Do(request(t, "SESAME", r.url+"/", nil))
	if err := r.wait(t); err != nil {
		t.Fatal(err)
	}
	text := r.log.String()
	for _, secret := range []string{"sesame", "SESAME", "192.0.2.99"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %s:\n%s", secret, text)
		}
	}
	if n := strings.Count(text, "msg=request"); n != 5 {
		t.Errorf("%d lines for 5 requests:\n%s", n, text)
	}
	if !strings.Contains(text, "route=/graphql status=200") || !strings.Contains(text, "method=other") {
		t.Errorf("log:\n%s", text)
	}
	// Only the line about the server itself has an address.
	for line := range strings.Lines(text) {
		if strings.Contains(line, "127.0.0.1") && !strings.Contains(line, "msg=listening") {
			t.Errorf("an address is logged: %s", line)
		}
	}
}

func TestThePageOfAnApplicationTakesThePlaceOfThePlainOne(t *testing.T) {
	web := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "application "+r.URL.Path) })
	r := start(t, httpd.Config{Web: web})
	for _, path := range []string{"/", "/c/acme", "/assets/app.js"} {
		if _, body := get(t, request(t, "GET", r.url+path, nil)); body != "application "+path {
			t.Errorf("%s: %q", path, body)
		}
	}
}

func TestTheHandlerNeedsAnAPI(t *testing.T) {
	if _, err := httpd.Handler(httpd.Config{}); err == nil {
		t.Error("built without an API")
	}
}

func TestTheContractIsForThoseInside(t *testing.T) {
	inside := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	query := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "query page "+r.URL.Path) })
	r := start(t, httpd.Config{SDL: "type Query", Inside: inside, Query: query})
	if res, body := get(t, request(t, "GET", r.url+"/schema.graphql", nil)); res.StatusCode != 401 || strings.Contains(body, "Query") {
		t.Errorf("outside: %s %s", res.Status, body)
	}
	req := request(t, "GET", r.url+"/schema.graphql", nil)
	req.Header.Set("Authorization", "Bearer x")
	if res, body := get(t, req); res.StatusCode != 200 || body != "type Query" {
		t.Errorf("inside: %s %s", res.Status, body)
	}
	if res, body := get(t, request(t, "GET", r.url+"/graphiql/page.js", nil)); body != "query page /page.js" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Errorf("%s %s", res.Status, body)
	}
	if res, _ := get(t, request(t, "GET", start(t, httpd.Config{}).url+"/graphiql/", nil)); res.StatusCode != 404 {
		t.Errorf("a query page nobody asked for: %s", res.Status)
	}
}

// A long answer is compressed for those who take it, a short one and an event stream
// are not.
func TestLongAnswersAreCompressedAndEventsAreSentAtOnce(t *testing.T) {
	next := make(chan string)
	r := start(t, httpd.Config{API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("kind") {
		case "long":
			w.Header().Set("Content-Type", "application/graphql-response+json; charset=utf-8")
			_, _ = io.WriteString(w, `{"data":"`+strings.Repeat("domicile ", 1000)+`"}`)
		case "short":
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{}`)
		default:
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			for line := range next {
				_, _ = io.WriteString(w, line+"\n")
				_ = http.NewResponseController(w).Flush()
			}
		}
	})})
	get := func(kind, accept string) *http.Response {
		req, err := http.NewRequest(http.MethodGet, r.url+"/graphql?kind="+kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", accept)
		if kind == "events" {
			req.Header.Set("Accept", "text/event-stream")
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	for _, tt := range []struct{ kind, accept, want string }{
		{"long", "gzip", "gzip"}, {"long", "gzip, deflate, br, zstd", "gzip"}, {"long", "identity", ""}, {"short", "gzip", ""},
	} {
		res := get(tt.kind, tt.accept)
		body, err := io.ReadAll(res.Body)
		if got := res.Header.Get("Content-Encoding"); err != nil || got != tt.want || (got != "") != (len(body) < 1000 && tt.kind == "long") {
			t.Errorf("%+v: %q, %d bytes, %v", tt, got, len(body), err)
		}
		if tt.kind == "long" && !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%+v: Vary is %q", tt, res.Header.Get("Vary"))
		}
	}
	events := bufio.NewReader(get("events", "gzip").Body)
	for _, line := range []string{"one", "two"} {
		next <- line
		if got, err := events.ReadString('\n'); err != nil || got != line+"\n" {
			t.Errorf("%q, %v", got, err)
		}
	}
	close(next)
}
