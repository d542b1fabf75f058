package storetest

import (
	"errors"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
)

func following(t *testing.T, s atlas.EvidenceStore) {
	row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
	cut := batch(1, 0, 100, row)
	cut.Complete, cut.Damaged, cut.Size = true, true, 40
	observe(t, s, cut)
	damaged, err := s.Beginnings(t.Context(), "other")
	fine(t, err)
	if len(damaged) != 1 || damaged[0].Digest != file(1) || damaged[0].Size != 40 || damaged[0].To != 100 {
		t.Fatalf("damaged: %+v", damaged)
	}
	rest := batch(2, 100, 200, row)
	rest.Follows, rest.Complete = file(1), true
	for name, wrong := range map[string]func(*atlas.EvidenceBatch){
		"another offset": func(b *atlas.EvidenceBatch) { b.From = 90 },
		"another file":   func(b *atlas.EvidenceBatch) { b.Follows = file(7) },
		"no file":        func(b *atlas.EvidenceBatch) { b.Follows = evidence.Digest{} },
	} {
		b := rest
		wrong(&b)
		if err := s.Record(t.Context(), b); !errors.Is(err, atlas.ErrOutOfOrder) {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	observe(t, s, rest, rest)
	same(t, "events", total(t, s), uint64(6))
	f := fileOf(t, s, 2)
	same(t, "recorded to", f.To, int64(200))
	same(t, "lines", f.Counts.Lines, uint64(4))
	damaged, err = s.Beginnings(t.Context(), "other")
	fine(t, err)
	same(t, "damaged", len(damaged), 0)
	again := batch(3, 100, 200, row)
	again.Follows = file(1)
	if err := s.Record(t.Context(), again); !errors.Is(err, atlas.ErrOutOfOrder) {
		t.Errorf("a second file follows: error = %v", err)
	}
}

func rooted(t *testing.T, s atlas.EvidenceStore) {
	a, b, c := seenAt("acme", "www.acme.example", "FRA", hour, 1), seenAt("acme", "www.acme.net", "FRA", hour, 1), seenAt("acme2", "www.acme.example", "FRA", hour, 1)
	a.Root, b.Root, c.Root = "acme.example", "acme.net", "acme.example"
	observe(t, s, batch(1, 0, 100, a, c), batch(1, 100, 200, b, a), batch(1, 200, 300, b))
	same(t, "counted", fileOf(t, s, 1).Counted, []evidence.Counted{
		{Root: evidence.Root{Customer: "acme", Name: "acme.example"}, To: 200}, {Root: evidence.Root{Customer: "acme", Name: "acme.net"}, To: 300},
		{Root: evidence.Root{Customer: "acme2", Name: "acme.example"}, To: 100},
	})
}

func readAgain(t *testing.T, s atlas.EvidenceStore) {
	row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
	row.Root = "acme.example"
	first := batch(1, 0, 100, row)
	first.Complete, first.Attribution = true, file(8)
	observe(t, s, first)
	other := seenAt("acme2", "www.acme2.example", "FRA", hour, 5)
	other.Root = "acme2.example"
	again := batch(1, 0, 50, other)
	again.Attribution = file(9)
	for name, was := range map[string]*atlas.Reading{
		"nothing":             nil,
		"another offset":      {Attribution: file(8), To: 50},
		"another attribution": {Attribution: file(7), To: 100},
	} {
		again.Again = was
		if err := s.Record(t.Context(), again); !errors.Is(err, atlas.ErrOutOfOrder) {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	again.Again = &atlas.Reading{Attribution: file(8), To: 100}
	observe(t, s, again, again)
	f := fileOf(t, s, 1)
	same(t, "complete, to, lines", []any{f.Complete, f.To, f.Counts.Lines, f.Attribution}, []any{false, int64(50), uint64(6), file(9)})
	if err := s.Record(t.Context(), first); !errors.Is(err, atlas.ErrOutOfOrder) {
		t.Errorf("a batch of before: error = %v", err)
	}
	rest := batch(1, 50, 120, other)
	rest.Complete, rest.Attribution = true, file(9)
	observe(t, s, rest, rest)
	f = fileOf(t, s, 1)
	same(t, "then complete, to, lines", []any{f.Complete, f.To, f.Counts.Lines}, []any{true, int64(120), uint64(12)})
	same(t, "counted", f.Counted, []evidence.Counted{
		{Root: evidence.Root{Customer: "acme", Name: "acme.example"}, To: 100}, {Root: evidence.Root{Customer: "acme2", Name: "acme2.example"}, To: 120},
	})
	same(t, "events", total(t, s), uint64(3))
	theirs, err := s.Observations(t.Context(), "acme2", anytime, anytime)
	fine(t, err)
	if len(theirs) != 1 || theirs[0].Count != 10 {
		t.Errorf("of the other: %+v", theirs)
	}
	third := batch(1, 0, 300, row)
	third.Attribution, third.Again = file(8), &atlas.Reading{Attribution: file(9), To: 120}
	observe(t, s, third)
	same(t, "events of a third reading", total(t, s), uint64(6))
}

// growing is a complete file that another of its name follows.
func growing(t *testing.T, s atlas.EvidenceStore) {
	row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
	first, other := batch(1, 0, 100, row), batch(4, 0, 100, row)
	first.Complete, first.Name, first.Size = true, "access.log", 40
	other.Complete, other.Name = true, "other.log"
	begun := batch(5, 0, 100, row)
	begun.Name = "access.log"
	observe(t, s, first, other, begun)
	beginnings := func(name string) (out []evidence.Digest) {
		all, err := s.Beginnings(t.Context(), name)
		fine(t, err)
		for _, f := range all {
			out = append(out, f.Digest)
		}
		return out
	}
	same(t, "beginnings", beginnings("access.log"), []evidence.Digest{file(1)})
	rest := batch(2, 100, 200, row)
	rest.Follows, rest.Complete, rest.Name = file(1), true, "access.log"
	observe(t, s, rest, rest)
	same(t, "beginnings then", beginnings("access.log"), []evidence.Digest{file(2)})
	same(t, "of the other name", beginnings("other.log"), []evidence.Digest{file(4)})
	same(t, "events", total(t, s), uint64(12))
	same(t, "counted", fileOf(t, s, 2).Counted, []evidence.Counted{{Root: evidence.Root{Customer: "acme"}, To: 200}})
}

func followingAgain(t *testing.T, s atlas.EvidenceStore) {
	row := seenAt("acme", "www.acme.example", "FRA", hour, 3)
	row.Root = "acme.example"
	cut := batch(1, 0, 100, row)
	cut.Complete, cut.Damaged, cut.Attribution = true, true, file(8)
	observe(t, s, cut)
	whole := batch(2, 0, 200, row)
	whole.Follows, whole.Attribution = file(1), file(9)
	observe(t, s, whole, whole)
	f := fileOf(t, s, 2)
	same(t, "to, lines", []any{f.To, f.Counts.Lines}, []any{int64(200), uint64(4)})
	same(t, "counted", f.Counted, []evidence.Counted{{Root: evidence.Root{Customer: "acme", Name: "acme.example"}, To: 200}})
	damaged, err := s.Beginnings(t.Context(), "other")
	fine(t, err)
	same(t, "damaged", len(damaged), 0)
}
