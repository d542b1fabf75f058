package footprint_test

import (
	"fmt"
	"testing"

	"domicile/internal/footprint"
)

// large is a network of the size of a real one: 380 sites in 120 countries, 260
// subdivisions, 6 blocs and 60 regions.
func large(b *testing.B) *footprint.Footprint {
	b.Helper()
	var p footprint.Parts
	country := func(i int) string { return string([]byte{'A' + byte(i/26), 'A' + byte(i%26)}) }
	for i := range 120 {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: country(i), Kind: footprint.Country})
		for bloc := range 6 {
			if i%(bloc+2) == 0 {
				p.Memberships = append(p.Memberships, footprint.BlocMembership{Bloc: fmt.Sprintf("BLOC%d", bloc), Member: country(i), During: footprint.Period{From: 1}})
			}
		}
	}
	for i := range 260 {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: fmt.Sprintf("%s-%d", country(i%120), i), Kind: footprint.Subdivision, Parent: country(i % 120)})
	}
	for i := range 6 {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: fmt.Sprintf("BLOC%d", i), Kind: footprint.Bloc})
	}
	for i := range 380 {
		s := footprint.Site{Code: fmt.Sprintf("S%03d", i), Kind: footprint.PoP, Country: country(i % 120), Group: "Europe", Network: footprint.NetworkGlobal, Seen: footprint.Period{From: 1}}
		if i%3 == 0 && i < 260 {
			s.Subdivision = fmt.Sprintf("%s-%d", country(i%120), i)
		}
		p.Sites = append(p.Sites, s)
	}
	for i := range 60 {
		text := fmt.Sprintf("bloc: BLOC%d and (not country: [%s, %s] or unpublished: some-sites)", i%6, country(i), country(i+1))
		p.Regions = append(p.Regions, footprint.Region{Setting: footprint.Setting(1 + i%4), Key: fmt.Sprintf("r%d", i), Definition: expr(b, text)})
	}
	fp, err := footprint.New(p)
	if err != nil {
		b.Fatal(err)
	}
	return fp
}

func BenchmarkAt(b *testing.B) {
	fp, d := large(b), day(b, "2026-08-20")
	b.ReportAllocs()
	for b.Loop() {
		fp.At(d)
	}
}

func BenchmarkInPlaces(b *testing.B) {
	fp := large(b)
	v := fp.At(day(b, "2026-08-20"))
	p, err := fp.ParsePlaces([]string{"BLOC0", "AB", "region:r4"}, []string{"AC"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		v.InPlaces(p)
	}
}

func BenchmarkParseExpr(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := footprint.ParseExpr("bloc: EU and (not bloc: OUTERMOST or unpublished: eu-outermost) or country: [CH, NO]"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMembersAnd(b *testing.B) {
	fp := large(b)
	v := fp.At(day(b, "2026-08-20"))
	x, _ := v.InJurisdiction("BLOC0")
	y, _ := v.InRegion(footprint.ProcessingSetting, "r4")
	b.ReportAllocs()
	for b.Loop() {
		_ = x.And(y).Not(v.Present())
	}
}
