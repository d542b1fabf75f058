package drivers_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	_ "modernc.org/sqlite"
)

var rows = flag.Int("rows", 1_000_000, "rows loaded into each driver's database")

// Rows loaded in one transaction.
const chunk = 50_000

const schema = `CREATE TABLE IF NOT EXISTS versions (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	customer TEXT NOT NULL,
	number INTEGER NOT NULL,
	valid_from TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	settings BLOB NOT NULL,
	UNIQUE (customer, number)
) STRICT`

const insert = `INSERT INTO versions (customer, number, valid_from, recorded_at, actor, settings) VALUES (?, ?, ?, ?, ?, ?)`

// driver is one contender and how its data source name spells the same settings.
type driver struct {
	name string
	dsn  func(path string) string
}

var drivers = []driver{
	{"sqlite3", func(path string) string {
		return "file:" + path + "?" + url.Values{
			"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"5000"},
			"_foreign_keys": {"on"}, "_txlock": {"immediate"},
		}.Encode()
	}},
	{"sqlite", func(path string) string {
		return "file:" + path + "?" + url.Values{"_txlock": {"immediate"}, "_pragma": {
			"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(on)",
		}}.Encode()
	}},
}

func label(d driver) string {
	if d.name == "sqlite3" {
		return "mattn"
	}
	return "modernc"
}

func customer(i int) string { return fmt.Sprintf("customer-%09d", i) }

func open(tb testing.TB, d driver, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open(d.name, d.dsn(path))
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		tb.Fatal(err)
	}
	return db
}

func load(tb testing.TB, db *sql.DB, n int) {
	tb.Helper()
	settings := make([]byte, 200)
	random := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < n; from += chunk {
		tx, err := db.Begin()
		if err != nil {
			tb.Fatal(err)
		}
		stmt, err := tx.Prepare(insert)
		if err != nil {
			tb.Fatal(err)
		}
		for i := from; i < min(n, from+chunk); i++ {
			settings[random.IntN(len(settings))]++
			if _, err := stmt.Exec(customer(i), 1, "2026-03-02", int64(1), "importer", settings); err != nil {
				tb.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkLoad writes all rows, in key order, in transactions of chunk rows.
func BenchmarkLoad(b *testing.B) {
	for _, d := range drivers {
		b.Run(label(d), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				db := open(b, d, filepath.Join(b.TempDir(), "x.db"))
				load(b, db, *rows)
				db.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(*rows), "ns/row")
		})
	}
}

// BenchmarkPut commits one row a transaction, durably.
func BenchmarkPut(b *testing.B) {
	for _, d := range drivers {
		b.Run(label(d), func(b *testing.B) {
			db := open(b, d, filepath.Join(b.TempDir(), "x.db"))
			defer db.Close()
			stmt, err := db.Prepare(insert)
			if err != nil {
				b.Fatal(err)
			}
			settings := make([]byte, 200)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := stmt.Exec(customer(i), 1, "2026-03-02", int64(1), "importer", settings); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead reads one customer at random among all rows, with and without
// a context that can be cancelled.
func BenchmarkRead(b *testing.B) {
	for _, d := range drivers {
		db := open(b, d, filepath.Join(b.TempDir(), "x.db"))
		load(b, db, *rows)
		stmt, err := db.Prepare(`SELECT number, settings FROM versions WHERE customer = ? ORDER BY number`)
		if err != nil {
			b.Fatal(err)
		}
		cancellable, cancel := context.WithCancel(b.Context())
		for _, ctx := range []context.Context{context.Background(), cancellable} {
			b.Run(fmt.Sprintf("%s/cancellable=%t", label(d), ctx.Done() != nil), func(b *testing.B) {
				random := rand.New(rand.NewPCG(3, 4))
				var number int
				var settings []byte
				b.ReportAllocs()
				for b.Loop() {
					if err := stmt.QueryRowContext(ctx, customer(random.IntN(*rows))).Scan(&number, &settings); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		cancel()
		db.Close()
	}
}

// BenchmarkReopen opens the full database and reads one row.
func BenchmarkReopen(b *testing.B) {
	for _, d := range drivers {
		path := filepath.Join(b.TempDir(), "x.db")
		db := open(b, d, path)
		load(b, db, *rows)
		db.Close()
		b.Run(label(d), func(b *testing.B) {
			b.ReportAllocs()
			var n int
			for b.Loop() {
				db := open(b, d, path)
				if err := db.QueryRow(`SELECT number FROM versions WHERE customer = ?`, customer(7)).Scan(&n); err != nil {
					b.Fatal(err)
				}
				db.Close()
			}
		})
	}
}
