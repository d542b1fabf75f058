package embedded

import (
	"context"
	"database/sql"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// createTransfers makes the table of onward transfers, counted as evidence_counts
// is. It has the country of a server and never its address.
const createTransfers = `CREATE TABLE evidence_transfers (
		scope   INTEGER NOT NULL REFERENCES evidence_scopes,
		hour    INTEGER NOT NULL,
		country TEXT    NOT NULL,
		count   INTEGER NOT NULL CHECK (count > 0),
		first   INTEGER NOT NULL,
		last    INTEGER NOT NULL,
		PRIMARY KEY (scope, hour, country)
	) STRICT, WITHOUT ROWID`

const (
	addTransfer = `INSERT INTO evidence_transfers (scope, hour, country, count, first, last) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET count = count + excluded.count, first = min(first, excluded.first), last = max(last, excluded.last)`
	selectTransfers = `SELECT s.kind, s.name, t.country, sum(t.count), min(t.first), max(t.last)
		FROM evidence_scopes s JOIN evidence_transfers t ON t.scope = s.id
		WHERE s.customer = ? AND t.hour >= ? AND t.hour < ?
		GROUP BY s.kind, s.name, t.country
		ORDER BY s.kind, s.name, t.country`
)

func addTransfers(ctx context.Context, tx *sql.Tx, all []evidence.TransferRow) error {
	if len(all) == 0 {
		return nil
	}
	add, err := tx.PrepareContext(ctx, addTransfer)
	if err != nil {
		return err
	}
	defer add.Close()
	scopes := map[scopeKey]int64{}
	for i := range all {
		t := &all[i]
		key := scopeKey{t.Customer, t.Scope}
		id, ok := scopes[key]
		if !ok {
			if id, err = scopeID(ctx, tx, key); err != nil {
				return err
			}
			scopes[key] = id
		}
		if _, err := add.ExecContext(ctx, id, t.Hour.Unix()/3600, t.Country, int64(t.Count), t.First.UnixNano(), t.Last.UnixNano()); err != nil {
			return err
		}
	}
	return nil
}

// Transfers returns the onward transfers of a customer in a window. See
// [atlas.EvidenceStore].
func (s *Store) Transfers(ctx context.Context, customer string, from, to time.Time) ([]evidence.Transfer, error) {
	first, end := hours(from, to)
	return readAll(ctx, s, "read onward transfers", func(rows *sql.Rows) (t evidence.Transfer, err error) {
		var kind int
		var count, begun, ended int64
		err = rows.Scan(&kind, &t.Scope.Name, &t.Country, &count, &begun, &ended)
		t.Scope.Kind, t.Count = residency.ScopeKind(kind), uint64(count)
		t.First, t.Last = time.Unix(0, begun).UTC(), time.Unix(0, ended).UTC()
		t.Hour = t.First.Truncate(time.Hour)
		return t, err
	}, selectTransfers, customer, first, end)
}
