package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run is either the comparison or, with a leading "measure", one way in a process of
// its own.
func run(args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == "measure" {
		return measure(args[1:], out)
	}
	flags := flag.NewFlagSet("ingest", flag.ContinueOnError)
	lines := flags.Int("lines", 1_000_000, "lines of the log")
	clients := flags.Int("clients", 50_000, "visitors")
	rounds := flags.Int("rounds", 3, "rounds; the best of each way counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ingest")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	f, err := makeFixture(dir, *lines, *clients)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d lines of %d bytes, gzip %.1f:1, %d visitors, %d networks\n",
		*lines, f.plainBytes/int64(*lines), float64(f.plainBytes)/float64(f.gzipBytes), *clients, f.networks)
	best, err := compete(f, *rounds)
	if err != nil {
		return err
	}
	return report(out, f, best)
}

// compete runs every way in turn, several times, and keeps the best of each.
func compete(f *fixture, rounds int) (map[string]result, error) {
	best := map[string]result{}
	for range rounds {
		for _, way := range ways {
			r, err := way.run(f, way.name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", way.name, err)
			}
			if b, ok := best[way.name]; !ok || r.NanosALine < b.NanosALine {
				best[way.name] = r
			}
		}
	}
	return best, nil
}

var ways = []struct {
	name string
	run  func(*fixture, string) (result, error)
}{
	{"domicile", inProcess}, {"domicile-four", inProcess}, {"domicile-scan", inProcess}, {"domicile-ingest", inProcess},
	{"plain", inProcess},
	{"duckdb-asof", inDuckDB}, {"duckdb-distinct", inDuckDB}, {"duckdb-nojoin", inDuckDB},
}

// result of one way.
type result struct {
	NanosALine float64 // processor time
	MaxMiB     float64 // of resident memory
	Lines      uint64
	Groups     int
	Digest     string // of the groups
}

var errDiffer = errors.New("the ways count differently")

func report(out io.Writer, f *fixture, best map[string]result) error {
	for _, way := range ways {
		r := best[way.name]
		_, _ = fmt.Fprintf(out, "%-16s %8.0f ns/line %7.0f MiB %9d lines %8d groups %.12s\n", way.name, r.NanosALine, r.MaxMiB, r.Lines, r.Groups, r.Digest)
	}
	own := best["domicile"].NanosALine
	duck := min(best["duckdb-asof"].NanosALine, best["duckdb-distinct"].NanosALine)
	_, _ = fmt.Fprintf(out, "domicile is %.2f times as fast as duckdb with the join, %.2f without, %.1f times as fast as the plain way\n",
		duck/own, best["duckdb-nojoin"].NanosALine/own, best["plain"].NanosALine/own)
	four := best["domicile-four"].Digest
	if best["domicile"].Digest != best["plain"].Digest || best["duckdb-asof"].Digest != four || best["duckdb-distinct"].Digest != four {
		return errDiffer
	}
	for _, way := range ways {
		if best[way.name].Lines != uint64(f.lines) {
			return fmt.Errorf("%s counted %d of %d lines: %w", way.name, best[way.name].Lines, f.lines, errDiffer)
		}
	}
	return nil
}

// path of a file of the fixture.
func (f *fixture) path(name string) string { return filepath.Join(f.dir, name) }

// sorted is a copy in order, to digest.
func sorted(rows []string) []string {
	rows = slices.Clone(rows)
	slices.Sort(rows)
	return rows
}
