package footprint_test

import (
	"strings"
	"testing"

	"domicile/internal/footprint"
)

func TestAViewShowsTheSitesOfItsDay(t *testing.T) {
	fp := network(t)
	for _, tt := range []struct {
		day, pops string
		recorded  bool
	}{
		{"2021-12-31", "", false},
		{"2022-01-01", "BRU FRA LHR MUC NYC RUN", true},
		{"2024-06-30", "BRU FRA LHR MUC NYC RUN", true},
		{"2024-07-01", "FRA LHR MUC NYC RUN", true},
		{"2026-05-01", "FRA LHR MUC NYC RUN WAW", true},
	} {
		v := fp.At(day(t, tt.day))
		if got := codes(fp, v.PoPs()); got != tt.pops {
			t.Errorf("%s: PoPs %s", tt.day, got)
		}
		if v.Recorded() != tt.recorded || v.Date() != day(t, tt.day) || v.Footprint() != fp {
			t.Errorf("%s: recorded %v", tt.day, v.Recorded())
		}
	}
	v := fp.At(day(t, "2026-05-01"))
	if got := codes(fp, v.Cores()); got != "CORE" {
		t.Errorf("cores %s", got)
	}
	if got := codes(fp, v.Partner()); got != "JXG" {
		t.Errorf("partner sites %s", got)
	}
	if all := v.Present(); all.Len() != 8 || !v.PoPs().SubsetOf(all) || !v.Cores().SubsetOf(all) || !v.Partner().SubsetOf(all) {
		t.Errorf("present %s", codes(fp, all))
	}
	if fp.RecordedFrom() != day(t, "2022-01-01") {
		t.Errorf("recorded from %s", fp.RecordedFrom())
	}
}

func TestJurisdictionsAreAsOfTheDay(t *testing.T) {
	fp := network(t)
	for _, tt := range []struct{ name, day, code, in, unknown string }{
		{"a country", "2026-08-20", "DE", "FRA MUC", ""},
		{"a country without sites", "2026-08-20", "IS", "", ""},
		{"a subdivision: its own sites, and those without a record", "2026-08-20", "DE-HE", "FRA", "MUC"},
		{"another subdivision", "2026-08-20", "DE-BY", "", "MUC"},
		{"a subdivision of a country whose sites all have one", "2026-08-20", "US-NY", "NYC", ""},
		{"a bloc before a member left", "2023-06-30", "EU", "BRU FRA LHR MUC RUN", ""},
		{"a bloc the day after", "2023-07-01", "EU", "BRU FRA MUC RUN", ""},
		{"a bloc without a site that is gone", "2026-08-20", "EU", "FRA MUC RUN", ""},
		{"a member with a row but no site yet placed", "2026-04-30", "EU", "FRA MUC RUN", ""},
		{"partial membership places nothing", "2026-08-20", "ADEQUATE", "LHR", "CORE NYC"},
		{"partial membership before it began", "2023-07-09", "ADEQUATE", "LHR", ""},
		{"membership on its last day", "2031-12-27", "ADEQUATE", "LHR", "CORE NYC"},
		{"membership after its last day", "2031-12-28", "ADEQUATE", "", "CORE NYC"},
		{"a bloc of subdivisions", "2026-08-20", "STATES", "NYC", ""},
		{"a bloc without members", "2026-08-20", "EMPTY", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := fp.At(day(t, tt.day)).InJurisdiction(tt.code)
			if !ok || codes(fp, m.In) != tt.in || codes(fp, m.Unknown) != tt.unknown {
				t.Errorf("in %q, unknown %q, known %v", codes(fp, m.In), codes(fp, m.Unknown), ok)
			}
		})
	}
	if _, ok := fp.At(day(t, "2026-08-20")).InJurisdiction("XX"); ok {
		t.Error("XX is known")
	}
}

func TestRegionsArePerSetting(t *testing.T) {
	fp := network(t)
	v := fp.At(day(t, "2024-01-15"))
	for _, tt := range []struct {
		setting          footprint.Setting
		key, in, unknown string
		known            bool
	}{
		{footprint.ProcessingSetting, "eu", "BRU FRA MUC RUN", "", true},
		{footprint.ProcessingSetting, "EU", "BRU FRA MUC RUN", "", true},
		{footprint.ProcessingSetting, "certified", "", "BRU FRA MUC RUN", true},
		{footprint.ProcessingSetting, "keys-eu", "BRU FRA MUC RUN", "", true},
		{footprint.KeySetting, "eu-but-be", "FRA MUC RUN", "", true},
		{footprint.KeySetting, "certified", "", "", false},
		{footprint.LogSetting, "us", "CORE", "", true},
		{footprint.LogSetting, "eu", "", "", false},
		{footprint.StorageSetting, "eu", "", "", false},
	} {
		m, ok := v.InRegion(tt.setting, tt.key)
		if ok != tt.known || codes(fp, m.In) != tt.in || codes(fp, m.Unknown) != tt.unknown {
			t.Errorf("%s %s: in %q, unknown %q, known %v", tt.setting, tt.key, codes(fp, m.In), codes(fp, m.Unknown), ok)
		}
	}
}

