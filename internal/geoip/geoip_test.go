package geoip_test

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"domicile/internal/geoip"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// anycast are two of the ranges a provider may announce; one is narrower than the
// blocks that a resolver keeps answers by.
var anycast = []netip.Prefix{
	netip.MustParsePrefix("104.16.0.0/13"),
	netip.MustParsePrefix("11.1.9.128/25"),
	netip.MustParsePrefix("2606:4700::/32"),
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func open(t testing.TB, name string) *geoip.DB {
	t.Helper()
	db, err := geoip.FromBytes(read(t, name), geoip.Options{Anycast: anycast})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// question is an address and what a test database answers for it.
type question struct {
	name     string
	database string
	addr     string
	want     geoip.Location
}

func ask(t *testing.T, questions []question) {
	t.Helper()
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			got, err := open(t, q.database).Locate(netip.MustParseAddr(q.addr))
			if err != nil {
				t.Fatal(err)
			}
			diff := cmp.Diff(q.want, got, cmpopts.IgnoreFields(geoip.Location{}, "Record"), cmpopts.EquateComparable(netip.Prefix{}))
			if diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLocateSaysWhere(t *testing.T) {
	ask(t, []question{
		{"a country database gives a country and no coordinates", "ok_country.mmdb", "11.0.3.4",
			geoip.Location{Outcome: geoip.Located, Country: "LU", Prefix: netip.MustParsePrefix("11.0.0.0/16")}},
		{"a city database gives coordinates and their radius", "ok_city.mmdb", "11.1.2.3",
			geoip.Location{Outcome: geoip.Located, Country: "DE", HasCoordinates: true, Lat: 50.11, Lon: 8.68, AccuracyKM: 20, Prefix: netip.MustParsePrefix("11.1.0.0/16")}},
		{"IPv4 inside IPv6 is IPv4", "ok_city.mmdb", "::ffff:11.1.2.3",
			geoip.Location{Outcome: geoip.Located, Country: "DE", HasCoordinates: true, Lat: 50.11, Lon: 8.68, AccuracyKM: 20, Prefix: netip.MustParsePrefix("11.1.0.0/16")}},
		{"IPv6 is located", "ok_city.mmdb", "2a00:1::7",
			geoip.Location{Outcome: geoip.Located, Country: "LU", HasCoordinates: true, Lat: 49.61, Lon: 6.13, AccuracyKM: 50, Prefix: netip.MustParsePrefix("2a00:1::/32")}},
		{"a zone changes nothing", "ok_city.mmdb", "2a00:1::7%eth0",
			geoip.Location{Outcome: geoip.Located, Country: "LU", HasCoordinates: true, Lat: 49.61, Lon: 6.13, AccuracyKM: 50, Prefix: netip.MustParsePrefix("2a00:1::/32")}},
		{"a network narrower than /24 is told as its /24", "ok_city.mmdb", "11.2.0.200",
			geoip.Location{Outcome: geoip.Located, Country: "BE", HasCoordinates: true, Lat: 50.85, Lon: 4.35, AccuracyKM: 1, Prefix: netip.MustParsePrefix("11.2.0.0/24")}},
		{"a network narrower than /48 is told as its /48", "ok_country.mmdb", "2a00:2:0:1::9",
			geoip.Location{Outcome: geoip.Located, Country: "SE", Prefix: netip.MustParsePrefix("2a00:2::/48")}},
		{"a city record without coordinates is a country", "ok_city.mmdb", "11.3.0.1",
			geoip.Location{Outcome: geoip.Located, Country: "US", Prefix: netip.MustParsePrefix("11.3.0.0/16")}},
		{"coordinates without a radius state none", "ok_city.mmdb", "11.13.0.1",
			geoip.Location{Outcome: geoip.Located, Country: "LU", HasCoordinates: true, Lat: 49.61, Lon: 6.13, Prefix: netip.MustParsePrefix("11.13.0.0/16")}},
		{"a coordinate that is not a number is none", "ok_city.mmdb", "11.11.0.1",
			geoip.Location{Outcome: geoip.Located, Country: "LU", Prefix: netip.MustParsePrefix("11.11.0.0/16")}},
		{"a coordinate beyond the pole is none", "ok_city.mmdb", "11.12.0.1",
			geoip.Location{Outcome: geoip.Located, Country: "LU", Prefix: netip.MustParsePrefix("11.12.0.0/16")}},
	})
}

func TestLocateSaysWhyNot(t *testing.T) {
	ask(t, []question{
		{"Asia and Pacific is not a country", "ok_country.mmdb", "11.4.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.4.0.0/16")}},
		{"Europe is not a country", "ok_country.mmdb", "11.5.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.5.0.0/16")}},
		{"the middle of Europe is not a point", "ok_city.mmdb", "11.5.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.5.0.0/16")}},
		{"an empty record is unknown", "ok_country.mmdb", "11.6.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.6.0.0/16")}},
		{"ZZ is not a country", "ok_country.mmdb", "11.7.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.7.0.0/16")}},
		{"AN is not a country any more", "ok_country.mmdb", "11.8.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.8.0.0/16")}},
		{"small letters are not a code", "ok_country.mmdb", "11.9.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.9.0.0/16")}},
		{"where a network is registered is not where it is", "ok_city.mmdb", "11.10.0.1",
			geoip.Location{Prefix: netip.MustParsePrefix("11.10.0.0/16")}},
		{"a network that the database marks as anycast has no place", "ok_city.mmdb", "11.14.0.1",
			geoip.Location{Outcome: geoip.Anycast, Prefix: netip.MustParsePrefix("11.14.0.0/16")}},
		{"no record is not found", "ok_country.mmdb", "12.0.0.1",
			geoip.Location{Outcome: geoip.NotFound}},
		{"an IPv4 database has no IPv6", "ok_city_v4.mmdb", "2a00:1::7",
			geoip.Location{Outcome: geoip.NotFound}},
		{"an IPv4 database has IPv4", "ok_city_v4.mmdb", "11.0.0.1",
			geoip.Location{Outcome: geoip.Located, Country: "LU", HasCoordinates: true, Lat: 49.61, Lon: 6.13, AccuracyKM: 5, Prefix: netip.MustParsePrefix("11.0.0.0/16")}},
		{"the provider's ranges are anycast whatever the database says", "ok_country.mmdb", "104.17.1.1",
			geoip.Location{Outcome: geoip.Anycast, Prefix: netip.MustParsePrefix("104.16.0.0/13")}},
		{"a narrow range of the provider holds within its /24", "ok_country.mmdb", "11.1.9.200",
			geoip.Location{Outcome: geoip.Anycast, Prefix: netip.MustParsePrefix("11.1.9.0/24")}},
		{"beside the narrow range the database answers", "ok_country.mmdb", "11.1.9.100",
			geoip.Location{Outcome: geoip.Located, Country: "DE", Prefix: netip.MustParsePrefix("11.1.0.0/16")}},
	})
}

