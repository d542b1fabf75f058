package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"domicile/datasets"
	"domicile/internal/atlas"
	"domicile/internal/dataset"
	"domicile/internal/evidence"
	"domicile/internal/geoip"
	"domicile/internal/ingest"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// product is the whole way of `domicile ingest`, from the file's digest to the rows
// that a store is given: whose a host is, every place that a line names, repeated
// lines, distinct visitors, places with few of them folded, minutes covered. Only
// the store is left out.
type product struct {
	in    *ingest.Ingester
	store sink
}

const benchCustomer = `
customer: bench
effective: 2026-01-01
plan: enterprise
products: [cdn]
zones:
  - {name: customer.example, certificates: []}
`

type codec struct{}

func (codec) Encode(s *residency.Settings) ([]byte, error) { return settings.Encode(s) }
func (codec) Decode(b []byte) (*residency.Settings, error) { return settings.Decode(b) }

func prepareProduct(dir string) (prepared, error) {
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		return nil, err
	}
	sets, err := settings.Parse([]byte(benchCustomer), "bench.yaml", &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules})
	if err != nil {
		return nil, err
	}
	fixed, err := atlas.NewFixed(sets, codec{}, time.Now())
	if err != nil {
		return nil, err
	}
	reference := &atlas.Reference{Footprint: d.Footprint, Rules: d.Rules, Revision: d.Revision}
	svc, err := atlas.New(context.Background(), reference, fixed, codec{}, time.Now)
	if err != nil {
		return nil, err
	}
	index, err := ingest.NewIndex(context.Background(), svc.State(), "")
	if err != nil {
		return nil, err
	}
	db, err := geoip.Open(filepath.Join(dir, cityFile), geoip.Options{})
	if err != nil {
		return nil, err
	}
	p := &product{}
	p.in, err = ingest.New(ingest.Config{Index: index, Footprint: d.Footprint, Store: &p.store, Clock: time.Now, DB: db})
	return p.read, err
}

func (p *product) read(file io.Reader) (func() counted, error) {
	on, ok := file.(*os.File)
	if !ok {
		return nil, fmt.Errorf("a file is needed, not a %T", file)
	}
	if _, err := p.in.File(context.Background(), on.Name()); err != nil {
		return nil, err
	}
	return func() counted { return counted{lines: p.store.accepted, rows: make([]string, p.store.rows)} }, nil
}

// sink is a store that keeps nothing.
type sink struct {
	atlas.EvidenceStore
	accepted uint64
	rows     int
}

func (s *sink) File(context.Context, evidence.Digest) (evidence.File, bool, error) {
	return evidence.File{}, false, nil
}

func (s *sink) Beginnings(context.Context, string) ([]evidence.File, error) { return nil, nil }

func (s *sink) Record(_ context.Context, b atlas.EvidenceBatch) error {
	s.accepted += b.Counts.Accepted
	s.rows += len(b.Rows)
	return nil
}
