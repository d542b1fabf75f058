package footprint

import (
	"cmp"
	"slices"
)

// Change is what came or went in the records on a day.
type Change struct {
	Date     Date
	Listed   []SiteIndex // listed from the day on
	Unlisted []SiteIndex // listed to the day before
	Began    []BlocMembership
	Ended    []BlocMembership // to the day before
}

// Changes returns what changed after a day, up to another, ascending. What was there
// when the records began came from before them, and is none.
func (f *Footprint) Changes(after, upTo Date) []Change {
	days := map[Date]*Change{}
	on := func(d Date) *Change {
		if d <= max(after, f.recorded) || d > upTo {
			return &Change{}
		}
		if days[d] == nil {
			days[d] = &Change{Date: d}
		}
		return days[d]
	}
	for i := range f.sites {
		p := f.sites[i].Seen
		from := on(p.From)
		from.Listed = append(from.Listed, SiteIndex(i))
		if p.To != 0 {
			gone := on(p.To + 1)
			gone.Unlisted = append(gone.Unlisted, SiteIndex(i))
		}
	}
	for _, m := range f.memberships {
		from := on(m.During.From)
		from.Began = append(from.Began, m)
		if m.During.To != 0 {
			end := on(m.During.To + 1)
			end.Ended = append(end.Ended, m)
		}
	}
	out := make([]Change, 0, len(days))
	for _, c := range days {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Change) int { return cmp.Compare(a.Date, b.Date) })
	return out
}
