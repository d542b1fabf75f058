package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// createEvidence makes the tables of what was observed. Hours count from 1970-01-01
// UTC, first and last are nanoseconds since then, minutes is a set of bits. No
// column can hold an address.
const createEvidence = `CREATE TABLE evidence_files (
		id           INTEGER PRIMARY KEY,
		digest       BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
		name         TEXT    NOT NULL,
		dataset      TEXT    NOT NULL,
		size         INTEGER NOT NULL,
		followed     INTEGER NOT NULL DEFAULT 0,
		recorded_to  INTEGER NOT NULL,
		complete     INTEGER NOT NULL,
		damaged      INTEGER NOT NULL,
		recorded_at  INTEGER NOT NULL,
		lines        INTEGER NOT NULL,
		accepted     INTEGER NOT NULL,
		duplicate    INTEGER NOT NULL,
		unknown_host INTEGER NOT NULL,
		malformed    INTEGER NOT NULL,
		no_site      INTEGER NOT NULL,
		too_long     INTEGER NOT NULL,
		unknown_site INTEGER NOT NULL,
		unlisted     INTEGER NOT NULL,
		unlocated    INTEGER NOT NULL
	) STRICT;
	CREATE INDEX evidence_files_by_time ON evidence_files (recorded_at, id);
	CREATE INDEX evidence_files_damaged ON evidence_files (id) WHERE damaged AND NOT followed;
	CREATE TABLE evidence_customers (
		file     INTEGER NOT NULL REFERENCES evidence_files,
		customer TEXT    NOT NULL,
		PRIMARY KEY (file, customer)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE evidence_scopes (
		id       INTEGER PRIMARY KEY,
		customer TEXT    NOT NULL CHECK (customer <> ''),
		kind     INTEGER NOT NULL,
		name     TEXT    NOT NULL,
		UNIQUE (customer, kind, name)
	) STRICT;
	CREATE TABLE evidence_counts (
		scope    INTEGER NOT NULL REFERENCES evidence_scopes,
		hour     INTEGER NOT NULL,
		category INTEGER NOT NULL,
		activity INTEGER NOT NULL,
		site     TEXT    NOT NULL,
		kinds    INTEGER NOT NULL,
		country  TEXT    NOT NULL,
		cell     INTEGER NOT NULL,
		count    INTEGER NOT NULL CHECK (count > 0),
		first    INTEGER NOT NULL,
		last     INTEGER NOT NULL,
		PRIMARY KEY (scope, hour, category, activity, site, kinds, country, cell)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE evidence_minutes (
		customer TEXT    NOT NULL,
		hour     INTEGER NOT NULL,
		minutes  INTEGER NOT NULL,
		PRIMARY KEY (customer, hour)
	) STRICT, WITHOUT ROWID`

// createRoots tells of what a file was counted, and what minutes are covered of, by root:
// what was counted before is of all that the customer has, and covers no root.
const createRoots = `ALTER TABLE evidence_files ADD COLUMN attribution BLOB NOT NULL DEFAULT x'';
	CREATE TABLE evidence_counted (
		file     INTEGER NOT NULL REFERENCES evidence_files,
		customer TEXT    NOT NULL,
		root     TEXT    NOT NULL,
		upto     INTEGER NOT NULL,
		PRIMARY KEY (file, customer, root)
	) STRICT, WITHOUT ROWID;
	INSERT INTO evidence_counted SELECT c.file, c.customer, '', f.recorded_to FROM evidence_customers c JOIN evidence_files f ON f.id = c.file;
	DROP TABLE evidence_customers;
	CREATE INDEX evidence_files_by_name ON evidence_files (name, id) WHERE complete AND NOT followed;
	CREATE TABLE evidence_covered (
		customer TEXT    NOT NULL,
		hour     INTEGER NOT NULL,
		root     TEXT    NOT NULL,
		minutes  INTEGER NOT NULL,
		PRIMARY KEY (customer, hour, root)
	) STRICT, WITHOUT ROWID;
	INSERT INTO evidence_covered SELECT customer, hour, '', minutes FROM evidence_minutes;
	DROP TABLE evidence_minutes`

