package footprint_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"domicile/internal/footprint"
)

func TestPlacesAreCodesAndRegionKeys(t *testing.T) {
	fp := network(t)
	for _, tt := range []struct{ text, want string }{
		{"EU", "EU"}, {"eu", "EU"}, {" de ", "DE"}, {"us-ny", "US-NY"}, {"STATES", "STATES"},
		{"region:eu", "region:eu"}, {"Region:EU", "region:eu"}, {"key-region:eu", "key-region:eu"}, {"log-region:us", "log-region:us"},
	} {
		p, err := fp.ParsePlace(tt.text)
		if err != nil || p.String() != tt.want {
			t.Errorf("%q is %q, %v", tt.text, p, err)
		}
	}
}

func TestNamesAndUnknownCodesAreNoPlaces(t *testing.T) {
	fp := network(t)
	for _, tt := range []struct {
		text string
		want error
		says string
	}{
		{"", footprint.ErrNoPlaces, ""},
		{"   ", footprint.ErrNoPlaces, ""},
		{"Europe", footprint.ErrAmbiguousPlace, "EEA"},
		{"EUROPE", footprint.ErrAmbiguousPlace, "EEA"},
		{"EMEA", footprint.ErrAmbiguousPlace, "list of codes"},
		{"APAC", footprint.ErrAmbiguousPlace, "list of codes"},
		{"America", footprint.ErrAmbiguousPlace, "US"},
		{"USA", footprint.ErrAmbiguousPlace, "US"},
		{"UK", footprint.ErrAmbiguousPlace, "GB"},
		{"Schengen", footprint.ErrAmbiguousPlace, "border"},
		{"Land of DE", footprint.ErrAmbiguousPlace, "write DE"},
		{"eu-west-2", footprint.ErrUnknownCode, "bloc"},
		{"eu-*", footprint.ErrUnknownCode, ""},
		{"XX", footprint.ErrUnknownCode, "EU"},
		{"region:", footprint.ErrUnknownCode, "known keys"},
		{"region:us", footprint.ErrUnknownCode, "certified"},
		{"storage-jurisdiction:eu", footprint.ErrUnknownCode, ""},
		{"FRA", footprint.ErrUnknownCode, ""},
		{strings.Repeat("x", 5000), footprint.ErrUnknownCode, ""},
	} {
		p, err := fp.ParsePlace(tt.text)
		if !errors.Is(err, tt.want) || p != (footprint.Place{}) {
			t.Errorf("%.20q gives %v, %v", tt.text, p, err)
			continue
		}
		if !strings.Contains(err.Error(), tt.says) || len(err.Error()) > 500 {
			t.Errorf("%.20q: %q does not say %q", tt.text, err, tt.says)
		}
	}
}

func TestAPlaceSetIsAUnionWithExceptions(t *testing.T) {
	fp := network(t)
	v := fp.At(day(t, "2026-08-20"))
	for _, tt := range []struct {
		anyOf, except []string
		in, unknown   string
	}{
		{[]string{"EU"}, nil, "FRA MUC RUN", ""},
		{[]string{"EU", "GB"}, nil, "FRA LHR MUC RUN", ""},
		{[]string{"EU"}, []string{"RE"}, "FRA MUC", ""},
		{[]string{"EU"}, []string{"DE-HE"}, "RUN", "MUC"},
		{[]string{"DE-HE"}, nil, "FRA", "MUC"},
		{[]string{"ADEQUATE"}, nil, "LHR", "CORE NYC"},
		{[]string{"ADEQUATE", "US"}, nil, "CORE LHR NYC", ""},
		{[]string{"ADEQUATE"}, []string{"GB"}, "", "CORE NYC"},
		{[]string{"region:certified"}, nil, "", "FRA MUC RUN"},
		{[]string{"EU"}, []string{"region:certified"}, "", "FRA MUC RUN"},
		{[]string{"log-region:us"}, nil, "CORE", ""},
	} {
		p, err := fp.ParsePlaces(tt.anyOf, tt.except)
		if err != nil {
			t.Errorf("%v except %v: %v", tt.anyOf, tt.except, err)
			continue
		}
		if m := v.InPlaces(p); codes(fp, m.In) != tt.in || codes(fp, m.Unknown) != tt.unknown {
			t.Errorf("%s: in %q, unknown %q", p, codes(fp, m.In), codes(fp, m.Unknown))
		}
	}
	unknown := v.InPlaces(footprint.Places{Any: []footprint.Place{{Code: "XX"}, {Setting: footprint.StorageSetting, Code: "eu"}}})
	if codes(fp, unknown.In) != "" || unknown.Unknown != v.Present() {
		t.Error("places nobody knows are not Unknown")
	}
}

