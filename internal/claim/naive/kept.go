package naive

import (
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// keys adds where private TLS keys are kept: certificate by certificate, and
// every name without one under the default certificate, whose key is at every
// PoP.
func (c *customer) keys() {
	if len(c.set.Zones) == 0 {
		r := c.pops
		if c.unread("zones") {
			r = anywhereIn(c.pops, residency.FactSettingUnread)
		}
		c.add(residency.Keys, residency.Store, account, "", r)
	}
	for i := range c.set.Zones {
		c.zoneKeys(&c.set.Zones[i])
	}
}

func (c *customer) zoneKeys(z *residency.Zone) {
	scope := residency.Scope{Kind: residency.ZoneScope, Name: z.Name}
	unread := c.zoneUnread(z, "certificates")
	for i := range z.Certificates {
		cert := &z.Certificates[i]
		name, first := residency.Scope{Kind: residency.CertificateScope, Name: strings.Join(cert.Hosts, " ")}, len(c.out)
		if unread {
			c.add(residency.Keys, residency.Store, name, "", anywhereIn(c.pops, residency.FactSettingUnread))
		} else {
			c.certificate(name, cert)
		}
		c.mark(first, z.Name, cert.Hosts)
	}
	switch {
	case unread:
		c.add(residency.Keys, residency.Store, scope, "", anywhereIn(c.pops, residency.FactSettingUnread))
	case !z.CertificatesListed:
		c.add(residency.Keys, residency.Store, scope, "", c.pops)
	case !z.HostnamesListed && !c.coversWholeZone(z):
		c.add(residency.Keys, residency.Store, scope, "", c.pops)
	}
	if z.CertificatesListed && !unread {
		c.uncovered(z)
	}
}

// certificate adds where the key of one certificate is kept.
func (c *customer) certificate(scope residency.Scope, cert *residency.Certificate) {
	if cert.Keyless {
		p := c.add(residency.Keys, residency.Store, scope, "", reach{})
		if p.Elsewhere, p.Country = residency.Declared, cert.KeyServer; cert.KeyServer == "" {
			p.Elsewhere, p.Facts = residency.Unmodelled, []string{residency.FactKeyServer}
		}
		return
	}
	r := c.pops
	switch {
	case cert.KeyPolicy != nil:
		narrowed := c.within(c.pops, unpublished(cert.KeyPolicy), func(s *footprint.Site) footprint.Membership { return c.eval(cert.KeyPolicy, s) })
		r = c.planned(narrowed, c.pops)
	case cert.KeyRegion != "":
		r = c.planned(c.region(footprint.KeySetting, cert.KeyRegion, c.pops), c.pops)
	}
	c.add(residency.Keys, residency.Store, scope, "", r)
}

// uncovered adds each name of a zone that none of its certificates covers.
func (c *customer) uncovered(z *residency.Zone) {
	var names []string
	for _, h := range z.Hostnames {
		names = append(names, h.Name)
	}
	for _, a := range z.Spectrum {
		if ends := a.TerminatesTLS || a.Protocol == "https"; ends && !c.isListed(a.Hostname) {
			names = append(names, a.Hostname)
		}
	}
	for _, custom := range z.CustomHostnames {
		names = append(names, custom.Name)
	}
	if z.HostnamesListed && len(z.Hostnames) == 0 && len(z.Certificates) == 0 {
		names = append(names, z.Name)
	}
	for _, name := range names {
		if !covered(z, name) {
			c.add(residency.Keys, residency.Store, hostname(name), "", c.pops).Zone = z.Name
		}
	}
}

// coversWholeZone reports whether the certificates cover the zone's own name
// and every name one level below it.
func (c *customer) coversWholeZone(z *residency.Zone) bool {
	return covered(z, z.Name) && covered(z, "*."+z.Name)
}

func covered(z *residency.Zone, name string) bool {
	return slices.ContainsFunc(z.Certificates, func(cert residency.Certificate) bool { return covers(&cert, name) })
}

// covers reports whether a certificate is for a name: by the name itself or by
// the wildcard one level above it.
func covers(cert *residency.Certificate, name string) bool {
	return slices.Contains(cert.Hosts, name) || wildcardOver(name) != "" && slices.Contains(cert.Hosts, wildcardOver(name))
}

// logs adds where customer logs are kept and who may read them.
func (c *customer) logs() {
	c.add(residency.TrafficMetadata, residency.Store, account, "", c.logReach())
	p := c.add(residency.TrafficMetadata, residency.Access, account, "", reach{})
	p.Elsewhere = residency.Anywhere // the customer's own people, wherever they are
	closed := !c.set.OutOfRegionAccess || c.unread("out_of_region_access")
	if c.unread("log_region") || c.set.LogRegion != "" && closed {
		p.Elsewhere, p.Facts = residency.Unmodelled, []string{residency.FactReaderPlace}
	}
	for i := range c.rules.LogDatasets {
		c.dataset(&c.rules.LogDatasets[i])
	}
	for _, id := range c.set.LogDatasets {
		if !slices.ContainsFunc(c.rules.LogDatasets, func(d residency.LogDataset) bool { return d.ID == id }) {
			p := c.add(residency.TrafficMetadata, residency.Store, account, "", anywhereIn(c.cores, residency.FactProductUse))
			p.Possible = true // whether it follows the log region is not stated
		}
	}
}

func (c *customer) logReach() reach {
	switch {
	case c.unread("log_region"):
		return anywhereIn(c.cores, residency.FactSettingUnread)
	case c.set.LogRegion == "":
		return c.cores
	}
	r := c.region(footprint.LogSetting, c.set.LogRegion, c.cores)
	// Log retention must be off on every zone before the EU can be chosen.
	if strings.EqualFold(c.set.LogRegion, "eu") {
		switch {
		case c.unread("log_retention"):
			r = either(r, c.cores, residency.FactSettingUnread)
		case c.set.LogRetention:
			return c.cores
		}
	}
	return c.planned(r, c.cores)
}

// dataset adds a log dataset that ignores the log region, where it may be in
// use. A dataset to which the region does not apply goes straight to the
// customer's own destination.
func (c *customer) dataset(d *residency.LogDataset) {
	if d.Respects != residency.False {
		return
	}
	use := residency.True
	if d.Product != "" && !slices.Contains(c.set.LogDatasets, d.ID) {
		use = c.usesID(d.Product)
	}
	if use == residency.False {
		return
	}
	p := c.add(d.Category, residency.Store, account, d.Product, c.cores)
	if use == residency.Unsure {
		p.Possible, p.Facts = true, []string{residency.FactProductUse}
	}
}

// stored adds where stored objects are, resource by resource.
func (c *customer) stored() {
	for i := range c.set.Storage {
		x := &c.set.Storage[i]
		scope, first := residency.Scope{Kind: residency.ResourceScope, Name: x.Product + "/" + x.Name}, len(c.out)
		for _, act := range c.storedActivities(x.Product) {
			c.add(residency.StoredContent, act, scope, x.Product, c.jurisdiction(x, act, c.every))
		}
		c.resourceRequests(scope, x)
		if x.PublicHostname != "" {
			c.mark(first, "", []string{x.PublicHostname})
		}
	}
}

// storedActivities are what happens to the objects of a product: it keeps them,
// and does whatever any of its jurisdictions confines.
func (c *customer) storedActivities(product string) []residency.Activity {
	acts := []residency.Activity{residency.Store}
	for _, o := range c.rules.Storage {
		for _, a := range o.Activities {
			if o.Product == product && !slices.Contains(acts, a) {
				acts = append(acts, a)
			}
		}
	}
	return acts
}

// jurisdiction narrows a base by the jurisdiction that a resource was created
// with, as far as the product offers it on the day and it confines the
// activity.
func (c *customer) jurisdiction(x *residency.Resource, act residency.Activity, base reach) reach {
	if c.unread("storage") {
		return anywhereIn(base, residency.FactStorageUnread)
	}
	if x.Jurisdiction == "" {
		return base
	}
	offer := c.offer(x)
	switch {
	case offer == nil:
		return anywhereIn(base, residency.FactNotOffered)
	case !slices.Contains(offer.Activities, act):
		return base
	}
	r := c.region(footprint.StorageSetting, x.Jurisdiction, base)
	if offer.Confidence == footprint.Disputed {
		r = either(r, base, residency.FactDisputedStorage)
	}
	return c.planned(r, base)
}

func (c *customer) offer(x *residency.Resource) *residency.StorageOffer {
	for i := range c.rules.Storage {
		o := &c.rules.Storage[i]
		if o.Product == x.Product && o.Jurisdiction == x.Jurisdiction && o.Since <= c.day {
			return o
		}
	}
	return nil
}

// resourceRequests adds where requests to a resource are processed, for the
// products of which a processing region or a jurisdiction can confine them.
func (c *customer) resourceRequests(scope residency.Scope, x *residency.Resource) {
	for _, rule := range c.rulesOf(x.Product) {
		if rule.Setting != footprint.ProcessingSetting || rule.Effect != residency.EffectConditional {
			continue
		}
		for _, act := range rule.Activities {
			switch rule.Condition {
			case residency.BucketRegional:
				c.add(residency.Content, act, scope, x.Product, c.bucketReach(x))
			case residency.ObjectJurisdiction, residency.ResourceJurisdiction:
				c.add(residency.Content, act, scope, x.Product, c.jurisdiction(x, act, c.pops))
			}
		}
	}
}

// bucketReach is where requests to a bucket are processed: in region only
// through a public hostname that has one, on a bucket with a jurisdiction.
func (c *customer) bucketReach(x *residency.Resource) reach {
	switch {
	case c.unread("storage"):
		return anywhereIn(c.pops, residency.FactStorageUnread)
	case x.Jurisdiction == "" || x.PublicHostname == "":
		return c.pops
	case c.offer(x) == nil:
		return anywhereIn(c.pops, residency.FactNotOffered)
	}
	ways, _ := c.ways(x.PublicHostname)
	var rs []reach
	for _, w := range ways {
		rs = append(rs, w.reach)
	}
	return together(rs...)
}

func (c *customer) rulesOf(product string) []residency.Rule {
	for _, p := range c.rules.Products {
		if p.ID == product {
			return p.Rules
		}
	}
	return nil
}
