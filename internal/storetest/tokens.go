package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/auth"
)

// TokenStore is a store of API tokens with the audit log that it writes to.
type TokenStore interface {
	auth.TokenStore
	auth.AuditLog
}

// RunTokens checks the contract of a store of API tokens. open returns a new,
// empty one; its owner closes it with the test.
func RunTokens(t *testing.T, open func(t *testing.T) TokenStore) {
	for _, c := range tokenCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

var errRefused = errors.New("refused")

var tokenCases = []struct {
	name string
	run  func(t *testing.T, s TokenStore)
}{
	{"an unknown token is not found", func(t *testing.T, s TokenStore) {
		_, found, err := s.Token(t.Context(), "aaaaaaaaaaaa")
		same(t, "found", found, false)
		fine(t, err)
		all, err := s.Tokens(t.Context())
		same(t, "number of tokens", len(all), 0)
		fine(t, err)
	}},
	{"a token comes back as it went", func(t *testing.T, s TokenStore) {
		want := auth.Token{
			ID: "abcdefgh2345", Name: "ci", Role: auth.Sales, Customer: "acme", Grants: auth.SeeHostnames,
			Created: noon.Add(time.Microsecond), Expires: noon.AddDate(1, 0, 0), MAC: auth.MAC{0, 1, 0xff},
		}
		add(t, s, want)
		got, found, err := s.Token(t.Context(), want.ID)
		same(t, "found", found, true)
		fine(t, err)
		same(t, "token", got, want)
	}},
	{"tokens are listed by name, creation and id", func(t *testing.T, s TokenStore) {
		later := token("b", "x")
		later.Created = noon.Add(time.Hour)
		for _, x := range []auth.Token{token("c", "z"), later, token("b", "y"), token("b", "w"), token("a", "v")} {
			add(t, s, x)
		}
		all, err := s.Tokens(t.Context())
		fine(t, err)
		same(t, "tokens", all, []auth.Token{token("a", "v"), token("b", "w"), token("b", "y"), later, token("c", "z")})
	}},
	{"who admits sees the tokens of that name", func(t *testing.T, s TokenStore) {
		for _, x := range []auth.Token{token("a", "v"), token("b", "y"), token("b", "w"), token("ab", "u")} {
			add(t, s, x)
		}
		var seen []auth.Token
		err := s.AddToken(t.Context(), token("b", "x"), func(same []auth.Token) error {
			seen = same
			return nil
		}, entry("acme"))
		fine(t, err)
		same(t, "seen", seen, []auth.Token{token("b", "w"), token("b", "y")})
	}},
	{"a token that is not admitted is not there, nor its entry", func(t *testing.T, s TokenStore) {
		err := s.AddToken(t.Context(), token("a", "v"), func([]auth.Token) error { return errRefused }, entry("acme"))
		if !errors.Is(err, errRefused) {
			t.Errorf("error = %v, want the refusal", err)
		}
		nothing(t, s)
	}},
	{"a token whose entry is not valid is not there", func(t *testing.T, s TokenStore) {
		if err := s.AddToken(t.Context(), token("a", "v"), admitAll, auth.Entry{}); err == nil {
			t.Error("it was added")
		}
		nothing(t, s)
	}},
	{"an id belongs to one token", func(t *testing.T, s TokenStore) {
		add(t, s, token("a", "v"))
		if err := s.AddToken(t.Context(), token("b", "v"), admitAll, entry("acme")); err == nil {
			t.Error("a second token has the id")
		}
		verified(t, s, 1)
	}},
	{"of many that join at once as many get in as are admitted", func(t *testing.T, s TokenStore) {
		var in atomic.Int32
		together(16, func(n int) {
			err := s.AddToken(t.Context(), token("a", fmt.Sprint(n)), func(same []auth.Token) error {
				if len(same) >= 2 {
					return errRefused
				}
				return nil
			}, entry("acme"))
			switch {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, errRefused):
				t.Error(err)
			}
		})
		same(t, "admitted", in.Load(), int32(2))
		verified(t, s, 2)
	}},
	{"a revoked token stays, and stays revoked", revoking},
	{"an unknown token is not revoked", func(t *testing.T, s TokenStore) {
		_, found, err := s.RevokeToken(t.Context(), "v", noon, entry("acme"))
		same(t, "found", found, false)
		fine(t, err)
		nothing(t, s)
	}},
	{"a token whose revocation cannot be recorded is not revoked", func(t *testing.T, s TokenStore) {
		add(t, s, token("a", "v"))
		if _, _, err := s.RevokeToken(t.Context(), "v", noon, auth.Entry{}); err == nil {
			t.Error("it was revoked")
		}
		got, _, err := s.Token(t.Context(), "v")
		fine(t, err)
		same(t, "token", got, token("a", "v"))
	}},
	{"the day of use moves forward only", func(t *testing.T, s TokenStore) {
		day := time.Date(2026, time.March, 5, 0, 0, 0, 0, time.UTC)
		add(t, s, token("a", "v"))
		for _, d := range []time.Time{day.AddDate(0, 0, -1), day, day.AddDate(0, 0, -2)} {
			fine(t, s.TouchToken(t.Context(), "v", d))
		}
		fine(t, s.TouchToken(t.Context(), "nobody", day))
		want := token("a", "v")
		want.LastUsed = day
		all, err := s.Tokens(t.Context())
		fine(t, err)
		same(t, "tokens", all, []auth.Token{want})
		verified(t, s, 1)
	}},
	{"a cancelled context ends every call and writes nothing", func(t *testing.T, s TokenStore) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, call := range tokenCalls(s) {
			if err := call(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: error = %v, want that of the context", name, err)
			}
		}
		nothing(t, s)
	}},
}

