package edgelog

import (
	"bytes"
	"fmt"
)

// skipped says that a line was dealt with: blank, or a header.
const skipped = reasonEnd

// unusual reads a line that the learnt shape does not fit: the first ones, blank
// ones, CSV, and lines with other keys.
func (r *Reader) unusual(b []byte, start, end int) Reason {
	start += r.bom()
	if b[space(b, start)] == '\n' {
		r.counts.Blank++
		r.pass(end)
		return skipped
	}
	if r.format == unknownFormat {
		if why := r.tellFormat(b, start, end); why != Fine {
			return why
		}
	}
	if r.format == csv {
		if bytes.Equal(bytes.TrimRight(b[start:end], "\r\n"), r.csv.header) {
			r.counts.Headers++
			r.pass(end)
			return skipped
		}
		return r.csv.line(b, start, &r.vals)
	}
	if r.dataset == UnknownDataset || r.json.fields == nil {
		if why := r.tellDataset(b, start); why != Fine {
			return why
		}
	}
	return r.json.line(b, start, &r.vals)
}

// bom returns the length of a byte order mark in front of the first line.
func (r *Reader) bom() int {
	if r.counts.Lines == 0 {
		return r.lines.bom()
	}
	return 0
}

func (r *Reader) tellFormat(b []byte, start, end int) Reason {
	switch b[space(b, start)] {
	case '{':
		r.format = ndjson
		return Fine
	case '[':
		r.err = fmt.Errorf("a JSON array: %w: write one object a line", ErrFormat)
		return skipped
	}
	if t, names, ok := parseHeader(b[start:end]); ok && known(names) {
		r.startCSV(t, names)
		return Fine
	}
	if len(r.options.Fields) > 0 {
		t, err := headless(b[start:end], r.options.Fields)
		if r.err = err; err == nil {
			r.startCSV(t, r.options.Fields)
		}
		return Fine
	}
	if r.undetected == 0 {
		r.packed = packed(b[start:end])
	}
	if r.undetected++; r.packed || r.undetected >= maxUndetected {
		r.err = r.formatError()
	}
	return BadSyntax
}

// packed reports whether bytes are the beginning of a compressed file.
func packed(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0x1f, 0x8b}) || isZstd(b)
}

// known reports whether any name is a field.
func known(names []string) bool {
	for _, name := range names {
		if owners[name] != 0 {
			return true
		}
	}
	return false
}

func (r *Reader) startCSV(t table, names []string) {
	r.format, r.csv = csv, t
	if r.dataset == UnknownDataset {
		best, rival := detect(names)
		if rival != UnknownDataset {
			r.fits = [2]Dataset{best, rival}
			r.err = r.datasetError()
			return
		}
		r.dataset = best
	}
	r.bind()
	r.csv.bind(names, r.json.fields)
}

func (r *Reader) tellDataset(b []byte, start int) Reason {
	if _, why := r.json.split(b, start); why != Fine {
		return why
	}
	if r.dataset == UnknownDataset {
		best, rival := detect(r.json.names(b))
		if best == UnknownDataset || rival != UnknownDataset {
			r.fits = [2]Dataset{best, rival}
			if r.undetected++; r.undetected >= maxUndetected {
				r.err = r.datasetError()
			}
			return NoDataset
		}
		r.dataset = best
	}
	r.bind()
	return Fine
}

// bind takes up the fields of the dataset, or refuses one that proves nothing.
func (r *Reader) bind() {
	r.makes.dataset = r.dataset
	r.json.fields = layouts[r.dataset].read
	if !r.dataset.CarriesSite() {
		r.err = fmt.Errorf("%s: %w: %s", r.dataset, ErrNoSite, r.dataset.Why())
	}
}
