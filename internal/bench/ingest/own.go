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
	scopes   map[string]uint32
	names    []string
	sites    map[edgelog.Code]uint16
	codes    []edgelog.Code
	counts   *tally.Tally
	fourOnly bool // leave IPv6 out, as DuckDB does
	scanOnly bool // read, and count nothing
	lines    uint64
	keys     [edgelog.BatchSize + edgelog.MaxMerged]tally.Event
}

func prepareOwn(name, dir string) (prepared, error) {
	db, err := geoip.Open(filepath.Join(dir, cityFile), geoip.Options{})
	if err != nil {
		return nil, err
	}
	o := &own{
		where: db.NewResolver(cellOf), scopes: map[string]uint32{}, sites: map[edgelog.Code]uint16{},
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
			keys[i].Cell, keys[i].Country, _ = o.where.Locate(rec.Client)
		} else {
			keys[i].Cell, keys[i].Country = 0, [2]byte{}
		}
	}
	batch.Forget()
	for i := range records {
		rec, key := &records[i], &keys[i]
		key.At = rec.Time
		key.Scope, key.Site, key.Hour = o.scope(rec.Host), o.site(rec.Site), rec.Hour()
		key.Flags = uint16(rec.Flags & (edgelog.Subrequest | edgelog.TieredFill))
		key.Category, key.Activity = residency.Content, residency.Process
	}
	_, err := o.counts.AddAll(keys)
	return err
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

func cellOf(lat, lon float64, _ uint16) uint64 {
	cell, err := hexgrid.CellAt(lat, lon, resolution)
	if err != nil {
		return 0
	}
	return uint64(cell)
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
