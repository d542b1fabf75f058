package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"domicile/datasets"
	"domicile/internal/atlas"
	"domicile/internal/dataset"
	"domicile/internal/hexgrid"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// siteCellResolution is the H3 resolution of a site's cell: about 250 km², a
// city, since coordinates are those of an airport.
const siteCellResolution = 5

// codec keeps settings as canonical JSON.
type codec struct{}

func (codec) Encode(s *residency.Settings) ([]byte, error) { return settings.Encode(s) }
func (codec) Decode(b []byte) (*residency.Settings, error) { return settings.Decode(b) }

// reference is the datasets, loaded, and what settings are checked against.
type reference struct {
	*atlas.Reference
	data    *dataset.Data
	catalog settings.Catalog
}

func (a *app) datasetFiles() fs.FS {
	if a.config.Datasets != "" {
		return os.DirFS(a.config.Datasets)
	}
	return datasets.FS
}

// reference loads and checks the datasets.
func (a *app) reference() (*reference, error) {
	d, err := dataset.Load(a.datasetFiles(), dataset.Options{CellOf: func(lat, lon float64) (uint64, error) {
		c, err := hexgrid.CellAt(lat, lon, siteCellResolution)
		return uint64(c), err
	}})
	if err != nil {
		return nil, err
	}
	r := &reference{data: d, Reference: &atlas.Reference{
		Footprint: d.Footprint, Rules: d.Rules, Revision: d.Revision,
		Sources: make(map[string]atlas.Source, len(d.Sources)),
	}}
	for _, s := range d.Sources {
		r.Sources[s.ID] = atlas.Source(s)
	}
	for _, p := range d.Presets {
		r.Presets = append(r.Presets, atlas.Preset{ID: p.ID, Name: p.Name, Kind: p.Kind, Places: p.Places})
		r.catalog.Presets = append(r.catalog.Presets, p.ID)
	}
	for _, x := range d.Disputes {
		r.Disputes = append(r.Disputes, atlas.Dispute{
			ID: x.ID, Subject: x.Subject, ReadingA: x.ReadingA, ReadingB: x.ReadingB, Decides: x.Decides, Source: x.Source,
		})
	}
	for _, x := range d.Subprocessors {
		r.Subprocessors = append(r.Subprocessors, atlas.Subprocessor{
			ID: x.ID, Name: x.Name, Purpose: x.Purpose, Locations: strings.Join(x.Locations, ", "), Provenance: x.Provenance,
		})
	}
	r.catalog.Footprint, r.catalog.Rules = d.Footprint, d.Rules
	return r, nil
}

// parse reads settings strictly.
func (r *reference) parse(data []byte, name string) ([]*residency.Settings, error) {
	return settings.Parse(data, name, &r.catalog)
}

// ephemeral starts a service over settings that are not kept.
func (a *app) ephemeral(ctx context.Context, ref *reference, sets []*residency.Settings) (*atlas.Service, error) {
	store, err := atlas.NewFixed(sets, codec{}, a.clock())
	if err != nil {
		return nil, err
	}
	return atlas.New(ctx, ref.Reference, store, codec{}, a.clock)
}

// openStore opens the durable store and starts a service over it.
func (a *app) openStore(ctx context.Context, ref *reference) (*atlas.Service, atlas.Store, error) {
	store, err := a.openAddress(ctx, a.config.Store)
	if err != nil {
		return nil, nil, err
	}
	svc, err := atlas.New(ctx, ref.Reference, store, codec{}, a.clock, atlas.Telling(a.loading()))
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return svc, store, nil
}

// demoFile is where the datasets keep the demo fleet.
const demoFile = "demo/fleet.yaml"

func demoFleet() ([]byte, string, error) {
	b, err := fs.ReadFile(datasets.FS, demoFile)
	return b, demoFile, err
}
