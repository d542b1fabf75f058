package main

import (
	"fmt"
	"strings"

	"domicile/internal/ingest"
)

// passedOver is what of the directories was not read, for one reason.
type passedOver struct {
	Why   string   `json:"why"`
	Count int      `json:"count"`
	Names []string `json:"such_as"`

	why ingest.Why
}

// whyPassed says why one thing is passed over, and why several are.
var whyPassed = map[ingest.Why][2]string{
	ingest.NotNamed:        {"its name does not end as a log's does", "their names do not end as a log's do"},
	ingest.Hidden:          {"its name begins with a dot", "their names begin with a dot"},
	ingest.NotAFile:        {"it is a pipe, a socket or a device; a pipe is read where it is named itself", "they are pipes, sockets or devices; a pipe is read where it is named itself"},
	ingest.LinkToDirectory: {"it is a link to a directory, which is read where it is named itself", "they are links to directories, which are read where they are named themselves"},
}

func passedFor(passed []ingest.Passed) []passedOver {
	var out []passedOver
	for _, p := range passed {
		out = append(out, passedOver{p.Why.String(), p.Count, p.Names, p.Why})
	}
	return out
}

// String is a sentence without its full stop.
func (p passedOver) String() string {
	files, why := "1 file", whyPassed[p.why][0]
	if p.Count > 1 {
		files, why = fmt.Sprintf("%d files", p.Count), whyPassed[p.why][1]
	}
	if p.Count > len(p.Names) {
		return fmt.Sprintf("%s passed over: %s (%s, ...)", files, why, strings.Join(p.Names, ", "))
	}
	return fmt.Sprintf("%s passed over: %s (%s)", files, why, strings.Join(p.Names, ", "))
}
