package footprint_test

import (
	"errors"
	"testing"
	"time"

	"domicile/internal/footprint"
)

func TestDatesReadWhatTheyWrite(t *testing.T) {
	for _, s := range []string{"1900-01-01", "1957-10-04", "1970-01-01", "2000-02-29", "2022-05-16", "2026-08-20", "2199-12-31"} {
		d := day(t, s)
		if d.String() != s || d.IsZero() {
			t.Errorf("%s is written %s, zero %v", s, d, d.IsZero())
		}
		if got := footprint.DateOf(d.Time()); got != d {
			t.Errorf("%s: the day of its midnight is %s", s, got)
		}
		if got := footprint.DateOf(d.Time().Add(24*time.Hour - time.Nanosecond)); got != d {
			t.Errorf("%s: the day of its last moment is %s", s, got)
		}
		text, err := d.MarshalText()
		var back footprint.Date
		if err != nil || back.UnmarshalText(text) != nil || back != d {
			t.Errorf("%s does not survive its text %q", s, text)
		}
	}
}

// The zero date means none, so no day may be it: a membership that ended on
// such a day would never end.
func TestEveryDayIsSomeDate(t *testing.T) {
	for d := footprint.NewDate(1969, time.December, 25); d.String() < "1970-01-07"; d++ {
		if d.IsZero() {
			t.Fatalf("the day after %s is no date", d-1)
		}
	}
	if d := day(t, "1969-12-31"); d.IsZero() {
		t.Error("1969-12-31 is no date")
	}
}

func TestTheDayIsUTC(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*3600)
	if got := footprint.DateOf(time.Date(2026, 3, 2, 8, 59, 0, 0, tokyo)); got.String() != "2026-03-01" {
		t.Errorf("got %s", got)
	}
	if got := footprint.NewDate(2026, time.March, 1).String(); got != "2026-03-01" {
		t.Errorf("got %s", got)
	}
}

func TestWhatIsNoDateIsRefused(t *testing.T) {
	for _, s := range []string{"", "2026-2-3", "2026-02-30", "2026-13-01", "20260301", "2026-03-01T00:00", "01-03-2026", "1899-12-31", "2200-01-01", "2026/03/01", " 2026-03-0", "二〇二六-03"} {
		if d, err := footprint.ParseDate(s); !errors.Is(err, footprint.ErrDate) || !d.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v", s, d, err)
		}
	}
	d := day(t, "2026-03-01")
	if err := d.UnmarshalText([]byte("today")); !errors.Is(err, footprint.ErrDate) {
		t.Errorf("UnmarshalText: %v", err)
	}
	if err := d.UnmarshalText(nil); err != nil || !d.IsZero() || d.String() != "" {
		t.Errorf("empty text gives %v, %v", d, err)
	}
}

func TestAPeriodHoldsBothItsEnds(t *testing.T) {
	from, to := day(t, "2024-01-31"), day(t, "2024-12-31")
	for _, tt := range []struct {
		name string
		p    footprint.Period
		day  string
		want bool
	}{
		{"the day before", footprint.Period{From: from, To: to}, "2024-01-30", false},
		{"the first day", footprint.Period{From: from, To: to}, "2024-01-31", true},
		{"the last day", footprint.Period{From: from, To: to}, "2024-12-31", true},
		{"the day after", footprint.Period{From: from, To: to}, "2025-01-01", false},
		{"open end", footprint.Period{From: from}, "2199-12-31", true},
		{"open start", footprint.Period{To: to}, "1970-01-01", true},
	} {
		if got := tt.p.Contains(day(t, tt.day)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
