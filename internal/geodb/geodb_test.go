package main

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/oschwald/maxminddb-golang/v2"
)

// source writes a database in the layout of the country source and answers its path.
func source(t *testing.T, entries []entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source.mmdb")
	if _, _, err := (fixture{"", "country ipvAll", 6, entries}).write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func flatRecord(code string) mmdbtype.Map {
	return mmdbtype.Map{"country_code": mmdbtype.String(code)}
}

func patterned() []entry {
	entries := []entry{{"2a00:1::/32", flatRecord("LU")}, {"2002::/16", flatRecord("US")}, {"10.0.0.0/8", flatRecord("NL")}}
	for i := range 64 {
		block := netip.AddrFrom4([4]byte{11, byte(i * 4), 0, 0})
		next := netip.AddrFrom4([4]byte{11, byte(i * 4), 1, 0})
		entries = append(entries,
			entry{netip.PrefixFrom(block, 24).String(), flatRecord("DE")},
			entry{netip.PrefixFrom(next, 25).String(), flatRecord("FR")})
	}
	return entries
}

func TestTheRebuiltDatabaseGivesTheSourcesAnswersInTheGeoIP2Layout(t *testing.T) {
	from, to := source(t, patterned()), filepath.Join(t.TempDir(), "country.mmdb")
	if err := run([]string{"country", from, to}, new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"compare", from, to}, new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	db, err := maxminddb.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result := db.Lookup(netip.MustParseAddr("11.8.1.7"))
	var record map[string]map[string]string
	if err := result.Decode(&record); err != nil {
		t.Fatal(err)
	}
	if got := record["country"]["iso_code"]; got != "FR" || result.Prefix().String() != "11.8.1.0/25" {
		t.Errorf("record %v in %s, want FR in 11.8.1.0/25", record, result.Prefix())
	}
	if got := db.Metadata.DatabaseType; got != "DBIP-Country-Lite" {
		t.Errorf("type %q", got)
	}
	if got := db.Metadata.BuildEpoch; got != fixtureEpoch {
		t.Errorf("build epoch %d, want the source's %d", got, fixtureEpoch)
	}
}

func TestTheSameSourceGivesTheSameBytes(t *testing.T) {
	from, dir := source(t, patterned()), t.TempDir()
	var files [2][]byte
	for i, name := range []string{"a", "b"} {
		path := filepath.Join(dir, name)
		if err := run([]string{"country", from, path}, new(bytes.Buffer)); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = file
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two runs differ")
	}
}

func TestEqualSubtreesAreStoredOnce(t *testing.T) {
	db, err := maxminddb.Open(source(t, patterned()))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Verify(); err != nil {
		t.Error(err)
	}
	networks := 0
	for range db.Networks(maxminddb.IncludeNetworksWithoutData()) {
		networks++
	}
	if nodes := int(db.Metadata.NodeCount); nodes*2 > networks {
		t.Errorf("%d nodes for %d networks, want less than half as many", nodes, networks)
	}
}

func TestCompareFindsOneDifferentNetwork(t *testing.T) {
	changed := patterned()
	changed[len(changed)-1].record = flatRecord("BE")
	err := run([]string{"compare", source(t, patterned()), source(t, changed)}, new(bytes.Buffer))
	if err == nil || !strings.Contains(err.Error(), "source") {
		t.Errorf("error %v, want a difference", err)
	}
}

func TestASourceOfAnotherLayoutIsRefused(t *testing.T) {
	tests := map[string]mmdbtype.DataType{
		"a code of three letters":  flatRecord("LUX"),
		"a code in small letters":  flatRecord("lu"),
		"an empty code":            flatRecord(""),
		"a field beside the code":  mmdbtype.Map{"country_code": mmdbtype.String("LU"), "city": mmdbtype.String("x")},
		"a record without a code":  mmdbtype.Map{"city": mmdbtype.String("x")},
		"a code that is a number":  mmdbtype.Map{"country_code": mmdbtype.Uint32(1)},
		"a record that is no map":  mmdbtype.String("LU"),
		"a record laid out anew":   countryRecord("LU"),
		"a record that is a table": mmdbtype.Slice{mmdbtype.String("LU")},
	}
	for name, record := range tests {
		t.Run(name, func(t *testing.T) {
			from := source(t, []entry{{"11.0.0.0/16", record}})
			err := run([]string{"country", from, filepath.Join(t.TempDir(), "out")}, new(bytes.Buffer))
			if err == nil || !strings.Contains(err.Error(), "11.0.0.0/16") {
				t.Errorf("error %v, want one that names the network", err)
			}
		})
	}
}

func TestTheFixturesOnDiskAreThoseOfThisProgram(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{"fixtures", dir}, new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures() {
		want, err := os.ReadFile(filepath.Join(dir, f.file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", "geoip", "testdata", f.file))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs (%v): run `go run . fixtures ../geoip/testdata`", f.file, err)
		}
	}
}

func TestArgumentsThatNameNoVerbAreAnsweredWithTheUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"country"}, {"compare", "a"}, {"fixtures"}, {"rebuild", "a", "b"}} {
		if err := run(args, new(bytes.Buffer)); err != errUsage {
			t.Errorf("%q: error %v, want the usage", args, err)
		}
	}
}
