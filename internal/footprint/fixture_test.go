package footprint_test

import (
	"slices"
	"strings"
	"testing"

	"domicile/internal/footprint"
)

func day(t testing.TB, s string) footprint.Date {
	t.Helper()
	d, err := footprint.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func expr(t testing.TB, text string) *footprint.Expr {
	t.Helper()
	e, err := footprint.ParseExpr(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// small is a network of nine sites whose truth is known. Its records begin on
// 2022-01-01.
func small(t testing.TB) footprint.Parts {
	t.Helper()
	start := day(t, "2022-01-01")
	site := func(code, country, subdivision, group string, from, to footprint.Date) footprint.Site {
		return footprint.Site{Code: code, Kind: footprint.PoP, Country: country, Subdivision: subdivision, Group: group,
			Network: footprint.NetworkGlobal, Seen: footprint.Period{From: from, To: to}}
	}
	p := footprint.Parts{Sites: []footprint.Site{
		site("FRA", "DE", "DE-HE", "Europe", start, 0),
		site("MUC", "DE", "", "Europe", start, 0),
		site("RUN", "RE", "", "Africa", start, 0),
		site("LHR", "GB", "", "Europe", start, 0),
		site("BRU", "BE", "", "Europe", start, day(t, "2024-06-30")),
		site("WAW", "PL", "", "Europe", day(t, "2026-05-01"), 0),
		site("NYC", "US", "US-NY", "North America", start, 0),
		site("JXG", "CN", "", "Asia", start, 0),
		site("CORE", "US", "US-OR", "North America", start, 0),
	}}
	p.Sites[7].Network = footprint.NetworkChina
	p.Sites[8].Kind, p.Sites[8].Network = footprint.Core, footprint.NetworkCore
	for _, code := range []string{"DE", "RE", "GB", "BE", "PL", "US", "CN", "IS"} {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: code, Kind: footprint.Country, Name: "Land of " + code})
	}
	for _, code := range []string{"DE-HE", "DE-BY", "US-NY", "US-OR"} {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: code, Kind: footprint.Subdivision, Parent: code[:2]})
	}
	for _, code := range []string{"EU", "ADEQUATE", "STATES", "EMPTY"} {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: code, Kind: footprint.Bloc})
	}
	row := func(bloc, member, from, to string, partial bool) {
		m := footprint.BlocMembership{Bloc: bloc, Member: member, Partial: partial, During: footprint.Period{From: day(t, from)}}
		if to != "" {
			m.During.To = day(t, to)
		}
		p.Memberships = append(p.Memberships, m)
	}
	row("EU", "DE", "1958-01-01", "", false)
	row("EU", "BE", "1958-01-01", "", false)
	row("EU", "RE", "1958-01-01", "", false)
	row("EU", "GB", "1973-01-01", "2023-06-30", false)
	row("ADEQUATE", "GB", "2023-07-01", "2031-12-27", false)
	row("ADEQUATE", "US", "2023-07-10", "", true)
	row("STATES", "US-NY", "1958-01-01", "", false)
	region := func(s footprint.Setting, key, definition string, geographic bool) {
		p.Regions = append(p.Regions, footprint.Region{Setting: s, Key: key, Definition: expr(t, definition), Geographic: geographic})
	}
	region(footprint.KeySetting, "eu", "bloc: EU", true)
	region(footprint.KeySetting, "eu-but-be", "(region: EU) and (not country: BE)", true)
	region(footprint.ProcessingSetting, "eu", "bloc: EU", true)
	region(footprint.ProcessingSetting, "certified", "bloc: EU and unpublished: certificates", true)
	region(footprint.ProcessingSetting, "keys-eu", "region: eu", true)
	region(footprint.LogSetting, "us", "kind: core and country: US", true)
	return p
}

func network(t testing.TB) *footprint.Footprint {
	t.Helper()
	fp, err := footprint.New(small(t))
	if err != nil {
		t.Fatal(err)
	}
	return fp
}

// codes lists the sites of a set, in one string.
func codes(fp *footprint.Footprint, set footprint.SiteSet) string {
	var out []string
	for i := range set.All() {
		out = append(out, fp.Site(i).Code)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
