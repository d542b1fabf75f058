package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
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
// earlier copy of it ended or broke off, it goes on there. What can be read once only, such as a
// pipe, is read as a stream is.
func (in *Ingester) File(ctx context.Context, path string) (*Result, error) {
	once, err := comesOnce(path)
	if err != nil {
		return nil, fmt.Errorf("ingest %s: %w", path, err)
	}
	if once {
		return in.pipe(ctx, path)
	}
	before, err := in.Store.Beginnings(ctx, clip(filepath.Base(path)))
	if err != nil {
		return nil, fmt.Errorf("ingest %s: %w", path, err)
	}
	src, err := identify(ctx, path, before)
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

// comesOnce reports whether what is at a path is no file that can be read again.
func comesOnce(path string) (bool, error) {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir(), err
}

// pipe reads what comes once. A pipe opens when somebody writes to it.
func (in *Ingester) pipe(ctx context.Context, path string) (*Result, error) {
	type opened struct {
		*os.File
		error
	}
	open := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		open <- opened{f, err}
	}()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("ingest %s: nobody wrote to it: %w", path, ctx.Err())
	case o := <-open:
		if o.error != nil {
			return nil, fmt.Errorf("ingest %s: %w", path, o.error)
		}
		defer o.Close()
		return in.Stream(ctx, filepath.Base(path), o.File)
	}
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
// with files of before.
func identify(ctx context.Context, path string, before []evidence.File) (s source, err error) {
	s = source{name: filepath.Base(path), open: func() (io.ReadCloser, error) { return os.Open(path) }}
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	slices.SortFunc(before, func(a, b evidence.File) int { return cmp.Compare(a.Size, b.Size) })
	h, from := sha256.New(), &cancelled{ctx, f}
	for i := range before {
		n, err := io.CopyN(h, from, before[i].Size-s.size)
		if s.size += n; err == io.EOF {
			break
		} else if err != nil {
			return s, err
		}
		if evidence.Digest(h.Sum(nil)) == before[i].Digest {
			s.follows = &before[i]
		}
	}
	n, err := io.Copy(h, from)
	s.size += n
	s.digest = evidence.Digest(h.Sum(nil))
	if s.follows != nil && s.follows.Digest == s.digest {
		s.follows = nil // the same file again
	}
	return s, err
}

// ErrChanged: a file is not what it was when it was named.
var ErrChanged = errors.New("the file changed while it was read; what was read until then is recorded; ingest it again when nobody writes to it")

// checked reads no more than the file had when it was named, and knows whether that was
// the same.
func (r *reading) checked(body io.Reader) io.Reader {
	if r.naming != nil {
		return body
	}
	h := sha256.New()
	tee := io.TeeReader(io.LimitReader(body, r.size), h)
	r.check = func() error {
		if _, err := io.Copy(io.Discard, tee); err != nil {
			return err
		}
		if evidence.Digest(h.Sum(nil)) != r.digest {
			return ErrChanged
		}
		return nil
	}
	return tee
}

// interruptible reads from another goroutine, so that nobody waits longer than the context
// lasts. Close it.
func interruptible(ctx context.Context, from io.Reader) io.ReadCloser {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, from)
		in.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	return out
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
	ctx, end := context.WithCancel(ctx)
	defer end()
	body := interruptible(ctx, log)
	defer body.Close()
	return in.stream(ctx, source{name: name, fields: in.Fields}, body)
}

func (in *Ingester) stream(ctx context.Context, src source, log io.Reader) (*Result, error) {
	begun := in.Clock()
	h := sha256.New()
	tee := io.TeeReader(&cancelled{ctx, log}, h)
	w := in.newWorker()
	defer in.workers.Put(w)
	w.skip(nil)
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
