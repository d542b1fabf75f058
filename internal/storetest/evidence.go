package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// RunEvidence checks the contract of [atlas.EvidenceStore]. open returns a new,
// empty store and closes it with the test.
func RunEvidence(t *testing.T, open func(t *testing.T) atlas.EvidenceStore) {
	for _, c := range evidenceCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

type evidenceCase struct {
	name string
	run  func(t *testing.T, s atlas.EvidenceStore)
}

var (
	hour    = time.Date(2026, time.November, 1, 9, 0, 0, 0, time.UTC)
	anytime = time.Time{}
)

// file names a file.
func file(n byte) evidence.Digest { return evidence.Digest{n} }

// seenAt is a row of one customer: count events at a site within an hour.
func seenAt(customer, host, site string, hour time.Time, count uint64) evidence.Row {
	return evidence.Row{Customer: customer, Observation: evidence.Observation{
		Scope: residency.Scope{Kind: residency.HostnameScope, Name: host}, Category: residency.Content, Activity: residency.Process,
		Site: site, Hour: hour, Count: count, First: hour.Add(time.Second), Last: hour.Add(time.Minute),
	}}
}

// batch is a range of a file with rows, each of whose events is a line.
func batch(n byte, from, to int64, rows ...evidence.Row) atlas.EvidenceBatch {
	b := atlas.EvidenceBatch{File: file(n), Name: fmt.Sprintf("log-%d.gz", n), Dataset: "http_requests", From: from, To: to, At: noon, Rows: rows}
	for i := range rows {
		b.Counts.Accepted += rows[i].Count
	}
	if to > from {
		b.Counts.Malformed = 1
	}
	b.Counts.Lines = b.Counts.Accepted + b.Counts.Malformed
	return b
}

func observe(t *testing.T, s atlas.EvidenceStore, batches ...atlas.EvidenceBatch) {
	t.Helper()
	for i, b := range batches {
		if err := s.Record(t.Context(), b); err != nil {
			t.Fatalf("batch %d: %v", i+1, err)
		}
	}
}

// observed are the observations of acme.
func observed(t *testing.T, s atlas.EvidenceStore, from, to time.Time) []evidence.Observation {
	t.Helper()
	all, err := s.Observations(t.Context(), "acme", from, to)
	fine(t, err)
	return all
}

// total is how many events of acme there are.
func total(t *testing.T, s atlas.EvidenceStore) (n uint64) {
	t.Helper()
	for _, o := range observed(t, s, anytime, anytime) {
		n += o.Count
	}
	return n
}

func fileOf(t *testing.T, s atlas.EvidenceStore, n byte) evidence.File {
	t.Helper()
	f, found, err := s.File(t.Context(), file(n))
	fine(t, err)
	if !found {
		t.Fatalf("file %d is not there", n)
	}
	return f
}

var evidenceCases = []evidenceCase{
	{"an empty store has nothing", func(t *testing.T, s atlas.EvidenceStore) {
		same(t, "observations", observed(t, s, anytime, anytime), []evidence.Observation{})
		_, found, err := s.File(t.Context(), file(1))
		fine(t, err)
		same(t, "found", found, false)
		files, err := s.Files(t.Context(), 10)
		fine(t, err)
		same(t, "files", files, []evidence.File{})
		covered, err := s.Coverage(t.Context(), "acme", anytime, anytime)
		fine(t, err)
		same(t, "coverage", covered, []evidence.Seen{})
	}},
	{"what is recorded is read back", func(t *testing.T, s atlas.EvidenceStore) {
		row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
		row.Kinds, row.Country, row.Cell = evidence.Subrequest|evidence.HTTP3, "DE", 0x851fa3cbfffffff
		observe(t, s, batch(1, 0, 100, row))
		want := row.Observation
		want.Country, want.Cell = "", 0
		same(t, "observations", observed(t, s, anytime, anytime), []evidence.Observation{want})
		visitors, err := s.Visitors(t.Context(), "acme", anytime, anytime)
		fine(t, err)
		same(t, "visitors", visitors, []evidence.Visitors{{Site: "FRA", Country: "DE", Cell: 0x851fa3cbfffffff, Count: 3}})
	}},
	{"counts of the same thing add up", func(t *testing.T, s atlas.EvidenceStore) {
		a, b := seenAt("acme", "www.acme.example", "FRA", hour, 3), seenAt("acme", "www.acme.example", "FRA", hour, 4)
		b.First, b.Last = hour, hour.Add(time.Hour-1)
		observe(t, s, batch(1, 0, 100, a), batch(2, 0, 100, b))
		want := b.Observation
		want.Count = 7
		same(t, "observations", observed(t, s, anytime, anytime), []evidence.Observation{want})
	}},
	{"hours and places of visitors are summed", func(t *testing.T, s atlas.EvidenceStore) {
		a, b, c := seenAt("acme", "www.acme.example", "FRA", hour, 1), seenAt("acme", "www.acme.example", "FRA", hour.Add(time.Hour), 2), seenAt("acme", "www.acme.example", "FRA", hour, 4)
		a.Country, c.Country = "DE", "FR"
		observe(t, s, batch(1, 0, 100, a, b, c))
		want := a.Observation
		want.Country, want.Count, want.Last = "", 7, b.Last
		same(t, "observations", observed(t, s, anytime, anytime), []evidence.Observation{want})
	}},
	{"kinds, activities, sites and scopes are told apart", apart},
	{"customers are told apart", func(t *testing.T, s atlas.EvidenceStore) {
		observe(t, s, batch(1, 0, 100, seenAt("acme", "www.acme.example", "FRA", hour, 3), seenAt("acme2", "www.acme.example", "FRA", hour, 5)))
		same(t, "events of acme", total(t, s), uint64(3))
		same(t, "customers of the file", fileOf(t, s, 1).Customers(), []string{"acme", "acme2"})
	}},
	{"a window holds its hours and no others", windows},
	{"a batch that is repeated counts once", func(t *testing.T, s atlas.EvidenceStore) {
		b := batch(1, 0, 100, seenAt("acme", "www.acme.example", "FRA", hour, 3))
		observe(t, s, b, b, b)
		same(t, "events", total(t, s), uint64(3))
		same(t, "lines", fileOf(t, s, 1).Counts.Lines, uint64(4))
	}},
	{"a range within what is recorded counts nothing", func(t *testing.T, s atlas.EvidenceStore) {
		row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
		observe(t, s, batch(1, 0, 100, row), batch(1, 0, 50, row), batch(1, 40, 100, row))
		same(t, "events", total(t, s), uint64(3))
	}},
	{"a range that skips or overlaps is refused whole", refusals},
	{"ranges of one file follow each other", func(t *testing.T, s atlas.EvidenceStore) {
		row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
		last := batch(1, 100, 150, row)
		last.Complete = true
		observe(t, s, batch(1, 0, 100, row), last, last)
		same(t, "events", total(t, s), uint64(6))
		want := evidence.File{
			Digest: file(1), Name: "log-1.gz", Dataset: "http_requests", To: 150, Complete: true,
			Counts: evidence.Counts{Lines: 8, Accepted: 6, Malformed: 2}, Recorded: noon, Counted: []evidence.Counted{{Root: evidence.Root{Customer: "acme"}, To: 150}},
		}
		same(t, "file", fileOf(t, s, 1), want)
	}},
	{"a file can end where it was recorded to", endings},
	{"a file takes up where the one it follows broke off", following},
	{"a complete file is followed by one of its name", growing},
	{"a file says up to where its roots are counted", rooted},
	{"under another attribution a file is read again, and what was counted stays", readAgain},
	{"a file that follows under another attribution is read from its beginning", followingAgain},
	{"a complete file takes nothing more", func(t *testing.T, s atlas.EvidenceStore) {
		b := batch(1, 0, 100)
		b.Complete = true
		observe(t, s, b)
		if err := s.Record(t.Context(), batch(1, 100, 200)); !errors.Is(err, atlas.ErrOutOfOrder) {
			t.Errorf("error = %v", err)
		}
	}},
	{"files are listed, those recorded last first", func(t *testing.T, s atlas.EvidenceStore) {
		for i, n := range []byte{2, 1, 3} {
			b := batch(n, 0, 10)
			b.At = noon.Add(time.Duration(i) * time.Second)
			observe(t, s, b)
		}
		files, err := s.Files(t.Context(), 2)
		fine(t, err)
		if len(files) != 2 || files[0].Digest != file(3) || files[1].Digest != file(1) {
			t.Errorf("files: %v", files)
		}
	}},
	{"onward transfers add up by scope and country", transfers},
	{"a batch that is repeated transfers once", transfersOnce},
	{"minutes covered are joined", func(t *testing.T, s atlas.EvidenceStore) {
		a, b := batch(1, 0, 10), batch(2, 0, 10)
		a.Seen = []evidence.CustomerSeen{{Customer: "acme", Seen: evidence.Seen{Hour: hour, Minutes: 0b0110}}, {Customer: "acme", Seen: evidence.Seen{Hour: hour.Add(time.Hour), Minutes: 1}}, {Customer: "acme", Seen: evidence.Seen{Hour: hour, Root: "acme.example", Minutes: 0b1}}}
		b.Seen = []evidence.CustomerSeen{{Customer: "acme", Seen: evidence.Seen{Hour: hour, Minutes: 0b1100}}, {Customer: "acme", Seen: evidence.Seen{Hour: hour, Root: "acme.example", Minutes: 1 << 40}}, {Customer: "other", Seen: evidence.Seen{Hour: hour, Minutes: evidence.WholeHour}}}
		observe(t, s, a, b)
		got, err := s.Coverage(t.Context(), "acme", anytime, anytime)
		fine(t, err)
		same(t, "coverage", got, []evidence.Seen{{Hour: hour, Minutes: 0b1110}, {Hour: hour, Root: "acme.example", Minutes: 1<<40 | 1}, {Hour: hour.Add(time.Hour), Minutes: 1}})
		got, err = s.Coverage(t.Context(), "acme", hour.Add(time.Hour), anytime)
		fine(t, err)
		same(t, "coverage of the second hour", len(got), 1)
	}},
	{"a batch that no reader makes is refused", invalid},
	{"of readers of one file at once each range counts once", racing},
	{"a cancelled context ends every call and writes nothing", func(t *testing.T, s atlas.EvidenceStore) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, call := range evidenceCalls(s) {
			if err := call(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: error = %v", name, err)
			}
		}
		same(t, "events", total(t, s), uint64(0))
	}},
}

