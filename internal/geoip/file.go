package geoip

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// file is the database on disk, and what became of it when it was last read.
type file struct {
	path  string
	limit int64
	tried fs.FileInfo // the version that was last read, accepted or not
	err   error       // why it was refused
}

// Refresh opens the file again if it has been replaced, told by its identity, size
// and time of change, and reports whether another database answers from now on.
// A file that is gone or broken is an error, and the database in use stays: it is
// read once, and the same error is given until it changes. Safe to call at any
// time; look-ups never wait for it. A database in memory never changes.
func (db *DB) Refresh() (bool, error) {
	if db.file == nil {
		return false, nil
	}
	db.refresh.Lock()
	defer db.refresh.Unlock()
	changed, err := db.reload()
	if err != nil {
		err = fmt.Errorf("geoip: open %s: %w", db.file.path, err)
		db.problem.Store(&err)
		return false, err
	}
	db.problem.Store(nil)
	return changed, nil
}

// Problem is the error of the last Refresh, or nil. The database in use is then
// an older one than the file.
func (db *DB) Problem() error {
	if err := db.problem.Load(); err != nil {
		return *err
	}
	return nil
}

// Watch calls Refresh at every tick until ctx ends or ticks closes, and reports each
// replacement, and each error once. It runs in the caller's goroutine.
func (db *DB) Watch(ctx context.Context, ticks <-chan time.Time, report func(Info, error)) {
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-ticks:
			if !open {
				return
			}
		}
		changed, err := db.Refresh()
		switch {
		case err == nil:
			told = ""
			if changed {
				report(db.Info(), nil)
			}
		case err.Error() != told:
			told = err.Error()
			report(db.Info(), err)
		}
	}
}

// reload reads the file if it is not the version that was last read.
func (db *DB) reload() (bool, error) {
	f := db.file
	now, err := os.Stat(f.path)
	if err != nil {
		return false, reason(err)
	}
	if f.tried != nil && sameVersion(f.tried, now) {
		return false, f.err
	}
	data, read, err := f.read()
	if err != nil {
		return false, err
	}
	generation := uint32(1)
	if s := db.current.Load(); s != nil {
		generation = s.generation + 1
	}
	s, err := newSnapshot(data, db.fence, generation)
	f.tried, f.err = read, err
	if err != nil {
		return false, err
	}
	db.current.Store(s)
	return true, nil
}

// read is the file's bytes and the version that they are.
func (f *file) read() ([]byte, fs.FileInfo, error) {
	opened, err := os.Open(f.path)
	if err != nil {
		return nil, nil, reason(err)
	}
	defer opened.Close()
	before, err := opened.Stat()
	if err != nil {
		return nil, nil, reason(err)
	}
	if !before.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%w: not a regular file", ErrFormat)
	}
	if before.Size() > f.limit {
		return nil, nil, fmt.Errorf("%d bytes, the limit is %d: %w", before.Size(), f.limit, ErrTooLarge)
	}
	data := make([]byte, before.Size())
	if _, err := io.ReadFull(opened, data); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrChanging, reason(err))
	}
	after, err := opened.Stat()
	if err != nil {
		return nil, nil, reason(err)
	}
	if !sameVersion(before, after) {
		return nil, nil, ErrChanging
	}
	return data, before, nil
}

func sameVersion(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// reason drops the operation and path from a file error: the caller names both.
func reason(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
