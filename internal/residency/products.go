package residency

import (
	"slices"
	"strings"
)

// strangers adds what products and log datasets may do of which the rules know
// nothing.
func (r *resolver) strangers() {
	perhaps := func(c DataCategory, a Activity, product string, b bound) {
		p := r.add(c, a, account, b, Reason{Kind: ReasonProductUncertain, Product: product})
		p.Possible, p.Facts = true, []string{FactProductUse}
	}
	for _, id := range r.set.Products.IDs {
		if _, ok := r.rules.Product(id); ok || !r.set.Products.Known {
			continue
		}
		perhaps(Content, Process, id, r.pops)
		perhaps(Content, Cache, id, r.pops)
		perhaps(StoredContent, Store, id, r.every)
		perhaps(TrafficMetadata, Store, id, r.cores)
		perhaps(Keys, Store, id, r.pops)
	}
	for _, id := range r.set.LogDatasets {
		if !slices.ContainsFunc(r.rules.LogDatasets, func(d LogDataset) bool { return d.ID == id }) {
			perhaps(TrafficMetadata, Store, "", r.cores)
		}
	}
}

// products adds the flows of products that a setting does not narrow, or only
// under a condition, for every product that is or may be in use.
func (r *resolver) products() {
	r.strangers()
	for i := range r.rules.Products {
		p := &r.rules.Products[i]
		if r.used[i] == False {
			continue
		}
		for j := range p.Rules {
			r.rule(&p.Rules[j], r.used[i])
		}
	}
}

func (r *resolver) rule(f *Rule, use Truth) {
	why := Reason{Product: f.Product, Setting: f.Setting, Caveats: f.Caveats, Source: f.Source}
	switch f.Effect {
	case EffectOutside:
		why.Kind = ReasonProductOutside
		r.flow(f, use, r.base(f.Base), why)
	case EffectUnavailable:
		why.Kind = ReasonProductOutside
		if r.settingOn(f.Setting) {
			why.Kind = ReasonProductConflict
		}
		r.flow(f, use, r.base(f.Base), why)
	case EffectUncertain:
		why.Kind = ReasonProductUncertain
		r.flow(f, use, r.uncertain(f, f.Fact), why)
	case EffectConditional:
		r.conditional(f, use, why)
	case EffectFeatureLost:
		gone := f.KeptUnder == "" || !strings.EqualFold(f.KeptUnder, r.set.LogRegion)
		if use == True && gone && r.settingOn(f.Setting) {
			r.lost = append(r.lost, Loss{Product: f.Product, Setting: f.Setting, Text: f.Lost})
		}
	}
}

func (r *resolver) conditional(f *Rule, use Truth, why Reason) {
	why.Detail = f.Condition.String()
	switch r.holds(f) {
	case True:
	case False:
		why.Kind = ReasonProductCondition
		r.flow(f, use, r.base(f.Base), why)
	default:
		why.Kind = ReasonProductUncertain
		fact := f.Fact
		if fact == "" {
			fact = FactReach
		}
		r.flow(f, use, r.uncertain(f, fact), why)
	}
}

// uncertain is the bound when it is not known whether the setting narrows the
// flow: anything possible, nothing certain.
func (r *resolver) uncertain(f *Rule, fact string) bound {
	return bound{may: r.base(f.Base).may, facts: []string{fact}}
}

func (r *resolver) base(b Base) bound {
	switch b {
	case EveryCore:
		return r.cores
	case PoPOrCore:
		return r.every
	default:
		return r.pops
	}
}

func (r *resolver) flow(f *Rule, use Truth, b bound, why Reason) {
	for _, a := range f.Activities {
		p := r.add(Category(f.Setting), a, account, b, why)
		if use == Unsure {
			p.Possible, p.Facts = true, slices.Concat([]string{FactProductUse}, b.facts)
		}
	}
}

// holds evaluates a rule's condition on the settings.
func (r *resolver) holds(f *Rule) Truth {
	switch f.Condition {
	case ServedOnRegionalHostname:
		return r.servedOn(f.Product, r.regionalName)
	case ServedOnCustomCertificate:
		return r.servedOn(f.Product, r.customCertificate)
	case BucketRegional, ObjectJurisdiction, ResourceJurisdiction:
		return r.perResource(f.Product)
	case TieredCacheNotSmart:
		return r.tieredCache()
	case NoSecondaryDNS:
		return r.noSecondaryDNS()
	case RegionIsFedRAMP:
		if r.regionsUnread() {
			return Unsure
		}
		keys := r.processingRegions()
		return truthOf(len(keys) == 1 && keys[0] == "fedramp")
	}
	return Unsure
}

// regionsUnread reports whether some processing region could not be read.
func (r *resolver) regionsUnread() bool {
	for _, path := range []string{"zones", "default_processing_region", "ip_bindings"} {
		if r.set.unknown(path) {
			return true
		}
	}
	return slices.ContainsFunc(r.set.Zones, func(z Zone) bool {
		return r.zoneUnread(&z, "hostnames") || r.zoneUnread(&z, "spectrum")
	})
}

// servedOn is True when the product is reached through listed hostnames only
// and each passes; Unsure when the settings do not say how it is reached.
func (r *resolver) servedOn(product string, pass func(string) Truth) Truth {
	names, ok := r.set.ServedOn[product]
	if !ok || len(names) == 0 {
		return Unsure
	}
	out := True
	for _, n := range names {
		switch pass(n) {
		case False:
			return False
		case Unsure:
			out = Unsure
		}
	}
	return out
}

func (r *resolver) regionalName(name string) Truth {
	z, h := r.find(name)
	switch {
	case h == nil:
		return Unsure
	case r.zoneUnread(z, "hostnames"):
		return Unsure
	}
	return truthOf(r.regionalHostname(name) != "")
}

func (r *resolver) customCertificate(name string) Truth {
	z, h := r.find(name)
	if h == nil || r.zoneUnread(z, "certificates") {
		return Unsure
	}
	// Which of several certificates is presented is not the customer's choice:
	// each must be restricted.
	covered := false
	for i := range z.Certificates {
		if c := &z.Certificates[i]; c.covers(name) {
			if covered = true; !c.restricted() {
				return False
			}
		}
	}
	return truthOf(covered)
}

// perResource: resources that are listed speak for themselves; a product in
// use without any listed has no jurisdiction, the documented default.
func (r *resolver) perResource(product string) Truth {
	if r.set.unknown("storage") {
		return Unsure
	}
	return truthOf(slices.ContainsFunc(r.set.Storage, func(x Resource) bool { return x.Product == product }))
}

func (r *resolver) tieredCache() Truth {
	if r.set.unknown("features") || r.set.unknown("features.tiered_cache") {
		return Unsure
	}
	mode, stated := r.set.Features["tiered_cache"]
	switch {
	case mode == "smart":
		return False
	case stated:
		return True
	}
	// In use, but the mode is not stated.
	return Unsure
}

func (r *resolver) noSecondaryDNS() Truth {
	if r.set.unknown("zones") {
		return Unsure
	}
	out := True
	for i := range r.set.Zones {
		z := &r.set.Zones[i]
		switch {
		case r.zoneUnread(z, "secondary_dns"):
			out = Unsure
		case z.SecondaryDNS:
			return False
		}
	}
	return out
}
