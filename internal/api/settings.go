package api

import (
	"context"
	"maps"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

// pair is a key and its value or values.
type pair[V any] struct {
	key   string
	value V
}

// pairs lists a map, ascending by key.
func pairs[V any](m map[string]V) []pair[V] {
	out := make([]pair[V], 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, pair[V]{k, m[k]})
	}
	return out
}

// ofSettings projects the settings of a version.
func ofSettings(project func(s *residency.Settings) any) gql.Resolver {
	return gql.From(func(v *atlas.Recorded) any { return project(v.Settings) })
}

func settingsFields(t table) {
	t["Settings"] = fields{
		"version":                 gql.From(func(v *atlas.Recorded) any { return v.Number }),
		"validFrom":               gql.From(func(v *atlas.Recorded) any { return v.ValidFrom }),
		"recordedAt":              gql.From(func(v *atlas.Recorded) any { return v.RecordedAt }),
		"actor":                   gql.From(func(v *atlas.Recorded) any { return v.Actor }),
		"digest":                  gql.From(func(v *atlas.Recorded) any { return v.Digest }),
		"document":                gql.From(func(v *atlas.Recorded) any { return string(v.Canonical) }),
		"name":                    ofSettings(func(s *residency.Settings) any { return orNull(s.Name) }),
		"plan":                    ofSettings(func(s *residency.Settings) any { return orNull(s.Plan) }),
		"products":                ofSettings(func(s *residency.Settings) any { return s.Products }),
		"logRegion":               ofSettings(func(s *residency.Settings) any { return orNull(s.LogRegion) }),
		"outOfRegionAccess":       ofSettings(func(s *residency.Settings) any { return s.OutOfRegionAccess }),
		"logRetention":            ofSettings(func(s *residency.Settings) any { return s.LogRetention }),
		"features":                ofSettings(func(s *residency.Settings) any { return pairs(s.Features) }),
		"defaultProcessingRegion": ofSettings(func(s *residency.Settings) any { return orNull(s.DefaultRegion) }),
		"customRegions":           ofSettings(func(s *residency.Settings) any { return listed(s.CustomRegions) }),
		"zones":                   gql.With(resolveZones),
		"ipBindings":              ofSettings(func(s *residency.Settings) any { return listed(s.IPBindings) }),
		"storage":                 ofSettings(func(s *residency.Settings) any { return listed(s.Storage) }),
		"workers":                 ofSettings(func(s *residency.Settings) any { return listed(s.Workers) }),
		"servedOn":                ofSettings(func(s *residency.Settings) any { return pairs(s.ServedOn) }),
		"logDatasets":             ofSettings(func(s *residency.Settings) any { return listed(s.LogDatasets) }),
		"unknown":                 ofSettings(func(s *residency.Settings) any { return listed(s.Unknown) }),
	}
	t["ProductsInUse"] = fields{
		"known": gql.From(func(p residency.Products) any { return p.Known }),
		"all":   gql.From(func(p residency.Products) any { return p.All }),
		"ids":   gql.From(func(p residency.Products) any { return listed(p.IDs) }),
	}
	t["FeatureSetting"] = fields{
		"id":    gql.From(func(p pair[string]) any { return p.key }),
		"value": gql.From(func(p pair[string]) any { return p.value }),
	}
	t["ServedOn"] = fields{
		"product":   gql.From(func(p pair[[]string]) any { return p.key }),
		"hostnames": gql.From(func(p pair[[]string]) any { return listed(p.value) }),
	}
	t["CustomRegion"] = fields{
		"key":        gql.From(func(c residency.CustomRegion) any { return c.Key }),
		"definition": gql.From(func(c residency.CustomRegion) any { return c.Definition.String() }),
	}
	t["IPBinding"] = fields{
		"cidr":   gql.From(func(b residency.IPBinding) any { return b.CIDR.String() }),
		"region": gql.From(func(b residency.IPBinding) any { return b.Region }),
	}
}

