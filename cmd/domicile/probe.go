package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
	"domicile/internal/probe"
	"domicile/internal/residency"
)

const probeLong = `Probe asks hostnames where they were answered: /cdn-cgi/trace and the CF-RAY header
name the site that ended TLS, or that answered without any.

It shows one request from this place at this time. Visitors elsewhere may be
answered elsewhere, and packets may enter the network at another site. A probe can
break a claim, and never proves one.

With --record the answer is kept as evidence of the customer that has the name. Where
it names two sites, both are kept.`

const probeExample = `  domicile probe www.acme.example img.acme.example
  domicile probe www.acme.example --record --json`

// probed is what became of one probe.
type probed struct {
	Host    string `json:"host"`
	Site    string `json:"site,omitempty"`
	City    string `json:"city,omitempty"`
	Country string `json:"country,omitempty"`
	Known   bool   `json:"site_known"`
	Trace   string `json:"trace,omitempty"`
	Ray     string `json:"ray,omitempty"`
	TLS     string `json:"tls,omitempty"`
	HTTP    string `json:"http,omitempty"`
	At      string `json:"at,omitempty"`
	For     string `json:"recorded_for,omitempty"`
	Error   string `json:"error,omitempty"`
}

func (a *app) probeCommand() *cobra.Command {
	var record bool
	var timeout time.Duration
	c := &cobra.Command{
		Use: "probe HOST...", Short: "Ask hostnames where TLS ended", Long: probeLong, Example: probeExample, Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.probe(c.Context(), args, record, timeout) },
	}
	c.Flags().BoolVar(&record, "record", false, "keep the answers as evidence")
	c.Flags().DurationVar(&timeout, "timeout", 10*time.Second, "how long to wait for each answer")
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

func (a *app) probe(ctx context.Context, hosts []string, record bool, timeout time.Duration) (err error) {
	ref, err := a.reference()
	if err != nil {
		return err
	}
	var keep func(*probe.Seen) (string, error)
	if record {
		svc, store, err := a.openStore(ctx, ref)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if keep, err = recorder(ctx, svc, store); err != nil {
			return err
		}
	}
	p := probe.Prober{Client: probe.Client(timeout), Now: a.clock}
	out, failed := make([]probed, 0, len(hosts)), 0
	for _, h := range hosts {
		seen, err := p.Probe(ctx, h)
		x := probed{Host: seen.Host, Site: seen.Site(), Trace: seen.Trace, Ray: seen.Ray, TLS: seen.TLS, HTTP: seen.HTTP}
		if at, ok := ref.Footprint.Lookup(x.Site); ok {
			s := ref.Footprint.Site(at)
			x.City, x.Country, x.Known = s.City, s.Country, true
		}
		if err == nil {
			x.At = seen.At.Format(time.RFC3339)
			if keep != nil {
				x.For, err = keep(&seen)
			}
		}
		if err != nil {
			x.Error = err.Error()
			failed++
		}
		out = append(out, x)
	}
	err = a.print(map[string]any{"probes": out}, func() string { return probesText(out) })
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d probes failed", failed, len(hosts))
	}
	return err
}

func probesText(all []probed) string {
	var b strings.Builder
	for _, x := range all {
		if x.Error != "" {
			fmt.Fprintln(&b, x.Error)
			continue
		}
		where := x.City + ", " + x.Country + " (" + x.Site + ")"
		if !x.Known {
			where = x.Site + ", which the footprint lacks"
		}
		did := "TLS ended at " + where
		if x.TLS == probe.NoTLS {
			did = "answered at " + where + " without TLS"
		}
		fmt.Fprintf(&b, "%s: %s, %s\n", x.Host, did, x.At)
		recorded := "recorded"
		if x.Trace != "" && x.Ray != "" && x.Trace != x.Ray {
			fmt.Fprintf(&b, "  the header names another site, %s: a second data center was involved\n", x.Ray)
			recorded = "both sites recorded"
		}
		if x.For != "" {
			fmt.Fprintf(&b, "  %s for %s\n", recorded, x.For)
		}
	}
	b.WriteString("One request from this place, now. Visitors elsewhere may be answered elsewhere.\n")
	return b.String()
}

// recorder keeps answers for the customers that have the names, each site that an answer
// names as an observation of its own.
func recorder(ctx context.Context, svc *atlas.Service, store atlas.Store) (func(*probe.Seen) (string, error), error) {
	kept, ok := store.(atlas.EvidenceStore)
	if !ok {
		return nil, errors.New("this store keeps no evidence")
	}
	index, err := ingest.NewIndex(ctx, svc.State(), "")
	if err != nil {
		return nil, err
	}
	return func(s *probe.Seen) (string, error) {
		owners := index.Owners(s.Host)
		if len(owners) == 0 {
			return "", fmt.Errorf("probe %s: no customer has the name, so nothing was recorded", s.Host)
		}
		b := atlas.EvidenceBatch{Name: "probe of " + s.Host, Dataset: "probe", To: 1, Complete: true, At: s.At}
		b.File = sha256.Sum256(fmt.Appendf(nil, "probe\x00%s\x00%s\x00%s\x00%d", s.Host, s.Trace, s.Ray, s.At.UnixNano()))
		b.Counts = evidence.Counts{Lines: 1, Accepted: 1}
		names := make([]string, len(owners))
		for i, o := range owners {
			names[i] = o.Customer
			b.Seen = append(b.Seen, evidence.CustomerSeen{Customer: o.Customer, Seen: evidence.Seen{Hour: s.At.Truncate(time.Hour), Minutes: 1 << s.At.Minute()}})
			for _, site := range s.Sites() {
				b.Rows = append(b.Rows, evidence.Row{Customer: o.Customer, Observation: evidence.Observation{
					Scope: o.Scope, Category: residency.Content, Activity: residency.Process, Site: site, Hour: s.At.Truncate(time.Hour),
					Count: 1, First: s.At, Last: s.At,
				}})
			}
		}
		return strings.Join(names, ", "), kept.Record(ctx, b)
	}, nil
}
