package embedded_test

import (
	"strings"
	"testing"
	"time"

	"domicile/internal/auth"
	"domicile/internal/embedded"
	"domicile/internal/storetest"
)

func TestEmbeddedTokenStoreKeepsTheContract(t *testing.T) {
	storetest.RunTokens(t, func(t *testing.T) storetest.TokenStore { return open(t, t.TempDir()) })
}

func TestTheDatabaseRefusesToChangeATokensRights(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	noon := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	one := auth.Token{ID: "v", Name: "a", Role: auth.Ingest, Created: noon, Expires: noon.AddDate(1, 0, 0)}
	if err := s.AddToken(t.Context(), one, func([]auth.Token) error { return nil }, auditEntry("acme")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.RevokeToken(t.Context(), "v", noon, auditEntry("acme")); err != nil {
		t.Fatal(err)
	}
	db := raw(t, dir)
	for statement, want := range map[string]string{
		`UPDATE tokens SET role = 'PRIVACY'`:   "do not change",
		`UPDATE tokens SET customer = 'x'`:     "do not change",
		`UPDATE tokens SET expires = 1 << 60`:  "do not change",
		`UPDATE tokens SET mac = zeroblob(32)`: "do not change",
		`UPDATE tokens SET revoked = NULL`:     "stays revoked",
		`DELETE FROM tokens`:                   "not removed",
	} {
		if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error = %v, want one that says %q", statement, err, want)
		}
	}
}

func TestATokenOfAnUnknownKindIsAnError(t *testing.T) {
	for column, value := range map[string]string{"role": "ADMIN", "grants": "everything", "last_used": "yesterday"} {
		dir := t.TempDir()
		s := open(t, dir)
		_, err := raw(t, dir).Exec(`INSERT INTO tokens (id, name, role, customer, grants, created, expires, last_used, mac)
			VALUES ('v', 'a', iif(?1 = 'role', ?2, 'INGEST'), '', iif(?1 = 'grants', ?2, ''), 0, 1,
				iif(?1 = 'last_used', ?2, ''), zeroblob(32))`, column, value)
		if err != nil {
			t.Fatal(err)
		}
		if got, found, err := s.Token(t.Context(), "v"); err == nil || found {
			t.Errorf("%s = %s: token = %+v, %v", column, value, got, err)
		}
	}
}

func BenchmarkTokenLookUp(b *testing.B) {
	s := open(b, b.TempDir())
	noon := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	one := auth.Token{ID: "v", Name: "a", Role: auth.Ingest, Created: noon, Expires: noon.AddDate(1, 0, 0)}
	if err := s.AddToken(b.Context(), one, func([]auth.Token) error { return nil }, auditEntry("acme")); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, found, err := s.Token(b.Context(), "v"); err != nil || !found {
			b.Fatal(found, err)
		}
	}
}

var _ storetest.TokenStore = (*embedded.Store)(nil)
