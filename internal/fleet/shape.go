package fleet

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"domicile/internal/residency"
)

// Shape returns settings that any claim without scopes judges as it judges s,
// under all rules and on every day: without the customer's names, and with
// things that are alike in everything once. Shapes of customers who chose the
// same are equal, as a rule; their keys tell.
//
// Settings that name a zone, a hostname or a Spectrum application twice keep
// their names: what decides there is the order.
func Shape(s *residency.Settings) *residency.Settings {
	b := newShaper(s)
	if b.ambiguous {
		return verbatim(s)
	}
	out := b.account()
	b.nameZones()
	for _, i := range b.order {
		out.Zones = append(out.Zones, b.zone(&s.Zones[i]))
	}
	out.Zones = b.distinctZones(out.Zones)
	for _, x := range s.Storage {
		out.Storage = append(out.Storage, residency.Resource{
			Product: x.Product, Jurisdiction: x.Jurisdiction, PublicHostname: b.rename(x.PublicHostname),
		})
	}
	out.Storage = distinct(out.Storage, func(x residency.Resource) string {
		return x.Product + "\n" + x.Jurisdiction + "\n" + x.PublicHostname
	})
	for i := range s.Workers {
		out.Workers = append(out.Workers, b.worker(&s.Workers[i]))
	}
	out.Workers = distinct(out.Workers, workerKey)
	for product, hosts := range s.ServedOn {
		if len(hosts) > 0 {
			out.ServedOn[product] = words(b.renameAll(hosts))
		}
	}
	out.Unknown = b.unknown()
	if len(out.Zones) < len(s.Zones) {
		return Shape(out) // names the zones that are left in one row
	}
	return out
}

// verbatim is a shape that keeps every name.
func verbatim(s *residency.Settings) *residency.Settings {
	out := *s
	out.Customer, out.Name, out.Effective, out.Promises = "", "", 0, nil
	return &out
}

// account copies what is of the whole account and has no names.
func (b *shaper) account() *residency.Settings {
	s := b.set
	out := &residency.Settings{
		Plan: s.Plan, LogRegion: s.LogRegion, OutOfRegionAccess: s.OutOfRegionAccess, LogRetention: s.LogRetention,
		DefaultRegion: s.DefaultRegion, CustomRegions: s.CustomRegions, Features: s.Features,
		Products:    residency.Products{Known: s.Products.Known, All: s.Products.All, IDs: words(s.Products.IDs)},
		LogDatasets: words(s.LogDatasets),
	}
	if len(s.ServedOn) > 0 {
		out.ServedOn = make(map[string][]string, len(s.ServedOn))
	}
	for i, region := range b.bound {
		out.IPBindings = append(out.IPBindings, residency.IPBinding{CIDR: rangeOf(i), Region: region})
	}
	return out
}

func (b *shaper) worker(w *residency.Worker) residency.Worker {
	out := residency.Worker{Subrequests: w.Subrequests, Cron: w.Cron, Queues: w.Queues}
	out.SubrequestHosts = words(b.renameAll(w.SubrequestHosts))
	return out
}

func workerKey(w residency.Worker) string {
	return string([]byte{byte(w.Subrequests), byte(w.Cron), byte(w.Queues)}) + strings.Join(w.SubrequestHosts, "\n")
}

// zoneKeys are the parts of a zone that may be marked as not read.
var zoneKeys = [...]string{"hostnames", "spectrum", "custom_hostnames", "secondary_dns", "certificates"}

// unknown renames the zones of the paths that could not be read. A path can be
// read in two ways where zones are named so; then both are kept.
func (b *shaper) unknown() []string {
	var out []string
	for _, path := range b.set.Unknown {
		if !strings.HasPrefix(path, "zones.") {
			out = append(out, path)
			continue
		}
		for i := range b.set.Zones {
			name := b.set.Zones[i].Name
			if path == "zones."+name {
				out = append(out, "zones."+b.parents[name])
			}
			for _, key := range zoneKeys {
				if path == "zones."+name+"."+key {
					out = append(out, "zones."+b.parents[name]+"."+key)
				}
			}
		}
	}
	return words(out)
}

// distinctZones leaves out a zone that is like another and of which nothing is
// named elsewhere.
func (b *shaper) distinctZones(zones []residency.Zone) []residency.Zone {
	if len(zones) < 2 {
		return zones
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(zones, func(z residency.Zone) bool {
		if b.named[z.Name] {
			return false
		}
		e := encoder{zone: z.Name}
		e.zoneBody(&z)
		again := seen[string(e.buf)]
		seen[string(e.buf)] = true
		return again
	})
}

// words is a list in order, each word once; nil when it is empty.
func words(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	if strictlyAscending(list) {
		return list
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

func strictlyAscending(list []string) bool {
	for i := 1; i < len(list); i++ {
		if list[i-1] >= list[i] {
			return false
		}
	}
	return true
}

// distinct is a list in the order of its keys, each key once.
func distinct[T any](list []T, key func(T) string) []T {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list
	}
	byKey := make(map[string]T, len(list))
	for _, x := range list {
		if k := key(x); !has(byKey, k) {
			byKey[k] = x
		}
	}
	out := make([]T, 0, len(byKey))
	for _, k := range slices.SortedFunc(maps.Keys(byKey), cmp.Compare) {
		out = append(out, byKey[k])
	}
	return out
}

func has[V any](m map[string]V, k string) bool { _, ok := m[k]; return ok }
