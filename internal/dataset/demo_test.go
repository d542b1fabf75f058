package dataset_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/datasets"
	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/evidence"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// fleet is the demonstration fleet, parsed against the datasets.
func fleet(t *testing.T, d *dataset.Data) []*residency.Settings {
	t.Helper()
	b, err := fs.ReadFile(datasets.FS, "demo/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules}
	for _, p := range d.Presets {
		c.Presets = append(c.Presets, p.ID)
	}
	all, err := settings.Parse(b, "fleet.yaml", c)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestVerdictsOfTheDemonstrationFleet(t *testing.T) {
	const noted, unknown, holds = claim.NotEnsured, claim.Unknown, claim.Holds
	want := map[string]claim.Verdict{
		"moonbeam-cheese eu-only resides":           noted,
		"dragon-dentistry eu-only resides":          holds,
		"dragon-dentistry eu-only handled":          holds,
		"gryphon-grooming eu-only handled":          noted,
		"gnome-gardens de-only handled":             noted,
		"gnome-gardens eu-only handled":             holds,
		"yeti-bank ch-only handled":                 noted,
		"yeti-bank ch-or-eu handled":                holds,
		"kraken-ferries eea-or-gb handled":          holds,
		"umbrella-office us-only handled":           unknown,
		"pegasus-parcels us-or-territories handled": holds,
		"pegasus-parcels us-only handled":           holds,
		"phoenix-matches eu-only handled":           holds,
		"minotaur-maps eu-only resides":             noted,
		"cyclops-optics eu-only handled":            noted,
		"mermaid-swimwear eu-only handled":          noted,
		"hydra-haircuts eu-only handled":            noted,
		"unicorn-stables eu-only handled":           noted,
		"sphinx-riddles eu-only resides":            noted,
		"ghost-salvage eu-only handled":             unknown,
	}
	d := load(t)
	view := d.Footprint.At(day(t, "2026-11-20"))
	got := map[string]claim.Verdict{}
	for _, s := range fleet(t, d) {
		res := residency.Resolve(d.Rules, view, s)
		for _, promise := range s.Promises {
			preset, ok := d.Preset(promise.Claim)
			if !ok {
				t.Fatalf("%s promises %q, which no row defines", s.Customer, promise.Claim)
			}
			reading, err := claim.ParseReading(promise.Reading)
			if err != nil {
				t.Fatal(err)
			}
			r, err := claim.Check(claim.New(preset.Kind, preset.Places, reading), res, evidence.Window{})
			if err != nil {
				t.Fatal(err)
			}
			got[s.Customer+" "+promise.Claim+" "+promise.Reading] = r.Verdict
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

func TestDemonstrationFleetTouchesEveryProductFamily(t *testing.T) {
	d := load(t)
	used := map[string]bool{}
	for _, s := range fleet(t, d) {
		for _, p := range d.Rules.Products {
			if slices.Contains(s.Products.IDs, p.ID) {
				used[p.Family] = true
			}
		}
	}
	for _, p := range d.Rules.Products {
		if !used[p.Family] {
			t.Errorf("no customer uses a product of the family %s", p.Family)
			used[p.Family] = true
		}
	}
}
