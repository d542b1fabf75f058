package residency_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// reasonCase says where one placement is, and why.
type reasonCase struct {
	name     string
	rules    *residency.Rules
	settings *residency.Settings
	category residency.DataCategory
	activity residency.Activity
	scope    residency.Scope
	product  string

	kind         residency.ReasonKind
	may, certain string
	fact         string // one that the placement names, where it names any
	says         string // part of the sentence
}

func checkReasons(t *testing.T, cases []reasonCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if tt.rules == nil {
				tt.rules = rules()
			}
			res := resolve(t, tt.rules, tt.settings)
			p := one(t, res, tt.category, tt.activity, tt.scope, tt.product, tt.kind)
			if may, certain := siteCodes(res, p.May), siteCodes(res, p.Certain); may != tt.may || certain != tt.certain {
				t.Errorf("may be at %q, for certain at %q; want %q and %q", may, certain, tt.may, tt.certain)
			}
			if tt.fact == "" && len(p.Facts) > 0 || tt.fact != "" && !slices.Contains(p.Facts, tt.fact) {
				t.Errorf("facts %q, want %q", p.Facts, tt.fact)
			}
			if got := tt.rules.Explain(p); !strings.Contains(got, tt.says) || got == "" || got == "unexplained" {
				t.Errorf("%q does not say %q", got, tt.says)
			}
		})
	}
}

// with returns settings after a change.
func with(s *residency.Settings, change func(*residency.Settings)) *residency.Settings {
	change(s)
	return s
}

func TestWhatSteersAName(t *testing.T) {
	onName := func(name string, s *residency.Settings, kind residency.ReasonKind, may, certain, fact, says string) reasonCase {
		return reasonCase{name: name, settings: s, category: residency.Content, activity: residency.Process, scope: theName, kind: kind, may: may, certain: certain, fact: fact, says: says}
	}
	addressed := func(region string) *residency.Settings {
		return with(zoned(region), func(s *residency.Settings) {
			s.Zones[0].Hostnames[0].Addresses = []netip.Addr{inRange}
			s.IPBindings = []residency.IPBinding{{CIDR: theRange, Region: "de"}}
		})
	}
	wild := with(zoned(""), func(s *residency.Settings) {
		s.Zones[0].Hostnames = append(s.Zones[0].Hostnames, residency.Hostname{Name: "*.a.example", Region: "de"})
	})
	checkReasons(t, []reasonCase{
		onName("nothing", zoned(""), residency.ReasonDefault, pops, pops, "", "no processing region is set"),
		onName("a region", zoned("eu"), residency.ReasonSetting, "FRA PAR", "FRA PAR", "", "processing region eu"),
		onName("a region in capitals", zoned("EU"), residency.ReasonSetting, "FRA PAR", "FRA PAR", "", "processing region"),
		onName("a region whose members are not published", zoned("certified"), residency.ReasonSetting, "FRA PAR", "", "certificates", ""),
		onName("a region that reaches outside any geography", zoned("green"), residency.ReasonSetting, pops, pops, "green-sites", ""),
		onName("a region without a site", zoned("aq"), residency.ReasonSetting, "", "", residency.FactNoSite, ""),
		onName("a region that is not offered yet", zoned("late"), residency.ReasonSetting, pops, "", footprint.FactRegionOffer, ""),
		onName("a region nobody knows", zoned("mars"), residency.ReasonUnknownRegion, pops, "", residency.FactRegionUnknown, "mars is not a region known here"),
		onName("the wildcard over it", wild, residency.ReasonSetting, "FRA", "FRA", "", "de"),
		onName("its own region before the wildcard's", with(zoned("eu"), func(s *residency.Settings) {
			s.Zones[0].Hostnames = append(s.Zones[0].Hostnames, residency.Hostname{Name: "*.a.example", Region: "us"})
		}), residency.ReasonSetting, "FRA PAR", "FRA PAR", "", "eu"),
		onName("the default", with(zoned(""), func(s *residency.Settings) { s.DefaultRegion = "de" }), residency.ReasonSetting, "FRA", "FRA", "", "de"),
		onName("its own region before the default", with(zoned("eu"), func(s *residency.Settings) { s.DefaultRegion = "us" }), residency.ReasonSetting, "FRA PAR", "FRA PAR", "", "eu"),
		onName("a default that was not read", with(zoned(""), func(s *residency.Settings) { s.DefaultRegion, s.Unknown = "de", []string{"default_processing_region"} }),
			residency.ReasonSettingUnread, pops, "", residency.FactSettingUnread, "could not be read"),
		onName("a plan that cannot have it", with(zoned("eu"), func(s *residency.Settings) { s.Plan = "pro" }), residency.ReasonSetting, pops, "FRA PAR", residency.FactPlan, ""),
		onName("a plan that can", with(zoned("eu"), func(s *residency.Settings) { s.Plan = "enterprise" }), residency.ReasonSetting, "FRA PAR", "FRA PAR", "", ""),
		onName("a binding of its address", addressed(""), residency.ReasonIPBinding, "FRA", "FRA", "", "IP binding, region de"),
		onName("a binding of the same region", addressed("de"), residency.ReasonIPBinding, "FRA", "FRA", "", ""),
		onName("a binding of another region", addressed("us"), residency.ReasonSteeringUnclear, "FRA NYC", "", residency.FactSteering, "name different regions"),
		onName("the most specific binding", with(addressed(""), func(s *residency.Settings) {
			s.IPBindings = append(s.IPBindings, residency.IPBinding{CIDR: netip.MustParsePrefix("198.51.100.0/28"), Region: "us"})
		}), residency.ReasonIPBinding, "NYC", "NYC", "", "us"),
		onName("own addresses without a binding", with(addressed(""), func(s *residency.Settings) { s.IPBindings = nil }), residency.ReasonIPBinding, pops, pops, "", "without a region"),
		onName("zone transfers", with(zoned("eu"), func(s *residency.Settings) { s.Zones[0].SecondaryDNS = true }), residency.ReasonSecondaryDNS, pops, pops, "", "outgoing zone transfers"),
		onName("zone transfers that were not read", with(zoned("eu"), func(s *residency.Settings) { s.Unknown = []string{"zones.a.example.secondary_dns"} }),
			residency.ReasonSetting, pops, "FRA PAR", residency.FactSettingUnread, ""),
	})
}

