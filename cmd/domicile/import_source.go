package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"

	"domicile/internal/settings"
)

// settingsSource is what import reads: a settings file or a tar archive of them,
// plain or packed with gzip.
type settingsSource struct {
	name    string
	raw     io.Reader
	file    *os.File // nil where it can be read only once
	start   int64    // of the file, where reading began
	size    int64    // from there on; 0 where nobody knows
	read    atomic.Int64
	text    *bufio.Reader // unpacked
	archive bool
	close   func() error
}

func (a *app) openSettings(name string) (*settingsSource, error) {
	s := &settingsSource{name: filepath.Base(name), raw: a.stdin, close: func() error { return nil }}
	f, _ := a.stdin.(*os.File)
	if name != "-" {
		var err error
		if f, err = os.Open(name); err != nil {
			return nil, err
		}
		s.raw, s.close = f, f.Close
	}
	if err := s.repeatable(f); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// repeatable finds out whether the source can be read twice.
func (s *settingsSource) repeatable(f *os.File) error {
	if f == nil {
		return nil
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory: pack its files as one (tar cf - %s | domicile import -)", s.name, s.name)
	case !info.Mode().IsRegular():
		return nil
	}
	if s.start, err = f.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	s.file, s.size = f, max(info.Size()-s.start, 0)
	return nil
}

// open begins at the beginning, and unpacks.
func (s *settingsSource) open() error {
	s.read.Store(0)
	s.text = bufio.NewReaderSize(&countedReader{s.raw, &s.read}, 1<<16)
	if head, _ := s.text.Peek(2); string(head) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(s.text)
		if err != nil {
			return s.failed(err)
		}
		s.text = bufio.NewReaderSize(unpacked, 1<<16)
	}
	head, _ := s.text.Peek(262)
	s.archive = len(head) == 262 && string(head[257:]) == "ustar"
	return nil
}

type countedReader struct {
	io.Reader
	n *atomic.Int64
}

func (r *countedReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.n.Add(int64(n))
	return n, err
}

// unread gives back the beginning that was read.
func (s *settingsSource) unread(data []byte) error {
	if s.file != nil {
		return s.rewind()
	}
	s.text = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(data), s.text), 1<<16)
	return nil
}

func (s *settingsSource) rewind() error {
	if _, err := s.file.Seek(s.start, io.SeekStart); err != nil {
		return err
	}
	return s.open()
}

func (s *settingsSource) failed(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, tar.ErrHeader) {
		return fmt.Errorf("read %s: %w: it is damaged, or not all of it is there; get it again", s.name, err)
	}
	return fmt.Errorf("read %s: %w", s.name, err)
}

// filePart is a part of a settings file.
type filePart struct {
	settings.Part
	file string
}

// parts reads all parts of all files. With [settings.Problems] comes the part that
// has them; after any other error there is nothing more.
func (s *settingsSource) parts(ref *reference) iter.Seq2[filePart, error] {
	return func(yield func(filePart, error) bool) {
		given, some := settings.NewGiven(), false
		for file, err := range s.files() {
			if err != nil {
				yield(filePart{}, err)
				return
			}
			all := settings.NewParts(file, file.name, &ref.catalog, given)
			for {
				part, err := all.Next()
				if err == io.EOF {
					break
				}
				some = true
				var wrong settings.Problems
				if err != nil && !errors.As(err, &wrong) {
					err = s.failed(err)
				}
				if !yield(filePart{part, file.name}, err) || err != nil && wrong == nil {
					return
				}
			}
		}
		if !some {
			yield(filePart{}, fmt.Errorf("%s holds no customer: write one customer a document", s.name))
		}
	}
}

// namedFile is a file of an archive, or all there is.
type namedFile struct {
	io.Reader
	name string
}

func (s *settingsSource) files() iter.Seq2[namedFile, error] {
	return func(yield func(namedFile, error) bool) {
		if !s.archive {
			yield(namedFile{s.text, s.name}, nil)
			return
		}
		archive := tar.NewReader(s.text)
		for {
			head, err := archive.Next()
			switch {
			case err == io.EOF:
				return
			case err != nil:
				yield(namedFile{}, s.failed(err))
				return
			case head.Typeflag != tar.TypeReg || strings.HasPrefix(path.Base(head.Name), "."):
				continue
			}
			if !yield(namedFile{archive, s.name + ":" + head.Name}, nil) {
				return
			}
		}
	}
}

// ahead reads what comes next while what was read is worked on.
func ahead[T any](ctx context.Context, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	type item struct {
		value T
		err   error
	}
	return func(yield func(T, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		items := make(chan item, 1)
		go func() {
			defer close(items)
			for value, err := range seq {
				select {
				case items <- item{value, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		defer func() {
			stop()
			for range items { // until the reader has let go of the source
			}
		}()
		for x := range items {
			if !yield(x.value, x.err) {
				return
			}
		}
	}
}
