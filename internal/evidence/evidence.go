// Package evidence holds what was observed: aggregates of traffic without any
// client address, and how much of a window they cover.
//
// It is pure; readers of logs produce observations, stores keep them, and a
// claim is judged against a [Window] of them.
package evidence

import (
	"time"

	"domicile/internal/residency"
)

// Observation is an aggregate: a count of events of one scope, category and
// activity at one site in one hour. It never holds a client address.
type Observation struct {
	Scope    residency.Scope
	Category residency.DataCategory
	Activity residency.Activity
	Site     string    // site code as logged; the footprint may not know it
	Hour     time.Time // UTC, truncated to the hour
	Count    uint64
	First    time.Time
	Last     time.Time

	Kinds   Kinds  // what tells apart events that different rules govern
	Country string // estimate of the visitors' country, ISO 3166-1 alpha-2; "" where none is kept
	Cell    uint64 // H3 cell of the visitors, folded; 0 where none is kept
}

// Transfer is an onward transfer: events of one scope in one hour for which a
// server of the customer's own, its origin, was asked. The customer makes it and no
// setting governs it, so it is reported and decides no claim. It never holds the
// server's address.
type Transfer struct {
	Scope   residency.Scope
	Country string    // estimate of the server's country, ISO 3166-1 alpha-2; "" where it is not known
	Hour    time.Time // UTC, truncated to the hour
	Count   uint64
	First   time.Time
	Last    time.Time
}

// Grade says what the observations of a window say about a claim. The zero
// value is None: nothing was observed.
type Grade uint8

// The grades of evidence, told apart from the verdict.
const (
	None Grade = iota
	Consistent
	Contradicted
)

var gradeNames = [...]string{"NONE", "CONSISTENT", "CONTRADICTED"}

// String returns the name used in the API.
func (g Grade) String() string { return gradeNames[g] }

// Coverage says how much of a window was seen.
type Coverage struct {
	Hours     int // hours of the window
	HoursSeen int // hours with a complete log

	Minutes, MinutesSeen int
	Gaps                 []Gap // what was not seen, ascending
}

// Window is what was observed in a span of time. The zero value is empty: no
// evidence of anything.
type Window struct {
	From, To     time.Time
	Observations []Observation
	Coverage     Coverage
}

// Holds reports whether an hour lies in the window: from its start, to before
// its end. A window without an end, or without a start, is open there.
func (w *Window) Holds(hour time.Time) bool {
	return !hour.Before(w.From) && (w.To.IsZero() || hour.Before(w.To))
}
