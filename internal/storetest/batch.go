package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"domicile/internal/atlas"
)

var batchCases = []testCase{
	{"an empty batch writes nothing", func(t *testing.T, s atlas.Store) {
		appendAll(t, s)
		same(t, "changes", changesOf(t, s, 0, 10), []atlas.Change{})
	}},
	{"a batch returns its versions in the order of its writes", func(t *testing.T, s atlas.Store) {
		fill(t, s, "b")
		got := appendAll(t, s, write("c", 0, "{}"), write("a", 0, "{}"), write("b", 1, `{"b":2}`))
		want := []atlas.CustomerRef{{Customer: "c", Version: 1}, {Customer: "a", Version: 1}, {Customer: "b", Version: 2}}
		refs := make([]atlas.CustomerRef, len(got))
		for i, v := range got {
			refs[i] = atlas.CustomerRef{Customer: v.Customer, Version: v.Number}
		}
		same(t, "returned", refs, want)
		same(t, "changes", refsOf(changesOf(t, s, 1, 10)), want)
	}},
	{"one conflict in a batch and nothing of it is written", oneConflictWritesNothing},
	{"a conflict names the first customer in the batch that has one", func(t *testing.T, s atlas.Store) {
		fill(t, s, "first", "second")
		_, err := s.Append(t.Context(), noon, []atlas.Write{
			write("other", 0, "new"), write("second", 0, "new"), write("first", 0, "new"),
		})
		if !errors.Is(err, atlas.ErrConflict) || !strings.Contains(err.Error(), "second") || strings.Contains(err.Error(), "first") {
			t.Errorf("error = %v, want a conflict that names second and not first", err)
		}
	}},
	{"writes to one customer in a batch build on each other", func(t *testing.T, s atlas.Store) {
		got := appendAll(t, s, write("acme", 0, "one"), write("acme", 1, "two"), write("acme", atlas.AnyVersion, "three"))
		same(t, "stored", versionsOf(t, s, "acme"), got)
		same(t, "newest", got[2].Number, 3)
		_, err := s.Append(t.Context(), noon, []atlas.Write{write("acme", 3, "four"), write("acme", 3, "five")})
		if !errors.Is(err, atlas.ErrConflict) {
			t.Errorf("error = %v, want a conflict: the first write made version 4", err)
		}
		same(t, "stored after the conflict", versionsOf(t, s, "acme"), got)
	}},
	{"identical settings within a batch append once", func(t *testing.T, s atlas.Store) {
		got := appendAll(t, s, write("acme", 0, "same"), write("acme", 0, "same"))
		same(t, "second", got[1], got[0])
		same(t, "stored", versionsOf(t, s, "acme"), got[:1])
	}},
	{"a write without a customer is refused with its batch", func(t *testing.T, s atlas.Store) {
		_, err := s.Append(t.Context(), noon, []atlas.Write{write("acme", 0, "{}"), write("", 0, "{}")})
		if err == nil || errors.Is(err, atlas.ErrConflict) || errors.Is(err, atlas.ErrStoreUnavailable) {
			t.Errorf("error = %v, want a refusal that repeating does not help", err)
		}
		same(t, "changes", changesOf(t, s, 0, 10), []atlas.Change{})
	}},
	{"a batch of ten thousand is one step", func(t *testing.T, s atlas.Store) {
		writes := make([]atlas.Write, 10_000)
		for i := range writes {
			writes[i] = write(fmt.Sprintf("customer-%05d", i), 0, "{}")
		}
		appendAll(t, s, writes...)
		same(t, "number of changes", len(changesOf(t, s, 0, anyNumber)), len(writes))
		same(t, "number of customers", len(customersOf(t, s, "", anyNumber)), len(writes))
	}},
}

func oneConflictWritesNothing(t *testing.T, s atlas.Store) {
	fill(t, s, "known", "other")
	changes := changesOf(t, s, 0, 10)
	for place := range 3 {
		writes := []atlas.Write{write("new", 0, "new"), write("other", 1, "new")}
		writes = append(writes[:place], append([]atlas.Write{write("known", 7, "new")}, writes[place:]...)...)
		versions, err := s.Append(t.Context(), noon, writes)
		if !errors.Is(err, atlas.ErrConflict) || len(versions) != 0 {
			t.Errorf("conflict at %d: %d versions and error %v, want none and a conflict", place, len(versions), err)
		}
	}
	same(t, "changes", changesOf(t, s, 0, 10), changes)
	same(t, "versions of the new customer", versionsOf(t, s, "new"), []atlas.Version{})
	same(t, "number of versions of the other one", len(versionsOf(t, s, "other")), 1)
	if after := appendAll(t, s, write("new", 0, "new")); after[0].Number != 1 {
		t.Errorf("the first version after the conflicts is %d, want 1", after[0].Number)
	}
}
