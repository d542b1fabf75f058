package storetest

import (
	"fmt"
	"testing"
	"time"

	"domicile/internal/atlas"
)

// RunReports checks the contract of [atlas.ReportStore]. open returns a new, empty one
// and closes it with the test.
func RunReports(t *testing.T, open func(t *testing.T) atlas.ReportStore) {
	for _, c := range reportCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// reportOf is a report of a customer; n tells it from others.
func reportOf(customer string, n int) atlas.Report {
	return atlas.NewReport(atlas.Report{
		Customer: customer, Claim: "customer data is handled only in EU", Verdict: "HOLDS", Actor: "board", Role: "PRIVACY",
		Created: noon.Add(time.Duration(n) * time.Second), Expires: summer, Body: fmt.Appendf(nil, `{"of":%q,"n":%d,"text":"ü\u0000"}`, customer, n),
	})
}

func freeze(t *testing.T, s atlas.ReportStore, reports ...atlas.Report) {
	t.Helper()
	for _, r := range reports {
		fine(t, s.PutReport(t.Context(), r))
	}
}

var reportCases = []struct {
	name string
	run  func(t *testing.T, s atlas.ReportStore)
}{
	{"an unknown report is not found", func(t *testing.T, s atlas.ReportStore) {
		_, found, err := s.Report(t.Context(), "00")
		fine(t, err)
		same(t, "found", found, false)
		all, err := s.Reports(t.Context(), "acme", anyNumber)
		fine(t, err)
		same(t, "reports", len(all), 0)
	}},
	{"a report comes back byte by byte", func(t *testing.T, s atlas.ReportStore) {
		want := reportOf("acme", 1)
		freeze(t, s, want)
		got, found, err := s.Report(t.Context(), want.ID)
		fine(t, err)
		same(t, "found", found, true)
		same(t, "report", got, want)
	}},
	{"a report is kept once, as it was first written", func(t *testing.T, s atlas.ReportStore) {
		first := reportOf("acme", 1)
		again := first
		again.Actor, again.Created = "somebody else", noon.Add(time.Hour)
		freeze(t, s, first, again)
		got, _, err := s.Report(t.Context(), first.ID)
		fine(t, err)
		same(t, "report", got, first)
	}},
	{"reports are listed by customer, the newest first, without bodies", func(t *testing.T, s atlas.ReportStore) {
		freeze(t, s, reportOf("acme", 1), reportOf("globex", 2), reportOf("acme", 3), reportOf("acme", 2))
		all, err := s.Reports(t.Context(), "acme", 2)
		fine(t, err)
		same(t, "reports", len(all), 2)
		for i, n := range []int{3, 2} {
			want := reportOf("acme", n)
			want.Body = nil
			same(t, "report", all[i], want)
		}
	}},
	{"a report that is not whole is refused", func(t *testing.T, s atlas.ReportStore) {
		for name, change := range map[string]func(*atlas.Report){
			"one byte altered": func(r *atlas.Report) { r.Body[0] = '[' }, "no body": func(r *atlas.Report) { r.Body = nil },
			"another id": func(r *atlas.Report) { r.ID = "00" }, "no customer": func(r *atlas.Report) { r.Customer = "" },
			"no last day": func(r *atlas.Report) { r.Expires = 0 },
		} {
			bad := reportOf("acme", 1)
			change(&bad)
			if s.PutReport(t.Context(), bad) == nil {
				t.Errorf("%s: it is accepted", name)
			}
		}
		_, found, err := s.Report(t.Context(), reportOf("acme", 1).ID)
		fine(t, err)
		same(t, "found", found, false)
	}},
}
