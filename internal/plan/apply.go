package plan

import (
	"net/netip"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Apply returns the settings with changes made; those given stay as they are. A
// change of something that the settings do not have changes nothing.
func Apply(rules *residency.Rules, set *residency.Settings, changes Changes) *residency.Settings {
	out := clone(set)
	for i := range changes {
		apply(rules, out, &changes[i])
	}
	return out
}

// clone copies what changes write to.
func clone(set *residency.Settings) *residency.Settings {
	out := *set
	out.Products.IDs = slices.Clone(set.Products.IDs)
	out.Features = map[string]string{}
	for k, v := range set.Features {
		out.Features[k] = v
	}
	out.ServedOn = map[string][]string{}
	for k, v := range set.ServedOn {
		out.ServedOn[k] = v
	}
	out.Zones = slices.Clone(set.Zones)
	for i := range out.Zones {
		z := &out.Zones[i]
		z.Hostnames, z.Spectrum = slices.Clone(z.Hostnames), slices.Clone(z.Spectrum)
		z.CustomHostnames, z.Certificates = slices.Clone(z.CustomHostnames), slices.Clone(z.Certificates)
	}
	out.IPBindings, out.Storage, out.Workers = slices.Clone(set.IPBindings), slices.Clone(set.Storage), slices.Clone(set.Workers)
	out.LogDatasets, out.Unknown = slices.Clone(set.LogDatasets), slices.Clone(set.Unknown)
	return &out
}

func apply(rules *residency.Rules, set *residency.Settings, c *Change) {
	switch c.Kind {
	case ChangePlan:
		set.Plan = c.Value
	case StateProducts:
		stateProducts(rules, set, c.Names)
	case StopProduct:
		stopProduct(rules, set, c.Of)
	case SetFeature:
		set.Features[c.Of] = c.Value
		set.Unknown = without(set.Unknown, "features."+c.Of)
	case StopSubrequests, StopCron, StopQueues:
		stopWorkers(set, c)
	case DropLogDataset:
		set.LogDatasets = without(set.LogDatasets, c.Names...)
	case DisableLogRetention:
		set.LogRetention, set.Unknown = false, without(set.Unknown, "log_retention")
	case SetLogRegion:
		set.LogRegion, set.Unknown = c.Value, without(set.Unknown, "log_region")
	case SetDefaultRegion:
		set.DefaultRegion, set.Unknown = c.Value, without(set.Unknown, "default_processing_region")
	case SetBindingRegion:
		bind(set, c)
	case SetJurisdiction, SetPublicHostname:
		applyStorage(set, c)
	default:
		for i := range set.Zones {
			applyZone(&set.Zones[i], set, c)
		}
	}
}

// stateProducts says that every product but these, and what the settings name
// elsewhere, may be in use.
func stateProducts(rules *residency.Rules, set *residency.Settings, not []string) {
	var ids []string
	for i := range rules.Products {
		if id := rules.Products[i].ID; !slices.Contains(not, id) {
			ids = append(ids, id)
		}
	}
	set.Products = residency.Products{Known: true, IDs: ids}
	set.Unknown = without(set.Unknown, "products")
}

func stopProduct(rules *residency.Rules, set *residency.Settings, id string) {
	if set.Products.All {
		stateProducts(rules, set, []string{id})
	}
	set.Products.IDs = without(set.Products.IDs, id)
	if p, ok := rules.Product(id); ok && p.Feature != "" {
		delete(set.Features, p.Feature)
	}
	delete(set.ServedOn, id)
	set.Storage = slices.DeleteFunc(set.Storage, func(r residency.Resource) bool { return r.Product == id })
	switch id {
	case "workers":
		set.Workers = nil
	case "byoip":
		set.IPBindings = nil
	}
	for i := range set.Zones {
		switch id {
		case "spectrum":
			set.Zones[i].Spectrum = nil
		case "saas":
			set.Zones[i].CustomHostnames = nil
		}
	}
}

func stopWorkers(set *residency.Settings, c *Change) {
	for i := range set.Workers {
		w := &set.Workers[i]
		if !slices.Contains(c.Names, w.Name) {
			continue
		}
		switch c.Kind {
		case StopSubrequests:
			w.Subrequests, w.SubrequestHosts = residency.False, nil
		case StopCron:
			w.Cron = residency.False
		default:
			w.Queues = residency.False
		}
	}
}

// bind gives address ranges a region; one without a binding gets one.
func bind(set *residency.Settings, c *Change) {
	for _, n := range c.Names {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			continue
		}
		i := slices.IndexFunc(set.IPBindings, func(b residency.IPBinding) bool { return b.CIDR == p })
		if i < 0 {
			set.IPBindings = append(set.IPBindings, residency.IPBinding{CIDR: p, Region: c.Value})
			continue
		}
		set.IPBindings[i].Region = c.Value
	}
}

