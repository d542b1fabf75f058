package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
)

var appendCases = []testCase{
	{"an empty store has no customers, versions or changes", func(t *testing.T, s atlas.Store) {
		same(t, "versions", versionsOf(t, s, "acme"), []atlas.Version{})
		same(t, "customers", customersOf(t, s, "", 10), []atlas.CustomerRef{})
		same(t, "changes", changesOf(t, s, 0, 10), []atlas.Change{})
	}},
	{"the first write of a customer makes version one", func(t *testing.T, s atlas.Store) {
		want := []atlas.Version{{
			Customer: "acme", Number: 1, ValidFrom: spring, RecordedAt: noon, Actor: "importer", Settings: []byte(`{"a":1}`),
		}}
		same(t, "returned", appendAll(t, s, write("acme", 0, `{"a":1}`)), want)
		same(t, "stored", versionsOf(t, s, "acme"), want)
	}},
	{"versions count upward and come back in that order", versionsCountUpward},
	{"a version may apply from an earlier day than the one before", func(t *testing.T, s atlas.Store) {
		later, earlier := write("acme", 0, `{"a":1}`), write("acme", 1, `{"a":2}`)
		later.ValidFrom = summer
		appendAll(t, s, later)
		appendAll(t, s, earlier)
		got := versionsOf(t, s, "acme")
		if len(got) != 2 || got[0].ValidFrom != summer || got[1].ValidFrom != spring {
			t.Errorf("versions = %v, want one from summer and then one from spring", got)
		}
	}},
	{"a write without a day is kept as it is", func(t *testing.T, s atlas.Store) {
		w := write("acme", 0, "{}")
		w.ValidFrom = 0
		appendAll(t, s, w)
		if got := versionsOf(t, s, "acme"); len(got) != 1 || !got[0].ValidFrom.IsZero() {
			t.Errorf("versions = %v, want one without a day", got)
		}
	}},
	{"the recording time is kept in UTC to the microsecond", recordedInUTC},
	{"identical settings append nothing and return the version that stands", identicalAppendNothing},
	{"identical settings from another day are a new version", func(t *testing.T, s atlas.Store) {
		fill(t, s, "acme")
		again := write("acme", 1, "{}")
		again.ValidFrom = summer
		if v := appendAll(t, s, again)[0]; v.Number != 2 || v.ValidFrom != summer {
			t.Errorf("version = %d from %v, want 2 from summer", v.Number, v.ValidFrom)
		}
	}},
	{"settings that return to an older state are a new version", func(t *testing.T, s atlas.Store) {
		for i, settings := range []string{`{"a":1}`, `{"a":2}`, `{"a":1}`} {
			appendAll(t, s, write("acme", i, settings))
		}
		same(t, "number of versions", len(versionsOf(t, s, "acme")), 3)
	}},
	{"repeating a write that was not acknowledged returns its version", func(t *testing.T, s atlas.Store) {
		fill(t, s, "acme")
		first := appendAll(t, s, write("acme", 1, `{"a":1}`))
		same(t, "repeated", appendAll(t, s, write("acme", 1, `{"a":1}`)), first)
		same(t, "number of versions", len(versionsOf(t, s, "acme")), 2)
	}},
	{"an expectation that differs is a conflict", expectationsDecide},
	{"a conflict names the customer", func(t *testing.T, s atlas.Store) {
		fill(t, s, "acme")
		_, err := s.Append(t.Context(), noon, []atlas.Write{write("acme", 0, `{"a":1}`)})
		if !errors.Is(err, atlas.ErrConflict) || !strings.Contains(err.Error(), "acme") {
			t.Errorf("error = %v, want a conflict that names acme", err)
		}
	}},
}

func versionsCountUpward(t *testing.T, s atlas.Store) {
	settings := []string{`{"a":0}`, `{"a":1}`, `{"a":2}`, `{"a":3}`, `{"a":4}`, `{"a":5}`, `{"a":6}`, `{"a":7}`, `{"a":8}`, `{"a":9}`, `{"a":10}`}
	fill(t, s, "acm", "acme2")
	for i, text := range settings {
		appendAll(t, s, write("acme", i, text))
	}
	got := versionsOf(t, s, "acme")
	if len(got) != len(settings) {
		t.Fatalf("%d versions, want %d", len(got), len(settings))
	}
	for i, v := range got {
		if v.Number != i+1 || string(v.Settings) != settings[i] || v.Customer != "acme" {
			t.Errorf("version at %d = %v, want number %d with settings %s", i, v, i+1, settings[i])
		}
	}
}

func recordedInUTC(t *testing.T, s atlas.Store) {
	east := time.FixedZone("east", 5*3600+1800)
	at := time.Date(2026, time.March, 2, 1, 30, 0, 123456789, east)
	want := time.Date(2026, time.March, 1, 20, 0, 0, 123456000, time.UTC)
	for _, how := range []string{"new", "repeated"} {
		returned, err := s.Append(t.Context(), at, []atlas.Write{write("acme", 0, "{}")})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range append(returned, versionsOf(t, s, "acme")...) {
			if v.RecordedAt != want {
				t.Errorf("%s: recorded at %#v, want %#v", how, v.RecordedAt, want)
			}
		}
	}
}

func identicalAppendNothing(t *testing.T, s atlas.Store) {
	fill(t, s, "acme")
	first := appendAll(t, s, write("acme", 1, `{"a":1}`))
	again := write("acme", 2, `{"a":1}`)
	again.Actor = "somebody else"
	for _, expect := range []int{2, atlas.AnyVersion} {
		again.Expect = expect
		got, err := s.Append(t.Context(), noon.Add(time.Hour), []atlas.Write{again})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "returned", got, first)
	}
	same(t, "number of versions", len(versionsOf(t, s, "acme")), 2)
	same(t, "number of changes", len(changesOf(t, s, 0, 10)), 2)
}

func expectationsDecide(t *testing.T, s atlas.Store) {
	tests := []struct {
		name     string
		stands   int // versions that the customer has
		expect   int
		conflict bool
	}{
		{"a new customer expected new", 0, 0, false},
		{"a new customer, whatever it is", 0, atlas.AnyVersion, false},
		{"a new customer expected known", 0, 1, true},
		{"a known customer expected new", 2, 0, true},
		{"a known customer expected as it is", 2, 2, false},
		{"a known customer, whatever it is", 2, atlas.AnyVersion, false},
		{"a known customer expected as it was", 2, 1, true},
		{"a known customer expected as it will be", 2, 3, true},
		{"an expectation that cannot be", 2, -7, true},
	}
	for i, test := range tests {
		customer := numbered(len(tests))[i]
		for n := range test.stands {
			appendAll(t, s, write(customer, n, strings.Repeat("x", n+1)))
		}
		_, err := s.Append(t.Context(), noon, []atlas.Write{write(customer, test.expect, "new")})
		if errors.Is(err, atlas.ErrConflict) != test.conflict || err != nil && !test.conflict {
			t.Errorf("%s: error = %v, want a conflict: %t", test.name, err, test.conflict)
		}
		want := test.stands
		if !test.conflict {
			want++
		}
		same(t, test.name+": number of versions", len(versionsOf(t, s, customer)), want)
	}
}
