package atlas_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
)

// became tells in a word what an arrival does.
func became(a atlas.Arrival) string {
	switch {
	case a.Unchanged:
		return "same"
	case a.Before != nil:
		return "changed"
	}
	return "new"
}

func TestAnIntakeTellsWhatIsNewAndRecordsNothingElse(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	store := openStore(t, t.TempDir())
	in := atlas.NewIntake(store, codec{}, now.read)
	ref := reference(t)
	text := map[string]string{"dated": "customer: dated\neffective: 2026-03-01\n", "undated": "customer: undated\n", "older": "customer: older\nplan: pro\n"}
	put := func(documents ...string) (all []atlas.Arrival, versions []atlas.Version) {
		t.Helper()
		all, err := in.Compare(t.Context(), parse(t, ref, strings.Join(documents, "---\n")))
		if err == nil {
			versions, err = in.Record(t.Context(), all, "test")
		}
		if err != nil || len(versions) != len(all) {
			t.Fatal(versions, err)
		}
		return all, versions
	}
	put(text["dated"], text["undated"], text["older"])
	now.now = now.now.AddDate(0, 0, 3)
	put("customer: older\nplan: free\n")
	now.now = now.now.AddDate(0, 0, 3)
	all, versions := put(text["dated"], "customer: aaa\n", text["undated"], text["older"], "customer: zzz\n")
	for i, want := range []string{"dated same 1 2026-03-01", "aaa new 1 2026-11-07", "undated same 1 2026-11-01", "older changed 3 2026-11-07", "zzz new 1 2026-11-07"} {
		if got := fmt.Sprint(all[i].Customer, " ", became(all[i]), " ", versions[i].Number, " ", versions[i].ValidFrom); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	changes, err := store.Changes(t.Context(), 0, 100)
	if err != nil || len(changes) != 3+1+3 {
		t.Errorf("%d changes, %v", len(changes), err)
	}
}

func TestAnIntakeDoesNotWriteOverSomebodyElsesChange(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	store := openStore(t, dir)
	in := atlas.NewIntake(store, codec{}, now.read)
	sets := parse(t, reference(t), "customer: a\n---\ncustomer: b\n")
	all, err := in.Compare(t.Context(), sets)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir, now).Put(t.Context(), parse(t, reference(t), "customer: b\nplan: pro\n"), atlas.AnyVersion, "somebody"); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Record(t.Context(), all, "test"); !errors.Is(err, atlas.ErrConflict) {
		t.Fatalf("got %v", err)
	}
	if refs, err := store.Customers(t.Context(), "", 10); err != nil || len(refs) != 1 {
		t.Fatalf("%v, %v: want nothing of the part", refs, err)
	}
	if all, err = in.Compare(t.Context(), sets); err != nil || became(all[0]) != "new" || became(all[1]) != "changed" {
		t.Fatalf("compared again: %+v, %v", all, err)
	}
	versions, err := in.Record(t.Context(), all, "test")
	if err != nil || versions[1].Number != 2 {
		t.Errorf("%+v, %v", versions, err)
	}
}

// Ids beside those asked about, before, between and behind, are not taken for them.
func TestAnIntakeFindsCustomersAmongMany(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	in := atlas.NewIntake(openStore(t, t.TempDir()), codec{}, now.read)
	ref := reference(t)
	var text []string
	for i := range 60 {
		text = append(text, fmt.Sprintf("customer: c%02d\n", i*10/6))
	}
	compare := func(ids ...string) []atlas.Arrival {
		t.Helper()
		all, err := in.Compare(t.Context(), parse(t, ref, strings.Join(ids, "---\n")))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if _, err := in.Record(t.Context(), compare(text...), "test"); err != nil {
		t.Fatal(err)
	}
	asked := []string{}
	for _, i := range []int{99, 7, 20, 0, 1, 2, 98, 96, 60, 45, 50, 4, 5} {
		asked = append(asked, fmt.Sprintf("customer: c%02d\n", i))
	}
	for i, a := range compare(asked...) {
		want := "new"
		for _, have := range text {
			if have == asked[i] {
				want = "same"
			}
		}
		if became(a) != want {
			t.Errorf("%s is %s, want %s", a.Customer, became(a), want)
		}
	}
}
