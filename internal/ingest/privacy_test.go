package ingest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"domicile/internal/embedded"
	"domicile/internal/geoip"
	"domicile/internal/ingest"
)

// planted are addresses that a log is full of.
var planted = []netip.Addr{
	netip.MustParseAddr("198.51.100.77"), netip.MustParseAddr("11.1.2.3"), netip.MustParseAddr("93.184.216.119"),
	netip.MustParseAddr("2001:db8:77:1::beef"), netip.MustParseAddr("2a00:1:2:3:4:5:6:77"), netip.MustParseAddr("2606:4700:1234::77"),
}

// origins are addresses of customers' servers in it: public ones, one in a private
// network, one of the provider's.
var origins = []netip.Addr{
	netip.MustParseAddr("5.9.77.213"), netip.MustParseAddr("2a01:4f8:aaaa:77::beef"), netip.MustParseAddr("10.77.166.155"), netip.MustParseAddr("104.16.177.205"),
}

// forms are the ways an address could be written down.
func forms(a netip.Addr) [][]byte {
	raw := a.AsSlice()
	turned := slices.Clone(raw)
	slices.Reverse(turned)
	out := [][]byte{
		[]byte(a.String()), []byte(a.StringExpanded()), []byte(strings.ToUpper(a.String())), raw, turned,
		[]byte(hex.EncodeToString(raw)), []byte(base64.StdEncoding.EncodeToString(raw)[:len(raw)]), []byte("::ffff:" + a.String()),
	}
	if a.Is4() {
		mapped := a.As16()
		out = append(out, mapped[:], []byte(fmt.Sprint(uint32(raw[0])<<24|uint32(raw[1])<<16|uint32(raw[2])<<8|uint32(raw[3]))))
	} else {
		out = append(out, raw[:8]) // the network of one connection
	}
	return out
}

func leaks(t *testing.T, where string, b []byte) {
	t.Helper()
	for _, a := range slices.Concat(planted, origins) {
		for _, f := range forms(a) {
			if bytes.Contains(b, f) {
				t.Errorf("%s holds an address as %q", where, f)
			}
		}
	}
}

// spoiled is a log with addresses in every field and in lines that are no lines.
func spoiled() string {
	var b strings.Builder
	for i := range 4000 {
		a := planted[i%len(planted)]
		host := []string{"www.acme.example", "shop.globex.example", a.String(), "[" + a.String() + "]:443", a.String() + ".acme.example"}[i%5]
		fmt.Fprintf(&b, `{"EdgeStartTimestamp":%d,"EdgeColoCode":"%s","ClientRequestHost":"%s","ClientIP":"%s","OriginIP":"%s","EdgeServerIP":"%s","ClientRequestURI":"/?ip=%s","ClientRequestUserAgent":"%s","RayID":"%s"}`,
			1793491200+i, []string{"FRA", "EWR", "QQX"}[i%3], host, a, origins[i%len(origins)], a, a, a, a)
		b.WriteByte('\n')
		switch i % 100 {
		case 1:
			fmt.Fprintf(&b, `{"ClientIP":"%s"`+"\n", a)
		case 2:
			fmt.Fprintf(&b, "%s - - [01/Nov/2026] GET /\n", a)
		case 3:
			fmt.Fprintf(&b, `{"EdgeStartTimestamp":"%s","EdgeColoCode":"%s","ClientIP":7}`+"\n", a, a)
		case 4:
			fmt.Fprintf(&b, `{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"%s"}`+"\n", a)
		}
	}
	return b.String()
}

func TestNoClientAddressIsLeftAnywhere(t *testing.T) {
	city, err := geoip.Open("../geoip/testdata/ok_city.mmdb", geoip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, db := range map[string]*geoip.DB{"countries": countries(t), "cities": city, "none": nil} {
		for _, only := range []string{"", "acme"} {
			t.Run(name+" "+only, func(t *testing.T) {
				dir := t.TempDir()
				s := store(t, dir)
				index, err := ingest.NewIndex(context.Background(), service(t, fleet).State(), only)
				if err != nil {
					t.Fatal(err)
				}
				in := setup(t, s, func(c *ingest.Config) { c.DB, c.Index, c.Threshold, c.Options.Lines = db, index, 2, 1000 })
				res, err := whole(t, in, "log.gz", zipped(t, spoiled()))
				if err != nil || res.Counts.Accepted < 1000 || res.Counts.Malformed < 100 {
					t.Fatalf("%+v, %v", res, err)
				}
				leaks(t, "the result", fmt.Appendf(nil, "%+v %v", res, res.Bad))
				for _, c := range []string{"acme", "globex"} {
					observations, err1 := s.Observations(t.Context(), c, anytime, anytime)
					visitors, err2 := s.Visitors(t.Context(), c, anytime, anytime)
					transfers, err3 := s.Transfers(t.Context(), c, anytime, anytime)
					leaks(t, "the answers", fmt.Appendf(nil, "%+v %+v %+v %v %v %v", observations, visitors, transfers, err1, err2, err3))
					if (c == "acme" || only == "") && len(transfers) == 0 {
						t.Errorf("no onward transfers of %s", c)
					}
				}
				checkFiles(t, dir, s)
			})
		}
	}
}

// checkFiles looks into the files of the store, while it is open and afterwards.
func checkFiles(t *testing.T, dir string, s *embedded.Store) {
	t.Helper()
	for _, state := range []string{"open", "closed"} {
		all, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(all) == 0 {
			t.Fatalf("%v, %v", all, err)
		}
		size := 0
		for _, name := range all {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			size += len(b)
			leaks(t, state+" "+filepath.Base(name), b)
		}
		if size < 20_000 {
			t.Errorf("%d bytes: the test looks in the wrong place", size)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestFaultsTellNoAddress(t *testing.T) {
	body := zipped(t, spoiled())
	s := store(t, t.TempDir())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := whole(t, setup(t, s, nil), "log.gz", body); err == nil {
		t.Error("a closed store took it")
	} else {
		leaks(t, "the error", []byte(err.Error()))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := setup(t, store(t, t.TempDir()), nil).Stream(ctx, "log.gz", bytes.NewReader(body)); err == nil {
		t.Error("a cancelled run went on")
	} else {
		leaks(t, "the error", []byte(err.Error()))
	}
}

// The cells that visitors are kept by stand for enough of them.
func TestCellsNeedEnoughClients(t *testing.T) {
	city, err := geoip.Open("../geoip/testdata/ok_city.mmdb", geoip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := func(clients int) (out string) {
		for i := range clients {
			for range 3 {
				out += fmt.Sprintf(`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":"11.1.2.%d"}`+"\n", i)
			}
		}
		return out
	}
	for _, tt := range []struct{ clients, cells int }{{9, 0}, {10, 1}} {
		s := store(t, t.TempDir())
		if _, err := whole(t, setup(t, s, func(c *ingest.Config) { c.DB = city }), "x", []byte(lines(tt.clients))); err != nil {
			t.Fatal(err)
		}
		got, err := s.Visitors(t.Context(), "acme", anytime, anytime)
		if err != nil || len(got) != 1 || got[0].Country != "DE" || got[0].Count != uint64(3*tt.clients) || (got[0].Cell != 0) != (tt.cells == 1) {
			t.Errorf("%d clients: %+v, %v", tt.clients, got, err)
		}
	}
}