func applyStorage(set *residency.Settings, c *Change) {
	for i := range set.Storage {
		r := &set.Storage[i]
		if !slices.Contains(c.Names, r.Product+"/"+r.Name) {
			continue
		}
		if c.Kind == SetJurisdiction {
			r.Jurisdiction = c.Value
		} else {
			r.PublicHostname = c.Value
		}
	}
}

func applyZone(z *residency.Zone, set *residency.Settings, c *Change) {
	switch c.Kind {
	case StopZoneTransfers:
		if slices.Contains(c.Names, z.Name) {
			z.SecondaryDNS, set.Unknown = false, without(set.Unknown, "zones."+z.Name+".secondary_dns")
		}
	case SetProcessingRegion:
		for i := range z.Hostnames {
			if slices.Contains(c.Names, z.Hostnames[i].Name) {
				z.Hostnames[i].Region = c.Value
			}
		}
	case SetSpectrumRegion:
		for i := range z.Spectrum {
			if slices.Contains(c.Names, z.Spectrum[i].Hostname) {
				z.Spectrum[i].Region = c.Value
			}
		}
	case StopSpectrum:
		z.Spectrum = slices.DeleteFunc(z.Spectrum, func(a residency.SpectrumApp) bool { return slices.Contains(c.Names, a.Hostname) })
	case UploadCertificate:
		upload(z, c)
	case SetKeyRegion, SetKeyPolicy:
		for i := range z.Certificates {
			if slices.Contains(c.Names, certificateName(z, &z.Certificates[i])) {
				restrict(&z.Certificates[i], c)
			}
		}
	}
}

// upload gives the names of a zone a certificate of their own; the zone's own name
// stands for everything in it.
func upload(z *residency.Zone, c *Change) {
	own := residency.Certificate{}
	for _, n := range c.Names {
		switch {
		case n == z.Name:
			own.Hosts = append(own.Hosts, n, "*."+n)
			own.Hosts = append(own.Hosts, beside(z)...)
		case slices.Contains(namesOf(z), n):
			own.Hosts = append(own.Hosts, n)
		}
	}
	if len(own.Hosts) == 0 {
		return
	}
	kind := SetKeyRegion
	if c.Of == policyMark {
		kind = SetKeyPolicy
	}
	restrict(&own, &Change{Kind: kind, Value: c.Value})
	z.Certificates, z.CertificatesListed = append(z.Certificates, own), true
}

// namesOf are the names that a zone lists.
func namesOf(z *residency.Zone) []string {
	var out []string
	for i := range z.Hostnames {
		out = append(out, z.Hostnames[i].Name)
	}
	for i := range z.Spectrum {
		out = append(out, z.Spectrum[i].Hostname)
	}
	for i := range z.CustomHostnames {
		out = append(out, z.CustomHostnames[i].Name)
	}
	return out
}

// beside are names of a zone that its own name and the wildcard under it do not cover.
func beside(z *residency.Zone) []string {
	return slices.DeleteFunc(namesOf(z), func(n string) bool {
		_, parent, _ := strings.Cut(n, ".")
		return n == z.Name || parent == z.Name
	})
}

// policyMark in a change's Of: its value is a key policy, not a key region.
const policyMark = "policy"

func restrict(cert *residency.Certificate, c *Change) {
	cert.Keyless, cert.KeyServer, cert.KeyRegion, cert.KeyPolicy = false, "", "", nil
	if c.Kind == SetKeyRegion {
		cert.KeyRegion = c.Value
		return
	}
	if e, err := footprint.ParseExpr(c.Value); err == nil {
		cert.KeyPolicy = e
	}
}

func certificateName(z *residency.Zone, c *residency.Certificate) string {
	if len(c.Hosts) == 0 {
		return z.Name
	}
	return strings.Join(c.Hosts, " ")
}

// without is a list without some texts.
func without(list []string, texts ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(texts, s) })
}
