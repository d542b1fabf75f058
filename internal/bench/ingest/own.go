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
	cells    map[uint64]uint64 // of the database's records
	scopes   map[string]uint32
	names    []string
	sites    map[edgelog.Code]uint16
	codes    []edgelog.Code
	counts   *tally.Tally
	fourOnly bool // leave IPv6 out, as DuckDB does
	scanOnly bool // read, and count nothing
	lines    uint64
}

func prepareOwn(name, dir string) (prepared, error) {
	db, err := geoip.Open(filepath.Join(dir, cityFile), geoip.Options{})
	if err != nil {
		return nil, err
	}
	o := &own{
		where: db.NewResolver(), cells: map[uint64]uint64{}, scopes: map[string]uint32{}, sites: map[edgelog.Code]uint16{},
		counts: tally.New(1 << 17), fourOnly: strings.HasSuffix(name, "-four"), scanOnly: strings.HasSuffix(name, "-scan"),
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
		for i := range batch.Records {
			if err := o.add(&batch.Records[i]); err != nil {
				return nil, err
			}
		}
		batch.Forget()
	}
}

func (o *own) add(rec *edgelog.Record) error {
	key := tally.Key{
		Scope: o.scope(rec.Host), Site: o.site(rec.Site), Hour: rec.Hour(), Flags: uint16(rec.Flags & (edgelog.Subrequest | edgelog.TieredFill)),
		Category: residency.Content, Activity: residency.Process,
	}
	if !o.fourOnly || rec.Client.Is4() {
		var record uint64
		if record, key.Country, _ = o.where.Record(rec.Client); record != 0 {
			key.Cell = o.cell(record)
		}
	}
	return o.counts.Add(&key, rec.Time, 1)
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

func (o *own) cell(record uint64) uint64 {
	if c, ok := o.cells[record]; ok {
		return c
	}
	var c hexgrid.Cell
	if lat, lon, _, ok := o.where.Coordinates(record); ok {
		if at, err := hexgrid.CellAt(lat, lon, resolution); err == nil {
			c = at
		}
	}
	o.cells[record] = uint64(c)
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
