package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"domicile/internal/footprint"
)

// row reads the cells of a record in the order of the header and collects the
// faults it meets. Every reader consumes one cell.
type row struct {
	set  *set
	file string
	rec  record
	head []string
	next int
}

// place is where a cell or a row stands, for faults found later.
type place struct {
	file         string
	line, column int
}

func (p place) fault(what, fix string) Fault {
	return Fault{File: p.file, Line: p.line, Column: p.column, What: what, Fix: fix}
}

// start is the place of the row.
func (r *row) start() place { return place{r.file, r.rec.lines[0], r.rec.cols[0]} }

// here is the place of the cell read last.
func (r *row) here() place {
	i := r.next - 1
	return place{r.file, r.rec.lines[i], r.rec.cols[i]}
}

func (r *row) fault(what, fix string) {
	r.set.faults = append(r.set.faults, r.here().fault(r.head[r.next-1]+": "+what, fix))
}

// optional reads a cell that may be empty.
func (r *row) optional() string {
	s := r.rec.cells[r.next]
	r.next++
	switch {
	case s != strings.TrimSpace(s):
		r.fault("white space at an end", "remove it")
	case strings.ContainsAny(s, "\n\t"):
		r.fault("a line break or tab inside a cell", "write it on one line")
	}
	return s
}

// text reads a cell that must not be empty.
func (r *row) text() string {
	s := r.optional()
	if s == "" {
		r.fault("empty", "fill it in")
	}
	return s
}

// id reads a cell that defines an identifier of a kind.
func (r *row) id(k kind) string {
	s := r.text()
	if s != "" {
		r.define(k, s)
	}
	return s
}

// define records an identifier of a kind; a second one is a fault.
func (r *row) define(k kind, id string) { r.set.define(k, id, r.here()) }

// ref reads a cell that must name something defined elsewhere.
func (r *row) ref(k kind) string {
	s := r.text()
	if s != "" {
		r.set.refer(k, s, r.here(), r.head[r.next-1])
	}
	return s
}

// optionalRef reads a cell that is empty or names something defined elsewhere.
func (r *row) optionalRef(k kind) string {
	if r.rec.cells[r.next] == "" {
		return r.optional()
	}
	return r.ref(k)
}

// refs reads a list of names of things defined elsewhere.
func (r *row) refs(k kind) []string {
	list := r.list()
	for _, s := range list {
		r.set.refer(k, s, r.here(), r.head[r.next-1])
	}
	return list
}

// list reads a cell of elements separated by semicolons; an empty cell is none.
func (r *row) list() []string {
	s := r.optional()
	if s == "" {
		return nil
	}
	list := strings.Split(s, ";")
	for i, el := range list {
		switch {
		case el == "" || el != strings.TrimSpace(el):
			r.fault("an empty or padded element in the list", "write elements as a;b;c")
		case slices.Contains(list[:i], el):
			r.fault(fmt.Sprintf("%q stands twice in the list", clip(el)), "remove one")
		}
	}
	return list
}

// oneOf reads one of a closed list of words.
func (r *row) oneOf(words ...string) string {
	s := r.optional()
	if !slices.Contains(words, s) {
		r.fault(fmt.Sprintf("unknown value %q", clip(s)), "use one of: "+strings.Join(words, ", "))
	}
	return s
}

// yes reads yes or no.
func (r *row) yes() bool { return r.oneOf("yes", "no") == "yes" }

// date reads a day that must be given.
func (r *row) date() footprint.Date { return r.parseDate(r.text()) }

// optionalDate reads a day or nothing.
func (r *row) optionalDate() footprint.Date { return r.parseDate(r.optional()) }

func (r *row) parseDate(s string) footprint.Date {
	if s == "" {
		return 0
	}
	d, err := footprint.ParseDate(s)
	if err != nil {
		r.fault(fmt.Sprintf("%q is not a date", clip(s)), "write a day between 1900 and 2199 as YYYY-MM-DD")
	}
	return d
}

// period reads valid_from and valid_to, the last valid day.
func (r *row) period() footprint.Period {
	p := footprint.Period{From: r.date(), To: r.optionalDate()}
	if p.To != 0 && p.To < p.From {
		r.fault(fmt.Sprintf("ends on %s, before it begins on %s", p.To, p.From), "exchange the dates or correct one")
	}
	return p
}

// point reads a latitude and a longitude in degrees.
func (r *row) point() footprint.Point {
	return footprint.Point{Lat: r.degrees(r.text(), 90), Lon: r.degrees(r.text(), 180)}
}

// optionalPoint reads a latitude and a longitude, or two empty cells.
func (r *row) optionalPoint() footprint.Point {
	lat := r.optional()
	p := footprint.Point{Lat: r.degrees(lat, 90)}
	lon := r.optional()
	if (lat == "") != (lon == "") {
		r.fault("one coordinate of two", "give both or neither")
	}
	p.Lon = r.degrees(lon, 180)
	return p
}

func (r *row) degrees(s string, most float64) float64 {
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	// The negated test also refuses NaN.
	if err != nil || !(v >= -most && v <= most) {
		r.fault(fmt.Sprintf("%q is not a coordinate", clip(s)), fmt.Sprintf("write degrees between -%g and %g", most, most))
		return 0
	}
	return v
}

// provenance reads source, checked and confidence.
func (r *row) provenance() footprint.Provenance {
	p := footprint.Provenance{Source: r.ref(kindSource), Checked: r.date()}
	p.Confidence = r.confidence()
	return p
}

func (r *row) confidence() footprint.Confidence {
	c, err := footprint.ParseConfidence(r.optional())
	if err != nil {
		r.fault(err.Error(), "use one of: stated, published, third-party, inferred, disputed")
	}
	return c
}

// parsed reads a cell through a domain parser.
func parsed[T any](r *row, parse func(string) (T, error)) T {
	v, err := parse(r.text())
	if err != nil {
		r.fault(err.Error(), "use a word of the list")
	}
	return v
}
