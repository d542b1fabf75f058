package embedded_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
)

// Of the filled store: customers, versions of each, bytes of settings.
const (
	benchCustomers = 100_000
	benchVersions  = 3
	benchBytes     = 200
)

func benchID(i int) string { return fmt.Sprintf("customer-%09d", i) }

// settingsOf returns settings of benchBytes that differ for each n.
func settingsOf(n int) []byte {
	text := fmt.Sprintf(`{"version":%d,"name":"`, n)
	return []byte(text + strings.Repeat("x", benchBytes-len(text)-2) + `"}`)
}

// filled returns a store with benchCustomers, loaded as an import does.
func filled(b *testing.B) *embedded.Store {
	b.Helper()
	s := open(b, b.TempDir())
	for n := range benchVersions {
		for from := 0; from < benchCustomers; from += 10_000 {
			if _, err := s.Append(b.Context(), time.Now(), batchOf(from, 10_000, n)); err != nil {
				b.Fatal(err)
			}
		}
	}
	return s
}

func batchOf(from, size, n int) []atlas.Write {
	writes := make([]atlas.Write, size)
	for i := range writes {
		writes[i] = oneWrite(benchID(from + i))[0]
		writes[i].Expect = atlas.AnyVersion
		writes[i].Settings = settingsOf(n)
	}
	return writes
}

// within returns the kind of context that a server gives to each call.
func within(b *testing.B) context.Context {
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	b.Cleanup(cancel)
	return ctx
}

// BenchmarkAppend appends one version, durably.
func BenchmarkAppend(b *testing.B) {
	s, ctx := open(b, b.TempDir()), within(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := s.Append(ctx, time.Now(), batchOf(n, 1, n)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBareInsert is the floor of BenchmarkAppend: SQLite alone, one row a
// transaction, just as durable.
func BenchmarkBareInsert(b *testing.B) {
	dir := b.TempDir()
	open(b, dir)
	db := raw(b, dir)
	if _, err := db.Exec("PRAGMA synchronous = FULL"); err != nil {
		b.Fatal(err)
	}
	stmt, err := db.Prepare(`INSERT INTO versions (customer, number, valid_from, recorded_at, actor, settings) VALUES (?, 1, '2026-03-02', 0, 'importer', ?)`)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := stmt.Exec(benchID(n), settingsOf(n)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendRepeated appends what is there already.
func BenchmarkAppendRepeated(b *testing.B) {
	s, ctx := open(b, b.TempDir()), within(b)
	writes := batchOf(0, 1, 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Append(ctx, time.Now(), writes); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendBatch appends a thousand versions in one step.
func BenchmarkAppendBatch(b *testing.B) {
	const size = 1000
	s, ctx := open(b, b.TempDir()), within(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if _, err := s.Append(ctx, time.Now(), batchOf(n*size, size, n)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/version")
}

// BenchmarkVersions reads the versions of one customer at random.
func BenchmarkVersions(b *testing.B) {
	s, ctx := filled(b), within(b)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		versions, err := s.Versions(ctx, benchID(random.IntN(benchCustomers)))
		if err != nil || len(versions) != benchVersions {
			b.Fatal(len(versions), err)
		}
	}
}

// BenchmarkCustomers lists a page of a thousand customers at a random place.
func BenchmarkCustomers(b *testing.B) {
	const page = 1000
	s, ctx := filled(b), within(b)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		refs, err := s.Customers(ctx, benchID(random.IntN(benchCustomers-page-1)), page)
		if err != nil || len(refs) != page {
			b.Fatal(len(refs), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/page, "ns/customer")
}

// BenchmarkChanges reads a page of a thousand changes at a random place.
func BenchmarkChanges(b *testing.B) {
	const page = 1000
	s, ctx := filled(b), within(b)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		changes, err := s.Changes(ctx, random.Int64N(benchCustomers*benchVersions-page-1), page)
		if err != nil || len(changes) != page {
			b.Fatal(len(changes), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/page, "ns/change")
}

// BenchmarkOpen opens a filled store and closes it.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	if _, err := s.Append(b.Context(), time.Now(), batchOf(0, benchCustomers, 0)); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s, err := embedded.Open(b.Context(), dir, embedded.Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