func TestAddressesThatAreNotPublicAreNotLookedUp(t *testing.T) {
	tests := map[geoip.Outcome][]string{
		geoip.Private: {
			"0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.1.1", "172.16.0.1", "172.31.255.255",
			"192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.9", "203.0.113.9", "224.0.0.1",
			"239.255.255.255", "240.0.0.1", "255.255.255.255",
			"::", "::1", "::7", "100::1", "2001:2::1", "2001:1ff::1", "2001:db8::1", "3fff::1", "4000::1", "5f00::1", "8000::1",
			"fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "::ffff:10.1.2.3", "::ffff:127.0.0.1",
		},
		geoip.Tunnel:  {"192.88.99.1", "2002:b00:1::1", "2001:0:1::1", "64:ff9b::b00:1", "64:ff9b:1::1"},
		geoip.Anycast: {"104.16.0.0", "104.23.255.255", "2606:4700::1111", "2606:4700:ffff::1"},
		geoip.NotFound: {
			"9.255.255.255", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1",
			"223.255.255.255", "104.15.255.255", "104.24.0.0", "2001:200::1", "2606:4701::1", "3ffe::1", "2003::1",
		},
	}
	db := open(t, "ok_country.mmdb")
	resolver := db.NewResolver(nil)
	for want, addrs := range tests {
		for _, text := range addrs {
			addr := netip.MustParseAddr(text)
			got, err := db.Locate(addr)
			if err != nil || got.Outcome != want || got.Country != "" || got.Record != 0 {
				t.Errorf("Locate(%s) = %+v, %v; want %s", text, got, err, want)
			}
			if derived, country, outcome := resolver.Locate(addr); outcome != want || derived != 0 || country != [2]byte{} {
				t.Errorf("the resolver says of %s %d %q %s; want %s", text, derived, country, outcome, want)
			}
		}
	}
}

func TestEqualRecordsShareTheirNumber(t *testing.T) {
	db := open(t, "ok_city.mmdb")
	record := func(addr string) uint64 {
		at, err := db.Locate(netip.MustParseAddr(addr))
		if err != nil || at.Record == 0 {
			t.Fatalf("Locate(%s) = %+v, %v", addr, at, err)
		}
		return at.Record
	}
	if a, b := record("11.0.0.1"), record("11.20.9.9"); a != b {
		t.Errorf("equal records have numbers %d and %d", a, b)
	}
	if a, b := record("11.0.0.1"), record("11.1.0.1"); a == b {
		t.Error("different records share a number")
	}
}

