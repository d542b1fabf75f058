package settings_test

import (
	"testing"

	"domicile/datasets"
	"domicile/internal/dataset"
	"domicile/internal/settings"
)

func TestTheDemonstrationFleetIsReadAgainstTheShippedDatasets(t *testing.T) {
	data, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &settings.Catalog{Footprint: data.Footprint, Rules: data.Rules}
	for _, p := range data.Presets {
		c.Presets = append(c.Presets, p.ID)
	}
	text, err := datasets.FS.ReadFile("demo/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fleet, err := settings.Parse(text, "demo/fleet.yaml", c)
	if err != nil {
		t.Fatal(err)
	}
	if len(fleet) == 0 {
		t.Fatal("the fleet has no customer")
	}
	for _, s := range fleet {
		canonical, err := settings.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := settings.Parse(canonical, s.Customer+".json", c); err != nil {
			t.Errorf("%s does not read back: %v", s.Customer, err)
		}
	}
}
