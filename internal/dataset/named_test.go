package dataset_test

import (
	"strings"
	"testing"

	"domicile/datasets"
	"domicile/internal/dataset"
	"domicile/internal/footprint"
)

// What a preset is called is how its places are said wherever they are claimed.
func TestPlacesAreSaidAsThePresetsSayThem(t *testing.T) {
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Presets {
		if p.ID == "us-or-territories" || p.ID == "never-in-cn-ru" {
			continue // those say it shorter
		}
		if got := d.Footprint.Named(p.Places); !strings.HasSuffix(p.Name, " in "+got) {
			t.Errorf("%s: %q, and the preset %q", p.Places, got, p.Name)
		}
	}
	for text, want := range map[string]string{
		"ADEQUATE":     "places covered by an EU adequacy decision",
		"GDPR":         "places where the GDPR applies as law",
		"EU_OUTERMOST": "the outermost regions of the EU",
		"US_STATES_DC": "the 50 states and the District of Columbia",
		"NL":           "the Netherlands",
		"KY":           "the Cayman Islands",
		"IM":           "the Isle of Man",
		"SG":           "Singapore",
		"GE":           "Georgia",
		"US-GA":        "Georgia (US-GA)",
		"region:eu":    "the processing region European Union",
		"log-region:us": "the log region " + func() string {
			r, _ := d.Footprint.Region(footprint.LogSetting, "us")
			return r.Name
		}(),
	} {
		p, err := d.Footprint.ParsePlaces([]string{text}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Footprint.Named(p); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
