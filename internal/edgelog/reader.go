package edgelog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
)

// format of the lines.
type format uint8

const (
	unknownFormat format = iota
	ndjson
	csv
)

// maxUndetected is how many lines may pass before format and dataset are known.
const maxUndetected = 16

// Reader reads one file of edge logs.
type Reader struct {
	options    Options
	lines      lines
	counts     Counts
	quarantine Quarantine

	format     format
	dataset    Dataset
	fits       [2]Dataset // two that fit alike
	undetected int
	opened     bool
	replaying  bool // what a file of before held
	packed     bool // what was unpacked is packed again
	err        error

	json  parser
	csv   table
	vals  values
	makes resolver

	repeats repeats
	inner   inner
}

// NewReader reads the file from r, which it buffers and does not close.
func NewReader(r io.Reader, options Options) *Reader {
	options = options.withDefaults()
	return &Reader{options: options, dataset: options.Dataset, lines: lines{in: &input{from: r}, options: options}, makes: resolver{latest: options.Latest.UnixNano()}}
}

// Dataset returns the dataset of the file once Next has told it, before or with
// its first records or ErrNoSite.
func (r *Reader) Dataset() Dataset { return r.dataset }

// Counts returns what was seen so far.
func (r *Reader) Counts() Counts { return r.counts }

// Quarantine returns the sample of bad lines so far.
func (r *Reader) Quarantine() *Quarantine { return &r.quarantine }

// Next fills the batch with the records of the next lines, up to BatchSize. The records and their
// hosts stay valid until the batch is filled again. With an error there are no
// records: io.EOF at the end of a whole file, else one that wraps an error of this
// package, or that of the underlying reader. Errors stay.
func (r *Reader) Next(batch *Batch) error {
	if !r.opened && r.options.Resume > 0 {
		r.err = r.replay(batch)
	}
	r.fill(batch, r.stop())
	if len(batch.Records) > 0 {
		return nil
	}
	return r.err
}

// stop is the next offset that no batch reaches over.
func (r *Reader) stop() int64 {
	for _, s := range r.options.Stops {
		if s > r.counts.Offset {
			return s
		}
	}
	return math.MaxInt64
}

// fill reads until the batch is full or an offset is reached.
func (r *Reader) fill(batch *Batch, to int64) {
	batch.reset()
	for r.err == nil && len(batch.Records) < BatchSize && r.counts.Offset < to {
		if !r.lines.ready() {
			r.err = r.more()
			continue
		}
		if r.replaying && r.lines.goesOn(to) {
			break
		}
		r.step(batch)
	}
	r.counts.Repeated += r.repeats.mark(batch.Records)
}

// replay reads what an earlier reader read, to know its lines again, and counts
// nothing of it.
func (r *Reader) replay(batch *Batch) error {
	to := r.options.Resume
	r.replaying = r.options.Follows
	for r.counts.Offset < to && r.err == nil {
		if r.fill(batch, to); r.replaying && r.lines.ready() && r.lines.goesOn(to) {
			break
		}
	}
	r.replaying = false
	reached := r.counts.Offset
	r.counts, r.quarantine = Counts{Offset: to}, Quarantine{}
	switch {
	case r.options.Follows && r.err == nil, reached == to && (r.err == nil || r.err == io.EOF):
		return r.err
	case r.err == io.EOF, errors.Is(r.err, ErrDamaged):
		return fmt.Errorf("%w: it ends before offset %d", ErrResume, to)
	case r.err == nil:
		return fmt.Errorf("%w: no line ends at offset %d", ErrResume, to)
	}
	return r.err
}

// more gets at least one more line.
func (r *Reader) more() error {
	if !r.opened {
		r.opened = true
		if err := r.lines.open(); err != nil {
			return r.ended(err)
		}
	}
	tooLong, err := r.lines.more()
	if tooLong {
		r.counts.Lines++
		r.counts.TooLong++
		r.counts.Offset = r.lines.offset()
	}
	if err != nil {
		return r.ended(err)
	}
	return nil
}

// ended gives the error that Next ends with.
func (r *Reader) ended(err error) error {
	switch {
	case err == errDecode:
		r.counts.Damaged = true
		return fmt.Errorf("behind line %d, offset %d: %w: fetch the file again", r.counts.Lines, r.counts.Offset, ErrDamaged)
	case err != io.EOF:
		return err // of the underlying reader, or one that says it all
	case r.format == unknownFormat && r.counts.Lines > r.counts.Blank:
		return r.formatError()
	case r.dataset == UnknownDataset && r.counts.Malformed > 0:
		return r.datasetError()
	}
	return err
}

func (r *Reader) formatError() error {
	if r.packed {
		return fmt.Errorf("it is compressed twice: %w: unpack it once", ErrFormat)
	}
	return fmt.Errorf("the first lines are neither JSON objects nor a CSV header with known fields: %w: CSV without a header needs its fields named", ErrFormat)
}

func (r *Reader) datasetError() error {
	if r.fits[1] != UnknownDataset {
		return fmt.Errorf("%s or %s: %w: name it in the options", r.fits[0], r.fits[1], ErrDataset)
	}
	return fmt.Errorf("%w: none of the known ones has them; a job whose output_options rename fields (record_template) or wrap lines (batch_prefix, record_prefix) has to leave them as they are", ErrDataset)
}

// step reads one line.
func (r *Reader) step(batch *Batch) {
	b, start := r.lines.buf, r.lines.pos
	end, why := -1, Fine
	if r.format == ndjson && len(r.json.shape.steps) > 0 {
		end = r.json.shape.match(b, start, &r.vals)
	}
	general := end < 0
	if general {
		end = start + len(r.lines.line())
	}
	if end-1-start > r.options.MaxLine {
		r.counts.TooLong++
		r.pass(end)
		return
	}
	if general {
		if why = r.unusual(b, start, end); why == skipped || r.err != nil {
			return
		}
	}
	if why == Fine {
		why = r.accept(b, batch)
	}
	if why != Fine {
		r.counts.Malformed++
		r.quarantine.add(Bad{
			Line: r.counts.Lines + 1, Offset: r.lines.offset(), Length: len(bytes.TrimRight(b[start:end], "\r\n")), Reason: why,
		})
	}
	r.pass(end)
}

// pass goes behind the line.
func (r *Reader) pass(end int) {
	r.counts.Lines++
	r.lines.pos = end
	r.counts.Offset = r.lines.offset()
}

// accept makes a record of the values.
func (r *Reader) accept(b []byte, batch *Batch) Reason {
	n := len(batch.Records)
	rec := &batch.store[n]
	if why := r.makes.record(b, &r.vals, rec, batch); why != Fine {
		return why
	}
	batch.Records = batch.store[:n+1]
	if why := r.merged(b, batch); why != Fine {
		batch.Records = batch.store[:n]
		return why
	}
	r.counts.Accepted++
	if rec.Site == 0 {
		r.counts.NoSite++
	}
	if len(rec.Host) == 0 {
		r.counts.NoHost++
	}
	if !rec.Client.IsValid() {
		r.counts.NoClient++
	}
	return Fine
}
