package residency_test

import (
	"slices"
	"strings"
	"testing"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// uses is a customer with one regional name who uses some products.
func uses(ids ...string) *residency.Settings {
	s := zoned("de")
	s.Products.IDs = ids
	return s
}

func TestWhatARuleDoes(t *testing.T) {
	on := func(name string, e residency.Effect, s *residency.Settings, kind residency.ReasonKind, may, certain, fact, says string) reasonCase {
		return reasonCase{name: name, rules: rules(product("p", e, residency.NoCondition)), settings: s, category: residency.Content, activity: residency.Process,
			scope: account, product: "p", kind: kind, may: may, certain: certain, fact: fact, says: says}
	}
	checkReasons(t, []reasonCase{
		on("outside", residency.EffectOutside, uses("p"), residency.ReasonProductOutside, pops, pops, "", "P keeps its own placement whatever the processing region says"),
		on("unavailable, with a region", residency.EffectUnavailable, uses("p"), residency.ReasonProductConflict, pops, pops, "", "not available together with a processing region"),
		on("unavailable, without one", residency.EffectUnavailable, with(none(), func(s *residency.Settings) { s.Products.IDs = []string{"p"} }),
			residency.ReasonProductOutside, pops, pops, "", ""),
		on("uncertain", residency.EffectUncertain, uses("p"), residency.ReasonProductUncertain, pops, "", "p-fact", "not certain"),
		on("a condition of no kind", residency.EffectConditional, uses("p"), residency.ReasonProductUncertain, pops, "", "p-fact", ""),
		on("outside, if in use", residency.EffectOutside, with(uses(), func(s *residency.Settings) { s.Products.Known = false }),
			residency.ReasonProductOutside, pops, pops, residency.FactProductUse, "P (if in use) keeps"),
		on("every product", residency.EffectOutside, with(uses(), func(s *residency.Settings) { s.Products.All = true }), residency.ReasonProductOutside, pops, pops, "", ""),
	})
	for _, e := range []residency.Effect{residency.EffectNone, residency.EffectNarrowed, residency.EffectFeatureLost} {
		res := resolve(t, rules(product("p", e, residency.NoCondition)), uses("p"))
		if ps := find(res, residency.Content, residency.Process, account, "p"); len(ps) > 0 {
			t.Errorf("%s adds a placement: %+v", e, ps)
		}
	}
	for _, base := range []struct {
		base  residency.Base
		sites string
	}{{residency.EveryPoP, pops}, {residency.EveryCore, cores}, {residency.PoPOrCore, every}} {
		p := product("p", residency.EffectOutside, residency.NoCondition)
		p.Rules[0].Base = base.base
		res := resolve(t, rules(p), uses("p"))
		if got := siteCodes(res, find(res, residency.Content, residency.Process, account, "p")[0].May); got != base.sites {
			t.Errorf("base %d is %s", base.base, got)
		}
	}
}

func TestAFeatureIsLostOnlyWhereItIsUsed(t *testing.T) {
	r := rules(product("p", residency.EffectFeatureLost, residency.NoCondition), product("dex", residency.EffectNone, residency.NoCondition))
	lost := func(s *residency.Settings) string {
		var out []string
		for _, l := range resolve(t, r, s).Lost {
			out = append(out, l.Text)
		}
		return strings.Join(out, "; ")
	}
	for _, tt := range []struct {
		name     string
		settings *residency.Settings
		want     string
	}{
		{"used with the setting", uses("p"), "p is lost"},
		{"used without it", with(none(), func(s *residency.Settings) { s.Products.IDs = []string{"p"} }), ""},
		{"not used", uses(), ""},
		{"perhaps used", with(uses(), func(s *residency.Settings) { s.Products.Known = false }), ""},
		{"a dataset that is not delivered", with(uses("dex"), func(s *residency.Settings) { s.LogRegion = "us" }), "Tests: Logpush delivers nothing, without an error"},
		{"a dataset that is", with(uses("dex"), func(s *residency.Settings) { s.LogRegion = "eu" }), ""},
	} {
		if got := lost(tt.settings); got != tt.want {
			t.Errorf("%s: lost %q, want %q", tt.name, got, tt.want)
		}
	}
}

// outcome is what a condition makes of a product's flow.
type outcome uint8

const (
	narrowed outcome = iota
	outside
	unsure
)

func TestConditionsAreFactsOfTheSettings(t *testing.T) {
	served := func(s *residency.Settings, names ...string) *residency.Settings {
		s.ServedOn = map[string][]string{"p": names}
		return s
	}
	certified := func(region string) *residency.Settings {
		return with(uses("p"), func(s *residency.Settings) {
			s.Zones[0].Certificates = []residency.Certificate{{Hosts: []string{"*.a.example"}, KeyRegion: region}}
		})
	}
	stored := func(s *residency.Settings) { s.Storage = []residency.Resource{{Product: "p", Name: "x"}} }
	tiered := func(mode string) *residency.Settings {
		return with(uses("p"), func(s *residency.Settings) { s.Features = map[string]string{"tiered_cache": mode} })
	}
	unread := func(s *residency.Settings, path string) *residency.Settings {
		s.Unknown = []string{path}
		return s
	}
	fedramp := func(region string) *residency.Settings {
		return with(zoned(region), func(s *residency.Settings) { s.Products.IDs = []string{"p"} })
	}
	for _, tt := range []struct {
		name      string
		condition residency.Condition
		settings  *residency.Settings
		want      outcome
	}{
		{"reached through a regional name", residency.ServedOnRegionalHostname, served(uses("p"), "www.a.example"), narrowed},
		{"reached through nothing stated", residency.ServedOnRegionalHostname, uses("p"), unsure},
		{"reached through a name not listed", residency.ServedOnRegionalHostname, served(uses("p"), "www.b.example"), unsure},
		{"reached through a name without a region", residency.ServedOnRegionalHostname, served(with(zoned(""), func(s *residency.Settings) { s.Products.IDs = []string{"p"} }), "www.a.example"), outside},
		{"reached through names that were not read", residency.ServedOnRegionalHostname, unread(served(uses("p"), "www.a.example"), "zones.a.example.hostnames"), unsure},
		{"one of two names has no region", residency.ServedOnRegionalHostname, served(with(uses("p"), func(s *residency.Settings) {
			s.Zones[0].Hostnames = append(s.Zones[0].Hostnames, residency.Hostname{Name: "api.a.example"})
		}), "www.a.example", "api.a.example"), outside},
		{"served with a key region", residency.ServedOnCustomCertificate, served(certified("eu"), "www.a.example"), narrowed},
		{"served without a key region", residency.ServedOnCustomCertificate, served(certified(""), "www.a.example"), outside},
		{"served without a certificate", residency.ServedOnCustomCertificate, served(uses("p"), "www.a.example"), outside},
		{"served with certificates that were not read", residency.ServedOnCustomCertificate, unread(served(certified("eu"), "www.a.example"), "zones.a.example.certificates"), unsure},
		{"one of two certificates has no key region", residency.ServedOnCustomCertificate, served(with(certified("eu"), func(s *residency.Settings) {
			s.Zones[0].Certificates = append(s.Zones[0].Certificates, residency.Certificate{Hosts: []string{"www.a.example"}})
		}), "www.a.example"), outside},
		{"a resource is listed", residency.ResourceJurisdiction, with(uses("p"), stored), narrowed},
		{"no resource is listed", residency.ResourceJurisdiction, uses("p"), outside},
		{"resources were not read", residency.ResourceJurisdiction, unread(uses("p"), "storage"), unsure},
		{"tiered cache off", residency.TieredCacheNotSmart, tiered("off"), narrowed},
		{"tiered cache regular", residency.TieredCacheNotSmart, tiered("regular"), narrowed},
		{"tiered cache smart", residency.TieredCacheNotSmart, tiered("smart"), outside},
		{"tiered cache of no stated mode", residency.TieredCacheNotSmart, uses("p"), unsure},
		{"tiered cache not read", residency.TieredCacheNotSmart, unread(tiered("regular"), "features.tiered_cache"), unsure},
		{"no transfers", residency.NoSecondaryDNS, uses("p"), narrowed},
		{"transfers", residency.NoSecondaryDNS, with(uses("p"), func(s *residency.Settings) { s.Zones[0].SecondaryDNS = true }), outside},
		{"transfers not read", residency.NoSecondaryDNS, unread(uses("p"), "zones.a.example.secondary_dns"), unsure},
		{"zones not read, for transfers", residency.NoSecondaryDNS, unread(uses("p"), "zones"), unsure},
		{"fedramp everywhere", residency.RegionIsFedRAMP, fedramp("fedramp"), narrowed},
		{"another region", residency.RegionIsFedRAMP, fedramp("us"), outside},
		{"no region", residency.RegionIsFedRAMP, fedramp(""), outside},
		{"fedramp, names not read", residency.RegionIsFedRAMP, unread(fedramp("fedramp"), "zones.a.example.hostnames"), unsure},
		{"fedramp, bindings not read", residency.RegionIsFedRAMP, unread(fedramp("fedramp"), "ip_bindings"), unsure},
		{"fedramp, default not read", residency.RegionIsFedRAMP, unread(fedramp("fedramp"), "default_processing_region"), unsure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := resolve(t, rules(product("p", residency.EffectConditional, tt.condition)), tt.settings)
			ps := find(res, residency.Content, residency.Process, account, "p")
			got := narrowed
			if len(ps) == 1 {
				got = outside
				if ps[0].Certain.Empty() {
					got = unsure
				}
			}
			if got != tt.want || len(ps) > 1 {
				t.Errorf("outcome %d, want %d: %+v", got, tt.want, ps)
			}
		})
	}
}

