package dataset

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Options of a load. The zero value is valid.
type Options struct {
	// CellOf returns the H3 cell of a coordinate in degrees; nil leaves the
	// cells of sites zero.
	CellOf func(lat, lon float64) (uint64, error)
}

// Preset is a claim under a name.
type Preset struct {
	ID     string
	Name   string
	Kind   claim.Kind
	Places footprint.Places
	footprint.Provenance
}

// Data is a directory of data files, checked. It is immutable.
type Data struct {
	Footprint     *footprint.Footprint
	Rules         *residency.Rules
	Sources       []Source // by id
	Disputes      []Dispute
	Unavailable   []Unavailable
	Subprocessors []Subprocessor
	EdgeRanges    []EdgeRange
	Presets       []Preset // by id
	Manifest      []Entry
	Revision      string // SHA-256 over the listed files, in hex

	sourceByID map[string]int
	presetByID map[string]int
}

// Source finds a source by id.
func (d *Data) Source(id string) (*Source, bool) {
	i, ok := d.sourceByID[id]
	if !ok {
		return nil, false
	}
	return &d.Sources[i], true
}

// Preset finds a preset claim by id.
func (d *Data) Preset(id string) (*Preset, bool) {
	i, ok := d.presetByID[id]
	if !ok {
		return nil, false
	}
	return &d.Presets[i], true
}

// Load reads a directory of data files. A directory with any fault is refused
// with Faults, which wraps ErrFaults.
func Load(fsys fs.FS, opts Options) (*Data, error) {
	s, entries, faults := readSet(fsys)
	if len(faults) > 0 {
		return nil, fmt.Errorf("load datasets: %w", faults)
	}
	fp, err := s.footprint(opts)
	if err != nil {
		return nil, fmt.Errorf("load datasets: %w", err)
	}
	d := &Data{
		Footprint: fp, Rules: s.rules(), Sources: s.rows.sources, Disputes: s.rows.disputes,
		Unavailable: s.rows.unavailable, Subprocessors: s.rows.subprocessors, EdgeRanges: s.rows.edgeRanges,
		Manifest: entries, Revision: revision(entries),
	}
	for _, c := range s.rows.claims {
		p, err := c.preset(fp)
		if err != nil {
			return nil, fmt.Errorf("load datasets: claim %s: %w", c.id, err)
		}
		d.Presets = append(d.Presets, p)
	}
	d.index()
	return d, nil
}

func (d *Data) index() {
	slices.SortFunc(d.Sources, func(a, b Source) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Presets, func(a, b Preset) int { return cmp.Compare(a.ID, b.ID) })
	d.sourceByID = make(map[string]int, len(d.Sources))
	for i := range d.Sources {
		d.sourceByID[d.Sources[i].ID] = i
	}
	d.presetByID = make(map[string]int, len(d.Presets))
	for i := range d.Presets {
		d.presetByID[d.Presets[i].ID] = i
	}
}

func (c *claimRow) preset(fp *footprint.Footprint) (Preset, error) {
	kind, err := claim.ParseKind(c.kind)
	if err != nil {
		return Preset{}, err
	}
	places, err := fp.ParsePlaces(c.places, c.except)
	return Preset{ID: c.id, Name: c.name, Kind: kind, Places: places, Provenance: c.Provenance}, err
}

func (s *set) footprint(opts Options) (*footprint.Footprint, error) {
	parts := footprint.Parts{
		Sites: slices.Clone(s.rows.sites), Jurisdictions: s.rows.jurisdictions, Regions: s.rows.regions,
	}
	for _, m := range s.rows.memberships {
		parts.Memberships = append(parts.Memberships, m.BlocMembership)
	}
	if opts.CellOf != nil {
		for i := range parts.Sites {
			site := &parts.Sites[i]
			cell, err := opts.CellOf(site.Place().Lat, site.Place().Lon)
			if err != nil {
				return nil, fmt.Errorf("site %s: cell: %w", site.Code, err)
			}
			site.Cell = cell
		}
	}
	return footprint.New(parts)
}

func (s *set) rules() *residency.Rules {
	r := &residency.Rules{
		LogDatasets: s.rows.logDatasets,
		Facts:       make(map[string]residency.Fact, len(s.rows.facts)),
		Caveats:     make(map[string]residency.Caveat, len(s.rows.caveats)),
	}
	for _, f := range s.rows.facts {
		r.Facts[f.ID] = f
	}
	for _, c := range s.rows.caveats {
		r.Caveats[c.ID] = c
	}
	for _, o := range s.rows.storage {
		r.Storage = append(r.Storage, o.StorageOffer)
	}
	featureOf := map[string]string{}
	for _, f := range s.rows.features {
		r.Features = append(r.Features, f.Feature)
		if f.Product != "" {
			featureOf[f.Product] = f.ID
		}
	}
	rulesOf := map[string][]residency.Rule{}
	for _, f := range s.rows.rules {
		rulesOf[f.Product] = append(rulesOf[f.Product], f.Rule)
	}
	for _, p := range s.rows.products {
		p.Rules, p.Feature = rulesOf[p.ID], featureOf[p.ID]
		r.Products = append(r.Products, p.Product)
	}
	slices.SortFunc(r.Products, func(a, b residency.Product) int { return cmp.Compare(a.ID, b.ID) })
	return r
}
