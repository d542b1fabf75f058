package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
)

// reading is one pass over a file.
type reading struct {
	*Ingester
	*worker
	source
	before evidence.File
	result *Result

	log     *edgelog.Reader
	last    edgelog.Counts                  // of the log, where the range began
	noted   uint64                          // lines told to Progress
	naming  func() (evidence.Digest, error) // of a stream, which is one range
	ended   bool
	damaged bool
}

// read reads a file to its end, range by range.
func (r *reading) read(ctx context.Context, body io.Reader) error {
	r.log = edgelog.NewReader(&counted{from: body, progress: r.Progress}, edgelog.Options{Dataset: r.Dataset, Fields: r.fields, Resume: r.before.To, MaxBytes: r.MaxBytes})
	r.worker.reset()
	r.last = edgelog.Counts{Offset: r.before.To}
	var batch edgelog.Batch
	for {
		err := r.log.Next(&batch)
		if err == nil {
			err = r.count(&batch)
		}
		if done, err := r.outcome(err); done || err != nil {
			return errors.Join(err, r.finish(ctx, err))
		}
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
}

// outcome tells the ends of a file from faults.
func (r *reading) outcome(err error) (done bool, fault error) {
	r.result.Dataset = r.log.Dataset()
	c := r.log.Counts()
	r.Progress.Lines.Add(int64(c.Lines - r.noted))
	r.noted = c.Lines
	switch {
	case err == nil:
		return false, nil
	case err == io.EOF:
		return true, nil
	case errors.Is(err, edgelog.ErrDamaged):
		if r.naming != nil {
			return false, fmt.Errorf("%w; nothing of it was recorded", err)
		}
		r.damaged = true
		return true, nil
	case errors.Is(err, edgelog.ErrNoSite):
		r.result.NoSites = true
		return true, nil
	}
	return false, err
}

// flush records the range where it is full.
func (r *reading) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	full := r.full(r.Groups)
	switch {
	case full && r.naming != nil:
		return ErrStream
	case r.naming != nil, !full && r.log.Counts().Lines-r.last.Lines < r.Lines:
		return nil
	}
	return r.record(ctx)
}

// finish records what is left, unless the file proves nothing or something broke.
func (r *reading) finish(ctx context.Context, fault error) error {
	r.result.Bad = r.log.Quarantine().Samples
	if r.before.To > 0 {
		for i := range r.result.Bad {
			r.result.Bad[i].Line = 0 // counted from where the file was taken up
		}
	}
	if fault != nil || r.result.NoSites {
		return nil
	}
	if r.naming != nil {
		if err := r.baptize(ctx); err != nil || r.before.Complete {
			return err
		}
	}
	r.ended = true
	return r.record(ctx)
}

// baptize gives a stream that has ended its name, and looks whether it is known.
func (r *reading) baptize(ctx context.Context) (err error) {
	if r.digest, err = r.naming(); err != nil {
		return err
	}
	r.result.Digest = r.digest
	f, _, err := r.Store.File(ctx, r.digest)
	if f.Complete {
		r.before = f
		r.known(f)
	}
	return err
}

// known begins a result with what was recorded before.
func (r *reading) known(f evidence.File) {
	r.result.Counts = evidence.Counts{Lines: f.Counts.Lines, Duplicate: f.Counts.Lines}
	r.result.Damaged, r.result.Bytes = f.Damaged, f.To
}

// record hands the range over to the store.
func (r *reading) record(ctx context.Context) error {
	now := r.log.Counts()
	c := &r.lines
	c.Malformed, c.TooLong = now.Malformed-r.last.Malformed, now.TooLong-r.last.TooLong
	c.Lines = now.Lines - now.Blank - now.Headers - (r.last.Lines - r.last.Blank - r.last.Headers)
	b := atlas.EvidenceBatch{
		File: r.digest, Name: clip(r.source.name), Size: r.size, Dataset: r.log.Dataset().String(), From: r.last.Offset, To: now.Offset,
		Complete: r.ended, Damaged: r.damaged, At: r.Clock().UTC().Truncate(time.Microsecond), Counts: *c,
		Seen: r.covered(),
	}
	b.Rows, b.Transfers = r.rows()
	if r.follows != nil {
		b.Follows = r.follows.Digest
		r.carry(&b)
	}
	if r.ended && !r.damaged {
		b.Seen = append(b.Seen, r.span(b.Rows)...)
	}
	if err := r.Store.Record(ctx, b); err != nil {
		return err
	}
	r.result.Counts.Add(*c)
	r.result.Rows += len(b.Rows)
	r.result.Bytes, r.result.Damaged = now.Offset, r.damaged
	r.before.Customers = merge(r.before.Customers, b.Rows)
	r.last = now
	r.worker.reset()
	return nil
}

// carry counts the lines of the file that was followed, with the first range behind
// it, so that the counts are of the whole file.
func (r *reading) carry(b *atlas.EvidenceBatch) {
	if b.From == r.follows.To && b.From < b.To {
		b.Counts.Lines += r.follows.Counts.Lines
		b.Counts.Duplicate += r.follows.Counts.Lines
	}
}

// span is the interval that the provider's name of a file states, for each
// customer that the file has lines of.
func (r *reading) span(rows []evidence.Row) []evidence.CustomerSeen {
	from, to, ok := Interval(r.source.name)
	if !ok || r.sampled {
		return nil
	}
	var out []evidence.CustomerSeen
	for _, customer := range merge(r.before.Customers, rows) {
		evidence.Span(from, to, func(s evidence.Seen) { out = append(out, evidence.CustomerSeen{Customer: customer, Seen: s}) })
	}
	return out
}

// merge adds the customers of rows to a list.
func merge(list []string, rows []evidence.Row) []string {
	for i := range rows {
		if at, found := slices.BinarySearch(list, rows[i].Customer); !found {
			list = slices.Insert(slices.Clip(list), at, rows[i].Customer)
		}
	}
	return list
}

var interval = regexp.MustCompile(`^(\d{8}T\d{6}Z)_(\d{8}T\d{6}Z)(_|\.|$)`)

// maxInterval is the longest a file's name is believed.
const maxInterval = 31 * 24 * time.Hour

// Interval reads the time that a file covers from the name the provider gives it:
// 20261123T170000Z_20261123T170459Z_5d0e.log.gz covers five minutes, the last second
// included.
func Interval(name string) (from, to time.Time, ok bool) {
	m := interval.FindStringSubmatch(name)
	if m == nil {
		return from, to, false
	}
	from, err1 := time.Parse("20060102T150405Z", m[1])
	to, err2 := time.Parse("20060102T150405Z", m[2])
	if cmp.Or(err1, err2) != nil || !from.Before(to) || to.Sub(from) > maxInterval {
		return from, to, false
	}
	if to.Second() == 59 {
		to = to.Add(time.Second)
	}
	return from, to, true
}

// clip keeps a name short and printable.
func clip(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(name, ""))
	const most = 200
	if len(name) > most {
		return strings.ToValidUTF8(name[:most], "")
	}
	return name
}

// ErrStream: a stream holds more different counts than are kept until its end,
// when it gets its name.
var ErrStream = errors.New("the stream is too varied to be counted before it ends; save it to a file and ingest that")

// counted tells Progress what is read.
type counted struct {
	from     io.Reader
	progress *Progress
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.progress.Bytes.Add(int64(n))
	return n, err
}
