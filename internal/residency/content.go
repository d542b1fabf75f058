package residency

import (
	"net/netip"
	"strings"

	"domicile/internal/footprint"
)

// steer is where a name's traffic is decrypted, and why.
type steer struct {
	bound
	why      Reason
	bypassed bool // not decrypted by the provider at all
}

// content adds what happens to requests and responses, name by name.
func (r *resolver) content() {
	if len(r.set.Zones) == 0 && (len(r.set.IPBindings) == 0 || r.set.unknown("zones")) {
		r.name(account, "", r.defaultSteer(r.set.unknown("zones")))
	}
	for i := range r.set.Zones {
		r.zone(&r.set.Zones[i])
	}
	for _, b := range r.set.IPBindings {
		narrowed, kind := r.processing(b.Region)
		if r.set.unknown("ip_bindings") {
			narrowed = narrowed.or(r.pops, FactSettingUnread)
		}
		why := Reason{Kind: kind, Setting: footprint.ProcessingSetting, Region: b.Region, Detail: "ip binding"}
		r.name(Scope{IPBindingScope, b.CIDR.String()}, "", steer{bound: narrowed, why: why})
	}
}

func (r *resolver) zone(z *Zone) {
	if !z.HostnamesListed || len(z.Hostnames) == 0 || r.zoneUnread(z, "hostnames") {
		s := r.bypass(z, r.defaultSteer(r.zoneUnread(z, "hostnames")))
		r.name(Scope{ZoneScope, z.Name}, z.Name, s)
	}
	for i := range z.Hostnames {
		r.name(Scope{HostnameScope, z.Hostnames[i].Name}, z.Name, r.steerName(z.Hostnames[i].Name))
	}
	for i := range z.Spectrum {
		name := z.Spectrum[i].Hostname
		if first := r.apps[name][0]; r.hosts[name].host == nil && first == &z.Spectrum[i] {
			r.name(Scope{HostnameScope, name}, z.Name, r.bypass(z, r.steerSpectrum(name)))
		}
	}
	for _, c := range z.CustomHostnames {
		r.name(Scope{HostnameScope, c.Name}, z.Name, r.steerTarget(c.Target))
	}
}

func (r *resolver) zoneUnread(z *Zone, what string) bool {
	return r.set.unknown("zones") || r.set.unknown("zones."+z.Name) || r.set.unknown("zones."+z.Name+"."+what)
}

// name adds the placements of one name, zone or binding.
func (r *resolver) name(s Scope, zone string, st steer) {
	content, logs := [...]Activity{Process, Cache}, st.bound
	acts := content[:]
	if st.bypassed {
		acts, logs = []Activity{Transit}, r.pops
	}
	for _, a := range acts {
		r.add(Content, a, s, st.bound, st.why).Zone = zone
	}
	r.add(TrafficMetadata, Process, s, logs, st.why).Zone = zone
}

// defaultSteer is what applies to names without a setting of their own; unread
// says that the names' own settings could not be read.
func (r *resolver) defaultSteer(unread bool) steer {
	key := r.set.DefaultRegion
	why := Reason{Kind: ReasonDefault, Setting: footprint.ProcessingSetting, Region: key}
	b := r.pops
	if key != "" {
		b, why.Kind = r.hostnameRegion(key)
	}
	if unread || r.set.unknown("default_processing_region") {
		why.Kind = ReasonSettingUnread
		b = b.or(r.pops, FactSettingUnread)
		b.certain = footprint.SiteSet{}
	}
	return steer{bound: b, why: why}
}

// hostnameRegion is the bound of a regional hostname's region. A custom region
// cannot steer one.
func (r *resolver) hostnameRegion(key string) (bound, ReasonKind) {
	b, kind := r.processing(key)
	if isCustom(r.set, key) {
		b = b.or(r.pops, FactSteering)
	}
	return b, kind
}

// processing returns the bound of a processing region, plan considered.
func (r *resolver) processing(key string) (bound, ReasonKind) {
	b, kind := r.region(footprint.ProcessingSetting, key, r.pops)
	return r.entitled(b, r.pops), kind
}

// steerName decides what steers a listed hostname: a Spectrum application on
// the name, else an IP binding or a regional hostname, else the default.
func (r *resolver) steerName(name string) steer {
	z, h := r.find(name)
	if h == nil {
		if z := r.appZone[name]; z != nil {
			return r.bypass(z, r.steerSpectrum(name))
		}
		return steer{bound: bound{may: r.pops.may, facts: []string{FactTarget}}, why: Reason{Kind: ReasonTargetUnknown, Detail: name}}
	}
	var s steer
	if len(r.apps[name]) > 0 {
		s = r.steerSpectrum(name)
		if h.Region != "" && !s.bypassed {
			s.why.Kind = ReasonSpectrum
		}
	} else {
		s = r.bind(h, name, r.regional(name))
		if r.zoneUnread(z, "spectrum") {
			s.bound = s.bound.or(r.pops, FactSettingUnread)
		}
	}
	if r.zoneUnread(z, "hostnames") {
		s.bound, s.why.Kind = s.bound.or(r.pops, FactSettingUnread), ReasonSettingUnread
	}
	return r.bypass(z, s)
}

// regional is the steer of a regional hostname, exact before wildcard, before
// the default.
func (r *resolver) regional(name string) steer {
	key := r.ownRegion(name)
	if key == "" {
		return r.defaultSteer(false)
	}
	b, kind := r.hostnameRegion(key)
	return steer{bound: b, why: Reason{Kind: kind, Setting: footprint.ProcessingSetting, Region: key, Detail: name}}
}

