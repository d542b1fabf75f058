package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
)

// createReports makes the table of frozen reports. created counts microseconds since
// 1970-01-01 UTC; expires is YYYY-MM-DD.
const createReports = `CREATE TABLE reports (
		id       TEXT    PRIMARY KEY,
		digest   TEXT    NOT NULL CHECK (length(digest) = 64),
		customer TEXT    NOT NULL CHECK (customer <> ''),
		claim    TEXT    NOT NULL,
		verdict  TEXT    NOT NULL,
		actor    TEXT    NOT NULL,
		role     TEXT    NOT NULL,
		created  INTEGER NOT NULL,
		expires  TEXT    NOT NULL,
		body     BLOB    NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX reports_by_customer ON reports (customer, created);
	CREATE TRIGGER reports_are_not_changed BEFORE UPDATE ON reports
		BEGIN SELECT RAISE(ABORT, 'a report never changes'); END`

const selectReport = `SELECT id, digest, customer, claim, verdict, actor, role, created, expires, `

var _ atlas.ReportStore = (*Store)(nil)

// PutReport keeps a report. See [atlas.ReportStore].
func (s *Store) PutReport(ctx context.Context, r atlas.Report) error {
	doing := "keep a report"
	if err := r.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return s.transact(ctx, doing, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO reports (id, digest, customer, claim, verdict, actor, role, created, expires, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			r.ID, r.Digest, r.Customer, r.Claim, r.Verdict, r.Actor, r.Role, r.Created.UnixMicro(), r.Expires.String(), r.Body)
		return err
	})
}

func scanReport(rows *sql.Rows) (r atlas.Report, err error) {
	var created int64
	var expires string
	if err = rows.Scan(&r.ID, &r.Digest, &r.Customer, &r.Claim, &r.Verdict, &r.Actor, &r.Role, &created, &expires, &r.Body); err != nil {
		return r, err
	}
	r.Created = time.UnixMicro(created).UTC()
	r.Expires, err = footprint.ParseDate(expires)
	return r, err
}

// Report returns a report. See [atlas.ReportStore].
func (s *Store) Report(ctx context.Context, id string) (atlas.Report, bool, error) {
	all, err := readAll(ctx, s, "read a report", scanReport, selectReport+"body FROM reports WHERE id = ?", id)
	if err != nil || len(all) == 0 {
		return atlas.Report{}, false, err
	}
	return all[0], true, nil
}

// Reports returns reports of a customer. See [atlas.ReportStore].
func (s *Store) Reports(ctx context.Context, customer string, limit int) ([]atlas.Report, error) {
	return readAll(ctx, s, "list reports", scanReport,
		selectReport+"NULL FROM reports WHERE customer = ? ORDER BY created DESC, id LIMIT ?", customer, max(0, limit))
}
