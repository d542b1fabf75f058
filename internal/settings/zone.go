package settings

import (
	"net/netip"

	"domicile/internal/residency"
)

var (
	zoneKeys        = []string{"name", "hostnames", "spectrum", "custom_hostnames", "secondary_dns", "certificates"}
	hostnameKeys    = []string{"name", "processing_region", "addresses"}
	spectrumKeys    = []string{"hostname", "protocol", "region", "terminates_tls"}
	customHostKeys  = []string{"name", "target"}
	certificateKeys = []string{"hosts", "key_region", "key_policy", "keyless", "key_server"}
	protocols       = []string{"http", "https", "tcp", "udp"}
)

// taken are the names a customer has given so far, and where.
type taken struct{ zones, hostnames, spectrum, custom names }

// zones reads the zones and everything in them.
func (f fields) zones() {
	f.each("zones", func(n *node) {
		if z, ok := f.object(n, zoneKeys); ok {
			f.set.Zones = append(f.set.Zones, z.zone())
		}
	})
	if f.hosts > maxItems {
		f.fail(f.get("zones"), "zones", "more than 20,000 hostnames", "")
	}
}

func (f fields) zone() residency.Zone {
	z := residency.Zone{Name: f.zoneName()}
	if z.Name != "" {
		f.claim(&f.taken.zones, "name", "zone", z.Name)
		f.rename(z.Name)
	}
	z.HostnamesListed = f.each("hostnames", func(n *node) {
		if h, ok := f.object(n, hostnameKeys); ok {
			z.Hostnames = append(z.Hostnames, h.hostname(&z))
		}
	})
	f.each("spectrum", func(n *node) {
		if a, ok := f.object(n, spectrumKeys); ok {
			z.Spectrum = append(z.Spectrum, a.spectrum(&z))
		}
	})
	f.each("custom_hostnames", func(n *node) {
		if c, ok := f.object(n, customHostKeys); ok {
			z.CustomHostnames = append(z.CustomHostnames, c.customHostname())
		}
	})
	z.SecondaryDNS = f.flag("secondary_dns")
	foreign := f.foreign(&z)
	z.CertificatesListed = f.each("certificates", func(n *node) {
		if c, ok := f.object(n, certificateKeys); ok {
			z.Certificates = append(z.Certificates, c.certificate(&z, foreign))
		}
	})
	return z
}

func (f fields) zoneName() string {
	if f.need("name") == nil {
		return ""
	}
	return f.host("name", false)
}

// claim notes a name as given, or adds the problem that it already is.
func (f fields) claim(given *names, key, what, name string) {
	n := f.get(key)
	if first, again := given.add(name, n.place); again {
		f.again(n, key, what+" "+quote(name), first)
	}
}

// hostIn reads a name that must lie in the zone and be given once.
func (f fields) hostIn(z *residency.Zone, key, what string, wildcard bool, given *names) string {
	f.reader.hosts++
	if f.need(key) == nil {
		return ""
	}
	name := f.host(key, wildcard)
	if name == "" {
		return ""
	}
	f.claim(given, key, what, name)
	if z.Name != "" && !within(name, z.Name) {
		f.outside(f.get(key), key, name, z)
	}
	return name
}

func (r *reader) outside(n *node, key, name string, z *residency.Zone) {
	r.fail(n, key, "hostname "+quote(name)+" is outside zone "+quote(z.Name), "list it in its own zone")
}

func (f fields) hostname(z *residency.Zone) residency.Hostname {
	return residency.Hostname{
		Name:      f.hostIn(z, "name", "hostname", true, &f.taken.hostnames),
		Region:    f.hostRegion("processing_region"),
		Addresses: f.addresses("addresses"),
	}
}

func (f fields) addresses(key string) []netip.Addr {
	var out []netip.Addr
	f.words(key, func(n *node, word string) (string, bool) {
		a, wrong := parseAddress(word)
		if wrong != (fault{}) {
			f.fail(n, "", wrong.message, wrong.fix)
			return "", false
		}
		out = append(out, a)
		return a.String(), true
	})
	return out
}

func (f fields) spectrum(z *residency.Zone) residency.SpectrumApp {
	a := residency.SpectrumApp{
		Hostname:      f.hostIn(z, "hostname", "Spectrum application", false, &f.taken.spectrum),
		Region:        f.steering("region"),
		TerminatesTLS: f.flag("terminates_tls"),
	}
	if f.need("protocol") != nil {
		a.Protocol = f.code("protocol", "protocol", protocols)
	}
	if n := f.get("terminates_tls"); n != nil && a.Protocol != "" && a.Protocol != "tcp" {
		f.fail(n, "terminates_tls", "terminates_tls is for tcp alone", "leave it out: http and https always do, udp never does")
	}
	return a
}

// customHostname reads a name of the customer's own customers, which lies
// outside the zone as a rule. A target not given is not known.
func (f fields) customHostname() residency.CustomHostname {
	f.reader.hosts++
	c := residency.CustomHostname{Target: f.host("target", false)}
	if f.need("name") != nil {
		c.Name = f.host("name", true)
	}
	if c.Name != "" {
		f.claim(&f.taken.custom, "name", "custom hostname", c.Name)
	}
	return c
}

// foreign returns the names of a zone's custom hostnames, for which a
// certificate of the zone may stand.
func (f fields) foreign(z *residency.Zone) map[string]bool {
	if f.get("certificates") == nil {
		return nil
	}
	out := make(map[string]bool, len(z.CustomHostnames))
	for _, c := range z.CustomHostnames {
		out[c.Name] = true
	}
	return out
}

func (f fields) certificate(z *residency.Zone, foreign map[string]bool) residency.Certificate {
	c := residency.Certificate{
		KeyRegion: f.keyRegion(),
		KeyPolicy: f.expr("key_policy"),
		Keyless:   f.flag("keyless"),
		KeyServer: f.country("key_server"),
	}
	check := f.hostWord(true)
	c.Hosts = f.words("hosts", func(n *node, word string) (string, bool) {
		name, ok := check(n, word)
		if ok && z.Name != "" && !within(name, z.Name) && !foreign[name] {
			f.outside(n, "", name, z)
		}
		return name, ok
	})
	if n := f.get("hosts"); n == nil {
		f.need("hosts")
	} else if n.kind == listKind && len(n.items) == 0 {
		f.fail(n, "hosts", "a certificate without hosts", "list the names it is for")
	}
	f.exclusive(c.Keyless)
	return c
}

// exclusive checks that one thing says where the key is.
func (f fields) exclusive(keyless bool) {
	policy, server := f.get("key_policy"), f.get("key_server")
	region := f.get("key_region")
	switch {
	case region != nil && policy != nil:
		f.fail(policy, "key_policy", "key_policy beside key_region", "keep one of them")
	case keyless && region != nil:
		f.fail(region, "key_region", "key_region beside keyless", "a keyless certificate has no key at the provider: keep one of them")
	case keyless && policy != nil:
		f.fail(policy, "key_policy", "key_policy beside keyless", "a keyless certificate has no key at the provider: keep one of them")
	}
	if server != nil && !keyless {
		f.fail(server, "key_server", "key_server without keyless", "it is the place of a keyless certificate's key server")
	}
}
