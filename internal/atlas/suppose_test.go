package atlas_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/fleet"
)

func suppose(t *testing.T, s *atlas.Service, texts ...string) *atlas.State {
	t.Helper()
	var all []atlas.Supposition
	for _, text := range texts {
		p, err := atlas.ParseSupposition(text)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.EqualFold(p.String(), text) {
			t.Errorf("%q is read as %q", text, p)
		}
		all = append(all, p)
	}
	st, err := s.State().Suppose(all)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func sweepOf(t *testing.T, s *atlas.Service, st *atlas.State, c claim.Claim, d string) (*atlas.SweepFleet, *atlas.Swept) {
	t.Helper()
	f, err := s.Fleet(context.Background(), st, day(t, d))
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Sweep(context.Background(), f, c, "", nil)
	if err != nil || !w.Complete {
		t.Fatalf("complete %t, %v", w.Complete, err)
	}
	return f, w
}

func TestASuppositionIsJudgedAsTheCheckOfEachCustomerUnderIt(t *testing.T) {
	s := demo(t, 400)
	c, err := s.State().Reference.Claim(atlas.ClaimInput{Within: []string{"EU", "ADEQUATE"}})
	if err != nil {
		t.Fatal(err)
	}
	_, now := sweepOf(t, s, s.State(), c, "2026-11-20")
	flipped := 0
	for _, texts := range [][]string{
		{"US leaves ADEQUATE"}, {"site ZZZ in DE opens"}, {"site ZZQ in AQ opens"}, {"site FRA closes"}, {"CH joins EU", "site ZUA in CH opens", "site ZUB in US-CA opens"},
	} {
		st := suppose(t, s, texts...)
		f, w := sweepOf(t, s, st, c, "2026-11-20")
		if !strings.HasPrefix(w.Revision.Datasets, atlas.SupposedMark) || len(st.Supposed()) != len(texts) {
			t.Errorf("%v: revision %s, supposed %v", texts, w.Revision.Datasets, st.Supposed())
		}
		rows, _, err := s.Rows(context.Background(), f, w, fleet.Filter{}, "", 1000)
		if err != nil || len(rows) != 400 {
			t.Fatal(len(rows), err)
		}
		for _, r := range rows {
			if r.Verdict != r.Judgement.Verdict || !strings.HasPrefix(r.Judgement.Revision.Datasets, atlas.SupposedMark) {
				t.Errorf("%v: %s is %v, by itself %v at %s", texts, r.Customer, r.Verdict, r.Judgement.Verdict, r.Judgement.Revision.Datasets)
			}
		}
		for _, x := range atlas.FlipsOf(now, w) {
			if was, _ := now.Verdict(x.Customer); was != x.From || x.From == x.To {
				t.Errorf("%v: %+v", texts, x)
			}
			flipped++
		}
	}
	if flipped == 0 {
		t.Error("nothing flips anybody")
	}
	if _, again := sweepOf(t, s, s.State(), c, "2026-11-20"); again.Counts != now.Counts || strings.HasPrefix(again.Revision.Datasets, atlas.SupposedMark) || s.State().Supposed() != nil {
		t.Error("a supposition stays")
	}
}

func TestASuppositionDoesNotMakeAnotherDayKnown(t *testing.T) {
	s := demo(t, 50)
	c := handledInEU(t, s)
	for _, d := range []string{"2001-01-01", "2027-06-01"} {
		for _, text := range []string{"site FRA closes", "site ZZZ in DE opens", "CH joins EU"} {
			if _, w := sweepOf(t, s, suppose(t, s, text), c, d); w.Counts.Of(claim.Unknown) != 50 {
				t.Errorf("%s, on %s: %v", text, d, w.Counts)
			}
		}
	}
}

func TestWhatCannotBeSupposedIsRefused(t *testing.T) {
	s := demo(t, 1)
	for _, text := range []string{
		"", "site", "site FRA in DE opens", "site Z1Z in DE opens", "site ZZZ in Europe opens", "site ZZZ in EU opens", "site XXX closes", "US leaves EU",
		"EU joins ADEQUATE", "FR joins FR", "XX joins EU", "US stays in ADEQUATE", strings.Repeat("A ", 1000),
	} {
		p, err := atlas.ParseSupposition(text)
		if err == nil {
			_, err = s.State().Suppose([]atlas.Supposition{p})
		}
		if !errors.Is(err, atlas.ErrInput) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	if _, err := s.State().Suppose(nil); !errors.Is(err, atlas.ErrInput) {
		t.Errorf("nothing supposed: %v", err)
	}
}
