package embedded

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"domicile/internal/atlas"
)

// What goes wrong without SQLite noticing.
var (
	errClosed   = errors.New("the store is closed")
	errReplaced = errors.New("the file was moved, removed or replaced while it was open")
	errForeign  = errors.New("the file is a database of another program")
	errNoLog    = errors.New("the file system cannot share a write-ahead log")
)

// newerError is a database whose schema this version does not know.
type newerError struct{ found, known int }

func (e newerError) Error() string {
	return fmt.Sprintf("it has schema version %d and this program knows up to %d", e.found, e.known)
}

// isBusy reports whether err only says that another connection holds a lock.
func isBusy(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) &&
		(e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked || e.Code == sqlite3.ErrProtocol)
}

// isInterrupted reports whether err is what the end of a context leaves behind:
// SQLite says that it was interrupted, and database/sql has several words for a
// transaction that it already rolled back.
func isInterrupted(err error) bool {
	var e sqlite3.Error
	return !errors.As(err, &e) || e.Code == sqlite3.ErrInterrupt
}

// explain adds to err what was being done, which file is concerned and what to
// do about it. It wraps [atlas.ErrStoreUnavailable] where trying again later
// can help without anybody repairing the file.
func (s *Store) explain(doing string, err error) error {
	fix, retry := advise(err)
	switch {
	case fix == "":
		return fmt.Errorf("%s: %w", doing, err)
	case retry:
		return fmt.Errorf("%s: %s: %w: %w: %s", doing, s.path, atlas.ErrStoreUnavailable, err, fix)
	default:
		return fmt.Errorf("%s: %s: %w: %s", doing, s.path, err, fix)
	}
}

// advise returns what a person can do about err, and whether a caller may just
// try again; no advice means that the error speaks for itself.
func advise(err error) (fix string, retry bool) {
	var newer newerError
	var lite sqlite3.Error
	switch {
	case errors.Is(err, errReplaced):
		return "put the file back, or restart every process that uses it", true
	case errors.Is(err, errForeign):
		return "name another directory", false
	case errors.Is(err, errNoLog):
		return "keep the store on a local disk", false
	case errors.As(err, &newer):
		return "use the version of domicile that wrote it, or a newer one", false
	case errors.As(err, &lite):
		return adviseSQLite(lite)
	}
	return "", false
}

func adviseSQLite(err sqlite3.Error) (fix string, retry bool) {
	full := err.SystemErrno == syscall.ENOSPC || err.SystemErrno == syscall.EDQUOT
	switch err.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
		return "another process is writing: try again, or find and end it", true
	case sqlite3.ErrFull:
		return "free space on the disk, then try again", true
	case sqlite3.ErrIoErr:
		if full {
			return "free space on the disk, then try again", true
		}
		return "look for disk errors in the system's log, then try again", true
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return "let this user write the file and its directory", false
	case sqlite3.ErrCantOpen:
		return "let this user read and write the file and its directory, on a disk with free space", false
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return "restore a backup, or move the file away and salvage it with sqlite3's .recover", false
	}
	return "this should not happen: check the file with sqlite3's PRAGMA integrity_check", false
}
