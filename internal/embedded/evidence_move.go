package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

const (
	selectDays = `SELECT DISTINCT hour / 24 FROM (
		SELECT c.hour FROM evidence_scopes s JOIN evidence_counts c ON c.scope = s.id WHERE s.customer = ?1
		UNION SELECT t.hour FROM evidence_scopes s JOIN evidence_transfers t ON t.scope = s.id WHERE s.customer = ?1
		UNION SELECT hour FROM evidence_covered WHERE customer = ?1) ORDER BY 1`
	selectDayCounts = `SELECT c.hour, s.kind, s.name, c.category, c.activity, c.site, c.kinds, c.country, c.cell, c.count, c.first, c.last
		FROM evidence_scopes s JOIN evidence_counts c ON c.scope = s.id WHERE s.customer = ? AND c.hour >= ? AND c.hour < ?`
	selectDayTransfers = `SELECT t.hour, s.kind, s.name, t.country, t.count, t.first, t.last
		FROM evidence_scopes s JOIN evidence_transfers t ON t.scope = s.id WHERE s.customer = ? AND t.hour >= ? AND t.hour < ?`
	deleteDayCounts = `DELETE FROM evidence_counts WHERE hour >= ?2 AND hour < ?3
		AND scope IN (SELECT id FROM evidence_scopes WHERE customer = ?1)`
	deleteDayTransfers = `DELETE FROM evidence_transfers WHERE hour >= ?2 AND hour < ?3
		AND scope IN (SELECT id FROM evidence_scopes WHERE customer = ?1)`
	deleteDayMinutes = `DELETE FROM evidence_covered WHERE customer = ?1 AND hour >= ?2 AND hour < ?3`
	restoreFile      = `INSERT INTO evidence_files (digest, attribution, name, dataset, size, followed, recorded_to, complete, damaged, recorded_at, lines,
		accepted, duplicate, unknown_host, malformed, no_site, too_long, unknown_site, unlisted, unlocated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (digest) DO UPDATE SET attribution = excluded.attribution, name = excluded.name, dataset = excluded.dataset, size = excluded.size,
		followed = excluded.followed, recorded_to = excluded.recorded_to, complete = excluded.complete, damaged = excluded.damaged,
		recorded_at = excluded.recorded_at, lines = excluded.lines, accepted = excluded.accepted, duplicate = excluded.duplicate,
		unknown_host = excluded.unknown_host, malformed = excluded.malformed, no_site = excluded.no_site, too_long = excluded.too_long,
		unknown_site = excluded.unknown_site, unlisted = excluded.unlisted, unlocated = excluded.unlocated`
)

var _ atlas.EvidenceMover = (*Store)(nil)

// SettleEvidence does nothing: a range is recorded by one transaction.
func (s *Store) SettleEvidence(ctx context.Context) error { return ctx.Err() }

// EvidenceDays returns the days of which anything is kept of a customer.
func (s *Store) EvidenceDays(ctx context.Context, customer string) ([]footprint.Date, error) {
	return readAll(ctx, s, "read days of observations", func(rows *sql.Rows) (footprint.Date, error) {
		var day int64
		err := rows.Scan(&day)
		return footprint.DateOf(time.Unix(day*86400, 0)), err
	}, selectDays, customer)
}

// hoursOf are the hours of a day: from the first to before the end.
func hoursOf(day footprint.Date) (first, end int64) {
	first = day.Time().Unix() / 3600
	return first, first + 24
}

// EvidenceDay returns what is kept of a customer's day. See [atlas.EvidenceMover].
func (s *Store) EvidenceDay(ctx context.Context, customer string, day footprint.Date) (d atlas.EvidenceDay, err error) {
	const doing = "read a day of observations"
	d = atlas.EvidenceDay{Customer: customer, Day: day}
	first, end := hoursOf(day)
	if d.Observations, err = readAll(ctx, s, doing, scanHourly, selectDayCounts, customer, first, end); err != nil {
		return d, err
	}
	d.Transfers, err = readAll(ctx, s, doing, func(rows *sql.Rows) (t evidence.Transfer, err error) {
		var hour, count, begun, ended int64
		var kind int
		err = rows.Scan(&hour, &kind, &t.Scope.Name, &t.Country, &count, &begun, &ended)
		t.Hour, t.Scope.Kind, t.Count = time.Unix(hour*3600, 0).UTC(), residency.ScopeKind(kind), uint64(count)
		t.First, t.Last = time.Unix(0, begun).UTC(), time.Unix(0, ended).UTC()
		return t, err
	}, selectDayTransfers, customer, first, end)
	if err != nil {
		return d, err
	}
	if d.Seen, err = s.Coverage(ctx, customer, day.Time(), day.Time().AddDate(0, 0, 1)); err != nil {
		return d, err
	}
	d.Sort()
	return d, nil
}

