package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxProblems is how many problems are listed; the rest are counted.
const maxProblems = 100

// Problem is one thing wrong with a settings file.
type Problem struct {
	File    string
	Line    int    // counted from 1; 0 when it concerns no line
	Column  int    // in characters, counted from 1; 0 when not known
	Path    string // for example zones.acme.example.hostnames[2].processing_region; may be empty
	Message string // what is wrong
	Fix     string // what to do about it; may be empty
}

// String returns one line: settings.yaml:14:9: path: message; fix.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	for _, n := range []int{p.Line, p.Column} {
		if n > 0 {
			b.WriteString(":" + strconv.Itoa(n))
		}
	}
	for _, part := range []string{p.Path, p.Message} {
		if part != "" {
			if b.Len() > 0 {
				b.WriteString(": ")
			}
			b.WriteString(part)
		}
	}
	if p.Fix != "" {
		b.WriteString("; " + p.Fix)
	}
	return b.String()
}

// Problems are all the problems of a file in the order of its lines: at most
// 100, then one that counts the others.
type Problems []Problem

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// collector gathers problems up to the bound.
type collector struct {
	file     string
	lines    int // before the text at hand
	problems Problems
	more     int
}

// full reports whether the bound is reached; the problem at hand is counted
// then, and need not be worked out.
func (c *collector) full() bool {
	if len(c.problems) < maxProblems {
		return false
	}
	c.more++
	return true
}

func (c *collector) add(p Problem) {
	if c.full() {
		return
	}
	p.File = c.file
	if p.Line > 0 {
		p.Line += c.lines
	}
	c.problems = append(c.problems, p)
}

// err returns the problems in the order of their places, or nil.
func (c *collector) err() error {
	if len(c.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if c.more > 0 {
		c.problems = append(c.problems, Problem{File: c.file, Message: fmt.Sprintf("and %d more", c.more)})
	}
	return c.problems
}

// quote returns text for a message: quoted, and cut where it is long.
func quote(s string) string {
	const most = 64
	if len(s) > most {
		cut := most
		for cut > 0 && s[cut]&0xC0 == 0x80 {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strconv.Quote(s)
}
