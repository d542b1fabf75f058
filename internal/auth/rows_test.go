package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
)

// register is where customers are looked up, with how often it is.
type register struct {
	customers map[string]string
	lookUps   int
}

func (r *register) find(id string) (string, bool) {
	r.lookUps++
	name, ok := r.customers[id]
	return name, ok
}

func rowsOf(t testing.TB) (*auth.Rows, *register, *counted, *clock) {
	t.Helper()
	s, c := newStore(t), newClock()
	rows := auth.NewRows(s, c.now, func(context.Context) string { return "r-1" })
	return rows, &register{customers: map[string]string{"acme": "Acme", "globex": "Globex"}}, s, c
}

// as is a context in which somebody of a role asks.
func as(t testing.TB, role auth.Role, customer string) context.Context {
	t.Helper()
	return auth.WithViewer(t.Context(), auth.Viewer{Subject: "user:1", Role: role, Customer: customer})
}

func TestAnothersCustomerAndAnAbsentOneAreTheSame(t *testing.T) {
	rows, reg, store, _ := rowsOf(t)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok, err := auth.Find(r.Context(), rows, r.PathValue("id"), reg.find)
		if err != nil {
			auth.Refuse(w, err)
			return
		}
		answer := map[string]any{"customer": nil}
		if ok {
			answer["customer"] = name
		}
		json.NewEncoder(w).Encode(answer)
	})
	type answer struct {
		Status           int
		Header           http.Header
		Body             string
		LookUps, Records int
	}
	ask := func(id string) answer {
		reg.lookUps = 0
		before := store.calls.Load()
		r := httptest.NewRequestWithContext(as(t, auth.Customer, "acme"), http.MethodGet, "/", nil)
		r.SetPathValue("id", id)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return answer{w.Code, w.Header(), w.Body.String(), reg.lookUps, int(store.calls.Load() - before)}
	}
	absent := ask("nobody")
	if absent.LookUps != 0 || absent.Records != 0 {
		t.Errorf("an absent customer was looked up %d times and recorded %d times", absent.LookUps, absent.Records)
	}
	for _, id := range []string{"globex", "", "*", "ACME", "acme ", "../acme"} {
		if diff := cmp.Diff(absent, ask(id)); diff != "" {
			t.Errorf("%q is told from an absent customer (-absent +it):\n%s", id, diff)
		}
	}
	if own := ask("acme"); own.Body != `{"customer":"Acme"}`+"\n" || own.LookUps != 1 || own.Records != 0 {
		t.Errorf("its own: %+v", own)
	}
}

func TestReadsAcrossCustomersAreRecordedBeforeTheyHappen(t *testing.T) {
	rows, reg, store, c := rowsOf(t)
	for _, role := range []auth.Role{auth.Sales, auth.Privacy} {
		for id, want := range map[string]bool{"acme": true, "nobody": false} {
			name, ok, err := auth.Find(as(t, role, ""), rows, id, reg.find)
			if err != nil || ok != want {
				t.Errorf("%s reads %s: %q, %v, %v", role, id, name, ok, err)
			}
		}
	}
	if err := rows.All(as(t, auth.Sales, ""), auth.ListCustomers); err != nil {
		t.Error(err)
	}
	if err := rows.Changed(as(t, auth.Privacy, ""), auth.PutSettings, "acme", "1", "2"); err != nil {
		t.Error(err)
	}
	entries, err := rows.Audit(as(t, auth.Privacy, ""), auth.AuditQuery{Customer: "acme", Limit: 10})
	if err != nil || len(entries) != 4 {
		t.Fatalf("%d entries about acme, %v; want two reads, a change and this read", len(entries), err)
	}
	all, err := rows.Audit(as(t, auth.Privacy, ""), auth.AuditQuery{NewestFirst: true, Limit: 4})
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i].Hash = auth.Hash{}
	}
	by := func(seq int64, a auth.Action, customer string) auth.Entry {
		return auth.Entry{Seq: seq, At: c.now(), Subject: "user:1", Role: auth.Privacy, Action: a, Customer: customer, RequestID: "r-1"}
	}
	changed, listed := by(6, auth.PutSettings, "acme"), by(5, auth.ListCustomers, auth.Everybody)
	changed.Before, changed.After = "1", "2"
	listed.Role = auth.Sales
	want := []auth.Entry{by(8, auth.ReadAudit, auth.Everybody), by(7, auth.ReadAudit, "acme"), changed, listed}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := auth.VerifyAudit(t.Context(), store); err != nil {
		t.Error(err)
	}
}

