package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
	"domicile/internal/embedded"
)

// counted is the embedded store, with how often it was called and, while broken
// is set, an error for every call.
type counted struct {
	*embedded.Store
	calls  atomic.Int32
	broken atomic.Pointer[error]
}

func (c *counted) call() error {
	c.calls.Add(1)
	if err := c.broken.Load(); err != nil {
		return *err
	}
	return nil
}

func (c *counted) Token(ctx context.Context, id string) (auth.Token, bool, error) {
	if err := c.call(); err != nil {
		return auth.Token{}, false, err
	}
	return c.Store.Token(ctx, id)
}

func (c *counted) TouchToken(ctx context.Context, id string, day time.Time) error {
	if err := c.call(); err != nil {
		return err
	}
	return c.Store.TouchToken(ctx, id, day)
}

func (c *counted) AppendAudit(ctx context.Context, entries ...auth.Entry) ([]auth.Entry, error) {
	if err := c.call(); err != nil {
		return nil, err
	}
	return c.Store.AppendAudit(ctx, entries...)
}

func newStore(t testing.TB) *counted {
	t.Helper()
	s, err := embedded.Open(t.Context(), t.TempDir(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &counted{Store: s}
}

// machines are the tokens of a new store.
func machines(t testing.TB) (*auth.Tokens, *counted, *clock) {
	t.Helper()
	s, c := newStore(t), newClock()
	key, err := auth.OpenKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return auth.NewTokens(s, key, c.now), s, c
}

// local is a context in which this machine asks.
func local(t testing.TB) context.Context { return auth.WithViewer(t.Context(), auth.Local()) }

func create(t testing.TB, ts *auth.Tokens, s auth.Spec) (string, auth.Token) {
	t.Helper()
	text, token, err := ts.Create(local(t), s)
	if err != nil {
		t.Fatal(err)
	}
	return text.Reveal(), token
}

func TestATokenIsItsHolder(t *testing.T) {
	ts, _, c := machines(t)
	for name, s := range map[string]auth.Spec{
		"a customer":              {Name: "a", Role: auth.Customer, Customer: "acme"},
		"sales":                   {Name: "b", Role: auth.Sales},
		"sales with hostnames":    {Name: "c", Role: auth.Sales, Grants: auth.SeeHostnames},
		"privacy":                 {Name: "d", Role: auth.Privacy},
		"a machine":               {Name: "e", Role: auth.Ingest},
		"a machine of a customer": {Name: "f", Role: auth.Ingest, Customer: "acme", Life: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			text, token := create(t, ts, s)
			got, until, err := ts.Verify(t.Context(), text)
			want := auth.Viewer{Subject: "token:" + s.Name + ":" + token.ID, Role: s.Role, Customer: s.Customer, Grants: s.Grants}
			if err != nil || got != want {
				t.Errorf("viewer = %+v, %v; want %+v", got, err, want)
			}
			if s.Life == 0 {
				s.Life = auth.DefaultTokenLife
			}
			if !until.Equal(c.now().Add(s.Life)) {
				t.Errorf("until %s", until)
			}
		})
	}
}

func TestOnlyWhatCanBeIsCreated(t *testing.T) {
	ts, s, _ := machines(t)
	for want, spec := range map[string]auth.Spec{
		"bad name":           {Name: "A b", Role: auth.Ingest},
		"no role":            {Name: "a"},
		"bad customer id":    {Name: "a", Role: auth.Ingest, Customer: "*"},
		"name it":            {Name: "a", Role: auth.Customer},
		"name none":          {Name: "a", Role: auth.Sales, Customer: "acme"},
		"only a SALES token": {Name: "a", Role: auth.Privacy, Grants: auth.SeeHostnames},
		"it would live":      {Name: "a", Role: auth.Privacy, Life: 3 * auth.DefaultTokenLife},
		"for -1h":            {Name: "a", Role: auth.Privacy, Life: -time.Hour},
	} {
		if _, _, err := ts.Create(local(t), spec); !errors.Is(err, auth.ErrTokenSpec) || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want one with %q", err, want)
		}
	}
	good := auth.Spec{Name: "a", Role: auth.Ingest}
	for _, v := range []auth.Viewer{{}, {Subject: "user:1", Role: auth.Sales}, {Subject: "token:1", Role: auth.Ingest}} {
		ctx := auth.WithViewer(t.Context(), v)
		_, _, createErr := ts.Create(ctx, good)
		_, listErr := ts.List(ctx)
		_, revokeErr := ts.Revoke(ctx, "aaaaaaaaaaaa")
		for _, err := range []error{createErr, listErr, revokeErr} {
			if !errors.Is(err, auth.ErrForbidden) && !errors.Is(err, auth.ErrNoCredentials) {
				t.Errorf("%+v: error = %v", v, err)
			}
		}
	}
	if head, err := s.AuditHead(t.Context()); err != nil || head.Seq != 0 {
		t.Errorf("%d audit entries were left behind, %v", head.Seq, err)
	}
}

