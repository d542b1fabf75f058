package claim_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// dice makes random customers, claims and observations on the fictional
// network. The same seed makes the same ones.
type dice struct{ *rand.Rand }

func newDice(seed, round uint64) dice { return dice{rand.New(rand.NewPCG(seed, round))} }

func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

var (
	processingKeys = []string{"de", "fr", "ch", "ca", "jp", "us", "us-tx", "eu", "certified-eu", "certified", "green", "fedramp", "not-ru", "league", "adequate", "aq", "late"}
	keyKeys        = []string{"de", "eu", "eu-or-no", "jp", "us", "weur", "late"}
	keyPolicies    = []string{"(region: EU) and (not country: FR)", "country: US", "(country: US) and (region: EU)", "country: [DE, CH]"}
	days           = []string{"2021-12-31", "2022-06-01", "2024-01-15", "2025-03-02", "2026-06-01", "2026-08-20", "2026-11-30"}
)

func (d dice) day() footprint.Date {
	if d.oneIn(3) {
		return date(pick(d, days...))
	}
	return date("2026-08-20")
}

// region is a processing region, none, or now and then one nobody knows.
func (d dice) region() string {
	switch d.IntN(12) {
	case 0, 1:
		return ""
	case 2:
		return "nowhere-known"
	case 3, 4, 5:
		return "eu"
	}
	return pick(d, processingKeys...)
}

func (d dice) settings() *residency.Settings {
	s := &residency.Settings{Customer: "acme", Features: map[string]string{}, ServedOn: map[string][]string{}}
	s.Plan = pick(d, "", "enterprise", "enterprise", "pro")
	s.LogRegion = pick(d, "", "eu", "eu", "us")
	s.LogRetention, s.OutOfRegionAccess = d.oneIn(5), d.oneIn(3)
	s.DefaultRegion = pick(d, "", "", "", "eu", "de", "mine")
	if d.oneIn(3) || s.DefaultRegion == "mine" {
		e, _ := footprint.ParseExpr(pick(d, "country: [DE, FR]", "not country: US", "unpublished: own-fact"))
		s.CustomRegions = []residency.CustomRegion{{Key: "mine", Definition: e}}
	}
	d.products(s)
	d.features(s)
	for _, name := range []string{"a.example", "b.example", "c.example"}[:d.IntN(4)] {
		s.Zones = append(s.Zones, d.zone(name))
	}
	d.bindings(s)
	d.resources(s)
	d.servedOn(s)
	for _, name := range []string{"w1", "w2"}[:d.IntN(3)] {
		s.Workers = append(s.Workers, d.worker(name))
	}
	d.unread(s)
	return s
}

func (d dice) products(s *residency.Settings) {
	s.Products.Known = !d.oneIn(8)
	s.Products.All = d.oneIn(20)
	for _, p := range fictionalRules().Products {
		if d.oneIn(9) {
			s.Products.IDs = append(s.Products.IDs, p.ID)
		}
	}
	if d.oneIn(4) {
		s.LogDatasets = append(s.LogDatasets, pick(d, "casb_findings", "requests", "copies"))
	}
}

func (d dice) features(s *residency.Settings) {
	for _, f := range []struct{ id, values string }{{"argo", "true"}, {"china_network", "true"}} {
		if d.oneIn(6) {
			s.Features[f.id] = pick(d, f.values, "false")
		}
	}
	if d.oneIn(3) {
		s.Features["tiered_cache"] = pick(d, "off", "regular", "smart")
	}
}