func evidenceCalls(s atlas.EvidenceStore) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"record": func(ctx context.Context) error {
			return s.Record(ctx, batch(1, 0, 100, seenAt("acme", "www.acme.example", "FRA", hour, 1)))
		},
		"observations": func(ctx context.Context) error { _, err := s.Observations(ctx, "acme", anytime, anytime); return err },
		"visitors":     func(ctx context.Context) error { _, err := s.Visitors(ctx, "acme", anytime, anytime); return err },
		"transfers":    func(ctx context.Context) error { _, err := s.Transfers(ctx, "acme", anytime, anytime); return err },
		"coverage":     func(ctx context.Context) error { _, err := s.Coverage(ctx, "acme", anytime, anytime); return err },
		"file":         func(ctx context.Context) error { _, _, err := s.File(ctx, file(1)); return err },
		"beginnings":   func(ctx context.Context) error { _, err := s.Beginnings(ctx, "log"); return err },
		"files":        func(ctx context.Context) error { _, err := s.Files(ctx, 1); return err },
	}
}

func apart(t *testing.T, s atlas.EvidenceStore) {
	rows := make([]evidence.Row, 6)
	for i := range rows {
		rows[i] = seenAt("acme", "www.acme.example", "FRA", hour, uint64(i+1))
	}
	rows[1].Site = "EWR"
	rows[2].Kinds = evidence.TieredFill
	rows[3].Activity = residency.Cache
	rows[4].Category = residency.TrafficMetadata
	rows[5].Scope = residency.Scope{Kind: residency.ZoneScope, Name: "acme.example"}
	observe(t, s, batch(1, 0, 100, rows...))
	var counts []uint64
	for _, o := range observed(t, s, anytime, anytime) {
		counts = append(counts, o.Count)
	}
	same(t, "counts in order", counts, []uint64{6, 2, 1, 3, 4, 5})
	visitors, err := s.Visitors(t.Context(), "acme", anytime, anytime)
	fine(t, err)
	same(t, "visitors", visitors, []evidence.Visitors{{Site: "EWR", Count: 2}, {Site: "FRA", Count: 10}})
}

