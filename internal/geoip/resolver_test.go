package geoip_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"os"
	"testing"

	"domicile/internal/geoip"
)

// shipped is the database that the project embeds.
const shipped = "../../datasets/geo/country.mmdb"

func openShipped(t testing.TB) *geoip.DB {
	t.Helper()
	data, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	db, err := geoip.FromBytes(data, geoip.Options{Anycast: anycast})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// clients draws addresses as a log has them: blocks from a few thousand networks,
// each with many clients; one in eight is IPv6.
func clients(count, blocks int) []netip.Addr {
	random := rand.New(rand.NewPCG(7, 7))
	addrs := make([]netip.Addr, count)
	for i := range addrs {
		block := uint64(random.IntN(blocks)) * 0x9e3779b97f4a7c15
		var octets [16]byte
		binary.BigEndian.PutUint64(octets[:], block>>3|1<<61)
		binary.BigEndian.PutUint64(octets[8:], random.Uint64())
		addrs[i] = netip.AddrFrom16(octets)
		if i%8 != 0 {
			addrs[i] = netip.AddrFrom4([4]byte{byte(block >> 56), byte(block >> 48), byte(block >> 40), byte(random.Uint32())})
		}
	}
	return addrs
}

// same holds a resolver against Locate for each address.
func same(t *testing.T, db *geoip.DB, addrs []netip.Addr) {
	t.Helper()
	points := []geoip.Location{{}}
	resolver := db.NewResolver(func(lat, lon float64, accuracyKM uint16) uint64 {
		points = append(points, geoip.Location{HasCoordinates: true, Lat: lat, Lon: lon, AccuracyKM: accuracyKM})
		return uint64(len(points) - 1)
	})
	located := 0
	for range 2 {
		for _, addr := range addrs {
			want, err := db.Locate(addr)
			if err != nil {
				t.Fatal(err)
			}
			derived, country, outcome := resolver.Locate(addr)
			letters := string(country[:])
			if country == [2]byte{} {
				letters = ""
			}
			if letters != want.Country || outcome != want.Outcome {
				t.Fatalf("%s: resolver says %q %s, Locate says %+v", addr, letters, outcome, want)
			}
			p := points[derived]
			if p.HasCoordinates != want.HasCoordinates || p.Lat != want.Lat || p.Lon != want.Lon || p.AccuracyKM != want.AccuracyKM {
				t.Fatalf("%s: a point %+v, Locate says %+v", addr, p, want)
			}
			if outcome == geoip.Located {
				located++
			}
		}
	}
	if located == 0 {
		t.Error("no address was located")
	}
}

func TestTheResolverAnswersAsLocateDoes(t *testing.T) {
	same(t, openShipped(t), clients(20_000, 3_000))
	for _, name := range []string{"ok_country.mmdb", "ok_city.mmdb", "ok_city_v4.mmdb"} {
		var addrs []netip.Addr
		for i := range 24 * 512 {
			addrs = append(addrs, netip.AddrFrom4([4]byte{11, byte(i >> 9), byte(i >> 5 & 15), byte(i << 3)}))
		}
		for i := range 256 {
			addrs = append(addrs, netip.AddrFrom16([16]byte{0x2a, 0, 0, byte(i & 3), 0, 0, 0, byte(i >> 2)}))
		}
		same(t, open(t, name), addrs)
	}
}

func TestTheResolverKeepsNoAnswerForABlockThatIsSplit(t *testing.T) {
	resolver := open(t, "ok_country.mmdb").NewResolver(nil)
	tests := []struct {
		addr    string
		country [2]byte
		outcome geoip.Outcome
	}{
		{"11.2.0.1", [2]byte{'F', 'R'}, geoip.Located},
		{"11.2.0.200", [2]byte{'B', 'E'}, geoip.Located},
		{"11.1.9.1", [2]byte{'D', 'E'}, geoip.Located},
		{"11.1.9.200", [2]byte{}, geoip.Anycast},
		{"2a00:2:0:1::1", [2]byte{'S', 'E'}, geoip.Located},
		{"2a00:2:0:2::1", [2]byte{}, geoip.NotFound},
	}
	for range 2 {
		for _, test := range tests {
			_, country, outcome := resolver.Locate(netip.MustParseAddr(test.addr))
			if country != test.country || outcome != test.outcome {
				t.Errorf("%s: %q %s, want %q %s", test.addr, country, outcome, test.country, test.outcome)
			}
		}
	}
}

func TestTheResolverTakesNoAddressForUnknown(t *testing.T) {
	derived, country, outcome := open(t, "ok_city.mmdb").NewResolver(nil).Locate(netip.Addr{})
	if derived != 0 || country != [2]byte{} || outcome != geoip.Unknown {
		t.Errorf("%d %q %s", derived, country, outcome)
	}
}

func TestAnAnswerAllocatesNothingWhenTheRecordIsKnown(t *testing.T) {
	resolver := openShipped(t).NewResolver(nil)
	addrs := clients(4_096, 2_000)
	if got := testing.AllocsPerRun(10, func() {
		for _, addr := range addrs {
			resolver.Locate(addr)
		}
	}); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestTheShippedDatabaseIsWhatItsFolderSaysItIs(t *testing.T) {
	info := openShipped(t).Info()
	notes, err := os.ReadFile("../../datasets/geo/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if info.Type != "DBIP-Country-Lite" || !info.CountryOnly || info.IPVersion != 6 || info.Credit != "IP Geolocation by DB-IP" {
		t.Errorf("info %+v", info)
	}
	for _, want := range []string{info.Digest, info.Credit, info.CreditURL, info.Built.Format("2006-01-02T15:04:05Z")} {
		if !bytes.Contains(notes, []byte(want)) {
			t.Errorf("the folder's notes do not say %s", want)
		}
	}
}

func BenchmarkLocate(b *testing.B) {
	db := openShipped(b)
	addrs := clients(1<<12, 1<<20)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := db.Locate(addrs[i%len(addrs)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResolver(b *testing.B) {
	for name, blocks := range map[string]int{"blocks seen before": 3_000, "blocks never seen": 1 << 30} {
		b.Run(name, func(b *testing.B) {
			resolver := openShipped(b).NewResolver(nil)
			addrs := clients(1<<20, blocks)
			for _, addr := range addrs[:1<<16] {
				resolver.Locate(addr)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				resolver.Locate(addrs[i%len(addrs)])
			}
		})
	}
}

func BenchmarkOpenTheShippedDatabase(b *testing.B) {
	data, err := os.ReadFile(shipped)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := geoip.FromBytes(data, geoip.Options{Anycast: anycast}); err != nil {
			b.Fatal(err)
		}
	}
}