func scanHourly(rows *sql.Rows) (o evidence.Observation, err error) {
	var kind, category, activity, kinds int
	var hour, cell, count, begun, ended int64
	err = rows.Scan(&hour, &kind, &o.Scope.Name, &category, &activity, &o.Site, &kinds, &o.Country, &cell, &count, &begun, &ended)
	o.Scope.Kind, o.Category, o.Activity = residency.ScopeKind(kind), residency.DataCategory(category), residency.Activity(activity)
	o.Kinds, o.Count, o.Cell, o.Hour = evidence.Kinds(kinds), uint64(count), uint64(cell), time.Unix(hour*3600, 0).UTC()
	o.First, o.Last = time.Unix(0, begun).UTC(), time.Unix(0, ended).UTC()
	return o, err
}

// RestoreDay makes a customer's day be what is given, in one transaction. See
// [atlas.EvidenceMover].
func (s *Store) RestoreDay(ctx context.Context, d atlas.EvidenceDay) error {
	doing := "restore a day of observations"
	if err := d.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	first, end := hoursOf(d.Day)
	return s.transact(ctx, doing, func(tx *sql.Tx) error {
		for _, remove := range []string{deleteDayCounts, deleteDayTransfers, deleteDayMinutes} {
			if _, err := tx.ExecContext(ctx, remove, d.Customer, first, end); err != nil {
				return err
			}
		}
		rows := make([]evidence.Row, len(d.Observations))
		for i, o := range d.Observations {
			rows[i] = evidence.Row{Customer: d.Customer, Observation: o}
		}
		if err := addCounts(ctx, tx, rows); err != nil {
			return err
		}
		transfers := make([]evidence.TransferRow, len(d.Transfers))
		for i, t := range d.Transfers {
			transfers[i] = evidence.TransferRow{Customer: d.Customer, Transfer: t}
		}
		if err := addTransfers(ctx, tx, transfers); err != nil {
			return err
		}
		seen := make([]evidence.CustomerSeen, len(d.Seen))
		for i, x := range d.Seen {
			seen[i] = evidence.CustomerSeen{Customer: d.Customer, Seen: x}
		}
		if _, err := tx.ExecContext(ctx, moveMark); err != nil {
			return err
		}
		return addSeen(ctx, tx, seen)
	})
}

// EvidenceFiles returns every file. See [atlas.EvidenceMover].
func (s *Store) EvidenceFiles(ctx context.Context) ([]atlas.EvidenceFile, error) {
	const doing = "list log files"
	files, err := s.files(ctx, doing, selectFile+" ORDER BY recorded_at, id")
	if err != nil {
		return nil, err
	}
	followed, err := readAll(ctx, s, doing, func(rows *sql.Rows) (d evidence.Digest, err error) {
		var b []byte
		err = rows.Scan(&b)
		copy(d[:], b)
		return d, err
	}, `SELECT digest FROM evidence_files WHERE followed`)
	if err != nil {
		return nil, err
	}
	is := map[evidence.Digest]bool{}
	for _, d := range followed {
		is[d] = true
	}
	all := make([]atlas.EvidenceFile, len(files))
	for i, f := range files {
		all[i] = atlas.EvidenceFile{File: f, Followed: is[f.Digest]}
	}
	return all, nil
}

// RestoreFile makes a file be what is given, in one transaction.
func (s *Store) RestoreFile(ctx context.Context, f atlas.EvidenceFile) error {
	return s.transact(ctx, "restore a log file", func(tx *sql.Tx) error {
		c := &f.Counts
		_, err := tx.ExecContext(ctx, restoreFile, f.Digest[:], f.Attribution[:], f.Name, f.Dataset, f.Size, f.Followed, f.To, f.Complete, f.Damaged,
			f.Recorded.UnixMicro(), c.Lines, c.Accepted, c.Duplicate, c.UnknownHost, c.Malformed, c.NoSite, c.TooLong, c.UnknownSite,
			c.Unlisted, c.Unlocated)
		if err != nil {
			return err
		}
		var id int64
		if err := tx.QueryRowContext(ctx, `SELECT id FROM evidence_files WHERE digest = ?`, f.Digest[:]).Scan(&id); err != nil {
			return err
		}
		return addRoots(ctx, tx, id, f.Counted)
	})
}
