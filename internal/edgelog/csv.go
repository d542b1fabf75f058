package edgelog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
)

// table reads rows of CSV: one a line, columns by the names in the header.
type table struct {
	header    []byte // its line, to know it again in joined files
	columns   []slot
	delimiter byte
}

// delimiters that a table may have.
const delimiters = ",;|\t"

// ParseFields reads the names of columns, divided by commas, as a log job's
// field_names has them: at least one that a known dataset has.
func ParseFields(text string) ([]string, error) {
	t, names, ok := parseHeader([]byte(text))
	switch {
	case !ok || t.delimiter != ',' && len(names) > 1:
		return nil, fmt.Errorf("%.60q: give the names of the columns in their order, divided by commas", text)
	case !known(names):
		return nil, fmt.Errorf("%.60q: none is a field of a known dataset", text)
	}
	return names, nil
}

// headless is a table whose columns are named, and which begins with a row. It is an
// error if the row has another number of values.
func headless(row []byte, fields []string) (table, error) {
	t := table{delimiter: ','}
	inside := false
	columns := 1
	for _, c := range bytes.TrimRight(row, "\r\n") {
		switch {
		case c == '"':
			inside = !inside
		case inside:
		case columns == 1 && bytes.IndexByte([]byte(delimiters), c) >= 0:
			t.delimiter = c
			columns++
		case c == t.delimiter:
			columns++
		}
	}
	if columns != len(fields) {
		return t, fmt.Errorf("%w: its first row has %d columns, and %d fields are named", ErrFormat, columns, len(fields))
	}
	return t, nil
}

// parseHeader reads the line as a header: names of letters, digits and underscores,
// quoted or not. What follows the first name is the delimiter.
func parseHeader(line []byte) (t table, names []string, ok bool) {
	line = bytes.TrimRight(line, "\r\n")
	t.header = bytes.Clone(line)
	for {
		name, rest, ok := headerName(line)
		if !ok || len(names) >= maxSteps {
			return t, nil, false
		}
		names = append(names, string(name))
		if len(rest) == 0 {
			break
		}
		if t.delimiter == 0 {
			t.delimiter = rest[0]
		}
		if rest[0] != t.delimiter || bytes.IndexByte([]byte(delimiters), rest[0]) < 0 {
			return t, nil, false
		}
		line = rest[1:]
	}
	return t, names, true
}

func headerName(line []byte) (name, rest []byte, ok bool) {
	quoted := len(line) > 0 && line[0] == '"'
	if quoted {
		line = line[1:]
	}
	n := 0
	for n < len(line) && (line[n]|0x20-'a' < 26 || line[n]-'0' <= 9 || line[n] == '_') {
		n++
	}
	name, rest = line[:n], line[n:]
	if quoted {
		if len(rest) == 0 || rest[0] != '"' {
			return nil, nil, false
		}
		rest = rest[1:]
	}
	return name, rest, n > 0
}

// bind finds the columns of a dataset's fields.
func (t *table) bind(names []string, fields map[string]slot) {
	t.columns = t.columns[:0]
	for _, name := range names {
		s, ok := fields[name]
		if !ok {
			s = noSlot
		}
		t.columns = append(t.columns, s)
	}
}

// line reads the row at p, which ends in '\n', into vals.
func (t *table) line(b []byte, p int, vals *values) Reason {
	*vals = values{}
	for column := 0; ; column++ {
		v, end, ok := t.value(b, p)
		if !ok {
			return BadSyntax
		}
		if column >= len(t.columns) {
			return WrongColumns
		}
		if s := t.columns[column]; s != noSlot {
			vals[s] = v
		}
		if b[end] == '\n' {
			if column+1 != len(t.columns) {
				return WrongColumns
			}
			return Fine
		}
		p = end + 1
	}
}

// value reads a value at p and returns where it ends: at a delimiter or at the
// newline.
func (t *table) value(b []byte, p int) (v value, end int, ok bool) {
	if b[p] == '"' {
		return t.quoted(b, p+1)
	}
	end = t.find(b, p)
	switch b[end] {
	case '"':
		return v, end, false
	case '\n':
		stop := end
		if stop > p && b[stop-1] == '\r' {
			stop--
		}
		return value{int32(p), int32(stop), text}, end, true
	}
	return value{int32(p), int32(end), text}, end, true
}

func (t *table) quoted(b []byte, p int) (v value, end int, ok bool) {
	v = value{start: int32(p), kind: text}
	for {
		i := bytes.IndexByte(b[p:], '"')
		if i < 0 || bytes.IndexByte(b[p:p+i], '\n') >= 0 {
			return v, p, false
		}
		p += i
		if b[p+1] != '"' {
			break
		}
		v.kind = doubled
		p += 2
	}
	v.end = int32(p)
	if p++; b[p] == '\r' && b[p+1] == '\n' {
		p++
	}
	return v, p, b[p] == t.delimiter || b[p] == '\n'
}

// find returns the first delimiter, quote or newline at or behind p.
func (t *table) find(b []byte, p int) int {
	delimiter := ones * uint64(t.delimiter)
	const newlines = '\n' * ones
	for {
		word := binary.LittleEndian.Uint64(b[p:])
		d, q, n := word^delimiter, word^quotes, word^newlines
		if m := ((d-ones)&^d | (q-ones)&^q | (n-ones)&^n) & highs; m != 0 {
			return p + bits.TrailingZeros64(m)>>3
		}
		p += wordSize
	}
}
