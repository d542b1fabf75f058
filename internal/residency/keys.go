package residency

import (
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// keyStores adds where private TLS keys are kept: certificate by certificate,
// and every name without one under the provider's default certificate.
func (r *resolver) keyStores() {
	for i := range r.set.Zones {
		z := &r.set.Zones[i]
		if !z.CertificatesListed || r.zoneUnread(z, "certificates") || !z.HostnamesListed && !z.coversItself() {
			r.defaultCertificate(z)
		}
		for j := range z.Certificates {
			r.certificate(z, &z.Certificates[j])
		}
		if z.CertificatesListed && !r.zoneUnread(z, "certificates") {
			r.uncovered(z)
		}
	}
	if len(r.set.Zones) == 0 {
		b, kind := r.pops, ReasonNoCertificate
		if r.set.unknown("zones") {
			b, kind = bound{may: r.pops.may, facts: []string{FactSettingUnread}}, ReasonSettingUnread
		}
		r.add(Keys, Store, account, b, Reason{Kind: kind, Setting: footprint.KeySetting})
	}
}

func (r *resolver) defaultCertificate(z *Zone) {
	b, kind := r.pops, ReasonNoCertificate
	if r.zoneUnread(z, "certificates") {
		b, kind = bound{may: r.pops.may, facts: []string{FactSettingUnread}}, ReasonSettingUnread
	}
	r.add(Keys, Store, Scope{ZoneScope, z.Name}, b, Reason{Kind: kind, Setting: footprint.KeySetting, Detail: z.Name})
}

func (r *resolver) certificate(z *Zone, c *Certificate) {
	scope := Scope{CertificateScope, certificateName(z, c)}
	why := Reason{Kind: ReasonDefault, Setting: footprint.KeySetting, Region: c.KeyRegion}
	if r.zoneUnread(z, "certificates") {
		why.Kind = ReasonSettingUnread
		r.certified(r.add(Keys, Store, scope, bound{may: r.pops.may, facts: []string{FactSettingUnread}}, why), z, c)
		return
	}
	if c.Keyless {
		r.certified(r.keyless(scope, c), z, c)
		return
	}
	b := r.pops
	switch {
	case c.KeyPolicy != nil:
		b = within(r.view.Eval(c.KeyPolicy), r.pops, c.KeyPolicy.Facts())
		why.Kind, why.Detail = ReasonSetting, c.KeyPolicy.String()
	case c.KeyRegion != "":
		b, why.Kind = r.region(footprint.KeySetting, c.KeyRegion, r.pops)
	}
	if c.restricted() {
		b = r.entitled(b, r.pops)
	}
	r.certified(r.add(Keys, Store, scope, b, why), z, c)
}

// certified ties a placement to the zone and the names of its certificate.
func (r *resolver) certified(p *Placement, z *Zone, c *Certificate) {
	p.Zone, p.Names = z.Name, c.Hosts
}

func (r *resolver) keyless(scope Scope, c *Certificate) *Placement {
	p := r.add(Keys, Store, scope, bound{}, Reason{Kind: ReasonKeyless, Setting: footprint.KeySetting, Detail: c.KeyServer})
	if c.KeyServer == "" {
		p.Elsewhere, p.Facts = Unmodelled, []string{FactKeyServer}
		return p
	}
	p.Elsewhere, p.Country = Declared, c.KeyServer
	return p
}

// certificateName names a certificate by its hosts: two of a zone may share
// the first.
func certificateName(z *Zone, c *Certificate) string {
	if len(c.Hosts) == 0 {
		return z.Name
	}
	return strings.Join(c.Hosts, " ")
}

// uncovered adds each name of a zone that no listed certificate covers.
func (r *resolver) uncovered(z *Zone) {
	hosts := map[string]bool{}
	for i := range z.Certificates {
		for _, h := range z.Certificates[i].Hosts {
			hosts[h] = true
		}
	}
	cover := func(name string) {
		if !hosts[name] && !hosts[wildcardOver(name)] {
			r.add(Keys, Store, Scope{HostnameScope, name}, r.pops,
				Reason{Kind: ReasonNoCertificate, Setting: footprint.KeySetting, Detail: name}).Zone = z.Name
		}
	}
	for _, h := range z.Hostnames {
		cover(h.Name)
	}
	for _, a := range z.Spectrum {
		if r.hosts[a.Hostname].host == nil && (a.TerminatesTLS || a.Protocol == "https") {
			cover(a.Hostname)
		}
	}
	for _, c := range z.CustomHostnames {
		cover(c.Name)
	}
	if z.HostnamesListed && len(z.Hostnames) == 0 && len(z.Certificates) == 0 {
		cover(z.Name)
	}
}

// coversItself reports whether the listed certificates cover the zone's own
// name and every name one level below it.
func (z *Zone) coversItself() bool {
	covered := func(name string) bool {
		return slices.ContainsFunc(z.Certificates, func(c Certificate) bool { return c.covers(name) })
	}
	return covered(z.Name) && covered("*."+z.Name)
}

// wildcardOver is the one-level wildcard that covers a name; "" where none can.
func wildcardOver(name string) string {
	_, parent, ok := strings.Cut(name, ".")
	if !ok || strings.HasPrefix(name, "*.") {
		return ""
	}
	return "*." + parent
}

func (c *Certificate) covers(name string) bool {
	return slices.Contains(c.Hosts, name) || slices.Contains(c.Hosts, wildcardOver(name))
}
