package naive

import (
	"slices"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// products adds the flows that a setting does not narrow, of every product that
// is or may be in use.
func (c *customer) products() {
	for i := range c.rules.Products {
		p := &c.rules.Products[i]
		use := c.uses(p)
		if use == residency.False {
			continue
		}
		for j := range p.Rules {
			c.rule(&p.Rules[j], use)
		}
	}
	for _, id := range c.set.Products.IDs {
		if c.set.Products.Known && !slices.ContainsFunc(c.rules.Products, func(p residency.Product) bool { return p.ID == id }) {
			c.stranger(id)
		}
	}
}

// stranger adds what a product may do of which the rules know nothing.
func (c *customer) stranger(id string) {
	first := len(c.out)
	c.add(residency.Content, residency.Process, account, id, c.pops)
	c.add(residency.Content, residency.Cache, account, id, c.pops)
	c.add(residency.StoredContent, residency.Store, account, id, c.every)
	c.add(residency.TrafficMetadata, residency.Store, account, id, c.cores)
	c.add(residency.Keys, residency.Store, account, id, c.pops)
	for i := range c.out[first:] {
		p := &c.out[first+i]
		p.Possible, p.Facts = true, []string{residency.FactProductUse}
	}
}

func (c *customer) rule(f *residency.Rule, use residency.Truth) {
	base := c.base(f.Base)
	switch f.Effect {
	case residency.EffectOutside, residency.EffectUnavailable:
		c.flow(f, use, base)
	case residency.EffectUncertain:
		c.flow(f, use, anywhereIn(base, f.Fact))
	case residency.EffectConditional:
		switch c.condition(f) {
		case residency.False:
			c.flow(f, use, base)
		case residency.Unsure:
			fact := f.Fact
			if fact == "" {
				fact = residency.FactReach
			}
			c.flow(f, use, anywhereIn(base, fact))
		}
	}
}

func (c *customer) base(b residency.Base) reach {
	switch b {
	case residency.EveryCore:
		return c.cores
	case residency.PoPOrCore:
		return c.every
	}
	return c.pops
}

// flow adds a product's flow; it is of the category that the setting governs.
func (c *customer) flow(f *residency.Rule, use residency.Truth, r reach) {
	governed := map[footprint.Setting]residency.DataCategory{
		footprint.KeySetting: residency.Keys, footprint.ProcessingSetting: residency.Content,
		footprint.LogSetting: residency.TrafficMetadata, footprint.StorageSetting: residency.StoredContent,
	}
	for _, act := range f.Activities {
		p := c.add(governed[f.Setting], act, account, f.Product, r)
		if use == residency.Unsure {
			p.Possible, p.Facts = true, append(p.Facts, residency.FactProductUse)
		}
	}
}

// usesID is uses of a product by id; a product the rules do not have is not in
// use.
func (c *customer) usesID(id string) residency.Truth {
	for i := range c.rules.Products {
		if c.rules.Products[i].ID == id {
			return c.uses(&c.rules.Products[i])
		}
	}
	return residency.False
}

// uses reports whether a product is in use. What shows it in use elsewhere in
// the settings counts; where the products are not stated, any may be.
func (c *customer) uses(p *residency.Product) residency.Truth {
	switch {
	case c.shows(p):
		return residency.True
	case !c.set.Products.Known || c.unread("products"):
		return residency.Unsure
	case c.set.Products.All || slices.Contains(c.set.Products.IDs, p.ID):
		return residency.True
	case c.mayShow(p):
		return residency.Unsure
	}
	return residency.False
}

// mayShow reports whether something that was not read could show a product in
// use.
func (c *customer) mayShow(p *residency.Product) bool {
	unread := func(what string) bool {
		return c.unread("zones") || slices.ContainsFunc(c.set.Zones, func(z residency.Zone) bool { return c.zoneUnread(&z, what) })
	}
	keepsResources := slices.ContainsFunc(p.Rules, func(r residency.Rule) bool {
		return r.Setting == footprint.StorageSetting && r.Condition == residency.ResourceJurisdiction
	})
	switch {
	case p.Feature != "" && c.unread("features", "features."+p.Feature):
		return true
	case keepsResources && c.unread("storage"):
		return true
	}
	switch p.ID {
	case "workers":
		return c.unread("workers")
	case "byoip":
		return c.unread("ip_bindings")
	case "spectrum":
		return unread("spectrum")
	case "saas":
		return unread("custom_hostnames")
	}
	return false
}

func (c *customer) shows(p *residency.Product) bool {
	if value := c.set.Features[p.Feature]; p.Feature != "" && !slices.Contains([]string{"", "false", "off"}, value) {
		return true
	}
	if len(c.set.ServedOn[p.ID]) > 0 {
		return true
	}
	for _, x := range c.set.Storage {
		if x.Product == p.ID {
			return true
		}
	}
	for _, z := range c.set.Zones {
		if p.ID == "spectrum" && len(z.Spectrum) > 0 || p.ID == "saas" && len(z.CustomHostnames) > 0 {
			return true
		}
	}
	return p.ID == "workers" && len(c.set.Workers) > 0 || p.ID == "byoip" && len(c.set.IPBindings) > 0
}

// condition says whether the condition of a rule holds on the settings.
func (c *customer) condition(f *residency.Rule) residency.Truth {
	switch f.Condition {
	case residency.ServedOnRegionalHostname:
		return c.everyName(c.set.ServedOn[f.Product], c.hasRegion)
	case residency.ServedOnCustomCertificate:
		return c.everyName(c.set.ServedOn[f.Product], c.hasCertificate)
	case residency.BucketRegional, residency.ObjectJurisdiction, residency.ResourceJurisdiction:
		return c.resourcesSpeak(f.Product)
	case residency.TieredCacheNotSmart:
		mode, stated := c.set.Features["tiered_cache"]
		switch {
		case c.unread("features", "features.tiered_cache") || !stated:
			return residency.Unsure
		case mode == "smart":
			return residency.False
		}
		return residency.True
	case residency.NoSecondaryDNS:
		return c.noTransfers()
	case residency.RegionIsFedRAMP:
		return c.onlyFedRAMP()
	}
	return residency.Unsure
}

// everyName is True when every name passes, False when one does not. No name at
// all means that the settings do not say how the product is reached.
func (c *customer) everyName(names []string, pass func(string) residency.Truth) residency.Truth {
	out := residency.True
	if len(names) == 0 {
		out = residency.Unsure
	}
	for _, name := range names {
		switch pass(name) {
		case residency.False:
			return residency.False
		case residency.Unsure:
			out = residency.Unsure
		}
	}
	return out
}

func truth(b bool) residency.Truth {
	if b {
		return residency.True
	}
	return residency.False
}

func (c *customer) hasRegion(name string) residency.Truth {
	z, h := c.entry(name)
	if h == nil || c.zoneUnread(z, "hostnames") {
		return residency.Unsure
	}
	if c.regionalKey(name) != "" {
		return residency.True
	}
	return truth(c.set.DefaultRegion != "")
}

// hasCertificate reports whether every certificate of the name confines its
// key; with several, any of them may be served.
func (c *customer) hasCertificate(name string) residency.Truth {
	z, h := c.entry(name)
	if h == nil || c.zoneUnread(z, "certificates") {
		return residency.Unsure
	}
	found := false
	for i := range z.Certificates {
		cert := &z.Certificates[i]
		if !covers(cert, name) {
			continue
		}
		found = true
		if !cert.Keyless && cert.KeyRegion == "" && cert.KeyPolicy == nil {
			return residency.False
		}
	}
	return truth(found)
}

// resourcesSpeak: listed resources have placements of their own; a product in
// use without any listed has no jurisdiction, the documented default.
func (c *customer) resourcesSpeak(product string) residency.Truth {
	if c.unread("storage") {
		return residency.Unsure
	}
	return truth(slices.ContainsFunc(c.set.Storage, func(x residency.Resource) bool { return x.Product == product }))
}

func (c *customer) noTransfers() residency.Truth {
	out := truth(!c.unread("zones"))
	if out == residency.False {
		out = residency.Unsure
	}
	for i := range c.set.Zones {
		z := &c.set.Zones[i]
		switch {
		case c.zoneUnread(z, "secondary_dns"):
			out = residency.Unsure
		case z.SecondaryDNS:
			return residency.False
		}
	}
	return out
}

// onlyFedRAMP reports whether fedramp is the one processing region that every
// name, application and binding has.
func (c *customer) onlyFedRAMP() residency.Truth {
	if c.unread("zones", "default_processing_region", "ip_bindings") {
		return residency.Unsure
	}
	seen := map[string]bool{}
	for i := range c.set.Zones {
		z := &c.set.Zones[i]
		if c.zoneUnread(z, "hostnames") || c.zoneUnread(z, "spectrum") {
			return residency.Unsure
		}
		if len(z.Hostnames) == 0 {
			seen[c.set.DefaultRegion] = true
		}
		for _, h := range z.Hostnames {
			key := c.regionalKey(h.Name)
			if key == "" {
				key = c.set.DefaultRegion
			}
			seen[key] = true
		}
		for _, a := range z.Spectrum {
			seen[a.Region] = true
		}
	}
	for _, b := range c.set.IPBindings {
		seen[b.Region] = true
	}
	return truth(len(seen) == 1 && seen["fedramp"])
}
