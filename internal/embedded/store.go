package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"domicile/internal/atlas"
)

// FileName is the name of the database file in the store's directory. SQLite
// keeps its write-ahead log beside it, in FileName-wal and FileName-shm.
const FileName = "domicile.db"

// DefaultWait is how long a call without a deadline waits for another process's
// write when [Options] does not say.
const DefaultWait = 10 * time.Second

// Options adjust a store. The zero value is what every command uses.
type Options struct {
	// Wait bounds how long a call whose context has no deadline waits for
	// another process to finish writing. Zero means DefaultWait.
	Wait time.Duration
}

// Store keeps customers' settings in one directory of this machine. It
// implements [atlas.Store], is safe for concurrent use, and may be open in
// several processes at once.
type Store struct {
	path    string
	file    os.FileInfo // the file at path when it was opened
	wait    time.Duration
	writer  *sql.DB // one connection: the writes of this process queue here
	readers *sql.DB
	stmts   statements
	closed  atomic.Bool
}

// statements are the prepared statements of a store.
type statements struct {
	newest, insert               *sql.Stmt // on the writer
	versions, customers, changes *sql.Stmt // on the readers
	page                         *sql.Stmt
}

var _ atlas.Store = (*Store)(nil)

// Open opens the store in directory dir. A directory that does not exist is
// created for this user alone (0700), an empty one gets a new database, and a
// database of an older version of Domicile is brought up to date.
//
// The error names the file and the fix where the database was written by a
// newer version, is damaged, belongs to another program, or cannot be written
// by this user.
func Open(ctx context.Context, dir string, opts Options) (*Store, error) {
	path, err := prepareDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{path: path, wait: opts.Wait}
	if s.wait <= 0 {
		s.wait = DefaultWait
	}
	s.writer = connect(path, false)
	s.writer.SetMaxOpenConns(1)
	s.readers = connect(path, true)
	s.readers.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	s.readers.SetMaxIdleConns(max(4, runtime.GOMAXPROCS(0)))
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// String names the file of the store.
func (s *Store) String() string { return s.path }

// prepareDir makes dir and returns the path of the database in it.
func prepareDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no directory is given: name the one that keeps the data")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("%w: name a directory that this user can create or write", err)
	}
	path := filepath.Join(dir, FileName)
	for _, name := range []string{dir, path, path + "-wal", path + "-shm"} {
		if err := checkAccess(name); err != nil {
			return "", err
		}
	}
	return path, nil
}

// checkAccess asks whether this user may read and write name, if it exists.
// SQLite would open a read-only file for reading and leave a log beside it that
// nobody can write. Opening the file here to find out is no way: closing it
// would drop the locks that this process holds through SQLite.
func checkAccess(name string) error {
	const readWrite = 4 | 2 // R_OK and W_OK of POSIX
	err := syscall.Access(name, readWrite)
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%s: %w: let this user read and write it", name, err)
}

// start brings the database into the state that the statements need.
func (s *Store) start(ctx context.Context) error {
	steps := []func(context.Context) error{s.checkOwner, s.useWriteAheadLog, s.migrate, s.prepare}
	for _, step := range steps {
		if err := s.patiently(ctx, "open store", step); err != nil {
			return err
		}
	}
	file, err := os.Stat(s.path)
	if err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	s.file = file
	return nil
}

// prepare compiles the statements.
func (s *Store) prepare(ctx context.Context) error {
	for _, p := range []struct {
		stmt **sql.Stmt
		db   *sql.DB
		text string
	}{
		{&s.stmts.newest, s.writer, selectNewest},
		{&s.stmts.insert, s.writer, insertVersion},
		{&s.stmts.versions, s.readers, selectVersions},
		{&s.stmts.customers, s.readers, selectCustomers},
		{&s.stmts.changes, s.readers, selectChanges},
		{&s.stmts.page, s.readers, selectPage},
	} {
		stmt, err := p.db.PrepareContext(ctx, p.text)
		if err != nil {
			return err
		}
		*p.stmt = stmt
	}
	return nil
}

// Ping reports whether the store can answer: its file is still the one that was
// opened, and reading it works.
func (s *Store) Ping(ctx context.Context) error {
	return s.patiently(ctx, "ping", func(ctx context.Context) error {
		if err := s.inPlace(); err != nil {
			return err
		}
		_, err := s.readChanges(ctx, 0, 1)
		return err
	})
}

// inPlace checks that nobody moved, removed or replaced the database file. A
// process that still has it open would go on writing into a file that no other
// process can see.
func (s *Store) inPlace() error {
	now, err := os.Stat(s.path)
	if err != nil || !os.SameFile(now, s.file) {
		return errReplaced
	}
	return nil
}

// Close ends the use of the store. The last process to close it merges the
// write-ahead log into the database. Calls after Close fail; a second Close
// does nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	// The writer goes last: the readers may not merge the log.
	if err := errors.Join(s.readers.Close(), s.writer.Close()); err != nil {
		return s.explain("close store", err)
	}
	return nil
}
