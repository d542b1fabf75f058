package residency_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"domicile/internal/footprint"
	"domicile/internal/residency"
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

// The edge sites of the fixture, and the core data centers.
const (
	pops  = "FRA NYC PAR SIN"
	cores = "LUX PDX"
	every = "FRA LUX NYC PAR PDX SIN"
)

func footprintOf(t testing.TB) *footprint.Footprint {
	t.Helper()
	p := footprint.Parts{}
	for _, s := range []struct {
		code, country, network string
		kind                   footprint.SiteKind
	}{
		{"FRA", "DE", "global", footprint.PoP}, {"PAR", "FR", "global", footprint.PoP}, {"NYC", "US", "global", footprint.PoP}, {"SIN", "SG", "global", footprint.PoP},
		{"JXG", "CN", "china-jdcloud", footprint.PoP}, {"LUX", "LU", "core", footprint.Core}, {"PDX", "US", "core", footprint.Core},
	} {
		p.Sites = append(p.Sites, footprint.Site{Code: s.code, Country: s.country, Network: s.network, Kind: s.kind, Seen: footprint.Period{From: day(t, "2022-01-01")}})
	}
	for _, code := range []string{"DE", "FR", "US", "SG", "CN", "LU", "AQ"} {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: code, Kind: footprint.Country})
	}
	p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: "EU", Kind: footprint.Bloc})
	for _, code := range []string{"DE", "FR", "LU"} {
		p.Memberships = append(p.Memberships, footprint.BlocMembership{Bloc: "EU", Member: code, During: footprint.Period{From: 1}})
	}
	region := func(s footprint.Setting, key, text string, geographic bool) {
		p.Regions = append(p.Regions, footprint.Region{Setting: s, Key: key, Definition: expr(t, text), Geographic: geographic})
	}
	region(footprint.ProcessingSetting, "eu", "bloc: EU", true)
	region(footprint.ProcessingSetting, "de", "country: DE", true)
	region(footprint.ProcessingSetting, "us", "country: US", true)
	region(footprint.ProcessingSetting, "aq", "country: AQ", true)
	region(footprint.ProcessingSetting, "certified", "bloc: EU and unpublished: certificates", true)
	region(footprint.ProcessingSetting, "green", "unpublished: green-sites", false)
	region(footprint.ProcessingSetting, "fedramp", "country: US", true)
	region(footprint.ProcessingSetting, "late", "country: DE", true)
	p.Regions[len(p.Regions)-1].Since = day(t, "2099-01-01")
	region(footprint.KeySetting, "eu", "bloc: EU", true)
	region(footprint.LogSetting, "eu", "kind: core and bloc: EU", true)
	region(footprint.LogSetting, "us", "kind: core and country: US", true)
	region(footprint.StorageSetting, "eu", "bloc: EU", true)
	fp, err := footprint.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return fp
}

// product is a product with one rule for a processing region.
func product(id string, e residency.Effect, c residency.Condition) residency.Product {
	return residency.Product{ID: id, Name: strings.ToUpper(id), Rules: []residency.Rule{{
		Product: id, Setting: footprint.ProcessingSetting, Effect: e, Condition: c, Base: residency.EveryPoP,
		Activities: []residency.Activity{residency.Process}, Fact: id + "-fact", Lost: id + " is lost", Caveats: []string{"7"}, Provenance: footprint.Provenance{Source: "table"},
	}}}
}

func rules(products ...residency.Product) *residency.Rules {
	store := []residency.Activity{residency.Store}
	return &residency.Rules{
		Products: products,
		Storage: []residency.StorageOffer{
			{Product: "r2", Jurisdiction: "eu", Activities: store},
			{Product: "objects", Jurisdiction: "eu", Since: 20000, Activities: []residency.Activity{residency.Process, residency.Store}},
			{Product: "kv", Jurisdiction: "eu", Activities: store, Provenance: footprint.Provenance{Confidence: footprint.Disputed}},
		},
		LogDatasets: []residency.LogDataset{
			{ID: "audit", Category: residency.Account, Respects: residency.False, AvailableUS: true},
			{ID: "findings", Product: "casb", Category: residency.TrafficMetadata, Respects: residency.False},
			{ID: "copies", Category: residency.TrafficMetadata},
			{ID: "tests", Name: "Tests", Product: "dex", Category: residency.TrafficMetadata, Respects: residency.True, AvailableEU: true},
		},
	}
}

// none is a customer of whom it is known that no product is in use.
func none() *residency.Settings {
	return &residency.Settings{Customer: "acme", Products: residency.Products{Known: true}}
}

// zoned is such a customer with one zone of one name, of one region.
func zoned(region string) *residency.Settings {
	s := none()
	s.Zones = []residency.Zone{{Name: "a.example", HostnamesListed: true, CertificatesListed: true,
		Hostnames: []residency.Hostname{{Name: "www.a.example", Region: region}}}}
	return s
}

func resolve(t testing.TB, r *residency.Rules, s *residency.Settings) *residency.Residency {
	t.Helper()
	return residency.Resolve(r, footprintOf(t).At(day(t, "2026-08-20")), s)
}

func siteCodes(res *residency.Residency, set footprint.SiteSet) string {
	var out []string
	for i := range set.All() {
		out = append(out, res.View.Footprint().Site(i).Code)
	}
	return strings.Join(out, " ")
}

var (
	account  = residency.Scope{Kind: residency.AccountScope}
	theZone  = residency.Scope{Kind: residency.ZoneScope, Name: "a.example"}
	theName  = residency.Scope{Kind: residency.HostnameScope, Name: "www.a.example"}
	theRange = netip.MustParsePrefix("198.51.100.0/24")
	inRange  = netip.MustParseAddr("198.51.100.7")
)

// find returns the placements of a category, activity and scope, of one product
// ("" where it is of none).
func find(res *residency.Residency, c residency.DataCategory, a residency.Activity, s residency.Scope, product string) []residency.Placement {
	return slices.DeleteFunc(slices.Clone(res.Placements), func(p residency.Placement) bool {
		return p.Category != c || p.Activity != a || p.Scope != s || p.Reason.Product != product
	})
}

// one returns the one placement that has a reason.
func one(t testing.TB, res *residency.Residency, c residency.DataCategory, a residency.Activity, s residency.Scope, product string, kind residency.ReasonKind) *residency.Placement {
	t.Helper()
	var kinds []residency.ReasonKind
	var found *residency.Placement
	for _, p := range find(res, c, a, s, product) {
		kinds = append(kinds, p.Reason.Kind)
		if p.Reason.Kind == kind {
			found = &p
		}
	}
	if found == nil {
		t.Fatalf("%s %s of %s has the reasons %v, want %v", c, a, s, kinds, kind)
	}
	return found
}
