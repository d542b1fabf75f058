package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
)

// bad is a sample of lines that could not be read.
func bad(of map[edgelog.Reason]int) (out []edgelog.Bad) {
	for _, why := range []edgelog.Reason{edgelog.BadSyntax, edgelog.BadTime, edgelog.WrongType} {
		for range of[why] {
			out = append(out, edgelog.Bad{Reason: why})
		}
	}
	return out
}

func TestLinesThatCouldNotBeReadAreCountedByReason(t *testing.T) {
	for _, tt := range []struct {
		name   string
		counts evidence.Counts
		sample map[edgelog.Reason]int
		want   string
	}{
		{"all are in the sample", evidence.Counts{Malformed: 5}, map[edgelog.Reason]int{edgelog.BadTime: 2, edgelog.WrongType: 3},
			"3 WRONG_TYPE (a value of another type than the field has), 2 BAD_TIME (a time that is none)"},
		{"one reason has more than the sample", evidence.Counts{Malformed: 1010}, map[edgelog.Reason]int{edgelog.BadTime: 2, edgelog.WrongType: 8},
			"1,008 WRONG_TYPE (a value of another type than the field has), 2 BAD_TIME (a time that is none)"},
		{"two have, and which of them has how many is not known", evidence.Counts{Malformed: 30}, map[edgelog.Reason]int{edgelog.BadSyntax: 1, edgelog.BadTime: 8, edgelog.WrongType: 8},
			"8 or more BAD_TIME (a time that is none), 8 or more WRONG_TYPE (a value of another type than the field has), 1 BAD_SYNTAX (not one JSON object, or not one CSV row)"},
		{"no site, and too long", evidence.Counts{NoSite: 2, TooLong: 1}, nil, "2 NO_SITE (no site is named), 1 TOO_LONG (longer than a line may be)"},
		{"another process read the file", evidence.Counts{Malformed: 4}, nil, "4 MALFORMED (why is told where they were read)"},
		{"a stream that was recorded before", evidence.Counts{Lines: 4, Duplicate: 4}, map[edgelog.Reason]int{edgelog.BadTime: 2}, ""},
		{"nothing", evidence.Counts{Lines: 4, Accepted: 4}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := unreadText(unreadOf(&ingest.Result{Counts: tt.counts, Bad: bad(tt.sample)}))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryReasonHasWords(t *testing.T) {
	for why := edgelog.BadSyntax; why <= edgelog.TooMany; why++ {
		if unreadWords[why.String()] == "" {
			t.Errorf("%s has none", why)
		}
	}
}