func (d dice) zone(name string) residency.Zone {
	z := residency.Zone{Name: name, HostnamesListed: !d.oneIn(6), CertificatesListed: !d.oneIn(4), SecondaryDNS: d.oneIn(8)}
	if z.HostnamesListed {
		for _, label := range []string{"", "www.", "api.", "*.", "*.shop.", "deep.shop."} {
			if d.oneIn(2) {
				z.Hostnames = append(z.Hostnames, residency.Hostname{Name: label + name, Region: d.region(), Addresses: d.addresses()})
			}
		}
	}
	if d.oneIn(3) {
		z.Spectrum = append(z.Spectrum, residency.SpectrumApp{
			Hostname: pick(d, "www.", "tcp.") + name, Protocol: pick(d, "http", "https", "https", "tcp", "udp"),
			Region: pick(d, d.region(), "mine"), TerminatesTLS: d.oneIn(2),
		})
	}
	if d.oneIn(3) {
		target := pick(d, "www.", "x.shop.", "tcp.", "missing.deep.") + name
		z.CustomHostnames = append(z.CustomHostnames, residency.CustomHostname{Name: "shop.customer-of-" + name, Target: target})
	}
	if z.CertificatesListed {
		for _, hosts := range [][]string{{name, "*." + name}, {"www." + name}, {"*.shop." + name, "shop.customer-of-" + name}} {
			if d.oneIn(2) {
				z.Certificates = append(z.Certificates, d.certificate(hosts))
			}
		}
	}
	return z
}

func (d dice) addresses() []netip.Addr {
	if !d.oneIn(8) {
		return nil
	}
	return []netip.Addr{netip.AddrFrom4([4]byte{198, 51, 100, byte(d.IntN(256))})}
}

func (d dice) certificate(hosts []string) residency.Certificate {
	c := residency.Certificate{Hosts: hosts}
	switch d.IntN(6) {
	case 0:
		c.Keyless, c.KeyServer = true, pick(d, "", "DE", "US", "CH", "PR")
	case 1:
		c.KeyPolicy, _ = footprint.ParseExpr(pick(d, keyPolicies...))
	case 2, 3, 4:
		c.KeyRegion = pick(d, keyKeys...)
	}
	return c
}

func (d dice) bindings(s *residency.Settings) {
	for _, cidr := range []string{"198.51.100.0/24", "198.51.100.0/25", "198.51.100.64/28"} {
		if d.oneIn(6) {
			key := d.region()
			if key == "" {
				key = "mine"
			}
			s.IPBindings = append(s.IPBindings, residency.IPBinding{CIDR: netip.MustParsePrefix(cidr), Region: key})
		}
	}
}

func (d dice) resources(s *residency.Settings) {
	for _, x := range []residency.Resource{{Product: "r2", Name: "invoices"}, {Product: "objects", Name: "sessions"}, {Product: "kv", Name: "flags"}, {Product: "boxes", Name: "app"}, {Product: "images", Name: "all"}} {
		if !d.oneIn(4) {
			continue
		}
		x.Jurisdiction = pick(d, "", "eu", "eu", "us", "fedramp", "ch")
		if x.Product == "r2" && len(s.Zones) > 0 {
			x.PublicHostname = pick(d, "", "www.", "files.") + s.Zones[0].Name
		}
		s.Storage = append(s.Storage, x)
	}
}

func (d dice) servedOn(s *residency.Settings) {
	if len(s.Zones) == 0 || !d.oneIn(3) {
		return
	}
	for range 1 + d.IntN(2) {
		z := s.Zones[d.IntN(len(s.Zones))].Name
		s.ServedOn["images"] = append(s.ServedOn["images"], pick(d, "", "www.", "api.", "x.shop.")+z)
	}
}

func (d dice) worker(name string) residency.Worker {
	truths := []residency.Truth{residency.Unsure, residency.True, residency.False, residency.False, residency.False}
	w := residency.Worker{Name: name, Subrequests: pick(d, truths...), Cron: pick(d, truths...), Queues: pick(d, truths...)}
	if d.oneIn(2) {
		w.SubrequestHosts = []string{pick(d, "www.a.example", "api.b.example", "tcp.a.example", "elsewhere.example")}
	}
	return w
}

// paths are the facts that settings can mark as not read.
func paths(s *residency.Settings) []string {
	out := []string{"products", "log_region", "out_of_region_access", "log_retention", "features", "features.argo",
		"features.china_network", "features.tiered_cache", "default_processing_region", "zones", "ip_bindings", "storage", "workers"}
	for _, z := range s.Zones {
		out = append(out, "zones."+z.Name)
		for _, key := range []string{"hostnames", "spectrum", "custom_hostnames", "secondary_dns", "certificates"} {
			out = append(out, "zones."+z.Name+"."+key)
		}
	}
	return out
}

