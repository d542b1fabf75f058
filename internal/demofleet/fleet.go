package demofleet

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Fleet invents customers.
type Fleet struct {
	seed     uint64
	network  *footprint.Footprint
	rules    *residency.Rules
	presets  map[string]bool
	bundles  [][]string
	extras   []string
	switches []map[string]string
	markets  []market
}

// New makes a fleet of a seed, in the words of the datasets: a product, region
// or claim that they do not have is not used.
func New(seed uint64, network *footprint.Footprint, rules *residency.Rules, presets []string) *Fleet {
	f := &Fleet{seed: seed, network: network, rules: rules, presets: map[string]bool{}}
	for _, p := range presets {
		f.presets[p] = true
	}
	for _, b := range bundles {
		f.bundles = append(f.bundles, f.known(b))
	}
	f.extras = f.known(extras[:])
	for _, s := range switches {
		f.switches = append(f.switches, f.features(s))
	}
	for _, m := range markets {
		if _, ok := network.Region(footprint.ProcessingSetting, m.processing); ok {
			f.markets = append(f.markets, f.market(m))
		}
	}
	return f
}

func (f *Fleet) known(products []string) []string {
	var out []string
	for _, p := range products {
		if _, ok := f.rules.Product(p); ok {
			out = append(out, p)
		}
	}
	return out
}

func (f *Fleet) features(in map[string]string) map[string]string {
	out := map[string]string{}
	for _, known := range f.rules.Features {
		if v, ok := in[known.ID]; ok && slices.Contains(known.Values, v) {
			out[known.ID] = v
		}
	}
	return out
}

// market leaves out the regions that the datasets do not have.
func (f *Fleet) market(m market) market {
	for _, r := range []struct {
		setting footprint.Setting
		key     *string
	}{{footprint.KeySetting, &m.keys}, {footprint.LogSetting, &m.logs}, {footprint.StorageSetting, &m.storage}} {
		if _, ok := f.network.Region(r.setting, *r.key); !ok {
			*r.key = ""
		}
	}
	if !f.presets[m.claim] {
		m.claim = ""
	}
	return m
}

// maker invents one customer.
type maker struct {
	*rand.Rand
	*Fleet
	number int
	set    *residency.Settings
	market market
	zone   string
}

func (d *maker) oneIn(n int) bool { return d.IntN(n) == 0 }

// rank is a place in a list of which each entry is far more frequent than
// the next.
func (d *maker) rank(n int) int {
	u := d.Float64()
	return min(int(u*u*u*u*float64(n)), n-1)
}

// ID is the id of the i-th customer. Ids ascend with their number.
func ID(i int) string { return fmt.Sprintf("c%08d", i) }

// Customer invents the i-th customer. Settings of two calls share nothing that
// may be changed.
func (f *Fleet) Customer(i int) *residency.Settings {
	own := rand.New(rand.NewPCG(f.seed, uint64(i)))
	d := &maker{Rand: rand.New(rand.NewPCG(^f.seed, choices(own))), Fleet: f, number: i}
	adjective, noun := adjectives[own.IntN(len(adjectives))], nouns[own.IntN(len(nouns))]
	d.zone = fmt.Sprintf("%s-%s-%d.example", adjective, noun, i)
	d.set = &residency.Settings{
		Customer: ID(i), Name: fmt.Sprintf("%s%s %s%s %d (fictional)", upper(adjective), adjective[1:], upper(noun), noun[1:], i),
		Effective: footprint.NewDate(2026, 8, 20) + footprint.Date(own.IntN(80)),
		Products:  residency.Products{Known: true, IDs: slices.Clone(f.bundles[d.rank(len(f.bundles))])},
	}
	if d.oneIn(15) && len(f.extras) > 0 {
		if x := f.extras[d.rank(len(f.extras))]; !slices.Contains(d.set.Products.IDs, x) {
			d.set.Products.IDs = append(d.set.Products.IDs, x)
			slices.Sort(d.set.Products.IDs)
		}
	}
	if s := f.switches[d.rank(len(f.switches))]; len(s) > 0 {
		d.set.Features = maps.Clone(s)
	}
	if d.IntN(100) < 45 || len(f.markets) == 0 {
		d.smallSite()
	} else {
		d.regional()
	}
	return d.set
}

// choices is what decides everything but names and days. Few customers are like
// no other; of the rest, many chose as the first ones did.
func choices(own *rand.Rand) uint64 {
	const common = 40000
	if own.IntN(200) == 0 {
		return common + own.Uint64()>>1
	}
	u := own.Float64()
	return uint64(u * u * u * common)
}

func upper(word string) string { return string(word[0] - 'a' + 'A') }

// smallSite set nothing.
func (d *maker) smallSite() {
	d.set.Plan = []string{"free", "free", "pro", "business"}[d.IntN(4)]
	z := residency.Zone{Name: d.zone, HostnamesListed: !d.oneIn(4), CertificatesListed: d.oneIn(3)}
	for i := range d.IntN(4) {
		if z.HostnamesListed {
			z.Hostnames = append(z.Hostnames, residency.Hostname{Name: labels[i] + "." + d.zone})
		}
	}
	d.set.Zones = []residency.Zone{z}
	if d.oneIn(20) {
		d.promise("eu-only", "resides")
	}
}

