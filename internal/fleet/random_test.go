package fleet_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"domicile/datasets"
	"domicile/internal/dataset"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// shipped loads the shipped datasets.
func shipped(t testing.TB) *dataset.Data {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func date(t testing.TB, text string) footprint.Date {
	t.Helper()
	d, err := footprint.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dice makes random customers whose parts refer to each other in every way that
// settings allow. The same seed makes the same ones.
type dice struct {
	*rand.Rand
	rules *residency.Rules
}

func newDice(rules *residency.Rules, seed, round uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, round)), rules}
}

func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

func (d dice) region() string {
	return pick(d, "", "", "eu", "eu", "eu", "de", "us", "fedramp", "green", "not-ru-by", "nowhere", "mine", "isoeu")
}

var zoneNames = []string{"a.example", "b.example", "sub.a.example", "c.example"}

func (d dice) name() string {
	return pick(d, "", "www.", "api.", "files.", "x.shop.", "y.shop.", "tcp.") + pick(d, zoneNames...)
}

func (d dice) settings() *residency.Settings {
	s := &residency.Settings{
		Customer: "acme", Name: "Acme", Features: map[string]string{}, ServedOn: map[string][]string{},
		Plan: pick(d, "", "enterprise", "enterprise", "pro"), LogRegion: pick(d, "", "eu", "eu", "us"),
		LogRetention: d.oneIn(6), OutOfRegionAccess: d.oneIn(3), DefaultRegion: pick(d, "", "", "", "eu", "mine", "us"),
	}
	if d.oneIn(3) {
		e, _ := footprint.ParseExpr(pick(d, "country: [DE, FR]", "not country: US", "unpublished: own-fact"))
		s.CustomRegions = []residency.CustomRegion{{Key: "mine", Definition: e}}
	}
	s.Products = residency.Products{Known: !d.oneIn(10), All: d.oneIn(25)}
	for i := range d.rules.Products {
		if d.oneIn(8) {
			s.Products.IDs = append(s.Products.IDs, d.rules.Products[i].ID)
		}
	}
	for _, f := range []string{"argo", "china_network", "cache_reserve"} {
		if d.oneIn(8) {
			s.Features[f] = pick(d, "true", "false")
		}
	}
	if d.oneIn(2) {
		s.Features["tiered_cache"] = pick(d, "off", "regular", "smart", "custom")
	}
	for _, name := range zoneNames {
		if d.oneIn(2) {
			s.Zones = append(s.Zones, d.zone(name))
		}
	}
	d.rest(s)
	return s
}

func (d dice) zone(name string) residency.Zone {
	z := residency.Zone{Name: name, HostnamesListed: !d.oneIn(6), CertificatesListed: !d.oneIn(5), SecondaryDNS: d.oneIn(8)}
	for _, label := range []string{"", "www.", "api.", "files.", "*.", "*.shop.", "x.shop.", "y.shop."} {
		if z.HostnamesListed && d.oneIn(2) {
			h := residency.Hostname{Name: label + name, Region: d.region()}
			for d.oneIn(6) {
				h.Addresses = append(h.Addresses, netip.AddrFrom4([4]byte{198, 51, 100, byte(d.IntN(256))}))
			}
			z.Hostnames = append(z.Hostnames, h)
		}
	}
	for _, label := range []string{"www.", "tcp.", "x.shop."} {
		if d.oneIn(7) {
			z.Spectrum = append(z.Spectrum, residency.SpectrumApp{
				Hostname: label + name, Protocol: pick(d, "http", "https", "tcp", "udp"), Region: d.region(), TerminatesTLS: d.oneIn(2),
			})
		}
	}
	for i := range 3 {
		if d.oneIn(6) {
			z.CustomHostnames = append(z.CustomHostnames, residency.CustomHostname{Name: fmt.Sprintf("shop%d.of-%s", i, name), Target: pick(d, d.name(), "")})
		}
	}
	for range 3 {
		if z.CertificatesListed && d.oneIn(2) {
			z.Certificates = append(z.Certificates, d.certificate(name))
		}
	}
	return z
}

func (d dice) certificate(zone string) residency.Certificate {
	var c residency.Certificate
	for _, h := range []string{zone, "*." + zone, "www." + zone, "*.shop." + zone, "shop1.of-" + zone, "files." + zone} {
		if d.oneIn(2) {
			c.Hosts = append(c.Hosts, h)
		}
	}
	switch d.IntN(6) {
	case 0:
		c.Keyless, c.KeyServer = true, pick(d, "", "DE", "US")
	case 1:
		c.KeyPolicy, _ = footprint.ParseExpr(pick(d, "(region: EU) and (not country: FR)", "country: US"))
	case 2, 3:
		c.KeyRegion = pick(d, "eu", "de", "us", "weur")
	}
	return c
}

func (d dice) rest(s *residency.Settings) {
	for _, cidr := range []string{"198.51.100.0/24", "198.51.100.0/25", "198.51.100.64/28", "203.0.113.0/24"} {
		if d.oneIn(7) {
			s.IPBindings = append(s.IPBindings, residency.IPBinding{CIDR: netip.MustParsePrefix(cidr), Region: pick(d, "eu", "de", "us", "mine", "nowhere")})
		}
	}
	for i := range 4 {
		if d.oneIn(4) {
			s.Storage = append(s.Storage, residency.Resource{
				Product: pick(d, "r2", "r2", "durable-objects", "kv", "d1"), Name: fmt.Sprint("n", i),
				Jurisdiction: pick(d, "", "eu", "eu", "us", "fedramp"), PublicHostname: pick(d, "", d.name()),
			})
		}
	}
	for _, p := range []string{"r2", "images", "image-resizing", "workers"} {
		for d.oneIn(4) {
			s.ServedOn[p] = append(s.ServedOn[p], d.name())
		}
	}
	truths := []residency.Truth{residency.Unsure, residency.True, residency.False, residency.False}
	for i := range 3 {
		if d.oneIn(4) {
			w := residency.Worker{Name: fmt.Sprint("w", i), Subrequests: pick(d, truths...), Cron: pick(d, truths...), Queues: pick(d, truths...)}
			for d.oneIn(2) {
				w.SubrequestHosts = append(w.SubrequestHosts, d.name())
			}
			s.Workers = append(s.Workers, w)
		}
	}
	d.unread(s)
}

func (d dice) unread(s *residency.Settings) {
	if !d.oneIn(3) {
		return
	}
	paths := []string{"products", "log_region", "features", "features.argo", "log_retention", "default_processing_region", "zones", "ip_bindings", "storage", "workers"}
	for _, z := range s.Zones {
		paths = append(paths, "zones."+z.Name)
		for _, key := range []string{"hostnames", "spectrum", "custom_hostnames", "secondary_dns", "certificates"} {
			paths = append(paths, "zones."+z.Name+"."+key)
		}
	}
	for range 1 + d.IntN(2) {
		s.Unknown = append(s.Unknown, pick(d, paths...))
	}
}