func (d dice) unread(s *residency.Settings) {
	if !d.oneIn(3) {
		return
	}
	all := paths(s)
	for range 1 + d.IntN(2) {
		s.Unknown = append(s.Unknown, all[d.IntN(len(all))])
	}
}

var placePool = []footprint.Place{
	{Code: "EU"}, {Code: "EU"}, {Code: "EEA"}, {Code: "DE"}, {Code: "US"}, {Code: "US_STATES"}, {Code: "US_TERRITORIES"}, {Code: "CH"},
	{Code: "US-TX"}, {Code: "ADEQUATE"}, {Code: "LEAGUE"}, {Code: "GB"}, {Code: "CN"}, {Code: "RU"}, {Code: "FR"}, {Code: "OUTERMOST"},
	{Setting: footprint.ProcessingSetting, Code: "eu"}, {Setting: footprint.ProcessingSetting, Code: "certified"}, {Setting: footprint.ProcessingSetting, Code: "late"},
	{Setting: footprint.LogSetting, Code: "eu"}, {Setting: footprint.KeySetting, Code: "weur"},
}

func (d dice) places() footprint.Places {
	var p footprint.Places
	for range 1 + d.IntN(3) {
		p.Any = append(p.Any, pick(d, placePool...))
	}
	if d.oneIn(5) {
		p.Except = append(p.Except, pick(d, placePool...))
	}
	return p
}

func (d dice) claim() claim.Claim {
	kind := pick(d, claim.OnlyIn, claim.OnlyIn, claim.NeverIn)
	c := claim.New(kind, d.places(), pick(d, claim.Resides, claim.Handled, claim.Everything))
	if d.oneIn(2) {
		c.Reading, c.Categories, c.Activities = claim.NoReading, 0, 0
		for _, x := range residency.Categories() {
			if d.oneIn(4) {
				c.Categories |= claim.CategoriesOf(x)
			}
		}
		c.Categories |= claim.CategoriesOf(pick(d, residency.Content, residency.StoredContent, residency.TrafficMetadata, residency.Keys))
		c.Activities = claim.ActivitiesOf(pick(d, residency.Process, residency.Cache, residency.Store), pick(d, residency.Activities()...))
	}
	return c
}

// scoped narrows a claim to some scopes of a residency, now and then.
func (d dice) scoped(c claim.Claim, res *residency.Residency) claim.Claim {
	if !d.oneIn(4) {
		return c
	}
	for range 1 + d.IntN(2) {
		c.Scopes = append(c.Scopes, res.Placements[d.IntN(len(res.Placements))].Scope)
	}
	return c
}

// window is a day with a few observations, all inside it.
func (d dice) window(res *residency.Residency) evidence.Window {
	w := evidence.Window{From: time.Date(2026, 8, 19, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 8, 20, 0, 0, 0, 0, time.UTC)}
	for range d.IntN(4) {
		p := res.Placements[d.IntN(len(res.Placements))]
		w.Observations = append(w.Observations, evidence.Observation{
			Scope: p.Scope, Category: p.Category, Activity: p.Activity, Count: uint64(d.IntN(3)), Hour: w.From.Add(time.Duration(d.IntN(24)) * time.Hour),
			Site: pick(d, "FRA", "PAR", "RUN", "NYC", "SJU", "BRU", "TAO", "CORE-LUX", "QQQ"),
		})
	}
	return w
}

// nearlyTidy is a tidy customer with a few things changed: where wrong answers
// of yes would hide.
func (d dice) nearlyTidy() *residency.Settings {
	s := tidy()
	s.Features, s.ServedOn = map[string]string{}, map[string][]string{}
	changes := slices.Concat(d.zoneChanges(&s.Zones[0]), d.accountChanges(s))
	for range d.IntN(4) {
		changes[d.IntN(len(changes))]()
	}
	return s
}

