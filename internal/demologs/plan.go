package demologs

import (
	"errors"
	"fmt"
	"time"
)

// Format of the lines.
type Format uint8

// The formats. The zero value is NDJSON.
const (
	NDJSON Format = iota
	CSV
)

// Clock is how times are written.
type Clock uint8

// The clocks. The zero value is nanoseconds since the Unix epoch, as integers.
const (
	UnixNano Clock = iota
	Unix
	RFC3339
)

// Host is a name with the sites that may serve it.
type Host struct {
	Name  string
	Sites []string // codes; the first serve most
	HTTP3 bool     // a quarter of the requests use it
}

// Violation is a number of requests of a host at a site that may not serve it.
type Violation struct {
	Host, Site string
	Count      int
}

// Plan says what to write. Hosts are needed; everything else may be zero.
type Plan struct {
	Seed   uint64
	Format Format
	Clock  Clock
	// Lines is how many well-formed lines to write, all planted ones but the
	// malformed included.
	Lines int
	// From is the time of the first line. Zero means 2026-07-01, 00:00 UTC.
	From time.Time
	// Span is how long the lines last, in ascending order. Zero means a day.
	Span time.Duration
	// Plain leaves out what other rules govern: subrequests, second locations, Cache
	// Reserve, requests of several zones. HTTP/3 is of hosts that have it.
	Plain bool
	// Hosts share the lines alike.
	Hosts      []Host
	Violations []Violation
	// UnknownSites and UnknownHosts are lines that name a site or a host nobody knows.
	UnknownSites, UnknownHosts int
	// Repeated lines are exact copies of one of the last 512 well-formed lines.
	Repeated int
	// Malformed lines come on top of Lines.
	Malformed int
	// Clients is how many addresses there are to draw from. Zero means 50,000.
	Clients int
}

// Cell is what lines are counted by.
type Cell struct {
	Host, Site string
	Hour       int64 // hours since the Unix epoch
}

// Truth is what was written.
type Truth struct {
	Lines     uint64 // all, a CSV header not included
	Accepted  uint64 // well-formed ones, repeated ones included
	Malformed uint64
	Repeated  uint64          // counted nowhere below
	Counts    map[Cell]uint64 // of the well-formed lines

	Violations, UnknownSites, UnknownHosts                               uint64
	CacheHits, TieredFills, CacheReserve, Subrequests, O2O, HTTP3, Smart uint64
	IPv6, Origins                                                        uint64
}

// errPlan begins every error of a plan.
var errPlan = errors.New("plan of demo logs")

func (p *Plan) withDefaults() (Plan, error) {
	q := *p
	if q.From.IsZero() {
		q.From = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	}
	if q.Span <= 0 {
		q.Span = 24 * time.Hour
	}
	if q.Clients <= 0 {
		q.Clients = 50_000
	}
	if len(q.Hosts) == 0 {
		return q, fmt.Errorf("%w: no hosts", errPlan)
	}
	for _, h := range q.Hosts {
		if h.Name == "" || len(h.Sites) == 0 {
			return q, fmt.Errorf("%w: host %q needs a name and sites", errPlan, h.Name)
		}
	}
	planted := q.UnknownSites + q.UnknownHosts + q.Repeated
	for _, v := range q.Violations {
		if v.Count < 0 {
			return q, fmt.Errorf("%w: %d violations at %s", errPlan, v.Count, v.Site)
		}
		planted += v.Count
	}
	if min(q.Lines, q.UnknownSites, q.UnknownHosts, q.Repeated, q.Malformed) < 0 {
		return q, fmt.Errorf("%w: a negative number of lines", errPlan)
	}
	if planted > q.Lines || q.Repeated > 0 && q.Repeated == q.Lines {
		return q, fmt.Errorf("%w: %d planted lines do not fit into %d", errPlan, planted, q.Lines)
	}
	return q, nil
}
