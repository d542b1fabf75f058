package residency

import "domicile/internal/footprint"

// unread adds what may exist beside the names that could be read: zones,
// custom hostnames, Spectrum applications and address bindings nobody listed.
func (r *resolver) unread() {
	if r.set.unknown("zones") && len(r.set.Zones) > 0 {
		r.perhaps(account)
	}
	if r.set.unknown("ip_bindings") {
		r.perhaps(account)
	}
	for i := range r.set.Zones {
		z := &r.set.Zones[i]
		if r.zoneUnread(z, "hostnames") || r.zoneUnread(z, "custom_hostnames") || r.zoneUnread(z, "spectrum") {
			r.perhaps(Scope{ZoneScope, z.Name})
		}
	}
}

// perhaps adds the flows of a name that may exist, at every PoP.
func (r *resolver) perhaps(s Scope) {
	for _, f := range []struct {
		c       DataCategory
		a       Activity
		setting footprint.Setting
	}{
		{Content, Process, footprint.ProcessingSetting}, {Content, Cache, footprint.ProcessingSetting},
		{TrafficMetadata, Process, footprint.ProcessingSetting}, {Keys, Store, footprint.KeySetting},
	} {
		p := r.add(f.c, f.a, s, r.pops, Reason{Kind: ReasonSettingUnread, Setting: f.setting})
		p.Possible, p.Facts = true, []string{FactSettingUnread}
	}
}