func TestASpectrumApplicationOverridesTheName(t *testing.T) {
	app := func(region, protocol string, ends bool) *residency.Settings {
		return with(zoned("de"), func(s *residency.Settings) {
			s.Zones[0].Spectrum = []residency.SpectrumApp{{Hostname: "www.a.example", Protocol: protocol, Region: region, TerminatesTLS: ends}}
		})
	}
	alone := with(app("eu", "https", false), func(s *residency.Settings) { s.Zones[0].Hostnames = nil })
	process := func(name string, s *residency.Settings, kind residency.ReasonKind, sites string) reasonCase {
		return reasonCase{name: name, settings: s, category: residency.Content, activity: residency.Process, scope: theName, product: "spectrum", kind: kind, may: sites, certain: sites}
	}
	sealed := reasonCase{name: "TCP passed on unread", settings: app("de", "tcp", false), category: residency.Content, activity: residency.Transit,
		scope: theName, product: "spectrum", kind: residency.ReasonSpectrumRegion, may: pops, certain: pops, says: "Spectrum application on www.a.example"}
	checkReasons(t, []reasonCase{
		process("HTTPS with a region", app("us", "https", false), residency.ReasonSpectrum, "NYC"),
		process("HTTP with a region", app("us", "http", false), residency.ReasonSpectrum, "NYC"),
		process("HTTPS without a region", app("", "https", false), residency.ReasonSpectrum, pops),
		process("TCP that ends TLS has none", app("de", "tcp", true), residency.ReasonSpectrum, pops),
		process("on a name of its own", alone, residency.ReasonSpectrumRegion, "FRA PAR"),
		sealed,
	})
	res := resolve(t, rules(), app("de", "udp", false))
	if ps := find(res, residency.Content, residency.Process, theName, "spectrum"); len(ps) > 0 {
		t.Error("bytes passed on unread are processed")
	}
	logs := one(t, res, residency.TrafficMetadata, residency.Process, theName, "spectrum", residency.ReasonSpectrumRegion)
	if siteCodes(res, logs.May) != pops {
		t.Error("the log line of an unread flow is not generated at any PoP")
	}
}

