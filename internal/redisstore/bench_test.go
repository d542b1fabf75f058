package redisstore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// Of the filled store: customers, versions of each, bytes of settings.
const (
	benchCustomers = 20_000
	benchVersions  = 3
	benchBytes     = 200
)

// benchKey is what redis-benchmark reads and writes.
const benchKey = "x"

func benchID(i int) string { return fmt.Sprintf("customer-%09d", i) }

// settingsOf returns settings of benchBytes that differ for each n.
func settingsOf(n int) string {
	text := fmt.Sprintf(`{"version":%d,"name":"`, n)
	return text + strings.Repeat("x", benchBytes-len(text)-2) + `"}`
}

func batchOf(from, size, n int) []atlas.Write {
	writes := make([]atlas.Write, size)
	for i := range writes {
		writes[i] = settingsWrite(benchID(from+i), atlas.AnyVersion, settingsOf(n))
	}
	return writes
}

func fillStore(b *testing.B, s atlas.Store) {
	b.Helper()
	for n := range benchVersions {
		for from := 0; from < benchCustomers; from += 5000 {
			if _, err := s.Append(b.Context(), time.Now(), batchOf(from, 5000, n)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// within returns the kind of context that a server gives to each call.
func within(b *testing.B) context.Context {
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	b.Cleanup(cancel)
	return ctx
}

// deployments are what each benchmark runs on; both sync to the disk before
// they answer.
func deployments(b *testing.B, f func(b *testing.B, s *redisstore.Store, server *redistest.Server)) {
	b.Run("server", func(b *testing.B) {
		server := redistest.Start(b)
		f(b, openAt(b, server.Address(), redisstore.Options{}), server)
	})
	b.Run("cluster", func(b *testing.B) {
		c := redistest.StartCluster(b)
		f(b, openAt(b, c.Address(), redisstore.Options{}), c.PrimaryOf(b, benchKey))
	})
}

// floor runs redis-benchmark against a server and returns nanoseconds for one
// command.
func floor(b *testing.B, s *redistest.Server, clients, pipeline int, command ...string) float64 {
	b.Helper()
	args := append([]string{"-p", s.Port, "-n", "20000", "-c", strconv.Itoa(clients), "-P", strconv.Itoa(pipeline), "--csv"}, command...)
	out, err := exec.Command("redis-benchmark", args...).Output()
	if err != nil {
		b.Fatalf("redis-benchmark: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	fields := strings.Split(lines[len(lines)-1], `","`)
	if len(fields) < 2 {
		b.Fatalf("redis-benchmark said %q", out)
	}
	perSecond, err := strconv.ParseFloat(strings.Trim(fields[1], `"`), 64)
	if err != nil || perSecond == 0 {
		b.Fatalf("redis-benchmark said %q", out)
	}
	return 1e9 / perSecond
}

// compare reports how many commands of redis-benchmark one operation costs.
func compare(b *testing.B, floor float64, operations int) {
	each := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(operations)
	b.ReportMetric(each, "ns/row")
	b.ReportMetric(each/floor, "×redis-benchmark")
}

// BenchmarkAppend appends one version, one after the other.
func BenchmarkAppend(b *testing.B) {
	deployments(b, func(b *testing.B, s *redisstore.Store, server *redistest.Server) {
		base, ctx := floor(b, server, 1, 1, "SET", benchKey, settingsOf(0)), within(b)
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			if _, err := s.Append(ctx, time.Now(), batchOf(n, 1, n)); err != nil {
				b.Fatal(err)
			}
		}
		compare(b, base, 1)
	})
}

// BenchmarkAppendTogether appends one version from each of 50 writers at once.
func BenchmarkAppendTogether(b *testing.B) {
	deployments(b, func(b *testing.B, s *redisstore.Store, server *redistest.Server) {
		base, ctx := floor(b, server, 50, 1, "SET", benchKey, settingsOf(0)), within(b)
		var n atomic.Int64
		b.ReportAllocs()
		b.SetParallelism(25)
		b.ResetTimer()
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				i := int(n.Add(1))
				if _, err := s.Append(ctx, time.Now(), batchOf(i, 1, i)); err != nil {
					b.Error(err)
				}
			}
		})
		compare(b, base, 1)
	})
}

// BenchmarkAppendBatch appends a thousand versions in one step.
func BenchmarkAppendBatch(b *testing.B) {
	const size = 1000
	deployments(b, func(b *testing.B, s *redisstore.Store, server *redistest.Server) {
		base, ctx := floor(b, server, 1, size, "SET", benchKey, settingsOf(0)), within(b)
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			if _, err := s.Append(ctx, time.Now(), batchOf(n*size, size, n)); err != nil {
				b.Fatal(err)
			}
		}
		compare(b, base, size)
	})
}

// BenchmarkVersions reads the versions of one customer at random.
func BenchmarkVersions(b *testing.B) {
	deployments(b, func(b *testing.B, s *redisstore.Store, server *redistest.Server) {
		fillStore(b, s)
		base, ctx := floor(b, server, 1, 1, "GET", benchKey), within(b)
		random := rand.New(rand.NewPCG(1, 2))
		b.ReportAllocs()
		for b.Loop() {
			versions, err := s.Versions(ctx, benchID(random.IntN(benchCustomers)))
			if err != nil || len(versions) != benchVersions {
				b.Fatal(len(versions), err)
			}
		}
		compare(b, base, 1)
	})
}

// BenchmarkCustomers lists a page of a thousand customers at a random place.
func BenchmarkCustomers(b *testing.B) {
	const page = 1000
	deployments(b, func(b *testing.B, s *redisstore.Store, server *redistest.Server) {
		fillStore(b, s)
		base, ctx := floor(b, server, 1, page, "GET", benchKey), within(b)
		random := rand.New(rand.NewPCG(1, 2))
		b.ReportAllocs()
		for b.Loop() {
			refs, err := s.Customers(ctx, benchID(random.IntN(benchCustomers-page-1)), page)
			if err != nil || len(refs) != page {
				b.Fatal(len(refs), err)
			}
		}
		compare(b, base, page)
	})
}

// BenchmarkChanges reads the changes in pages of a thousand.
func BenchmarkChanges(b *testing.B) {
	const page = 1000
	deployments(b, func(b *testing.B, s *redisstore.Store, server *redistest.Server) {
		fillStore(b, s)
		base, ctx := floor(b, server, 1, page, "GET", benchKey), within(b)
		var after int64
		b.ReportAllocs()
		for b.Loop() {
			changes, err := s.Changes(ctx, after, page)
			if err != nil {
				b.Fatal(err)
			}
			if after = 0; len(changes) == page {
				after = changes[page-1].Seq
			}
		}
		compare(b, base, page)
	})
}
