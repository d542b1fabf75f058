package main

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"domicile/internal/demologs"
	"domicile/internal/hexgrid"
)

// fixture is what all ways read: a log, a database of cities, and the same networks
// as a table of ranges.
type fixture struct {
	dir                   string
	lines, networks       int
	plainBytes, gzipBytes int64
}

const (
	logFile    = "log.ndjson.gz"
	cityFile   = "city.mmdb"
	rangesFile = "ranges.csv"
	resolution = 3 // of the cells, which are 12,000 km² there
	places     = 20_000
)

func makeFixture(dir string, lines, clients int) (*fixture, error) {
	f := &fixture{dir: dir, lines: lines}
	if err := f.makeNetworks(); err != nil {
		return nil, err
	}
	return f, f.makeLog(clients)
}

// place is a record of the database.
type place struct {
	country  string
	lat, lon float64
	cell     hexgrid.Cell
}

func (f *fixture) makeNetworks() (err error) {
	random := rand.New(rand.NewPCG(1, 1))
	where, err := makePlaces(random)
	if err != nil {
		return err
	}
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType: "GeoIP2-City", RecordSize: 28, IPVersion: 6, IncludeReservedNetworks: true, DisableIPv4Aliasing: true,
	})
	if err != nil {
		return err
	}
	file, err := os.Create(f.path(rangesFile))
	if err != nil {
		return err
	}
	ranges := bufio.NewWriter(file)
	_, _ = ranges.WriteString("first,last,country,cell\n")
	for network := range splitIPv4(random) {
		p := &where[random.IntN(places)]
		if err := insert(tree, network, p); err != nil {
			return err
		}
		f.networks++
		start := binary.BigEndian.Uint32(network.Addr().AsSlice())
		_, _ = fmt.Fprintf(ranges, "%d,%d,%s,%d\n", start, start|1<<(32-network.Bits())-1, p.country, uint64(p.cell))
	}
	for block := 0x2001; block <= 0x2c0f; block++ { // the /16 that visitors come from, and others
		if err := insert(tree, netip.PrefixFrom(netip.AddrFrom16([16]byte{byte(block >> 8), byte(block)}), 16), &where[random.IntN(places)]); err != nil {
			return err
		}
	}
	return errors.Join(ranges.Flush(), file.Close(), writeTo(f.path(cityFile), tree))
}

func writeTo(path string, from io.WriterTo) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = from.WriteTo(file)
	return errors.Join(err, file.Close())
}

func makePlaces(random *rand.Rand) ([]place, error) {
	out := make([]place, places)
	codes := [...]string{"DE", "FR", "NL", "ES", "IT", "PL", "SE", "AT", "GB", "CH", "US", "CA", "BR", "IN", "JP", "AU", "SG", "ZA"}
	for i := range out {
		p := &out[i]
		p.country = codes[random.IntN(len(codes))]
		p.lat, p.lon = float64(random.IntN(130_0000)-60_0000)/1e4, float64(random.IntN(360_0000)-180_0000)/1e4
		var err error
		if p.cell, err = hexgrid.CellAt(p.lat, p.lon, resolution); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// splitIPv4 cuts the unicast space into networks of /12 to /22, as uneven as real ones.
func splitIPv4(random *rand.Rand) func(func(netip.Prefix) bool) {
	return func(yield func(netip.Prefix) bool) {
		var cut func(start uint32, bits int) bool
		cut = func(start uint32, bits int) bool {
			if bits < 12 || bits < 22 && random.IntN(100) < 72 {
				return cut(start, bits+1) && cut(start|1<<(31-bits), bits+1)
			}
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], start)
			return yield(netip.PrefixFrom(netip.AddrFrom4(b), bits))
		}
		for first := uint32(1); first < 224; first++ {
			if !cut(first<<24, 8) {
				return
			}
		}
	}
}

func insert(tree *mmdbwriter.Tree, network netip.Prefix, p *place) error {
	return tree.Insert(&net.IPNet{IP: network.Addr().AsSlice(), Mask: net.CIDRMask(network.Bits(), network.Addr().BitLen())}, p.record())
}

// record has the fields of a GeoIP2 City record, with names in eight languages.
func (p *place) record() mmdbtype.Map {
	country := mmdbtype.Map{"iso_code": mmdbtype.String(p.country), "geoname_id": mmdbtype.Uint32(1_000_000), "names": named("Country " + p.country)}
	return mmdbtype.Map{
		"city":               mmdbtype.Map{"geoname_id": mmdbtype.Uint32(uint32(p.cell >> 20)), "names": named(fmt.Sprintf("City at %.1f %.1f", p.lat, p.lon))},
		"continent":          mmdbtype.Map{"code": mmdbtype.String("EU"), "geoname_id": mmdbtype.Uint32(6_255_148), "names": named("Continent")},
		"country":            country,
		"registered_country": country,
		"subdivisions":       mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String("S1"), "geoname_id": mmdbtype.Uint32(2_000_000), "names": named("Part of " + p.country)}},
		"postal":             mmdbtype.Map{"code": mmdbtype.String("10117")},
		"location": mmdbtype.Map{
			"latitude": mmdbtype.Float64(p.lat), "longitude": mmdbtype.Float64(p.lon), "accuracy_radius": mmdbtype.Uint16(20),
			"time_zone": mmdbtype.String("Etc/UTC"),
		},
	}
}

func named(name string) mmdbtype.Map {
	out := mmdbtype.Map{}
	for _, language := range [...]string{"de", "en", "es", "fr", "ja", "pt-BR", "ru", "zh-CN"} {
		out[mmdbtype.String(language)] = mmdbtype.String(name)
	}
	return out
}

// counter counts what passes through.
type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

func (f *fixture) makeLog(clients int) error {
	file, err := os.Create(f.path(logFile))
	if err != nil {
		return err
	}
	packed := &counter{to: file}
	z := gzip.NewWriter(packed)
	plain := &counter{to: z}
	_, err = demologs.Write(plain, demologs.Plan{Seed: 3, Lines: f.lines, Clients: clients, Hosts: hosts(), Span: time.Hour})
	err = errors.Join(err, z.Close(), file.Close())
	f.plainBytes, f.gzipBytes = plain.n, packed.n
	return err
}

// hosts are those of one zone: eight names at three to ten sites.
func hosts() []demologs.Host {
	all := []string{"FRA", "AMS", "CDG", "MAD", "WAW", "ARN", "EWR", "ORD", "LAX", "NRT", "SIN", "SYD", "GRU", "JNB"}
	var out []demologs.Host
	for i := range 8 {
		out = append(out, demologs.Host{Name: fmt.Sprintf("www%d.customer.example", i), Sites: all[:3+i], HTTP3: i%3 == 0})
	}
	return out
}