func TestACustomHostnameFollowsItsTarget(t *testing.T) {
	shop := residency.Scope{Kind: residency.HostnameScope, Name: "shop.b.example"}
	to := func(target string) *residency.Settings {
		return with(zoned("de"), func(s *residency.Settings) {
			s.Zones[0].Hostnames = append(s.Zones[0].Hostnames, residency.Hostname{Name: "*.eu.a.example", Region: "eu"})
			s.Zones[0].CustomHostnames = []residency.CustomHostname{{Name: "shop.b.example", Target: target}}
		})
	}
	on := func(name, target string, kind residency.ReasonKind, may, certain, fact, says string) reasonCase {
		return reasonCase{name: name, settings: to(target), category: residency.Content, activity: residency.Process, scope: shop, kind: kind, may: may, certain: certain, fact: fact, says: says}
	}
	checkReasons(t, []reasonCase{
		on("a listed name", "www.a.example", residency.ReasonTarget, "FRA", "FRA", "", "follows its target www.a.example"),
		on("a name under a wildcard", "x.eu.a.example", residency.ReasonTarget, "FRA PAR", "FRA PAR", "", "x.eu.a.example"),
		on("a name two levels under it", "y.x.eu.a.example", residency.ReasonTargetUnknown, pops, "", residency.FactTarget, "not a hostname of these settings"),
		on("a name elsewhere", "cdn.example", residency.ReasonTargetUnknown, pops, "", residency.FactTarget, ""),
		on("no target given", "", residency.ReasonTargetUnknown, pops, "", residency.FactTarget, ""),
	})
}

func TestNamesWithoutALineOfTheirOwn(t *testing.T) {
	process := func(name string, s *residency.Settings, scope residency.Scope, kind residency.ReasonKind, may, certain, fact string) reasonCase {
		return reasonCase{name: name, settings: s, category: residency.Content, activity: residency.Cache, scope: scope, kind: kind, may: may, certain: certain, fact: fact}
	}
	unlisted := func(path string) *residency.Settings {
		return with(none(), func(s *residency.Settings) {
			s.DefaultRegion, s.Zones = "de", []residency.Zone{{Name: "a.example"}}
			if path != "" {
				s.Unknown = []string{path}
			}
		})
	}
	checkReasons(t, []reasonCase{
		process("no zones at all", none(), account, residency.ReasonDefault, pops, pops, ""),
		process("no zones, and a default", with(none(), func(s *residency.Settings) { s.DefaultRegion = "de" }), account, residency.ReasonSetting, "FRA", "FRA", ""),
		process("zones that were not read", with(none(), func(s *residency.Settings) { s.Unknown = []string{"zones"} }), account, residency.ReasonSettingUnread, pops, "", residency.FactSettingUnread),
		process("a zone without a list", unlisted(""), theZone, residency.ReasonSetting, "FRA", "FRA", ""),
		process("a binding", with(none(), func(s *residency.Settings) { s.IPBindings = []residency.IPBinding{{CIDR: theRange, Region: "eu"}} }),
			residency.Scope{Kind: residency.IPBindingScope, Name: "198.51.100.0/24"}, residency.ReasonSetting, "FRA PAR", "FRA PAR", ""),
		process("a binding with a region of the customer's own", with(none(), func(s *residency.Settings) {
			s.CustomRegions = []residency.CustomRegion{{Key: "mine", Definition: expr(t, "country: [DE, SG]")}}
			s.IPBindings = []residency.IPBinding{{CIDR: theRange, Region: "mine"}}
		}), residency.Scope{Kind: residency.IPBindingScope, Name: "198.51.100.0/24"}, residency.ReasonSetting, "FRA SIN", "FRA SIN", ""),
	})
}

