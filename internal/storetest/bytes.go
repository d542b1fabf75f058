package storetest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"domicile/internal/atlas"
)

// oddIDs are customer ids that a store could confuse, cut or reorder.
var oddIDs = []string{
	"a", "A", "a ", " a", "a\x00", "a\x00b", "a:b", "a/b", "a.b", "a-b", "a_b", "{a}", "{a}b", "a%", "a*", "a?", "[a]", "a\\",
	"a'b", `a"b`, "a\nb", "a\tb", "0", "00", "-1", "NULL", "1e3", "é", "e\u0301", "ß", "ü", "日本", "🌍", "\u202e", "\xff", "\xffa", "\xc3",
	strings.Repeat("long", 200),
}

var byteCases = []testCase{
	{"odd customer ids stay apart", func(t *testing.T, s atlas.Store) {
		for _, id := range oddIDs {
			appendAll(t, s, write(id, 0, "settings of "+id))
		}
		for _, id := range oddIDs {
			got := versionsOf(t, s, id)
			if len(got) != 1 || got[0].Customer != id || string(got[0].Settings) != "settings of "+id {
				t.Errorf("versions of %q = %v, want its own one", id, got)
			}
		}
		same(t, "customer that nobody wrote", versionsOf(t, s, "e"), []atlas.Version{})
	}},
	{"odd customer ids are listed in the order of their bytes", func(t *testing.T, s atlas.Store) {
		fill(t, s, oddIDs...)
		want := slices.Sorted(slices.Values(oddIDs))
		var got []string
		for _, r := range customersOf(t, s, "", anyNumber) {
			got = append(got, r.Customer)
		}
		same(t, "listed", got, want)
		for i, id := range want[:len(want)-1] {
			if next := customersOf(t, s, id, 1); len(next) != 1 || next[0].Customer != want[i+1] {
				t.Errorf("after %q comes %v, want %q", id, next, want[i+1])
			}
		}
	}},
	{"an odd actor comes back as it was", func(t *testing.T, s atlas.Store) {
		for i, actor := range append([]string{""}, oddIDs...) {
			w := write("acme", i, strings.Repeat("x", i))
			w.Actor = actor
			appendAll(t, s, w)
			if got := versionsOf(t, s, "acme"); got[i].Actor != actor {
				t.Errorf("actor = %q, want %q", got[i].Actor, actor)
			}
		}
	}},
	{"settings come back byte by byte", func(t *testing.T, s atlas.Store) {
		every := make([]byte, 256)
		for i := range every {
			every[i] = byte(i)
		}
		for i, settings := range [][]byte{every, {0}, {}, {0, 0}, []byte("\xff\xfe"), []byte(" {} \n"), bytes.Repeat([]byte{0}, 70_000)} {
			w := write("acme", i, "")
			w.Settings = settings
			appendAll(t, s, w)
			if got := versionsOf(t, s, "acme"); len(got) != i+1 || !bytes.Equal(got[i].Settings, settings) {
				t.Errorf("settings %d changed on the way", i+1)
			}
		}
	}},
	{"no settings and empty settings are the same", func(t *testing.T, s atlas.Store) {
		w := write("acme", 0, "")
		w.Settings = nil
		appendAll(t, s, w)
		appendAll(t, s, write("acme", 1, ""))
		if got := versionsOf(t, s, "acme"); len(got) != 1 || len(got[0].Settings) != 0 {
			t.Errorf("versions = %v, want one without settings", got)
		}
	}},
	{"settings of a mebibyte come back whole", func(t *testing.T, s atlas.Store) {
		big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		for i := range 3 {
			big[i] = '!'
			appendAll(t, s, write("acme", i, string(big)))
			appendAll(t, s, write("acme", i, string(big)))
		}
		got := versionsOf(t, s, "acme")
		if len(got) != 3 || !bytes.Equal(got[2].Settings, big) {
			t.Errorf("%d versions, want 3 and the last as it was written", len(got))
		}
	}},
	{"the writer may reuse its buffer", func(t *testing.T, s atlas.Store) {
		w := write("acme", 0, "first")
		appendAll(t, s, w)
		copy(w.Settings, "XXXXX")
		got := versionsOf(t, s, "acme")
		copy(got[0].Settings, "YYYYY")
		if got := versionsOf(t, s, "acme"); string(got[0].Settings) != "first" {
			t.Errorf("settings = %q, want first", got[0].Settings)
		}
	}},
}
