package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
)

// edge is how many bytes at either end of a file tell it from others.
const edge = 64 << 10

// identity names a file in a way that is the same wherever it is mounted: by its own
// name, its size, and the bytes at both ends of it. Reading it names it by all its
// bytes, so that a file which comes under two identities counts once.
func identity(path string) (id string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %d\n", filepath.Base(path), info.Size())
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, edge)); err != nil {
		return "", 0, err
	}
	if from := max(edge, info.Size()-edge); from < info.Size() {
		if _, err := io.Copy(h, io.NewSectionReader(f, from, edge)); err != nil {
			return "", 0, err
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), info.Size(), nil
}

// queue names the queue of all who would read a file as this ingester does.
func (in *Ingester) queue() string {
	h := sha256.New()
	places := ""
	if in.DB != nil {
		places = in.DB.Info().Digest
	}
	fmt.Fprintf(h, "%s %t %d %q\n", in.attribution, in.Sampled, in.Threshold, places)
	for _, n := range slices.Sorted(maps.Keys(in.Numbers)) {
		fmt.Fprintf(h, "%d %v\n", n, in.Numbers[n])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (s *share) noteOf(res *Result, err error) note {
	n := note{Worker: s.Worker}
	if err != nil {
		n.Failed = strings.ToValidUTF8(err.Error()[:min(maxNote, len(err.Error()))], "")
		return n
	}
	n.Dataset, n.Digest, n.Counts, n.Damaged, n.NoSites, n.Bytes = res.Dataset.String(), res.Digest.String(), res.Counts, res.Damaged, res.NoSites, res.Bytes
	n.Probe = res.Probe
	return n
}

// noteText is what a failed piece of work says.
func (s *share) noteText(state atlas.WorkState) string {
	var n note
	if json.Unmarshal(state.Note, &n) != nil || n.Failed == "" {
		return "it failed"
	}
	if n.Worker != s.Worker {
		return n.Failed + " (says worker " + n.Worker + ")"
	}
	return n.Failed
}

// settled tells of a file that somebody read, where a state says so.
func (s *share) settled(id string, state atlas.WorkState, before bool) {
	switch state.Status {
	case atlas.WorkDone:
		s.done(id, func(path string) (*Outcome, error) { return outcomeOf(path, state, before) })
	case atlas.WorkFailed:
		s.done(id, func(path string) (*Outcome, error) {
			return nil, fmt.Errorf("ingest %s: %s", path, s.noteText(state))
		})
	}
}

func outcomeOf(path string, state atlas.WorkState, before bool) (*Outcome, error) {
	var n note
	if err := json.Unmarshal(state.Note, &n); err != nil {
		return nil, fmt.Errorf("ingest %s: what its worker says of it cannot be read: %w", path, err)
	}
	res := &Result{Name: filepath.Base(path), Counts: n.Counts, Damaged: n.Damaged, NoSites: n.NoSites, Bytes: n.Bytes, Probe: n.Probe}
	res.Dataset, _ = edgelog.ParseDataset(n.Dataset) // of an empty file it is unknown
	digest, err := hex.DecodeString(n.Digest)
	if err != nil || len(digest) != len(res.Digest) {
		return nil, fmt.Errorf("ingest %s: what its worker says of it cannot be read: digest %.80q", path, n.Digest)
	}
	res.Digest = evidence.Digest(digest)
	if before {
		res.Counts = evidence.Counts{Lines: n.Counts.Lines, Duplicate: n.Counts.Lines}
	}
	return &Outcome{Result: res, Worker: n.Worker, Before: before}, nil
}

// done tells of every path of a file, once. Copies count as recorded before.
func (s *share) done(id string, what func(path string) (*Outcome, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	paths := s.open[id]
	delete(s.open, id)
	for i, path := range paths {
		o, err := what(path)
		switch {
		case o == nil:
		case i > 0:
			copied := *o.Result
			copied.Counts = evidence.Counts{Lines: copied.Counts.Lines, Duplicate: copied.Counts.Lines}
			o = &Outcome{&copied, "", true}
			fallthrough
		case o.Worker != "":
			s.Progress.Bytes.Add(s.sizes[id])
		}
		s.Progress.Files.Add(1)
		s.tell(path, o, err)
	}
}
