package evidence

import (
	"math/bits"
	"slices"
	"time"
)

// WholeHour is the minutes of an hour that was logged from its start to its end.
const WholeHour uint64 = 1<<60 - 1

// Seen is which minutes of an hour a log covers: bit i is minute i.
type Seen struct {
	Hour    time.Time // UTC, truncated to the hour
	Root    string    // what the log has every request of, see [Root]; "" for one that has not
	Minutes uint64
}

// Everywhere is which minutes logs cover of every one of some groups of roots: a group
// is covered where one of its roots is. Without groups it is what any log covers.
func Everywhere(seen []Seen, groups [][]string) []Seen {
	if len(groups) == 0 {
		return seen
	}
	var out []Seen
	for len(seen) > 0 {
		n := 1
		for n < len(seen) && seen[n].Hour.Equal(seen[0].Hour) {
			n++
		}
		if minutes := inEach(seen[:n], groups); minutes != 0 {
			out = append(out, Seen{Hour: seen[0].Hour, Minutes: minutes})
		}
		seen = seen[n:]
	}
	return out
}

// Anywhere is which minutes any log covers.
func Anywhere(seen []Seen) []Seen {
	var out []Seen
	for _, s := range seen {
		if n := len(out); n > 0 && out[n-1].Hour.Equal(s.Hour) {
			out[n-1].Minutes |= s.Minutes
			continue
		}
		out = append(out, Seen{Hour: s.Hour, Minutes: s.Minutes})
	}
	return out
}

// inEach is the minutes of an hour in which each group is covered.
func inEach(hour []Seen, groups [][]string) uint64 {
	all := WholeHour
	for _, roots := range groups {
		var some uint64
		for i := range hour {
			if slices.Contains(roots, hour[i].Root) {
				some |= hour[i].Minutes
			}
		}
		all &= some
	}
	return all
}

// Gap is a stretch of time that no log covers: from its start, to before its end.
type Gap struct{ From, To time.Time }

// Cover compares a window with the hours seen, ascending. A minute counts where a
// log covers it; an hour where all of its minutes in the window do. A window
// without an end is as long as what was seen; an empty one has nothing to see.
func Cover(from, to time.Time, seen []Seen) Coverage {
	from, to = clamp(from, to, seen)
	c := counter{}
	i := 0
	for hour := from.Truncate(time.Hour); hour.Before(to); hour = hour.Add(time.Hour) {
		for i < len(seen) && seen[i].Hour.Before(hour) {
			i++
		}
		var minutes uint64
		for ; i < len(seen) && seen[i].Hour.Equal(hour); i++ {
			minutes |= seen[i].Minutes
		}
		c.hour(hour, minutes, mask(hour, from, to))
	}
	return c.Coverage
}

// clamp ends an open window where what was seen ends.
func clamp(from, to time.Time, seen []Seen) (time.Time, time.Time) {
	from, to = from.UTC().Truncate(time.Minute), to.UTC()
	if len(seen) == 0 {
		if from.IsZero() || to.IsZero() {
			return from, from
		}
		return from, to
	}
	if from.IsZero() {
		from = seen[0].Hour
	}
	if to.IsZero() {
		to = seen[len(seen)-1].Hour.Add(time.Hour)
	}
	return from, to
}

// mask is the minutes of an hour that lie in the window.
func mask(hour, from, to time.Time) uint64 {
	m := WholeHour
	if d := from.Sub(hour); d > 0 {
		m &^= 1<<uint(d/time.Minute) - 1
	}
	if d := to.Sub(hour); d < time.Hour {
		m &= 1<<uint((d+time.Minute-1)/time.Minute) - 1
	}
	return m
}

// counter adds up hours of a window in ascending order.
type counter struct{ Coverage }

func (c *counter) hour(hour time.Time, minutes, want uint64) {
	c.Hours++
	c.Minutes += bits.OnesCount64(want)
	c.MinutesSeen += bits.OnesCount64(minutes & want)
	missing := want &^ minutes
	if missing == 0 {
		c.HoursSeen++
		return
	}
	for missing != 0 {
		first := bits.TrailingZeros64(missing)
		n := bits.TrailingZeros64(^(missing >> first))
		c.gap(hour.Add(time.Duration(first)*time.Minute), time.Duration(n)*time.Minute)
		missing &^= (1<<n - 1) << first
	}
}

// gap adds a gap, or makes the last one longer.
func (c *counter) gap(from time.Time, long time.Duration) {
	if n := len(c.Gaps); n > 0 && c.Gaps[n-1].To.Equal(from) {
		c.Gaps[n-1].To = from.Add(long)
		return
	}
	c.Gaps = append(c.Gaps, Gap{From: from, To: from.Add(long)})
}

// Span calls f with the minutes of every hour that an interval touches: whole
// minutes only, so that nothing is seen that was not logged.
func Span(from, to time.Time, f func(Seen)) {
	from = from.UTC().Add(time.Minute - 1).Truncate(time.Minute)
	to = to.UTC().Truncate(time.Minute)
	for hour := from.Truncate(time.Hour); hour.Before(to); hour = hour.Add(time.Hour) {
		if m := mask(hour, from, to); m != 0 {
			f(Seen{Hour: hour, Minutes: m})
		}
	}
}
