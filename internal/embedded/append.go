package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
)

const (
	selectNewest = `SELECT number, recorded_at, actor, valid_from = ?2 AND settings = ?3
		FROM versions WHERE customer = ?1 ORDER BY number DESC LIMIT 1`
	insertVersion = `INSERT INTO versions (customer, number, valid_from, recorded_at, actor, settings)
		VALUES (?, ?, ?, ?, ?, ?)`
)

// Append appends the writes in one transaction and returns once it is on disk.
// See [atlas.Store] for the contract. The Settings of a new version are the
// writer's own slice.
//
// After an error other than [atlas.ErrConflict] and those of the context the
// writes may or may not have been kept, as after a power cut: repeat them, a
// repetition appends nothing.
func (s *Store) Append(ctx context.Context, recordedAt time.Time, writes []atlas.Write) ([]atlas.Version, error) {
	doing := fmt.Sprintf("append %d versions", len(writes))
	if len(writes) == 1 {
		doing = fmt.Sprintf("append a version of %q", writes[0].Customer)
	}
	for i, w := range writes {
		if err := valid(w); err != nil {
			return nil, fmt.Errorf("%s: write %d: %w", doing, i+1, err)
		}
	}
	var versions []atlas.Version
	err := s.patiently(ctx, doing, func(ctx context.Context) (err error) {
		versions, err = s.appendOnce(ctx, recordedAt, writes)
		return err
	})
	if err != nil {
		return nil, err
	}
	return versions, nil
}

// valid refuses what could be written and never be read back.
func valid(w atlas.Write) error {
	if w.Customer == "" {
		return errors.New("it names no customer")
	}
	if day, err := parseDay(w.ValidFrom.String()); err != nil || day != w.ValidFrom {
		return fmt.Errorf("customer %q: valid from %s is outside the years 1900 to 2199", w.Customer, w.ValidFrom)
	}
	return nil
}

func (s *Store) appendOnce(ctx context.Context, recordedAt time.Time, writes []atlas.Write) ([]atlas.Version, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	if err := s.inPlace(); err != nil {
		return nil, err
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	b := batch{
		newest: tx.StmtContext(ctx, s.stmts.newest),
		insert: tx.StmtContext(ctx, s.stmts.insert),
		at:     recordedAt.UnixMicro(),
	}
	versions := make([]atlas.Version, len(writes))
	for i, w := range writes {
		// Each statement is short, so the context is asked between them: a
		// statement that can be interrupted costs a goroutine.
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if versions[i], err = b.append(w); err != nil {
			return nil, err
		}
	}
	return versions, tx.Commit()
}

// batch is one transaction of writes.
type batch struct {
	newest, insert *sql.Stmt
	at             int64 // microseconds since 1970
}

// append appends one write and returns its version, or the newest version where
// it says the same.
func (b *batch) append(w atlas.Write) (atlas.Version, error) {
	if w.Settings == nil {
		w.Settings = []byte{} // nil would be NULL
	}
	day := w.ValidFrom.String()
	v := atlas.Version{Customer: w.Customer, ValidFrom: w.ValidFrom, Settings: w.Settings}
	var at int64
	var same bool
	err := b.newest.QueryRow(w.Customer, day, w.Settings).Scan(&v.Number, &at, &v.Actor, &same)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return v, err
	case same:
		v.RecordedAt = time.UnixMicro(at).UTC()
		return v, nil
	case w.Expect != atlas.AnyVersion && w.Expect != v.Number:
		return v, fmt.Errorf("customer %q has version %d and not %d: %w", w.Customer, v.Number, w.Expect, atlas.ErrConflict)
	}
	v.Number++
	v.RecordedAt = time.UnixMicro(b.at).UTC()
	v.Actor = w.Actor
	_, err = b.insert.Exec(w.Customer, v.Number, day, b.at, w.Actor, w.Settings)
	return v, err
}

// parseDay reads a day as the table spells it; empty text is no day.
func parseDay(text string) (footprint.Date, error) {
	if text == "" {
		return 0, nil
	}
	return footprint.ParseDate(text)
}
