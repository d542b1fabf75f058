package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/geoip"
	"domicile/internal/ingest"
	"domicile/internal/residency"
)

// kept are the observations of one line of acme's, by category and activity.
func kept(t *testing.T, in func(*ingest.Config), line string) []evidence.Observation {
	t.Helper()
	s := store(t, t.TempDir())
	if res, err := whole(t, knowing(t, s, fleet, "acme", in), "log", []byte(line+"\n")); err != nil || res.Counts.Accepted != 1 {
		t.Fatalf("%+v, %v", res, err)
	}
	all, err := s.Observations(t.Context(), "acme", anytime, anytime)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatALineIsEvidenceOf(t *testing.T) {
	const (
		content, metadata, operational = residency.Content, residency.TrafficMetadata, residency.Operational
		process, transit, cache        = residency.Process, residency.Transit, residency.Cache
	)
	sampled := func(c *ingest.Config) { c.Sampled = true }
	type seen struct {
		category residency.DataCategory
		activity residency.Activity
		site     string
		kinds    evidence.Kinds
	}
	for name, tt := range map[string]struct {
		line   string
		change func(*ingest.Config)
		want   []seen
	}{
		"a request": {`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example"}`, nil,
			[]seen{{content, process, "FRA", 0}, {metadata, process, "FRA", 0}}},
		"a request of a sample": {`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example"}`, sampled,
			[]seen{{content, process, "FRA", evidence.Sampled}, {metadata, process, "FRA", evidence.Sampled}}},
		"packets that stand for others": {`{"Datetime":1793491200,"ColoCode":"FRA","ColoCountry":"DE","SampleInterval":1000,"IPSourceAddress":"198.51.100.7"}`, nil,
			[]seen{{content, transit, "FRA", evidence.Sampled}, {operational, process, "FRA", evidence.Sampled}}},
		"every packet": {`{"Datetime":1793491200,"ColoCode":"FRA","ColoCountry":"DE","SampleInterval":1,"IPSourceAddress":"198.51.100.7"}`, nil,
			[]seen{{content, transit, "FRA", 0}, {operational, process, "FRA", 0}}},
		"a question to the Gateway": {`{"Datetime":"2026-11-01T00:00:00Z","ColoCode":"FRA","ResolverDecision":"allowedByQueryName","QueryName":"a.example","SrcIP":"198.51.100.7","AccountID":"1"}`, nil,
			[]seen{{metadata, process, "FRA", evidence.DNS}}},
		"a stream that TLS does not end in": {`{"Timestamp":1793491200,"ColoCode":"FRA","Application":"x","ClientTlsProtocol":"none","ClientTlsStatus":"OFF","ClientProto":"tcp"}`, nil,
			[]seen{{content, transit, "FRA", 0}, {metadata, process, "FRA", 0}}},
		"a stream that TLS ends in": {`{"Timestamp":1793491200,"ColoCode":"FRA","Application":"x","ClientTlsStatus":"OK","ClientProto":"tcp"}`, nil,
			[]seen{{content, process, "FRA", 0}, {metadata, process, "FRA", 0}}},
		"a copy from a tier that has no number": {`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","CacheTieredFill":true}`, nil,
			[]seen{{content, process, "?", evidence.TieredFill | evidence.UpperTier | evidence.UnknownSite}, {content, process, "FRA", evidence.TieredFill},
				{content, cache, "?", evidence.TieredFill | evidence.UpperTier | evidence.UnknownSite}, {metadata, process, "FRA", evidence.TieredFill}}},
		"a site that cannot be read": {`{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"198.51.100.7","ClientRequestHost":"www.acme.example"}`, nil,
			[]seen{{content, process, "?", evidence.UnknownSite}, {metadata, process, "?", evidence.UnknownSite}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []seen
			for _, o := range kept(t, tt.change, tt.line) {
				got = append(got, seen{o.Category, o.Activity, o.Site, o.Kinds &^ evidence.Unlisted})
			}
			for _, w := range tt.want {
				if !slices.Contains(got, w) {
					t.Errorf("%+v is not among %+v", w, got)
				}
			}
			if len(got) != len(tt.want) {
				t.Errorf("%d observations, want %d: %+v", len(got), len(tt.want), got)
			}
		})
	}
}

// What the provider's own machinery asks for has no visitor, whatever address it has.
func TestOnlyVisitorsAreLocated(t *testing.T) {
	for name, tt := range map[string]struct {
		more    string
		country string
	}{
		"a visitor":               {`"ClientRequestSource":"eyeball"`, "DE"},
		"a Worker's subrequest":   {`"WorkerSubrequest":true`, ""},
		"the provider's own":      {`"ClientRequestSource":"edgeWorkerFetch"`, ""},
		"one zone through others": {`"ClientRequestSource":"orangeToOrange"`, ""},
	} {
		city, err := geoip.Open("../geoip/testdata/ok_city.mmdb", geoip.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := store(t, t.TempDir())
		line := `{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":"11.1.2.3",` + tt.more + "}\n"
		if _, err := whole(t, setup(t, s, func(c *ingest.Config) { c.DB = city }), "log", []byte(line)); err != nil {
			t.Fatal(err)
		}
		got, err := s.Visitors(t.Context(), "acme", anytime, anytime)
		if err != nil || len(got) != 1 || got[0].Country != tt.country {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// cellsOf are the cells that are kept of lines from these addresses at these times.
func cellsOf(t *testing.T, clients []string, hours ...int) (out []evidence.Visitors) {
	t.Helper()
	city, err := geoip.Open("../geoip/testdata/ok_city.mmdb", geoip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	for i, c := range clients {
		fmt.Fprintf(&log, `{"EdgeStartTimestamp":%d,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":%q}`+"\n", 1793491200+3600*hours[i%len(hours)]+i, c)
	}
	s := store(t, t.TempDir())
	if _, err := whole(t, setup(t, s, func(c *ingest.Config) { c.DB = city }), "log", []byte(log.String())); err != nil {
		t.Fatal(err)
	}
	if out, err = s.Visitors(t.Context(), "acme", anytime, anytime); err != nil {
		t.Fatal(err)
	}
	return out
}

// A window may be as short as an hour, so that a cell needs its clients in each.
func TestACellNeedsItsClientsInEveryHour(t *testing.T) {
	var clients []string
	for i := range 12 {
		clients = append(clients, fmt.Sprintf("11.1.2.%d", i))
	}
	if got := cellsOf(t, clients, 0); len(got) != 1 || got[0].Cell == 0 {
		t.Errorf("twelve in one hour: %+v", got)
	}
	if got := cellsOf(t, clients, 0, 1); len(got) != 1 || got[0].Cell != 0 || got[0].Count != 12 {
		t.Errorf("six in each of two: %+v", got)
	}
}

// The devices of one IPv6 network are one client.
func TestANetworkOfIPv6IsOneClient(t *testing.T) {
	var one, many []string
	for i := range 12 {
		one, many = append(one, fmt.Sprintf("2a00:1::%x", i+1)), append(many, fmt.Sprintf("2a00:1:0:%x::1", i+1))
	}
	for name, tt := range map[string]struct {
		clients []string
		cell    bool
	}{"one network": {one, false}, "many networks": {many, true}} {
		if got := cellsOf(t, tt.clients, 0); len(got) != 1 || got[0].Country == "" || (got[0].Cell != 0) != tt.cell {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// coverageOf is the coverage of acme in the first hour, after a file of that name.
func coverageOf(t *testing.T, change func(*ingest.Config), name string, log []byte) map[string]uint64 {
	t.Helper()
	s := store(t, t.TempDir())
	if _, err := whole(t, knowing(t, s, fleet, "", change), name, log); err != nil {
		t.Fatal(err)
	}
	seen, err := s.Coverage(t.Context(), "acme", anytime, anytime)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]uint64{}
	for _, x := range seen {
		out[x.Root] |= x.Minutes
	}
	return out
}

// A log covers the time that its name states of the zones that it has every request of,
// and not where some of it could not be read.
func TestALogCoversWhatItHasEveryRequestOf(t *testing.T) {
	const (
		name    = "20261101T000000Z_20261101T000459Z_5d0e.log"
		request = `{"EdgeStartTimestamp":"2026-11-01T00:02:00Z","EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example"}` + "\n"
	)
	for what, tt := range map[string]struct {
		log    string
		change func(*ingest.Config)
		want   map[string]uint64
	}{
		"requests":               {request, nil, map[string]uint64{"acme.example": 0b11111}},
		"and one of nobody":      {request + strings.Replace(request, "www.acme", "other", 1), nil, map[string]uint64{"acme.example": 0b11111}},
		"and one malformed":      {request + "{\n", nil, map[string]uint64{"acme.example": 0b100}},
		"and one without a site": {request + strings.Replace(request, `"EdgeColoCode":"FRA",`, "", 1), nil, map[string]uint64{"acme.example": 0b100}},
		"a sample":               {request, func(c *ingest.Config) { c.Sampled = true }, map[string]uint64{"acme.example": 0b100}},
		"security events": {`{"Datetime":"2026-11-01T00:02:00Z","EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","RuleID":"1","Kind":"firewall"}` + "\n", nil,
			map[string]uint64{"": 0b11111}},
		"questions for names": {`{"Timestamp":"2026-11-01T00:02:00Z","ColoCode":"FRA","QueryName":"www.acme.example","ResponseCode":0}` + "\n", nil, map[string]uint64{"": 0b11111}},
	} {
		t.Run(what, func(t *testing.T) {
			if got := coverageOf(t, tt.change, name, []byte(tt.log)); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	t.Run("a damaged file", func(t *testing.T) {
		log := zipped(t, strings.Repeat(request, 1000))
		if got := coverageOf(t, nil, name, log[:len(log)-4]); got["acme.example"] != 0b100 {
			t.Errorf("%v", got)
		}
	})
}

// A name that moved is the old customer's before and the new one's after; what both had, or
// neither, is of both.
func TestAMovedNameIsOfWhomTheSettingsOfTheDaySay(t *testing.T) {
	moved := []string{`customer: old
effective: 2026-01-01
products: [cdn]
zones: [{name: moved.example, hostnames: [{name: www.moved.example}], certificates: []}, {name: both.example, hostnames: [{name: www.both.example}], certificates: []}]
`, `customer: old
effective: 2026-06-01
products: [cdn]
zones: [{name: both.example, hostnames: [{name: www.both.example}], certificates: []}]
`, `customer: new
effective: 2026-06-10
products: [cdn]
zones: [{name: moved.example, hostnames: [{name: www.moved.example}], certificates: []}, {name: both.example, hostnames: [{name: www.both.example}], certificates: []}]
`}
	at := func(day, host string) string {
		return `{"EdgeStartTimestamp":"` + day + `T12:00:00Z","EdgeColoCode":"EWR","ClientRequestHost":"` + host + `"}` + "\n"
	}
	for name, tt := range map[string]struct {
		line     string
		old, new int
	}{
		"before":                   {at("2026-05-31", "www.moved.example"), 1, 0},
		"between":                  {at("2026-06-05", "www.moved.example"), 1, 1},
		"after":                    {at("2026-06-10", "www.moved.example"), 0, 1},
		"a name of both":           {at("2026-06-10", "www.both.example"), 1, 1},
		"a name that only one had": {at("2026-06-09", "www.both.example"), 1, 0},
		"longer ago than anything": {at("2025-06-09", "www.both.example"), 1, 1},
	} {
		s := store(t, t.TempDir())
		index, err := ingest.NewIndex(t.Context(), recorded(t, moved...).State(), "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := whole(t, setup(t, s, func(c *ingest.Config) { c.Index = index }), "log", []byte(tt.line)); err != nil {
			t.Fatal(err)
		}
		if old, now := len(seenOf(t, s, "old")), len(seenOf(t, s, "new")); old != tt.old || now != tt.new {
			t.Errorf("%s: of the old %d, of the new %d; want %d, %d", name, old, now, tt.old, tt.new)
		}
	}
}

// An event of a time to come would be of no window that is judged now.
func TestAnEventToComeIsToldAndNotKept(t *testing.T) {
	line := func(at time.Time) string {
		return fmt.Sprintf(`{"EdgeStartTimestamp":%d,"EdgeColoCode":"EWR","ClientRequestHost":"www.acme.example"}`+"\n", at.Unix())
	}
	s := store(t, t.TempDir())
	res, err := whole(t, setup(t, s, nil), "log", []byte(line(clock().Add(time.Minute))+line(clock().Add(2*time.Hour))))
	if err != nil || res.Counts.Accepted != 1 || res.Counts.Malformed != 1 || len(res.Bad) != 1 || res.Bad[0].Reason.String() != "AHEAD_OF_TIME" {
		t.Errorf("%+v, %v", res, err)
	}
}
