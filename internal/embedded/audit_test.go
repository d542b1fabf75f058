package embedded_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/embedded"
	"domicile/internal/storetest"
)

func TestEmbeddedAuditLogKeepsTheContract(t *testing.T) {
	storetest.RunAudit(t, func(t *testing.T) auth.AuditLog { return open(t, t.TempDir()) })
}

func auditEntry(customer string) auth.Entry {
	return auth.Entry{
		At: time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC), Subject: "user:1", Role: auth.Privacy,
		Action: auth.ReadCustomer, Customer: customer,
	}
}

// audited returns the directory of a closed store with n audit entries.
func audited(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	s, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := s.AppendAudit(t.Context(), auditEntry(fmt.Sprint("customer-", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheDatabaseRefusesToChangeTheAuditLog(t *testing.T) {
	dir := audited(t, 3)
	db := raw(t, dir)
	const values = `(at, subject, role, action, customer, revision_before, revision_after, request, hash, seq)
		VALUES (0, 'x', '', 'READ_AUDIT', '', '', '', '', zeroblob(32), `
	for name, statement := range map[string]string{
		"update":             `UPDATE audit SET subject = 'x' WHERE seq = 2`,
		"update of nothing":  `UPDATE audit SET seq = seq WHERE seq = 2`,
		"delete":             `DELETE FROM audit WHERE seq = 3`,
		"delete all":         `DELETE FROM audit`,
		"replace":            `REPLACE INTO audit ` + values + `2)`,
		"insert or replace":  `INSERT OR REPLACE INTO audit ` + values + `3)`,
		"insert with a gap":  `INSERT INTO audit ` + values + `5)`,
		"insert at the past": `INSERT INTO audit ` + values + `-1)`,
		"upsert":             `INSERT INTO audit ` + values + `2) ON CONFLICT (seq) DO UPDATE SET subject = 'x'`,
	} {
		if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: error = %v, want one that says append-only", name, err)
		}
	}
	if head, err := auth.VerifyAudit(t.Context(), open(t, dir)); err != nil || head.Seq != 3 {
		t.Errorf("head = %d, %v", head.Seq, err)
	}
}

func TestTamperingWithTheAuditLogShows(t *testing.T) {
	const disarm = `DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_removed; DROP TRIGGER audit_is_in_order;`
	for name, statement := range map[string]string{
		"who":                `UPDATE audit SET subject = 'user:2' WHERE seq = 3`,
		"when":               `UPDATE audit SET at = at + 1 WHERE seq = 3`,
		"role":               `UPDATE audit SET role = 'SALES' WHERE seq = 3`,
		"what":               `UPDATE audit SET action = 'LIST_CUSTOMERS' WHERE seq = 3`,
		"whom":               `UPDATE audit SET customer = 'globex' WHERE seq = 3`,
		"between two fields": `UPDATE audit SET revision_before = 'x' WHERE seq = 3`,
		"hash":               `UPDATE audit SET hash = zeroblob(32) WHERE seq = 3`,
		"removed":            `DELETE FROM audit WHERE seq = 3`,
		"first removed":      `DELETE FROM audit WHERE seq = 1`,
		"last removed":       `DELETE FROM audit WHERE seq = 5`,
		"swapped":            `UPDATE audit SET seq = 30 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 30`,
		"closed up":          `DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := audited(t, 5)
			noted, err := open(t, dir).AuditHead(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw(t, dir).Exec(disarm + statement); err != nil {
				t.Fatal(err)
			}
			if _, err := auth.VerifyAudit(t.Context(), open(t, dir), noted); !errors.Is(err, auth.ErrTampered) {
				t.Errorf("error = %v, want ErrTampered", err)
			}
		})
	}
}

func TestAnEntryRewrittenWithAHashOfItsOwnShows(t *testing.T) {
	dir := audited(t, 5)
	s := open(t, dir)
	entries, err := s.AuditEntries(t.Context(), auth.AuditQuery{Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	forged := entries[2]
	forged.Subject = "user:2"
	forged = forged.Sealed(auth.Head{Seq: 2, Hash: entries[1].Hash})
	_, err = raw(t, dir).Exec(`DROP TRIGGER audit_is_not_changed; UPDATE audit SET subject = ?, hash = ? WHERE seq = 3`, forged.Subject, forged.Hash[:])
	if err != nil {
		t.Fatal(err)
	}
	if head, err := auth.VerifyAudit(t.Context(), s); !errors.Is(err, auth.ErrTampered) || head.Seq != 3 {
		t.Errorf("after entry %d: error = %v, want ErrTampered after 3", head.Seq, err)
	}
}

func TestSeveralStoresAppendToOneAuditLog(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir), open(t, dir)
	for range 5 {
		for _, s := range []*embedded.Store{a, b} {
			if _, err := s.AppendAudit(t.Context(), auditEntry("acme")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if head, err := auth.VerifyAudit(t.Context(), a); err != nil || head.Seq != 10 {
		t.Errorf("head = %d, %v", head.Seq, err)
	}
}

func BenchmarkAudit(b *testing.B) {
	s := open(b, b.TempDir())
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.AppendAudit(b.Context(), auditEntry("acme")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("newest 20 of a customer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.AuditEntries(b.Context(), auth.AuditQuery{Customer: "acme", NewestFirst: true, Limit: 20}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestAStoreOfAnOlderVersionGetsAnAuditLogAndKeepsTheRest(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	writes := []atlas.Write{{Customer: "acme", Expect: 0, Actor: "importer", Settings: []byte("{}")}}
	want, err := s.Append(t.Context(), time.Unix(0, 0), writes)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := raw(t, dir)
	for {
		var name string
		err := db.QueryRow(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'versions' ORDER BY rowid DESC`).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`DROP TABLE ` + name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec("PRAGMA user_version = 1"); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if _, err := s.AppendAudit(t.Context(), auditEntry("acme")); err != nil {
		t.Error(err)
	}
	if got, err := s.Versions(t.Context(), "acme"); err != nil || !cmp.Equal(want, got) {
		t.Errorf("versions = %v, %v; want %v", got, err, want)
	}
}
