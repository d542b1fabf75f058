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

// loading says how many customers of a large store are read: at a terminal, and
// in the log of a service.
func (a *app) loading() func(customers int) {
	const step = 100_000
	next := step
	return func(n int) {
		if n < next {
			return
		}
		next = n + step
		switch {
		case a.serving:
			a.logger().Info("reading the store", "customers", n)
		case a.terminal && !a.asJSON:
			fmt.Fprintf(a.stderr, "%d customers read\n", n)
		}
	}
}

// end clears the line.
func (p *progress) end() {
	if p.to != nil {
		fmt.Fprint(p.to, "\r     \r")
	}
}
