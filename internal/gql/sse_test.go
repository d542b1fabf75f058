package gql_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/gql"
)

// listen posts a document as an event stream and returns a reader of it.
func listen(t *testing.T, server *httptest.Server, query string) (*http.Response, *bufio.Reader) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(bodyOf(query, "")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response, bufio.NewReader(response.Body)
}

// nextEvent reads one event, comments left out.
func nextEvent(t *testing.T, in *bufio.Reader) (event, data string) {
	t.Helper()
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "end", ""
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "event: "):
			event = line[len("event: "):]
		case strings.HasPrefix(line, "data:"):
			data = strings.TrimSpace(line[len("data:"):])
		case line == "" && event != "":
			return event, dataOf(data)
		}
	}
}

func TestAStreamDeliversItsEvents(t *testing.T) {
	tests := map[string]struct {
		query string
		want  []string
	}{
		"a subscription":                  {`subscription { ticks(count: 2) { n } }`, []string{`{"ticks":{"n":1}}`, `{"ticks":{"n":2}}`}},
		"events that go wrong":            {`subscription { ticks(count: 1) { n broken } }`, []string{`{"ticks":{"n":1,"broken":null}},"errors":[{"message":"internal error, request q1","locations":[{"line":1,"column":36}],"path":["ticks","broken"],"extensions":{"code":"INTERNAL"}}]`}},
		"a query is one event":            {`{ hello }`, []string{`{"hello":"hello world"}`}},
		"a document that is wrong":        {`subscription { nope }`, []string{`{"errors":[{"message":"Cannot query field \"nope\" on type \"Subscription\".","locations":[{"line":1,"column":16}],"extensions":{"code":"BAD_USER_INPUT"}}],"extensions":{"revision":"r1"}}`}},
		"a caller who may not":            {`subscription { guarded { n } }`, []string{`{"errors":[{"message":"guarded is for a librarian","locations":[{"line":1,"column":16}],"path":["guarded"],"extensions":{"code":"FORBIDDEN"}}],"extensions":{"revision":"r1"}}`}},
		"a variable in place of argument": {`subscription($c: Int = 1) { ticks(count: $c) { n } }`, []string{`{"ticks":{"n":1}}`}},
	}
	server := httptest.NewServer(newHandler(t, gql.Options{RequestID: func(*http.Request) string { return "q1" }}))
	defer server.Close()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			response, in := listen(t, server, test.query)
			if response.StatusCode != 200 || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
				t.Fatalf("got %d %v", response.StatusCode, response.Header)
			}
			for _, want := range test.want {
				if event, data := nextEvent(t, in); event != "next" || data != want {
					t.Errorf("\n got %s %s\nwant %s", event, data, want)
				}
			}
			if event, _ := nextEvent(t, in); event != "complete" {
				t.Errorf("got %s", event)
			}
			if event, _ := nextEvent(t, in); event != "end" {
				t.Errorf("after the end: %s", event)
			}
		})
	}
}

