package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
)

// maxAhead is how far ahead of this machine's clock that of the provider may be. What
// is later could be of no window that is judged, so it is told and not kept.
const maxAhead = time.Hour

// reading is one pass over a file.
type reading struct {
	*Ingester
	*worker
	source
	before evidence.File
	again  *atlas.Reading // how far it was read while other names were known
	result *Result

	found   map[evidence.Root]bool // of this reading and the one it goes on with
	unread  uint64                 // lines of which nothing is known, so that no time is covered whole
	carries bool                   // the first range counts the lines of the file that was followed
	check   func() error           // that what was read is what the file was named by

	log     *edgelog.Reader
	last    edgelog.Counts                  // of the log, where the range began
	noted   uint64                          // lines told to Progress
	naming  func() (evidence.Digest, error) // of a stream, which is one range
	ended   bool
	damaged bool
}

// from begins where what is recorded of the file, or of the one that it follows, ends.
func (r *reading) from(f evidence.File, found bool) {
	before := f
	if follows := r.follows; !found && follows != nil {
		r.carries = follows.Attribution == r.attribution
		f = *follows
		before = evidence.File{To: f.To, Counts: evidence.Counts{Lines: f.Counts.Lines}, Counted: f.Counted}
	}
	if (found || r.follows != nil) && f.Attribution != r.attribution {
		before = evidence.File{Counted: f.Counted}
		if found {
			r.again = &atlas.Reading{Attribution: f.Attribution, To: f.To}
		}
	}
	r.before = before
	r.worker.skip(before.Counted)
	r.known(before)
	if before.To > 0 {
		r.unread = unread(&f.Counts)
		for _, c := range before.Counted {
			r.finds(c.Always())
			r.finds(evidence.Root{Customer: c.Customer})
		}
	}
}

// finds notes that the file has lines of a root.
func (r *reading) finds(root evidence.Root) {
	if r.found == nil {
		r.found = map[evidence.Root]bool{}
	}
	r.found[root] = true
}

// unread counts the lines of which nothing is known.
func unread(c *evidence.Counts) uint64 { return c.Malformed + c.TooLong + c.NoSite }

// read reads a file to its end, range by range.
func (r *reading) read(ctx context.Context, body io.Reader) error {
	body = r.checked(body)
	r.log = edgelog.NewReader(&counted{from: body, progress: r.Progress}, edgelog.Options{
		Dataset: r.Dataset, Fields: r.fields, Resume: r.before.To, Follows: r.carries, Stops: stops(r.before.Counted), MaxBytes: r.MaxBytes, Latest: r.Clock().Add(maxAhead),
	})
	r.worker.reset()
	r.last = edgelog.Counts{Offset: r.before.To}
	var batch edgelog.Batch
	for {
		err := r.log.Next(&batch)
		if err == nil {
			err = r.count(&batch, r.log.Counts().Offset)
		}
		if done, err := r.outcome(err); done || err != nil {
			return errors.Join(err, r.finish(ctx, err))
		}
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
}

// stops are the offsets up to which roots are counted.
func stops(counted []evidence.Counted) (out []int64) {
	for _, c := range counted {
		out = append(out, c.To)
	}
	slices.Sort(out)
	return slices.Compact(out)
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
	if r.check != nil {
		if err := r.check(); err != nil {
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
	f, found, err := r.Store.File(ctx, r.digest)
	switch {
	case err != nil || !found:
		return err
	case f.Attribution != r.attribution:
		r.again = &atlas.Reading{Attribution: f.Attribution, To: f.To}
		r.before = evidence.File{Counted: f.Counted}
	case f.Complete:
		r.before = f
		r.known(f)
	}
	return nil
}

// known begins a result with what was recorded before.
func (r *reading) known(f evidence.File) {
	r.result.Counts = evidence.Counts{Lines: f.Counts.Lines, Duplicate: f.Counts.Lines}
	r.result.Damaged, r.result.Bytes = f.Damaged, f.To
}

// record hands the range over to the store.
func (r *reading) record(ctx context.Context) error {
	now := r.log.Counts()
	rows, transfers := r.rows()
	if r.naming != nil {
		rows, transfers = r.undone(rows, transfers)
	}
	c := &r.lines
	c.Malformed, c.TooLong = now.Malformed-r.last.Malformed, now.TooLong-r.last.TooLong
	c.Lines = now.Lines - now.Blank - now.Headers - (r.last.Lines - r.last.Blank - r.last.Headers)
	b := atlas.EvidenceBatch{
		File: r.digest, Name: clip(r.source.name), Size: r.size, Dataset: r.log.Dataset().String(), From: r.last.Offset, To: now.Offset,
		Complete: r.ended, Damaged: r.damaged, Attribution: r.attribution, At: r.Clock().UTC().Truncate(time.Microsecond), Counts: *c,
		Seen: r.covered(), Rows: rows, Transfers: transfers,
	}
	if b.From == 0 {
		b.Again = r.again
	}
	if r.follows != nil {
		b.Follows = r.follows.Digest
		r.carry(&b)
	}
	r.unread += unread(c)
	for _, s := range b.Seen {
		r.finds(evidence.Root{Customer: s.Customer, Name: s.Root})
	}
	if r.ended && !r.damaged && r.unread == 0 {
		b.Seen = append(b.Seen, r.span()...)
	}
	if err := r.Store.Record(ctx, b); err != nil {
		return err
	}
	r.result.Counts.Add(*c)
	r.result.Rows += len(b.Rows)
	r.result.Bytes, r.result.Damaged = now.Offset, r.damaged
	r.last = now
	r.worker.reset()
	return nil
}

// carry counts the lines of the file that was followed, with the first range behind
// it, so that the counts are of the whole file.
func (r *reading) carry(b *atlas.EvidenceBatch) {
	if r.carries && b.From == r.follows.To && b.From < b.To {
		b.Counts.Lines += r.follows.Counts.Lines
		b.Counts.Duplicate += r.follows.Counts.Lines
	}
}

// undone leaves out what a stream holds that is counted already, now that it has a name.
func (r *reading) undone(rows []evidence.Row, transfers []evidence.TransferRow) ([]evidence.Row, []evidence.TransferRow) {
	if len(r.before.Counted) == 0 {
		return rows, transfers
	}
	known := func(customer, root string) bool {
		return countedTo(r.before.Counted, evidence.Root{Customer: customer, Name: root}) > 0
	}
	rows = slices.DeleteFunc(rows, func(x evidence.Row) bool { return known(x.Customer, x.Root) })
	transfers = slices.DeleteFunc(transfers, func(x evidence.TransferRow) bool { return known(x.Customer, x.Root) })
	if len(rows) == 0 {
		r.lines.Duplicate, r.lines.Accepted = r.lines.Duplicate+r.lines.Accepted, 0
	}
	return rows, transfers
}

// span is the interval that the provider's name of a file states, for each root that the
// file has lines of.
func (r *reading) span() []evidence.CustomerSeen {
	from, to, ok := Interval(r.source.name)
	if !ok || r.sampled {
		return nil
	}
	var out []evidence.CustomerSeen
	for _, root := range slices.SortedFunc(maps.Keys(r.found), evidence.Root.Compare) {
		if root.Name != "" && !whole(r.log.Dataset()) {
			continue
		}
		evidence.Span(from, to, func(s evidence.Seen) {
			s.Root = root.Name
			out = append(out, evidence.CustomerSeen{Customer: root.Customer, Seen: s})
		})
	}
	return out
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
