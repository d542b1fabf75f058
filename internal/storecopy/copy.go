package storecopy

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"domicile/internal/atlas"
)

// ErrDifferent is returned where the target holds what the source does not.
var ErrDifferent = errors.New("the target holds something else than the source")

// Phase is what a copy is doing.
type Phase uint8

// Phases in their order.
const (
	Comparing Phase = iota // what an earlier copy left in the target with the source
	Copying
	Verifying
)

// String returns the phase as a word.
func (p Phase) String() string {
	return [...]string{"comparing", "copying", "verifying"}[min(p, Verifying)]
}

// Progress is how far a copy is.
type Progress struct {
	Part  string // what is copied
	Phase Phase
	Done  int // versions, entries, or customers of whom everything is done, in the phase
	Total int // as many as are known of; of settings, what the source had at the beginning
}

// Options adjust a copy. The zero value is what the command uses.
type Options struct {
	// Progress is called now and then, from the goroutine that called Copy.
	Progress func(Progress)
	// Page is how many changes are read at once; 0 means 1000.
	Page int
}

// Report is what a copy did.
type Report struct {
	Customers int    // of the source at the beginning
	Versions  int    // in the target, all equal to those of the source
	Copied    int    // of them by this copy; the others by an earlier one
	Digest    string // sha256 over all versions in the order of recording, the same for every store that holds the same
}

// Bounds of one batch that is written to the target.
const (
	batchWrites = 10_000
	batchBytes  = 16 << 20
)

// Copy copies the settings from one store to another and compares them. The
// target is empty, or holds what an earlier copy of the same source left: then
// it goes on from there. It returns ErrDifferent, naming the first difference,
// where the target holds anything else. After an error everything that was
// copied so far is in the target, and the same call goes on.
func Copy(ctx context.Context, from, to atlas.Store, opts Options) (Report, error) {
	c := newCopier(from, to, opts)
	for _, step := range []func(context.Context) error{c.compare, c.copy, c.verify} {
		if err := step(ctx); err != nil {
			return c.report, fmt.Errorf("copy store: %w", err)
		}
	}
	return c.report, nil
}

func newCopier(from, to atlas.Store, opts Options) *copier {
	c := &copier{from: from, to: to, page: opts.Page, progress: opts.Progress}
	if c.page <= 0 {
		c.page = 1000
	}
	if c.progress == nil {
		c.progress = func(Progress) {}
	}
	return c
}

// copier is the part of the settings.
type copier struct {
	from, to atlas.Store
	page     int
	progress func(Progress)
	total    int
	after    int64 // the last change of the source that is in the target
	report   Report
}

func (c *copier) tell(p Phase, done int) {
	c.progress(Progress{Part: c.done().Name, Phase: p, Done: done, Total: max(c.total, done)})
}

func (c *copier) done() Part {
	return Part{Name: "settings", Items: c.report.Versions, Copied: c.report.Copied, Digest: c.report.Digest}
}

// count learns how much there is.
func (c *copier) count(ctx context.Context) error {
	after := ""
	for {
		refs, err := c.from.Customers(ctx, after, c.page)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		for _, r := range refs {
			c.total += r.Version
			after = r.Customer
		}
		c.report.Customers += len(refs)
		if len(refs) < c.page {
			return nil
		}
	}
}

// compare finds where an earlier copy stopped: the changes of the target must be
// the first of the source.
func (c *copier) compare(ctx context.Context) error {
	if err := c.count(ctx); err != nil {
		return err
	}
	var afterTarget int64
	for {
		theirs, err := c.to.Changes(ctx, afterTarget, c.page)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		if len(theirs) == 0 {
			return nil
		}
		ours, err := c.from.Changes(ctx, c.after, len(theirs))
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		for i, t := range theirs {
			if i >= len(ours) || ours[i].CustomerRef != t.CustomerRef {
				return fmt.Errorf("%w: version %d of customer %q is not what the source has at that place: name an empty target", ErrDifferent, t.Version, t.Customer)
			}
		}
		afterTarget = theirs[len(theirs)-1].Seq
		c.after = ours[len(ours)-1].Seq
		c.report.Versions += len(theirs)
		c.tell(Comparing, c.report.Versions)
	}
}

// copy follows the changes of the source to their end.
func (c *copier) copy(ctx context.Context) error {
	var waiting batch
	for {
		changes, err := c.from.Changes(ctx, c.after, c.page)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		versions, err := versionsOf(ctx, c.from, changes)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		for i, v := range versions {
			if !waiting.takes(v) {
				if err := c.write(ctx, &waiting); err != nil {
					return err
				}
			}
			waiting.add(v)
			c.after = changes[i].Seq
		}
		if len(changes) < c.page {
			return c.write(ctx, &waiting)
		}
	}
}

// batch is versions in a row that were recorded at the same instant.
type batch struct {
	versions []atlas.Version
	bytes    int
}

func (b *batch) takes(v atlas.Version) bool {
	return len(b.versions) == 0 || b.versions[0].RecordedAt.Equal(v.RecordedAt) && len(b.versions) < batchWrites && b.bytes < batchBytes
}

func (b *batch) add(v atlas.Version) {
	b.versions = append(b.versions, v)
	b.bytes += len(v.Customer) + len(v.Actor) + len(v.Settings)
}

// write appends a batch to the target and empties it.
func (c *copier) write(ctx context.Context, b *batch) error {
	if len(b.versions) == 0 {
		return nil
	}
	writes := make([]atlas.Write, len(b.versions))
	for i, v := range b.versions {
		writes[i] = atlas.Write{Customer: v.Customer, Expect: v.Number - 1, ValidFrom: v.ValidFrom, Actor: v.Actor, Settings: v.Settings}
	}
	stored, err := c.to.Append(ctx, b.versions[0].RecordedAt, writes)
	switch {
	case errors.Is(err, atlas.ErrConflict):
		return fmt.Errorf("%w: somebody else writes to it: %w", ErrDifferent, err)
	case err != nil:
		return fmt.Errorf("target: %w", err)
	case len(stored) != len(writes):
		return fmt.Errorf("target: %d versions came back for %d", len(stored), len(writes))
	}
	for i, v := range b.versions {
		if err := equal(v, stored[i]); err != nil {
			return err
		}
	}
	c.report.Versions += len(writes)
	c.report.Copied += len(writes)
	c.tell(Copying, c.report.Versions)
	*b = batch{}
	return nil
}

// equal compares a version of the source with that of the target.
func equal(from, to atlas.Version) error {
	var what string
	switch {
	case from.Customer != to.Customer || from.Number != to.Number:
		what = "number"
	case from.ValidFrom != to.ValidFrom:
		what = "valid from"
	case !from.RecordedAt.Equal(to.RecordedAt):
		what = "recorded at"
	case from.Actor != to.Actor:
		what = "actor"
	case !bytes.Equal(from.Settings, to.Settings):
		what = "settings"
	default:
		return nil
	}
	return fmt.Errorf("%w: customer %q, version %d: %s differs", ErrDifferent, from.Customer, from.Number, what)
}
