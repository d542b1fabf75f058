package atlas

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"domicile/internal/footprint"
)

// Report is an answer that was frozen: it never changes. Its bytes are what was
// answered, and its id is their digest.
type Report struct {
	ID       string // the first 32 hexadecimal digits of Digest
	Digest   string // SHA-256 of Body, in hexadecimal digits
	Customer string
	Claim    string // the claim, as a sentence
	Verdict  string
	Actor    string // who froze it: a role or token name
	Role     string
	Created  time.Time      // UTC, microseconds
	Expires  footprint.Date // the last day
	Body     []byte         // JSON
}

// ErrReport is wrapped by what is wrong with a report.
var ErrReport = errors.New("not a report")

// MaxReport bounds the bytes of a report.
const MaxReport = 4 << 20

// MaxReportDays is how long a report may be valid, and ReportDays how long it is where
// nobody says.
const (
	MaxReportDays = 366
	ReportDays    = 90
)

const reportIDDigits = 32

// NewReport makes a report of its bytes.
func NewReport(r Report) Report {
	sum := sha256.Sum256(r.Body)
	r.Digest = hex.EncodeToString(sum[:])
	r.ID = r.Digest[:reportIDDigits]
	return r
}

// Validate refuses a report that is not whole.
func (r *Report) Validate() error {
	want := NewReport(*r)
	switch {
	case len(r.Body) == 0 || len(r.Body) > MaxReport:
		return fmt.Errorf("%w: it has %d bytes, want 1 to %d", ErrReport, len(r.Body), MaxReport)
	case r.ID != want.ID || r.Digest != want.Digest:
		return fmt.Errorf("%w: its digest is not that of its bytes", ErrReport)
	case r.Customer == "" || r.Claim == "" || r.Verdict == "" || r.Created.IsZero() || r.Expires.IsZero():
		return fmt.Errorf("%w: something about it is missing", ErrReport)
	}
	return nil
}

// Expired reports whether a report's last day is over.
func (r *Report) Expired(today footprint.Date) bool { return today > r.Expires }

// ReportStore keeps reports. Nothing in it is ever changed. It is safe for concurrent
// use, by several processes where the store allows it.
type ReportStore interface {
	// PutReport keeps a report and returns once it is durable. One that is kept already
	// is left as it was first written.
	PutReport(ctx context.Context, r Report) error
	// Report returns a report; false where there is none of the id.
	Report(ctx context.Context, id string) (Report, bool, error)
	// Reports returns up to limit reports of a customer, the newest first, without their
	// bodies.
	Reports(ctx context.Context, customer string, limit int) ([]Report, error)
}
