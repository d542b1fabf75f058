package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/demologs"
	"domicile/internal/footprint"
	"domicile/internal/ingest"
)

// demoDays is how many days before today the demo fleet has logs of, and demoLines
// how many requests a day.
const (
	demoDays  = 90
	demoLines = 600
)

// demoStory is what the logs of a customer of the demo fleet show beside requests
// where its settings allow them.
type demoStory struct {
	customer string
	home     []string // sites that serve names without a region; nil for any that may
	plants   []demoPlant
	gapFrom  int // days ago: the first and the last without a log; 0 for none
	gapTo    int
}

// demoPlant is a number of requests a day at a site, from some days ago on.
type demoPlant struct {
	host, site string
	from       int
	count      int
}

// demoStories are the customers with logs; the others of the fleet are not measured.
var demoStories = []demoStory{
	{customer: "dragon-dentistry"},
	{customer: "yeti-bank"},
	{customer: "moonbeam-cheese"},
	{customer: "gnome-gardens", plants: []demoPlant{{"www.gnome.example", "AMS", 12, 5}}},
	{customer: "gryphon-grooming", home: []string{"FRA", "AMS", "CDG", "MAD", "WAW"}, plants: []demoPlant{
		{"img.gryphon.example", "IAD", 29, 14}, {"img.gryphon.example", "LHR", 29, 4}, {"img.gryphon.example", "ZRH", 20, 3}, {"img.gryphon.example", "SIN", 6, 2},
	}},
	{customer: "pegasus-parcels", plants: []demoPlant{{"track.pegasus.example", "YYZ", 3, 2}}},
	{customer: "kraken-ferries", gapFrom: 10, gapTo: 2},
}

// demoDay is what was logged on one day.
type demoDay struct {
	day  time.Time
	ago  int
	plan demoPlan
}

// demoEvidence records logs that never happened for the demo fleet, a file a day:
// those of the days before today, the same bytes whenever it is asked again, so that
// what is recorded already counts nothing.
func (a *app) demoEvidence(ctx context.Context, ref *reference, svc *atlas.Service, kept atlas.EvidenceStore, places *locator, log *slog.Logger) error {
	index, err := ingest.NewIndex(ctx, svc.State(), "")
	if err != nil {
		return err
	}
	in, err := ingest.New(ingest.Config{Index: index, Footprint: ref.Footprint, Store: kept, Clock: a.clock, DB: places.db})
	if err != nil {
		return err
	}
	today := a.clock().UTC().Truncate(24 * time.Hour)
	for ago := 1; ago <= demoDays; ago++ {
		d := demoDay{day: today.AddDate(0, 0, -ago), ago: ago}
		if err := d.record(ctx, svc, in); err != nil {
			return fmt.Errorf("demo logs of %s: %w", d.day.Format(time.DateOnly), err)
		}
	}
	log.Info("demo logs are recorded", "days", demoDays)
	return nil
}

func (d *demoDay) record(ctx context.Context, svc *atlas.Service, in *ingest.Ingester) error {
	if err := d.fill(ctx, svc); err != nil || len(d.plan.Hosts) == 0 {
		return err
	}
	var lines bytes.Buffer
	if _, err := demologs.Write(&lines, d.plan.Plan); err != nil {
		return err
	}
	name := d.day.Format("20060102") + "T000000Z_" + d.day.Format("20060102") + "T235959Z_demo.log"
	_, err := in.Stream(ctx, name, &lines)
	return err
}

// fill names the hosts of a day and what is planted.
func (d *demoDay) fill(ctx context.Context, svc *atlas.Service) error {
	day, st := footprint.DateOf(d.day), svc.State()
	for _, story := range demoStories {
		if story.gapFrom >= d.ago && d.ago >= story.gapTo && story.gapTo > 0 {
			continue
		}
		answer, err := svc.Residency(ctx, st, story.customer, day)
		switch {
		case errors.Is(err, atlas.ErrNotFound):
			continue
		case err != nil:
			return err
		case answer.Settings == nil:
			continue
		}
		before := len(d.plan.Hosts)
		d.plan.addHosts(answer)
		for i := before; i < len(d.plan.Hosts) && story.home != nil; i++ {
			d.plan.Hosts[i].Sites = story.home
		}
		d.plant(story.plants)
	}
	d.plan.Lines, d.plan.Clients, d.plan.Plain = demoLines, 2_000, true
	d.plan.Seed, d.plan.From = uint64(d.day.Unix()), d.day
	return nil
}

func (d *demoDay) plant(plants []demoPlant) {
	for _, p := range plants {
		named := slices.ContainsFunc(d.plan.Hosts, func(h demologs.Host) bool { return h.Name == p.host })
		if named && d.ago <= p.from {
			// More on some days than on others, the same whenever it is asked.
			n := p.count + int(d.day.Unix()/86400*7%int64(p.count+1))
			d.plan.Violations = append(d.plan.Violations, demologs.Violation{Host: p.host, Site: p.site, Count: n})
		}
	}
}
