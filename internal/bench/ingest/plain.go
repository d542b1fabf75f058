package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/netip"
	"path/filepath"
	"time"

	"github.com/oschwald/geoip2-golang/v2"
	"github.com/uber/h3-go/v4"
)

// plain is the straightforward way: each library as its documentation shows it.
type plain struct {
	db     *geoip2.Reader
	counts map[group]*tallied
	lines  uint64
}

// group and tallied are a row.
type group struct {
	host, site, country string
	hour                int64
	cell                h3.Cell
	flags               int
}

type tallied struct {
	count       uint64
	first, last int64
}

// event is what is taken of a line.
type event struct {
	EdgeStartTimestamp                        int64
	EdgeColoCode, ClientRequestHost, ClientIP string
	WorkerSubrequest, CacheTieredFill         bool
}

func preparePlain(dir string) (prepared, error) {
	db, err := geoip2.Open(filepath.Join(dir, cityFile))
	if err != nil {
		return nil, err
	}
	p := &plain{db: db, counts: map[group]*tallied{}}
	return p.read, nil
}

func (p *plain) read(file io.Reader) (func() counted, error) {
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, err
		}
		if err := p.add(&e); err != nil {
			return nil, err
		}
		p.lines++
	}
	return p.found, lines.Err()
}

func (p *plain) add(e *event) error {
	addr, err := netip.ParseAddr(e.ClientIP)
	if err != nil {
		return err
	}
	city, err := p.db.City(addr)
	if err != nil {
		return err
	}
	g := group{host: e.ClientRequestHost, site: e.EdgeColoCode, country: city.Country.ISOCode, hour: e.EdgeStartTimestamp / int64(time.Hour)}
	if city.Location.HasCoordinates() {
		if g.cell, err = h3.LatLngToCell(h3.NewLatLng(*city.Location.Latitude, *city.Location.Longitude), resolution); err != nil {
			return err
		}
	}
	if e.WorkerSubrequest {
		g.flags |= 1
	}
	if e.CacheTieredFill {
		g.flags |= 2
	}
	t := p.counts[g]
	if t == nil {
		t = &tallied{first: e.EdgeStartTimestamp, last: e.EdgeStartTimestamp}
		p.counts[g] = t
	}
	t.count++
	t.first, t.last = min(t.first, e.EdgeStartTimestamp), max(t.last, e.EdgeStartTimestamp)
	return nil
}

func (p *plain) found() counted {
	out := counted{lines: p.lines}
	for g, t := range p.counts {
		out.rows = append(out.rows, renderRow(g.host, g.site, uint32(g.hour), g.country, uint64(g.cell), g.flags, t.count, t.first, t.last))
	}
	return out
}