func windows(t *testing.T, s atlas.EvidenceStore) {
	for i := range 4 {
		observe(t, s, batch(byte(i+1), 0, 100, seenAt("acme", "www.acme.example", "FRA", hour.Add(time.Duration(i)*time.Hour), 1<<i)))
	}
	for _, w := range []struct {
		name     string
		from, to time.Time
		want     uint64
	}{
		{"open", anytime, anytime, 0b1111},
		{"from the second hour", hour.Add(time.Hour), anytime, 0b1110},
		{"before the third hour", anytime, hour.Add(2 * time.Hour), 0b0011},
		{"one hour", hour.Add(time.Hour), hour.Add(2 * time.Hour), 0b0010},
		{"from within the first hour", hour.Add(time.Minute), anytime, 0b1111},
		{"to within the second hour", anytime, hour.Add(time.Hour + time.Minute), 0b0011},
		{"within an hour", hour.Add(time.Hour + time.Minute), hour.Add(time.Hour + 2*time.Minute), 0b0010},
		{"empty", hour, hour, 0},
	} {
		var got uint64
		for _, o := range observed(t, s, w.from, w.to) {
			got += o.Count
		}
		same(t, w.name, got, w.want)
	}
}

func refusals(t *testing.T, s atlas.EvidenceStore) {
	row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
	if err := s.Record(t.Context(), batch(1, 10, 20, row)); !errors.Is(err, atlas.ErrOutOfOrder) {
		t.Errorf("a first range that does not begin at 0: error = %v", err)
	}
	observe(t, s, batch(1, 0, 100, row))
	for _, b := range []atlas.EvidenceBatch{batch(1, 50, 150, row), batch(1, 101, 150, row), batch(1, 0, 101, row)} {
		if err := s.Record(t.Context(), b); !errors.Is(err, atlas.ErrOutOfOrder) {
			t.Errorf("%d to %d: error = %v", b.From, b.To, err)
		}
	}
	same(t, "events", total(t, s), uint64(3))
	same(t, "recorded to", fileOf(t, s, 1).To, int64(100))
}

