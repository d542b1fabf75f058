package embedded

import (
	"context"
	"fmt"
)

// applicationID marks the database as Domicile's: "Domi" in ASCII.
const applicationID = 0x446f6d69

// migrations[i] brings a database from schema version i to i+1. Entries are
// never changed, only added.
var migrations = [...]string{
	// customer compares byte by byte. valid_from is YYYY-MM-DD or empty;
	// recorded_at counts microseconds since 1970-01-01 UTC.
	`CREATE TABLE versions (
		seq         INTEGER PRIMARY KEY AUTOINCREMENT,
		customer    TEXT    NOT NULL CHECK (customer <> ''),
		number      INTEGER NOT NULL CHECK (number > 0),
		valid_from  TEXT    NOT NULL,
		recorded_at INTEGER NOT NULL,
		actor       TEXT    NOT NULL,
		settings    BLOB    NOT NULL,
		UNIQUE (customer, number)
	) STRICT`,
	createAudit + ";" + createTokens,
	createEvidence,
	createLedger,
	createTransfers,
	createReports,
	createMark,
	createRoots,
}

// identity is what a database file says about itself.
type identity struct {
	version int // of the schema; 0 is a new database
	owner   int // application id
	tables  int // tables, indexes and the like
}

// identify reads who wrote the database. It changes nothing.
func (s *Store) identify(ctx context.Context) (id identity, err error) {
	err = s.writer.QueryRowContext(ctx,
		`SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		 FROM pragma_user_version, pragma_application_id`).Scan(&id.version, &id.owner, &id.tables)
	return id, err
}

// checkOwner refuses a database that this version of Domicile must not touch.
func (s *Store) checkOwner(ctx context.Context) error {
	id, err := s.identify(ctx)
	switch {
	case err != nil:
		return err
	case id == identity{}:
		return nil
	case id.owner != applicationID:
		return errForeign
	case id.version > len(migrations):
		return newerError{found: id.version, known: len(migrations)}
	}
	return nil
}

// useWriteAheadLog lets readers go on while somebody writes. The mode stays
// with the file.
func (s *Store) useWriteAheadLog(ctx context.Context) error {
	var mode string
	if err := s.writer.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return errNoLog
	}
	return nil
}

// migrate brings the schema up to date in one transaction. Of several processes
// that start at once, one does it and the others find it done.
func (s *Store) migrate(ctx context.Context) error {
	id, err := s.identify(ctx)
	if err != nil || id.version == len(migrations) {
		return err
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
			return fmt.Errorf("schema version %d: %w", version+1, err)
		}
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version))
	if err != nil {
		return err
	}
	return tx.Commit()
}
