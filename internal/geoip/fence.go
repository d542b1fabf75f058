package geoip

import (
	"fmt"
	"net/netip"
)

// special lists the address blocks that are not public unicast: those of the IANA
// IPv4 and IPv6 special-purpose address registries (RFC 6890 and its successors),
// multicast, and reserved space. IPv6 outside 2000::/3 is told by its first bits.
// No prefix is longer than /24 (IPv4) or /48 (IPv6): see [Resolver].
var special = []struct {
	outcome Outcome
	network string
}{
	{Private, "0.0.0.0/8"},       // this network
	{Private, "10.0.0.0/8"},      // private use
	{Private, "100.64.0.0/10"},   // shared address space
	{Private, "127.0.0.0/8"},     // loopback
	{Private, "169.254.0.0/16"},  // link local
	{Private, "172.16.0.0/12"},   // private use
	{Private, "192.0.0.0/24"},    // protocol assignments
	{Private, "192.0.2.0/24"},    // documentation
	{Tunnel, "192.88.99.0/24"},   // 6to4 relay anycast, withdrawn
	{Private, "192.168.0.0/16"},  // private use
	{Private, "198.18.0.0/15"},   // benchmarking
	{Private, "198.51.100.0/24"}, // documentation
	{Private, "203.0.113.0/24"},  // documentation
	{Private, "224.0.0.0/4"},     // multicast
	{Private, "240.0.0.0/4"},     // reserved, broadcast
	{Tunnel, "64:ff9b::/47"},     // IPv4 to IPv6 translation, well known and local
	{Tunnel, "2001::/32"},        // Teredo
	{Private, "2001::/23"},       // protocol assignments
	{Private, "2001:db8::/32"},   // documentation
	{Tunnel, "2002::/16"},        // 6to4
	{Private, "3fff::/20"},       // documentation
	{Private, "::/3"},            // not global unicast
	{Private, "4000::/2"},        // not global unicast
	{Private, "8000::/1"},        // not global unicast
}

// rule is a network whose addresses are not looked up, and why.
type rule struct {
	network netip.Prefix
	outcome Outcome
}

// fence finds the rule for an address. Rules are kept by the first octet that
// they can match, so that most addresses are compared with none or two.
type fence struct {
	v4, v6 [256][]rule
}

// newFence is the special ranges and the anycast ones; where both match, the
// first in that order tells.
func newFence(anycast []netip.Prefix) (*fence, error) {
	f := &fence{}
	for _, block := range special {
		network, err := netip.ParsePrefix(block.network)
		if err != nil {
			return nil, fmt.Errorf("geoip: special range %q: %w", block.network, err)
		}
		f.add(rule{network, block.outcome})
	}
	for i, network := range anycast {
		if !network.IsValid() || network.Addr().Is4In6() {
			return nil, fmt.Errorf("geoip: anycast range %d of %d: %w", i+1, len(anycast), ErrRange)
		}
		f.add(rule{network.Masked(), Anycast})
	}
	return f, nil
}

func (f *fence) add(r rule) {
	octets := r.network.Addr().AsSlice()
	table := &f.v6
	if r.network.Addr().Is4() {
		table = &f.v4
	}
	span := 1 << max(0, 8-r.network.Bits())
	for first := int(octets[0]); first < int(octets[0])+span; first++ {
		table[first] = append(table[first], r)
	}
}

// rules are those that can match the address, which is IPv4 or IPv6 and no
// mixture, and has no zone.
func (f *fence) rules(addr netip.Addr) []rule {
	if addr.Is4() {
		return f.v4[addr.As4()[0]]
	}
	return f.v6[addr.As16()[0]]
}

// classify answers the rule that keeps the address from being looked up, or the
// zero rule.
func (f *fence) classify(addr netip.Addr) rule {
	for _, r := range f.rules(addr) {
		if r.network.Contains(addr) {
			return r
		}
	}
	return rule{}
}

// splits reports whether a rule covers a part of the block and not all of it.
func (f *fence) splits(block netip.Prefix) bool {
	for _, r := range f.rules(block.Addr()) {
		if r.network.Bits() > block.Bits() && block.Contains(r.network.Addr()) {
			return true
		}
	}
	return false
}