func TestPlaceSetsAreReadWhole(t *testing.T) {
	fp := network(t)
	if _, err := fp.ParsePlaces(nil, nil); !errors.Is(err, footprint.ErrNoPlaces) {
		t.Errorf("no places: %v", err)
	}
	if _, err := fp.ParsePlaces(nil, []string{"EU"}); !errors.Is(err, footprint.ErrNoPlaces) {
		t.Errorf("exceptions only: %v", err)
	}
	if _, err := fp.ParsePlaces(slices.Repeat([]string{"EU"}, 301), nil); err == nil {
		t.Error("301 places are accepted")
	}
	_, err := fp.ParsePlaces([]string{"EU", "Europe"}, []string{"XX"})
	if !errors.Is(err, footprint.ErrAmbiguousPlace) || !errors.Is(err, footprint.ErrUnknownCode) {
		t.Errorf("two faults: %v", err)
	}
	p, err := fp.ParsePlaces([]string{"eu", "EU", "GB"}, []string{"region:certified"})
	if err != nil || p.String() != "EU or GB except region:certified" {
		t.Errorf("%q, %v", p, err)
	}
}

func TestSplitPlacesCutsAtCommasAndOr(t *testing.T) {
	for text, want := range map[string][]string{
		"EU": {"EU"}, "EU, GB": {"EU", "GB"}, "EU or GB": {"EU", "GB"}, " EU ,, GB or region:ch ": {"EU", "GB", "region:ch"}, "": nil, " , ": nil,
	} {
		if got := footprint.SplitPlaces(text); !slices.Equal(got, want) {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestACountryIsJudgedWithoutASite(t *testing.T) {
	fp := network(t)
	const in, out, unknown = footprint.In, footprint.Out, footprint.Unknown
	for _, tt := range []struct {
		name, day, country string
		anyOf, except      []string
		want               footprint.Membership
	}{
		{"the country itself", "2026-08-20", "DE", []string{"DE"}, nil, in},
		{"another", "2026-08-20", "DE", []string{"GB"}, nil, out},
		{"a member", "2026-08-20", "DE", []string{"EU"}, nil, in},
		{"a member without sites", "2026-08-20", "BE", []string{"EU"}, nil, in},
		{"no member", "2026-08-20", "IS", []string{"EU"}, nil, out},
		{"a member that left", "2023-07-01", "GB", []string{"EU"}, nil, out},
		{"a member on its last day", "2023-06-30", "GB", []string{"EU"}, nil, in},
		{"partial", "2026-08-20", "US", []string{"ADEQUATE"}, nil, unknown},
		{"a part of it is in", "2026-08-20", "US", []string{"STATES"}, nil, unknown},
		{"a part of it is named", "2026-08-20", "US", []string{"US-NY"}, nil, unknown},
		{"a part of another is named", "2026-08-20", "DE", []string{"US-NY"}, nil, out},
		{"one of two", "2026-08-20", "US", []string{"ADEQUATE", "US"}, nil, in},
		{"excepted", "2026-08-20", "DE", []string{"EU"}, []string{"DE"}, out},
		{"a part of it is excepted", "2026-08-20", "DE", []string{"EU"}, []string{"DE-HE"}, unknown},
		{"a region says nothing of countries", "2026-08-20", "DE", []string{"region:eu"}, nil, unknown},
		{"a region that may be excepted", "2026-08-20", "DE", []string{"EU"}, []string{"region:eu"}, unknown},
		{"lower case is no code", "2026-08-20", "de", []string{"GB"}, nil, unknown},
		{"a name is no code", "2026-08-20", "Germany", []string{"GB"}, nil, unknown},
		{"a bloc is no country", "2026-08-20", "EU", []string{"GB"}, nil, unknown},
		{"nothing is no country", "2026-08-20", "", []string{"GB"}, nil, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := fp.ParsePlaces(tt.anyOf, tt.except)
			if err != nil {
				t.Fatal(err)
			}
			if got := fp.At(day(t, tt.day)).CountryIn(tt.country, p); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestAPlaceSetWithoutAPlaceIsRefused(t *testing.T) {
	fp := network(t)
	for _, tt := range []struct{ anyOf, except []string }{
		{nil, nil}, {nil, []string{"EU"}}, {[]string{"EU"}, []string{"EU"}}, {[]string{"EU", "GB"}, []string{"gb", "eu"}},
	} {
		if _, err := fp.ParsePlaces(tt.anyOf, tt.except); !errors.Is(err, footprint.ErrNoPlaces) {
			t.Errorf("%v except %v: %v, want ErrNoPlaces", tt.anyOf, tt.except, err)
		}
	}
}

func TestPlacesAreSaidByName(t *testing.T) {
	fp := network(t)
	for _, tt := range []struct {
		anyOf, except []string
		want          string
	}{
		{[]string{"DE"}, nil, "Land of DE"},
		{[]string{"EU", "DE", "GB"}, []string{"RE", "DE-HE"}, "EU, Land of DE or Land of GB, except Land of RE or DE-HE"},
		{[]string{"region:certified"}, []string{"log-region:us"}, "region:certified, except log-region:us"},
	} {
		p, err := fp.ParsePlaces(tt.anyOf, tt.except)
		if err != nil {
			t.Errorf("%v except %v: %v", tt.anyOf, tt.except, err)
			continue
		}
		if got := fp.Named(p); got != tt.want {
			t.Errorf("%s: %q, want %q", p, got, tt.want)
		}
	}
	if got := fp.Named(footprint.Places{Any: []footprint.Place{{Code: "XX"}, {Setting: footprint.StorageSetting, Code: "nowhere"}}}); got != "XX or storage-jurisdiction:nowhere" {
		t.Errorf("what has no name keeps its code: %q", got)
	}
}
