package atlas

import (
	"context"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/ledger"
)

// LedgerStore keeps what customers were told and what became of it. Nothing in it
// is ever changed or removed. It is safe for concurrent use, by several processes
// where the store allows it.
type LedgerStore interface {
	// AppendLedger appends entries as one atomic step, all or none, and returns them
	// as they are kept, with their Seq, once they are durable. An entry whose ID is
	// kept already adds nothing and is returned as it was first written, so that a
	// write can be repeated and several processes can notice the same thing.
	AppendLedger(ctx context.Context, entries ...ledger.Entry) ([]ledger.Entry, error)
	// Ledger returns up to limit entries of a customer, or of every one where it is
	// empty, with Seq greater than after, ascending.
	Ledger(ctx context.Context, customer string, after int64, limit int) ([]ledger.Entry, error)
}

// SeenStore tells what was observed in ways that a whole fleet needs.
type SeenStore interface {
	// SeenCustomers returns, ascending, the customers whom any log covers in a window.
	SeenCustomers(ctx context.Context, from, to time.Time) ([]string, error)
	// EvidenceMark is a number that is another whenever anything was recorded since it
	// was asked for, by whatever clock.
	EvidenceMark(ctx context.Context) (int64, error)
	// Daily is EvidenceStore.Observations, summed day by day: ordered by day first,
	// whose hour is that of the day's first event.
	Daily(ctx context.Context, customer string, from, to time.Time) ([]evidence.Observation, error)
}