func (d dice) zoneChanges(z *residency.Zone) []func() {
	onHosts := func(change func(h []residency.Hostname)) func() {
		return func() {
			if len(z.Hostnames) > 1 {
				change(z.Hostnames)
			}
		}
	}
	onCertificate := func(change func(c *residency.Certificate)) func() {
		return func() {
			if len(z.Certificates) > 0 {
				change(&z.Certificates[0])
			}
		}
	}
	return []func(){
		onHosts(func(h []residency.Hostname) { h[d.IntN(2)].Region = d.region() }),
		onHosts(func(h []residency.Hostname) { h[1].Region = "" }),
		onHosts(func(h []residency.Hostname) { h[1].Addresses = []netip.Addr{netip.MustParseAddr("198.51.100.70")} }),
		onHosts(func([]residency.Hostname) {
			z.Hostnames = append(z.Hostnames[:2:2], residency.Hostname{Name: "*.a.example", Region: d.region()})
		}),
		onCertificate(func(c *residency.Certificate) { c.KeyRegion = pick(d, keyKeys...) }),
		onCertificate(func(c *residency.Certificate) { *c = d.certificate(c.Hosts) }),
		onCertificate(func(c *residency.Certificate) { c.Hosts = slices.Concat(c.Hosts, []string{"shop.b.example"}) }),
		func() {
			z.Certificates, z.CertificatesListed = append(z.Certificates, d.certificate([]string{"www.a.example"})), true
		},
		func() { z.CertificatesListed, z.Certificates = false, nil },
		func() { z.HostnamesListed, z.Hostnames = false, nil },
		func() { z.SecondaryDNS = true },
		func() {
			z.Spectrum = []residency.SpectrumApp{{Hostname: pick(d, "www.", "tcp.") + "a.example", Protocol: pick(d, "https", "tcp"), Region: pick(d, "eu", "de", "")}}
		},
		func() {
			z.CustomHostnames = []residency.CustomHostname{{Name: "shop.b.example", Target: pick(d, "www.a.example", "x.a.example")}}
		},
	}
}

func (d dice) accountChanges(s *residency.Settings) []func() {
	return []func(){
		func() { s.IPBindings = nil; d.bindings(s) },
		func() { s.DefaultRegion = pick(d, "eu", "de", d.region()) },
		func() { s.Storage[0].Jurisdiction = pick(d, "", "eu", "us", "ch") },
		func() { s.Storage[0].PublicHostname = pick(d, "", "a.example", "elsewhere.example") },
		func() {
			s.Storage = append(slices.Clone(s.Storage), residency.Resource{Product: pick(d, "objects", "boxes", "kv"), Name: "x", Jurisdiction: pick(d, "eu", "eu", "us", "")})
		},
		func() { s.LogRegion = pick(d, "", "us", "eu") },
		func() { s.LogRetention = true },
		func() { s.Plan = pick(d, "", "pro") },
		func() { s.Products.IDs = append(s.Products.IDs, pick(d, fictionalRules().Products...).ID) },
		func() { s.ServedOn["images"] = []string{pick(d, "www.a.example", "x.a.example")} },
		func() { d.features(s) },
		func() { s.Workers = []residency.Worker{d.worker("w1")} },
		func() { s.Unknown = append(s.Unknown, paths(s)[d.IntN(len(paths(s)))]) },
	}
}

// euClaim is a claim that a tidy customer can hold.
func (d dice) euClaim() claim.Claim {
	c := claim.New(claim.OnlyIn, onlyIn(pick(d, "EU", "EU", "EEA")), pick(d, claim.Resides, claim.Handled))
	if d.oneIn(4) {
		c = claim.New(claim.NeverIn, onlyIn(pick(d, "CN", "US", "RU", "GB", "AQ")), claim.Handled)
	}
	if d.oneIn(2) {
		c.Categories = claim.CategoriesOf(pick(d, residency.Content, residency.StoredContent, residency.TrafficMetadata, residency.Keys))
	}
	return c
}
