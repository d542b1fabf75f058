package geoip_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"domicile/internal/geoip"
)

// probes are addresses that reach every kind of answer.
var probes = []string{
	"11.0.0.1", "11.2.0.200", "11.5.0.1", "11.12.0.1", "10.0.0.1", "104.16.0.1", "255.255.255.255", "0.0.0.0", "8.8.8.8",
	"2a00:1::7", "2a00:2:0:1::9", "2002:b00:1::1", "::1", "::ffff:11.0.0.1", "fe80::1%eth0",
}

// exercise asks a database everything. It fails on an error that holds an address.
func exercise(db *geoip.DB) (leak string) {
	resolver := db.NewResolver(func(float64, float64, uint16) uint64 { return 1 })
	db.Info()
	for _, text := range probes {
		addr := netip.MustParseAddr(text)
		if _, err := db.Locate(addr); err != nil && strings.Contains(err.Error(), text) {
			leak = err.Error()
		}
		resolver.Locate(addr)
	}
	return leak
}

// FuzzFromBytes opens hostile files of up to 64 KiB.
func FuzzFromBytes(f *testing.F) {
	names, err := filepath.Glob("testdata/*.mmdb")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		db, err := geoip.FromBytes(data, geoip.Options{MaxBytes: 64 << 10, Anycast: anycast})
		if (db == nil) != (err != nil) {
			t.Fatalf("FromBytes = %v, %v", db, err)
		}
		if err == nil {
			if leak := exercise(db); leak != "" {
				t.Error(leak)
			}
		}
	})
}

// FuzzLocate holds the resolver against Locate for any address.
func FuzzLocate(f *testing.F) {
	for _, text := range probes {
		f.Add(netip.MustParseAddr(text).AsSlice())
	}
	f.Add([]byte{})
	data, err := os.ReadFile("testdata/ok_city.mmdb")
	if err != nil {
		f.Fatal(err)
	}
	db, err := geoip.FromBytes(data, geoip.Options{Anycast: anycast})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		addr, ok := netip.AddrFromSlice(octets)
		at, err := db.Locate(addr)
		if ok == (err != nil) {
			t.Fatalf("Locate of a valid address %v: %v", ok, err)
		}
		derived, country, outcome := db.NewResolver(func(float64, float64, uint16) uint64 { return 1 }).Locate(addr)
		if (derived != 0) != at.HasCoordinates || outcome != at.Outcome || (at.Country != "" && at.Country != string(country[:])) {
			t.Errorf("resolver says %d %q %s, Locate says %+v", derived, country, outcome, at)
		}
		if at.Prefix.IsValid() && !at.Prefix.Contains(addr.Unmap().WithZone("")) {
			t.Errorf("the network %s is not around the address", at.Prefix)
		}
	})
}
