package storetest

import (
	"errors"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// sent is an onward transfer of one customer within an hour.
func sent(customer, host, country string, hour time.Time, count uint64) evidence.TransferRow {
	return evidence.TransferRow{Customer: customer, Transfer: evidence.Transfer{
		Scope: residency.Scope{Kind: residency.HostnameScope, Name: host}, Country: country, Hour: hour,
		Count: count, First: hour.Add(time.Second), Last: hour.Add(time.Minute),
	}}
}

// sending is a range of a file with onward transfers.
func sending(n byte, from, to int64, all ...evidence.TransferRow) atlas.EvidenceBatch {
	b := batch(n, from, to)
	b.Transfers = all
	return b
}

// transferred are the onward transfers of acme.
func transferred(t *testing.T, s atlas.EvidenceStore, from, to time.Time) []evidence.Transfer {
	t.Helper()
	all, err := s.Transfers(t.Context(), "acme", from, to)
	fine(t, err)
	return all
}

func transfers(t *testing.T, s atlas.EvidenceStore) {
	same(t, "of an empty store", transferred(t, s, anytime, anytime), []evidence.Transfer{})
	next := hour.Add(time.Hour)
	zone := sent("acme", "acme.example", "DE", hour, 64)
	zone.Scope.Kind = residency.ZoneScope
	observe(t, s,
		sending(1, 0, 100, sent("acme", "www.acme.example", "US", hour, 1), sent("acme", "www.acme.example", "DE", hour, 2), zone),
		sending(1, 100, 200, sent("acme", "www.acme.example", "DE", hour, 4), sent("acme", "api.acme.example", "DE", hour, 8)),
		sending(2, 0, 100, sent("acme", "www.acme.example", "DE", next, 16), sent("acme", "www.acme.example", "", next, 32), sent("acme2", "www.acme.example", "FR", hour, 128)),
	)
	at := func(r evidence.TransferRow, count uint64, last time.Time) evidence.Transfer {
		r.Count, r.Last = count, last.Add(time.Minute)
		return r.Transfer
	}
	want := []evidence.Transfer{
		at(zone, 64, hour), at(sent("", "api.acme.example", "DE", hour, 0), 8, hour), at(sent("", "www.acme.example", "", next, 0), 32, next),
		at(sent("", "www.acme.example", "DE", hour, 0), 22, next), at(sent("", "www.acme.example", "US", hour, 0), 1, hour),
	}
	same(t, "of all hours", transferred(t, s, anytime, anytime), want)
	same(t, "of the second hour", transferred(t, s, next, anytime), []evidence.Transfer{want[2], at(sent("", "www.acme.example", "DE", next, 0), 16, next)})
	same(t, "of no hour", transferred(t, s, hour, hour), []evidence.Transfer{})
	same(t, "they are no observations", observed(t, s, anytime, anytime), []evidence.Observation{})
}

func transfersOnce(t *testing.T, s atlas.EvidenceStore) {
	b := sending(1, 0, 100, sent("acme", "www.acme.example", "US", hour, 3))
	observe(t, s, b, b, sending(1, 20, 60, sent("acme", "www.acme.example", "US", hour, 3)))
	if err := s.Record(t.Context(), sending(1, 50, 150, sent("acme", "www.acme.example", "US", hour, 3))); !errors.Is(err, atlas.ErrOutOfOrder) {
		t.Errorf("a range that overlaps: error = %v", err)
	}
	for name, wrong := range map[string]func(*evidence.TransferRow){
		"no customer":               func(r *evidence.TransferRow) { r.Customer = "" },
		"no events":                 func(r *evidence.TransferRow) { r.Count = 0 },
		"half an hour":              func(r *evidence.TransferRow) { r.Hour = hour.Add(30 * time.Minute) },
		"the last before the first": func(r *evidence.TransferRow) { r.Last = hour },
		"a country of five letters": func(r *evidence.TransferRow) { r.Country = "Italy" },
	} {
		r := sent("acme", "www.acme.example", "US", hour, 3)
		wrong(&r)
		if err := s.Record(t.Context(), sending(2, 0, 100, r)); err == nil {
			t.Errorf("%s: recorded", name)
		}
	}
	if got := transferred(t, s, anytime, anytime); len(got) != 1 || got[0].Count != 3 {
		t.Errorf("transfers: %+v", got)
	}
}
