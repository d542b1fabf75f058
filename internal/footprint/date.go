package footprint

import (
	"errors"
	"fmt"
	"time"
)

// ErrDate is returned for text that is not a calendar date.
var ErrDate = errors.New("not a date (want YYYY-MM-DD)")

// Date is a calendar day (UTC): 1 is 1900-01-01, and the zero value means "no
// date".
type Date int32

// dayZero is how many days the zero Date lies before 1970-01-01.
const dayZero = 25568

// NewDate returns the day y-m-d.
func NewDate(y int, m time.Month, d int) Date {
	return DateOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the UTC calendar day of t.
func DateOf(t time.Time) Date {
	sec := t.Unix()
	day := sec / 86400
	if sec%86400 < 0 {
		day--
	}
	return Date(day + dayZero)
}

// ParseDate reads YYYY-MM-DD between the years 1900 and 2199.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") {
		return 0, fmt.Errorf("%q: %w", clip(s, 40), ErrDate)
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return 0, fmt.Errorf("%q: %w", clip(s, 40), ErrDate)
	}
	return DateOf(t), nil
}

// IsZero reports whether no date is set.
func (d Date) IsZero() bool { return d == 0 }

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix((int64(d)-dayZero)*86400, 0).UTC() }

// String returns YYYY-MM-DD, or "" for the zero date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("2006-01-02")
}

// MarshalText writes the date as YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; empty text is the zero date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Period is a span of days, both ends included. A zero To is open-ended.
type Period struct {
	From Date
	To   Date // the last valid day
}

// Contains reports whether d lies in the period.
func (p Period) Contains(d Date) bool {
	return d >= p.From && (p.To == 0 || d <= p.To)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}
