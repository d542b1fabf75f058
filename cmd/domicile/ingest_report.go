package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"domicile/internal/evidence"
	"domicile/internal/ingest"
)

// ingestedFile is what became of one file.
type ingestedFile struct {
	Name    string          `json:"name"`
	Dataset string          `json:"dataset,omitempty"`
	Digest  string          `json:"digest,omitempty"`
	Counts  evidence.Counts `json:"counts"`
	Result  string          `json:"result"`           // recorded, recorded elsewhere, recorded before, unreadable, damaged, no sites, no log, failed
	Worker  string          `json:"worker,omitempty"` // who read it, where another process did
	Note    string          `json:"note,omitempty"`
	Unread  []unreadFor     `json:"unread,omitempty"`
	Bad     []badLine       `json:"bad_lines,omitempty"`
}

// badLine is a line that could not be read, without its content.
type badLine struct {
	Line   uint64 `json:"line,omitempty"` // not known where the file was taken up
	Offset int64  `json:"offset"`
	Length int    `json:"length"`
	Reason string `json:"reason"`
}

// ingestReport gathers what became of a run.
type ingestReport struct {
	app           *app
	failed        int
	recorded      func(evidence.Digest) (evidence.File, error) // what the store has of a file
	broken        error                                        // the first of asking it
	Files         []ingestedFile                               `json:"files"`
	Total         evidence.Counts                              `json:"total"`            // of the files that this process read
	Unread        []unreadFor                                  `json:"unread,omitempty"` // of those
	Elsewhere     int                                          `json:"files_read_elsewhere"`
	Passed        int                                          `json:"files_passed_over"`
	PassedFor     []passedOver                                 `json:"passed_over,omitempty"`
	CountriesOnly bool                                         `json:"countries_only"` // the address database has no cells
}

// newIngestReport begins with what was found, and tells of what could not be looked at.
func newIngestReport(a *app, found *ingest.Found, recorded func(evidence.Digest) (evidence.File, error)) *ingestReport {
	r := &ingestReport{app: a, recorded: recorded, Files: []ingestedFile{}, PassedFor: passedFor(found.Passed)}
	for _, p := range r.PassedFor {
		r.Passed += p.Count
	}
	for _, x := range found.Failed {
		r.add(x.Path, nil, x.Err)
	}
	return r
}

// flagsIn puts the names of flags for those of options in what readers say.
var flagsIn = strings.NewReplacer(
	"name it in the options", "name it with --dataset",
	"needs its fields named", "needs its fields named with --fields",
)

// add takes a file's result, and tells it at once where text was asked for.
func (r *ingestReport) add(path string, o *ingest.Outcome, err error) {
	f := ingestedFile{Name: filepath.Base(path), Result: "failed"}
	if err != nil {
		f.Note = flagsIn.Replace(err.Error())
		r.failed++
	} else {
		res := o.Result
		f.Dataset, f.Digest, f.Counts, f.Unread = res.Dataset.String(), res.Digest.String(), res.Counts, unreadOf(res)
		f.Result, f.Note = r.outcome(res)
		elsewhere := o.Worker != "" && !o.Before
		if elsewhere {
			f.Worker = o.Worker
			r.Elsewhere++
			if f.Result == "recorded" {
				f.Result = "recorded elsewhere"
			}
		}
		for _, b := range res.Bad {
			f.Bad = append(f.Bad, badLine{b.Line, b.Offset, b.Length, b.Reason.String()})
		}
		if res.Damaged || f.Result == unreadable {
			r.failed++
		}
		if !elsewhere {
			r.Total.Add(res.Counts)
			r.Unread = addUnread(r.Unread, f.Unread...)
		}
	}
	r.Files = append(r.Files, f)
	if !r.app.asJSON {
		fmt.Fprint(r.app.stdout, f.text(err))
	}
}

// unreadable is the result of a file that has lines, none of which could be read.
const unreadable = "unreadable"

