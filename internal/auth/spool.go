package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Bounds of a Spool.
const (
	maxSpooled    = 100_000
	spoolPatience = time.Second            // how long a read waits for the log
	drainEvery    = 500 * time.Millisecond // how often the log is tried while it is away
	drainAtOnce   = 1000
)

// ErrSpoolFull: too many reads wait to be recorded, so that no further one may happen.
var ErrSpoolFull = errors.New("the audit log is away, and no more reads can be kept for it")

// Spool is an audit log that keeps entries of reads in memory while the log behind it
// is away, so that reading goes on from the last good state. Each such entry is also
// written to the server's own log, where it is when the process dies before the audit
// log is back. Entries of changes are never kept: a change that cannot be recorded does
// not happen.
type Spool struct {
	AuditLog
	away func(error) bool // whether an error says that the log is away
	log  *slog.Logger

	mu      sync.Mutex
	gone    error // why the log is away; nil while it is not
	waiting []Entry
}

// NewSpool makes a spool before an audit log. away tells errors that pass by
// themselves. Run must run.
func NewSpool(l AuditLog, away func(error) bool, log *slog.Logger) *Spool {
	return &Spool{AuditLog: l, away: away, log: log}
}

// AppendAudit appends entries, or keeps those of reads where the log is away; these come
// back without number and hash.
func (s *Spool) AppendAudit(ctx context.Context, entries ...Entry) ([]Entry, error) {
	for _, e := range entries {
		if !e.Action.reads() {
			return s.AuditLog.AppendAudit(ctx, entries...)
		}
		if err := e.Validate(); err != nil {
			return nil, err
		}
	}
	if kept, err := s.keep(nil, entries); kept || err != nil {
		return entries, err
	}
	short, cancel := context.WithTimeout(ctx, spoolPatience)
	defer cancel()
	sealed, err := s.AuditLog.AppendAudit(short, entries...)
	if err == nil || ctx.Err() != nil || !s.away(err) && short.Err() == nil {
		return sealed, err
	}
	_, err = s.keep(err, entries) // the log may have them as well: a read is recorded twice then, never not
	return entries, err
}

// keep keeps entries where the log is away, or turns out to be for a reason.
func (s *Spool) keep(reason error, entries []Entry) (kept bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone == nil {
		if s.gone = reason; reason == nil {
			return false, nil
		}
	}
	if len(s.waiting)+len(entries) > maxSpooled {
		return false, fmt.Errorf("%w: %w", ErrSpoolFull, s.gone)
	}
	s.waiting = append(s.waiting, entries...)
	for _, e := range entries {
		s.log.Warn("a read is kept for the audit log", "at", e.At, "subject", e.Subject, "action", e.Action.String(), "customer", e.Customer, "request", e.RequestID)
	}
	return true, nil
}

// Run brings what is kept to the log when that is back, until the context ends.
func (s *Spool) Run(ctx context.Context) {
	tick := time.NewTicker(drainEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.drain(ctx)
		}
	}
}

// drain brings entries to the log for as long as it takes them.
func (s *Spool) drain(ctx context.Context) {
	for {
		s.mu.Lock()
		some := s.waiting[:min(len(s.waiting), drainAtOnce)]
		if len(some) == 0 {
			s.gone = nil
		}
		s.mu.Unlock()
		if len(some) == 0 {
			return
		}
		if _, err := s.AuditLog.AppendAudit(ctx, some...); err != nil {
			return
		}
		s.mu.Lock()
		s.waiting = append([]Entry(nil), s.waiting[len(some):]...)
		s.mu.Unlock()
	}
}

// reads reports whether an action changes nothing.
func (a Action) reads() bool {
	switch a {
	case ReadCustomer, ListCustomers, SweepCustomers, ReadAudit, WatchVerdicts:
		return true
	}
	return false
}
