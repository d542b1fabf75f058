package naive

import (
	"net/netip"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// always adds what no setting narrows.
func (c *customer) always() {
	c.add(residency.Content, residency.Transit, account, "", c.pops)
	c.add(residency.Configuration, residency.Store, account, "", c.every)
	c.add(residency.Account, residency.Store, account, "", c.cores)
	c.add(residency.Operational, residency.Process, account, "", c.every)
	c.add(residency.Operational, residency.Store, account, "", c.cores)
	for _, cat := range residency.Categories() { // from where the provider's people may read is not published
		p := c.add(cat, residency.Access, account, "", reach{})
		p.Elsewhere, p.Facts = residency.Unmodelled, []string{residency.FactPersonnel}
	}
	c.partnerNetwork()
}

// partnerNetwork adds the separate network in mainland China.
func (c *customer) partnerNetwork() {
	unread := c.unread("features", "features.china_network")
	if !unread && c.set.Features["china_network"] != "true" {
		return
	}
	note := func(cat residency.DataCategory, act residency.Activity) {
		p := c.add(cat, act, account, "", c.partner)
		if unread {
			p.Possible, p.Facts = true, []string{residency.FactSettingUnread}
		}
	}
	note(residency.Content, residency.Transit)
	note(residency.Content, residency.Process)
	note(residency.Content, residency.Cache)
	note(residency.TrafficMetadata, residency.Process)
	note(residency.Configuration, residency.Store)
	note(residency.Keys, residency.Store)
}

// way is one path that the requests of a name take.
type way struct {
	reach
	sealed  bool   // passed on without being decrypted
	product string // the product that serves it, where one does
}

// requests adds what happens to requests and responses.
func (c *customer) requests() {
	zones, bindings := c.set.Zones, c.set.IPBindings
	if len(zones) == 0 && (len(bindings) == 0 || c.unread("zones")) {
		r := c.byDefault()
		if c.unread("zones") {
			r = anywhereIn(c.pops, residency.FactSettingUnread)
		}
		c.requestsOf(account, way{reach: r})
	}
	for i := range zones {
		c.zone(&zones[i])
	}
	for _, b := range bindings {
		r := c.processing(b.Region)
		if c.unread("ip_bindings") {
			r = c.perhapsNot(r)
		}
		c.requestsOf(residency.Scope{Kind: residency.IPBindingScope, Name: b.CIDR.String()}, way{reach: r})
	}
	if c.unread("ip_bindings") || c.unread("zones") && len(zones) > 0 {
		c.perhaps(account)
	}
}

// perhaps adds what a name would have that nobody could list, because the list
// was not read: its requests, its log lines and the key of its certificate.
func (c *customer) perhaps(scope residency.Scope) {
	first := len(c.out)
	c.requestsOf(scope, way{reach: c.pops})
	c.add(residency.Keys, residency.Store, scope, "", c.pops)
	for i := range c.out[first:] {
		p := &c.out[first+i]
		p.Possible, p.Facts = true, []string{residency.FactSettingUnread}
	}
}

// zone adds the requests of a zone's names. Where they are not listed, the zone
// itself stands for them.
func (c *customer) zone(z *residency.Zone) {
	scope, first := residency.Scope{Kind: residency.ZoneScope, Name: z.Name}, len(c.out)
	defer func() { c.mark(first, z.Name, nil) }()
	if unread := c.zoneUnread(z, "hostnames"); unread || !z.HostnamesListed || len(z.Hostnames) == 0 {
		r := c.byDefault()
		if unread {
			r = anywhereIn(c.pops, residency.FactSettingUnread)
		}
		c.requestsOf(scope, way{reach: c.transferred(z, r)})
	}
	if c.namesUnread(z) {
		c.perhaps(scope)
	}
	for _, h := range z.Hostnames {
		c.nameRequests(h.Name, h.Name)
	}
	for i := range z.Spectrum {
		if a := &z.Spectrum[i]; !c.isListed(a.Hostname) {
			c.requestsOf(hostname(a.Hostname), c.app(z, a))
		}
	}
	for _, custom := range z.CustomHostnames {
		c.nameRequests(custom.Name, custom.Target)
	}
}

// namesUnread reports whether a zone may have names beside those listed.
func (c *customer) namesUnread(z *residency.Zone) bool {
	return c.zoneUnread(z, "hostnames") || c.zoneUnread(z, "custom_hostnames") || c.zoneUnread(z, "spectrum")
}

func hostname(name string) residency.Scope {
	return residency.Scope{Kind: residency.HostnameScope, Name: name}
}

// isListed reports whether a name stands in the settings as a hostname.
func (c *customer) isListed(name string) bool {
	for _, z := range c.set.Zones {
		for _, h := range z.Hostnames {
			if h.Name == name {
				return true
			}
		}
	}
	return false
}

// nameRequests adds the requests of a name that is served like another.
func (c *customer) nameRequests(name, like string) {
	ways, _ := c.ways(like)
	for _, w := range ways {
		c.requestsOf(hostname(name), w)
	}
}

func (c *customer) requestsOf(scope residency.Scope, w way) {
	if w.sealed {
		c.add(residency.Content, residency.Transit, scope, w.product, w.reach)
		c.add(residency.TrafficMetadata, residency.Process, scope, w.product, c.pops)
		return
	}
	c.add(residency.Content, residency.Process, scope, w.product, w.reach)
	c.add(residency.Content, residency.Cache, scope, w.product, w.reach)
	c.add(residency.TrafficMetadata, residency.Process, scope, w.product, w.reach) // the log line is made there
}

// ways returns the ways a name is served; false when the settings do not have
// the name, and so do not say.
func (c *customer) ways(name string) ([]way, bool) {
	var apps []way
	for i := range c.set.Zones {
		z := &c.set.Zones[i]
		for j := range z.Spectrum {
			if z.Spectrum[j].Hostname == name {
				apps = append(apps, c.app(z, &z.Spectrum[j]))
			}
		}
	}
	z, h := c.entry(name)
	if len(apps) > 0 { // an application on the name overrides its regional hostname
		for i := range apps {
			if h != nil && c.zoneUnread(z, "hostnames") {
				apps[i].reach = c.perhapsNot(apps[i].reach)
			}
		}
		return apps, true
	}
	if h == nil {
		return []way{{reach: anywhereIn(c.pops, residency.FactTarget)}}, false
	}
	return []way{{reach: c.hostnameReach(z, h, name)}}, true
}

// entry finds the hostname that a name falls under: itself, else the wildcard
// one level above it.
func (c *customer) entry(name string) (*residency.Zone, *residency.Hostname) {
	for _, candidate := range []string{name, wildcardOver(name)} {
		for i := range c.set.Zones {
			z := &c.set.Zones[i]
			for j := range z.Hostnames {
				if candidate != "" && z.Hostnames[j].Name == candidate {
					return z, &z.Hostnames[j]
				}
			}
		}
	}
	return nil, nil
}

// wildcardOver returns *.b.c for a.b.c, and "" for what no wildcard covers.
func wildcardOver(name string) string {
	first, rest, ok := strings.Cut(name, ".")
	if !ok || first == "*" {
		return ""
	}
	return "*." + rest
}

// regionalKey returns the region of a regional hostname: the name's own, else
// that of the wildcard over it, else "".
func (c *customer) regionalKey(name string) string {
	for _, candidate := range []string{name, wildcardOver(name)} {
		for _, z := range c.set.Zones {
			for _, h := range z.Hostnames {
				if candidate != "" && h.Name == candidate && h.Region != "" {
					return h.Region
				}
			}
		}
	}
	return ""
}

// hostnameReach is where the requests of a hostname are decrypted.
func (c *customer) hostnameReach(z *residency.Zone, h *residency.Hostname, name string) reach {
	var r reach
	switch key := c.regionalKey(name); {
	case len(h.Addresses) > 0:
		r = c.onOwnAddresses(h, key)
	case key == "":
		r = c.byDefault()
	default:
		r = c.regional(key)
	}
	if c.zoneUnread(z, "hostnames") || c.zoneUnread(z, "spectrum") {
		r = c.perhapsNot(r)
	}
	return c.transferred(z, r)
}

// perhapsNot widens what a setting narrows that stands in the settings but was
// not read: either it holds, or there is none.
func (c *customer) perhapsNot(narrowed reach) reach {
	return either(narrowed, c.pops, residency.FactSettingUnread)
}

// onOwnAddresses is the reach of a name on the customer's own addresses: the
// most specific binding of each address steers it. Where a regional hostname
// says something else, either may win.
func (c *customer) onOwnAddresses(h *residency.Hostname, key string) reach {
	var bound []reach
	differs := false
	for _, a := range h.Addresses {
		region := c.bindingOf(a)
		bound = append(bound, c.processing(region))
		differs = differs || !strings.EqualFold(region, key)
	}
	r := together(bound...)
	if c.unread("ip_bindings") {
		r = c.perhapsNot(r)
	}
	if key == "" || !differs {
		return r
	}
	return either(c.regional(key), r, residency.FactSteering)
}

func (c *customer) bindingOf(a netip.Addr) string {
	region, longest := "", -1
	for _, b := range c.set.IPBindings {
		if b.CIDR.Contains(a) && b.CIDR.Bits() > longest {
			region, longest = b.Region, b.CIDR.Bits()
		}
	}
	return region
}

// byDefault is where names without a setting of their own are decrypted.
func (c *customer) byDefault() reach {
	if c.unread("default_processing_region") {
		return anywhereIn(c.pops, residency.FactSettingUnread)
	}
	return c.regional(c.set.DefaultRegion)
}

// regional is the reach of a regional hostname. Custom regions are not for
// these: whether one takes effect is not known.
func (c *customer) regional(key string) reach {
	r := c.processing(key)
	if c.custom(footprint.ProcessingSetting, key) != nil {
		return either(r, c.pops, residency.FactSteering)
	}
	return r
}

// processing is the reach of a processing region; none means any PoP.
func (c *customer) processing(key string) reach {
	if key == "" {
		return c.pops
	}
	return c.planned(c.region(footprint.ProcessingSetting, key, c.pops), c.pops)
}

// app is the way of a Spectrum application. Only HTTP and HTTPS can have a
// region; a TCP or UDP application that does not end TLS passes bytes on.
func (c *customer) app(z *residency.Zone, a *residency.SpectrumApp) way {
	web := slices.Contains([]string{"http", "https"}, a.Protocol)
	if passed := slices.Contains([]string{"tcp", "udp"}, a.Protocol); passed && !a.TerminatesTLS {
		return way{reach: c.pops, sealed: true, product: "spectrum"}
	}
	region := ""
	if web {
		region = a.Region
	}
	return way{reach: c.transferred(z, c.processing(region)), product: "spectrum"}
}

// transferred widens what a zone's names reach where outgoing zone transfers
// publish global addresses: whoever asks the other name servers goes round the
// region.
func (c *customer) transferred(z *residency.Zone, r reach) reach {
	switch {
	case len(r.certain) == len(c.pops.may):
		return r // anywhere already
	case c.zoneUnread(z, "secondary_dns"):
		return either(r, c.pops, residency.FactSettingUnread)
	case z.SecondaryDNS:
		return c.pops
	}
	return r
}