func (r *ingestReport) outcome(res *ingest.Result) (result, note string) {
	switch {
	case res.Probe:
		return "no log", "it is what the provider writes to try out a destination"
	case res.NoSites:
		return "no sites", res.Dataset.Why()
	case res.Damaged:
		return "damaged", fmt.Sprintf("it breaks off behind offset %d; what came before is recorded; fetch the whole file and ingest that, it goes on there", res.Bytes)
	}
	counts, result, when := res.Counts, "recorded", ""
	if counts.Lines > 0 && counts.Duplicate == counts.Lines {
		counts, result = r.countsBefore(res), "recorded before"
		when = fmt.Sprintf(" when it was recorded (%s malformed, %s no site, %s too long)", thousands(counts.Malformed), thousands(counts.NoSite), thousands(counts.TooLong))
	}
	switch {
	case noneRead(&counts):
		return unreadable, fmt.Sprintf("none of its lines could be read%s: compare the fields that its job writes with those of %s, or name its dataset with --dataset", when, res.Dataset)
	case noneKnown(&counts):
		note = "every line that could be read is of an unknown host: nothing of it counts"
	}
	return result, note
}

// countsBefore are the counts with which a file was recorded before.
func (r *ingestReport) countsBefore(res *ingest.Result) evidence.Counts {
	f, err := r.recorded(res.Digest)
	if err != nil && r.broken == nil {
		r.broken = fmt.Errorf("%s: how it was recorded before is not known: %w", res.Name, err)
	}
	return f.Counts
}

func (f *ingestedFile) text(err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, strings.TrimPrefix(f.Note, "ingest "+f.Name+": "))
		return b.String()
	}
	by := ""
	if f.Worker != "" {
		by = " by " + f.Worker
	}
	fmt.Fprintf(&b, "%s: %s, %s%s: %s\n", f.Name, f.Dataset, f.Result, by, countsText(f.Counts))
	if f.Note != "" {
		fmt.Fprintf(&b, "  %s\n", f.Note)
	}
	if len(f.Unread) > 0 {
		fmt.Fprintf(&b, "  not read: %s\n", unreadText(f.Unread))
	}
	const shown = 5
	for i, x := range f.Bad {
		if i == shown {
			fmt.Fprintf(&b, "  ...\n")
			break
		}
		at := fmt.Sprintf("line %d, ", x.Line)
		if x.Line == 0 {
			at = ""
		}
		fmt.Fprintf(&b, "  %soffset %d, %d bytes: %s\n", at, x.Offset, x.Length, x.Reason)
	}
	return b.String()
}

func countsText(c evidence.Counts) string {
	return fmt.Sprintf("%s lines = %s accepted + %s duplicate + %s unknown host + %s malformed + %s no site + %s too long",
		thousands(c.Lines), thousands(c.Accepted), thousands(c.Duplicate), thousands(c.UnknownHost), thousands(c.Malformed), thousands(c.NoSite), thousands(c.TooLong))
}

func thousands(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// finish prints the total, and fails where a file did.
func (r *ingestReport) finish(ctx context.Context) error {
	err := r.app.print(r, func() string { return r.summary() })
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: what was recorded is kept, run it again to go on: %w", ctx.Err())
	case r.broken != nil:
		return r.broken
	case r.failed > 0:
		return fmt.Errorf("%d of %d files could not be read whole", r.failed, len(r.Files))
	}
	return nil
}

func (r *ingestReport) summary() string {
	var b strings.Builder
	if n := len(r.Files) - r.Elsewhere; n > 1 || r.Elsewhere > 0 {
		fmt.Fprintf(&b, "%d files: %s\n", n, countsText(r.Total))
		if len(r.Unread) > 0 {
			fmt.Fprintf(&b, "Lines that could not be read: %s.\n", unreadText(r.Unread))
		}
	}
	if r.Elsewhere > 0 {
		fmt.Fprintf(&b, "%d files were read by other processes that share the store.\n", r.Elsewhere)
	}
	if c := r.Total; c.UnknownSite+c.Unlisted > 0 {
		fmt.Fprintf(&b, "Of the accepted, %s at sites that the footprint lacks, %s of names that the settings lack.\n", thousands(c.UnknownSite), thousands(c.Unlisted))
	}
	for _, p := range r.PassedFor {
		fmt.Fprintf(&b, "%s.\n", p)
	}
	if r.CountriesOnly && r.Total.Accepted > 0 {
		b.WriteString("The address database has countries only: visitors are kept by country, not by cell.\n")
	}
	if r.Total.UnknownHost > 0 {
		b.WriteString("Lines of unknown hosts are of names in nobody's settings; import those, or say whose logs these are with --customer.\n")
	}
	return b.String()
}
