package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"domicile/internal/auth"
)

// createAudit makes the audit log. No statement of this package changes or
// removes an entry, and the triggers refuse those of others; a REPLACE would
// remove without asking them, so an entry must also be the next. at counts
// microseconds since 1970-01-01 UTC.
const createAudit = `CREATE TABLE audit (
		seq             INTEGER PRIMARY KEY,
		at              INTEGER NOT NULL,
		subject         TEXT    NOT NULL CHECK (subject <> ''),
		role            TEXT    NOT NULL,
		action          TEXT    NOT NULL CHECK (action <> ''),
		customer        TEXT    NOT NULL,
		revision_before TEXT    NOT NULL,
		revision_after  TEXT    NOT NULL,
		request         TEXT    NOT NULL,
		hash            BLOB    NOT NULL CHECK (length(hash) = 32)
	) STRICT;
	CREATE INDEX audit_by_customer ON audit (customer, seq);
	CREATE INDEX audit_by_subject ON audit (subject, seq);
	CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
		BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
	CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
		BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
	CREATE TRIGGER audit_is_in_order BEFORE INSERT ON audit
		WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
		BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`

const (
	selectHead  = `SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`
	insertEntry = `INSERT INTO audit (seq, at, subject, role, action, customer, revision_before, revision_after, request, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	selectEntries = `SELECT seq, at, subject, role, action, customer, revision_before, revision_after, request, hash
		FROM audit WHERE seq > ?1 AND seq < ?2`
)

var _ auth.AuditLog = (*Store)(nil)

// AppendAudit appends entries to the audit log in one transaction and returns
// them once they are on disk. See [auth.AuditLog] for the contract.
func (s *Store) AppendAudit(ctx context.Context, entries ...auth.Entry) ([]auth.Entry, error) {
	var sealed []auth.Entry
	err := s.transact(ctx, fmt.Sprintf("append %d audit entries", len(entries)), func(tx *sql.Tx) (err error) {
		sealed, err = appendAudit(ctx, tx, entries...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return sealed, nil
}

// transact runs f in a transaction that writes, waiting for other processes.
func (s *Store) transact(ctx context.Context, doing string, f func(*sql.Tx) error) error {
	return s.patiently(ctx, doing, func(ctx context.Context) error {
		if err := s.inPlace(); err != nil {
			return err
		}
		tx, err := s.writer.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := f(tx); err != nil {
			return err
		}
		return tx.Commit()
	})
}

func appendAudit(ctx context.Context, tx *sql.Tx, entries ...auth.Entry) ([]auth.Entry, error) {
	head, err := scanHead(tx.QueryRowContext(ctx, selectHead))
	if err != nil {
		return nil, err
	}
	sealed := make([]auth.Entry, len(entries))
	for i, e := range entries {
		if err := e.Validate(); err != nil {
			return nil, err
		}
		e = e.Sealed(head)
		_, err := tx.ExecContext(ctx, insertEntry, e.Seq, e.At.UnixMicro(), e.Subject, e.Role.String(), e.Action.String(),
			e.Customer, e.Before, e.After, e.RequestID, e.Hash[:])
		if err != nil {
			return nil, err
		}
		sealed[i], head = e, auth.Head{Seq: e.Seq, Hash: e.Hash}
	}
	return sealed, nil
}

func scanHead(row *sql.Row) (head auth.Head, err error) {
	var hash []byte
	err = row.Scan(&head.Seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Head{}, nil
	}
	copy(head.Hash[:], hash)
	return head, err
}

// AuditEntries returns the entries that a query asks for. A limit below one
// returns none.
func (s *Store) AuditEntries(ctx context.Context, q auth.AuditQuery) ([]auth.Entry, error) {
	text, args := entriesQuery(q)
	var entries []auth.Entry
	err := s.patiently(ctx, "read the audit log", func(ctx context.Context) error {
		rows, err := s.readers.QueryContext(ctx, text, args...)
		if err != nil {
			return err
		}
		entries, err = scanAll(rows, scanEntry)
		return err
	})
	return entries, err
}

func entriesQuery(q auth.AuditQuery) (text string, args []any) {
	const never = int64(1)<<62 - 1
	if q.Before == 0 {
		q.Before = never
	}
	text, args = selectEntries, []any{q.After, q.Before, q.Customer, q.Subject, max(0, q.Limit)}
	if q.Customer != "" {
		text += " AND customer = ?3"
	}
	if q.Subject != "" {
		text += " AND subject = ?4"
	}
	if text += " ORDER BY seq"; q.NewestFirst {
		text += " DESC"
	}
	return text + " LIMIT ?5", args
}

// scanAll scans every row and closes them.
func scanAll[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

func scanEntry(rows *sql.Rows) (e auth.Entry, err error) {
	var at int64
	var role, action string
	var hash []byte
	err = rows.Scan(&e.Seq, &at, &e.Subject, &role, &action, &e.Customer, &e.Before, &e.After, &e.RequestID, &hash)
	if err != nil {
		return e, err
	}
	e.At = time.UnixMicro(at).UTC()
	copy(e.Hash[:], hash)
	if role != "" {
		if e.Role, err = auth.ParseRole(role); err != nil {
			return e, fmt.Errorf("audit entry %d: %w", e.Seq, err)
		}
	}
	if e.Action, err = auth.ParseAction(action); err != nil {
		return e, fmt.Errorf("audit entry %d: %w", e.Seq, err)
	}
	return e, nil
}

// AuditHead returns the number and hash of the last entry; zeros where there is
// none.
func (s *Store) AuditHead(ctx context.Context) (head auth.Head, err error) {
	err = s.patiently(ctx, "read the head of the audit log", func(ctx context.Context) (err error) {
		head, err = scanHead(s.readers.QueryRowContext(ctx, selectHead))
		return err
	})
	return head, err
}
