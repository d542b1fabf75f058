package main

import (
	"fmt"
	"io"
	"math"
	"net/netip"
	"path/filepath"

	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// fixtureEpoch is the build date of the fixtures: 2026-01-01 UTC.
const fixtureEpoch = 1767225600

// entry is a network of a fixture and its record. The networks are freely chosen:
// the records say nothing about those who use them.
type entry struct {
	network string
	record  mmdbtype.DataType
}

// fixture is a small database for tests.
type fixture struct {
	file    string
	kind    string
	version int
	entries []entry
}

// writeFixtures writes every fixture into dir.
func writeFixtures(dir string, out io.Writer) error {
	for _, f := range fixtures() {
		size, _, err := f.write(filepath.Join(dir, f.file))
		if err != nil {
			return fmt.Errorf("%s: %w", f.file, err)
		}
		if _, err := fmt.Fprintf(out, "%-20s %6d bytes\n", f.file, size); err != nil {
			return err
		}
	}
	return nil
}

func (f fixture) write(path string) (int, [32]byte, error) {
	tree, err := newTree(f.kind, "made up for tests", f.version, fixtureEpoch)
	if err != nil {
		return 0, [32]byte{}, err
	}
	for _, e := range f.entries {
		network, err := netip.ParsePrefix(e.network)
		if err != nil {
			return 0, [32]byte{}, err
		}
		if err := tree.Insert(ipNet(network), e.record); err != nil {
			return 0, [32]byte{}, fmt.Errorf("network %s: %w", network, err)
		}
	}
	return writeTree(tree, path)
}

func fixtures() []fixture {
	flat := mmdbtype.Map{"country_code": mmdbtype.String("LU")}
	network := mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(64500)}
	broken := mmdbtype.Map{"country": mmdbtype.String("LU")}
	return []fixture{
		{"ok_country.mmdb", "DBIP-Country-Lite", 6, countryEntries()},
		{"ok_city.mmdb", "GeoIP2-City", 6, cityEntries()},
		{"ok_city_v4.mmdb", "GeoLite2-City", 4, []entry{{"11.0.0.0/16", city("LU", 49.61, 6.13, 5)}}},
		{"bad_type.mmdb", "country ipvAll", 6, []entry{{"11.0.0.0/16", flat}}},
		{"bad_network.mmdb", "GeoLite2-ASN", 6, []entry{{"11.0.0.0/16", network}}},
		{"bad_record.mmdb", "GeoLite2-Country", 6, []entry{{"11.0.0.0/16", broken}}},
		{"bad_far_record.mmdb", "GeoLite2-Country", 6, []entry{{"11.0.0.0/16", countryRecord("LU")}, {"11.3.3.0/24", broken}}},
	}
}

func countryEntries() []entry {
	return []entry{
		{"10.0.0.0/8", countryRecord("NL")},
		{"11.0.0.0/16", countryRecord("LU")},
		{"11.1.0.0/16", countryRecord("DE")},
		{"11.2.0.0/25", countryRecord("FR")},
		{"11.2.0.128/25", countryRecord("BE")},
		{"11.4.0.0/16", countryRecord("AP")},
		{"11.5.0.0/16", countryRecord("EU")},
		{"11.6.0.0/16", mmdbtype.Map{}},
		{"11.7.0.0/16", countryRecord("ZZ")},
		{"11.8.0.0/16", countryRecord("AN")},
		{"11.9.0.0/16", countryRecord("lu")},
		{"11.20.0.0/16", countryRecord("LU")},
		{"104.16.0.0/13", countryRecord("CA")},
		{"2a00:1::/32", countryRecord("LU")},
		{"2a00:2:0:1::/64", countryRecord("SE")},
		{"2002::/16", countryRecord("US")},
		{"2001::/32", countryRecord("US")},
	}
}

func cityEntries() []entry {
	registered := mmdbtype.Map{"registered_country": mmdbtype.Map{"iso_code": mmdbtype.String("US")}}
	anycast := city("US", 37.75, -97.82, 1000)
	anycast["traits"] = mmdbtype.Map{"is_anycast": mmdbtype.Bool(true)}
	return []entry{
		{"11.0.0.0/16", city("LU", 49.61, 6.13, 5)},
		{"11.1.0.0/16", city("DE", 50.11, 8.68, 20)},
		{"11.2.0.0/25", city("FR", 48.86, 2.35, 1)},
		{"11.2.0.128/25", city("BE", 50.85, 4.35, 1)},
		{"11.3.0.0/16", countryRecord("US")},
		{"11.5.0.0/16", city("EU", 47, 8, 1000)},
		{"11.10.0.0/16", registered},
		{"11.11.0.0/16", city("LU", mmdbtype.Float64(math.NaN()), 6.13, 5)},
		{"11.12.0.0/16", city("LU", 91, 6.13, 5)},
		{"11.13.0.0/16", city("LU", 49.61, 6.13, 0)},
		{"11.14.0.0/16", anycast},
		{"11.20.0.0/16", city("LU", 49.61, 6.13, 5)},
		{"2a00:1::/32", city("LU", 49.61, 6.13, 50)},
	}
}

// city is a GeoIP2 City record; an accuracy radius of zero is left out.
func city(code string, lat, lon mmdbtype.Float64, accuracyKM mmdbtype.Uint16) mmdbtype.Map {
	location := mmdbtype.Map{"latitude": lat, "longitude": lon}
	if accuracyKM > 0 {
		location["accuracy_radius"] = accuracyKM
	}
	record := countryRecord(code)
	record["location"] = location
	return record
}
