package storetest

import (
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
)

// SeenStore is a store of observations that tells of a whole fleet.
type SeenStore interface {
	atlas.EvidenceStore
	atlas.SeenStore
}

// RunSeen checks the contract of [atlas.SeenStore]. open returns a new, empty store
// and closes it with the test.
func RunSeen(t *testing.T, open func(t *testing.T) SeenStore) {
	for _, c := range seenCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// covering is a range of a file that covers an hour of each customer.
func covering(n byte, hour time.Time, customers ...string) atlas.EvidenceBatch {
	b := batch(n, 0, 10)
	for _, c := range customers {
		b.Seen = append(b.Seen, evidence.CustomerSeen{Customer: c, Seen: evidence.Seen{Hour: hour, Minutes: 1}})
	}
	return b
}

var seenCases = []struct {
	name string
	run  func(t *testing.T, s SeenStore)
}{
	{"nobody is covered in an empty store", func(t *testing.T, s SeenStore) {
		all, err := s.SeenCustomers(t.Context(), anytime, anytime)
		fine(t, err)
		same(t, "customers", len(all), 0)
	}},
	{"the mark is another whenever something was recorded, by whatever clock", func(t *testing.T, s SeenStore) {
		known := map[int64]bool{}
		for i, b := range []atlas.EvidenceBatch{covering(1, hour, "acme"), covering(2, hour, "acme"), covering(3, hour, "globex")} {
			before, err := s.EvidenceMark(t.Context())
			fine(t, err)
			if known[before] {
				t.Errorf("the mark %d came back", before)
			}
			known[before] = true
			b.At = noon.Add(-time.Duration(i) * time.Hour)
			observe(t, s, b)
		}
		last, err := s.EvidenceMark(t.Context())
		fine(t, err)
		again, err := s.EvidenceMark(t.Context())
		fine(t, err)
		same(t, "mark that nothing moved", again, last)
		if known[last] {
			t.Errorf("the mark %d came back", last)
		}
	}},
	{"whom logs cover is told by the hours of a window", func(t *testing.T, s SeenStore) {
		day := 24 * time.Hour
		observe(t, s, covering(1, hour, "acme", "globex"), covering(2, hour.Add(time.Hour), "globex", "zebra"), covering(3, hour.Add(3*day), "acme"))
		for _, w := range []struct {
			name     string
			from, to time.Time
			want     []string
		}{
			{"open", anytime, anytime, []string{"acme", "globex", "zebra"}},
			{"one hour", hour, hour.Add(time.Hour), []string{"acme", "globex"}},
			{"the hour behind", hour.Add(time.Hour), hour.Add(2 * time.Hour), []string{"globex", "zebra"}},
			{"from within the hour", hour.Add(time.Minute), hour.Add(day), []string{"acme", "globex", "zebra"}},
			{"a whole day", hour.Truncate(day), hour.Truncate(day).Add(day), []string{"acme", "globex", "zebra"}},
			{"days without logs", hour.Add(day), hour.Add(2 * day), nil},
			{"from the second day on", hour.Add(day), anytime, []string{"acme"}},
			{"empty", hour, hour, nil},
		} {
			all, err := s.SeenCustomers(t.Context(), w.from, w.to)
			fine(t, err)
			same(t, w.name, append([]string(nil), all...), w.want)
		}
	}},
	{"observations are summed day by day", func(t *testing.T, s SeenStore) {
		next := hour.Add(24 * time.Hour)
		observe(t, s,
			batch(1, 0, 100, seenAt("acme", "www.acme.example", "FRA", hour, 1), seenAt("acme", "www.acme.example", "FRA", hour.Add(time.Hour), 2)),
			batch(2, 0, 100, seenAt("acme", "www.acme.example", "FRA", next, 4), seenAt("acme", "www.acme.example", "EWR", next, 8)))
		all, err := s.Daily(t.Context(), "acme", anytime, anytime)
		fine(t, err)
		var got []string
		var counts []uint64
		for _, o := range all {
			got, counts = append(got, o.First.Format(time.DateOnly)+" "+o.Site), append(counts, o.Count)
		}
		same(t, "days and sites", got, []string{"2026-11-01 FRA", "2026-11-02 EWR", "2026-11-02 FRA"})
		same(t, "counts", counts, []uint64{3, 8, 4})
		all, err = s.Daily(t.Context(), "acme", next, anytime)
		fine(t, err)
		same(t, "of the second day", len(all), 2)
	}},
}
