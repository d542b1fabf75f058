package storetest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"domicile/internal/atlas"
)

var customerCases = []testCase{
	{"customers are listed once each, with their newest version", func(t *testing.T, s atlas.Store) {
		fill(t, s, "b", "c", "a")
		appendAll(t, s, write("b", 1, "two"), write("a", 1, "two"))
		appendAll(t, s, write("b", 2, "three"))
		same(t, "customers", customersOf(t, s, "", anyNumber),
			[]atlas.CustomerRef{{Customer: "a", Version: 2}, {Customer: "b", Version: 3}, {Customer: "c", Version: 1}})
	}},
	{"pages of any size make up the whole list", func(t *testing.T, s atlas.Store) {
		fill(t, s, numbered(11)...)
		whole := customersOf(t, s, "", anyNumber)
		for _, size := range []int{1, 2, 3, 10, 11, 12, math.MaxInt} {
			var got []atlas.CustomerRef
			page := customersOf(t, s, "", size)
			for ; len(page) > 0; page = customersOf(t, s, page[len(page)-1].Customer, size) {
				got = append(got, page...)
			}
			same(t, fmt.Sprintf("pages of %d", size), got, whole)
		}
	}},
	{"a list may start after a customer that does not exist", func(t *testing.T, s atlas.Store) {
		fill(t, s, "a", "c")
		same(t, "after b", customersOf(t, s, "b", 10), []atlas.CustomerRef{{Customer: "c", Version: 1}})
		same(t, "after d", customersOf(t, s, "d", 10), []atlas.CustomerRef{})
	}},
	{"a limit below one lists nothing", func(t *testing.T, s atlas.Store) {
		fill(t, s, "a", "b")
		for _, limit := range []int{0, -1, math.MinInt} {
			same(t, fmt.Sprintf("customers up to %d", limit), customersOf(t, s, "", limit), []atlas.CustomerRef{})
			same(t, fmt.Sprintf("changes up to %d", limit), changesOf(t, s, 0, limit), []atlas.Change{})
		}
	}},
	{"customers that stay are listed once while others come", staysListed},
}

func staysListed(t *testing.T, s atlas.Store) {
	const stay = 50
	for i := range stay {
		fill(t, s, fmt.Sprintf("%04d-stays", i*20))
	}
	done := make(chan error, 1)
	go func() {
		for i := range 200 {
			_, err := s.Append(t.Context(), noon, []atlas.Write{write(fmt.Sprintf("%04d-comes", (i*577)%1000), atlas.AnyVersion, strconv.Itoa(i))})
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for running := true; running; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
		seen, last := 0, ""
		for page := customersOf(t, s, "", 7); len(page) > 0; page = customersOf(t, s, last, 7) {
			for _, r := range page {
				if last = r.Customer; strings.HasSuffix(last, "stays") {
					seen++
				}
			}
		}
		if seen != stay {
			t.Fatalf("%d customers that stay are listed, want %d", seen, stay)
		}
	}
}

var changeCases = []testCase{
	{"changes come in the order in which they were appended", func(t *testing.T, s atlas.Store) {
		fill(t, s, "b", "a")
		appendAll(t, s, write("a", 1, "two"), write("c", 0, "one"), write("b", 1, "two"))
		appendAll(t, s, write("a", 2, "three"))
		same(t, "changes", refsOf(changesOf(t, s, 0, anyNumber)), []atlas.CustomerRef{
			{Customer: "b", Version: 1}, {Customer: "a", Version: 1}, {Customer: "a", Version: 2},
			{Customer: "c", Version: 1}, {Customer: "b", Version: 2}, {Customer: "a", Version: 3},
		})
	}},
	{"a reader resumes after any change and sees the rest", func(t *testing.T, s atlas.Store) {
		fill(t, s, numbered(9)...)
		whole := changesOf(t, s, 0, anyNumber)
		for i, c := range whole {
			same(t, fmt.Sprintf("after change %d", i+1), changesOf(t, s, c.Seq, anyNumber), whole[i+1:])
			same(t, fmt.Sprintf("one after change %d", i+1), changesOf(t, s, c.Seq, 1), whole[i+1:min(i+2, len(whole))])
		}
		same(t, "after a number that never was", changesOf(t, s, math.MaxInt64, 10), []atlas.Change{})
		same(t, "after a negative number", changesOf(t, s, -5, anyNumber), whole)
	}},
	{"what was read once reads the same later", func(t *testing.T, s atlas.Store) {
		fill(t, s, numbered(3)...)
		before := changesOf(t, s, 0, anyNumber)
		appendAll(t, s, write(numbered(1)[0], 1, "new"))
		same(t, "first changes", changesOf(t, s, 0, len(before)), before)
	}},
	{"a conflict and a repetition leave no change", func(t *testing.T, s atlas.Store) {
		fill(t, s, "acme")
		before := changesOf(t, s, 0, 10)
		if _, err := s.Append(t.Context(), noon, []atlas.Write{write("acme", 5, "new")}); err == nil {
			t.Error("no conflict")
		}
		appendAll(t, s, write("acme", 1, "{}"))
		same(t, "changes", changesOf(t, s, 0, 10), before)
	}},
}
