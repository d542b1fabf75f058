package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"domicile/internal/api"
	"domicile/internal/auth"
)

func TestAnAnswerSaysHowNewItIs(t *testing.T) {
	s := start(t)
	s.put(t, acmeMarch)
	const query = `{ customer(id: "acme") { check(claim: {within: ["EU"]}) { knownAt } } }`
	if text := s.ask(query, nil); !strings.Contains(text, `"position":1`) || strings.Contains(text, "stale") {
		t.Errorf("now: %s", text)
	}
	heard := s.clock.read()
	s.clock.add(90 * time.Second)
	text := s.ask(query, nil)
	for _, want := range []string{`"stale":90`, `"position":1`, `"knownAt":"` + heard.Format(time.RFC3339) + `"`} {
		if !strings.Contains(text, want) {
			t.Errorf("a minute and a half later: no %s in %s", want, text)
		}
	}
	s.viewer = auth.Viewer{}
	if text := s.ask(`{ claims { id } }`, nil); strings.Contains(text, "position") {
		t.Errorf("nobody is told how much happens: %s", text)
	}
}

func TestPutSettingsSaysWhereItIsSeen(t *testing.T) {
	s := start(t)
	text := s.ask(`mutation { putSettings(input: {settings: {customer: "a"}}) { position } }`, nil)
	if !strings.Contains(text, `"position":1`) {
		t.Error(text)
	}
	text = s.ask(`mutation { putSettings(input: {settings: {customer: "a", logRegion: "nowhere"}}) { position userErrors { code } } }`, nil)
	if !strings.Contains(text, `"position":null`) {
		t.Error(text)
	}
}

func TestAWishForAPositionIsReadStrictly(t *testing.T) {
	s := start(t)
	s.put(t, acmeMarch)
	admit := api.Admit(s.service, time.Minute)
	for name, c := range map[string]struct {
		header    []string
		extension any
		waits     bool
		fails     string
	}{
		"none":                      {nil, nil, false, ""},
		"what is here":              {[]string{"1"}, nil, false, ""},
		"what is to come":           {[]string{"2"}, nil, true, ""},
		"in the extensions":         {nil, json.Number("2"), true, ""},
		"as text":                   {nil, "2", true, ""},
		"the greater counts":        {[]string{"1", " 2 "}, json.Number("1"), true, ""},
		"the end of time":           {[]string{"9223372036854775807"}, nil, true, ""},
		"beyond it":                 {[]string{"9223372036854775808"}, nil, false, "BAD_USER_INPUT"},
		"before the beginning":      {[]string{"-1"}, nil, false, "BAD_USER_INPUT"},
		"half a change":             {nil, json.Number("1.5"), false, "BAD_USER_INPUT"},
		"an object":                 {nil, map[string]any{}, false, "BAD_USER_INPUT"},
		"an empty header is a slip": {[]string{""}, nil, false, "BAD_USER_INPUT"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		for _, h := range c.header {
			r.Header.Add(api.AtLeastHeader, h)
		}
		wait, err := admit(r, map[string]any{"atLeast": c.extension})
		if (wait != nil) != c.waits || (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: waits %v, %v", name, wait != nil, err)
		}
		if wait == nil {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		if err := wait(ctx); err == nil || !strings.Contains(err.Error(), "UNAVAILABLE") || !strings.Contains(err.Error(), "this service is at 1") {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
	s.clock.add(61 * time.Second)
	if _, err := admit(httptest.NewRequest(http.MethodPost, "/graphql", nil), nil); err == nil || !strings.Contains(err.Error(), "last heard of 1m1s ago") {
		t.Errorf("too old: %v", err)
	}
}