// endless is a schema whose subscription never ends by itself; left is closed
// when its subscriber is told to stop.
func endless(t *testing.T, events chan any, left chan struct{}) *gql.Schema {
	t.Helper()
	s, err := gql.Build(`type Query { a: Int } type Subscription { text: String }`, gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{"Query": {"a": gql.From(func(any) any { return 1 })}},
		Subscriptions: map[string]gql.Subscriber{"text": func(ctx context.Context, _ *gql.Params) (<-chan any, error) {
			context.AfterFunc(ctx, func() { close(left) })
			return events, nil
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func serve(t *testing.T, s *gql.Schema, opts gql.Options) *httptest.Server {
	t.Helper()
	h, err := gql.NewHandler(s, opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func TestASubscriberIsToldWhenTheClientLeaves(t *testing.T) {
	left := make(chan struct{})
	server := serve(t, endless(t, make(chan any), left), gql.Options{})
	response, _ := listen(t, server, `subscription { text }`)
	response.Body.Close()
	<-left
}

func TestAQuietStreamHasHeartbeats(t *testing.T) {
	server := serve(t, endless(t, make(chan any), make(chan struct{})), gql.Options{Heartbeat: time.Millisecond})
	_, in := listen(t, server, `subscription { text }`)
	for range 3 {
		if line, err := in.ReadString('\n'); err != nil || line != ":\n" {
			t.Fatalf("got %q %v", line, err)
		}
		if _, err := in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStreamEndsWithThePermission(t *testing.T) {
	var gone atomic.Bool
	left, events := make(chan struct{}), make(chan any)
	server := serve(t, endless(t, events, left), gql.Options{Recheck: func(context.Context) error {
		if gone.Load() {
			return gql.Errorf(gql.Unauthenticated, "the token was withdrawn")
		}
		return nil
	}})
	_, in := listen(t, server, `subscription { text }`)
	events <- "one"
	if _, data := nextEvent(t, in); data != `{"text":"one"}` {
		t.Errorf("got %s", data)
	}
	gone.Store(true)
	events <- "two"
	if event, data := nextEvent(t, in); event != "next" || !strings.Contains(data, "UNAUTHENTICATED") || strings.Contains(data, "two") {
		t.Errorf("got %s %s", event, data)
	}
	if event, _ := nextEvent(t, in); event != "complete" {
		t.Errorf("got %s", event)
	}
	<-left
}

func TestAnErrorAmongTheEventsIsShown(t *testing.T) {
	events := make(chan any)
	server := serve(t, endless(t, events, make(chan struct{})), gql.Options{})
	_, in := listen(t, server, `subscription { text }`)
	events <- gql.Errorf(gql.NotFound, "lost it")
	if _, data := nextEvent(t, in); !strings.HasPrefix(data, `{"text":null},"errors":[{"message":"lost it"`) {
		t.Errorf("got %s", data)
	}
	events <- errors.New("hunter2")
	if _, data := nextEvent(t, in); strings.Contains(data, "hunter2") || !strings.Contains(data, "INTERNAL") {
		t.Errorf("got %s", data)
	}
}

func TestASlowReaderIsDropped(t *testing.T) {
	left, events := make(chan struct{}), make(chan any)
	server := serve(t, endless(t, events, left), gql.Options{WriteWait: 20 * time.Millisecond})
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := bodyOf(`subscription { text }`, "")
	request := "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: " + strconvLen(body) + "\r\n\r\n" + body
	if _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("x", 1<<20)
	for {
		select {
		case events <- large:
		case <-left:
			return
		}
	}
}

func TestStreamsAreCounted(t *testing.T) {
	server := serve(t, endless(t, make(chan any), make(chan struct{})), gql.Options{StreamsEach: 1})
	first, _ := listen(t, server, `subscription { text }`)
	second, _ := listen(t, server, `subscription { text }`)
	if first.StatusCode != 200 || second.StatusCode != http.StatusTooManyRequests {
		t.Errorf("got %d and %d", first.StatusCode, second.StatusCode)
	}
}

func TestACheckOfASubscriptionSeesTheContextOfBegin(t *testing.T) {
	type key struct{}
	s, err := gql.Build(`type Query { a: Int } type Subscription { text: String }`, gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{"Query": {"a": gql.From(func(any) any { return 1 })}},
		Begin:     func(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, "begun") },
		Guard: func(gql.FieldDef) (gql.Check, error) {
			return func(ctx context.Context) error {
				if ctx.Value(key{}).(string) != "begun" {
					return gql.Errorf(gql.Forbidden, "no")
				}
				return nil
			}, nil
		},
		Subscriptions: map[string]gql.Subscriber{"text": func(ctx context.Context, _ *gql.Params) (<-chan any, error) {
			events := make(chan any, 1)
			events <- ctx.Value(key{})
			close(events)
			return events, nil
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	stream, refusal := s.Subscribe(t.Context(), gql.Request{Query: `subscription { text }`})
	if refusal != nil {
		t.Fatalf("%s", refusal.JSON())
	}
	for event := range stream.Events() {
		if got := dataOf(string(stream.Respond(t.Context(), event).JSON())); got != `{"text":"begun"}` {
			t.Error(got)
		}
	}
}