func TestWhatShowsAProductInUse(t *testing.T) {
	use := func(id string, p residency.Product, s *residency.Settings) residency.Truth {
		ps := find(resolve(t, rules(p), s), residency.Content, residency.Process, account, id)
		switch {
		case len(ps) == 0:
			return residency.False
		case ps[0].Possible:
			return residency.Unsure
		}
		return residency.True
	}
	p := func(id string) residency.Product { return product(id, residency.EffectOutside, residency.NoCondition) }
	featured := p("argo")
	featured.Feature = "argo"
	feature := func(value string, unknown ...string) *residency.Settings {
		return with(zoned("de"), func(s *residency.Settings) { s.Features, s.Unknown = map[string]string{"argo": value}, unknown })
	}
	for _, tt := range []struct {
		name     string
		product  residency.Product
		settings *residency.Settings
		want     residency.Truth
	}{
		{"nothing", p("x"), zoned("de"), residency.False},
		{"its id", p("x"), uses("x"), residency.True},
		{"another id", p("x"), uses("y"), residency.False},
		{"all", p("x"), with(uses(), func(s *residency.Settings) { s.Products.All = true }), residency.True},
		{"products not stated", p("x"), with(uses(), func(s *residency.Settings) { s.Products.Known = false }), residency.Unsure},
		{"products not read", p("x"), with(uses(), func(s *residency.Settings) { s.Unknown = []string{"products"} }), residency.Unsure},
		{"its feature on", featured, feature("true"), residency.True},
		{"its feature off", featured, feature("false"), residency.False},
		{"its feature not read", featured, feature("", "features.argo"), residency.Unsure},
		{"no feature read", featured, feature("", "features"), residency.Unsure},
		{"listed, its feature not read", featured, with(feature("", "features"), func(s *residency.Settings) { s.Products.IDs = []string{"argo"} }), residency.True},
		{"a resource", p("x"), with(zoned("de"), func(s *residency.Settings) { s.Storage = []residency.Resource{{Product: "x", Name: "y"}} }), residency.True},
		{"names it serves", p("x"), with(zoned("de"), func(s *residency.Settings) { s.ServedOn = map[string][]string{"x": {"www.a.example"}} }), residency.True},
		{"a Worker", p("workers"), with(zoned("de"), func(s *residency.Settings) {
			s.Workers = []residency.Worker{{Name: "w", Subrequests: residency.False, Cron: residency.False, Queues: residency.False}}
		}), residency.True},
		{"a binding", p("byoip"), with(zoned("de"), func(s *residency.Settings) { s.IPBindings = []residency.IPBinding{{CIDR: theRange, Region: "de"}} }), residency.True},
		{"an application", p("spectrum"), with(zoned("de"), func(s *residency.Settings) {
			s.Zones[0].Spectrum = []residency.SpectrumApp{{Hostname: "tcp.a.example", Protocol: "tcp"}}
		}), residency.True},
		{"a custom hostname", p("saas"), with(zoned("de"), func(s *residency.Settings) {
			s.Zones[0].CustomHostnames = []residency.CustomHostname{{Name: "shop.b.example", Target: "www.a.example"}}
		}), residency.True},
	} {
		if got := use(tt.product.ID, tt.product, tt.settings); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestWhatWorkersDoBesidesAnswering(t *testing.T) {
	const f, u, y = residency.False, residency.Unsure, residency.True
	scope := residency.Scope{Kind: residency.WorkerScope, Name: "w"}
	worker := func(w residency.Worker, unknown ...string) *residency.Settings {
		w.Name = "w"
		return with(zoned("de"), func(s *residency.Settings) { s.Workers, s.Unknown = []residency.Worker{w}, unknown })
	}
	for _, tt := range []struct {
		name     string
		settings *residency.Settings
		want     []string // reason, sites, "?" where it may not be
	}{
		{"nothing", worker(residency.Worker{Subrequests: f, Cron: f, Queues: f}), nil},
		{"subrequests to anybody", worker(residency.Worker{Subrequests: y, Cron: f, Queues: f}), []string{"Worker's subrequests " + pops}},
		{"subrequests to a name listed here", worker(residency.Worker{Subrequests: y, SubrequestHosts: []string{"www.a.example"}, Cron: f, Queues: f}), []string{"Worker's subrequests FRA"}},
		{"subrequests to another's host", worker(residency.Worker{Subrequests: y, SubrequestHosts: []string{"b.example"}, Cron: f, Queues: f}), []string{"Worker's subrequests " + pops}},
		{"cron", worker(residency.Worker{Subrequests: f, Cron: y, Queues: f}), []string{"cron triggers " + pops}},
		{"queues", worker(residency.Worker{Subrequests: f, Cron: f, Queues: y}), []string{"queue consumers " + pops}},
		{"nothing stated", worker(residency.Worker{Subrequests: u, Cron: f, Queues: f}), []string{"?Worker's subrequests " + pops}},
		{"not read", worker(residency.Worker{Subrequests: f, Cron: f, Queues: f}, "workers"), []string{"?Worker's subrequests " + pops}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rules()
			res := resolve(t, r, tt.settings)
			var got []string
			for _, p := range find(res, residency.Content, residency.Process, scope, "workers") {
				says := r.Explain(&p)
				for _, phrase := range []string{"Worker's subrequests", "cron triggers", "queue consumers"} {
					if strings.Contains(says, phrase) {
						says = phrase
					}
				}
				if p.Possible {
					says = "?" + says
				}
				got = append(got, says+" "+siteCodes(res, p.May))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWordsOfTheRules(t *testing.T) {
	for c := residency.NoCondition; c <= residency.RegionIsFedRAMP; c++ {
		if got, ok := residency.ParseCondition(c.String()); !ok || got != c {
			t.Errorf("%q: %v %v", c, got, ok)
		}
	}
	if _, ok := residency.ParseCondition("always"); ok {
		t.Error("always is a condition")
	}
	for s := residency.SupportYes; s <= residency.SupportUnavailable; s++ {
		if s.String() == "" {
			t.Error("a support without a word")
		}
	}
	r := rules()
	r.Facts = map[string]residency.Fact{"open": {ID: "open", Statement: "It is open.", Owner: "provider"}}
	if r.FactSentence("open") != "It is open" || r.FactOwner("open") != "provider" || r.FactOwner("x") != "" || !strings.Contains(r.FactSentence("x"), "x") {
		t.Error("a fact is not said as it stands")
	}
	for _, id := range []string{residency.FactSettingUnread, residency.FactRegionUnknown, residency.FactProductUse, residency.FactSteering, residency.FactTarget,
		residency.FactPlan, residency.FactWorkerActs, residency.FactReach, residency.FactStorageUnread, residency.FactNotOffered, residency.FactReaderPlace,
		residency.FactPersonnel, residency.FactKeyServer, residency.FactDisputedStorage, residency.FactBeforeRecords, residency.FactNoSite, residency.FactNothingInScope} {
		if strings.HasPrefix(r.FactSentence(id), "the fact ") {
			t.Errorf("%s has no sentence", id)
		}
	}
}

func TestPlacementsComeInOneOrder(t *testing.T) {
	s := uses("p")
	s.Zones = append(s.Zones, residency.Zone{Name: "b.example", HostnamesListed: true, Hostnames: []residency.Hostname{{Name: "b.example", Region: "us"}}})
	res := resolve(t, rules(product("p", residency.EffectOutside, residency.NoCondition)), s)
	if !slices.IsSortedFunc(res.Placements, func(a, b residency.Placement) int { return a.Compare(&b) }) {
		t.Error("placements are not sorted")
	}
	if res.Customer != "acme" || !res.Recorded || res.Date != day(t, "2026-08-20") {
		t.Errorf("%q %v %s", res.Customer, res.Recorded, res.Date)
	}
	before := residency.Resolve(rules(), footprintOf(t).At(day(t, "2021-12-31")), s)
	if before.Recorded {
		t.Error("the day before the first record is recorded")
	}
	if footprint.Unknown != 0 || residency.Unsure != 0 {
		t.Error("a zero value says something")
	}
}
