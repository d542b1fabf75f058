package gql_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/gql"
)

// admission is an Admit whose requests wait where their extensions say so.
type admission struct {
	waiting chan struct{} // one for each request that began to wait
	come    chan struct{} // closed when what they wait for comes
}

func (a *admission) admit(r *http.Request, extensions map[string]any) (func(context.Context) error, error) {
	if r.Header.Get("Refuse") != "" {
		return nil, gql.Errorf(gql.Unavailable, "nothing is answered now")
	}
	switch v := extensions["want"].(type) {
	case nil:
		return nil, nil
	case json.Number:
		return func(ctx context.Context) error {
			a.waiting <- struct{}{}
			select {
			case <-a.come:
				return nil
			case <-ctx.Done():
				return gql.Errorf(gql.Unavailable, "%s does not come", v)
			}
		}, nil
	}
	return nil, gql.Errorf(gql.BadUserInput, "want is no number")
}

func newAdmission() *admission {
	return &admission{waiting: make(chan struct{}, 10), come: make(chan struct{})}
}

const small = `{ book(id: "1") { title } }`

func TestWhoIsNotAdmittedIsToldWhy(t *testing.T) {
	h := newHandler(t, gql.Options{Admit: newAdmission().admit, AdmitWait: 10 * time.Millisecond})
	for name, c := range map[string]struct {
		w      *httptest.ResponseRecorder
		status int
		want   string
	}{
		"admitted":                               {post(h, bodyOf(small, "")), 200, `"data"`},
		"refused":                                {post(h, bodyOf(small, ""), "Refuse", "yes"), 503, `"nothing is answered now","extensions":{"code":"UNAVAILABLE"}`},
		"a wish that is none":                    {post(h, bodyOf(small, `{"want":true}`)), 400, `"want is no number","extensions":{"code":"BAD_USER_INPUT"}`},
		"what never comes":                       {post(h, bodyOf(small, `{"want":7}`)), 503, `"7 does not come","extensions":{"code":"UNAVAILABLE"}`},
		"a mutation as well":                     {post(h, bodyOf(`mutation { bump }`, `{"want":7}`)), 503, "does not come"},
		"a subscription, too":                    {post(h, bodyOf(`subscription { ticks(count: 1) { n } }`, `{"want":7}`), "Accept", "text/event-stream"), 503, "does not come"},
		"a wrong document is first of all wrong": {post(h, bodyOf(`{ nope }`, ""), "Refuse", "yes"), 200, "Cannot query field"},
	} {
		if c.w.Code != c.status || !strings.Contains(c.w.Body.String(), c.want) {
			t.Errorf("%s: %d %s", name, c.w.Code, c.w.Body)
		}
		if (c.w.Code == 503) != (c.w.Header().Get("Retry-After") == "1") {
			t.Errorf("%s: Retry-After %q", name, c.w.Header().Get("Retry-After"))
		}
	}
}

func TestWhoWaitsStandsInNobodysWay(t *testing.T) {
	a := newAdmission()
	h := newHandler(t, gql.Options{Admit: a.admit, Concurrent: 1, StreamsEach: 2, AdmitWait: time.Minute})
	var waiters sync.WaitGroup
	for range 2 {
		waiters.Go(func() {
			if w := post(h, bodyOf(small, `{"want":1}`)); w.Code != 200 || !strings.Contains(w.Body.String(), `"data"`) {
				t.Errorf("after the wait: %d %s", w.Code, w.Body)
			}
		})
		<-a.waiting
	}
	if w := post(h, bodyOf(small, "")); w.Code != 200 {
		t.Errorf("while others wait: %d %s", w.Code, w.Body)
	}
	if w := post(h, bodyOf(small, `{"want":1}`)); w.Code != 429 || !strings.Contains(w.Body.String(), "RATE_LIMITED") {
		t.Errorf("one more who waits: %d %s", w.Code, w.Body)
	}
	close(a.come)
	waiters.Wait()
}

func TestHeadersAreMadeOfExtensions(t *testing.T) {
	h := newHandler(t, gql.Options{Header: func(h http.Header, extensions map[string]any) {
		h.Set("Revision", extensions["revision"].(string))
	}})
	for name, query := range map[string]string{"an answer": small, "a refusal": `{ nope }`} {
		if got := post(h, bodyOf(query, "")).Header().Get("Revision"); got != "r1" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
