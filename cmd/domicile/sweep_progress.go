package main

import (
	"fmt"
	"io"
)

// progress is one line at a terminal that says how far something is.
type progress struct {
	to    io.Writer // nil: say nothing
	shown int
}

// progress is for a person who waits: not where the output goes elsewhere.
func (a *app) progress() *progress {
	if !a.terminal || a.asJSON {
		return &progress{}
	}
	return &progress{to: a.stderr}
}

// tell writes the line anew when the percentage changed.
func (p *progress) tell(done, total int) {
	percent := 100 * done / max(total, 1)
	if p.to == nil || percent == p.shown {
		return
	}
	p.shown = percent
	fmt.Fprintf(p.to, "\r%3d %%", percent)
}

// end clears the line.
func (p *progress) end() {
	if p.to != nil {
		fmt.Fprint(p.to, "\r     \r")
	}
}