func resourceFields(t table) {
	t["StoredResource"] = fields{
		"product":        gql.From(func(x residency.Resource) any { return x.Product }),
		"name":           gql.From(func(x residency.Resource) any { return x.Name }),
		"jurisdiction":   gql.From(func(x residency.Resource) any { return orNull(x.Jurisdiction) }),
		"publicHostname": gql.From(func(x residency.Resource) any { return orNull(x.PublicHostname) }),
	}
	t["Worker"] = fields{
		"name":            gql.From(func(w residency.Worker) any { return w.Name }),
		"routes":          gql.From(func(w residency.Worker) any { return listed(w.Routes) }),
		"subrequests":     gql.From(func(w residency.Worker) any { return truth(w.Subrequests) }),
		"subrequestHosts": gql.From(func(w residency.Worker) any { return listed(w.SubrequestHosts) }),
		"cron":            gql.From(func(w residency.Worker) any { return truth(w.Cron) }),
		"queues":          gql.From(func(w residency.Worker) any { return truth(w.Queues) }),
	}
}

// zoneOf is a zone of a version of the settings, whose digest cursors carry.
type zoneOf struct {
	*residency.Zone
	digest string
}

func resolveZones(_ context.Context, v *atlas.Recorded, args gql.Args) (any, error) {
	list := make([]zoneOf, len(v.Settings.Zones))
	for i := range v.Settings.Zones {
		list[i] = zoneOf{&v.Settings.Zones[i], v.Digest}
	}
	return pageOf(args, seriesOf("zones", v.Digest), list)
}

func resolveHostnames(_ context.Context, z zoneOf, args gql.Args) (any, error) {
	return pageOf(args, seriesOf("hostnames", z.digest, z.Name), z.Hostnames)
}

func zoneFields(t table) {
	t["Zone"] = fields{
		"name":               gql.From(func(z zoneOf) any { return z.Name }),
		"hostnamesListed":    gql.From(func(z zoneOf) any { return z.HostnamesListed }),
		"hostnames":          gql.With(resolveHostnames),
		"spectrum":           gql.From(func(z zoneOf) any { return listed(z.Spectrum) }),
		"customHostnames":    gql.From(func(z zoneOf) any { return listed(z.CustomHostnames) }),
		"secondaryDns":       gql.From(func(z zoneOf) any { return z.SecondaryDNS }),
		"certificatesListed": gql.From(func(z zoneOf) any { return z.CertificatesListed }),
		"certificates":       gql.From(func(z zoneOf) any { return listed(z.Certificates) }),
	}
	t["Hostname"] = fields{
		"name":             gql.From(func(h residency.Hostname) any { return h.Name }),
		"processingRegion": gql.From(func(h residency.Hostname) any { return orNull(h.Region) }),
		"addresses":        gql.From(func(h residency.Hostname) any { return listed(h.Addresses) }),
	}
	t["SpectrumApplication"] = fields{
		"hostname":      gql.From(func(a residency.SpectrumApp) any { return a.Hostname }),
		"protocol":      gql.From(func(a residency.SpectrumApp) any { return a.Protocol }),
		"region":        gql.From(func(a residency.SpectrumApp) any { return orNull(a.Region) }),
		"terminatesTls": gql.From(func(a residency.SpectrumApp) any { return terminates(a) }),
	}
	t["CustomHostname"] = fields{
		"name":   gql.From(func(c residency.CustomHostname) any { return c.Name }),
		"target": gql.From(func(c residency.CustomHostname) any { return orNull(c.Target) }),
	}
	t["Certificate"] = fields{
		"hosts":     gql.From(func(c residency.Certificate) any { return listed(c.Hosts) }),
		"keyRegion": gql.From(func(c residency.Certificate) any { return orNull(c.KeyRegion) }),
		"keyPolicy": gql.From(func(c residency.Certificate) any { return policyText(c) }),
		"keyless":   gql.From(func(c residency.Certificate) any { return c.Keyless }),
		"keyServer": gql.From(func(c residency.Certificate) any { return orNull(c.KeyServer) }),
	}
	connection[zoneOf](t, "Zone", nil)
	connection[residency.Hostname](t, "Hostname", nil)
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
