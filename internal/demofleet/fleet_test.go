package demofleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/datasets"
	"domicile/internal/dataset"
	"domicile/internal/demofleet"
	"domicile/internal/fleet"
	"domicile/internal/settings"
)

func load(t testing.TB, seed uint64) (*demofleet.Fleet, *settings.Catalog) {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules}
	for _, p := range d.Presets {
		c.Presets = append(c.Presets, p.ID)
	}
	return demofleet.New(seed, d.Footprint, d.Rules, c.Presets), c
}

func TestEveryCustomerIsReadAgainstTheDatasetsAsItWasWritten(t *testing.T) {
	f, catalog := load(t, 1)
	for i := range 3000 {
		s := f.Customer(i)
		data, err := settings.Encode(s)
		if err != nil {
			t.Fatalf("customer %d: %v", i, err)
		}
		if _, err := settings.Parse(data, s.Customer+".json", catalog); err != nil {
			t.Fatalf("customer %d: %v\n%s", i, err, data)
		}
	}
}

func TestASeedGivesTheSameCustomersInAnyOrder(t *testing.T) {
	a, _ := load(t, 7)
	b, _ := load(t, 7)
	other, _ := load(t, 8)
	last := b.Customer(99)
	for i := range 100 {
		x, err := settings.Encode(a.Customer(i))
		if err != nil {
			t.Fatal(err)
		}
		y, err := settings.Encode(b.Customer(i))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(x), string(y)); diff != "" {
			t.Fatalf("customer %d: %s", i, diff)
		}
	}
	x, _ := settings.Encode(a.Customer(99))
	y, _ := settings.Encode(last)
	z, _ := settings.Encode(other.Customer(99))
	if string(x) != string(y) || string(x) == string(z) {
		t.Error("the seed does not decide")
	}
}

func TestMostCustomersShareFewShapes(t *testing.T) {
	f, _ := load(t, 1)
	const n = 20000
	p := fleet.NewProfiles()
	for i := range n {
		p.Of(f.Customer(i))
	}
	if share := float64(p.Len()) / n; share < 0.01 || share > 0.4 {
		t.Errorf("%d shapes of %d customers", p.Len(), n)
	}
}