func endings(t *testing.T, s atlas.EvidenceStore) {
	end := batch(1, 100, 100)
	end.Complete, end.Damaged = true, true
	observe(t, s, batch(1, 0, 100, seenAt("acme", "www.acme.example", "FRA", hour, 3)), end, end)
	f := fileOf(t, s, 1)
	same(t, "complete, damaged", []bool{f.Complete, f.Damaged}, []bool{true, true})
	same(t, "lines", f.Counts.Lines, uint64(4))
	empty := batch(2, 0, 0)
	empty.Complete = true
	observe(t, s, empty)
	same(t, "an empty file is complete", fileOf(t, s, 2).Complete, true)
}

func invalid(t *testing.T, s atlas.EvidenceStore) {
	row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
	for name, change := range map[string]func(*atlas.EvidenceBatch){
		"no digest":                    func(b *atlas.EvidenceBatch) { b.File = evidence.Digest{} },
		"a range that descends":        func(b *atlas.EvidenceBatch) { b.From, b.To = 100, 50 },
		"counts that do not add up":    func(b *atlas.EvidenceBatch) { b.Counts.Lines++ },
		"an empty range with lines":    func(b *atlas.EvidenceBatch) { b.To = 0 },
		"no customer":                  func(b *atlas.EvidenceBatch) { b.Rows[0].Customer = "" },
		"no site":                      func(b *atlas.EvidenceBatch) { b.Rows[0].Site = "" },
		"no events":                    func(b *atlas.EvidenceBatch) { b.Rows[0].Count = 0 },
		"half an hour":                 func(b *atlas.EvidenceBatch) { b.Rows[0].Hour = hour.Add(30 * time.Minute) },
		"the last before the first":    func(b *atlas.EvidenceBatch) { b.Rows[0].Last = hour },
		"a country of five letters":    func(b *atlas.EvidenceBatch) { b.Rows[0].Country = "Italy" },
		"a cell without a country":     func(b *atlas.EvidenceBatch) { b.Rows[0].Cell = 1 },
		"a kind that nobody knows":     func(b *atlas.EvidenceBatch) { b.Rows[0].Kinds = 1 << 15 },
		"minutes that no hour has":     func(b *atlas.EvidenceBatch) { b.Seen[0].Minutes = 1 << 60 },
		"again from its middle":        func(b *atlas.EvidenceBatch) { b.From, b.Again = 10, &atlas.Reading{To: 10} },
		"minutes of nobody's customer": func(b *atlas.EvidenceBatch) { b.Seen[0].Customer = "" },
	} {
		b := batch(1, 0, 100, row)
		b.Seen = []evidence.CustomerSeen{{Customer: "acme", Seen: evidence.Seen{Hour: hour, Minutes: 1}}}
		change(&b)
		if err := s.Record(t.Context(), b); err == nil {
			t.Errorf("%s: recorded", name)
		}
	}
	same(t, "events", total(t, s), uint64(0))
}

// racing lets several readers record one file in ranges of different sizes; one
// that is out of order looks the file up and goes on from there.
func racing(t *testing.T, s atlas.EvidenceStore) {
	const end = 600
	var recorded atomic.Int64
	together(6, func(n int) {
		for at := int64(0); at < end; {
			to := min(at+int64(7+3*n), end)
			b := batch(1, at, to, seenAt("acme", "www.acme.example", "FRA", hour, uint64(to-at)))
			b.Complete = to == end
			err := s.Record(t.Context(), b)
			switch {
			case err == nil:
				recorded.Add(1)
				at = to
			case errors.Is(err, atlas.ErrOutOfOrder):
				f, _, err := s.File(t.Context(), file(1))
				fine(t, err)
				at = f.To
			default:
				t.Error(err)
				return
			}
		}
	})
	same(t, "events", total(t, s), uint64(end))
	same(t, "complete", fileOf(t, s, 1).Complete, true)
	if recorded.Load() == 0 {
		t.Error("nobody recorded anything")
	}
}
