package atlas

import (
	"slices"
	"strings"
)

// After returns a channel that is closed once the board is another than one.
func (k *Keeper) After(b *Board) <-chan struct{} {
	k.watch.Lock()
	defer k.watch.Unlock()
	if k.board.Load() != b {
		done := make(chan struct{})
		close(done)
		return done
	}
	return k.moved
}

// show makes a board the current one, and tells those who wait for it.
func (k *Keeper) show(b *Board) {
	k.watch.Lock()
	defer k.watch.Unlock()
	k.board.Store(b)
	close(k.moved)
	k.moved = make(chan struct{})
}

// ChangedRow is a claim whose verdict, or the waiver beside it, differs between two
// boards; nil where it was not told. Both are never nil.
type ChangedRow struct{ Before, After *ToldRow }

// Row is the claim as it is, or as it was last.
func (c ChangedRow) Row() *ToldRow {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Since returns what differs from an older board, by customer and claim. A customer of
// whom nothing changed costs one look.
func (b *Board) Since(old *Board) []ChangedRow {
	var out []ChangedRow
	for customer, is := range b.rows {
		if was := old.rows[customer]; was != is {
			out = append(out, changedRows(was.all(), is.rows)...)
		}
	}
	for customer, was := range old.rows {
		if b.rows[customer] == nil {
			out = append(out, changedRows(was.rows, nil)...)
		}
	}
	slices.SortFunc(out, func(x, y ChangedRow) int {
		a, b := x.Row(), y.Row()
		if n := strings.Compare(a.Customer, b.Customer); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

func (c *customerRows) all() []*ToldRow {
	if c == nil {
		return nil
	}
	return c.rows
}

func changedRows(was, is []*ToldRow) []ChangedRow {
	find := func(rows []*ToldRow, id string) *ToldRow {
		if i := slices.IndexFunc(rows, func(r *ToldRow) bool { return r.ID == id }); i >= 0 {
			return rows[i]
		}
		return nil
	}
	var out []ChangedRow
	for _, r := range is {
		before := find(was, r.ID)
		if before == nil || before.Verdict != r.Verdict || before.Waived() != r.Waived() {
			out = append(out, ChangedRow{before, r})
		}
	}
	for _, r := range was {
		if find(is, r.ID) == nil {
			out = append(out, ChangedRow{Before: r})
		}
	}
	return out
}