func TestExpressionsAreEvaluatedSiteBySite(t *testing.T) {
	fp := network(t)
	v := fp.At(day(t, "2026-08-20"))
	const everybody = "CORE FRA JXG LHR MUC NYC RUN WAW"
	for _, tt := range []struct{ text, in, unknown string }{
		{"any", everybody, ""},
		{"not any", "", ""},
		{"unpublished: x", "", everybody},
		{"not unpublished: x", "", everybody},
		{"country: [DE, US]", "CORE FRA MUC NYC", ""},
		{"not country: [DE, US]", "JXG LHR RUN WAW", ""},
		{"country: de", "", everybody},
		{"not country: XX", "", everybody},
		{"country: DE or country: XX", "FRA MUC", "CORE JXG LHR NYC RUN WAW"},
		{"country: DE and country: XX", "", "FRA MUC"},
		{"subdivision: DE-HE", "FRA", "MUC"},
		{"not subdivision: DE-HE", "CORE JXG LHR NYC RUN WAW", "MUC"},
		{"bloc: EU and unpublished: x", "", "FRA MUC RUN"},
		{"bloc: EU or unpublished: x", "FRA MUC RUN", "CORE JXG LHR NYC WAW"},
		{"group: Europe", "FRA LHR MUC WAW", ""},
		{"network: china-jdcloud", "JXG", ""},
		{"kind: core", "CORE", ""},
		{"kind: pop", "FRA JXG LHR MUC NYC RUN WAW", ""},
		{"region: EU-BUT-BE", "FRA MUC RUN", ""},
		{"region: certified", "", everybody},
	} {
		m := v.Eval(expr(t, tt.text))
		if codes(fp, m.In) != tt.in || codes(fp, m.Unknown) != tt.unknown {
			t.Errorf("%s: in %q, unknown %q", tt.text, codes(fp, m.In), codes(fp, m.Unknown))
		}
	}
	if m := v.Eval(nil); codes(fp, m.In) != "" || codes(fp, m.Unknown) != everybody {
		t.Error("no expression is not Unknown everywhere")
	}
}

// A key region may name another, whatever the order of their keys.
func TestAKeyRegionMayNameALaterOne(t *testing.T) {
	p := small(t)
	p.Regions = append(p.Regions, footprint.Region{Setting: footprint.KeySetting, Key: "a-first", Definition: expr(t, "region: eu")})
	fp, err := footprint.New(p)
	if err != nil {
		return // refusing it is as good
	}
	m, _ := fp.At(day(t, "2026-08-20")).InRegion(footprint.KeySetting, "a-first")
	if codes(fp, m.In) != "FRA MUC RUN" {
		t.Errorf("in %q, unknown %q", codes(fp, m.In), codes(fp, m.Unknown))
	}
}

func TestNothingIsKnownOfARegionBeforeItWasOffered(t *testing.T) {
	p := small(t)
	p.Regions = append(p.Regions, footprint.Region{Setting: footprint.ProcessingSetting, Key: "late", Definition: expr(t, "country: DE"), Since: day(t, "2026-03-18")})
	fp, err := footprint.New(p)
	if err != nil {
		t.Fatal(err)
	}
	late, _ := fp.Region(footprint.ProcessingSetting, "late")
	for _, tt := range []struct{ day, in, facts string }{
		{"2026-03-17", "", footprint.FactRegionOffer},
		{"2026-03-18", "FRA MUC", ""},
	} {
		v := fp.At(day(t, tt.day))
		m, _ := v.InRegion(footprint.ProcessingSetting, "late")
		if codes(fp, m.In) != tt.in || m.Unknown.Empty() != (tt.in != "") {
			t.Errorf("%s: in %q, unknown %q", tt.day, codes(fp, m.In), codes(fp, m.Unknown))
		}
		if got := strings.Join(v.Definition(late).Facts(), " "); got != tt.facts {
			t.Errorf("%s: facts %q", tt.day, got)
		}
	}
}
