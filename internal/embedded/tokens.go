package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"domicile/internal/auth"
)

// createTokens makes the table of API tokens. Times count microseconds since
// 1970-01-01 UTC; last_used is YYYY-MM-DD or empty. A token's rights never
// change, and one that is revoked stays so.
const createTokens = `CREATE TABLE tokens (
		id        TEXT    PRIMARY KEY NOT NULL,
		name      TEXT    NOT NULL CHECK (name <> ''),
		role      TEXT    NOT NULL CHECK (role <> ''),
		customer  TEXT    NOT NULL,
		grants    TEXT    NOT NULL,
		created   INTEGER NOT NULL,
		expires   INTEGER NOT NULL,
		revoked   INTEGER,
		last_used TEXT    NOT NULL,
		mac       BLOB    NOT NULL CHECK (length(mac) = 32)
	) STRICT;
	CREATE INDEX tokens_by_name ON tokens (name, created, id);
	CREATE TRIGGER tokens_keep_their_rights
		BEFORE UPDATE OF id, name, role, customer, grants, created, expires, mac ON tokens
		BEGIN SELECT RAISE(ABORT, 'the rights of a token do not change'); END;
	CREATE TRIGGER tokens_stay_revoked BEFORE UPDATE OF revoked ON tokens
		WHEN OLD.revoked IS NOT NULL
		BEGIN SELECT RAISE(ABORT, 'a revoked token stays revoked'); END;
	CREATE TRIGGER tokens_are_not_removed BEFORE DELETE ON tokens
		BEGIN SELECT RAISE(ABORT, 'a token is revoked, not removed'); END`

const (
	tokenColumns = `SELECT id, name, role, customer, grants, created, expires, revoked, last_used, mac FROM tokens `
	insertToken  = `INSERT INTO tokens (id, name, role, customer, grants, created, expires, last_used, mac)
		VALUES (?, ?, ?, ?, ?, ?, ?, '', ?)`
	selectToken    = tokenColumns + `WHERE id = ?`
	selectSameName = tokenColumns + `WHERE name = ? ORDER BY created, id`
	selectTokens   = tokenColumns + `ORDER BY name, created, id`
	revokeToken    = `UPDATE tokens SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL`
	touchToken     = `UPDATE tokens SET last_used = ?2 WHERE id = ?1 AND last_used < ?2`
)

var _ auth.TokenStore = (*Store)(nil)

// AddToken adds an API token with its audit entry in one transaction. See
// [auth.TokenStore] for the contract.
func (s *Store) AddToken(ctx context.Context, t auth.Token, admit func([]auth.Token) error, e auth.Entry) error {
	return s.transact(ctx, fmt.Sprintf("add a token of %q", t.Name), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectSameName, t.Name)
		if err != nil {
			return err
		}
		same, err := scanAll(rows, scanToken)
		if err != nil {
			return err
		}
		if err := admit(same); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, insertToken, t.ID, t.Name, t.Role.String(), t.Customer, t.Grants.String(),
			t.Created.UnixMicro(), t.Expires.UnixMicro(), t.MAC[:])
		if err != nil {
			return err
		}
		_, err = appendAudit(ctx, tx, e)
		return err
	})
}

func scanToken(rows *sql.Rows) (t auth.Token, err error) {
	var role, grants, used string
	var created, expires int64
	var revoked sql.NullInt64
	var mac []byte
	err = rows.Scan(&t.ID, &t.Name, &role, &t.Customer, &grants, &created, &expires, &revoked, &used, &mac)
	if err != nil {
		return t, err
	}
	t.Created, t.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	if revoked.Valid {
		t.Revoked = time.UnixMicro(revoked.Int64).UTC()
	}
	copy(t.MAC[:], mac)
	var errs [3]error
	t.Role, errs[0] = auth.ParseRole(role)
	t.Grants, errs[1] = auth.ParseGrants(grants)
	if used != "" {
		t.LastUsed, errs[2] = time.Parse(time.DateOnly, used)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return auth.Token{}, fmt.Errorf("token %s: %w", t.ID, err)
	}
	return t, nil
}

// RestoreToken brings a token from another store. See [auth.TokenMover].
func (s *Store) RestoreToken(ctx context.Context, t auth.Token) error {
	return s.transact(ctx, fmt.Sprintf("restore token %q", t.ID), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectToken, t.ID)
		if err != nil {
			return err
		}
		there, err := scanAll(rows, scanToken)
		switch {
		case err != nil:
			return err
		case len(there) > 0 && !there[0].SameRights(t):
			return auth.ErrOtherToken
		case len(there) == 0:
			_, err = tx.ExecContext(ctx, insertToken, t.ID, t.Name, t.Role.String(), t.Customer, t.Grants.String(),
				t.Created.UnixMicro(), t.Expires.UnixMicro(), t.MAC[:])
		}
		if err == nil && !t.Revoked.IsZero() {
			_, err = tx.ExecContext(ctx, revokeToken, t.ID, t.Revoked.UnixMicro())
		}
		if err == nil && !t.LastUsed.IsZero() {
			_, err = tx.ExecContext(ctx, touchToken, t.ID, t.LastUsed.UTC().Format(time.DateOnly))
		}
		return err
	})
}

// Token finds an API token by its id.
func (s *Store) Token(ctx context.Context, id string) (t auth.Token, found bool, err error) {
	all, err := s.readTokens(ctx, "look up a token", selectToken, id)
	if err != nil || len(all) == 0 {
		return auth.Token{}, false, err
	}
	return all[0], true, nil
}

// Tokens returns all API tokens, ascending by name, creation and id.
func (s *Store) Tokens(ctx context.Context) ([]auth.Token, error) {
	return s.readTokens(ctx, "list tokens", selectTokens)
}

func (s *Store) readTokens(ctx context.Context, doing, query string, args ...any) ([]auth.Token, error) {
	var all []auth.Token
	err := s.patiently(ctx, doing, func(ctx context.Context) error {
		rows, err := s.readers.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		all, err = scanAll(rows, scanToken)
		return err
	})
	return all, err
}

// RevokeToken revokes an API token with its audit entry in one transaction. See
// [auth.TokenStore] for the contract.
func (s *Store) RevokeToken(ctx context.Context, id string, at time.Time, e auth.Entry) (t auth.Token, found bool, err error) {
	err = s.transact(ctx, fmt.Sprintf("revoke token %q", id), func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, revokeToken, id, at.UnixMicro())
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if changed > 0 {
			if _, err := appendAudit(ctx, tx, e); err != nil {
				return err
			}
		}
		rows, err := tx.QueryContext(ctx, selectToken, id)
		if err != nil {
			return err
		}
		all, err := scanAll(rows, scanToken)
		if found = len(all) > 0; found {
			t = all[0]
		}
		return err
	})
	if err != nil {
		return auth.Token{}, false, err
	}
	return t, found, nil
}

// TouchToken notes the day on which an API token was used.
func (s *Store) TouchToken(ctx context.Context, id string, day time.Time) error {
	return s.transact(ctx, fmt.Sprintf("note the use of token %q", id), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, touchToken, id, day.UTC().Format(time.DateOnly))
		return err
	})
}
