package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
)

const ingestLong = `Ingest reads edge logs and keeps what they show: how many events of which
customer's names which site handled, hour by hour. Client addresses become a
country, and a cell of the map where the address database is precise enough; then
they are dropped. Places with few visitors are folded into larger ones.

Logs are Logpush files of one dataset, as NDJSON or CSV, plain, gzip or zstd. The
dataset is told from the fields, which CSV without a header needs named (--fields). A file that was read before counts nothing, and
one that broke off goes on where it was, so that a run can always be repeated.

Of a directory, the files below it are read whose names end in .gz, .zst, .log, .json,
.ndjson, .jsonl or .csv, and links to such files; a link to a directory, or a pipe, is
read where it is named itself.

A file named as the provider names them, 20261123T170000Z_20261123T170459Z_x.log.gz,
covers the time that its name states; another covers the minutes it has events of.

Several machines that see the same files, such as one mounted directory, and that
share a store in Redis share the work: run the same command on each. Every file is
read by one of them; one whose machine dies is taken by another after a minute
(--lease), and goes on where it is recorded to. Each tells what became of every
file, and ends when all are read.

Every line is accounted for: accepted, duplicate, of an unknown host, malformed,
without a site, or too long. Lines that could not be read are told by reason. A file
of which no line could be read ends the run with exit code 3, as one that broke off
does; one whose hosts are all unknown does not.`

const ingestExample = `  domicile ingest logs/
  domicile ingest --customer acme 20261123T170000Z_20261123T170459Z_5d0e.log.gz
  zcat old.gz | domicile ingest - --json
  domicile ingest --geoip GeoLite2-City.mmdb logs/
  domicile ingest --store redis://redis.internal /mnt/logs    on each of several machines`

// ingestion is what the flags of ingest choose.
type ingestion struct {
	customer, dataset, fields, numbers string
	sampled, demo                      bool
	threshold, jobs                    int
	lines                              uint64
	lease                              time.Duration
}

func (a *app) ingestCommand() *cobra.Command {
	var g ingestion
	c := &cobra.Command{
		Use: "ingest FILE|DIR|-...", Short: "Read edge logs into evidence", Long: ingestLong, Example: ingestExample, Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.ingest(c.Context(), &g, args) },
	}
	f := c.Flags()
	f.StringVar(&g.customer, "customer", "", "whose logs these are; then lines of names that the settings lack are its own too")
	f.StringVar(&g.dataset, "dataset", "", "dataset, where it cannot be told from the fields")
	f.StringVar(&g.fields, "fields", "", "columns of CSV without a header, divided by commas, in their order")
	f.StringVar(&g.numbers, "numbers", "", "CSV file that maps the provider's numbers of data centers to site codes")
	f.BoolVar(&g.sampled, "sampled", false, "the logs hold a sample of the events")
	f.BoolVar(&g.demo, "demo", false, "import the demo fleet where the store lacks it")
	f.IntVar(&g.threshold, "threshold", evidence.DefaultThreshold, "distinct clients that a cell of the map needs")
	f.IntVar(&g.jobs, "jobs", runtime.GOMAXPROCS(0), "files read at once")
	f.Uint64Var(&g.lines, "range", ingest.DefaultLines, "lines recorded in one step; a file that broke off goes on behind the last one")
	f.DurationVar(&g.lease, "lease", ingest.DefaultLease, "after how long a machine that is not heard of loses its files, where several share them")
	f.StringVar(&a.config.GeoIP, "geoip", a.config.GeoIP, "address database that replaces the embedded one (GeoIP2, GeoLite2, DB-IP)")
	f.BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

func (a *app) ingest(ctx context.Context, g *ingestion, args []string) (err error) {
	if g.lease < time.Second || g.lease > maxLease {
		return fmt.Errorf("--lease %s: want a second to %s", g.lease, maxLease)
	}
	if g.lines < 1 || g.lines > maxRange {
		return fmt.Errorf("--range %d: want 1 to %d lines", g.lines, maxRange)
	}
	found, err := findLogs(args)
	if err != nil {
		return err
	}
	ref, err := a.reference()
	if err != nil {
		return err
	}
	svc, store, err := a.openStore(ctx, ref)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if g.demo {
		if err := a.importDemoFor(ctx, ref, svc, store); err != nil {
			return err
		}
	}
	progress := &ingest.Progress{}
	progress.Total.Store(found.Bytes)
	in, countries, err := a.ingester(ctx, ref, svc, store, g, progress)
	if err != nil {
		return err
	}
	r := newIngestReport(a, found, func(d evidence.Digest) (evidence.File, error) {
		f, _, err := in.Store.File(ctx, d)
		return f, err
	})
	r.CountriesOnly = countries
	bar := a.startBar(progress, len(found.Files))
	tell := func(path string, o *ingest.Outcome, err error) { bar.above(func() { r.add(path, o, err) }) }
	alone := func(path string, res *ingest.Result, err error) { tell(path, &ingest.Outcome{Result: res}, err) }
	shared, ok := store.(atlas.WorkStore)
	switch {
	case len(args) == 1 && args[0] == "-":
		res, err := in.Stream(ctx, "standard input", a.stdin)
		alone("standard input", res, err)
	case ok && len(found.Files) > 0:
		err = in.Share(ctx, ingest.Sharing{Store: shared, Worker: workerName(), Lease: g.lease}, found.Files, g.jobs, tell)
	default:
		in.Files(ctx, found.Files, g.jobs, alone)
	}
	bar.stop()
	return errors.Join(r.finish(ctx), err)
}

