package main

import (
	"io"
	"path/filepath"
	"strings"

	"domicile/internal/edgelog"
	"domicile/internal/evidence/tally"
	"domicile/internal/geoip"
	"domicile/internal/hexgrid"
	"domicile/internal/residency"
)

// own is this project's way.
type own struct {
	where    *geoip.Resolver
	cells    memo // of the database's records
	scopes   map[string]uint32
	names    []string
	sites    map[edgelog.Code]uint16
	codes    []edgelog.Code
	counts   *tally.Tally
	fourOnly bool // leave IPv6 out, as DuckDB does
	scanOnly bool // read, and count nothing
	lines    uint64
	keys     [edgelog.BatchSize]tally.Key
}

func prepareOwn(name, dir string) (prepared, error) {
	db, err := geoip.Open(filepath.Join(dir, cityFile), geoip.Options{})
	if err != nil {
		return nil, err
	}
	o := &own{
		where: db.NewResolver(), scopes: map[string]uint32{}, sites: map[edgelog.Code]uint16{},
		counts: tally.New(1 << 18), fourOnly: strings.HasSuffix(name, "-four"), scanOnly: strings.HasSuffix(name, "-scan"),
	}
	return o.read, nil
}

func (o *own) read(file io.Reader) (func() counted, error) {
	r := edgelog.NewReader(file, edgelog.Options{})
	var batch edgelog.Batch
	for {
		if err := r.Next(&batch); err == io.EOF {
			return o.found, nil
		} else if err != nil {
			return nil, err
		}
		o.lines += uint64(len(batch.Records))
		if o.scanOnly {
			continue
		}
		if err := o.add(&batch); err != nil {
			return nil, err
		}
	}
}

// add counts a batch in three rounds, so that the memory that one record waits for
// is on its way while others are looked at.
func (o *own) add(batch *edgelog.Batch) error {
	records, keys := batch.Records, o.keys[:len(batch.Records)]
	for i := range records {
		if rec := &records[i]; !o.fourOnly || rec.Client.Is4() {
			keys[i].Cell, keys[i].Country, _ = o.where.Record(rec.Client)
		} else {
			keys[i].Cell, keys[i].Country = 0, [2]byte{}
		}
	}
	batch.Forget()
	for i := range records {
		rec, key := &records[i], &keys[i]
		if key.Cell != 0 {
			key.Cell = o.cell(key.Cell)
		}
		key.Scope, key.Site, key.Hour = o.scope(rec.Host), o.site(rec.Site), rec.Hour()
		key.Flags = uint16(rec.Flags & (edgelog.Subrequest | edgelog.TieredFill))
		key.Category, key.Activity = residency.Content, residency.Process
	}
	for i := range records {
		if err := o.counts.Add(&keys[i], records[i].Time, 1); err != nil {
			return err
		}
	}
	return nil
}

func (o *own) scope(host []byte) uint32 {
	if s, ok := o.scopes[string(host)]; ok {
		return s
	}
	s := uint32(len(o.names))
	o.names = append(o.names, string(host))
	o.scopes[o.names[s]] = s
	return s
}

func (o *own) site(code edgelog.Code) uint16 {
	if s, ok := o.sites[code]; ok {
		return s
	}
	s := uint16(len(o.codes))
	o.codes = append(o.codes, code)
	o.sites[code] = s
	return s
}

// memo keeps answers by the low bits of a mixed key; a key of zero is an empty place.
type memo [1 << 15]struct{ key, answer uint64 }

func (m *memo) at(key uint64) *struct{ key, answer uint64 } {
	return &m[key*0x9e3779b97f4a7c15>>(64-15)]
}

func (o *own) cell(record uint64) uint64 {
	known := o.cells.at(record)
	if known.key == record {
		return known.answer
	}
	var c hexgrid.Cell
	if lat, lon, _, ok := o.where.Coordinates(record); ok {
		if at, err := hexgrid.CellAt(lat, lon, resolution); err == nil {
			c = at
		}
	}
	known.key, known.answer = record, uint64(c)
	return uint64(c)
}

func (o *own) found() counted {
	out := counted{lines: o.lines}
	for k, e := range o.counts.All() {
		flags := 0
		if edgelog.Flags(k.Flags)&edgelog.Subrequest != 0 {
			flags |= 1
		}
		if edgelog.Flags(k.Flags)&edgelog.TieredFill != 0 {
			flags |= 2
		}
		country := strings.TrimRight(string(k.Country[:]), "\x00")
		out.rows = append(out.rows, renderRow(o.names[k.Scope], o.codes[k.Site].String(), k.Hour, country, k.Cell, flags, e.Count, e.First, e.Last))
	}
	return out
}
