package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/ledger"
)

// RunLedger checks the contract of [atlas.LedgerStore]. open returns a new, empty one
// and closes it with the test.
func RunLedger(t *testing.T, open func(t *testing.T) atlas.LedgerStore) {
	for _, c := range ledgerCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// note is an entry of a customer.
func note(id, customer string) ledger.Entry {
	return ledger.Entry{ID: id, At: noon, Actor: "privacy", Customer: customer, Claim: "claim-" + customer, Kind: ledger.Registered, Body: []byte(`{"since":"2026-03-02"}`)}
}

func keep(t *testing.T, s atlas.LedgerStore, entries ...ledger.Entry) []ledger.Entry {
	t.Helper()
	kept, err := s.AppendLedger(t.Context(), entries...)
	fine(t, err)
	same(t, "entries returned", len(kept), len(entries))
	return kept
}

func ledgerOf(t *testing.T, s atlas.LedgerStore, customer string, after int64, limit int) []ledger.Entry {
	t.Helper()
	all, err := s.Ledger(t.Context(), customer, after, limit)
	fine(t, err)
	for i, e := range all {
		if e.Seq <= after || i > 0 && e.Seq <= all[i-1].Seq {
			t.Errorf("entry %d of a page after %d: the order is broken", e.Seq, after)
		}
	}
	return all
}

var ledgerCases = []struct {
	name string
	run  func(t *testing.T, s atlas.LedgerStore)
}{
	{"an empty ledger has no entry", func(t *testing.T, s atlas.LedgerStore) {
		same(t, "entries", len(ledgerOf(t, s, "", 0, anyNumber)), 0)
		same(t, "appended", len(keep(t, s)), 0)
	}},
	{"every field comes back as it went", func(t *testing.T, s atlas.LedgerStore) {
		e := note("ü '; --", "acme")
		e.At, e.Actor, e.Kind, e.Body = noon.Add(123456*time.Microsecond), strings.Repeat("ü", 100), ledger.VerdictChanged, []byte("{\"a\":\"\\u0000\"}\n")
		bare := note("bare", "acme")
		bare.Kind, bare.Body = ledger.Withdrawn, nil
		want := keep(t, s, e, bare)
		same(t, "read", ledgerOf(t, s, "acme", 0, anyNumber), want)
		e.Seq = want[0].Seq
		same(t, "first", want[0], e)
	}},
	{"entries are read by customer, or of all, in pages", func(t *testing.T, s atlas.LedgerStore) {
		for i := range 10 {
			keep(t, s, note(fmt.Sprint("a", i), "acme"), note(fmt.Sprint("g", i), "globex"))
		}
		same(t, "of acme", len(ledgerOf(t, s, "acme", 0, anyNumber)), 10)
		same(t, "of nobody", len(ledgerOf(t, s, "nobody", 0, anyNumber)), 0)
		same(t, "a limit of none", len(ledgerOf(t, s, "", 0, 0)), 0)
		var ids []string
		after := int64(0)
		for page := ledgerOf(t, s, "", after, 7); len(page) > 0; page = ledgerOf(t, s, "", after, 7) {
			for _, e := range page {
				ids, after = append(ids, e.ID), e.Seq
			}
		}
		same(t, "entries over all pages", len(ids), 20)
		same(t, "the first two", ids[:2], []string{"a0", "g0"})
	}},
	{"an id is kept once, as it was first written", func(t *testing.T, s atlas.LedgerStore) {
		first := keep(t, s, note("once", "acme"))
		other := note("once", "globex")
		other.Body = []byte(`{}`)
		again := keep(t, s, note("new", "acme"), other)
		same(t, "the repeated one", again[1], first[0])
		same(t, "entries", len(ledgerOf(t, s, "", 0, anyNumber)), 2)
	}},
	{"an entry that is not valid appends none of its batch", func(t *testing.T, s atlas.LedgerStore) {
		for name, change := range map[string]func(*ledger.Entry){
			"no id": func(e *ledger.Entry) { e.ID = "" }, "no customer": func(e *ledger.Entry) { e.Customer = "" },
			"no kind": func(e *ledger.Entry) { e.Kind = ledger.InvalidKind }, "no time": func(e *ledger.Entry) { e.At = time.Time{} },
			"too long": func(e *ledger.Entry) { e.Body = make([]byte, 1<<20) },
		} {
			bad := note("bad", "acme")
			change(&bad)
			if _, err := s.AppendLedger(t.Context(), note("good", "acme"), bad); err == nil {
				t.Errorf("%s: it is accepted", name)
			}
		}
		same(t, "entries", len(ledgerOf(t, s, "", 0, anyNumber)), 0)
	}},
	{"many writers lose nothing and agree on what was first", func(t *testing.T, s atlas.LedgerStore) {
		const writers, each = 8, 20
		var wait sync.WaitGroup
		for w := range writers {
			wait.Go(func() {
				for i := range each {
					e := note(fmt.Sprint("shared ", i), fmt.Sprint("customer-", i))
					e.Actor = fmt.Sprint("writer ", w)
					if _, err := s.AppendLedger(t.Context(), e, note(fmt.Sprint("own ", w, " ", i), "acme")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		same(t, "entries", len(ledgerOf(t, s, "", 0, anyNumber)), each+writers*each)
	}},
}
