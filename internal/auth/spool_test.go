package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/embedded"
)

var errAway = errors.New("away")

// leaving is a real audit log that can be away.
type leaving struct {
	auth.AuditLog
	mu  sync.Mutex
	err error
}

func (l *leaving) set(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

func (l *leaving) AppendAudit(ctx context.Context, entries ...auth.Entry) ([]auth.Entry, error) {
	l.mu.Lock()
	err := l.err
	l.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return l.AuditLog.AppendAudit(ctx, entries...)
}

func spool(t *testing.T) (*auth.Spool, *leaving, *bytes.Buffer) {
	t.Helper()
	store, err := embedded.Open(t.Context(), t.TempDir(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	l, out := &leaving{AuditLog: store}, new(bytes.Buffer)
	away := func(err error) bool { return errors.Is(err, errAway) }
	return auth.NewSpool(l, away, slog.New(slog.NewTextHandler(out, nil))), l, out
}

func did(a auth.Action) auth.Entry {
	return auth.Entry{At: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Subject: "token:board:x", Role: auth.Privacy, Action: a, Customer: "acme"}
}

func TestReadsAreKeptWhileTheAuditLogIsAwayAndChangesAreRefused(t *testing.T) {
	s, l, out := spool(t)
	if _, err := s.AppendAudit(t.Context(), did(auth.ReadCustomer)); err != nil {
		t.Fatal(err)
	}
	l.set(errAway)
	for range 3 {
		if _, err := s.AppendAudit(t.Context(), did(auth.ReadCustomer)); err != nil {
			t.Fatal(err)
		}
	}
	for _, mixed := range [][]auth.Entry{{did(auth.PutSettings)}, {did(auth.ReadCustomer), did(auth.RegisterClaim)}} {
		if _, err := s.AppendAudit(t.Context(), mixed...); !errors.Is(err, errAway) {
			t.Errorf("a change: %v", err)
		}
	}
	if _, err := s.AppendAudit(t.Context(), auth.Entry{Action: auth.ReadCustomer}); err == nil {
		t.Error("an entry that is not valid is kept")
	}
	if n := strings.Count(out.String(), "action=READ_CUSTOMER customer=acme"); n != 3 {
		t.Errorf("the server's log has %d of 3:\n%s", n, out)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	l.set(nil)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(10 * time.Second); ; {
		if head, err := auth.VerifyAudit(t.Context(), l); err != nil || head.Seq == 4 {
			if err != nil {
				t.Error(err)
			}
			break
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("what was kept does not come")
		}
	}
	stop()
	<-done
	sealed, err := s.AppendAudit(t.Context(), did(auth.ReadCustomer))
	if err != nil || sealed[0].Seq != 5 {
		t.Errorf("afterwards: %+v, %v", sealed, err)
	}
}

func TestAnErrorThatDoesNotPassKeepsNoRead(t *testing.T) {
	s, l, _ := spool(t)
	l.set(errors.New("broken"))
	if _, err := s.AppendAudit(t.Context(), did(auth.ReadCustomer)); err == nil {
		t.Error("a read that cannot be recorded happened")
	}
}

func TestASpoolIsBounded(t *testing.T) {
	s, l, _ := spool(t)
	l.set(errAway)
	many := make([]auth.Entry, 1000)
	for i := range many {
		many[i] = did(auth.ReadCustomer)
	}
	for range 100 {
		if _, err := s.AppendAudit(t.Context(), many...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.AppendAudit(t.Context(), many[0]); !errors.Is(err, auth.ErrSpoolFull) {
		t.Errorf("one more: %v", err)
	}
}