func revoking(t *testing.T, s TokenStore) {
	add(t, s, token("a", "v"))
	add(t, s, token("a", "w"))
	want := token("a", "v")
	want.Revoked = noon.Add(time.Hour)
	for _, at := range []time.Time{want.Revoked, want.Revoked.Add(time.Hour)} {
		got, found, err := s.RevokeToken(t.Context(), "v", at, entry("acme"))
		same(t, "found", found, true)
		fine(t, err)
		same(t, "token", got, want)
	}
	all, err := s.Tokens(t.Context())
	fine(t, err)
	same(t, "tokens", all, []auth.Token{want, token("a", "w")})
	verified(t, s, 3) // two were added and one revoked, once
}

func tokenCalls(s TokenStore) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"add":    func(ctx context.Context) error { return s.AddToken(ctx, token("a", "v"), admitAll, entry("acme")) },
		"token":  func(ctx context.Context) error { _, _, err := s.Token(ctx, "v"); return err },
		"tokens": func(ctx context.Context) error { _, err := s.Tokens(ctx); return err },
		"revoke": func(ctx context.Context) error { _, _, err := s.RevokeToken(ctx, "v", noon, entry("acme")); return err },
		"touch":  func(ctx context.Context) error { return s.TouchToken(ctx, "v", noon) },
	}
}

func token(name, id string) auth.Token {
	return auth.Token{ID: id, Name: name, Role: auth.Ingest, Created: noon, Expires: noon.AddDate(1, 0, 0)}
}

func admitAll([]auth.Token) error { return nil }

func add(t *testing.T, s TokenStore, x auth.Token) {
	t.Helper()
	if err := s.AddToken(t.Context(), x, admitAll, entry("acme")); err != nil {
		t.Fatalf("add token: %v", err)
	}
}

// nothing checks that there is no token and no audit entry.
func nothing(t *testing.T, s TokenStore) {
	t.Helper()
	all, err := s.Tokens(t.Context())
	fine(t, err)
	same(t, "number of tokens", len(all), 0)
	verified(t, s, 0)
}

// fine fails the test on an error.
func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
