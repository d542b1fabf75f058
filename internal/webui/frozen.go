package webui

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
)

// Asking is what a frozen report asks: the claim as the API's ClaimInput, in a
// reading, on a day.
type Asking struct {
	Customer string
	Claim    map[string]any
	Reading  string
	Last     string // the day, YYYY-MM-DD
	AsOf     any    // the same, or nil for today
	From, To string // first and last day of what was observed; the last 30 days where they are empty
}

// Operations reads the documents of a built page by the names of their operations.
func Operations(files fs.FS) (map[string]string, error) {
	data, err := fs.ReadFile(files, operationsFile)
	if err != nil {
		return nil, fmt.Errorf("webui: %w", err)
	}
	all, err := parseOperations(data)
	out := make(map[string]string, len(all))
	for name, known := range all {
		out[name] = known.text
	}
	return out, err
}

// Variables are those of the operations that a frozen report asks, by name: as the
// page would ask them about the same claim on the same day.
func (a *Asking) Variables() map[string]map[string]any {
	report := map[string]any{"customer": a.Customer, "asOf": a.AsOf, "claim": a.Claim}
	for name, kind := range dataKinds {
		part := maps.Clone(a.Claim)
		part["categories"], part["activities"] = []any{kind}, activities[a.Reading]
		report[name] = part
	}
	window := observedWindow(a.From, cmp.Or(a.To, a.Last))
	return map[string]map[string]any{
		"Report": report, "Measured": measuredVariables(report, window), "Judged": judgedVariables(report, window),
	}
}
