package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrFaults is wrapped by the error of a directory that does not verify.
var ErrFaults = errors.New("datasets do not verify")

// shownFaults bounds how many faults the text of an error names.
const shownFaults = 20

// Fault is one thing wrong with a data file, where it stands, and how to mend
// it. Line and Column count from 1; zero means the file as a whole.
type Fault struct {
	File   string
	Line   int
	Column int // in bytes from the start of the line
	What   string
	Fix    string
}

// String returns text such as
//
//	sites.csv: line 14, column 23: country "XX" is not defined; add it to jurisdictions.csv or correct it
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ": line %d", f.Line)
	}
	if f.Column > 0 {
		fmt.Fprintf(&b, ", column %d", f.Column)
	}
	b.WriteString(": " + f.What)
	if f.Fix != "" {
		b.WriteString("; " + f.Fix)
	}
	return b.String()
}

// Faults is every fault of a directory, by file, line and column.
type Faults []Fault

// Error names the first twenty faults, one a line, and counts the rest.
func (fs Faults) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d faults", ErrFaults, len(fs))
	for i, f := range fs {
		if i == shownFaults {
			fmt.Fprintf(&b, "\n  and %d more", len(fs)-i)
			break
		}
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

// Unwrap makes errors.Is(err, ErrFaults) true.
func (fs Faults) Unwrap() error { return ErrFaults }

func (fs Faults) sort() {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// clip shortens a stranger's text for a message.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
