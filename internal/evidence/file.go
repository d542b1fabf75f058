package evidence

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Digest names a file by its content: SHA-256 of its bytes as they came.
type Digest [32]byte

// DigestOf is the digest of these bytes; they are its own, and not what it is of.
func DigestOf(b []byte) (d Digest) {
	copy(d[:], b)
	return d
}

// String is the digest in hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Counts adds up the lines of a file. Lines is the sum of Accepted, Duplicate,
// UnknownHost, Malformed, NoSite and TooLong; blank lines and the header of a CSV
// file are no lines.
type Counts struct {
	Lines       uint64 `json:"lines"`
	Accepted    uint64 `json:"accepted"`     // became observations
	Duplicate   uint64 `json:"duplicate"`    // were recorded before, from the same file; or of a request that the file has before
	UnknownHost uint64 `json:"unknown_host"` // of a name in nobody's settings
	Malformed   uint64 `json:"malformed"`
	NoSite      uint64 `json:"no_site"` // name no site, and prove nothing
	TooLong     uint64 `json:"too_long"`

	// UnknownSite, Unlisted and Unlocated are accepted lines: of a site that the
	// footprint lacks, of a name that the settings do not list, and without a
	// country for the visitor.
	UnknownSite uint64 `json:"unknown_site"`
	Unlisted    uint64 `json:"unlisted"`
	Unlocated   uint64 `json:"unlocated"`
}

// Add adds other counts.
func (c *Counts) Add(o Counts) {
	c.Lines += o.Lines
	c.Accepted += o.Accepted
	c.Duplicate += o.Duplicate
	c.UnknownHost += o.UnknownHost
	c.Malformed += o.Malformed
	c.NoSite += o.NoSite
	c.TooLong += o.TooLong
	c.UnknownSite += o.UnknownSite
	c.Unlisted += o.Unlisted
	c.Unlocated += o.Unlocated
}

// ErrUnbalanced: lines went missing, or were counted twice.
var ErrUnbalanced = errors.New("the counts do not add up")

// Check reports whether every line is accounted for once.
func (c *Counts) Check() error {
	if sum := c.Accepted + c.Duplicate + c.UnknownHost + c.Malformed + c.NoSite + c.TooLong; sum != c.Lines {
		return fmt.Errorf("%w: %d lines, %d accounted for", ErrUnbalanced, c.Lines, sum)
	}
	return nil
}

// File is a file that was read, as far as it was.
type File struct {
	Digest   Digest
	Name     string // its own name, without directories
	Dataset  string
	Size     int64 // in bytes, as it came
	To       int64 // decompressed bytes that are recorded
	Complete bool  // to its end
	Damaged  bool  // it broke off behind To
	Counts   Counts
	Recorded time.Time // when its last range was
	// Attribution names whose its lines are taken to be: what was known of names, and how
	// the file was read, when it was. Under another one its lines may be others'.
	Attribution Digest
	// Counted is which of its lines became observations, by customer and root, ascending.
	Counted []Counted
}

// Customers are those whom lines of the file were counted for, ascending.
func (f File) Customers() []string {
	var out []string
	for _, c := range f.Counted {
		if n := len(out); n == 0 || out[n-1] != c.Customer {
			out = append(out, c.Customer)
		}
	}
	return out
}

// Root is what a customer's names hang on: a zone, or a name by itself where it lies in
// none of the zone that lists it. "" is all that is the customer's. Behind a space stand
// the days of which lines are the customer's, where others have the name too.
type Root struct{ Customer, Name string }

// Covers reports whether whoever knew the one root took every line of the other for the
// customer's: of a root without days the lines of any day.
func (r Root) Covers(o Root) bool {
	if r.Customer != o.Customer {
		return false
	}
	name := o.Always().Name
	return r.Name == "" || r.Name == o.Name || r.Name == name || strings.HasSuffix(name, "."+r.Name)
}

// Always is the root without its days.
func (r Root) Always() Root {
	name, _, _ := strings.Cut(r.Name, " ")
	return Root{r.Customer, name}
}

// Compare orders roots by customer and name.
func (r Root) Compare(o Root) int {
	return cmp.Or(strings.Compare(r.Customer, o.Customer), strings.Compare(r.Name, o.Name))
}

// Counted says that every line of a root up to an offset of a file became observations.
type Counted struct {
	Root
	To int64
}

// Row is an observation of a customer, under one of its roots.
type Row struct {
	Customer string
	Root     string
	Observation
}

// TransferRow is an onward transfer of a customer, under one of its roots.
type TransferRow struct {
	Customer string
	Root     string
	Transfer
}

// CustomerSeen is which minutes of an hour a customer's log covers.
type CustomerSeen struct {
	Customer string
	Seen
}

// Visitors is how many events of a customer's content a site handled for
// visitors of one place, as an estimate.
type Visitors struct {
	Site    string
	Country string // "" where it is not known
	Cell    uint64 // 0 where only the country is kept
	Count   uint64
}
