package residency_test

import (
	"testing"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

func TestWhereKeysAreKept(t *testing.T) {
	const certificates = "zones.a.example.certificates"
	zone := func(change func(*residency.Zone), unknown ...string) *residency.Settings {
		return with(zoned("de"), func(s *residency.Settings) {
			s.Unknown = unknown
			change(&s.Zones[0])
		})
	}
	certificate := func(c residency.Certificate, unknown ...string) *residency.Settings {
		return zone(func(z *residency.Zone) {
			c.Hosts = []string{"a.example", "*.a.example"}
			z.Certificates = []residency.Certificate{c}
		}, unknown...)
	}
	ofIt := residency.Scope{Kind: residency.CertificateScope, Name: "a.example *.a.example"}
	on := func(name string, s *residency.Settings, scope residency.Scope, kind residency.ReasonKind, may, certain, fact string) reasonCase {
		return reasonCase{name: name, settings: s, category: residency.Keys, activity: residency.Store, scope: scope, kind: kind, may: may, certain: certain, fact: fact}
	}
	checkReasons(t, []reasonCase{
		on("no zone", none(), account, residency.ReasonNoCertificate, pops, pops, ""),
		on("zones not read", with(none(), func(s *residency.Settings) { s.Unknown = []string{"zones"} }), account, residency.ReasonSettingUnread, pops, "", residency.FactSettingUnread),
		on("certificates not listed", zone(func(z *residency.Zone) { z.CertificatesListed = false }), theZone, residency.ReasonNoCertificate, pops, pops, ""),
		on("certificates not read", zone(func(*residency.Zone) {}, certificates), theZone, residency.ReasonSettingUnread, pops, "", residency.FactSettingUnread),
		on("a certificate that was not read", certificate(residency.Certificate{KeyRegion: "eu"}, certificates), ofIt, residency.ReasonSettingUnread, pops, "", residency.FactSettingUnread),
		on("a name without a certificate", zoned("de"), theName, residency.ReasonNoCertificate, pops, pops, ""),
		on("a custom hostname without a certificate", zone(func(z *residency.Zone) {
			z.CustomHostnames = []residency.CustomHostname{{Name: "shop.b.example", Target: "www.a.example"}}
		}), residency.Scope{Kind: residency.HostnameScope, Name: "shop.b.example"}, residency.ReasonNoCertificate, pops, pops, ""),
		on("a certificate without a key region", certificate(residency.Certificate{}), ofIt, residency.ReasonDefault, pops, pops, ""),
		on("a key region", certificate(residency.Certificate{KeyRegion: "eu"}), ofIt, residency.ReasonSetting, "FRA PAR", "FRA PAR", ""),
		on("a key region nobody knows", certificate(residency.Certificate{KeyRegion: "de"}), ofIt, residency.ReasonUnknownRegion, pops, "", residency.FactRegionUnknown),
		on("a key policy", certificate(residency.Certificate{KeyPolicy: expr(t, "(region: EU) and (not country: FR)")}), ofIt, residency.ReasonSetting, "FRA", "FRA", ""),
		on("a key policy that leaves no site", certificate(residency.Certificate{KeyPolicy: expr(t, "(country: US) and (region: EU)")}), ofIt, residency.ReasonSetting, "", "", residency.FactNoSite),
		on("a key policy of unpublished members", certificate(residency.Certificate{KeyPolicy: expr(t, "country: DE or unpublished: vaults")}), ofIt, residency.ReasonSetting, pops, "FRA", "vaults"),
		on("a plan that cannot have it", with(certificate(residency.Certificate{KeyRegion: "eu"}), func(s *residency.Settings) { s.Plan = "free" }),
			ofIt, residency.ReasonSetting, pops, "FRA PAR", residency.FactPlan),
		on("a zone whose names are not listed", zone(func(z *residency.Zone) {
			z.HostnamesListed, z.Hostnames = false, nil
			z.Certificates = []residency.Certificate{{Hosts: []string{"pay.a.example"}, KeyRegion: "eu"}}
		}), theZone, residency.ReasonNoCertificate, pops, pops, ""),
	})
	res := resolve(t, rules(), certificate(residency.Certificate{KeyRegion: "eu"}))
	if ps := find(res, residency.Keys, residency.Store, theName, ""); len(ps) > 0 {
		t.Error("a name that a wildcard certificate covers has a key elsewhere, too")
	}
}

func TestAWildcardCertificateCoversOneLabel(t *testing.T) {
	s := zoned("de")
	s.Zones[0].Certificates = []residency.Certificate{{Hosts: []string{"*.a.example"}, KeyRegion: "eu"}}
	s.Zones[0].Hostnames = []residency.Hostname{{Name: "a.example"}, {Name: "www.a.example"}, {Name: "x.www.a.example"}, {Name: "*.a.example"}, {Name: "*.www.a.example"}}
	res := resolve(t, rules(), s)
	for name, covered := range map[string]bool{"a.example": false, "www.a.example": true, "x.www.a.example": false, "*.a.example": true, "*.www.a.example": false} {
		ps := find(res, residency.Keys, residency.Store, residency.Scope{Kind: residency.HostnameScope, Name: name}, "")
		if covered != (len(ps) == 0) {
			t.Errorf("%s: covered should be %v", name, covered)
		}
	}
}

func TestKeylessKeysAreWhereTheCustomerSays(t *testing.T) {
	for _, tt := range []struct {
		server    string
		elsewhere residency.Elsewhere
		facts     int
	}{{"CH", residency.Declared, 0}, {"", residency.Unmodelled, 1}} {
		s := zoned("de")
		s.Zones[0].Certificates = []residency.Certificate{{Hosts: []string{"www.a.example"}, Keyless: true, KeyServer: tt.server}}
		res := resolve(t, rules(), s)
		p := one(t, res, residency.Keys, residency.Store, residency.Scope{Kind: residency.CertificateScope, Name: "www.a.example"}, "", residency.ReasonKeyless)
		if p.Elsewhere != tt.elsewhere || p.Country != tt.server || !p.May.Empty() || len(p.Facts) != tt.facts {
			t.Errorf("%q: %+v", tt.server, p)
		}
	}
}

func TestWhereLogsAreStored(t *testing.T) {
	logs := func(change func(*residency.Settings)) *residency.Settings { return with(zoned("de"), change) }
	on := func(name string, s *residency.Settings, kind residency.ReasonKind, may, certain, fact string) reasonCase {
		return reasonCase{name: name, settings: s, category: residency.TrafficMetadata, activity: residency.Store, scope: account, kind: kind, may: may, certain: certain, fact: fact}
	}
	checkReasons(t, []reasonCase{
		on("no log region", zoned("de"), residency.ReasonDefault, cores, cores, ""),
		on("eu", logs(func(s *residency.Settings) { s.LogRegion = "eu" }), residency.ReasonSetting, "LUX", "LUX", ""),
		on("us", logs(func(s *residency.Settings) { s.LogRegion = "us" }), residency.ReasonSetting, "PDX", "PDX", ""),
		on("eu with log retention", logs(func(s *residency.Settings) { s.LogRegion, s.LogRetention = "eu", true }), residency.ReasonLogRetention, cores, cores, ""),
		on("EU with log retention", logs(func(s *residency.Settings) { s.LogRegion, s.LogRetention = "EU", true }), residency.ReasonLogRetention, cores, cores, ""),
		on("us with log retention", logs(func(s *residency.Settings) { s.LogRegion, s.LogRetention = "us", true }), residency.ReasonSetting, "PDX", "PDX", ""),
		on("eu, retention not read", logs(func(s *residency.Settings) { s.LogRegion, s.Unknown = "eu", []string{"log_retention"} }),
			residency.ReasonSetting, cores, "LUX", residency.FactSettingUnread),
		on("not read", logs(func(s *residency.Settings) { s.LogRegion, s.Unknown = "eu", []string{"log_region"} }), residency.ReasonSettingUnread, cores, "", residency.FactSettingUnread),
		on("a region that does not exist", logs(func(s *residency.Settings) { s.LogRegion = "ch" }), residency.ReasonUnknownRegion, cores, "", residency.FactRegionUnknown),
		on("a plan that cannot have it", logs(func(s *residency.Settings) { s.LogRegion, s.Plan = "eu", "business" }), residency.ReasonSetting, cores, "LUX", residency.FactPlan),
	})
}

func TestWhoMayReadLogs(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*residency.Settings)
		want   residency.Elsewhere
		kind   residency.ReasonKind
	}{
		{"no log region", func(*residency.Settings) {}, residency.Anywhere, residency.ReasonReaders},
		{"a log region", func(s *residency.Settings) { s.LogRegion = "eu" }, residency.Unmodelled, residency.ReasonReadersSteered},
		{"access from outside it", func(s *residency.Settings) { s.LogRegion, s.OutOfRegionAccess = "eu", true }, residency.Anywhere, residency.ReasonReaders},
		{"access not read", func(s *residency.Settings) { s.LogRegion, s.Unknown = "eu", []string{"out_of_region_access"} }, residency.Unmodelled, residency.ReasonReadersSteered},
		{"the log region not read", func(s *residency.Settings) { s.Unknown = []string{"log_region"} }, residency.Unmodelled, residency.ReasonReadersSteered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := one(t, resolve(t, rules(), with(zoned("de"), tt.change)), residency.TrafficMetadata, residency.Access, account, "", tt.kind)
			if p.Elsewhere != tt.want {
				t.Errorf("elsewhere %d, want %d", p.Elsewhere, tt.want)
			}
		})
	}
}

