package ingest_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"domicile/internal/geoip"
	"domicile/internal/ingest"
	"domicile/internal/residency"
)

// forwarded is a log of acme with a line for each origin.
func forwarded(origins ...string) []byte {
	var b strings.Builder
	for i, o := range origins {
		fmt.Fprintf(&b, `{"EdgeStartTimestamp":%d,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":"93.184.216.119","OriginIP":"%s"}`+"\n", 1793491200+i, o)
	}
	return []byte(b.String())
}

func TestOriginsAreOnwardTransfersByCountry(t *testing.T) {
	db, err := geoip.FromBytes(countryFile(t), geoip.Options{Anycast: []netip.Prefix{netip.MustParsePrefix("104.16.0.0/13")}})
	if err != nil {
		t.Fatal(err)
	}
	log := forwarded("5.9.7.3", "", "5.9.8.3", "10.77.66.55", "104.16.5.5", "8.8.4.4", "::ffff:5.9.7.3", "not an address")
	s := store(t, t.TempDir())
	in := setup(t, s, func(c *ingest.Config) { c.DB = db })
	for range 2 { // the same file again counts nothing
		if _, err := whole(t, in, "log", log); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Transfers(t.Context(), "acme", anytime, anytime)
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	begin := time.Unix(1793491200, 0).UTC()
	for i, want := range []struct {
		country     string
		count       uint64
		first, last int
	}{{"", 2, 3, 4}, {"DE", 3, 0, 6}, {"US", 1, 5, 5}} {
		at := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Second) }
		x := got[i]
		if x.Country != want.country || x.Count != want.count || !x.First.Equal(at(want.first)) || !x.Last.Equal(at(want.last)) || x.Scope.Kind != residency.HostnameScope {
			t.Errorf("%+v, want %+v", x, want)
		}
	}
}

// What a person visited through a gateway is no server of the customer's.
func TestWhereASessionWentIsNoOnwardTransfer(t *testing.T) {
	log := `{"SessionStartTime":"2026-11-01T09:00:00Z","SessionEndTime":"2026-11-01T09:00:05Z","IngressColoName":"FRA","EgressColoName":"AMS",` +
		`"SourceIP":"93.184.216.119","OriginIP":"5.9.7.3","SessionID":"1","Offramp":"INTERNET"}` + "\n"
	s := store(t, t.TempDir())
	index, err := ingest.NewIndex(t.Context(), service(t, fleet).State(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	res, err := whole(t, setup(t, s, func(c *ingest.Config) { c.DB, c.Index = countries(t), index }), "log", []byte(log))
	if err != nil || res.Counts.Accepted != 1 {
		t.Fatalf("%+v, %v", res, err)
	}
	if got, err := s.Transfers(t.Context(), "acme", anytime, anytime); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestOnwardTransfersAreTheGeneratorsTruth(t *testing.T) {
	p := plan(20_000)
	p.UnknownHosts = 0
	path, truth := logFile(t, p, "log.gz")
	s := store(t, t.TempDir())
	if _, err := setup(t, s, func(c *ingest.Config) { c.DB, c.Options.Lines = countries(t), 3000 }).File(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := forwards(t, s); got != truth.Origins {
		t.Errorf("%d onward transfers, want %d", got, truth.Origins)
	}
}
