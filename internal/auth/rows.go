package auth

import (
	"context"
	"fmt"
	"time"
)

// Rows decides which customers the viewer of a context sees, and records what
// it reads across customers and what it changes. A read that cannot be recorded
// does not happen; a [Spool] keeps reads while the log is away.
type Rows struct {
	log     AuditLog
	now     func() time.Time
	request func(context.Context) string
}

// NewRows returns the rows whose record is kept in log. requestID gives the id
// of a context's request; nil is none.
func NewRows(log AuditLog, now func() time.Time, requestID func(context.Context) string) *Rows {
	if requestID == nil {
		requestID = func(context.Context) string { return "" }
	}
	return &Rows{log: log, now: now, request: requestID}
}

// Find looks a customer up for the viewer of ctx. Where the viewer may not see
// it, find is not called at all: another's customer and an absent one take the
// same way, and the same time, to the same answer. A viewer of several
// customers is recorded first.
func Find[T any](ctx context.Context, r *Rows, customer string, find func(customer string) (T, bool)) (found T, ok bool, err error) {
	ok, err = r.May(ctx, ReadCustomer, customer)
	if err != nil || !ok {
		return found, false, err
	}
	found, ok = find(customer)
	return found, ok, nil
}

// May reports whether the viewer of ctx may see a customer, and records the
// action where the viewer sees others as well.
func (r *Rows) May(ctx context.Context, a Action, customer string) (bool, error) {
	seen, err := r.MayEach(ctx, a, []string{customer})
	if err != nil {
		return false, err
	}
	return seen[0], nil
}

// MayEach is May for several customers, recorded as one atomic step.
func (r *Rows) MayEach(ctx context.Context, a Action, customers []string) ([]bool, error) {
	v := ViewerFrom(ctx)
	seen := make([]bool, len(customers))
	var entries []Entry
	for i, c := range customers {
		if seen[i] = ValidID(c) && v.MaySee(c); seen[i] && v.Role != Customer {
			entries = append(entries, Entry{Action: a, Customer: c})
		}
	}
	if len(entries) == 0 {
		return seen, nil
	}
	if err := r.record(ctx, entries...); err != nil {
		return nil, err
	}
	return seen, nil
}

// All returns nil where the viewer of ctx may ask about all customers at once,
// and records that it does.
func (r *Rows) All(ctx context.Context, a Action) error {
	v := ViewerFrom(ctx)
	if err := v.Require(Sales, Privacy); err != nil {
		return err
	}
	return r.record(ctx, Entry{Action: a, Customer: Everybody})
}

// Watching records that the viewer of ctx begins to hear of a customer, or of
// Everybody.
func (r *Rows) Watching(ctx context.Context, customer string) error {
	return r.record(ctx, Entry{Action: WatchVerdicts, Customer: customer})
}

// Changing records that the viewer of ctx is about to change a customer whose
// revision is before; empty is none. Where it fails, the change must not take
// place. The entry has no revision after: one from Changed follows, unless the
// change was refused or nobody could tell any more.
func (r *Rows) Changing(ctx context.Context, a Action, customer, before string) error {
	return r.record(ctx, Entry{Action: a, Customer: customer, Before: before})
}

// Changed records that the viewer of ctx changed a customer from one revision
// to another; an empty revision is none. Call it for every change that took
// place, and report its error beside the change's success.
func (r *Rows) Changed(ctx context.Context, a Action, customer, before, after string) error {
	return r.record(ctx, Entry{Action: a, Customer: customer, Before: before, After: after})
}

// Change is a customer's revision before and after; empty is none.
type Change struct{ Customer, Before, After string }

// ChangingAll is Changing for several customers, as one atomic step.
func (r *Rows) ChangingAll(ctx context.Context, a Action, all []Change) error {
	entries := make([]Entry, len(all))
	for i, c := range all {
		entries[i] = Entry{Action: a, Customer: c.Customer, Before: c.Before}
	}
	return r.recordAll(ctx, entries)
}

// ChangedAll is Changed for several customers, as one atomic step.
func (r *Rows) ChangedAll(ctx context.Context, a Action, all []Change) error {
	entries := make([]Entry, len(all))
	for i, c := range all {
		entries[i] = Entry{Action: a, Customer: c.Customer, Before: c.Before, After: c.After}
	}
	return r.recordAll(ctx, entries)
}

func (r *Rows) recordAll(ctx context.Context, entries []Entry) error {
	if len(entries) == 0 {
		return ctx.Err()
	}
	return r.record(ctx, entries...)
}

// Issued records that the viewer of ctx signed a statement about a customer, by the
// digest of the statement.
func (r *Rows) Issued(ctx context.Context, customer, digest string) error {
	return r.record(ctx, Entry{Action: IssueStatement, Customer: customer, After: digest})
}

// Signed records that somebody signed in to the page, or out of it.
func (r *Rows) Signed(ctx context.Context, v Viewer, a Action) error {
	return r.record(WithViewer(ctx, v), Entry{Action: a})
}

// Audit returns entries of the log for the viewer of ctx, and records that it
// reads them; ErrForbidden where it may not.
func (r *Rows) Audit(ctx context.Context, q AuditQuery) ([]Entry, error) {
	if err := ViewerFrom(ctx).Require(Privacy); err != nil {
		return nil, err
	}
	about := q.Customer
	if about == "" {
		about = Everybody
	}
	if err := r.record(ctx, Entry{Action: ReadAudit, Customer: about}); err != nil {
		return nil, err
	}
	entries, err := r.log.AuditEntries(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	return entries, nil
}

// record appends entries, and fills in who, when and which request.
func (r *Rows) record(ctx context.Context, entries ...Entry) error {
	v, at, id := ViewerFrom(ctx), instant(r.now), r.request(ctx)
	for i := range entries {
		e := &entries[i]
		e.At, e.Subject, e.Role, e.RequestID = at, v.Subject, v.Role, id
	}
	if _, err := r.log.AppendAudit(ctx, entries...); err != nil {
		return fmt.Errorf("record %s in the audit log: %w", entries[0].Action, err)
	}
	return nil
}

// instant is the time as the audit log and the token store keep it.
func instant(now func() time.Time) time.Time { return now().UTC().Truncate(time.Microsecond) }
