package settings

import (
	"cmp"
	"net/netip"
	"slices"

	"domicile/internal/residency"
)

// canonical returns the settings with every list whose order means nothing in
// a fixed order, and empty lists nil. Lists already so are shared, not copied.
// The order of certificates and of their hosts means something and is kept.
func canonical(s *residency.Settings) *residency.Settings {
	c := *s
	c.Products.IDs = ordered(s.Products.IDs, cmp.Compare)
	c.CustomRegions = ordered(s.CustomRegions, func(a, b residency.CustomRegion) int { return cmp.Compare(a.Key, b.Key) })
	c.Zones = slices.Clone(ordered(s.Zones, func(a, b residency.Zone) int { return cmp.Compare(a.Name, b.Name) }))
	for i := range c.Zones {
		c.Zones[i] = canonicalZone(c.Zones[i])
	}
	c.IPBindings = ordered(s.IPBindings, func(a, b residency.IPBinding) int {
		return cmp.Or(a.CIDR.Addr().Compare(b.CIDR.Addr()), cmp.Compare(a.CIDR.Bits(), b.CIDR.Bits()), cmp.Compare(a.Region, b.Region))
	})
	c.Storage = ordered(s.Storage, func(a, b residency.Resource) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
	c.Workers = canonicalWorkers(s.Workers)
	if len(s.Features) == 0 {
		c.Features = nil
	}
	c.ServedOn = canonicalServedOn(s.ServedOn)
	c.LogDatasets = ordered(s.LogDatasets, cmp.Compare)
	c.Promises = ordered(s.Promises, func(a, b residency.Promise) int {
		return cmp.Or(cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Reading, b.Reading), cmp.Compare(a.Since, b.Since),
			cmp.Compare(a.Until, b.Until), cmp.Compare(a.Contract, b.Contract))
	})
	c.Unknown = ordered(s.Unknown, cmp.Compare)
	return &c
}

func canonicalZone(z residency.Zone) residency.Zone {
	z.Hostnames = ordered(z.Hostnames, func(a, b residency.Hostname) int { return cmp.Compare(a.Name, b.Name) })
	copied := false
	for i, h := range z.Hostnames {
		if h.Addresses == nil {
			continue
		}
		if !copied {
			z.Hostnames, copied = slices.Clone(z.Hostnames), true
		}
		z.Hostnames[i].Addresses = ordered(h.Addresses, netip.Addr.Compare)
	}
	z.Spectrum = ordered(z.Spectrum, func(a, b residency.SpectrumApp) int { return cmp.Compare(a.Hostname, b.Hostname) })
	z.CustomHostnames = ordered(z.CustomHostnames, func(a, b residency.CustomHostname) int { return cmp.Compare(a.Name, b.Name) })
	z.Certificates = slices.Clone(z.Certificates)
	if len(z.Certificates) == 0 {
		z.Certificates = nil
	}
	for i := range z.Certificates {
		if len(z.Certificates[i].Hosts) == 0 {
			z.Certificates[i].Hosts = nil
		}
	}
	return z
}

func canonicalWorkers(in []residency.Worker) []residency.Worker {
	out := slices.Clone(ordered(in, func(a, b residency.Worker) int { return cmp.Compare(a.Name, b.Name) }))
	for i := range out {
		out[i].Routes = ordered(out[i].Routes, cmp.Compare)
		out[i].SubrequestHosts = ordered(out[i].SubrequestHosts, cmp.Compare)
	}
	return out
}

// canonicalServedOn leaves out products without a hostname: they are as good as
// absent.
func canonicalServedOn(in map[string][]string) map[string][]string {
	var out map[string][]string
	for product, hosts := range in {
		if len(hosts) == 0 {
			continue
		}
		if out == nil {
			out = make(map[string][]string, len(in))
		}
		out[product] = ordered(hosts, cmp.Compare)
	}
	return out
}

// ordered returns the list in order, nil when it is empty. The list given is
// not changed.
func ordered[T any](list []T, compare func(a, b T) int) []T {
	switch {
	case len(list) == 0:
		return nil
	case slices.IsSortedFunc(list, compare):
		return list
	}
	return slices.SortedStableFunc(slices.Values(list), compare)
}
