package render_test

import (
	"io/fs"
	"slices"
	"strconv"
	"testing"
	"time"

	"domicile/datasets"
	"domicile/internal/atlas"
	"domicile/internal/dataset"
	"domicile/internal/footprint"
	"domicile/internal/render"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// answers are where the demo fleet's data is on a day.
func answers(t *testing.T) []*atlas.Answer {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(datasets.FS, "demo/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var presets []string
	for _, p := range d.Presets {
		presets = append(presets, p.ID)
	}
	sets, err := settings.Parse(text, "fleet.yaml", &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules, Presets: presets})
	if err != nil {
		t.Fatal(err)
	}
	view := d.Footprint.At(footprint.DateOf(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)))
	var out []*atlas.Answer
	for _, s := range sets {
		out = append(out, &atlas.Answer{Residency: residency.Resolve(d.Rules, view, s), Settings: s, AsOf: view.Date()})
	}
	return out
}

// TestTheRegisterReconcilesWithThePlacements adds the rows' sites up for each
// category and activity: they are those of the placements, each country once.
func TestTheRegisterReconcilesWithThePlacements(t *testing.T) {
	column := func(name string) int { return slices.Index(render.RegisterHeader, name) }
	countries := []int{column("processed_in"), column("stored_in"), column("transit_through"), column("readable_from")}
	for _, a := range answers(t) {
		want, got := map[string]int{}, map[string]int{}
		for _, c := range residency.Categories() {
			for _, act := range residency.Activities() {
				var all footprint.SiteSet
				for i := range a.Residency.Placements {
					if p := &a.Residency.Placements[i]; p.Category == c && p.Activity == act {
						all = all.Union(p.May)
					}
				}
				if n := all.Len(); n > 0 {
					want[c.String()+" "+act.String()] = n
				}
			}
		}
		seen := map[string]bool{}
		for _, row := range render.Register(a) {
			n, err := strconv.Atoi(row[column("sites")])
			if err != nil || len(row) != len(render.RegisterHeader) {
				t.Fatalf("%v: %v", row, err)
			}
			key := row[column("category")] + " " + row[column("activity")]
			if n > 0 {
				got[key] += n
			}
			filled, at := 0, ""
			for _, c := range countries {
				if row[c] != "" {
					filled, at = filled+1, row[c]
				}
			}
			if n > 0 && (filled != 1 || len(at) != 2 || seen[key+at]) {
				t.Errorf("%s: %v: want one country in one column, once", a.Residency.Customer, row)
			}
			seen[key+at] = true
		}
		for key, n := range want {
			if got[key] != n {
				t.Errorf("%s: %s: the rows have %d sites, the placements %d", a.Residency.Customer, key, got[key], n)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: rows of %d kinds, want %d", a.Residency.Customer, len(got), len(want))
		}
	}
}
