package storetest

import (
	"slices"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// MoverStore is a store whose evidence can be brought to another one.
type MoverStore interface {
	SeenStore
	atlas.EvidenceMover
}

// RunMove checks the contract of [atlas.EvidenceMover]. open returns a new, empty store
// and closes it with the test.
func RunMove(t *testing.T, open func(t *testing.T) MoverStore) {
	for _, c := range moveCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// wholeDay is a day with something of every kind.
func wholeDay(customer string, day footprint.Date) atlas.EvidenceDay {
	at := func(h int) time.Time { return day.Time().Add(time.Duration(h) * time.Hour) }
	host := residency.Scope{Kind: residency.HostnameScope, Name: "www.acme.example"}
	d := atlas.EvidenceDay{
		Customer: customer, Day: day,
		Observations: []evidence.Observation{
			{Scope: host, Category: residency.Content, Activity: residency.Process, Site: "FRA", Hour: at(0), Count: 3, First: at(0), Last: at(0).Add(time.Hour - 1), Country: "DE", Cell: 0x851fa3cbfffffff},
			{Scope: host, Category: residency.Content, Activity: residency.Process, Site: "FRA", Hour: at(0), Count: 1 << 40, First: at(0), Last: at(0), Kinds: evidence.HTTP3},
			{Scope: residency.Scope{Kind: residency.AccountScope}, Category: residency.TrafficMetadata, Activity: residency.Store, Site: "ZZ9", Hour: at(23), Count: 1, First: at(23), Last: at(23)},
		},
		Transfers: []evidence.Transfer{{Scope: host, Country: "US", Hour: at(7), Count: 2, First: at(7), Last: at(7).Add(time.Second)}, {Scope: host, Hour: at(7), Count: 9, First: at(7), Last: at(7)}},
		Seen:      []evidence.Seen{{Hour: at(0), Minutes: evidence.WholeHour}, {Hour: at(23), Minutes: 1<<59 | 1}, {Hour: at(23), Root: "acme.example", Minutes: 3}},
	}
	d.Sort()
	return d
}

var moveCases = []struct {
	name string
	run  func(t *testing.T, s MoverStore)
}{
	{"a day comes back as it went, and is what it was restored to last", func(t *testing.T, s MoverStore) {
		first, second := wholeDay("acme", spring), wholeDay("acme", spring+1)
		for _, d := range []atlas.EvidenceDay{first, second, wholeDay("globex", spring), first} {
			fine(t, s.RestoreDay(t.Context(), d))
		}
		back, err := s.EvidenceDay(t.Context(), "acme", spring)
		fine(t, err)
		same(t, "day", back, first)
		less := first
		less.Observations, less.Transfers, less.Seen = less.Observations[1:], nil, less.Seen[:1]
		fine(t, s.RestoreDay(t.Context(), less))
		back, err = s.EvidenceDay(t.Context(), "acme", spring)
		fine(t, err)
		same(t, "day with less", back, less)
		days, err := s.EvidenceDays(t.Context(), "acme")
		fine(t, err)
		same(t, "days", days, []footprint.Date{spring, spring + 1})
		covered, err := s.SeenCustomers(t.Context(), anytime, anytime)
		fine(t, err)
		same(t, "customers", covered, []string{"acme", "globex"})
	}},
	{"what was recorded is a day, and counts go on from one that was restored", func(t *testing.T, s MoverStore) {
		row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
		b := batch(1, 0, 100, row)
		b.Seen = []evidence.CustomerSeen{{Customer: "acme", Seen: evidence.Seen{Hour: hour, Minutes: 7}}}
		observe(t, s, b)
		day, err := s.EvidenceDay(t.Context(), "acme", footprint.DateOf(hour))
		fine(t, err)
		same(t, "day", day, atlas.EvidenceDay{
			Customer: "acme", Day: footprint.DateOf(hour), Observations: []evidence.Observation{row.Observation}, Seen: []evidence.Seen{{Hour: hour, Minutes: 7}},
		})
		fine(t, s.RestoreDay(t.Context(), day))
		observe(t, s, batch(2, 0, 100, row))
		same(t, "total", total(t, s), uint64(6))
	}},
	{"nothing is kept of a day that nobody saw", func(t *testing.T, s MoverStore) {
		days, err := s.EvidenceDays(t.Context(), "acme")
		fine(t, err)
		same(t, "days", len(days), 0)
		day, err := s.EvidenceDay(t.Context(), "acme", spring)
		fine(t, err)
		same(t, "day", day, atlas.EvidenceDay{Customer: "acme", Day: spring})
	}},
	{"what is not of the day is refused", func(t *testing.T, s MoverStore) {
		d := wholeDay("acme", spring)
		d.Day++
		if err := s.RestoreDay(t.Context(), d); err == nil {
			t.Error("hours of another day were restored")
		}
		if err := s.RestoreDay(t.Context(), atlas.EvidenceDay{Day: spring}); err == nil {
			t.Error("a day of nobody was restored")
		}
	}},
	{"a file comes back as it went, and goes on where it was", func(t *testing.T, s MoverStore) {
		whole := atlas.EvidenceFile{File: evidence.File{
			Digest: file(1), Name: "log-1.gz", Dataset: "http_requests", Size: 12, To: 100, Complete: true, Recorded: noon,
			Counts: evidence.Counts{Lines: 4, Accepted: 3, Malformed: 1, Unlocated: 2}, Counted: counted("acme", "globex"), Attribution: file(9),
		}}
		broken := whole
		broken.Digest, broken.Damaged, broken.Recorded = file(2), true, noon.Add(time.Second)
		followed := broken
		followed.Digest, followed.Followed, followed.Recorded = file(3), true, noon.Add(2*time.Second)
		begun := whole
		begun.Digest, begun.Complete, begun.Counted, begun.Recorded = file(4), false, counted("acme"), noon.Add(3*time.Second)
		want := []atlas.EvidenceFile{whole, broken, followed, begun}
		for _, f := range slices.Concat(want, want) {
			fine(t, s.RestoreFile(t.Context(), f))
		}
		all, err := s.EvidenceFiles(t.Context())
		fine(t, err)
		same(t, "files", all, want)
		damaged, err := s.Beginnings(t.Context(), "other")
		fine(t, err)
		same(t, "damaged", damaged, []evidence.File{broken.File})
		row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
		observe(t, s, attributed(batch(1, 0, 100, row), batch(4, 0, 100, row), batch(4, 100, 200, row))...)
		same(t, "total", total(t, s), uint64(3))
		same(t, "recorded to", fileOf(t, s, 4).To, int64(200))
	}},
}

// counted are the roots of files of these customers.
func counted(customers ...string) (out []evidence.Counted) {
	for i, c := range customers {
		out = append(out, evidence.Counted{Root: evidence.Root{Customer: c, Name: c + ".example"}, To: int64(90 + i)})
	}
	return out
}

// attributed are batches under the attribution of the files.
func attributed(all ...atlas.EvidenceBatch) []atlas.EvidenceBatch {
	for i := range all {
		all[i].Attribution = file(9)
	}
	return all
}

// MovingTokens is a store of API tokens that can be brought to another one.
type MovingTokens interface {
	TokenStore
	auth.TokenMover
}

// RunMoveTokens checks the contract of [auth.TokenMover].
func RunMoveTokens(t *testing.T, open func(t *testing.T) MovingTokens) {
	s := open(t)
	kept := token("ci", "abcdefgh2345")
	used := kept
	used.LastUsed = noon.Truncate(24 * time.Hour)
	gone := used
	gone.Revoked = noon.Add(time.Hour)
	for i, x := range []auth.Token{kept, used, used, gone, gone} {
		fine(t, s.RestoreToken(t.Context(), x))
		got, found, err := s.Token(t.Context(), x.ID)
		fine(t, err)
		same(t, "found", found, true)
		if got != x {
			t.Errorf("step %d: %+v, want %+v", i, got, x)
		}
	}
	other := kept
	other.Role = auth.Sales
	if other.SameRights(kept) {
		other.Role = auth.Privacy
	}
	if err := s.RestoreToken(t.Context(), other); err == nil {
		t.Error("the rights of a token were changed")
	}
	fine(t, s.RestoreToken(t.Context(), kept))
	got, _, err := s.Token(t.Context(), kept.ID)
	fine(t, err)
	if got != gone {
		t.Errorf("a revoked token came back: %+v", got)
	}
	head, err := s.AuditHead(t.Context())
	fine(t, err)
	same(t, "audit log", head, auth.Head{})
}
