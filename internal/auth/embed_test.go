package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"domicile/internal/auth"
)

func TestAnEmbedTokenNamesOneClaimUntilItEnds(t *testing.T) {
	ts, _, ahead := machines(t)
	ctx := local(t)
	e := auth.Embed{Customer: "acme", Claim: "eu-only", Reading: "handled"}
	text, kept, err := ts.CreateEmbed(ctx, e, 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ts.Embed(ctx, text); err != nil || got != e {
		t.Errorf("%v %v", got, err)
	}
	if _, _, err := ts.Verify(ctx, text); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("the API takes it: %v", err)
	}
	if live, err := ts.AnyLive(ctx); live || err != nil {
		t.Errorf("it counts as an API token: %v %v", live, err)
	}
	for _, other := range []string{
		"", "a", strings.Replace(text, "acme", "evil", 1), strings.Replace(text, "eu-only", "us-only", 1), strings.Replace(text, "handled", "resides", 1),
		text + "a", text[:len(text)-2], "aaaaaaaaaaaa" + text[12:], strings.Repeat("a.", 400), "....",
	} {
		if got, err := ts.Embed(ctx, other); !errors.Is(err, auth.ErrNoEmbed) || got != (auth.Embed{}) {
			t.Errorf("%.60s: %v %v", other, got, err)
		}
	}
	ahead.add(25 * time.Hour)
	if _, err := ts.Embed(ctx, text); !errors.Is(err, auth.ErrNoEmbed) {
		t.Errorf("after it ended: %v", err)
	}
	ahead.add(-25 * time.Hour)
	if _, err := ts.Revoke(ctx, kept.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := ts.Embed(ctx, text); !errors.Is(err, auth.ErrNoEmbed) {
		t.Errorf("after it was revoked: %v", err)
	}
}

func TestOnlyThePrivacyTeamMakesEmbedTokens(t *testing.T) {
	ts, _, _ := machines(t)
	ctx := local(t)
	e := auth.Embed{Customer: "acme", Claim: "eu-only", Reading: "handled"}
	for _, v := range []auth.Viewer{{}, {Subject: "a", Role: auth.Sales}, {Subject: "a", Role: auth.Customer, Customer: "acme"}} {
		if _, _, err := ts.CreateEmbed(auth.WithViewer(ctx, v), e, 0); err == nil {
			t.Errorf("%v makes one", v)
		}
	}
	for _, bad := range []auth.Embed{{}, {Customer: "acme.b", Claim: "a", Reading: "b"}, {Customer: "acme", Claim: "", Reading: "b"}} {
		if _, _, err := ts.CreateEmbed(ctx, bad, 0); !errors.Is(err, auth.ErrTokenSpec) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, _, err := ts.CreateEmbed(ctx, e, 2*auth.MaxEmbedLife); !errors.Is(err, auth.ErrTokenSpec) {
		t.Error(err)
	}
}