// regional chose regions, and now and then forgot something.
func (d *maker) regional() {
	s := d.set
	d.market = d.markets[d.rank(len(d.markets))]
	s.Plan, s.LogRegion = "enterprise", d.market.logs
	s.OutOfRegionAccess, s.LogRetention = d.oneIn(6), d.oneIn(25)
	if d.oneIn(8) {
		s.DefaultRegion = d.market.processing
	}
	s.Zones = append(s.Zones, d.regionalZone(d.zone))
	for i := range d.rank(3) {
		s.Zones = append(s.Zones, d.regionalZone(fmt.Sprintf("z%d-%s", i, d.zone)))
	}
	d.additions()
	if d.oneIn(40) {
		s.Unknown = []string{[]string{"products", "log_region", "zones." + d.zone + ".certificates", "workers"}[d.IntN(4)]}
	}
	if d.market.claim != "" && d.oneIn(3) {
		d.promise(d.market.claim, []string{"handled", "handled", "resides", "everything"}[d.IntN(4)])
	}
}

func (d *maker) regionalZone(name string) residency.Zone {
	z := residency.Zone{Name: name, HostnamesListed: true, CertificatesListed: true, SecondaryDNS: d.oneIn(60)}
	for i := range 1 + d.rank(len(labels)) {
		h := residency.Hostname{Name: labels[i] + "." + name, Region: d.market.processing}
		if d.oneIn(25) {
			h.Region = ""
		}
		z.Hostnames = append(z.Hostnames, h)
	}
	if d.oneIn(10) {
		z.Hostnames = append(z.Hostnames, residency.Hostname{Name: "*.branch." + name, Region: d.market.processing})
	}
	c := residency.Certificate{Hosts: []string{name, "*." + name}, KeyRegion: d.market.keys}
	switch {
	case d.oneIn(12):
		c.KeyRegion = ""
	case d.oneIn(15):
		c.KeyRegion, c.Keyless, c.KeyServer = "", true, []string{"DE", "US", "NL"}[d.rank(3)]
	}
	z.Certificates = []residency.Certificate{c}
	return z
}

func (d *maker) promise(claim, reading string) {
	if !d.presets[claim] {
		return
	}
	from := d.set.Effective + footprint.Date(d.number%30)
	d.set.Promises = append(d.set.Promises, residency.Promise{
		Claim: claim, Reading: reading, Since: from, Contract: fmt.Sprintf("DEMO-%d", d.number), Until: from + footprint.Date(365*(1+d.IntN(3))),
	})
}

// additions are what a regional customer has beside its websites.
func (d *maker) additions() {
	s, name := d.set, labels[0]+"."+d.zone
	if _, ok := d.rules.Product("r2"); ok && d.oneIn(3) {
		r := residency.Resource{Product: "r2", Name: fmt.Sprintf("bucket-%d", d.number), Jurisdiction: d.offered("r2")}
		if d.oneIn(2) {
			r.PublicHostname = name
		}
		s.Storage = append(s.Storage, r)
	}
	if _, ok := d.rules.Product("durable-objects"); ok && d.oneIn(8) {
		s.Storage = append(s.Storage, residency.Resource{Product: "durable-objects", Name: "sessions", Jurisdiction: d.offered("durable-objects")})
	}
	if _, ok := d.rules.Product("kv"); ok && d.oneIn(12) {
		s.Storage = append(s.Storage, residency.Resource{Product: "kv", Name: "flags"})
	}
	if d.oneIn(6) {
		truths := []residency.Truth{residency.False, residency.False, residency.True, residency.Unsure}
		w := residency.Worker{Name: "checkout", Routes: []string{name + "/*"}, Subrequests: truths[d.rank(4)], Cron: truths[d.rank(4)], Queues: residency.False}
		if w.Subrequests == residency.True && d.oneIn(2) {
			w.SubrequestHosts = []string{name}
		}
		s.Workers = []residency.Worker{w}
	}
	z := &s.Zones[0]
	if d.oneIn(15) {
		z.Spectrum = []residency.SpectrumApp{{Hostname: "tcp." + d.zone, Protocol: []string{"https", "tcp"}[d.IntN(2)]}}
	}
	if d.oneIn(12) {
		for i := range 1 + d.IntN(4) {
			z.CustomHostnames = append(z.CustomHostnames, residency.CustomHostname{Name: fmt.Sprintf("shop%d.buyer-%d.example", i, d.number), Target: name})
		}
	}
	if d.oneIn(30) {
		s.IPBindings = []residency.IPBinding{{CIDR: netip.MustParsePrefix("198.51.100.0/25"), Region: d.market.processing}}
		z.Hostnames[0].Addresses = []netip.Addr{netip.MustParseAddr("198.51.100.7")}
	}
}

// offered is the market's storage jurisdiction, where the product has it and it
// was thought of.
func (d *maker) offered(product string) string {
	if _, ok := d.rules.Offer(product, d.market.storage); !ok || d.oneIn(5) {
		return ""
	}
	return d.market.storage
}
