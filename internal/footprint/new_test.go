package footprint_test

import (
	"errors"
	"fmt"
	"testing"

	"domicile/internal/footprint"
)

func TestNewRefusesPartsThatContradict(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*footprint.Parts)
		want   error
	}{
		{"a site twice", func(p *footprint.Parts) { p.Sites = append(p.Sites, p.Sites[0]) }, footprint.ErrDuplicate},
		{"a jurisdiction twice", func(p *footprint.Parts) { p.Jurisdictions = append(p.Jurisdictions, p.Jurisdictions[0]) }, footprint.ErrDuplicate},
		{"a region twice", func(p *footprint.Parts) { p.Regions = append(p.Regions, p.Regions[0]) }, footprint.ErrDuplicate},
		{"a site in no known country", func(p *footprint.Parts) { p.Sites[0].Country = "XX" }, footprint.ErrUnknownCode},
		{"a site in no country", func(p *footprint.Parts) { p.Sites[0].Country = "" }, footprint.ErrUnknownCode},
		{"a site in a bloc", func(p *footprint.Parts) { p.Sites[0].Country = "EU" }, nil},
		{"a site in a subdivision as its country", func(p *footprint.Parts) { p.Sites[0].Country = "US-NY" }, nil},
		{"a site in no known subdivision", func(p *footprint.Parts) { p.Sites[6].Subdivision = "US-0R" }, nil},
		{"a site in a subdivision of another country", func(p *footprint.Parts) { p.Sites[6].Subdivision = "DE-HE" }, nil},
		{"a site of no network", func(p *footprint.Parts) { p.Sites[0].Network = "" }, nil},
		{"a site of a network nobody knows", func(p *footprint.Parts) { p.Sites[0].Network = "Global" }, nil},
		{"a site of no kind", func(p *footprint.Parts) { p.Sites[0].Kind = footprint.InvalidKind }, nil},
		{"a membership in an unknown bloc", func(p *footprint.Parts) { p.Memberships[0].Bloc = "XX" }, footprint.ErrUnknownCode},
		{"a membership in a country", func(p *footprint.Parts) { p.Memberships[0].Bloc = "GB" }, nil},
		{"a membership of an unknown country", func(p *footprint.Parts) { p.Memberships[0].Member = "XX" }, footprint.ErrUnknownCode},
		{"a bloc as the member of a bloc", func(p *footprint.Parts) { p.Memberships[0].Member = "STATES" }, nil},
		{"a region without a definition", func(p *footprint.Parts) { p.Regions[0].Definition = nil }, footprint.ErrExpr},
		{"a region of an unknown country", func(p *footprint.Parts) { p.Regions[0].Definition = expr(t, "country: XX") }, footprint.ErrUnknownCode},
		{"a region key in capitals", func(p *footprint.Parts) { p.Regions[0].Key = "EU" }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := small(t)
			tt.change(&p)
			fp, err := footprint.New(p)
			if err == nil || fp != nil {
				t.Fatal("accepted")
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNewReportsEveryFaultAtOnce(t *testing.T) {
	p := small(t)
	p.Sites[0].Country, p.Memberships[0].Bloc, p.Regions[0].Definition = "XX", "YY", nil
	_, err := footprint.New(p)
	for _, want := range []error{footprint.ErrUnknownCode, footprint.ErrExpr} {
		if !errors.Is(err, want) {
			t.Errorf("%v does not say %v", err, want)
		}
	}
}

func TestNewHoldsSoManySitesAndNoMore(t *testing.T) {
	for _, tt := range []struct {
		sites int
		want  error
	}{{footprint.MaxSites, nil}, {footprint.MaxSites + 1, footprint.ErrTooManySites}} {
		p := footprint.Parts{Jurisdictions: []footprint.Jurisdiction{{Code: "DE", Kind: footprint.Country}}}
		for i := range tt.sites {
			p.Sites = append(p.Sites, footprint.Site{Code: fmt.Sprintf("S%03d", i), Country: "DE", Kind: footprint.PoP, Network: footprint.NetworkGlobal})
		}
		fp, err := footprint.New(p)
		if !errors.Is(err, tt.want) {
			t.Errorf("%d sites: %v", tt.sites, err)
		}
		if tt.want == nil {
			if v := fp.At(day(t, "2026-08-20")); v.Recorded() {
				t.Error("sites of which no first day is known count as records")
			} else if all := v.Present(); all.Len() != tt.sites {
				t.Errorf("%d of %d sites present", all.Len(), tt.sites)
			}
		}
	}
}

func TestAFootprintKeepsItsOwnParts(t *testing.T) {
	p := small(t)
	fp, err := footprint.New(p)
	if err != nil {
		t.Fatal(err)
	}
	p.Sites[0].Country = "US"
	i, ok := fp.Lookup("FRA")
	if !ok || fp.Site(i).Country != "DE" {
		t.Error("changing the parts changed the footprint")
	}
	for i := range fp.Sites()[1:] {
		if fp.Sites()[i].Code >= fp.Sites()[i+1].Code {
			t.Error("sites are not in order of their codes")
		}
	}
	if _, ok := fp.Lookup("XXX"); ok {
		t.Error("XXX is a site")
	}
	if j, ok := fp.Jurisdiction("EU"); !ok || j.Kind != footprint.Bloc {
		t.Error("EU is no bloc")
	}
	if _, ok := fp.Region(footprint.LogSetting, "US"); !ok {
		t.Error("the log region us is not found in capitals")
	}
	if len(fp.Memberships()) != 7 || len(fp.Regions()) != 6 || len(fp.Jurisdictions()) != 16 {
		t.Error("a list has lost rows")
	}
}

func TestWordsOfTheDatasetsReadAsWritten(t *testing.T) {
	for _, k := range []footprint.SiteKind{footprint.PoP, footprint.Core} {
		if got, err := footprint.ParseSiteKind(k.String()); err != nil || got != k {
			t.Errorf("%s: %v %v", k, got, err)
		}
	}
	for c := footprint.Disputed; c <= footprint.Published; c++ {
		if got, err := footprint.ParseConfidence(c.String()); err != nil || got != c {
			t.Errorf("%s: %v %v", c, got, err)
		}
	}
	for s := footprint.ProcessingSetting; s <= footprint.StorageSetting; s++ {
		if got, err := footprint.ParseSetting(s.String()); err != nil || got != s {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
	for k := footprint.Country; k <= footprint.Bloc; k++ {
		if got, err := footprint.ParseJurisdictionKind(k.String()); err != nil || got != k {
			t.Errorf("%s: %v %v", k, got, err)
		}
	}
	_, a := footprint.ParseSiteKind("edge")
	_, b := footprint.ParseConfidence("")
	_, c := footprint.ParseSetting("")
	_, d := footprint.ParseJurisdictionKind("invalid")
	for i, err := range []error{a, b, c, d} {
		if err == nil {
			t.Errorf("word %d is accepted", i)
		}
	}
}

func TestASiteIsDrawnWhereItsCityIs(t *testing.T) {
	at, city := footprint.Point{Lat: 39.0, Lon: -84.7}, footprint.Point{Lat: 39.1, Lon: -84.5}
	if s := (footprint.Site{At: at}); s.Place() != at {
		t.Error("not at its airport")
	}
	if s := (footprint.Site{At: at, CityAt: city}); s.Place() != city {
		t.Error("not at its city")
	}
}