func TestTwoTokensOfANameLiveAtOnce(t *testing.T) {
	ts, _, c := machines(t)
	spec := auth.Spec{Name: "ci", Role: auth.Ingest, Life: 48 * time.Hour}
	_, first := create(t, ts, spec)
	c.add(24 * time.Hour)
	_, second := create(t, ts, spec)
	_, _, err := ts.Create(local(t), spec)
	if !errors.Is(err, auth.ErrTokenLimit) || !strings.Contains(err.Error(), first.ID) || !strings.Contains(err.Error(), second.ID) {
		t.Errorf("a third: error = %v, want one that names %s and %s", err, first.ID, second.ID)
	}
	if _, err := ts.Revoke(local(t), first.ID); err != nil {
		t.Fatal(err)
	}
	create(t, ts, spec)
	c.add(24 * time.Hour)
	if _, _, err := ts.Create(local(t), spec); !errors.Is(err, auth.ErrTokenLimit) {
		t.Errorf("beside two live ones: error = %v", err)
	}
	c.add(24 * time.Hour) // the second expires
	create(t, ts, spec)
	other := spec
	other.Role = auth.Privacy
	if _, _, err := ts.Create(local(t), other); !errors.Is(err, auth.ErrTokenName) {
		t.Errorf("the name with other rights: error = %v, want ErrTokenName", err)
	}
}

func TestTokensThatDoNotHoldAreRefused(t *testing.T) {
	ts, s, c := machines(t)
	text, token := create(t, ts, auth.Spec{Name: "a", Role: auth.Sales, Life: time.Hour})
	gone, revoked := create(t, ts, auth.Spec{Name: "b", Role: auth.Sales})
	if _, err := ts.Revoke(local(t), revoked.ID); err != nil {
		t.Fatal(err)
	}
	elsewhere, _, _ := machines(t)
	foreign, _ := create(t, elsewhere, auth.Spec{Name: "a", Role: auth.Sales})
	otherKey, err := auth.OpenKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := auth.NewTokens(s, otherKey, c.now).Verify(t.Context(), text); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("under another server key: %v", err)
	}
	before := s.calls.Load()
	for name, bad := range map[string]string{
		"cut": text[:len(text)-1], "lengthened": text + "a", "in capitals": strings.ToUpper(text),
		"mistyped": strings.Replace(text, token.ID[:4], "zzzz", 1), "promoted": strings.Replace(text, "dom_s_", "dom_p_", 1),
	} {
		if _, _, err := ts.Verify(t.Context(), bad); !errors.Is(err, auth.ErrInvalidToken) || !errors.Is(err, auth.ErrMistyped) {
			t.Errorf("%s: error = %v, want ErrMistyped", name, err)
		}
	}
	if s.calls.Load() != before {
		t.Error("the store was asked about a token that was only mistyped")
	}
	for name, c := range map[string]struct{ text, want string }{
		"of nobody":              {foreign, "nobody has"},
		"with a secret made up":  {recombined(t, text, foreign), "nobody has"},
		"with a role it has not": {promoted(t, text), "nobody has"},
		"revoked":                {gone, "was revoked"},
	} {
		v, _, err := ts.Verify(t.Context(), c.text)
		if !errors.Is(err, auth.ErrInvalidToken) || !strings.Contains(err.Error(), c.want) || v.Known() {
			t.Errorf("%s: %+v, %v; want %q", name, v, err, c.want)
		}
	}
	c.add(time.Hour)
	if _, _, err := ts.Verify(t.Context(), text); !errors.Is(err, auth.ErrInvalidToken) || !strings.Contains(err.Error(), "has expired") {
		t.Errorf("expired: %v", err)
	}
}