func TestLogDatasetsThatIgnoreTheLogRegion(t *testing.T) {
	casb := product("casb", residency.EffectNone, residency.NoCondition)
	r := rules(casb)
	findings := func(s *residency.Settings) []residency.Placement {
		return find(resolve(t, r, s), residency.TrafficMetadata, residency.Store, account, "casb")
	}
	eu := with(zoned("de"), func(s *residency.Settings) { s.LogRegion = "eu" })
	if ps := findings(eu); len(ps) > 0 {
		t.Error("a dataset of a product that is not in use is stored")
	}
	if ps := findings(with(eu, func(s *residency.Settings) { s.LogDatasets = []string{"findings"} })); len(ps) != 1 || ps[0].Possible {
		t.Errorf("a dataset known to be in use: %+v", ps)
	}
	eu.LogDatasets = nil
	if ps := findings(with(eu, func(s *residency.Settings) { s.Products = residency.Products{} })); len(ps) != 1 || !ps[0].Possible {
		t.Errorf("a dataset of a product that may be in use: %+v", ps)
	}
	res := resolve(t, r, with(zoned("de"), func(s *residency.Settings) { s.LogRegion = "eu" }))
	audit := one(t, res, residency.Account, residency.Store, account, "", residency.ReasonLogDataset)
	if siteCodes(res, audit.May) != cores || audit.Possible || audit.Reason.Detail != "audit" {
		t.Errorf("the dataset of every account: %+v", audit)
	}
	for _, p := range res.Placements {
		if p.Reason.Detail == "copies" {
			t.Error("a dataset that goes to the customer's own destination has a placement")
		}
	}
}