// createMark makes the number of how often anything was recorded.
const createMark = `CREATE TABLE evidence_mark (n INTEGER NOT NULL) STRICT;
	INSERT INTO evidence_mark (n) VALUES (1)`

const (
	moveMark   = `UPDATE evidence_mark SET n = n + 1`
	selectFile = `SELECT id, name, dataset, recorded_to, complete, damaged, recorded_at, lines, accepted, duplicate,
		unknown_host, malformed, no_site, too_long, unknown_site, unlisted, unlocated, size, digest, attribution FROM evidence_files`
	insertFile = `INSERT INTO evidence_files (digest, name, dataset, size, attribution, recorded_to, complete, damaged, recorded_at, lines,
		accepted, duplicate, unknown_host, malformed, no_site, too_long, unknown_site, unlisted, unlocated)
		VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`
	restartFile = `UPDATE evidence_files SET attribution = ?, recorded_to = 0, complete = 0, damaged = 0, lines = 0, accepted = 0,
		duplicate = 0, unknown_host = 0, malformed = 0, no_site = 0, too_long = 0, unknown_site = 0, unlisted = 0, unlocated = 0 WHERE id = ?`
	follow  = `UPDATE evidence_files SET followed = 1 WHERE digest = ?1 AND complete AND NOT followed AND (recorded_to = ?2 OR ?2 = 0)`
	inherit = `INSERT INTO evidence_counted SELECT ?, c.customer, c.root, c.upto FROM evidence_counted c
		JOIN evidence_files f ON f.id = c.file WHERE f.digest = ?`
	updateFile = `UPDATE evidence_files SET recorded_to = ?, complete = ?, damaged = ?, recorded_at = ?,
		lines = lines + ?, accepted = accepted + ?, duplicate = duplicate + ?, unknown_host = unknown_host + ?,
		malformed = malformed + ?, no_site = no_site + ?, too_long = too_long + ?, unknown_site = unknown_site + ?,
		unlisted = unlisted + ?, unlocated = unlocated + ? WHERE id = ?`
	selectCounted = `SELECT customer, root, upto FROM evidence_counted WHERE file = ? ORDER BY customer, root`
	addCounted    = `INSERT INTO evidence_counted (file, customer, root, upto) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)`
	insertScope = `INSERT INTO evidence_scopes (customer, kind, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	selectScope = `SELECT id FROM evidence_scopes WHERE customer = ? AND kind = ? AND name = ?`
	addCount    = `INSERT INTO evidence_counts (scope, hour, category, activity, site, kinds, country, cell, count, first, last)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET count = count + excluded.count, first = min(first, excluded.first), last = max(last, excluded.last)`
	addMinutes = `INSERT INTO evidence_covered (customer, hour, root, minutes) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET minutes = minutes | excluded.minutes`
)

var _ atlas.EvidenceStore = (*Store)(nil)

// Record adds a batch of observations in one transaction and returns once it is on
// disk. See [atlas.EvidenceStore] for the contract.
func (s *Store) Record(ctx context.Context, b atlas.EvidenceBatch) error {
	doing := "record observations"
	if err := b.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return s.transact(ctx, doing, func(tx *sql.Tx) error { return record(ctx, tx, &b) })
}

func record(ctx context.Context, tx *sql.Tx, b *atlas.EvidenceBatch) error {
	file, err := fileOf(ctx, tx, b)
	if err != nil {
		return err
	}
	switch {
	case b.To < file.to, b.To == file.to && file.complete:
		return nil // recorded before
	case b.To == file.to: // recorded before, but for its being all
		return finish(ctx, tx, b, file.id, evidence.Counts{})
	case file.complete || b.From != file.to:
		return fmt.Errorf("%w: it is recorded to offset %d, the batch is %d to %d", atlas.ErrOutOfOrder, file.to, b.From, b.To)
	}
	if err := finish(ctx, tx, b, file.id, b.Counts); err != nil {
		return err
	}
	if err := addRows(ctx, tx, file.id, b); err != nil {
		return err
	}
	return addTransfers(ctx, tx, b.Transfers)
}

// finish moves a file on to the end of a batch.
func finish(ctx context.Context, tx *sql.Tx, b *atlas.EvidenceBatch, file int64, c evidence.Counts) error {
	_, err := tx.ExecContext(ctx, updateFile, b.To, b.Complete, b.Damaged, b.At.UnixMicro(), c.Lines, c.Accepted, c.Duplicate,
		c.UnknownHost, c.Malformed, c.NoSite, c.TooLong, c.UnknownSite, c.Unlisted, c.Unlocated, file)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, moveMark); err != nil {
		return err
	}
	return addSeen(ctx, tx, b.Seen)
}

// recordedFile is how far a file is recorded.
type recordedFile struct {
	id, to   int64
	complete bool
}

func fileOf(ctx context.Context, tx *sql.Tx, b *atlas.EvidenceBatch) (f recordedFile, err error) {
	row := tx.QueryRowContext(ctx, `SELECT id, recorded_to, complete, attribution FROM evidence_files WHERE digest = ?`, b.File[:])
	var attribution []byte
	switch err = row.Scan(&f.id, &f.to, &f.complete, &attribution); {
	case errors.Is(err, sql.ErrNoRows):
		return newFile(ctx, tx, b)
	case err != nil, evidence.DigestOf(attribution) == b.Attribution:
		return f, err
	}
	return restarted(ctx, tx, b, f, evidence.DigestOf(attribution))
}

func newFile(ctx context.Context, tx *sql.Tx, b *atlas.EvidenceBatch) (f recordedFile, err error) {
	follows := b.Follows != evidence.Digest{}
	if follows || b.From != 0 {
		if err := followed(ctx, tx, b); err != nil {
			return f, err
		}
	}
	f.to = b.From
	res, err := tx.ExecContext(ctx, insertFile, b.File[:], b.Name, b.Dataset, b.Size, b.Attribution[:], f.to)
	if err != nil {
		return f, err
	}
	if f.id, err = res.LastInsertId(); err == nil && follows {
		_, err = tx.ExecContext(ctx, inherit, f.id, b.Follows[:])
	}
	return f, err
}

// restarted begins a file again that was read under another attribution, where the batch
// knows how far.
func restarted(ctx context.Context, tx *sql.Tx, b *atlas.EvidenceBatch, f recordedFile, was evidence.Digest) (recordedFile, error) {
	if b.Again == nil || *b.Again != (atlas.Reading{Attribution: was, To: f.to}) {
		return f, fmt.Errorf("%w: under another attribution it is recorded to offset %d", atlas.ErrOutOfOrder, f.to)
	}
	_, err := tx.ExecContext(ctx, restartFile, b.Attribution[:], f.id)
	return recordedFile{id: f.id}, err
}

// followed takes up a file where the one that it follows broke off.
func followed(ctx context.Context, tx *sql.Tx, b *atlas.EvidenceBatch) error {
	res, err := tx.ExecContext(ctx, follow, b.Follows[:], b.From)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, fmt.Errorf("%w: nothing of it is recorded, the batch begins at offset %d", atlas.ErrOutOfOrder, b.From))
	}
	return nil
}

// addRows adds observations of a file to the counts.
func addRows(ctx context.Context, tx *sql.Tx, file int64, b *atlas.EvidenceBatch) error {
	if err := addCounts(ctx, tx, b.Rows); err != nil {
		return err
	}
	return addRoots(ctx, tx, file, b.Counted())
}

func addRoots(ctx context.Context, tx *sql.Tx, file int64, all []evidence.Counted) error {
	for _, c := range all {
		if _, err := tx.ExecContext(ctx, addCounted, file, c.Customer, c.Name, c.To); err != nil {
			return err
		}
	}
	return nil
}

// addCounts adds observations to the counts. Rows in the order of the key cost least.
func addCounts(ctx context.Context, tx *sql.Tx, rows []evidence.Row) error {
	add, err := tx.PrepareContext(ctx, addCount)
	if err != nil {
		return err
	}
	defer add.Close()
	scopes := map[scopeKey]int64{}
	for i := range rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := &rows[i]
		key := scopeKey{r.Customer, r.Scope}
		id, ok := scopes[key]
		if !ok {
			if id, err = scopeID(ctx, tx, key); err != nil {
				return err
			}
			scopes[key] = id
		}
		_, err := add.Exec(id, r.Hour.Unix()/3600, int(r.Category), int(r.Activity), r.Site, int(r.Kinds), r.Country, int64(r.Cell),
			int64(r.Count), r.First.UnixNano(), r.Last.UnixNano())
		if err != nil {
			return err
		}
	}
	return nil
}

type scopeKey struct {
	customer string
	scope    residency.Scope
}

func scopeID(ctx context.Context, tx *sql.Tx, k scopeKey) (id int64, err error) {
	if _, err := tx.ExecContext(ctx, insertScope, k.customer, int(k.scope.Kind), k.scope.Name); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, selectScope, k.customer, int(k.scope.Kind), k.scope.Name).Scan(&id)
	return id, err
}

func addSeen(ctx context.Context, tx *sql.Tx, seen []evidence.CustomerSeen) error {
	for _, x := range seen {
		if _, err := tx.ExecContext(ctx, addMinutes, x.Customer, x.Hour.Unix()/3600, x.Root, int64(x.Minutes)); err != nil {
			return err
		}
	}
	return nil
}

// EvidenceMark is a number that is another whenever anything was recorded. See
// [atlas.SeenStore].
func (s *Store) EvidenceMark(ctx context.Context) (n int64, err error) {
	all, err := readAll(ctx, s, "read the mark of observations", func(rows *sql.Rows) (n int64, err error) { return n, rows.Scan(&n) },
		`SELECT n FROM evidence_mark`)
	if err == nil && len(all) == 1 {
		n = all[0]
	}
	return n, err
}

// File returns a file of which something is recorded.
func (s *Store) File(ctx context.Context, digest evidence.Digest) (f evidence.File, found bool, err error) {
	files, err := s.files(ctx, "look up a log file", selectFile+" WHERE digest = ?", digest[:])
	if err != nil || len(files) == 0 {
		return evidence.File{}, false, err
	}
	return files[0], true, nil
}

// Files returns up to limit files, those recorded last first.
func (s *Store) Files(ctx context.Context, limit int) ([]evidence.File, error) {
	return s.files(ctx, "list log files", selectFile+" ORDER BY recorded_at DESC, id DESC LIMIT ?", max(0, limit))
}

// Beginnings returns the files that one of this name may follow.
func (s *Store) Beginnings(ctx context.Context, name string) ([]evidence.File, error) {
	const doing = "list beginnings of log files"
	damaged, err := s.files(ctx, doing, selectFile+" WHERE damaged AND NOT followed ORDER BY id")
	if err != nil {
		return nil, err
	}
	named, err := s.files(ctx, doing, selectFile+" WHERE complete AND NOT followed AND name = ? AND NOT damaged ORDER BY id DESC LIMIT ?", name, atlas.MaxBeginnings)
	return append(damaged, named...), err
}

func (s *Store) files(ctx context.Context, doing, query string, args ...any) ([]evidence.File, error) {
	type numbered struct {
		evidence.File
		id int64
	}
	found, err := readAll(ctx, s, doing, func(rows *sql.Rows) (f numbered, err error) {
		var at int64
		var digest, attribution []byte
		c := &f.Counts
		err = rows.Scan(&f.id, &f.Name, &f.Dataset, &f.To, &f.Complete, &f.Damaged, &at, &c.Lines, &c.Accepted, &c.Duplicate,
			&c.UnknownHost, &c.Malformed, &c.NoSite, &c.TooLong, &c.UnknownSite, &c.Unlisted, &c.Unlocated, &f.Size, &digest, &attribution)
		f.Recorded = time.UnixMicro(at).UTC()
		f.Digest, f.Attribution = evidence.DigestOf(digest), evidence.DigestOf(attribution)
		return f, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	files := make([]evidence.File, len(found))
	for i := range found {
		files[i] = found[i].File
		if files[i].Counted, err = readAll(ctx, s, doing, func(rows *sql.Rows) (c evidence.Counted, err error) {
			return c, rows.Scan(&c.Customer, &c.Name, &c.To)
		}, selectCounted, found[i].id); err != nil {
			return nil, err
		}
	}
	return files, nil
}
