package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
)

// unreadFor is how many lines could not be read for one reason.
type unreadFor struct {
	Reason  string `json:"reason"`
	Lines   uint64 `json:"lines"`
	AtLeast bool   `json:"at_least,omitempty"` // there may be more
}

// unreadWords say what the reasons mean.
var unreadWords = map[string]string{
	edgelog.BadSyntax.String():    "not one JSON object, or not one CSV row",
	edgelog.TooDeep.String():      "nested too deeply",
	edgelog.WrongColumns.String(): "more or fewer columns than the header has",
	edgelog.NoDataset.String():    "fields of no known dataset",
	edgelog.NoTime.String():       "no time",
	edgelog.BadTime.String():      "a time that is none",
	edgelog.AheadOfTime.String():  "a time to come",
	edgelog.BadNumber.String():    "a number out of range, or none",
	edgelog.WrongType.String():    "a value of another type than the field has",
	edgelog.TooMany.String():      "too many subrequests in one line",
	noSite:                        "no site is named",
	tooLong:                       "longer than a line may be",
	malformed:                     "why is told where they were read",
}

// What a count of its own stands for.
const noSite, tooLong, malformed = "NO_SITE", "TOO_LONG", "MALFORMED"

// unreadOf tells why lines of a file could not be read: from its counts, and from the
// sample of its bad lines, which has all of a reason or the first few.
func unreadOf(res *ingest.Result) []unreadFor {
	out := malformedOf(res)
	for _, x := range []unreadFor{{Reason: noSite, Lines: res.Counts.NoSite}, {Reason: tooLong, Lines: res.Counts.TooLong}} {
		if x.Lines > 0 {
			out = append(out, x)
		}
	}
	return out
}

func malformedOf(res *ingest.Result) []unreadFor {
	var out []unreadFor
	sampled := uint64(0)
	for _, b := range res.Bad {
		out = addUnread(out, unreadFor{Reason: b.Reason.String(), Lines: 1})
		sampled++
	}
	switch total := res.Counts.Malformed; {
	case total == 0 || sampled > total:
		return nil // they were recorded before
	case sampled == 0:
		return []unreadFor{{Reason: malformed, Lines: total}}
	case sampled < total:
		spread(out, total-sampled)
	}
	return out
}

// spread counts the lines behind the sample: they are of the reasons of which it has the
// most, and where that is one, of that one.
func spread(all []unreadFor, rest uint64) {
	most := slices.MaxFunc(all, func(a, b unreadFor) int { return cmp.Compare(a.Lines, b.Lines) }).Lines
	var full []*unreadFor
	for i := range all {
		if all[i].Lines == most {
			full = append(full, &all[i])
		}
	}
	if len(full) == 1 {
		full[0].Lines += rest
		return
	}
	for _, x := range full {
		x.AtLeast = true
	}
}

// addUnread adds lines to those of the same reason.
func addUnread(all []unreadFor, more ...unreadFor) []unreadFor {
	for _, x := range more {
		i := slices.IndexFunc(all, func(have unreadFor) bool { return have.Reason == x.Reason })
		if i < 0 {
			all = append(all, x)
			continue
		}
		all[i].Lines += x.Lines
		all[i].AtLeast = all[i].AtLeast || x.AtLeast
	}
	return all
}

// unreadText lists reasons, those of the most lines first.
func unreadText(all []unreadFor) string {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b unreadFor) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Reason, b.Reason))
	})
	texts := make([]string, len(all))
	for i, x := range all {
		n := thousands(x.Lines)
		if x.AtLeast {
			n += " or more"
		}
		texts[i] = fmt.Sprintf("%s %s (%s)", n, x.Reason, unreadWords[x.Reason])
	}
	return strings.Join(texts, ", ")
}

// unread counts the lines of which nothing is known.
func unread(c *evidence.Counts) uint64 { return c.Malformed + c.TooLong + c.NoSite }

// noneRead reports whether a file has lines and none of them could be read.
func noneRead(c *evidence.Counts) bool { return c.Lines > 0 && unread(c) == c.Lines }

// noneKnown reports whether all lines that could be read are of unknown hosts.
func noneKnown(c *evidence.Counts) bool {
	return c.UnknownHost > 0 && c.UnknownHost+unread(c) == c.Lines
}
