package atlas

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/evidence"
)

// ErrOutOfOrder: a batch does not begin where what is recorded of its file ends.
// Look the file up and go on from there.
var ErrOutOfOrder = errors.New("the batch does not follow what is recorded of its file")

// EvidenceBatch is what a range of a file's decompressed bytes held.
type EvidenceBatch struct {
	File          evidence.Digest
	Name, Dataset string // kept with the first batch of a file
	Size          int64  // of the file as it came; kept with its first batch
	// Follows, with a first batch, is a file whose bytes are the beginning of this one's,
	// and count once: it ended, or broke off, where the batch begins. Zero is none.
	Follows evidence.Digest
	// Attribution names whose lines are taken to be whose; see [evidence.File].
	Attribution evidence.Digest
	// Again, with the first batch of a file, is how far it was read under another
	// attribution: it is read again from its beginning, and what was counted stays.
	Again    *Reading
	From, To int64 // the range: lines that begin at From or behind, and end before To
	Complete bool  // To is the end of the file, or of what can be read of it
	Damaged  bool  // the file breaks off behind To
	At       time.Time
	Counts   evidence.Counts // of the lines in the range
	Rows     []evidence.Row  // each counts from one
	Seen     []evidence.CustomerSeen
	// Transfers are the onward transfers that the rows' events made.
	Transfers []evidence.TransferRow
}

// MaxBeginnings is how many complete files of one name are compared with a new one.
const MaxBeginnings = 100

// Reading is how far a file was read, and under which attribution.
type Reading struct {
	Attribution evidence.Digest
	To          int64
}

// Counted is what a file's record gains with a batch: lines of the roots that its rows
// are of are counted up to its end, ascending.
func (b *EvidenceBatch) Counted() []evidence.Counted {
	known := map[evidence.Root]bool{}
	var out []evidence.Counted
	for i := range b.Rows {
		if r := (evidence.Root{Customer: b.Rows[i].Customer, Name: b.Rows[i].Root}); !known[r] {
			known[r] = true
			out = append(out, evidence.Counted{Root: r, To: b.To})
		}
	}
	slices.SortFunc(out, func(a, b evidence.Counted) int { return a.Compare(b.Root) })
	return out
}

// Validate refuses a batch that no reader makes.
func (b *EvidenceBatch) Validate() error {
	if b.File == (evidence.Digest{}) || b.From < 0 || b.To < b.From || b.Size < 0 {
		return fmt.Errorf("a batch needs a digest and an ascending range, not %d to %d", b.From, b.To)
	}
	if b.From == b.To && (len(b.Rows) > 0 || len(b.Transfers) > 0 || b.Counts != (evidence.Counts{})) {
		return errors.New("an empty range holds nothing")
	}
	if b.Again != nil && b.From != 0 {
		return fmt.Errorf("a file is read again from its beginning, not from offset %d", b.From)
	}
	if err := b.Counts.Check(); err != nil {
		return err
	}
	for i := range b.Rows {
		r := &b.Rows[i]
		bad := r.Customer == "" || r.Count == 0 || r.Site == "" || !r.Kinds.Valid() || r.Last.Before(r.First) ||
			!r.Hour.Equal(r.Hour.Truncate(time.Hour)) || r.Country != "" && len(r.Country) != 2 || r.Cell != 0 && r.Country == ""
		if bad {
			return fmt.Errorf("observation %d of the batch is not one", i+1)
		}
	}
	for i := range b.Transfers {
		t := &b.Transfers[i]
		bad := t.Customer == "" || t.Count == 0 || t.Last.Before(t.First) || !t.Hour.Equal(t.Hour.Truncate(time.Hour)) ||
			t.Country != "" && len(t.Country) != 2
		if bad {
			return fmt.Errorf("onward transfer %d of the batch is not one", i+1)
		}
	}
	for _, s := range b.Seen {
		if s.Customer == "" || strings.Contains(s.Root, " ") || s.Minutes&^evidence.WholeHour != 0 || !s.Hour.Equal(s.Hour.Truncate(time.Hour)) {
			return errors.New("a batch covers whole minutes of a customer's hours")
		}
	}
	return nil
}

// EvidenceStore keeps what was observed: aggregates, never a client address. It is
// safe for concurrent use, by several processes where the store allows it.
//
// Times are those of events. A window holds every hour of which it holds a part; a zero
// time leaves that side open.
type EvidenceStore interface {
	// Record adds a batch in one atomic step, and returns once it is durable. A range
	// that is recorded already adds nothing and is no error, so that a batch can be
	// repeated and two readers of one file count it once. Otherwise a batch must
	// begin where the last one of its file ended, or where the file ended that it
	// follows, else ErrOutOfOrder; so must a batch of a file that is complete. A batch
	// under another attribution than its file's begins it again, from offset 0, where it
	// names how far the file was read.
	Record(ctx context.Context, b EvidenceBatch) error
	// Observations returns what was seen of a customer in a window, summed over
	// hours and visitors' places, ordered by scope, category, activity, site and
	// kinds. Hour is that of the first event.
	Observations(ctx context.Context, customer string, from, to time.Time) ([]evidence.Observation, error)
	// Visitors returns how many events each site handled for visitors of each place,
	// of a customer's content processed, ordered by site, country and cell.
	Visitors(ctx context.Context, customer string, from, to time.Time) ([]evidence.Visitors, error)
	// Transfers returns the onward transfers of a customer in a window, summed over
	// hours, ordered by scope and country. Hour is that of the first event.
	Transfers(ctx context.Context, customer string, from, to time.Time) ([]evidence.Transfer, error)
	// Coverage returns the minutes of each hour that logs of a customer cover, ascending
	// by hour and root.
	Coverage(ctx context.Context, customer string, from, to time.Time) ([]evidence.Seen, error)
	// File returns a file; false when nothing of it is recorded.
	File(ctx context.Context, digest evidence.Digest) (evidence.File, bool, error)
	// Beginnings returns the files that none follows and that another may: every one that
	// broke off, and the last MaxBeginnings of this name that are complete.
	Beginnings(ctx context.Context, name string) ([]evidence.File, error)
	// Files returns up to limit files, those recorded last first.
	Files(ctx context.Context, limit int) ([]evidence.File, error)
}
