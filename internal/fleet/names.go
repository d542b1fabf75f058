package fleet

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"domicile/internal/residency"
)

// shaper makes one shape.
type shaper struct {
	set       *residency.Settings
	ambiguous bool
	hosts     map[string]*residency.Hostname
	uses      map[string]string // name → what refers to it; a hostname here keeps its own entry
	order     []int             // zones, in the order of what is in them
	bound     []string          // regions of the IP bindings, each once
	names     map[string]string // name → its name in the shape
	parents   map[string]string // zone, or name above another → its name in the shape
	children  map[string]int
	named     map[string]bool // zones of the shape of which something is named elsewhere
}

func newShaper(s *residency.Settings) *shaper {
	b := &shaper{
		set: s, hosts: map[string]*residency.Hostname{}, uses: map[string]string{}, names: map[string]string{"": ""},
		parents: map[string]string{}, children: map[string]int{}, named: map[string]bool{},
	}
	zones, apps := make(map[string]bool, len(s.Zones)), map[string]bool{}
	for i := range s.Zones {
		z := &s.Zones[i]
		b.ambiguous = b.ambiguous || zones[z.Name]
		zones[z.Name] = true
		for j := range z.Hostnames {
			h := &z.Hostnames[j]
			b.ambiguous = b.ambiguous || b.hosts[h.Name] != nil
			b.hosts[h.Name] = h
		}
		for _, a := range z.Spectrum {
			b.ambiguous = b.ambiguous || apps[a.Hostname]
			apps[a.Hostname] = true
		}
	}
	for _, x := range s.IPBindings {
		if !slices.Contains(b.bound, x.Region) {
			b.bound = append(b.bound, x.Region)
		}
	}
	slices.Sort(b.bound)
	b.references()
	return b
}

// references notes every name that something else refers to, and with it the
// wildcard that stands over the name.
func (b *shaper) references() {
	s := b.set
	for i := range s.Zones {
		z := &s.Zones[i]
		for _, a := range z.Spectrum {
			b.refer(a.Hostname, "spectrum "+a.Protocol+" "+a.Region)
		}
		for _, c := range z.CustomHostnames {
			b.refer(c.Target, "target")
		}
		for _, h := range z.Hostnames {
			if len(h.Addresses) > 0 {
				b.refer(h.Name, "addresses")
			}
		}
	}
	for product, hosts := range s.ServedOn {
		for _, h := range hosts {
			b.refer(h, "serves "+product)
		}
	}
	for _, x := range s.Storage {
		b.refer(x.PublicHostname, "keeps "+x.Product+" "+x.Jurisdiction)
	}
	for i := range s.Workers {
		for _, h := range s.Workers[i].SubrequestHosts {
			b.refer(h, "asked")
		}
	}
}

func (b *shaper) refer(name, use string) {
	if name == "" {
		return
	}
	b.uses[name] += use + ";"
	if over := wildcardOver(name); over != "" && b.hosts[over] != nil {
		b.uses[over] += "over;"
	}
}

// wildcardOver is the one-level wildcard that covers a name; "" where none can.
func wildcardOver(name string) string {
	_, parent, ok := strings.Cut(name, ".")
	if !ok || strings.HasPrefix(name, "*.") {
		return ""
	}
	return "*." + parent
}

// ownRegion is the region set on a hostname or on the wildcard over it.
func (b *shaper) ownRegion(name string) string {
	if h := b.hosts[name]; h != nil && h.Region != "" {
		return h.Region
	}
	if h := b.hosts[wildcardOver(name)]; h != nil {
		return h.Region
	}
	return ""
}

// nameZones puts the zones in the order of what is in them, and names them and
// everything that is referred to.
func (b *shaper) nameZones() {
	keys := make([]string, len(b.set.Zones))
	for i := range b.set.Zones {
		b.order = append(b.order, i)
		keys[i] = b.outline(&b.set.Zones[i])
	}
	slices.SortStableFunc(b.order, func(x, y int) int { return strings.Compare(keys[x], keys[y]) })
	for rank, i := range b.order {
		name := "z" + strconv.Itoa(rank) + ".example"
		b.parents[b.set.Zones[i].Name] = name
	}
	type used struct{ name, use string }
	all := make([]used, 0, len(b.uses))
	for name, use := range b.uses {
		parts := strings.Split(use, ";")
		slices.Sort(parts)
		all = append(all, used{name, b.ownRegion(name) + " " + strings.Join(parts, ";")})
	}
	slices.SortFunc(all, func(x, y used) int {
		if n := strings.Compare(x.use, y.use); n != 0 {
			return n
		}
		return strings.Compare(x.name, y.name)
	})
	for _, u := range all {
		b.rename(u.name)
	}
}

// outline says roughly what is in a zone, without names.
func (b *shaper) outline(z *residency.Zone) string {
	var parts []string
	for _, h := range z.Hostnames {
		parts = append(parts, "h"+b.ownRegion(h.Name)+" "+b.uses[h.Name])
	}
	for i := range z.Certificates {
		c := &z.Certificates[i]
		parts = append(parts, "c"+c.KeyRegion+" "+c.KeyServer)
	}
	for _, a := range z.Spectrum {
		parts = append(parts, "s"+a.Protocol+" "+a.Region)
	}
	for range z.CustomHostnames {
		parts = append(parts, "x")
	}
	return strings.Join(words(parts), "\n") + strconv.FormatBool(z.SecondaryDNS)
}

// rename gives a name its name in the shape. Two names stay two; a wildcard
// stays one, over the same names; nothing else of a name is kept.
func (b *shaper) rename(name string) string {
	if n, ok := b.names[name]; ok {
		return n
	}
	label, parent, _ := strings.Cut(name, ".")
	over, ok := b.parents[parent]
	if !ok {
		over = "p" + strconv.Itoa(len(b.parents)) + ".invalid"
		b.parents[parent] = over
	}
	if label != "*" {
		b.children[over]++
		label = "n" + strconv.Itoa(b.children[over])
	}
	b.names[name] = label + "." + over
	return b.names[name]
}

func (b *shaper) renameAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = b.rename(n)
	}
	return out
}

// rangeOf is the address range that stands for the i-th bound region.
func rangeOf(i int) netip.Prefix { return netip.PrefixFrom(addressIn(i), 32) }

func addressIn(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// unboundAddress stands for every address outside the customer's ranges.
var unboundAddress = netip.AddrFrom4([4]byte{192, 0, 2, 1})

// addresses replaces each address by one of the region that its most specific
// range names. Their order decides which region is named last, and is kept.
func (b *shaper) addresses(in []netip.Addr) []netip.Addr {
	if len(in) == 0 {
		return nil
	}
	out := make([]netip.Addr, len(in))
	for i, a := range in {
		out[i] = unboundAddress
		bits := -1
		for _, x := range b.set.IPBindings {
			if x.CIDR.Contains(a) && x.CIDR.Bits() > bits {
				bits, out[i] = x.CIDR.Bits(), addressIn(slices.Index(b.bound, x.Region))
			}
		}
	}
	return out
}