func TestManagingTokensIsAudited(t *testing.T) {
	ts, s, c := machines(t)
	_, token := create(t, ts, auth.Spec{Name: "a", Role: auth.Customer, Customer: "acme"})
	for range 2 { // the second time nothing happens
		if _, err := ts.Revoke(local(t), token.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ts.Revoke(local(t), "aaaaaaaaaaaa"); !errors.Is(err, auth.ErrNoSuchToken) {
		t.Errorf("an unknown token: %v", err)
	}
	if _, err := ts.Revoke(local(t), "nonsense'"); !errors.Is(err, auth.ErrNoSuchToken) {
		t.Errorf("no id: %v", err)
	}
	got, err := s.AuditEntries(t.Context(), auth.AuditQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Hash = auth.Hash{}
	}
	by := auth.Entry{At: c.now(), Subject: "local", Role: auth.Privacy}
	made, ended := by, by
	made.Seq, made.Action, made.Customer, made.After = 1, auth.CreateToken, "acme", token.ID
	ended.Seq, ended.Action, ended.Before = 2, auth.RevokeToken, token.ID
	if diff := cmp.Diff([]auth.Entry{made, ended}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheDayOfUseIsNotedOnceADay(t *testing.T) {
	ts, s, c := machines(t)
	text, token := create(t, ts, auth.Spec{Name: "a", Role: auth.Ingest})
	use := func(wantCalls int32) {
		t.Helper()
		before := s.calls.Load()
		if _, _, err := ts.Verify(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		if got := s.calls.Load() - before; got != wantCalls {
			t.Errorf("the store was called %d times, want %d", got, wantCalls)
		}
	}
	use(2) // looked up, noted
	use(1)
	c.add(24 * time.Hour)
	use(2)
	got, _, err := s.Token(t.Context(), token.ID)
	if want := time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC); err != nil || !got.LastUsed.Equal(want) {
		t.Errorf("last used %s, %v; want %s", got.LastUsed, err, want)
	}
}

func TestABrokenStoreIsNoAnswer(t *testing.T) {
	ts, s, c := machines(t)
	text, _ := create(t, ts, auth.Spec{Name: "a", Role: auth.Ingest})
	a := authenticator(t, auth.Options{Machines: ts, Now: c.now})
	if _, err := a.Authenticate(t.Context(), bearing(text)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("out of order")
	s.broken.Store(&broken)
	if _, err := a.Authenticate(t.Context(), bearing(text)); err != nil {
		t.Errorf("a token verified a moment ago: %v", err)
	}
	c.add(auth.MaxCacheFor)
	if v, err := a.Authenticate(t.Context(), bearing(text)); !errors.Is(err, broken) || v.Known() || auth.Status(err) != 503 {
		t.Errorf("viewer = %+v, error = %v", v, err)
	}
}

func TestWhetherAnyTokenLives(t *testing.T) {
	ts, _, c := machines(t)
	is := func(want bool) {
		t.Helper()
		if got, err := ts.AnyLive(t.Context()); err != nil || got != want {
			t.Errorf("any live = %v, %v; want %v", got, err, want)
		}
	}
	is(false)
	create(t, ts, auth.Spec{Name: "a", Role: auth.Ingest, Life: time.Hour})
	is(true)
	c.add(time.Hour)
	is(false)
}

func TestATokenNeverPrintsItsSecret(t *testing.T) {
	ts, _, _ := machines(t)
	text, token, err := ts.Create(local(t), auth.Spec{Name: "a", Role: auth.Ingest})
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Split(text.Reveal(), "_")[3]
	for _, printed := range []string{
		fmt.Sprint(text), fmt.Sprintf("%v %+v %#v %s %q", text, text, text, text, text), fmt.Sprintf("%+v", token),
		fmt.Sprintf("%+v", struct{ T auth.TokenText }{text}),
	} {
		if strings.Contains(printed, secret) {
			t.Errorf("the secret is in %s", printed)
		}
	}
	if text.ID() != token.ID || text.Role() != auth.Ingest || !auth.ValidTokenID(token.ID) {
		t.Errorf("text %s of token %s", text, token.ID)
	}
}

func BenchmarkVerifyToken(b *testing.B) {
	ts, _, c := machines(b)
	text, _ := create(b, ts, auth.Spec{Name: "a", Role: auth.Ingest})
	a := authenticator(b, auth.Options{Machines: ts, Now: c.now})
	r := bearing(text)
	b.Run("uncached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := ts.Verify(b.Context(), text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := a.Authenticate(b.Context(), r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("mistyped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := auth.ParseToken(text[:79] + "g"); err == nil {
				b.Fatal("taken")
			}
		}
	})
}
