package plan

import (
	"slices"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// option is one way to mend a failing placement: changes that are made together.
type option []Change

// remedies are the ways to mend a failing placement, those first that take least.
// None means that no setting can.
func (f *finder) remedies(set *residency.Settings, p *residency.Placement) []option {
	if slices.Contains(p.Facts, residency.FactPlan) {
		return []option{{{Kind: ChangePlan, Value: "enterprise"}}}
	}
	if p.Possible && p.Reason.Product != "" && slices.Contains(p.Facts, residency.FactProductUse) {
		return f.unused(set, p.Reason.Product)
	}
	switch p.Reason.Setting {
	case footprint.ProcessingSetting:
		return f.processing(set, p)
	case footprint.LogSetting:
		return f.logs(set, p)
	case footprint.KeySetting:
		return f.keyPlaces(set, p)
	case footprint.StorageSetting:
		return f.storage(p)
	}
	if p.Reason.Kind == residency.ReasonPartnerNetwork {
		return []option{{{Kind: SetFeature, Of: "china_network", Value: "false"}}}
	}
	return nil
}

// unused says of a product that may be in use that it is not.
func (f *finder) unused(set *residency.Settings, id string) []option {
	if !set.Products.Known || slices.Contains(set.Unknown, "products") {
		return []option{{{Kind: StateProducts, Names: []string{id}}}}
	}
	p, ok := f.rules.Product(id)
	if !ok {
		return stop(id)
	}
	if p.Feature == "" {
		return nil
	}
	return []option{{{Kind: SetFeature, Of: p.Feature, Value: offValue(p.Feature)}}}
}

// offValue is what a feature is set to where it is off.
func offValue(feature string) string {
	if feature == "tiered_cache" {
		return "off"
	}
	return "false"
}

// choose is a change to a value, where there is one.
func choose(k Kind, value string, names ...string) []option {
	if value == "" || k != SetLogRegion && k != SetDefaultRegion && len(names) == 0 {
		return nil
	}
	return []option{{{Kind: k, Names: names, Value: value}}}
}

func stop(product string) []option {
	if product == "" {
		return nil
	}
	return []option{{{Kind: StopProduct, Of: product}}}
}

func (f *finder) processing(set *residency.Settings, p *residency.Placement) []option {
	why, region := &p.Reason, f.best[footprint.ProcessingSetting]
	switch why.Kind {
	case residency.ReasonDefault, residency.ReasonSetting, residency.ReasonUnknownRegion:
		return f.steer(set, p, region)
	case residency.ReasonSettingUnread:
		if slices.Contains(set.Unknown, "default_processing_region") {
			return choose(SetDefaultRegion, region)
		}
		return nil
	case residency.ReasonSpectrum, residency.ReasonSpectrumRegion:
		return f.spectrum(set, p, region)
	case residency.ReasonIPBinding:
		return choose(SetBindingRegion, region, f.ranges(set, p)...)
	case residency.ReasonSteeringUnclear:
		both := slices.Concat(choose(SetProcessingRegion, region, why.Detail), choose(SetBindingRegion, region, f.ranges(set, p)...))
		if len(both) < 2 {
			return nil
		}
		return []option{slices.Concat(both...)}
	case residency.ReasonTarget:
		return f.named(set, region, why.Detail)
	case residency.ReasonSecondaryDNS:
		return choose(StopZoneTransfers, "off", p.Zone)
	case residency.ReasonProductCondition, residency.ReasonProductUncertain:
		return append(f.condition(set, p, region), stop(why.Product)...)
	case residency.ReasonProductOutside, residency.ReasonProductConflict:
		return stop(why.Product)
	case residency.ReasonNotOffered: // a bucket's requests
		return append(choose(SetJurisdiction, f.jurisdiction(why.Product), p.Scope.Name), stop(why.Product)...)
	}
	return f.worker(set, p)
}

// worker mends what Workers do besides answering.
func (f *finder) worker(set *residency.Settings, p *residency.Placement) []option {
	kind := map[residency.ReasonKind]Kind{
		residency.ReasonSubrequests: StopSubrequests, residency.ReasonCron: StopCron, residency.ReasonQueues: StopQueues,
	}[p.Reason.Kind]
	switch {
	case kind == InvalidKind:
		return nil
	case p.Scope.Kind == residency.WorkerScope && p.Scope.Name != "":
		return choose(kind, "none", p.Scope.Name)
	case set.Products.Known && slices.Contains(set.Products.IDs, "workers") || set.Products.All:
		return stop("workers") // in use, and none is listed
	}
	return f.unused(set, "workers")
}

// steer gives a name, a range or everything without a region of its own a region.
func (f *finder) steer(set *residency.Settings, p *residency.Placement, region string) []option {
	switch p.Scope.Kind {
	case residency.HostnameScope:
		return f.named(set, region, p.Scope.Name)
	case residency.IPBindingScope:
		return choose(SetBindingRegion, region, p.Scope.Name)
	case residency.ResourceScope:
		if p.Reason.Detail != "" {
			return f.named(set, region, p.Reason.Detail)
		}
	}
	return choose(SetDefaultRegion, region)
}

// named gives a hostname a region, where it has an entry; a name that stands under
// a wildcard follows that, and any other one the default.
func (f *finder) named(set *residency.Settings, region, name string) []option {
	for _, n := range []string{name, wildcardOver(name)} {
		for i := range set.Zones {
			if slices.ContainsFunc(set.Zones[i].Hostnames, func(h residency.Hostname) bool { return h.Name == n && n != "" }) {
				return choose(SetProcessingRegion, region, n)
			}
		}
	}
	return nil
}

func (f *finder) spectrum(set *residency.Settings, p *residency.Placement, region string) []option {
	name := p.Reason.Detail
	remove := option{{Kind: StopSpectrum, Names: []string{name}}}
	for i := range set.Zones {
		for _, a := range set.Zones[i].Spectrum {
			if a.Hostname == name && a.Protocol != "http" && a.Protocol != "https" && a.TerminatesTLS {
				return []option{remove} // only HTTP applications can have a region
			}
		}
	}
	return append(choose(SetSpectrumRegion, region, name), remove)
}

// ranges are the address ranges that steer a hostname: the most specific binding
// of each of its addresses, or the address itself.
func (f *finder) ranges(set *residency.Settings, p *residency.Placement) []string {
	var out []string
	for i := range set.Zones {
		for _, h := range set.Zones[i].Hostnames {
			if h.Name != p.Reason.Detail {
				continue
			}
			for _, a := range h.Addresses {
				at := a.String()
				prefix, err := a.Prefix(a.BitLen())
				if err != nil {
					continue
				}
				at = prefix.String()
				bits := -1
				for _, b := range set.IPBindings {
					if b.CIDR.Contains(a) && b.CIDR.Bits() > bits {
						at, bits = b.CIDR.String(), b.CIDR.Bits()
					}
				}
				out = append(out, at)
			}
		}
	}
	return sortedSet(out)
}

// condition fulfils the condition under which a product follows a setting.
func (f *finder) condition(set *residency.Settings, p *residency.Placement, region string) []option {
	served := set.ServedOn[p.Reason.Product]
	switch p.Reason.Detail {
	case residency.ServedOnRegionalHostname.String():
		return f.all(served, func(n string) []option { return f.named(set, region, n) })
	case residency.ServedOnCustomCertificate.String():
		return f.all(served, func(n string) []option { return f.certificateOf(set, n) })
	case residency.BucketRegional.String():
		return f.bucket(set, p, region)
	case residency.TieredCacheNotSmart.String():
		return []option{{{Kind: SetFeature, Of: "tiered_cache", Value: "regular"}}}
	case residency.NoSecondaryDNS.String():
		var zones []string
		for i := range set.Zones {
			if z := &set.Zones[i]; z.SecondaryDNS {
				zones = append(zones, z.Name)
			}
		}
		return choose(StopZoneTransfers, "off", zones...)
	}
	return nil
}

// all mends every name, or none.
func (f *finder) all(names []string, mend func(string) []option) []option {
	var out option
	for _, n := range names {
		ways := mend(n)
		if len(ways) == 0 {
			return nil
		}
		out = append(out, ways[0]...)
	}
	if len(out) == 0 {
		return nil
	}
	return []option{out}
}

// bucket gives a bucket what its requests need to be handled in region: a
// jurisdiction, and a public hostname with a region.
func (f *finder) bucket(set *residency.Settings, p *residency.Placement, region string) []option {
	if p.Scope.Kind != residency.ResourceScope {
		return nil // in use, and no bucket is listed
	}
	i := slices.IndexFunc(set.Storage, func(r residency.Resource) bool { return r.Product+"/"+r.Name == p.Scope.Name })
	if i < 0 {
		return nil
	}
	var out option
	if set.Storage[i].Jurisdiction == "" {
		ways := choose(SetJurisdiction, f.jurisdiction(p.Reason.Product), p.Scope.Name)
		if len(ways) == 0 {
			return nil
		}
		out = append(out, ways[0]...)
	}
	name := set.Storage[i].PublicHostname
	if name == "" {
		if name = aHostname(set); name == "" {
			return nil
		}
		out = append(out, Change{Kind: SetPublicHostname, Names: []string{p.Scope.Name}, Value: name})
	}
	if ways := f.named(set, region, name); len(ways) > 0 {
		out = append(out, ways[0]...)
	}
	return []option{out}
}

// aHostname is a hostname that a bucket could be reached through.
func aHostname(set *residency.Settings) string {
	for i := range set.Zones {
		for _, h := range set.Zones[i].Hostnames {
			if wildcardOver(h.Name) != "" {
				return h.Name
			}
		}
	}
	return ""
}

func (f *finder) logs(set *residency.Settings, p *residency.Placement) []option {
	why := &p.Reason
	switch why.Kind {
	case residency.ReasonDefault, residency.ReasonSetting, residency.ReasonUnknownRegion, residency.ReasonSettingUnread:
		if slices.Contains(p.Facts, residency.FactSettingUnread) && set.LogRegion != "" {
			return []option{{{Kind: DisableLogRetention}}} // whether it is on could not be read
		}
		return choose(SetLogRegion, f.best[footprint.LogSetting])
	case residency.ReasonLogRetention:
		if f.best[footprint.LogSetting] == "" {
			return nil
		}
		return []option{{{Kind: DisableLogRetention}}}
	case residency.ReasonLogDataset:
		if slices.Contains(set.LogDatasets, why.Detail) {
			return append([]option{{{Kind: DropLogDataset, Names: []string{why.Detail}}}}, stop(why.Product)...)
		}
		return stop(why.Product)
	case residency.ReasonProductCondition, residency.ReasonProductUncertain:
		return append(f.condition(set, p, f.best[footprint.ProcessingSetting]), stop(why.Product)...)
	case residency.ReasonProductOutside, residency.ReasonProductConflict:
		return stop(why.Product)
	}
	return nil
}

func (f *finder) keyPlaces(set *residency.Settings, p *residency.Placement) []option {
	why := &p.Reason
	switch why.Kind {
	case residency.ReasonNoCertificate:
		if p.Scope.Kind == residency.AccountScope {
			return nil // no zone is listed
		}
		return f.upload(why.Detail)
	case residency.ReasonDefault, residency.ReasonSetting, residency.ReasonUnknownRegion, residency.ReasonKeyless:
		return f.restrict(p.Scope.Name)
	case residency.ReasonProductCondition, residency.ReasonProductUncertain:
		return append(f.condition(set, p, ""), stop(why.Product)...)
	case residency.ReasonProductOutside, residency.ReasonProductConflict:
		return stop(why.Product)
	}
	return nil
}

// restrict gives a certificate the widest key region inside, or a policy where no
// region is.
func (f *finder) restrict(certificate string) []option {
	if key := f.best[footprint.KeySetting]; key != "" {
		return choose(SetKeyRegion, key, certificate)
	}
	return choose(SetKeyPolicy, f.policy, certificate)
}

func (f *finder) upload(names ...string) []option {
	if key := f.best[footprint.KeySetting]; key != "" {
		return choose(UploadCertificate, key, names...)
	}
	if f.policy == "" {
		return nil
	}
	return []option{{{Kind: UploadCertificate, Of: policyMark, Names: names, Value: f.policy}}}
}

// certificateOf restricts the certificates that cover a name, or gives it one.
func (f *finder) certificateOf(set *residency.Settings, name string) []option {
	var out option
	covered := false
	for i := range set.Zones {
		z := &set.Zones[i]
		for j := range z.Certificates {
			c := &z.Certificates[j]
			if !slices.Contains(c.Hosts, name) && !slices.Contains(c.Hosts, wildcardOver(name)) {
				continue
			}
			covered = true
			if c.Keyless || c.KeyRegion != "" || c.KeyPolicy != nil {
				continue
			}
			ways := f.restrict(certificateName(z, c))
			if len(ways) == 0 {
				return nil
			}
			out = append(out, ways[0]...)
		}
	}
	if !covered {
		return f.upload(name)
	}
	if len(out) == 0 {
		return nil
	}
	return []option{out}
}

func (f *finder) storage(p *residency.Placement) []option {
	why := &p.Reason
	switch why.Kind {
	case residency.ReasonNoJurisdiction, residency.ReasonNotOffered, residency.ReasonNotConfined, residency.ReasonSetting, residency.ReasonUnknownRegion:
		if p.Scope.Kind == residency.ResourceScope {
			return append(choose(SetJurisdiction, f.jurisdiction(why.Product), p.Scope.Name), stop(why.Product)...)
		}
	}
	return stop(why.Product)
}

// wildcardOver is the one-level wildcard that covers a name; "" where none can.
func wildcardOver(name string) string {
	for i := range len(name) {
		if name[i] == '.' && (i == 0 || name[0] != '*') {
			return "*" + name[i:]
		}
	}
	return ""
}
