package claim_test

import (
	"testing"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// The fictional network: every membership, product and log dataset in it is
// made up, so that the truth is known. Its records begin on 2022-01-01.

func day(t testing.TB, s string) footprint.Date {
	t.Helper()
	d, err := footprint.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func date(s string) footprint.Date {
	if s == "" {
		return 0
	}
	var d footprint.Date
	if d.UnmarshalText([]byte(s)) != nil {
		return -1
	}
	return d
}

var fictionalSites = []struct {
	code, country, subdivision, group, network string
	kind                                       footprint.SiteKind
	from, to                                   string
}{
	{"FRA", "DE", "DE-HE", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"MUC", "DE", "DE-BY", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"PAR", "FR", "", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"RUN", "RE", "", "Africa", "global", footprint.PoP, "2022-01-01", ""},
	{"DUB", "IE", "", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"BRU", "BE", "", "Europe", "global", footprint.PoP, "2022-01-01", "2024-06-30"},
	{"WAW", "PL", "", "Europe", "global", footprint.PoP, "2026-05-01", ""},
	{"LHR", "GB", "", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"ZRH", "CH", "", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"OSL", "NO", "", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"NYC", "US", "US-NY", "North America", "global", footprint.PoP, "2022-01-01", ""},
	{"DFW", "US", "US-TX", "North America", "global", footprint.PoP, "2022-01-01", ""},
	{"LAX", "US", "US-CA", "North America", "global", footprint.PoP, "2022-01-01", ""},
	{"XUS", "US", "", "North America", "global", footprint.PoP, "2023-03-01", ""},
	{"SJU", "PR", "", "Latin America", "global", footprint.PoP, "2022-01-01", ""},
	{"YYZ", "CA", "", "North America", "global", footprint.PoP, "2022-01-01", ""},
	{"YUL", "CA", "", "North America", "global", footprint.PoP, "2022-01-01", ""},
	{"NRT", "JP", "", "Asia", "global", footprint.PoP, "2022-01-01", ""},
	{"SIN", "SG", "", "Asia", "global", footprint.PoP, "2022-01-01", ""},
	{"TLV", "IL", "", "Middle East", "global", footprint.PoP, "2022-01-01", ""},
	{"DME", "RU", "", "Europe", "global", footprint.PoP, "2022-01-01", "2024-12-31"},
	{"LED", "RU", "", "Europe", "global", footprint.PoP, "2022-01-01", ""},
	{"JXG", "CN", "", "Asia", "china-jdcloud", footprint.PoP, "2022-01-01", ""},
	{"TAO", "CN", "", "Asia", "china-jdcloud", footprint.PoP, "2022-01-01", "2025-10-02"},
	{"CORE-LUX", "LU", "", "Europe", "core", footprint.Core, "2022-01-01", ""},
	{"CORE-PDX", "US", "US-OR", "North America", "core", footprint.Core, "2022-01-01", ""},
}

var fictionalJurisdictions = []struct {
	code, name, parent string
	kind               footprint.JurisdictionKind
}{
	{"DE", "Germany", "", footprint.Country}, {"FR", "France", "", footprint.Country},
	{"RE", "Réunion", "FR", footprint.Country}, {"IE", "Ireland", "", footprint.Country},
	{"BE", "Belgium", "", footprint.Country}, {"PL", "Poland", "", footprint.Country},
	{"GB", "United Kingdom", "", footprint.Country}, {"CH", "Switzerland", "", footprint.Country},
	{"NO", "Norway", "", footprint.Country}, {"US", "United States", "", footprint.Country},
	{"PR", "Puerto Rico", "US", footprint.Country}, {"CA", "Canada", "", footprint.Country},
	{"JP", "Japan", "", footprint.Country}, {"SG", "Singapore", "", footprint.Country},
	{"IL", "Israel", "", footprint.Country}, {"RU", "Russia", "", footprint.Country},
	{"CN", "China", "", footprint.Country}, {"LU", "Luxembourg", "", footprint.Country},
	{"AQ", "Antarctica", "", footprint.Country},
	{"DE-HE", "Hesse", "DE", footprint.Subdivision}, {"DE-BY", "Bavaria", "DE", footprint.Subdivision},
	{"US-NY", "New York", "US", footprint.Subdivision}, {"US-TX", "Texas", "US", footprint.Subdivision},
	{"US-CA", "California", "US", footprint.Subdivision}, {"US-OR", "Oregon", "US", footprint.Subdivision},
	{"EU", "European Union", "", footprint.Bloc}, {"EEA", "European Economic Area", "", footprint.Bloc},
	{"OUTERMOST", "Outermost regions", "", footprint.Bloc}, {"ADEQUATE", "Adequate", "", footprint.Bloc},
	{"US_STATES", "The states", "", footprint.Bloc}, {"US_TERRITORIES", "The territories", "", footprint.Bloc},
	{"LEAGUE", "A league with dated members", "", footprint.Bloc},
}

var fictionalMemberships = []struct {
	bloc, member, from, to string
	partial                bool
}{
	{"EU", "DE", "1958-01-01", "", false}, {"EU", "FR", "1958-01-01", "", false}, {"EU", "RE", "1958-01-01", "", false},
	{"EU", "IE", "1973-01-01", "", false}, {"EU", "BE", "1958-01-01", "", false}, {"EU", "LU", "1958-01-01", "", false},
	{"EU", "PL", "2004-05-01", "", false}, {"EU", "GB", "1973-01-01", "2020-01-31", false},
	{"EEA", "DE", "1994-01-01", "", false}, {"EEA", "FR", "1994-01-01", "", false}, {"EEA", "RE", "1994-01-01", "", false},
	{"EEA", "IE", "1994-01-01", "", false}, {"EEA", "BE", "1994-01-01", "", false}, {"EEA", "LU", "1994-01-01", "", false},
	{"EEA", "PL", "2004-05-01", "", false}, {"EEA", "NO", "1994-01-01", "", false},
	{"OUTERMOST", "RE", "1958-01-01", "", false},
	{"ADEQUATE", "CH", "2000-07-26", "", false}, {"ADEQUATE", "GB", "2021-06-28", "2031-12-27", false},
	{"ADEQUATE", "IL", "2011-01-31", "", false}, {"ADEQUATE", "US", "2023-07-10", "", true}, {"ADEQUATE", "CA", "2001-12-20", "", true},
	{"US_STATES", "US-NY", "1958-01-01", "", false}, {"US_STATES", "US-TX", "1958-01-01", "", false},
	{"US_STATES", "US-CA", "1958-01-01", "", false}, {"US_STATES", "US-OR", "1958-01-01", "", false},
	{"US_TERRITORIES", "PR", "1958-01-01", "", false},
	{"LEAGUE", "CH", "2025-01-01", "2025-12-31", false}, {"LEAGUE", "JP", "2020-01-01", "", false}, {"LEAGUE", "SG", "2026-06-01", "", false},
}

var fictionalRegions = []struct {
	setting    footprint.Setting
	key        string
	definition string
	geographic bool
}{
	{footprint.ProcessingSetting, "de", "country: DE", true},
	{footprint.ProcessingSetting, "fr", "country: FR", true},
	{footprint.ProcessingSetting, "ch", "country: CH", true},
	{footprint.ProcessingSetting, "gb", "country: GB", true},
	{footprint.ProcessingSetting, "ca", "country: CA", true},
	{footprint.ProcessingSetting, "jp", "country: JP", true},
	{footprint.ProcessingSetting, "aq", "country: AQ", true},
	{footprint.ProcessingSetting, "us", "country: US or (bloc: US_TERRITORIES and unpublished: us-territories)", true},
	{footprint.ProcessingSetting, "us-tx", "subdivision: US-TX", true},
	{footprint.ProcessingSetting, "eu", "bloc: EU and (not bloc: OUTERMOST or unpublished: eu-outermost)", true},
	{footprint.ProcessingSetting, "certified-eu", "bloc: EU and unpublished: certified-sites", true},
	{footprint.ProcessingSetting, "certified", "unpublished: certified-sites", false},
	{footprint.ProcessingSetting, "green", "unpublished: green-sites", false},
	{footprint.ProcessingSetting, "fedramp", "country: US and unpublished: fedramp-sites", true},
	{footprint.ProcessingSetting, "not-ru", "not country: RU", true},
	{footprint.ProcessingSetting, "league", "bloc: LEAGUE", true},
	{footprint.ProcessingSetting, "adequate", "bloc: ADEQUATE", true},
	{footprint.ProcessingSetting, "group-europe", "group: Europe", true},
	{footprint.ProcessingSetting, "late", "country: [DE, FR]", true},
	{footprint.KeySetting, "de", "country: DE", true},
	{footprint.KeySetting, "eu", "bloc: EU and (not bloc: OUTERMOST or unpublished: eu-outermost)", true},
	{footprint.KeySetting, "late", "country: DE", true},
	{footprint.KeySetting, "eu-or-no", "region: EU or country: NO", true},
	{footprint.KeySetting, "jp", "country: JP", true},
	{footprint.KeySetting, "us", "country: US", true},
	{footprint.KeySetting, "weur", "group: Europe and unpublished: policy-members", true},
	{footprint.LogSetting, "eu", "kind: core and bloc: EU", true},
	{footprint.LogSetting, "us", "kind: core and country: US", true},
	{footprint.StorageSetting, "eu", "bloc: EU", true},
	{footprint.StorageSetting, "us", "country: US", true},
	{footprint.StorageSetting, "fedramp", "unpublished: fedramp-storage", true},
}

func mustExpr(t testing.TB, text string) *footprint.Expr {
	t.Helper()
	e, err := footprint.ParseExpr(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// offered has the day on which a region was first offered, where that is recorded.
var offered = map[string]string{"late": "2026-07-01"}

func fictionalParts(t testing.TB) footprint.Parts {
	t.Helper()
	var p footprint.Parts
	for _, s := range fictionalSites {
		p.Sites = append(p.Sites, footprint.Site{
			Code: s.code, Kind: s.kind, City: "City of " + s.code, Country: s.country, Subdivision: s.subdivision,
			Group: s.group, Network: s.network, Seen: footprint.Period{From: date(s.from), To: date(s.to)},
		})
	}
	for _, j := range fictionalJurisdictions {
		p.Jurisdictions = append(p.Jurisdictions, footprint.Jurisdiction{Code: j.code, Kind: j.kind, Name: j.name, Parent: j.parent})
	}
	for _, m := range fictionalMemberships {
		p.Memberships = append(p.Memberships, footprint.BlocMembership{
			Bloc: m.bloc, Member: m.member, During: footprint.Period{From: date(m.from), To: date(m.to)}, Partial: m.partial,
		})
	}
	for _, r := range fictionalRegions {
		p.Regions = append(p.Regions, footprint.Region{
			Key: r.key, Name: r.key, Setting: r.setting, Definition: mustExpr(t, r.definition), Geographic: r.geographic, Since: date(offered[r.key]),
		})
	}
	return p
}

func fictionalFootprint(t testing.TB) *footprint.Footprint {
	t.Helper()
	fp, err := footprint.New(fictionalParts(t))
	if err != nil {
		t.Fatal(err)
	}
	return fp
}

func rule(product string, s footprint.Setting, e residency.Effect, base residency.Base, acts ...residency.Activity) residency.Rule {
	return residency.Rule{Product: product, Setting: s, Effect: e, Base: base, Activities: acts, Fact: product + "-fact"}
}

func when(r residency.Rule, c residency.Condition) residency.Rule {
	r.Effect, r.Condition = residency.EffectConditional, c
	return r
}

func fictionalRules() *residency.Rules {
	const (
		keys, processing = footprint.KeySetting, footprint.ProcessingSetting
		logs, storage    = footprint.LogSetting, footprint.StorageSetting
		conditional      = residency.EffectConditional
	)
	products := []residency.Product{
		{ID: "access", Rules: []residency.Rule{when(rule("access", processing, conditional, residency.EveryPoP, residency.Process), residency.RegionIsFedRAMP)}},
		{ID: "argo", Feature: "argo", Rules: []residency.Rule{
			rule("argo", processing, residency.EffectUnavailable, residency.EveryPoP, residency.Process),
			rule("argo", logs, residency.EffectUnavailable, residency.EveryCore, residency.Store)}},
		{ID: "boxes", Rules: []residency.Rule{
			when(rule("boxes", processing, conditional, residency.EveryPoP, residency.Process), residency.ResourceJurisdiction),
			when(rule("boxes", storage, conditional, residency.PoPOrCore, residency.Process, residency.Store), residency.ResourceJurisdiction)}},
		{ID: "byoip", Rules: []residency.Rule{rule("byoip", processing, residency.EffectNarrowed, residency.EveryPoP, residency.Process)}},
		{ID: "casb", Rules: []residency.Rule{rule("casb", logs, residency.EffectUnavailable, residency.EveryCore, residency.Store)}},
		{ID: "cdn", Rules: []residency.Rule{
			rule("cdn", processing, residency.EffectNarrowed, residency.EveryPoP, residency.Process, residency.Cache),
			rule("cdn", storage, residency.EffectNone, residency.PoPOrCore)}},
		{ID: "dns", Rules: []residency.Rule{when(rule("dns", processing, conditional, residency.EveryPoP, residency.Process), residency.NoSecondaryDNS)}},
		{ID: "images", Rules: []residency.Rule{
			when(rule("images", keys, conditional, residency.EveryPoP, residency.Store), residency.ServedOnCustomCertificate),
			when(rule("images", processing, conditional, residency.EveryPoP, residency.Process, residency.Cache), residency.ServedOnRegionalHostname),
			rule("images", storage, residency.EffectOutside, residency.PoPOrCore, residency.Store)}},
		{ID: "kv", Rules: []residency.Rule{
			rule("kv", processing, residency.EffectOutside, residency.EveryPoP, residency.Process, residency.Cache),
			rule("kv", storage, residency.EffectUncertain, residency.PoPOrCore, residency.Store)}},
		{ID: "load-balancing", Rules: []residency.Rule{
			{Product: "load-balancing", Setting: logs, Effect: residency.EffectFeatureLost, Lost: "its dashboard"}}},
		{ID: "objects", Rules: []residency.Rule{
			when(rule("objects", processing, conditional, residency.EveryPoP, residency.Process), residency.ObjectJurisdiction),
			when(rule("objects", storage, conditional, residency.PoPOrCore, residency.Process, residency.Store), residency.ResourceJurisdiction)}},
		{ID: "r2", Rules: []residency.Rule{
			when(rule("r2", processing, conditional, residency.EveryPoP, residency.Process, residency.Cache), residency.BucketRegional),
			when(rule("r2", storage, conditional, residency.PoPOrCore, residency.Store), residency.ResourceJurisdiction)}},
		{ID: "saas", Rules: []residency.Rule{rule("saas", processing, residency.EffectNarrowed, residency.EveryPoP, residency.Process)}},
		{ID: "spectrum", Rules: []residency.Rule{rule("spectrum", processing, residency.EffectNarrowed, residency.EveryPoP, residency.Process)}},
		{ID: "tiered-caching", Feature: "tiered_cache", Rules: []residency.Rule{
			when(rule("tiered-caching", processing, conditional, residency.EveryPoP, residency.Cache), residency.TieredCacheNotSmart)}},
		{ID: "tunnel", Rules: []residency.Rule{rule("tunnel", processing, residency.EffectUncertain, residency.EveryPoP, residency.Process)}},
		{ID: "workers", Rules: []residency.Rule{rule("workers", processing, residency.EffectNarrowed, residency.EveryPoP, residency.Process)}},
		{ID: "workers-ai", Rules: []residency.Rule{rule("workers-ai", processing, residency.EffectOutside, residency.EveryPoP, residency.Process)}},
	}
	return &residency.Rules{Products: products, Storage: fictionalOffers(), LogDatasets: fictionalDatasets()}
}

func fictionalOffers() []residency.StorageOffer {
	both, store := []residency.Activity{residency.Process, residency.Store}, []residency.Activity{residency.Store}
	offer := func(product, jurisdiction, since string, acts []residency.Activity) residency.StorageOffer {
		return residency.StorageOffer{Product: product, Jurisdiction: jurisdiction, Since: date(since), Activities: acts}
	}
	disputed := offer("kv", "eu", "", store)
	disputed.Confidence = footprint.Disputed
	return []residency.StorageOffer{
		offer("boxes", "eu", "", both),
		offer("boxes", "us", "2026-10-31", store),
		disputed,
		offer("objects", "eu", "", both),
		offer("objects", "us", "2026-06-26", both),
		offer("r2", "eu", "", store),
		offer("r2", "fedramp", "", store),
		offer("r2", "us", "2026-08-17", store),
	}
}

func fictionalDatasets() []residency.LogDataset {
	return []residency.LogDataset{
		{ID: "audit_v1", Name: "Audit", Category: residency.Account, Respects: residency.False, AvailableUS: true},
		{ID: "casb_findings", Name: "Findings", Product: "casb", Category: residency.TrafficMetadata, Respects: residency.False, AvailableUS: true},
		{ID: "copies", Name: "Copies", Category: residency.TrafficMetadata, Respects: residency.Unsure},
		{ID: "requests", Name: "Requests", Category: residency.TrafficMetadata, Respects: residency.True, AvailableUS: true, AvailableEU: true},
		{ID: "tunnel_tests", Name: "Tests", Product: "tunnel", Category: residency.TrafficMetadata, Respects: residency.True, AvailableEU: true},
	}
}
