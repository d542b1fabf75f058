package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/api"
	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/embedded"
	"domicile/internal/gql"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

var update = flag.Bool("update", false, "rewrite the golden responses of testdata")

type codec struct{}

func (codec) Encode(s *residency.Settings) ([]byte, error) { return settings.Encode(s) }
func (codec) Decode(b []byte) (*residency.Settings, error) { return settings.Decode(b) }

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock(at time.Time) *clock { return &clock{now: at} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// server is the API over a fictional network and a store in a directory of the
// test.
type server struct {
	*gql.Schema
	service *atlas.Service
	keeper  *atlas.Keeper   // of shipped ones
	seen    *embedded.Store // of shipped ones: what was observed
	clock   *clock
	audit   *auditLog
	viewer  auth.Viewer // who asks
}

// as is the server as somebody else sees it.
func (s *server) as(v auth.Viewer) *server {
	out := *s
	out.viewer = v
	return &out
}

// somebody is a viewer of a role, named after it.
func somebody(role auth.Role, customer string) auth.Viewer {
	return auth.Viewer{Subject: "user:" + strings.ToLower(role.String()), Role: role, Customer: customer}
}

// auditLog is the embedded store's log, with how often it was called and, while
// broken is set, an error for every call.
type auditLog struct {
	auth.AuditLog
	calls  atomic.Int32
	broken atomic.Pointer[error]
}

func (l *auditLog) AppendAudit(ctx context.Context, entries ...auth.Entry) ([]auth.Entry, error) {
	l.calls.Add(1)
	if err := l.broken.Load(); err != nil {
		return nil, *err
	}
	return l.AuditLog.AppendAudit(ctx, entries...)
}

func start(t testing.TB, change ...func(*api.Config)) *server {
	t.Helper()
	return over(t, openStore(t), change...)
}

func openStore(t testing.TB) *embedded.Store {
	t.Helper()
	store, err := embedded.Open(context.Background(), t.TempDir(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func over(t testing.TB, store atlas.Store, change ...func(*api.Config)) *server {
	t.Helper()
	log, ok := store.(auth.AuditLog)
	if !ok {
		log = openStore(t)
	}
	s := &server{clock: newClock(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)), audit: &auditLog{AuditLog: log}, viewer: auth.Local()}
	var err error
	if s.service, err = atlas.New(context.Background(), reference(t), store, codec{}, s.clock.read); err != nil {
		t.Fatal(err)
	}
	config := api.Config{Service: s.service, Locator: atlasOfAddresses{}, Rows: auth.NewRows(s.audit, s.clock.read, nil)}
	for _, fn := range change {
		fn(&config)
	}
	if s.Schema, err = api.New(config); err != nil {
		t.Fatal(err)
	}
	return s
}

// ask runs an operation with variables as JSON has them; the response as it
// goes out.
func (s *server) ask(query string, variables map[string]any) string {
	var sent map[string]any
	if text, err := json.Marshal(variables); err != nil || json.Unmarshal(text, &sent) != nil {
		return "variables are no JSON"
	}
	r := s.Execute(auth.WithViewer(context.Background(), s.viewer), gql.Request{Query: query, Variables: sent})
	defer r.Release()
	return string(r.JSON())
}

// data runs an operation that must not fail and decodes its data.
func data[T any](t testing.TB, s *server, query string, variables map[string]any) T {
	t.Helper()
	var out struct {
		Data   T
		Errors []struct{ Message string }
	}
	text := s.ask(query, variables)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if len(out.Errors) > 0 {
		t.Fatalf("errors: %s", text)
	}
	return out.Data
}

// put records settings by the mutation.
func (s *server) put(t testing.TB, document string) {
	t.Helper()
	const query = `mutation($in: PutSettingsInput!) { putSettings(input: $in) { userErrors { message } customer { key } } }`
	type payload struct {
		PutSettings struct {
			UserErrors []struct{ Message string }
			Customer   struct{ Key string }
		}
	}
	got := data[payload](t, s, query, map[string]any{"in": map[string]any{"document": document}})
	if len(got.PutSettings.UserErrors) > 0 || got.PutSettings.Customer.Key == "" {
		t.Fatalf("put: %+v", got)
	}
}

// golden compares a response with its file, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(got), "", "  "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	if *update {
		if err := os.WriteFile(path, indented.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), indented.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
