package api

import (
	"context"

	"domicile/internal/gql"
	"domicile/internal/residency"
)

// zoneOf is a zone of a version of the settings, whose digest cursors carry.
type zoneOf struct {
	*residency.Zone
	mask   *mask
	digest string
}

func resolveZones(_ context.Context, v *shownSettings, args gql.Args) (any, error) {
	digest := v.mask.digest(v.Digest)
	list := make([]zoneOf, len(v.Settings.Zones))
	for i := range v.Settings.Zones {
		list[i] = zoneOf{&v.Settings.Zones[i], v.mask, digest}
	}
	return pageOf(args, seriesOf("zones", digest), list)
}

func resolveHostnames(_ context.Context, z zoneOf, args gql.Args) (any, error) {
	return pageOf(args, seriesOf("hostnames", z.digest, z.mask.name(aZone, z.Name)), each(z.mask, z.Hostnames))
}

func zoneFields(t table) {
	t["Zone"] = fields{
		"name":               gql.From(func(z zoneOf) any { return z.mask.name(aZone, z.Name) }),
		"hostnamesListed":    gql.From(func(z zoneOf) any { return z.HostnamesListed }),
		"hostnames":          gql.With(resolveHostnames),
		"spectrum":           gql.From(func(z zoneOf) any { return each(z.mask, z.Spectrum) }),
		"customHostnames":    gql.From(func(z zoneOf) any { return each(z.mask, z.CustomHostnames) }),
		"secondaryDns":       gql.From(func(z zoneOf) any { return z.SecondaryDNS }),
		"certificatesListed": gql.From(func(z zoneOf) any { return z.CertificatesListed }),
		"certificates":       gql.From(func(z zoneOf) any { return each(z.mask, z.Certificates) }),
	}
	t["Hostname"] = fields{
		"name":             gql.From(func(h of[residency.Hostname]) any { return h.name(aHostname, h.it.Name) }),
		"processingRegion": gql.From(func(h of[residency.Hostname]) any { return orNull(h.it.Region) }),
		"addresses":        gql.From(func(h of[residency.Hostname]) any { return h.all(anAddress, addressTexts(h.it)) }),
	}
	t["SpectrumApplication"] = fields{
		"hostname":      gql.From(func(a of[residency.SpectrumApp]) any { return a.name(aHostname, a.it.Hostname) }),
		"protocol":      gql.From(func(a of[residency.SpectrumApp]) any { return a.it.Protocol }),
		"region":        gql.From(func(a of[residency.SpectrumApp]) any { return orNull(a.it.Region) }),
		"terminatesTls": gql.From(func(a of[residency.SpectrumApp]) any { return terminates(a.it) }),
	}
	t["CustomHostname"] = fields{
		"name":   gql.From(func(c of[residency.CustomHostname]) any { return c.name(aHostname, c.it.Name) }),
		"target": gql.From(func(c of[residency.CustomHostname]) any { return orNull(c.name(aHostname, c.it.Target)) }),
	}
	t["Certificate"] = fields{
		"hosts":     gql.From(func(c of[residency.Certificate]) any { return c.all(aHostname, c.it.Hosts) }),
		"keyRegion": gql.From(func(c of[residency.Certificate]) any { return orNull(c.it.KeyRegion) }),
		"keyPolicy": gql.From(func(c of[residency.Certificate]) any { return policyText(c.it) }),
		"keyless":   gql.From(func(c of[residency.Certificate]) any { return c.it.Keyless }),
		"keyServer": gql.From(func(c of[residency.Certificate]) any { return orNull(c.it.KeyServer) }),
	}
	connection[zoneOf](t, "Zone", nil)
	connection[of[residency.Hostname]](t, "Hostname", nil)
}

func addressTexts(h residency.Hostname) []string {
	out := make([]string, len(h.Addresses))
	for i, a := range h.Addresses {
		out[i] = a.String()
	}
	return out
}

// terminates reports whether TLS ends at the PoP: http and https always, udp
// never, tcp where it is set.
func terminates(a residency.SpectrumApp) bool {
	return a.TerminatesTLS || a.Protocol == "http" || a.Protocol == "https"
}

func policyText(c residency.Certificate) any {
	if c.KeyPolicy == nil {
		return nil
	}
	return c.KeyPolicy.String()
}
