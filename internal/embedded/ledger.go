package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/ledger"
)

// createLedger makes the ledger. at counts microseconds since 1970-01-01 UTC. Its
// entries are neither changed nor removed, and the triggers refuse it to others.
const createLedger = `CREATE TABLE ledger (
		seq      INTEGER PRIMARY KEY AUTOINCREMENT,
		id       TEXT    NOT NULL UNIQUE CHECK (id <> ''),
		at       INTEGER NOT NULL,
		actor    TEXT    NOT NULL,
		customer TEXT    NOT NULL CHECK (customer <> ''),
		claim    TEXT    NOT NULL,
		kind     TEXT    NOT NULL,
		body     BLOB    NOT NULL
	) STRICT;
	CREATE INDEX ledger_by_customer ON ledger (customer, seq);
	CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
		BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
	CREATE TRIGGER ledger_is_not_removed BEFORE DELETE ON ledger
		BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`

const (
	insertLedger = `INSERT INTO ledger (id, at, actor, customer, claim, kind, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	selectLedger = `SELECT seq, id, at, actor, customer, claim, kind, body FROM ledger`
)

var (
	_ atlas.LedgerStore = (*Store)(nil)
	_ atlas.SeenStore   = (*Store)(nil)
)

// AppendLedger appends entries in one transaction. See [atlas.LedgerStore].
func (s *Store) AppendLedger(ctx context.Context, entries ...ledger.Entry) ([]ledger.Entry, error) {
	doing := "append to the ledger"
	for i := range entries {
		if err := entries[i].Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
	}
	if len(entries) == 0 {
		return nil, nil
	}
	kept := make([]ledger.Entry, len(entries))
	err := s.transact(ctx, doing, func(tx *sql.Tx) error {
		for i := range entries {
			e := &entries[i]
			body := e.Body
			if body == nil {
				body = []byte{}
			}
			if _, err := tx.ExecContext(ctx, insertLedger, e.ID, e.At.UnixMicro(), e.Actor, e.Customer, e.Claim, e.Kind.String(), body); err != nil {
				return err
			}
			rows, err := tx.QueryContext(ctx, selectLedger+" WHERE id = ?", e.ID)
			if err != nil {
				return err
			}
			all, err := scanAll(rows, scanLedger)
			if err != nil || len(all) != 1 {
				return errors.Join(err, fmt.Errorf("entry %.40q is %d times in the ledger", e.ID, len(all)))
			}
			kept[i] = all[0]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

func scanLedger(rows *sql.Rows) (e ledger.Entry, err error) {
	var at int64
	var kind string
	if err = rows.Scan(&e.Seq, &e.ID, &at, &e.Actor, &e.Customer, &e.Claim, &kind, &e.Body); err != nil {
		return e, err
	}
	if len(e.Body) == 0 {
		e.Body = nil
	}
	e.At = time.UnixMicro(at).UTC()
	e.Kind, err = ledger.ParseKind(kind)
	return e, err
}

// Ledger returns entries in their order. See [atlas.LedgerStore].
func (s *Store) Ledger(ctx context.Context, customer string, after int64, limit int) ([]ledger.Entry, error) {
	if limit < 1 {
		return nil, nil
	}
	where, args := " WHERE seq > ? ORDER BY seq LIMIT ?", []any{after, limit}
	if customer != "" {
		where, args = " WHERE customer = ? AND seq > ? ORDER BY seq LIMIT ?", []any{customer, after, limit}
	}
	return readAll(ctx, s, "read the ledger", scanLedger, selectLedger+where, args...)
}

// SeenCustomers returns whom any log covers in a window. See [atlas.SeenStore].
func (s *Store) SeenCustomers(ctx context.Context, from, to time.Time) ([]string, error) {
	first, end := hours(from, to)
	return readAll(ctx, s, "read whom logs cover", func(rows *sql.Rows) (c string, err error) { return c, rows.Scan(&c) },
		`SELECT DISTINCT customer FROM evidence_covered WHERE hour >= ? AND hour < ? ORDER BY customer`, first, end)
}
