package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/evidence/tally"
	"domicile/internal/footprint"
	"domicile/internal/geoip"
)

// Options are what an operator may choose. The zero value is usable.
type Options struct {
	// Dataset of the files; zero tells it from their fields.
	Dataset edgelog.Dataset
	// Fields name the columns of CSV without a header; see edgelog.ParseFields.
	Fields []string
	// Sampled says that the logs hold a sample of the events.
	Sampled bool
	// Threshold is how many distinct clients a cell needs; below one it is
	// evidence.DefaultThreshold.
	Threshold int
	// Numbers maps the provider's numbers of data centers to site codes, where an
	// operator has such a map.
	Numbers map[int32]edgelog.Code
	// Lines is how many lines a range has at most; zero means DefaultLines.
	Lines uint64
	// Groups is how many different counts a range has at most; zero means
	// DefaultGroups.
	Groups int
	// MaxBytes bounds the decompressed bytes of a file; zero is no bound.
	MaxBytes int64
}

// The defaults of Options.
const (
	DefaultLines  = 1 << 20
	DefaultGroups = 1 << 18
)

// Config is what an Ingester works with. All but DB and Progress are required.
type Config struct {
	Index     *Index
	Footprint *footprint.Footprint
	Store     atlas.EvidenceStore
	Clock     func() time.Time
	// DB places client addresses; without one every line is unlocated.
	DB *geoip.DB
	// Progress is moved on while files are read; may be nil.
	Progress *Progress
	Options
}

// Progress is how far a run is. It may be read at any time.
type Progress struct {
	Bytes, Total atomic.Int64 // as the files have them
	Lines        atomic.Int64
	Files        atomic.Int64 // done
}

// Ingester reads logs into a store.
type Ingester struct {
	Config
	seed        maphash.Seed
	workers     sync.Pool // of *worker, which are large
	attribution evidence.Digest
}

// New makes an ingester.
func New(c Config) (*Ingester, error) {
	if c.Index == nil || c.Footprint == nil || c.Store == nil || c.Clock == nil {
		return nil, errors.New("ingest: an index, a footprint, a store and a clock are required")
	}
	if c.Progress == nil {
		c.Progress = &Progress{}
	}
	if c.Lines == 0 {
		c.Lines = DefaultLines
	}
	if c.Groups <= 0 {
		c.Groups = DefaultGroups
	}
	c.Groups = max(c.Groups, 2*c.room())
	return &Ingester{Config: c, seed: maphash.MakeSeed(), attribution: c.attribution()}, nil
}

// attribution names what decides which lines of a file become whose observations: the
// names that are known, and how the file is read.
func (c *Config) attribution() evidence.Digest {
	h := sha256.New()
	fmt.Fprintf(h, "%x %s %q\n", c.Index.digest, c.Dataset, c.Fields)
	return evidence.Digest(h.Sum(nil))
}

// room is how many counts a batch of lines may need.
func (c *Config) room() int {
	return (edgelog.BatchSize + edgelog.MaxMerged) * (edgelog.MaxSightings + 1) * max(1, c.Index.widest)
}

// Result is what became of one file.
type Result struct {
	Name    string
	Dataset edgelog.Dataset
	Digest  evidence.Digest
	// Counts are of the whole file, as far as it was read in this run or before;
	// lines that were recorded before are duplicates.
	Counts  evidence.Counts
	Damaged bool
	Bytes   int64 // decompressed
	Rows    int   // observations recorded
	Took    time.Duration
	// Bad is a sample of the lines that could not be read in this run. Where the file
	// was taken up, Line is zero.
	Bad []edgelog.Bad
	// NoSites says that the dataset names no sites and proves nothing: the file was
	// not read.
	NoSites bool
	// Probe says that the file is what the provider writes to try out a destination,
	// and no log.
	Probe bool
}

// newWorker is a worker that nobody uses; give it back to workers.
func (in *Ingester) newWorker() *worker {
	if w, ok := in.workers.Get().(*worker); ok {
		return w
	}
	return &worker{
		index: in.Index, where: newGeography(in.DB, in.seed), sites: newSites(in.Footprint, in.Numbers),
		crowd: evidence.NewCrowd(in.Threshold), counts: tally.New(in.Groups), room: in.room(), sampled: in.Sampled,
		owners: map[string][]target{}, seen: map[rootHour]*uint64{},
	}
}

// maxAttempts bounds how often a file is taken up again where another process reads
// it too, maxBegun how often it is begun again where that one knows of other names.
const (
	maxAttempts = 1000
	maxBegun    = 3
)

// named reads a file whose digest is known, in ranges.
func (in *Ingester) named(ctx context.Context, src source) (*Result, error) {
	begun := in.Clock()
	w := in.newWorker()
	defer in.workers.Put(w)
	for attempt, again := 0, 0; attempt < maxAttempts && again < maxBegun; attempt++ {
		r, err := in.attempt(ctx, w, &src)
		if errors.Is(err, atlas.ErrOutOfOrder) {
			if r.again != nil {
				again++
			}
			continue // somebody else recorded more of it meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("ingest %s: %w", src.name, err)
		}
		r.result.Took = in.Clock().Sub(begun)
		return r.result, nil
	}
	return nil, fmt.Errorf("ingest %s: %w: another process reads it all the time", src.name, atlas.ErrOutOfOrder)
}

// attempt goes on where a file is recorded to, or where the one it follows is. What was
// read while other names were known is read again from its beginning, for the lines that
// are somebody's now.
func (in *Ingester) attempt(ctx context.Context, w *worker, src *source) (*reading, error) {
	f, found, err := in.Store.File(ctx, src.digest)
	if err != nil {
		return nil, err
	}
	r := &reading{Ingester: in, worker: w, source: *src, result: &Result{Name: src.name, Digest: src.digest}}
	r.from(f, found)
	if r.before.Complete {
		r.result.Dataset, _ = edgelog.ParseDataset(r.before.Dataset)
		return r, nil
	}
	body, err := src.open()
	if err != nil {
		return r, err
	}
	err = r.read(ctx, body)
	return r, errors.Join(err, body.Close())
}
