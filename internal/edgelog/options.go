package edgelog

import (
	"errors"
	"math"
	"time"
)

// Errors that callers branch on. Next wraps them in a text that names the place.
var (
	// ErrFormat: not NDJSON, not CSV of known columns, or a compression that is not read.
	ErrFormat = errors.New("not a log format that is read")
	// ErrDataset: the fields fit no known dataset, or several alike.
	ErrDataset = errors.New("the dataset cannot be told from its fields")
	// ErrNoSite: the dataset names no site and proves nothing about places.
	ErrNoSite = errors.New("the dataset carries no site and proves nothing")
	// ErrDamaged: the compressed bytes broke off or are corrupt. Every line before
	// Counts.Offset was read; the coverage is not complete.
	ErrDamaged = errors.New("the compressed bytes are damaged")
	// ErrTooLarge: more decompressed bytes than Options.MaxBytes.
	ErrTooLarge = errors.New("the file is larger than allowed")
	// ErrResume: the file does not have a line that ends at Options.Resume.
	ErrResume = errors.New("the file cannot be resumed there")
)

// Options are the choices of a reader. The zero value is usable.
type Options struct {
	// Dataset of the file. Zero means: tell it from the fields.
	Dataset Dataset
	// Fields are the names of the columns of CSV without a header, which is what the
	// provider writes unless its job says otherwise; see ParseFields. A header, where
	// there is one, goes before them, and JSON names its own.
	Fields []string
	// Latest is the last instant that an event can have: what is later is malformed. Zero
	// means no bound.
	Latest time.Time
	// MaxLine bounds a line in bytes; longer ones are counted and skipped. Zero means
	// 1 MiB; nothing above 64 MiB is used.
	MaxLine int
	// MaxBytes bounds the decompressed bytes of the file. Zero means no bound: memory
	// does not grow with the file.
	MaxBytes int64
	// MaxWindow bounds the memory that a zstd file may ask for. Zero means 32 MiB.
	MaxWindow uint64
	// Resume goes on at an offset that Counts.Offset of an earlier reader gave. The
	// lines before are read again, to know repeated ones, and counted nowhere.
	Resume int64
	// Follows: Resume is where another file ended that is the beginning of this one. Its
	// last line may go on, and is read as a line of this one then.
	Follows bool
	// Stops are offsets of lines, ascending, that no batch reaches over.
	Stops []int64
}

const (
	defaultMaxLine   = 1 << 20
	largestMaxLine   = 64 << 20
	defaultMaxWindow = 32 << 20
)

func (o Options) withDefaults() Options {
	if o.MaxLine <= 0 {
		o.MaxLine = defaultMaxLine
	}
	if o.Latest.IsZero() {
		o.Latest = time.Unix(0, math.MaxInt64)
	}
	o.MaxLine = min(o.MaxLine, largestMaxLine)
	if o.MaxWindow == 0 {
		o.MaxWindow = defaultMaxWindow
	}
	return o
}
