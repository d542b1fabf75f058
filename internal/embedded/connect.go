package embedded

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/mattn/go-sqlite3"
)

// perConnection is what a connection needs beyond the data source name: after
// a large import the write-ahead log shrinks back to 64 MiB.
const perConnection = "PRAGMA journal_size_limit = 67108864"

// How long a call pauses before it asks for a lock again.
const (
	firstPause   = time.Millisecond
	longestPause = 8 * time.Millisecond
)

// connector opens connections to one database file.
type connector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// connect returns a pool of connections to the database at path; nothing is
// opened until the first use.
//
// SQLite's own busy timeout is off: it sleeps inside C, deaf to the context.
// Every call goes through patiently instead.
func connect(path string, readOnly bool) *sql.DB {
	settings := url.Values{
		"_busy_timeout": {"0"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_txlock":       {"immediate"},
	}
	if readOnly {
		settings.Set("_query_only", "on")
	}
	file := url.URL{Path: path}
	return sql.OpenDB(connector{
		driver: &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
			_, err := c.Exec(perConnection, nil)
			return err
		}},
		dsn: "file:" + file.EscapedPath() + "?" + settings.Encode(),
	})
}

// patiently calls f until it no longer fails because another process holds a
// lock, or the call's time is over: the context's, or the store's patience where
// the context has no deadline. f must leave nothing behind when it fails. The
// error is explained: it names what was being done, the file and the fix.
func (s *Store) patiently(ctx context.Context, doing string, f func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return s.explain(doing, err)
	}
	if s.closed.Load() {
		return s.explain(doing, errClosed)
	}
	_, limited := ctx.Deadline()
	patience := time.Now().Add(s.wait)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := f(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil && isInterrupted(err):
			return s.explain(doing, ctx.Err())
		case !isBusy(err):
			return s.explain(doing, err)
		case !limited && time.Now().After(patience):
			return s.explain(doing, err)
		}
		select {
		case <-ctx.Done():
			return s.explain(doing, fmt.Errorf("%w: %w", ctx.Err(), err))
		case <-time.After(pause/2 + rand.N(pause)):
		}
	}
}
