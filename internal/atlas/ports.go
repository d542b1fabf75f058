package atlas

import (
	"context"
	"errors"
	"time"

	"domicile/internal/footprint"
)

// Errors a Store returns. Anything else means that the store is broken.
var (
	// ErrConflict: the customer changed since the version the writer saw.
	ErrConflict = errors.New("the customer was changed by somebody else meanwhile")
	// ErrStoreUnavailable: the store cannot be reached, or cannot write, for now.
	ErrStoreUnavailable = errors.New("the store is not available")
	// ErrStale: something was recorded, but could not be read back yet.
	ErrStale = errors.New("recorded, but not to be seen yet")
)

// AnyVersion lets a write go through whatever the current version is.
const AnyVersion = -1

// Version is one recorded state of a customer's settings. Versions are never
// changed or removed: a correction is a new version.
type Version struct {
	Customer   string
	Number     int            // 1, 2, 3 … in the order of recording
	ValidFrom  footprint.Date // from which day these settings apply
	RecordedAt time.Time      // when the store acknowledged them, UTC, microseconds
	Actor      string         // who recorded them: a role or token name, never an address
	Settings   []byte         // canonical JSON of the settings, as internal/settings writes it
}

// Write asks the store to append a version to one customer.
type Write struct {
	Customer  string
	Expect    int // the Number the writer saw last, 0 for a new customer, AnyVersion for either
	ValidFrom footprint.Date
	Actor     string
	Settings  []byte
}

// CustomerRef names a customer and its newest version.
type CustomerRef struct {
	Customer string
	Version  int
}

// Change is one appended version in the order in which the store took them,
// over all customers.
type Change struct {
	Seq int64 // ascending, never reused; gaps are allowed
	CustomerRef
}

// Store keeps customers' settings as versions. It is safe for concurrent use,
// by several processes where the store allows it.
//
// A customer id is never empty; ids order byte by byte. A limit below 1 returns
// nothing. Nil and empty settings are the same. After Close every call fails,
// but a second Close.
type Store interface {
	// Append appends the writes as one atomic step: all or none. It returns the
	// new versions in the order of the writes once they are durable, or
	// ErrConflict, naming the first customer whose version differs. Several
	// writes to one customer build on each other in order. Settings equal to the
	// newest version's with the same ValidFrom append nothing and return that
	// version, whatever Expect says: so a write can be repeated. An error of the
	// context means that nothing was written; after any other error but
	// ErrConflict the writes may have been kept, and are to be repeated.
	Append(ctx context.Context, recordedAt time.Time, writes []Write) ([]Version, error)
	// Versions returns every version of a customer, ascending by Number; empty
	// when there is none.
	Versions(ctx context.Context, customer string) ([]Version, error)
	// Customers returns up to limit customers whose id is greater than after,
	// ascending by id.
	Customers(ctx context.Context, after string, limit int) ([]CustomerRef, error)
	// Changes returns up to limit changes with Seq greater than after,
	// ascending.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
	// Ping reports whether the store can answer.
	Ping(ctx context.Context) error
	Close() error
}