func TestInfoDescribesTheDatabase(t *testing.T) {
	built := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]geoip.Info{
		"ok_country.mmdb": {Type: "DBIP-Country-Lite", Built: built, IPVersion: 6, CountryOnly: true,
			Credit: "IP Geolocation by DB-IP", CreditURL: "https://db-ip.com"},
		"ok_city.mmdb": {Type: "GeoIP2-City", Built: built, IPVersion: 6},
		"ok_city_v4.mmdb": {Type: "GeoLite2-City", Built: built, IPVersion: 4,
			Credit: "This product includes GeoLite2 Data created by MaxMind", CreditURL: "https://www.maxmind.com"},
	}
	for name, want := range tests {
		got := open(t, name).Info()
		if len(got.Digest) != 64 || got.Bytes != len(read(t, name)) {
			t.Errorf("%s: digest %q of %d bytes", name, got.Digest, got.Bytes)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(geoip.Info{}, "Digest", "Bytes")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFilesThatCannotServeAreRefused(t *testing.T) {
	good := read(t, "ok_city.mmdb")
	tests := []struct {
		name string
		data []byte
		want error
		text string
	}{
		{"an empty file", nil, geoip.ErrFormat, "MaxMind DB"},
		{"text", []byte("address,country\n"), geoip.ErrFormat, "MaxMind DB"},
		{"the first half of a file", good[:len(good)/2], geoip.ErrFormat, "MaxMind DB"},
		{"the last half of a file", good[len(good)/2:], geoip.ErrFormat, "MaxMind DB"},
		{"a type nobody knows", read(t, "bad_type.mmdb"), geoip.ErrKind, `"country ipvAll"`},
		{"a database of networks", read(t, "bad_network.mmdb"), geoip.ErrKind, `"GeoLite2-ASN"`},
		{"records of another layout", read(t, "bad_record.mmdb"), geoip.ErrFormat, "offset"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db, err := geoip.FromBytes(test.data, geoip.Options{})
			if db != nil || !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("FromBytes = %v, %v; want %v with %s", db, err, test.want, test.text)
			}
		})
	}
}

func TestEveryTruncationIsRefusedOrReadWithoutPanic(t *testing.T) {
	good := read(t, "ok_city.mmdb")
	for end := range good {
		db, err := geoip.FromBytes(bytes.Clone(good[:end]), geoip.Options{})
		if err == nil {
			exercise(db)
		}
	}
}

func TestAFileAboveTheLimitIsRefused(t *testing.T) {
	data := read(t, "ok_city.mmdb")
	limit := geoip.Options{MaxBytes: int64(len(data)) - 1}
	if _, err := geoip.FromBytes(data, limit); !errors.Is(err, geoip.ErrTooLarge) {
		t.Errorf("FromBytes error %v", err)
	}
	if _, err := geoip.Open(filepath.Join("testdata", "ok_city.mmdb"), limit); !errors.Is(err, geoip.ErrTooLarge) {
		t.Errorf("Open error %v", err)
	}
}

func TestAnAnycastRangeThatIsNoPrefixIsRefused(t *testing.T) {
	for _, bad := range []netip.Prefix{{}, netip.MustParsePrefix("::ffff:104.16.0.0/109")} {
		_, err := geoip.FromBytes(read(t, "ok_city.mmdb"), geoip.Options{Anycast: []netip.Prefix{anycast[0], bad}})
		if !errors.Is(err, geoip.ErrRange) || !strings.Contains(err.Error(), "range 2 of 2") {
			t.Errorf("%v: error %v", bad, err)
		}
	}
}

func TestErrorsNeverHoldTheAddress(t *testing.T) {
	db := open(t, "bad_far_record.mmdb")
	addr := netip.MustParseAddr("11.3.3.77")
	_, err := db.Locate(addr)
	if !errors.Is(err, geoip.ErrRecord) || strings.Contains(err.Error(), "11.3") {
		t.Errorf("error %v", err)
	}
	if _, country, outcome := db.NewResolver(nil).Locate(addr); outcome != geoip.Unknown || country != [2]byte{} {
		t.Errorf("a record that cannot be read is %q, %s", country, outcome)
	}
	if _, err := db.Locate(netip.Addr{}); !errors.Is(err, geoip.ErrAddress) {
		t.Errorf("no address: error %v", err)
	}
}

func TestAnOutcomeOutsideTheListReadsAsUnknown(t *testing.T) {
	if got := geoip.Outcome(200).String(); got != "UNKNOWN" {
		t.Errorf("%q", got)
	}
	if got := geoip.Anycast.String(); got != "ANYCAST" {
		t.Errorf("%q", got)
	}
}
