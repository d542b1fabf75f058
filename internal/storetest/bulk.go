package storetest

import (
	"fmt"
	"testing"

	"domicile/internal/atlas"
)

// bulkCases hold for stores that read many customers at once; one that does not
// is read customer by customer, which the other cases cover.
var bulkCases = []testCase{
	{"pages of customers hold every version of each", bulkPages},
	{"the position is that of the last change", bulkPosition},
}

func bulkPages(t *testing.T, s atlas.Store) {
	bulk, ok := s.(atlas.BulkReader)
	if !ok {
		return
	}
	if got, err := bulk.VersionsAfter(t.Context(), "", 10); err != nil || len(got) != 0 {
		t.Errorf("an empty store: %v, %v", got, err)
	}
	var want []atlas.Version
	for i, id := range numbered(25) {
		for n := range 1 + i%3 {
			appendAll(t, s, write(id, n, fmt.Sprintf(`{"n":%d}`, n)))
		}
		want = append(want, versionsOf(t, s, id)...)
	}
	for _, limit := range []int{1, 4, 25, 100} {
		var got []atlas.Version
		for after := ""; ; {
			page, err := bulk.VersionsAfter(t.Context(), after, limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			customers := map[string]bool{}
			for _, v := range page {
				customers[v.Customer] = true
			}
			if len(customers) > limit {
				t.Fatalf("%d customers in a page of %d", len(customers), limit)
			}
			got, after = append(got, page...), page[len(page)-1].Customer
		}
		same(t, fmt.Sprintf("all pages of %d", limit), got, want)
	}
	for _, none := range []int{0, -1} {
		if got, err := bulk.VersionsAfter(t.Context(), "", none); err != nil || len(got) != 0 {
			t.Errorf("limit %d: %v, %v", none, got, err)
		}
	}
}

func bulkPosition(t *testing.T, s atlas.Store) {
	bulk, ok := s.(atlas.BulkReader)
	if !ok {
		return
	}
	for i, id := range append([]string{""}, numbered(3)...) {
		if i > 0 {
			fill(t, s, id)
		}
		want := int64(0)
		for _, c := range changesOf(t, s, 0, anyNumber) {
			want = c.Seq
		}
		if got, err := bulk.Position(t.Context()); err != nil || got != want {
			t.Errorf("after %d changes: position %d, %v; want %d", i, got, err, want)
		}
	}
}