func TestWhereStoredObjectsAre(t *testing.T) {
	store := func(x residency.Resource, unknown ...string) *residency.Settings {
		return with(zoned("de"), func(s *residency.Settings) { s.Storage, s.Unknown = []residency.Resource{x}, unknown })
	}
	on := func(name string, x residency.Resource, kind residency.ReasonKind, may, certain, fact string, unknown ...string) reasonCase {
		x.Name = "x"
		return reasonCase{name: name, settings: store(x, unknown...), category: residency.StoredContent, activity: residency.Store,
			scope: residency.Scope{Kind: residency.ResourceScope, Name: x.Product + "/x"}, product: x.Product, kind: kind, may: may, certain: certain, fact: fact}
	}
	checkReasons(t, []reasonCase{
		on("no jurisdiction", residency.Resource{Product: "r2"}, residency.ReasonNoJurisdiction, every, every, ""),
		on("a jurisdiction", residency.Resource{Product: "r2", Jurisdiction: "eu"}, residency.ReasonSetting, "FRA LUX PAR", "FRA LUX PAR", ""),
		on("a jurisdiction that the product does not offer", residency.Resource{Product: "r2", Jurisdiction: "ch"}, residency.ReasonNotOffered, every, "", residency.FactNotOffered),
		on("a product that offers none", residency.Resource{Product: "images", Jurisdiction: "eu"}, residency.ReasonNotOffered, every, "", residency.FactNotOffered),
		on("a jurisdiction in dispute", residency.Resource{Product: "kv", Jurisdiction: "eu"}, residency.ReasonProductUncertain, every, "FRA LUX PAR", residency.FactDisputedStorage),
		on("no jurisdiction where one is in dispute", residency.Resource{Product: "kv"}, residency.ReasonNoJurisdiction, every, every, ""),
		on("not read", residency.Resource{Product: "r2", Jurisdiction: "eu"}, residency.ReasonSettingUnread, every, "", residency.FactStorageUnread, "storage"),
	})
	planned := with(store(residency.Resource{Product: "r2", Name: "x", Jurisdiction: "eu"}), func(s *residency.Settings) { s.Plan = "pro" })
	res := resolve(t, rules(), planned)
	p := one(t, res, residency.StoredContent, residency.Store, residency.Scope{Kind: residency.ResourceScope, Name: "r2/x"}, "r2", residency.ReasonSetting)
	if siteCodes(res, p.May) != every || siteCodes(res, p.Certain) != "FRA LUX PAR" {
		t.Error("a plan that cannot have a jurisdiction has it")
	}
}

