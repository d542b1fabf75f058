package evidence_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/evidence"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC)
}

func TestCoverageNamesEveryGap(t *testing.T) {
	whole := func(day, hour int) evidence.Seen {
		return evidence.Seen{Hour: at(day, hour, 0), Minutes: evidence.WholeHour}
	}
	for _, tt := range []struct {
		name     string
		from, to time.Time
		seen     []evidence.Seen
		want     evidence.Coverage
	}{
		{"nothing was seen", at(1, 0, 0), at(1, 2, 0), nil,
			evidence.Coverage{Hours: 2, Minutes: 120, Gaps: []evidence.Gap{{From: at(1, 0, 0), To: at(1, 2, 0)}}}},
		{"everything was seen", at(1, 0, 0), at(1, 2, 0), []evidence.Seen{whole(1, 0), whole(1, 1)},
			evidence.Coverage{Hours: 2, HoursSeen: 2, Minutes: 120, MinutesSeen: 120}},
		{"hours outside the window do not count", at(1, 1, 0), at(1, 2, 0), []evidence.Seen{whole(1, 0), whole(1, 1), whole(1, 2)},
			evidence.Coverage{Hours: 1, HoursSeen: 1, Minutes: 60, MinutesSeen: 60}},
		{"some minutes are missing", at(1, 0, 0), at(1, 1, 0), []evidence.Seen{{Hour: at(1, 0, 0), Minutes: evidence.WholeHour &^ (0b111 << 20)}},
			evidence.Coverage{Hours: 1, Minutes: 60, MinutesSeen: 57, Gaps: []evidence.Gap{{From: at(1, 0, 20), To: at(1, 0, 23)}}}},
		{"a gap goes over midnight", at(1, 22, 0), at(2, 2, 0), []evidence.Seen{whole(1, 22), whole(2, 1)},
			evidence.Coverage{Hours: 4, HoursSeen: 2, Minutes: 240, MinutesSeen: 120, Gaps: []evidence.Gap{{From: at(1, 23, 0), To: at(2, 1, 0)}}}},
		{"a window within an hour", at(1, 5, 10), at(1, 5, 20), []evidence.Seen{{Hour: at(1, 5, 0), Minutes: 0b11111 << 10}},
			evidence.Coverage{Hours: 1, Minutes: 10, MinutesSeen: 5, Gaps: []evidence.Gap{{From: at(1, 5, 15), To: at(1, 5, 20)}}}},
		{"two logs of one hour are one", at(1, 0, 0), at(1, 1, 0), []evidence.Seen{{Hour: at(1, 0, 0), Minutes: 1<<30 - 1}, {Hour: at(1, 0, 0), Minutes: evidence.WholeHour &^ (1<<30 - 1)}},
			evidence.Coverage{Hours: 1, HoursSeen: 1, Minutes: 60, MinutesSeen: 60}},
		{"an open window is what was seen", time.Time{}, time.Time{}, []evidence.Seen{whole(1, 0), whole(1, 2)},
			evidence.Coverage{Hours: 3, HoursSeen: 2, Minutes: 180, MinutesSeen: 120, Gaps: []evidence.Gap{{From: at(1, 1, 0), To: at(1, 2, 0)}}}},
		{"an open window in which nothing was seen", time.Time{}, time.Time{}, nil, evidence.Coverage{}},
		{"a window that ends before it begins", at(2, 0, 0), at(1, 0, 0), []evidence.Seen{whole(1, 5)}, evidence.Coverage{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, evidence.Cover(tt.from, tt.to, tt.seen)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestASpanHasWholeMinutesOnly(t *testing.T) {
	var got []evidence.Seen
	evidence.Span(at(1, 0, 58).Add(time.Second), at(1, 2, 1).Add(59*time.Second), func(s evidence.Seen) { got = append(got, s) })
	want := []evidence.Seen{{Hour: at(1, 0, 0), Minutes: 1 << 59}, {Hour: at(1, 1, 0), Minutes: evidence.WholeHour}, {Hour: at(1, 2, 0), Minutes: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	evidence.Span(at(1, 0, 5), at(1, 0, 5), func(evidence.Seen) { t.Error("an empty span has minutes") })
}

func TestTheUpperBoundIsThatOfTheTables(t *testing.T) {
	for _, tt := range []struct {
		n, outside uint64
		confidence float64
		want       float64
	}{
		{0, 0, 0.95, 1},
		{5, 5, 0.95, 1},
		{1, 0, 0.95, 0.95},
		{10, 0, 0.95, 0.258866},
		{100, 0, 0.95, 0.029513},
		{1_000_000, 0, 0.95, 2.995728e-6},
		{10, 1, 0.95, 0.394163},
		{20, 3, 0.975, 0.378927},
		{100, 10, 0.975, 0.176223},
	} {
		got := evidence.UpperBound(tt.n, tt.outside, tt.confidence)
		if math.Abs(got-tt.want) > 1e-5*tt.want {
			t.Errorf("%d of %d at %g: %g, want %g", tt.outside, tt.n, tt.confidence, got, tt.want)
		}
	}
}

// The chance of seeing as few outside as there were is what the bound says.
func TestTheUpperBoundSolvesTheBinomial(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 1 + random.Uint64N(400)
		outside := random.Uint64N(n)
		p := evidence.UpperBound(n, outside, 0.95)
		if got := atMost(n, outside, p); math.Abs(got-0.05) > 1e-6 {
			t.Fatalf("%d of %d: bound %g, chance %g", outside, n, p, got)
		}
	}
}

// atMost is the chance of at most k of n events, each with chance p.
func atMost(n, k uint64, p float64) float64 {
	logs := func(v uint64) float64 { l, _ := math.Lgamma(float64(v + 1)); return l }
	sum := 0.0
	for i := range k + 1 {
		sum += math.Exp(logs(n) - logs(i) - logs(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}

func TestTheUpperBoundFallsWithWhatIsSeen(t *testing.T) {
	last := 1.0
	for n := uint64(2); n < 1<<40; n *= 2 {
		got := evidence.UpperBound(n, 1, 0.95)
		if !(got < last) && n > 2 || math.IsNaN(got) {
			t.Fatalf("1 of %d: %g after %g", n, got, last)
		}
		last = got
	}
}

func TestAnHourIsSeenWhereEveryZoneIs(t *testing.T) {
	hour := func(h int, root string, minutes uint64) evidence.Seen {
		return evidence.Seen{Hour: at(1, h, 0), Root: root, Minutes: minutes}
	}
	seen := []evidence.Seen{
		hour(0, "", evidence.WholeHour), hour(0, "a.example", 0b0111), hour(0, "b.example", 0b1110), hour(0, "shop.example", 0b10000),
		hour(1, "", evidence.WholeHour), hour(1, "a.example", 0b1), hour(2, "b.example", 0b11),
	}
	for name, tt := range map[string]struct {
		groups [][]string
		want   []evidence.Seen
	}{
		"no zones":                    {nil, seen},
		"one":                         {[][]string{{"a.example"}}, []evidence.Seen{hour(0, "", 0b0111), hour(1, "", 0b1)}},
		"both":                        {[][]string{{"a.example"}, {"b.example"}}, []evidence.Seen{hour(0, "", 0b0110)}},
		"one that has a further name": {[][]string{{"a.example", "shop.example"}}, []evidence.Seen{hour(0, "", 0b10111), hour(1, "", 0b1)}},
		"one that no log is of":       {[][]string{{"a.example"}, {"c.example"}}, nil},
	} {
		if diff := cmp.Diff(tt.want, evidence.Everywhere(seen, tt.groups)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	want := []evidence.Seen{hour(0, "", evidence.WholeHour), hour(1, "", evidence.WholeHour), hour(2, "", 0b11)}
	if diff := cmp.Diff(want, evidence.Anywhere(seen)); diff != "" {
		t.Errorf("of any (-want +got):\n%s", diff)
	}
}
