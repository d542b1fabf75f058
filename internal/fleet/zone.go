package fleet

import (
	"cmp"
	"slices"
	"strconv"

	"domicile/internal/residency"
)

// zone is the shape of a zone.
func (b *shaper) zone(z *residency.Zone) residency.Zone {
	out := residency.Zone{
		Name: b.parents[z.Name], HostnamesListed: z.HostnamesListed, CertificatesListed: z.CertificatesListed,
		SecondaryDNS: z.SecondaryDNS,
	}
	out.Certificates = b.certificates(z, &out)
	b.hostnames(z, &out)
	for _, a := range z.Spectrum {
		a.Hostname = b.rename(a.Hostname)
		out.Spectrum = append(out.Spectrum, a)
		b.named[out.Name] = true
	}
	slices.SortStableFunc(out.Spectrum, func(x, y residency.SpectrumApp) int { return cmp.Compare(x.Hostname, y.Hostname) })
	b.customHostnames(z, &out)
	for _, path := range b.set.Unknown {
		if len(path) > len("zones.") && path[:len("zones.")] == "zones." {
			b.named[out.Name] = true
		}
	}
	for i := range out.Certificates {
		slices.Sort(out.Certificates[i].Hosts)
	}
	return out
}

// kind is what tells two names of a zone apart when nothing refers to them.
type kind struct {
	region  string
	covered bool
}

func (k kind) compare(o kind) int {
	return cmp.Or(cmp.Compare(k.region, o.region), cmp.Compare(strconv.FormatBool(k.covered), strconv.FormatBool(o.covered)))
}

// hostnames keeps each hostname that something refers to, and one of each kind
// of the others.
func (b *shaper) hostnames(z *residency.Zone, out *residency.Zone) {
	var kinds []kind
	for _, h := range z.Hostnames {
		if b.uses[h.Name] != "" {
			b.named[out.Name] = true
			out.Hostnames = append(out.Hostnames, residency.Hostname{
				Name: b.rename(h.Name), Region: h.Region, Addresses: b.addresses(h.Addresses),
			})
			continue
		}
		if k := (kind{b.ownRegion(h.Name), covered(z, h.Name)}); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(out.Hostnames, func(x, y residency.Hostname) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortFunc(kinds, kind.compare)
	for i, k := range kinds {
		name := "h" + strconv.Itoa(i) + ".kinds." + out.Name
		out.Hostnames = append(out.Hostnames, residency.Hostname{Name: name, Region: k.region})
		cover(out, k.covered, name)
	}
}

// customHostnames keeps one of each target, covered and not.
func (b *shaper) customHostnames(z *residency.Zone, out *residency.Zone) {
	var kinds []kind
	for _, c := range z.CustomHostnames {
		if k := (kind{b.rename(c.Target), covered(z, c.Name)}); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, kind.compare)
	for i, k := range kinds {
		name := "x" + strconv.Itoa(i) + ".custom." + out.Name
		out.CustomHostnames = append(out.CustomHostnames, residency.CustomHostname{Name: name, Target: k.region})
		cover(out, k.covered, name)
		b.named[out.Name] = b.named[out.Name] || k.region != ""
	}
}

// certificates keeps one of each kind of certificate: where the key is, and
// which of the names that are referred to it covers.
func (b *shaper) certificates(z *residency.Zone, out *residency.Zone) []residency.Certificate {
	var list []residency.Certificate
	for i := range z.Certificates {
		c := &z.Certificates[i]
		kept := residency.Certificate{KeyRegion: c.KeyRegion, KeyPolicy: c.KeyPolicy, Keyless: c.Keyless, KeyServer: c.KeyServer}
		for name := range b.uses {
			if covers(c, name) {
				kept.Hosts = append(kept.Hosts, b.rename(name))
			}
		}
		if !z.HostnamesListed { // then it counts whether they cover the zone itself
			if covers(c, z.Name) {
				kept.Hosts = append(kept.Hosts, out.Name)
			}
			if covers(c, "*."+z.Name) {
				kept.Hosts = append(kept.Hosts, "*."+out.Name)
			}
		}
		kept.Hosts = words(kept.Hosts)
		b.named[out.Name] = b.named[out.Name] || len(kept.Hosts) > 0
		list = append(list, kept)
	}
	list = distinct(list, func(c residency.Certificate) string {
		var e encoder
		e.certificate(&c)
		return string(e.buf)
	})
	for i := range list { // the first is appended to; it must not share
		list[i].Hosts = slices.Clone(list[i].Hosts)
	}
	return list
}

// cover lists a name that some certificate of the zone covers.
func cover(z *residency.Zone, covered bool, name string) {
	if covered {
		c := &z.Certificates[0]
		c.Hosts = append(c.Hosts, name)
	}
}

func covers(c *residency.Certificate, name string) bool {
	over := wildcardOver(name)
	return slices.ContainsFunc(c.Hosts, func(h string) bool { return h == name || over != "" && h == over })
}

func covered(z *residency.Zone, name string) bool {
	return slices.ContainsFunc(z.Certificates, func(c residency.Certificate) bool { return covers(&c, name) })
}