func TestWhatNothingNarrows(t *testing.T) {
	fixed := func(name string, c residency.DataCategory, a residency.Activity, sites, says string) reasonCase {
		return reasonCase{name: name, settings: zoned("de"), category: c, activity: a, scope: account, kind: residency.ReasonFixed, may: sites, certain: sites, says: says}
	}
	checkReasons(t, []reasonCase{
		fixed("ingress", residency.Content, residency.Transit, pops, "cannot read the encrypted content"),
		fixed("configuration", residency.Configuration, residency.Store, every, "replicated to every PoP"),
		fixed("account data", residency.Account, residency.Store, cores, "controller"),
		fixed("operational data, processed", residency.Operational, residency.Process, every, "run the network"),
		fixed("operational data, stored", residency.Operational, residency.Store, cores, "run the network"),
	})
	res := resolve(t, rules(), zoned("de"))
	for _, c := range []residency.DataCategory{residency.Configuration, residency.Account, residency.StoredContent, residency.TrafficMetadata, residency.Operational} {
		ps := slices.DeleteFunc(find(res, c, residency.Access, account, ""), func(p residency.Placement) bool { return p.Reason.Kind != residency.ReasonPersonnel })
		if len(ps) != 1 || ps[0].Elsewhere != residency.Unmodelled || !slices.Contains(ps[0].Facts, residency.FactPersonnel) || !ps[0].May.Empty() {
			t.Errorf("personnel may read %s: %+v", c, ps)
		}
	}
}

func TestThePartnerNetworkIsSeparate(t *testing.T) {
	china := func(value string, unknown ...string) *residency.Settings {
		return with(zoned("de"), func(s *residency.Settings) {
			s.Features, s.Unknown = map[string]string{"china_network": value}, unknown
		})
	}
	for _, tt := range []struct {
		name     string
		settings *residency.Settings
		possible []bool // one per placement
	}{
		{"not stated", zoned("de"), nil},
		{"off", china("false"), nil},
		{"on", china("true"), []bool{false}},
		{"not read", china("", "features.china_network"), []bool{true}},
		{"no feature read", china("", "features"), []bool{true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := resolve(t, rules(), tt.settings)
			var got []bool
			for _, p := range find(res, residency.Content, residency.Process, account, "") {
				if p.Reason.Kind == residency.ReasonPartnerNetwork {
					got = append(got, p.Possible)
					if siteCodes(res, p.May) != "JXG" {
						t.Errorf("at %s", siteCodes(res, p.May))
					}
				}
			}
			if !slices.Equal(got, tt.possible) {
				t.Errorf("possible %v, want %v", got, tt.possible)
			}
			for _, p := range res.Placements {
				if p.Reason.Kind != residency.ReasonPartnerNetwork && strings.Contains(siteCodes(res, p.May), "JXG") {
					t.Errorf("%s %s of %s may be in the partner network", p.Category, p.Activity, p.Scope)
				}
			}
		})
	}
}

func TestCategoriesAndActivitiesAreWords(t *testing.T) {
	for _, c := range residency.Categories() {
		if got, err := residency.ParseCategory(strings.ToLower(strings.ReplaceAll(c.String(), "_", "-"))); err != nil || got != c || c.Plain() == "" {
			t.Errorf("%s: %v %v", c, got, err)
		}
	}
	for _, a := range residency.Activities() {
		if got, err := residency.ParseActivity(strings.ToLower(a.String())); err != nil || got != a || a.Plain() == "" {
			t.Errorf("%s: %v %v", a, got, err)
		}
	}
	for k := residency.AccountScope; k <= residency.WorkerScope; k++ {
		if got, err := residency.ParseScopeKind(k.String()); err != nil || got != k {
			t.Errorf("%s: %v %v", k, got, err)
		}
	}
	for _, s := range []string{"", "INVALID", "CONTENT ", "logs", strings.Repeat("X", 100)} {
		if _, err := residency.ParseCategory(s); err == nil || len(err.Error()) > 300 {
			t.Errorf("category %.20q: %v", s, err)
		}
		if _, err := residency.ParseActivity(s); err == nil {
			t.Errorf("activity %.20q is accepted", s)
		}
		if _, err := residency.ParseScopeKind(s); err == nil {
			t.Errorf("scope %.20q is accepted", s)
		}
	}
	if account.String() != "account" || theName.String() != "hostname www.a.example" {
		t.Errorf("%q, %q", account, theName)
	}
	if residency.Category(footprint.NoSetting) != residency.InvalidCategory || residency.SettingName(footprint.LogSetting) != "log region" {
		t.Error("a setting is not what it governs")
	}
}