// Bounds of what flags choose: a range is in memory until it is recorded.
const (
	maxLease = time.Hour
	maxRange = 16 << 20
)

// workerName names this process among those that share files.
func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "a-machine"
	}
	return fmt.Sprintf("%.100s-%d-%04x", host, os.Getpid(), rand.N(1<<16))
}

// importDemoFor records the demo fleet where the store lacks it.
func (a *app) importDemoFor(ctx context.Context, ref *reference, svc *atlas.Service, store atlas.Store) error {
	kept, err := recordsOf(store)
	if err != nil {
		return err
	}
	return a.importDemo(ctx, ref, svc, store, auth.NewRows(kept, a.clock, nil))
}

// findLogs lists the files to read; standard input is none.
func findLogs(args []string) (*ingest.Found, error) {
	all := &ingest.Found{}
	for _, arg := range args {
		if arg == "-" {
			if len(args) > 1 {
				return nil, errors.New("- is standard input: give it alone")
			}
			return all, nil
		}
		found, err := ingest.Find(arg)
		if err != nil {
			return nil, err
		}
		all.Add(found)
	}
	if len(all.Files)+len(all.Failed) == 0 {
		text := "no log files found: they end in .gz, .zst, .log, .json, .ndjson, .jsonl or .csv"
		for _, p := range passedFor(all.Passed) {
			text += "; " + p.String()
		}
		return nil, errors.New(text)
	}
	return all, nil
}

func (a *app) ingester(ctx context.Context, ref *reference, svc *atlas.Service, store atlas.Store, g *ingestion, p *ingest.Progress) (in *ingest.Ingester, countriesOnly bool, err error) {
	kept, ok := store.(atlas.EvidenceStore)
	if !ok {
		return nil, false, errors.New("this store keeps no evidence")
	}
	options := ingest.Options{Sampled: g.sampled, Threshold: g.threshold, Lines: g.lines}
	if g.dataset != "" {
		if options.Dataset, err = edgelog.ParseDataset(g.dataset); err != nil {
			return nil, false, fmt.Errorf("--dataset: %w", err)
		}
	}
	if g.fields != "" {
		if options.Fields, err = edgelog.ParseFields(g.fields); err != nil {
			return nil, false, fmt.Errorf("--fields: %w", err)
		}
	}
	if options.Numbers, err = readNumbers(g.numbers); err != nil {
		return nil, false, err
	}
	if svc.State().Count() == 0 {
		return nil, false, errors.New("the store has no customers, so that no line has an owner; record settings with `domicile import FILE`, or try --demo")
	}
	index, err := ingest.NewIndex(ctx, svc.State(), g.customer)
	if err != nil {
		return nil, false, err
	}
	places, err := a.locator(ref)
	if err != nil {
		return nil, false, err
	}
	in, err = ingest.New(ingest.Config{
		Index: index, Footprint: ref.Footprint, Store: kept, Clock: a.clock, DB: places.db, Progress: p, Options: options,
	})
	return in, places.db.Info().CountryOnly, err
}

// maxNumbers bounds a map of numbers.
const maxNumbers = 100_000

// readNumbers reads a map from the provider's numbers to site codes: two columns.
func readNumbers(path string) (map[int32]edgelog.Code, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := csv.NewReader(io.LimitReader(f, maxNumbers*32))
	rows.FieldsPerRecord, rows.Comment = 2, '#'
	out := map[int32]edgelog.Code{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("--numbers %s: %w", filepath.Base(path), err)
		}
		line, _ := rows.FieldPos(0)
		n, err := strconv.ParseInt(strings.TrimSpace(row[0]), 10, 32)
		code, ok := edgelog.ParseCode(strings.TrimSpace(row[1]))
		if line == 1 && err != nil {
			continue // a header
		}
		if err != nil || !ok || n < 1 {
			return nil, fmt.Errorf("--numbers %s: line %d: want a number and a site code, as in 12,FRA", filepath.Base(path), line)
		}
		out[int32(n)] = code
	}
}