func isCustom(s *Settings, key string) bool {
	for i := range s.CustomRegions {
		if strings.EqualFold(s.CustomRegions[i].Key, key) {
			return true
		}
	}
	return false
}

// regionalHostname returns the region key that governs a name: its own, else
// the default.
func (r *resolver) regionalHostname(name string) string {
	if key := r.ownRegion(name); key != "" {
		return key
	}
	return r.set.DefaultRegion
}

// ownRegion is the region key set on a name, or on a one-level wildcard over it.
func (r *resolver) ownRegion(name string) string {
	if h := r.hosts[name].host; h != nil && h.Region != "" {
		return h.Region
	}
	if h := r.hosts[wildcardOver(name)].host; h != nil {
		return h.Region
	}
	return ""
}

// bind applies the IP bindings to a hostname served on the customer's own
// addresses. Where a regional hostname names something else, either may win.
func (r *resolver) bind(h *Hostname, name string, s steer) steer {
	if len(h.Addresses) == 0 {
		return s
	}
	bound, region := r.bindings(h.Addresses)
	if r.set.unknown("ip_bindings") {
		bound = bound.or(r.pops, FactSettingUnread)
	}
	if own := r.ownRegion(name); own != "" && !strings.EqualFold(own, region) {
		s.bound = s.bound.or(bound, FactSteering)
		s.why.Kind, s.why.Detail = ReasonSteeringUnclear, h.Name
		return s
	}
	return steer{bound: bound, why: Reason{Kind: ReasonIPBinding, Setting: footprint.ProcessingSetting, Region: region, Detail: h.Name}}
}

// bindings is the union over the addresses of the most specific binding each.
func (r *resolver) bindings(addrs []netip.Addr) (bound, string) {
	var out bound
	region := ""
	for i, a := range addrs {
		best := -1
		for j, b := range r.set.IPBindings {
			if b.CIDR.Contains(a) && (best < 0 || b.CIDR.Bits() > r.set.IPBindings[best].CIDR.Bits()) {
				best = j
			}
		}
		b := r.pops
		if best >= 0 {
			b, _ = r.processing(r.set.IPBindings[best].Region)
			region = r.set.IPBindings[best].Region
		}
		if i == 0 {
			out = b
			continue
		}
		out = out.both(b)
	}
	return out, region
}

// steerSpectrum is the steer of the Spectrum applications on a name, all of
// them together. Only HTTP and HTTPS applications can have a region; TCP and UDP
// without TLS termination are passed on unread.
func (r *resolver) steerSpectrum(name string) steer {
	why := Reason{Kind: ReasonSpectrumRegion, Product: "spectrum", Setting: footprint.ProcessingSetting, Detail: name}
	out := steer{why: why, bypassed: true}
	for _, a := range r.apps[name] {
		web := a.Protocol == "http" || a.Protocol == "https"
		b := r.pops
		switch {
		case (a.Protocol == "tcp" || a.Protocol == "udp") && !a.TerminatesTLS:
			continue
		case web && a.Region != "":
			b, _ = r.processing(a.Region)
		}
		if out.bypassed {
			out.bound, out.why.Region, out.bypassed = b, a.Region, false
			continue
		}
		out.bound = out.bound.both(b)
		if !strings.EqualFold(out.why.Region, a.Region) {
			out.why.Region = ""
		}
	}
	if out.bypassed {
		out.bound = r.pops
	}
	return out
}

// steerTarget follows a custom hostname to its target.
func (r *resolver) steerTarget(target string) steer {
	s := r.steerName(target)
	if s.why.Kind != ReasonTargetUnknown {
		s.why.Kind = ReasonTarget
	}
	s.why.Detail = target
	return s
}

// bypass widens a zone's names where outgoing zone transfers publish global
// addresses.
func (r *resolver) bypass(z *Zone, s steer) steer {
	if s.bypassed || s.certain == r.pops.certain {
		return s
	}
	flag := truthOf(z.SecondaryDNS)
	if r.zoneUnread(z, "secondary_dns") {
		flag = Unsure
	}
	switch flag {
	case True:
		s.bound = r.pops
		s.why.Kind = ReasonSecondaryDNS
	case Unsure:
		s.bound = s.bound.or(r.pops, FactSettingUnread)
	}
	return s
}

// find returns the zone and the hostname entry that a name falls under: the
// exact name, else a one-level wildcard.
func (r *resolver) find(name string) (*Zone, *Hostname) {
	if ref, ok := r.hosts[name]; ok {
		return ref.zone, ref.host
	}
	ref := r.hosts[wildcardOver(name)]
	return ref.zone, ref.host
}

// hostRef is a hostname entry and the zone it stands in.
type hostRef struct {
	zone *Zone
	host *Hostname
}

// index makes names findable in one step; settings hold them in lower case.
func (r *resolver) index() {
	r.hosts = make(map[string]hostRef, hostnames(r.set))
	r.apps = make(map[string][]*SpectrumApp)
	r.appZone = make(map[string]*Zone)
	for i := range r.set.Zones {
		z := &r.set.Zones[i]
		for j := range z.Hostnames {
			r.hosts[z.Hostnames[j].Name] = hostRef{z, &z.Hostnames[j]}
		}
		for j := range z.Spectrum {
			name := z.Spectrum[j].Hostname
			r.apps[name], r.appZone[name] = append(r.apps[name], &z.Spectrum[j]), z
		}
	}
}
