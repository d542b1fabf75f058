package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"domicile/internal/auth"
)

// during runs f within a request that a bearer sent.
func during(t *testing.T, a *auth.Authenticator, r *http.Request, f func(ctx context.Context)) {
	t.Helper()
	w := httptest.NewRecorder()
	ran := false
	a.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ran = true; f(r.Context()) })).ServeHTTP(w, r)
	if !ran {
		t.Fatalf("refused: %d %s", w.Code, w.Body)
	}
}

func TestALongAnswerNoticesThatItsTokenEnded(t *testing.T) {
	c := newClock()
	p := &people{until: c.now().Add(time.Hour)}
	a := authenticator(t, auth.Options{People: p, Now: c.now})
	during(t, a, bearing("good"), func(ctx context.Context) {
		expect := func(want error) {
			t.Helper()
			if err := auth.Recheck(ctx); !errors.Is(err, want) {
				t.Errorf("error = %v, want %v", err, want)
			}
		}
		expect(nil)
		p.fail(auth.Invalid("it was revoked", nil))
		expect(nil) // within the minute
		c.add(auth.MaxCacheFor)
		expect(auth.ErrInvalidToken)
		p.fail(auth.ErrProviderUnavailable)
		expect(auth.ErrProviderUnavailable)
	})
	if err := auth.Recheck(t.Context()); err != nil {
		t.Errorf("outside of a request: %v", err)
	}
	during(t, a, request("/"), func(ctx context.Context) {
		if err := auth.Recheck(ctx); err != nil {
			t.Errorf("nobody: %v", err)
		}
	})
}

// renamed is a verifier whose viewer changes.
type renamed struct{ viewer auth.Viewer }

func (r *renamed) Verify(context.Context, string) (auth.Viewer, time.Time, error) {
	return r.viewer, time.Time{}, nil // remembered for no time
}

func TestALongAnswerNoticesThatItsRightsChanged(t *testing.T) {
	who := &renamed{officer}
	a := authenticator(t, auth.Options{People: who})
	during(t, a, bearing("good"), func(ctx context.Context) {
		who.viewer.Role = auth.Sales
		if err := auth.Recheck(ctx); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("error = %v", err)
		}
	})
}

func TestOnlyTheKnownAreLetInside(t *testing.T) {
	inside := auth.Known(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for name, c := range map[string]struct {
		viewer auth.Viewer
		status int
	}{"nobody": {auth.Viewer{}, 401}, "somebody without a role": {auth.Viewer{Subject: "user:1"}, 204}, "the office": {officer, 204}} {
		w := httptest.NewRecorder()
		inside.ServeHTTP(w, httptest.NewRequestWithContext(auth.WithViewer(t.Context(), c.viewer), http.MethodGet, "/", nil))
		if w.Code != c.status {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

func TestSeveralCustomersAreRecordedInOneStep(t *testing.T) {
	rows, _, store, _ := rowsOf(t)
	seen, err := rows.MayEach(as(t, auth.Sales, ""), auth.ReadCustomer, []string{"acme", "BAD", "globex"})
	if err != nil || len(seen) != 3 || !seen[0] || seen[1] || !seen[2] || store.calls.Load() != 1 {
		t.Errorf("%v, %v after %d calls", seen, err, store.calls.Load())
	}
	seen, err = rows.MayEach(as(t, auth.Customer, "acme"), auth.ReadCustomer, []string{"acme", "globex"})
	if err != nil || !seen[0] || seen[1] || store.calls.Load() != 1 {
		t.Errorf("a customer: %v, %v after %d calls", seen, err, store.calls.Load())
	}
	broken := errors.New("out of order")
	store.broken.Store(&broken)
	if seen, err := rows.MayEach(as(t, auth.Sales, ""), auth.ReadCustomer, []string{"acme"}); !errors.Is(err, broken) || seen != nil {
		t.Errorf("unrecorded: %v, %v", seen, err)
	}
}

func TestAChangeIsAnnouncedAndConfirmed(t *testing.T) {
	rows, _, store, _ := rowsOf(t)
	ctx := as(t, auth.Privacy, "")
	if err := errors.Join(rows.Changing(ctx, auth.PutSettings, "acme", "a"), rows.Changed(ctx, auth.PutSettings, "acme", "a", "b"), rows.Watching(ctx, auth.Everybody)); err != nil {
		t.Fatal(err)
	}
	entries, err := store.AuditEntries(t.Context(), auth.AuditQuery{Limit: 10})
	if err != nil || len(entries) != 3 || entries[0].After != "" || entries[1].Before != "a" || entries[1].After != "b" || entries[2].Action != auth.WatchVerdicts {
		t.Errorf("%+v, %v", entries, err)
	}
}

func TestAKeyForAnotherUseIsAnotherKey(t *testing.T) {
	dir := t.TempDir()
	k, err := auth.OpenKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := auth.OpenKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, b := string(k.Derive("a")), string(k.Derive("b"))
	if a == b || len(a) != 32 || a != string(again.Derive("a")) {
		t.Errorf("%x, %x", a, b)
	}
}
