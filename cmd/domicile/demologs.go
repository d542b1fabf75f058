package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/demologs"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

const demoLogsLong = `Demo-logs writes edge logs that never happened, in the shape of real ones, for the
names of the demo fleet or of a settings file, and tells exactly what they hold.
Each name is served from sites that its settings allow; violations are planted
outside. The same seed writes the same bytes.

A file whose name ends in .gz is compressed. - is standard output; the counts then
go to the error stream.`

const demoLogsExample = `  domicile demo-logs 20261101T000000Z_20261101T235959Z_demo.log.gz --from 2026-11-01
  domicile demo-logs - --lines 1000 --customer dragon-dentistry --violations 3
  domicile ingest --demo 20261101T000000Z_20261101T235959Z_demo.log.gz`

// demoPlan is what the flags of demo-logs choose.
type demoPlan struct {
	demologs.Plan
	settings, from, customer string
	csv                      bool
	violations               int
}

func (a *app) demoLogsCommand() *cobra.Command {
	var p demoPlan
	c := &cobra.Command{
		Use: "demo-logs FILE|-", Short: "Write edge logs that never happened", Long: demoLogsLong, Example: demoLogsExample, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.demoLogs(c.Context(), &p, args[0]) },
	}
	f := c.Flags()
	f.IntVar(&p.Lines, "lines", 100_000, "well-formed lines")
	f.Uint64Var(&p.Seed, "seed", 1, "seed")
	f.StringVar(&p.from, "from", "", "day of the first line (default yesterday)")
	f.DurationVar(&p.Span, "span", 24*time.Hour, "how long the lines last")
	f.StringVar(&p.customer, "customer", "", "only names of this customer")
	f.StringVar(&p.settings, "settings", "", "settings file with the names, instead of the demo fleet")
	f.IntVar(&p.violations, "violations", 0, "requests outside, for each name with a processing region")
	f.IntVar(&p.UnknownSites, "unknown-sites", 0, "lines of a site nobody knows")
	f.IntVar(&p.UnknownHosts, "unknown-hosts", 0, "lines of a host nobody knows")
	f.IntVar(&p.Repeated, "repeated", 0, "requests that the file holds twice")
	f.IntVar(&p.Malformed, "malformed", 0, "lines that cannot be read, beside the others")
	f.IntVar(&p.Clients, "clients", 50_000, "visitors")
	f.BoolVar(&p.Plain, "plain", false, "no subrequests, second locations, Cache Reserve or requests of several zones")
	f.BoolVar(&p.csv, "csv", false, "CSV instead of NDJSON")
	f.BoolVar(&a.asJSON, "json", false, "print the counts as JSON")
	return c
}

// demoTruth is what was written.
type demoTruth struct {
	Lines        uint64 `json:"lines"`
	Accepted     uint64 `json:"well_formed"`
	Malformed    uint64 `json:"malformed"`
	Repeated     uint64 `json:"repeated"`
	Violations   uint64 `json:"violations"`
	UnknownSites uint64 `json:"unknown_sites"`
	UnknownHosts uint64 `json:"unknown_hosts"`
	Subrequests  uint64 `json:"subrequests"`
	TieredFills  uint64 `json:"tiered_fills"`
	CacheReserve uint64 `json:"cache_reserve"`
	O2O          uint64 `json:"several_zones"`
	HTTP3        uint64 `json:"http3"`
	Hosts        int    `json:"hosts"`
}

func (a *app) demoLogs(ctx context.Context, p *demoPlan, path string) error {
	if err := a.fillPlan(ctx, p); err != nil {
		return err
	}
	truth, err := a.writeLogs(p, path)
	if err != nil {
		return err
	}
	t := demoTruth{
		truth.Lines, truth.Accepted, truth.Malformed, truth.Repeated, truth.Violations, truth.UnknownSites, truth.UnknownHosts, truth.Subrequests,
		truth.TieredFills, truth.CacheReserve, truth.O2O, truth.HTTP3, len(p.Hosts),
	}
	if path == "-" {
		a.process.stdout = a.stderr
	}
	return a.print(t, func() string {
		return fmt.Sprintf("%s lines of %d names: %s well-formed, %s malformed; of those %s repeated, %s at sites outside, %s at unknown sites, %s of unknown hosts\n",
			thousands(t.Lines), t.Hosts, thousands(t.Accepted), thousands(t.Malformed), thousands(t.Repeated), thousands(t.Violations), thousands(t.UnknownSites), thousands(t.UnknownHosts))
	})
}

