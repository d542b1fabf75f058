package geoip

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/oschwald/geoip2-golang/v2"
	"github.com/oschwald/maxminddb-golang/v2"
)

// Info describes the database that answers.
type Info struct {
	// Type is the database's own name for its kind, such as "GeoLite2-City".
	Type string
	// Built is when the publisher made it, in UTC.
	Built time.Time
	// IPVersion is 4 for a database without IPv6, else 6.
	IPVersion int
	// CountryOnly: the database has no coordinates for any address.
	CountryOnly bool
	// Bytes is the size of the file, and Digest its SHA-256 in hexadecimal.
	Bytes  int
	Digest string
	// Credit is the line to show, linked to CreditURL, wherever a result shows;
	// empty where the publisher asks for none.
	Credit, CreditURL string
}

// snapshot is one database, opened and never changed.
type snapshot struct {
	fence      *fence
	records    *geoip2.Reader    // decodes
	tree       *maxminddb.Reader // finds
	generation uint32
	info       Info
}

// place is what a record says.
type place struct {
	country  [2]byte
	outcome  Outcome
	located  bool // has coordinates
	accuracy uint16
	lat, lon float64
}

// newSnapshot opens the bytes, which must not change from here on.
func newSnapshot(data []byte, f *fence, generation uint32) (*snapshot, error) {
	records, err := geoip2.OpenBytes(data)
	if err != nil {
		return nil, openError(records, err)
	}
	tree, err := maxminddb.OpenBytes(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	s := &snapshot{fence: f, records: records, tree: tree, generation: generation}
	s.info = describe(tree.Metadata, data)
	return s, s.probe()
}

// openError tells a file of another kind, for which the library returns a reader
// beside its error, from one that is broken.
func openError(reader *geoip2.Reader, err error) error {
	var unknown geoip2.UnknownDatabaseTypeError
	if !errors.As(err, &unknown) {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if reader == nil {
		return kindError(unknown.DatabaseType)
	}
	return errors.Join(kindError(unknown.DatabaseType), reader.Close())
}

// kindError names the type of a database that cannot serve here.
func kindError(kind string) error {
	return fmt.Errorf("type %.64q: %w; use a GeoIP2, GeoLite2 or DB-IP City or Country file", kind, ErrKind)
}

func describe(meta maxminddb.Metadata, data []byte) Info {
	sum := sha256.Sum256(data)
	info := Info{
		Type:        meta.DatabaseType,
		Built:       meta.BuildTime().UTC(),
		IPVersion:   int(meta.IPVersion),
		CountryOnly: strings.Contains(meta.DatabaseType, "Country"),
		Bytes:       len(data),
		Digest:      hex.EncodeToString(sum[:]),
	}
	switch {
	case strings.HasPrefix(meta.DatabaseType, "DBIP-"):
		info.Credit, info.CreditURL = "IP Geolocation by DB-IP", "https://db-ip.com"
	case strings.HasPrefix(meta.DatabaseType, "GeoLite2-"):
		info.Credit = "This product includes GeoLite2 Data created by MaxMind"
		info.CreditURL = "https://www.maxmind.com"
	}
	return info
}

// probe reads records all over the address space, so that a file that opens and
// cannot be read is refused as a whole. Its work is bounded whatever the file
// says; walking the tree's networks would not be.
func (s *snapshot) probe() error {
	const v4, v6 = 1024, 256
	for i := range v4 + v6 {
		var octets [16]byte
		addr := netip.AddrFrom4([4]byte{byte(i >> 2), byte(i << 6), 0, 1})
		if i >= v4 {
			binary.BigEndian.PutUint16(octets[:], 0x2000+uint16(i-v4)*0x20)
			addr = netip.AddrFrom16(octets)
		}
		result, found, err := s.find(addr)
		if err != nil {
			return fmt.Errorf("%w: a search ends outside the data", ErrFormat)
		}
		if !found {
			continue
		}
		var kind geoip2.InvalidMethodError
		if _, err := s.read(addr); errors.As(err, &kind) {
			return kindError(s.info.Type)
		} else if err != nil {
			return fmt.Errorf("%w: the record at offset %d: %w", ErrFormat, result.Offset(), err)
		}
	}
	return nil
}

// find searches the tree. An IPv6 address has no record in an IPv4 database.
func (s *snapshot) find(addr netip.Addr) (maxminddb.Result, bool, error) {
	if addr.Is6() && s.info.IPVersion == 4 {
		return maxminddb.Result{}, false, nil
	}
	result := s.tree.Lookup(addr)
	if result.Err() != nil {
		return result, false, ErrRecord
	}
	return result, result.Found(), nil
}

// read decodes the address's record.
func (s *snapshot) read(addr netip.Addr) (place, error) {
	if s.info.CountryOnly {
		record, err := s.records.Country(addr)
		if err != nil {
			return place{}, err
		}
		return newPlace(record.Country.ISOCode, record.Traits.IsAnycast), nil
	}
	record, err := s.records.City(addr)
	if err != nil {
		return place{}, err
	}
	p := newPlace(record.Country.ISOCode, record.Traits.IsAnycast)
	if p.outcome == Located && record.Location.HasCoordinates() {
		p.setPoint(*record.Location.Latitude, *record.Location.Longitude, record.Location.AccuracyRadius)
	}
	return p, nil
}

// brief is what a record is read for. The library's own record has the names of
// places in eight languages too.
type brief struct {
	Country struct {
		Code string `maxminddb:"iso_code"`
	} `maxminddb:"country"`
	Traits struct {
		Anycast bool `maxminddb:"is_anycast"`
	} `maxminddb:"traits"`
	Location struct {
		Latitude  *float64 `maxminddb:"latitude"`
		Longitude *float64 `maxminddb:"longitude"`
		Accuracy  uint16   `maxminddb:"accuracy_radius"`
	} `maxminddb:"location"`
}

// readBrief decodes a record that was found, as read does.
func readBrief(found maxminddb.Result) (place, error) {
	var r brief
	if err := found.Decode(&r); err != nil {
		return place{}, err
	}
	p := newPlace(r.Country.Code, r.Traits.Anycast)
	if at := r.Location; p.outcome == Located && at.Latitude != nil && at.Longitude != nil {
		p.setPoint(*at.Latitude, *at.Longitude, at.Accuracy)
	}
	return p, nil
}

// newPlace takes a code for a country only if it is two capital letters and none
// of those that databases use for "somewhere": AP (Asia and Pacific), EU (Europe),
// AN (dissolved 2010), XX and ZZ. A network that the database marks as anycast has
// no place, whatever else it says.
func newPlace(code string, anycast bool) place {
	if anycast {
		return place{outcome: Anycast}
	}
	switch code {
	case "AP", "EU", "AN", "XX", "ZZ":
		return place{}
	}
	if len(code) != 2 || !isCapital(code[0]) || !isCapital(code[1]) {
		return place{}
	}
	return place{country: [2]byte{code[0], code[1]}, outcome: Located}
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// setPoint takes coordinates that are a point on the globe, and no others.
func (p *place) setPoint(lat, lon float64, accuracy uint16) {
	if math.Abs(lat) <= 90 && math.Abs(lon) <= 180 { // false for NaN
		p.located, p.lat, p.lon, p.accuracy = true, lat, lon, accuracy
	}
}