func TestChangesOfManyCustomersAreRecordedAsOneStep(t *testing.T) {
	rows, _, store, _ := rowsOf(t)
	ctx := as(t, auth.Privacy, "")
	all := []auth.Change{{Customer: "acme", Before: "1", After: "2"}, {Customer: "globex", After: "1"}}
	for _, record := range []func() error{
		func() error { return rows.ChangingAll(ctx, auth.PutSettings, nil) },
		func() error { return rows.ChangingAll(ctx, auth.PutSettings, all) },
		func() error { return rows.ChangedAll(ctx, auth.PutSettings, all) },
	} {
		if err := record(); err != nil {
			t.Fatal(err)
		}
	}
	if n := store.calls.Load(); n != 2 {
		t.Errorf("%d steps, want one before and one after", n)
	}
	entries, err := store.AuditEntries(ctx, auth.AuditQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []auth.Change
	for _, e := range entries {
		got = append(got, auth.Change{Customer: e.Customer, Before: e.Before, After: e.After})
	}
	want := []auth.Change{{Customer: "acme", Before: "1"}, {Customer: "globex"}, all[0], all[1]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatCanBeNoCustomerIsNeitherRecordedNorLookedUp(t *testing.T) {
	rows, reg, store, _ := rowsOf(t)
	for _, id := range []string{"", "*", "ACME", "a\nb", strings.Repeat("a", 65)} {
		if _, ok, err := auth.Find(as(t, auth.Privacy, ""), rows, id, reg.find); ok || err != nil {
			t.Errorf("%q: %v, %v", id, ok, err)
		}
	}
	if store.calls.Load() != 0 || reg.lookUps != 0 {
		t.Errorf("%d calls of the store and %d look-ups", store.calls.Load(), reg.lookUps)
	}
}

func TestAReadThatCannotBeRecordedDoesNotHappen(t *testing.T) {
	rows, reg, store, _ := rowsOf(t)
	broken := errors.New("out of order")
	store.broken.Store(&broken)
	ctx := as(t, auth.Privacy, "")
	name, ok, err := auth.Find(ctx, rows, "acme", reg.find)
	if !errors.Is(err, broken) || ok || name != "" || reg.lookUps != 0 {
		t.Errorf("found %q, %v, %v after %d look-ups", name, ok, err, reg.lookUps)
	}
	if err := rows.All(ctx, auth.SweepCustomers); !errors.Is(err, broken) {
		t.Errorf("all: %v", err)
	}
	if _, err := rows.Audit(ctx, auth.AuditQuery{Limit: 1}); !errors.Is(err, broken) {
		t.Errorf("audit: %v", err)
	}
	if _, ok, err := auth.Find(as(t, auth.Customer, "acme"), rows, "acme", reg.find); err != nil || !ok {
		t.Errorf("a customer reading its own: %v, %v", ok, err)
	}
}

func TestOnlyThoseWhoMayAskAboutAllDo(t *testing.T) {
	rows, reg, store, _ := rowsOf(t)
	for name, c := range map[string]struct {
		ctx        context.Context
		all, audit error
	}{
		"nobody":     {t.Context(), auth.ErrNoCredentials, auth.ErrNoCredentials},
		"a customer": {as(t, auth.Customer, "acme"), auth.ErrForbidden, auth.ErrForbidden},
		"a machine":  {as(t, auth.Ingest, ""), auth.ErrForbidden, auth.ErrForbidden},
		"no role":    {as(t, auth.NoRole, ""), auth.ErrForbidden, auth.ErrForbidden},
	} {
		if err := rows.All(c.ctx, auth.ListCustomers); !errors.Is(err, c.all) {
			t.Errorf("%s, all customers: %v", name, err)
		}
		if _, err := rows.Audit(c.ctx, auth.AuditQuery{Limit: 1}); !errors.Is(err, c.audit) {
			t.Errorf("%s, audit log: %v", name, err)
		}
		if name == "a customer" {
			continue
		}
		if _, ok, err := auth.Find(c.ctx, rows, "acme", reg.find); ok || err != nil {
			t.Errorf("%s finds a customer: %v, %v", name, ok, err)
		}
	}
	if store.calls.Load() != 0 || reg.lookUps != 0 {
		t.Errorf("%d calls of the store and %d look-ups", store.calls.Load(), reg.lookUps)
	}
}
