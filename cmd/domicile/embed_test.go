package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAnEmbedTokenWorksWhereEverybodyElseHasToSayWhoTheyAre(t *testing.T) {
	data := t.TempDir()
	command(t, data, "", "token", "create", "--name", "office", "--role", "PRIVACY")
	embed := func(customer string) string {
		return command(t, data, "", "token", "embed", customer, "--claim", "eu-only")
	}
	text, absent := embed("gryphon-grooming"), embed("nobody-at-all")
	s := serve(t, data, "--embed-in", "https://partner.example")
	get := func(token string) string {
		return bodyOf(t, func() (*http.Response, error) { return http.Get(s.url + "/embed/claims/" + token) })
	}
	if page := get(text); !strings.Contains(page, "Gryphon Grooming") || strings.Contains(page, "HOLDS") || strings.Contains(page, "img.gryphon") || strings.Contains(page, "Ashburn") {
		t.Error(page)
	}
	nothing := get("unknown")
	if !strings.Contains(nothing, "There is nothing to show here.") {
		t.Error(nothing)
	}
	command(t, data, "", "token", "revoke", strings.Split(text, ".")[0])
	for name, page := range map[string]string{
		"revoked": get(text), "of an absent customer": get(absent), "changed": get(strings.Replace(text, "gryphon-grooming", "dragon-dentistry", 1)),
	} {
		if page != nothing {
			t.Errorf("%s: %s", name, page)
		}
	}
	s.ahead.Store(int64(40 * 24 * time.Hour))
	if page := get(absent); page != nothing {
		t.Error(page)
	}
	if status, text := s.ask(t, absent, ownZones); status != http.StatusUnauthorized {
		t.Errorf("the API takes an embed token: %d %s", status, text)
	}
}
