package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/api"
	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// squares is a grid of squares: cell 123 lies in cell 12, and has a corner there.
type squares struct{}

func (squares) Coarsen(cell uint64, resolution int) (uint64, bool) {
	for limit := uint64(1000); cell >= limit; cell /= 10 {
	}
	return cell, cell != 0 && resolution > 0
}

func (squares) Ring(cell uint64) ([][2]int32, error) {
	x := int32(cell)
	return [][2]int32{{x, 0}, {x + 1, 0}, {x + 1, 1}, {x, 1}}, nil
}

const observedHost = "www.a.example"

const observedCustomer = `
customer: acme
name: Acme
effective: 2026-06-01
plan: enterprise
products: [cdn]
zones:
  - name: a.example
    hostnames:
      - {name: www.a.example, processing_region: eu}
      - {name: quiet.a.example, processing_region: eu}
    certificates: []
`

// observing is a server with a customer of whom something was observed, at nine
// o'clock on the last day of October: 90 requests at FRA and 3 at outside.
func observing(t *testing.T, outside string) *server {
	t.Helper()
	store := openStore(t)
	s := over(t, store, func(c *api.Config) { c.Evidence, c.Grid = store, squares{} })
	s.put(t, observedCustomer)
	hour := time.Date(2026, 10, 31, 9, 0, 0, 0, time.UTC)
	row := func(site, country string, cell, count uint64) evidence.Row {
		return evidence.Row{Customer: "acme", Observation: evidence.Observation{
			Scope: residency.Scope{Kind: residency.HostnameScope, Name: observedHost}, Category: residency.Content, Activity: residency.Process,
			Site: site, Hour: hour, Count: count, First: hour.Add(time.Minute), Last: hour.Add(2 * time.Minute), Country: country, Cell: cell,
		}}
	}
	rows := []evidence.Row{row("FRA", "DE", 1234, 80), row("FRA", "DE", 0, 7), row("FRA", "", 0, 3), row(outside, "FR", 200, 3)}
	err := store.Record(context.Background(), atlas.EvidenceBatch{
		File: evidence.Digest{1}, Name: "log", Dataset: "http_requests", To: 10, Complete: true, At: hour,
		Counts: evidence.Counts{Lines: 93, Accepted: 93}, Rows: rows,
		Transfers: []evidence.TransferRow{sentTo("DE", 40, hour), sentTo("", 2, hour)},
		Seen:      []evidence.CustomerSeen{{Customer: "acme", Seen: evidence.Seen{Hour: hour, Root: "a.example", Minutes: evidence.WholeHour}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sentTo are events for which servers in a country were asked.
func sentTo(country string, count uint64, hour time.Time) evidence.TransferRow {
	return evidence.TransferRow{Customer: "acme", Transfer: evidence.Transfer{
		Scope: residency.Scope{Kind: residency.HostnameScope, Name: observedHost}, Country: country, Hour: hour, Count: count, First: hour, Last: hour.Add(time.Minute),
	}}
}

const checkWindow = `query($w: WindowInput, $c: ClaimInput!) { customer(id: "acme") { check(claim: $c, window: $w) {
	verdict evidence headline measured {
		coverage { from to hours hoursSeen minutes minutesSeen gaps { from to } }
		events outside sampled upperBound dnsAnswers transfers { scope { name } country events }
		parts { category activity events outside unplaced }
		breaches { scope { kind name } category activity code site { code country } kinds events first last allowed rule { kind region } sentence }
		neverSeen { kind name } notExpected { surprise sentence scope { name } events first last } } } } }`

type checked struct {
	Customer *struct {
		Check struct {
			Verdict, Evidence string
			Measured          *struct {
				Coverage struct {
					From, To                               time.Time
					Hours, HoursSeen, Minutes, MinutesSeen int
					Gaps                                   []struct{ From, To time.Time }
				}
				Events, Outside uint64
				Transfers       []struct{ Country string }
				Breaches        []struct {
					Code, Sentence string
					Events         uint64
					Allowed        bool
					Site           *struct{ Code, Country string }
					Rule           *struct{ Kind, Region string }
				}
				NeverSeen []struct{ Name string }
			}
		}
	}
}

// ofOctober is the last two hours of which something may have been seen.
var ofOctober = map[string]any{"from": "2026-10-31T09:00:00Z", "to": "2026-10-31T11:00:00Z"}

// inPlaces is a claim about request content.
func inPlaces(code string) map[string]any {
	return map[string]any{"within": []string{code}, "categories": []string{"CONTENT"}, "activities": []string{"PROCESS"}}
}

func TestAWindowLetsWhatWasSeenBreakAClaim(t *testing.T) {
	s := observing(t, "IAD")
	broken := data[checked](t, s, checkWindow, map[string]any{"w": ofOctober, "c": inPlaces("EU")}).Customer.Check
	if broken.Verdict != "BROKEN" || broken.Evidence != "CONTRADICTED" || broken.Measured.Outside != 3 || broken.Measured.Events != 93 {
		t.Fatalf("%+v", broken)
	}
	b := broken.Measured.Breaches
	if len(b) != 1 || b[0].Code != "IAD" || b[0].Events != 3 || b[0].Site.Country != "US" || b[0].Allowed || b[0].Rule.Region != "eu" || !strings.Contains(b[0].Sentence, "should have kept it inside") {
		t.Errorf("%+v", b)
	}
	if x := broken.Measured.Transfers; len(x) != 2 || x[1].Country != "DE" {
		t.Errorf("onward transfers: %+v", x)
	}
	c := broken.Measured.Coverage
	if c.Hours != 2 || c.HoursSeen != 1 || c.MinutesSeen != 60 || len(c.Gaps) != 1 || c.Gaps[0].To.Hour() != 11 {
		t.Errorf("%+v", c)
	}
	if n := broken.Measured.NeverSeen; len(n) != 1 || n[0].Name != "quiet.a.example" {
		t.Errorf("%+v", n)
	}
	without := data[checked](t, s, checkWindow, map[string]any{"c": inPlaces("EU")}).Customer.Check
	if without.Verdict == "BROKEN" || without.Evidence != "NONE" || without.Measured != nil {
		t.Errorf("without a window: %+v", without)
	}
	before := data[checked](t, s, checkWindow, map[string]any{"w": map[string]any{"from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z"}, "c": inPlaces("EU")}).Customer.Check
	if before.Verdict != without.Verdict || before.Measured.Events != 0 {
		t.Errorf("another window: %+v", before)
	}
}

const traffic = `query($w: WindowInput!, $r: Int!) { customer(id: "acme") { traffic(window: $w, resolution: $r) {
	events countryOnly unlocated coverage { hoursSeen }
	sites { code site { code } events } countries { country name events }
	cells { cell ring events class } classes { class from to cells }
	transfers { scope { name } country name events first last } } } }`

func TestTrafficIsReadyToDraw(t *testing.T) {
	s := observing(t, "XQX")
	got := s.ask(traffic, map[string]any{"w": ofOctober, "r": 3})
	want := `{"data":{"customer":{"traffic":{"events":93,"countryOnly":7,"unlocated":3,"coverage":{"hoursSeen":1},` +
		`"sites":[{"code":"FRA","site":{"code":"FRA"},"events":90},{"code":"XQX","site":null,"events":3}],` +
		`"countries":[{"country":"DE","name":"Germany","events":87},{"country":"FR","name":"France","events":3}],` +
		`"cells":[{"cell":"7b","ring":[123,0,124,0,124,1,123,1],"events":80,"class":2},{"cell":"c8","ring":[200,0,201,0,201,1,200,1],"events":3,"class":1}],` +
		`"classes":[{"class":1,"from":3,"to":5,"cells":1},{"class":2,"from":6,"to":80,"cells":1}],` +
		`"transfers":[{"scope":{"name":"www.a.example"},"country":null,"name":null,"events":2,"first":"2026-10-31T09:00:00Z","last":"2026-10-31T09:01:00Z"},` +
		`{"scope":{"name":"www.a.example"},"country":"DE","name":"Germany","events":40,"first":"2026-10-31T09:00:00Z","last":"2026-10-31T09:01:00Z"}]}}}`
	if !strings.HasPrefix(got, want) {
		t.Errorf("%s\n%s", got, cmp.Diff(want, got))
	}
}

func TestTrafficIsForThoseWhoMayReadIt(t *testing.T) {
	all := observing(t, "IAD")
	ask := map[string]string{
		"traffic": traffic,
		"check":   strings.Replace(checkWindow, "measured {", "covered { category } measured {", 1),
		"verdict": `query($w: WindowInput, $c: ClaimInput!) { customer(id: "acme") { check(claim: $c, window: $w) { verdict } } }`,
	}
	for _, tt := range []struct {
		name   string
		viewer auth.Viewer
		says   string
	}{
		{"its own", somebody(auth.Customer, "acme"), `"customer":{`},
		{"privacy", somebody(auth.Privacy, ""), `"customer":{`},
		{"another customer", somebody(auth.Customer, "other"), `"customer":null`},
		{"sales", somebody(auth.Sales, ""), "FORBIDDEN"},
		{"a recording machine", somebody(auth.Ingest, "acme"), "FORBIDDEN"},
		{"nobody", auth.Viewer{}, "UNAUTHENTICATED"},
	} {
		for name, query := range ask {
			if name != "traffic" && tt.name == "sales" {
				continue // see TestAYesThatTrafficBrokeIsSaidToNobody
			}
			got := all.as(tt.viewer).ask(query, map[string]any{"w": ofOctober, "c": inPlaces("EU"), "r": 3})
			seen := strings.Contains(got, "BROKEN") || strings.Contains(got, `"events":93`)
			if !strings.Contains(got, tt.says) || seen != slices.Contains([]string{"its own", "privacy"}, tt.name) {
				t.Errorf("%s asks for %s: %s", tt.name, name, got)
			}
		}
	}
}

// Who may not see traffic is told the verdict that it leaves, and nothing of it.
func TestAYesThatTrafficBrokeIsSaidToNobody(t *testing.T) {
	sales := observing(t, "IAD").as(somebody(auth.Sales, ""))
	vars := map[string]any{"w": ofOctober, "c": inPlaces("EU")}
	got := sales.ask(`query($w: WindowInput, $c: ClaimInput!) { customer(id: "acme") { check(claim: $c, window: $w) { verdict evidence headline counterexamples { totalCount } } } }`, vars)
	want := `{"verdict":"BROKEN","evidence":"CONTRADICTED","headline":"Don't make this claim: data was observed outside.",`
	if !strings.Contains(got, want) {
		t.Errorf("%s", got)
	}
	if got := sales.ask(checkWindow, vars); !strings.Contains(got, `"measured":null`) || !strings.Contains(got, "FORBIDDEN") {
		t.Errorf("what was observed: %s", got)
	}
	for _, word := range []string{"IAD", "Ashburn", "a.example", "93"} {
		if strings.Contains(strings.SplitN(got, `"extensions"`, 2)[0], word) {
			t.Errorf("%s is told: %s", word, got)
		}
	}
}

func TestAWindowThatCannotBeIsRefused(t *testing.T) {
	s := observing(t, "IAD")
	for name, w := range map[string]map[string]any{
		"backwards":   {"from": "2026-10-31T09:00:00Z", "to": "2026-10-30T09:00:00Z"},
		"ahead":       {"from": "2030-01-01T00:00:00Z"},
		"for ever":    {"from": "1990-01-01T00:00:00Z"},
		"not a start": {"from": "yesterday"},
	} {
		for _, q := range []string{checkWindow, traffic} {
			if got := s.ask(q, map[string]any{"w": w, "c": inPlaces("EU"), "r": 3}); !strings.Contains(got, "BAD_USER_INPUT") {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
	for _, r := range []int{-1, 1, 6, 99} {
		if got := s.ask(traffic, map[string]any{"w": ofOctober, "r": r}); !strings.Contains(got, "BAD_USER_INPUT") {
			t.Errorf("resolution %d: %s", r, got)
		}
	}
	bare := start(t)
	bare.put(t, observedCustomer)
	if got := bare.ask(checkWindow, map[string]any{"w": ofOctober, "c": inPlaces("EU")}); !strings.Contains(got, "keeps no evidence") {
		t.Errorf("a server without evidence: %s", got)
	}
}

// A store that breaks must not look like one in which nothing was seen.
func TestEvidenceThatCannotBeReadIsNoAnswer(t *testing.T) {
	broken := over(t, openStore(t), func(c *api.Config) { c.Evidence, c.Grid = &breaking{}, squares{} })
	broken.put(t, observedCustomer)
	for _, q := range []string{checkWindow, traffic} {
		got := broken.ask(q, map[string]any{"w": ofOctober, "c": inPlaces("EU"), "r": 3})
		if !strings.Contains(got, "errors") || strings.Contains(got, "verdict") || strings.Contains(got, "198.51") {
			t.Errorf("%s", got)
		}
	}
}

// breaking is an evidence store that answers nothing.
type breaking struct{ atlas.EvidenceStore }

func (breaking) Observations(context.Context, string, time.Time, time.Time) ([]evidence.Observation, error) {
	return nil, fmt.Errorf("disk with 198.51.100.77")
}

func (breaking) Visitors(context.Context, string, time.Time, time.Time) ([]evidence.Visitors, error) {
	return nil, fmt.Errorf("disk with 198.51.100.77")
}
