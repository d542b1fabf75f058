package edgelog

// Reason says why a line could not be read. The zero value means that it could.
type Reason uint8

// The reasons.
const (
	Fine         Reason = iota
	BadSyntax           // not one JSON object, or not one CSV row
	TooDeep             // nested more than 64 levels
	WrongColumns        // a CSV row with more or fewer columns than the header
	NoDataset           // seen before any line that names a known dataset
	NoTime              // the dataset's time field is absent
	BadTime             // a time that is no integer and not RFC 3339, or outside 2000 to 2199
	AheadOfTime         // later than Options.Latest
	BadNumber           // a number where the field wants another, or out of range
	WrongType           // a value of another JSON type than the field has
	TooMany             // more subrequests in a line than MaxMerged
	reasonEnd
)

var reasonNames = [...]string{
	"FINE", "BAD_SYNTAX", "TOO_DEEP", "WRONG_COLUMNS", "NO_DATASET", "NO_TIME", "BAD_TIME", "AHEAD_OF_TIME", "BAD_NUMBER", "WRONG_TYPE", "TOO_MANY",
}

// String returns the reason's name.
func (r Reason) String() string { return reasonNames[r] }

// Counts adds up what a reader saw. Lines is the sum of Accepted, Malformed,
// TooLong, Blank and Headers.
type Counts struct {
	// Lines ended so far, the last one without a newline included.
	Lines uint64
	// Accepted became records.
	Accepted uint64
	// Malformed could not be read; see Reader.Quarantine.
	Malformed uint64
	// TooLong exceeded Options.MaxLine.
	TooLong uint64
	// Blank held nothing but spaces.
	Blank uint64
	// Headers of a CSV file, repeated ones of joined files included.
	Headers uint64

	// Repeated are accepted lines that the file holds before, among the last half a
	// million with a RayID at least.
	Repeated uint64
	// NoSite, NoHost and NoClient are accepted lines without one of these. Visitors
	// choose what a request names as its host: one that is no name (longer than 253
	// bytes, or with anything but printable ASCII) counts as none, and so does a
	// client address that cannot be read. The site of such a line is still evidence.
	NoSite, NoHost, NoClient uint64

	// Offset is how far into the decompressed bytes lines are complete: where a later
	// reader may resume.
	Offset int64
	// Damaged: the compressed bytes broke off or were corrupt behind Offset.
	Damaged bool
}

// Bad is a line that could not be read, without any of its content.
type Bad struct {
	Line   uint64 // 1 is the first
	Offset int64  // of its first byte, decompressed
	Length int    // in bytes, without the line ending
	Reason Reason
}

// samplesAReason bounds the sample of bad lines.
const samplesAReason = 8

// Quarantine is a bounded sample of the lines that could not be read: the first of
// each reason, and how many of each there were.
type Quarantine struct {
	Samples []Bad
	counts  [reasonEnd]uint64
}

// Count returns how many lines could not be read for one reason.
func (q *Quarantine) Count(r Reason) uint64 { return q.counts[r] }

func (q *Quarantine) add(b Bad) {
	q.counts[b.Reason]++
	if q.counts[b.Reason] <= samplesAReason {
		q.Samples = append(q.Samples, b)
	}
}
