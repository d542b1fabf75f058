package storetest

import (
	"fmt"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
)

// Besides is what a store keeps beside settings.
type Besides interface {
	TokenStore
	atlas.LedgerStore
	atlas.ReportStore
	atlas.EvidenceStore
}

// FillBesides puts something of every kind but settings into a store: two tokens, one
// of them revoked and used, and for each customer promises, reports and logs.
func FillBesides(t *testing.T, s Besides, customers ...string) {
	t.Helper()
	add(t, s, token("ci", "aaaaaaaaaaaa"))
	add(t, s, token("crm", "bbbbbbbbbbbb"))
	fine(t, s.TouchToken(t.Context(), "bbbbbbbbbbbb", footprint.DateOf(noon).Time()))
	_, _, err := s.RevokeToken(t.Context(), "bbbbbbbbbbbb", noon, entry(auth.Everybody))
	fine(t, err)
	for i, c := range customers {
		for n := range 5 {
			keep(t, s, note(fmt.Sprintf("%s-%d", c, n), c))
		}
		freeze(t, s, reportOf(c, 2*i), reportOf(c, 2*i+1))
		broken := batch(byte(i+1), 0, 50, seenAt(c, "www."+c+".example", "FRA", hour, 3))
		broken.Damaged, broken.Complete = true, true
		broken.Seen = []evidence.CustomerSeen{{Customer: c, Seen: evidence.Seen{Hour: hour, Minutes: 7}}}
		further := batch(byte(i+101), 50, 100, seenAt(c, "www."+c+".example", "SIN", hour.AddDate(0, 0, 1), 4))
		further.Follows = broken.File
		further.Seen = []evidence.CustomerSeen{{Customer: c, Seen: evidence.Seen{Hour: hour.AddDate(0, 0, 1), Minutes: evidence.WholeHour}}}
		observe(t, s, broken, further)
	}
}