func TestAnOfferBeginsOnADay(t *testing.T) {
	s := with(zoned("de"), func(s *residency.Settings) {
		s.Storage = []residency.Resource{{Product: "objects", Name: "x", Jurisdiction: "eu"}}
	})
	scope := residency.Scope{Kind: residency.ResourceScope, Name: "objects/x"}
	fp := footprintOf(t)
	for d, kind := range map[footprint.Date]residency.ReasonKind{19999: residency.ReasonNotOffered, 20000: residency.ReasonSetting} {
		res := residency.Resolve(rules(product("objects", residency.EffectConditional, residency.ObjectJurisdiction)), fp.At(d), s)
		one(t, res, residency.StoredContent, residency.Process, scope, "objects", kind)
		one(t, res, residency.StoredContent, residency.Store, scope, "objects", kind)
		one(t, res, residency.Content, residency.Process, scope, "objects", kind)
	}
}

func TestWhereRequestsToABucketAreProcessed(t *testing.T) {
	r := rules(product("r2", residency.EffectConditional, residency.BucketRegional))
	bucket := residency.Scope{Kind: residency.ResourceScope, Name: "r2/x"}
	on := func(name, jurisdiction, host string, kind residency.ReasonKind, may, certain, fact string) reasonCase {
		return reasonCase{name: name, rules: r, category: residency.Content, activity: residency.Process, scope: bucket, product: "r2",
			kind: kind, may: may, certain: certain, fact: fact, settings: with(zoned("eu"), func(s *residency.Settings) {
				s.Storage = []residency.Resource{{Product: "r2", Name: "x", Jurisdiction: jurisdiction, PublicHostname: host}}
			})}
	}
	checkReasons(t, []reasonCase{
		on("a jurisdiction and a regional name", "eu", "www.a.example", residency.ReasonSetting, "FRA PAR", "FRA PAR", ""),
		on("no jurisdiction", "", "www.a.example", residency.ReasonProductCondition, pops, pops, ""),
		on("no public name", "eu", "", residency.ReasonProductCondition, pops, pops, ""),
		on("a name that is not listed", "eu", "files.b.example", residency.ReasonTargetUnknown, pops, "", residency.FactTarget),
		on("a jurisdiction nobody offers", "ch", "www.a.example", residency.ReasonNotOffered, pops, "", residency.FactNotOffered),
	})
}
