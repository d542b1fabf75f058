package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"domicile/internal/evidence"
)

// File reads the file at path. Its name without directories is kept. Where an
// earlier copy of it broke off, it goes on there.
func (in *Ingester) File(ctx context.Context, path string) (*Result, error) {
	damaged, err := in.Store.Damaged(ctx)
	if err != nil {
		return nil, fmt.Errorf("ingest %s: %w", path, err)
	}
	src, err := identify(ctx, path, damaged)
	if err != nil {
		return nil, fmt.Errorf("ingest %s: %w", path, err)
	}
	if src.size > 0 && src.size < probeSize {
		probe, err := isProbe(&src)
		if err != nil {
			return nil, fmt.Errorf("ingest %s: %w", path, err)
		}
		if probe {
			return &Result{Name: src.name, Digest: src.digest, Probe: true}, nil
		}
	}
	src.fields = in.Fields
	return in.named(ctx, src)
}

// isProbe reports whether a small file is what the provider writes to try out a
// destination, and no log.
func isProbe(src *source) (bool, error) {
	f, err := src.open()
	if err != nil {
		return false, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, probeSize))
	plain, ok := unpacked(body)
	return ok && probe(plain), err
}

// source is a file whose digest is known.
type source struct {
	name    string
	fields  []string // of CSV without a header
	digest  evidence.Digest
	size    int64
	follows *evidence.File // whose bytes are the beginning of it; nil for none
	open    func() (io.ReadCloser, error)
}

// identify reads a file through once for its digest, and compares its beginning
// with the files that broke off.
func identify(ctx context.Context, path string, damaged []evidence.File) (s source, err error) {
	s = source{name: filepath.Base(path), open: func() (io.ReadCloser, error) { return os.Open(path) }}
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	slices.SortFunc(damaged, func(a, b evidence.File) int { return cmp.Compare(a.Size, b.Size) })
	h, from := sha256.New(), &cancelled{ctx, f}
	for i := range damaged {
		n, err := io.CopyN(h, from, damaged[i].Size-s.size)
		if s.size += n; err == io.EOF {
			break
		} else if err != nil {
			return s, err
		}
		if evidence.Digest(h.Sum(nil)) == damaged[i].Digest {
			s.follows = &damaged[i]
		}
	}
	n, err := io.Copy(h, from)
	s.size += n
	s.digest = evidence.Digest(h.Sum(nil))
	if s.follows != nil && s.follows.Digest == s.digest {
		s.follows = nil // the same damaged file again
	}
	return s, err
}

// cancelled is a reader that ends with its context.
type cancelled struct {
	ctx  context.Context
	from io.Reader
}

func (c *cancelled) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.from.Read(b)
}

// Stream reads a log that comes once. It gets its name when it has ended, and is
// recorded then as a whole: a stream that was recorded before counts nothing, and
// nothing is recorded of one that breaks off.
func (in *Ingester) Stream(ctx context.Context, name string, log io.Reader) (*Result, error) {
	return in.stream(ctx, source{name: name, fields: in.Fields}, log)
}

func (in *Ingester) stream(ctx context.Context, src source, log io.Reader) (*Result, error) {
	begun := in.Clock()
	h := sha256.New()
	tee := io.TeeReader(&cancelled{ctx, log}, h)
	w := in.newWorker()
	defer in.workers.Put(w)
	r := &reading{Ingester: in, worker: w, source: src, result: &Result{Name: src.name}}
	r.naming = func() (evidence.Digest, error) {
		_, err := io.Copy(io.Discard, tee)
		return evidence.Digest(h.Sum(nil)), err
	}
	if err := r.read(ctx, tee); err != nil {
		return nil, fmt.Errorf("ingest %s: %w", src.name, err)
	}
	r.result.Took = in.Clock().Sub(begun)
	return r.result, nil
}

// endings of names that a directory's logs have.
var endings = []string{".gz", ".zst", ".log", ".json", ".ndjson", ".jsonl", ".csv"}

// Find lists the log files at a path: what the path names itself, or the files below a
// directory whose name ends as a log's does. A link to a file is one, a link to a directory
// is followed only where the path names it. What of a directory cannot be looked at is
// among what failed; an error is of the path itself.
func Find(path string) (*Found, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	f := &Found{}
	if !info.IsDir() {
		f.take(path, info.Size())
		return f, nil
	}
	root := path + string(filepath.Separator) // where the path is a link, this is what it leads to
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error { return f.visit(root, p, d, err) })
	slices.Sort(f.Files)
	return f, err
}

func isLog(name string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(strings.ToLower(name), e) })
}

// Files reads files, several at once, one worker each, and tells each result, or
// fault, as it comes, one at a time. It returns when all are done or the context
// has ended.
func (in *Ingester) Files(ctx context.Context, paths []string, workers int, tell func(path string, res *Result, err error)) {
	var mu sync.Mutex
	next := make(chan string)
	var group sync.WaitGroup
	for range max(1, min(workers, len(paths))) {
		group.Go(func() {
			for path := range next {
				res, err := in.File(ctx, path)
				mu.Lock()
				in.Progress.Files.Add(1)
				tell(path, res, err)
				mu.Unlock()
			}
		})
	}
	for _, p := range paths {
		if ctx.Err() != nil {
			break
		}
		next <- p
	}
	close(next)
	group.Wait()
}
