package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds on a table: data files are written by people, and a file beyond these
// is not one of them.
const (
	maxTableBytes = 4 << 20
	maxLineBytes  = 8 << 10
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// record is one row of a table and where its cells begin.
type record struct {
	cells []string
	lines []int
	cols  []int
}

// readRecords checks the bytes of a table and cuts them into rows under the
// header. It reports every fault of form; rows with the wrong number of
// fields are left out.
func readRecords(file string, b []byte, header []string) ([]record, Faults) {
	if faults := checkBytes(file, b); len(faults) > 0 {
		return nil, faults
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, Faults{syntaxFault(file, err)}
	}
	if f, ok := checkHeader(file, head, header); !ok {
		return nil, Faults{f}
	}
	var rows []record
	var faults Faults
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			if len(rows)+len(faults) == 0 {
				faults = append(faults, Fault{File: file, Line: 2, What: "no rows", Fix: "restore the rows; an empty table answers nothing"})
			}
			return rows, faults
		case err != nil:
			// The reader cannot tell where the next row begins.
			return rows, append(faults, syntaxFault(file, err))
		}
		line, _ := r.FieldPos(0)
		if len(cells) != len(header) {
			faults = append(faults, Fault{
				File: file, Line: line,
				What: fmt.Sprintf("%d fields, want %d", len(cells), len(header)),
				Fix:  "add or remove commas, and quote a cell that contains one",
			})
			continue
		}
		rows = append(rows, newRecord(r, cells))
	}
}

func newRecord(r *csv.Reader, cells []string) record {
	rec := record{cells: cells, lines: make([]int, len(cells)), cols: make([]int, len(cells))}
	for i := range cells {
		rec.lines[i], rec.cols[i] = r.FieldPos(i)
	}
	return rec
}

// checkBytes reports faults that make a file unreadable as a table.
func checkBytes(file string, b []byte) Faults {
	whole := func(what, fix string) Faults { return Faults{{File: file, What: what, Fix: fix}} }
	switch {
	case len(b) == 0:
		return whole("empty file", "restore the header line and the rows")
	case len(b) > maxTableBytes:
		return whole(fmt.Sprintf("%d bytes, at most %d", len(b), maxTableBytes), "split the table or raise the bound")
	case bytes.HasPrefix(b, byteOrderMark):
		return Faults{{File: file, Line: 1, Column: 1, What: "byte order mark", Fix: "save as UTF-8 without one"}}
	}
	var faults Faults
	if at := invalidUTF8(b); at >= 0 {
		faults = append(faults, faultAt(file, b, at, "invalid UTF-8", "save as UTF-8"))
	}
	if at := bytes.IndexByte(b, '\r'); at >= 0 {
		faults = append(faults, faultAt(file, b, at, "carriage return", "end lines with LF alone"))
	}
	if at := bytes.IndexByte(b, 0); at >= 0 {
		faults = append(faults, faultAt(file, b, at, "zero byte", "remove it"))
	}
	faults = append(faults, longLines(file, b)...)
	if b[len(b)-1] != '\n' {
		faults = append(faults, faultAt(file, b, len(b), "truncated: the last line does not end", "restore the rest of the file, or end the line"))
	}
	return faults
}

func longLines(file string, b []byte) Faults {
	var faults Faults
	n := 0
	for line := range bytes.Lines(b) {
		if n++; len(line) > maxLineBytes {
			faults = append(faults, Fault{
				File: file, Line: n, Column: maxLineBytes + 1,
				What: fmt.Sprintf("line of %d bytes, at most %d", len(line), maxLineBytes), Fix: "shorten it",
			})
		}
	}
	return faults
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for at := 0; at < len(b); {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
	return -1
}

// faultAt places a fault at a byte of the file.
func faultAt(file string, b []byte, at int, what, fix string) Fault {
	start := bytes.LastIndexByte(b[:at], '\n') + 1
	return Fault{File: file, Line: bytes.Count(b[:at], []byte("\n")) + 1, Column: at - start + 1, What: what, Fix: fix}
}

func checkHeader(file string, got, want []string) (Fault, bool) {
	if slices.Equal(got, want) {
		return Fault{}, true
	}
	what := fmt.Sprintf("header has %d columns, want %d", len(got), len(want))
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			what = fmt.Sprintf("header column %d is %q, want %q", i+1, clip(got[i]), want[i])
			break
		}
	}
	return Fault{File: file, Line: 1, What: what, Fix: "the header is: " + strings.Join(want, ",")}, false
}

func syntaxFault(file string, err error) Fault {
	f := Fault{File: file, Line: 1, What: "not CSV: " + err.Error(), Fix: "quote cells that contain commas or quotes, and double the quotes inside"}
	var p *csv.ParseError
	if errors.As(err, &p) {
		f.Line, f.Column, f.What = p.Line, p.Column, "not CSV: "+p.Err.Error()
	}
	return f
}
