package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"domicile/internal/atlas"
)

const (
	selectVersions = `SELECT number, valid_from, recorded_at, actor, settings
		FROM versions WHERE customer = ? ORDER BY number`
	selectCustomers = `SELECT customer, max(number)
		FROM versions WHERE customer > ? GROUP BY customer ORDER BY customer LIMIT ?`
	selectChanges = `SELECT seq, customer, number
		FROM versions WHERE seq > ? ORDER BY seq LIMIT ?`
	selectPosition = `SELECT coalesce(max(seq), 0) FROM versions`
	// Of customer ?1 to the last of the page, each read once in the order of its
	// index.
	selectPage = `SELECT customer, number, valid_from, recorded_at, actor, settings FROM versions
		WHERE customer > ?1 AND customer <= (SELECT max(customer) FROM
			(SELECT DISTINCT customer FROM versions WHERE customer > ?1 ORDER BY customer LIMIT ?2))
		ORDER BY customer, number`
)

// Versions returns every version of a customer, ascending by Number; empty when
// there is none.
func (s *Store) Versions(ctx context.Context, customer string) ([]atlas.Version, error) {
	var versions []atlas.Version
	err := s.patiently(ctx, fmt.Sprintf("read the versions of %q", customer), func(ctx context.Context) (err error) {
		versions, err = collect(ctx, s.stmts.versions, func(rows *sql.Rows) (atlas.Version, error) {
			return scanVersion(rows, customer)
		}, customer)
		return err
	})
	return versions, err
}

func scanVersion(rows *sql.Rows, customer string) (atlas.Version, error) {
	v := atlas.Version{Customer: customer}
	var day string
	var at int64
	if err := rows.Scan(&v.Number, &day, &at, &v.Actor, &v.Settings); err != nil {
		return v, err
	}
	from, err := parseDay(day)
	if err != nil {
		return v, fmt.Errorf("version %d: valid from: %w", v.Number, err)
	}
	v.ValidFrom = from
	v.RecordedAt = time.UnixMicro(at).UTC()
	return v, nil
}

// Customers returns up to limit customers whose id is greater than after, byte
// by byte, ascending by id. A limit below one returns none.
func (s *Store) Customers(ctx context.Context, after string, limit int) ([]atlas.CustomerRef, error) {
	var refs []atlas.CustomerRef
	err := s.patiently(ctx, "list customers", func(ctx context.Context) (err error) {
		refs, err = collect(ctx, s.stmts.customers, func(rows *sql.Rows) (r atlas.CustomerRef, err error) {
			return r, rows.Scan(&r.Customer, &r.Version)
		}, after, max(0, limit))
		return err
	})
	return refs, err
}

// Changes returns up to limit changes with Seq greater than after, ascending. A
// limit below one returns none. Writes of all processes take their Seq while
// they hold the one write lock, so that a change never appears behind one that
// was already read.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]atlas.Change, error) {
	var changes []atlas.Change
	err := s.patiently(ctx, "read changes", func(ctx context.Context) (err error) {
		changes, err = s.readChanges(ctx, after, limit)
		return err
	})
	return changes, err
}

func (s *Store) readChanges(ctx context.Context, after int64, limit int) ([]atlas.Change, error) {
	return collect(ctx, s.stmts.changes, func(rows *sql.Rows) (c atlas.Change, err error) {
		return c, rows.Scan(&c.Seq, &c.Customer, &c.Version)
	}, after, max(0, limit))
}

var _ atlas.BulkReader = (*Store)(nil)

// Position returns the Seq of the last change.
func (s *Store) Position(ctx context.Context) (seq int64, err error) {
	err = s.patiently(ctx, "read the position", func(ctx context.Context) error {
		return s.readers.QueryRowContext(ctx, selectPosition).Scan(&seq)
	})
	return seq, err
}

// VersionsAfter returns every version of up to limit customers whose id is
// greater than after.
func (s *Store) VersionsAfter(ctx context.Context, after string, limit int) ([]atlas.Version, error) {
	var versions []atlas.Version
	err := s.patiently(ctx, "read customers", func(ctx context.Context) (err error) {
		versions, err = collect(ctx, s.stmts.page, func(rows *sql.Rows) (v atlas.Version, err error) {
			var day string
			var at int64
			if err := rows.Scan(&v.Customer, &v.Number, &day, &at, &v.Actor, &v.Settings); err != nil {
				return v, err
			}
			if v.ValidFrom, err = parseDay(day); err != nil {
				return v, fmt.Errorf("customer %q, version %d: valid from: %w", v.Customer, v.Number, err)
			}
			v.RecordedAt = time.UnixMicro(at).UTC()
			return v, nil
		}, after, max(0, limit))
		return err
	})
	return versions, err
}

// collect runs a statement and scans each of its rows.
func collect[T any](ctx context.Context, stmt *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		return nil, err // never a part that looks like the whole
	}
	return all, nil
}