func (a *app) writeLogs(p *demoPlan, path string) (truth demologs.Truth, err error) {
	out := a.stdout
	if path != "-" {
		f, err := createLog(path)
		if err != nil {
			return truth, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	if !strings.HasSuffix(path, ".gz") {
		truth, err = demologs.Write(buffered, p.Plan)
		return truth, errors.Join(err, buffered.Flush())
	}
	z, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return truth, err
	}
	truth, err = demologs.Write(io.Writer(z), p.Plan)
	return truth, errors.Join(err, z.Close(), buffered.Flush())
}

// createLog opens the file to write; the error says what to name instead.
func createLog(path string) (*os.File, error) {
	if i, err := os.Stat(path); strings.HasSuffix(path, "/") || err == nil && i.IsDir() {
		return nil, fmt.Errorf("%s is a folder: name the file in it, such as %s", path, filepath.Join(path, "20261101T000000Z_20261101T235959Z_demo.log.gz"))
	}
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it first", filepath.Dir(path))
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
}

// fillPlan reads the day and finds the names and where they may be served.
func (a *app) fillPlan(ctx context.Context, p *demoPlan) error {
	s := subject{settings: p.settings, demo: p.settings == ""}
	q, err := a.open(ctx, &s)
	if err != nil {
		return err
	}
	day, err := q.service.Date(p.from)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	if p.from == "" {
		day = footprint.DateOf(a.clock().UTC().AddDate(0, 0, -1))
	}
	if p.From, err = time.Parse(time.DateOnly, day.String()); err != nil {
		return err
	}
	if p.csv {
		p.Format = demologs.CSV
	}
	all, _ := q.state.Customers("", 1000)
	for _, c := range all {
		if p.customer != "" && c.ID != p.customer {
			continue
		}
		answer, err := q.service.Residency(ctx, q.state, c.ID, day)
		if err != nil {
			return err
		}
		p.addHosts(answer)
	}
	if len(p.Hosts) == 0 {
		return errors.New("no names to write logs of: name a customer with hostnames that has settings on that day")
	}
	return nil
}

// busy are sites that serve much, in the order of preference.
var busy = []string{"FRA", "AMS", "CDG", "MAD", "WAW", "ZRH", "LHR", "EWR", "ORD", "NRT", "SIN", "SYD", "GRU", "JNB"}

// outsiders are sites where a violation is planted, the first that is not allowed.
var outsiders = []string{"EWR", "LHR", "NRT", "FRA"}

// addHosts adds the names of a customer, each with sites that may serve it.
func (p *demoPlan) addHosts(a *atlas.Answer) {
	fp := a.Residency.View.Footprint()
	for i := range a.Residency.Placements {
		pl := &a.Residency.Placements[i]
		if pl.Category != residency.Content || pl.Activity != residency.Process || pl.Scope.Kind != residency.HostnameScope {
			continue
		}
		h := demologs.Host{Name: strings.Replace(pl.Scope.Name, "*.", "any.", 1)}
		if slices.ContainsFunc(p.Hosts, func(x demologs.Host) bool { return x.Name == h.Name }) {
			continue
		}
		const most = 8
		for _, code := range append(slices.Clone(busy), codes(fp, pl.May)...) {
			if at, ok := fp.Lookup(code); ok && pl.May.Has(at) && len(h.Sites) < most && !slices.Contains(h.Sites, code) {
				h.Sites = append(h.Sites, code)
			}
		}
		if len(h.Sites) == 0 {
			continue
		}
		p.Hosts = append(p.Hosts, h)
		for _, code := range outsiders {
			if at, ok := fp.Lookup(code); ok && !pl.May.Has(at) && p.violations > 0 {
				p.Violations = append(p.Violations, demologs.Violation{Host: h.Name, Site: code, Count: p.violations})
				break
			}
		}
	}
}

func codes(fp *footprint.Footprint, set footprint.SiteSet) []string {
	var out []string
	for i := range set.All() {
		out = append(out, fp.Site(i).Code)
	}
	return out
}
