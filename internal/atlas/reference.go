package atlas

import (
	"sync"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Source is where a fact came from.
type Source struct {
	ID         string
	Title      string
	Location   string
	ReadOn     footprint.Date
	Confidence footprint.Confidence
}

// Preset is a claim that people make by name.
type Preset struct {
	ID     string
	Name   string
	Kind   claim.Kind
	Places footprint.Places
}

// Dispute is two sources that disagree.
type Dispute struct {
	ID       string
	Subject  string
	ReadingA string
	ReadingB string
	Decides  string
	Source   string
}

// Subprocessor is a company that the provider hands data to.
type Subprocessor struct {
	ID        string
	Name      string
	Purpose   string
	Locations string
	footprint.Provenance
}

// Reference is what the datasets say, at one revision. It is immutable.
type Reference struct {
	Footprint     *footprint.Footprint
	Rules         *residency.Rules
	Presets       []Preset
	Sources       map[string]Source
	Disputes      []Dispute
	Subprocessors []Subprocessor
	Revision      string // digest over every dataset file
}

// Preset finds a preset claim by id.
func (r *Reference) Preset(id string) (Preset, bool) {
	for _, p := range r.Presets {
		if p.ID == id {
			return p, true
		}
	}
	return Preset{}, false
}

// maxViews bounds how many days of one revision are kept ready.
const maxViews = 64

// views keeps recently asked days of one footprint.
type views struct {
	mu  sync.Mutex
	fp  *footprint.Footprint
	all map[footprint.Date]*footprint.View
}

func newViews(fp *footprint.Footprint) *views {
	return &views{fp: fp, all: map[footprint.Date]*footprint.View{}}
}

func (v *views) at(d footprint.Date) *footprint.View {
	v.mu.Lock()
	defer v.mu.Unlock()
	if w, ok := v.all[d]; ok {
		return w
	}
	if len(v.all) >= maxViews {
		clear(v.all)
	}
	w := v.fp.At(d)
	v.all[d] = w
	return w
}
