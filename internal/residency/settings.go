package residency

import (
	"net/netip"
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// Settings are one customer's localization settings as of some day. The zero
// value is a customer who set nothing: every documented default applies.
//
// Host and zone names are in lower case, as the settings reader leaves them.
//
// A fact that could not be read is listed in Unknown by its path in the
// settings file ("log_region", "zones.acme.example.certificates"); that is not
// the same as a setting that is absent.
type Settings struct {
	Customer  string
	Name      string
	Effective footprint.Date // valid from; zero means now
	Plan      string         // "" when not stated

	Products          Products
	LogRegion         string // "" = none, the documented default
	OutOfRegionAccess bool
	LogRetention      bool
	Features          map[string]string // feature id → value, as in the features dataset
	DefaultRegion     string            // processing region of hostnames without one
	CustomRegions     []CustomRegion
	Zones             []Zone
	IPBindings        []IPBinding
	Storage           []Resource
	Workers           []Worker
	ServedOn          map[string][]string // product → the hostnames through which it is reached
	LogDatasets       []string            // datasets known to be in use, beside those of the products
	Promises          []Promise
	Unknown           []string
}

// Products says which products are in use.
type Products struct {
	Known bool // false: not known, every product may be in use
	All   bool
	IDs   []string
}

// CustomRegion is a region the customer's account team provisioned. It can
// steer Spectrum applications and IP bindings, not regional hostnames.
type CustomRegion struct {
	Key        string
	Definition *footprint.Expr
}

// Zone is a DNS zone and what is set on it.
type Zone struct {
	Name               string
	Hostnames          []Hostname
	HostnamesListed    bool // false: hostnames absent, the zone stands for them
	Spectrum           []SpectrumApp
	CustomHostnames    []CustomHostname
	SecondaryDNS       bool // outgoing zone transfers publish global addresses
	Certificates       []Certificate
	CertificatesListed bool
}

// Hostname is a proxied name, exact or a one-level wildcard.
type Hostname struct {
	Name      string
	Region    string       // processing region key; "" = none
	Addresses []netip.Addr // the customer's own addresses it is served on, if any
}

// SpectrumApp is a Spectrum application. It overrides the regional hostname of
// the same name.
type SpectrumApp struct {
	Hostname      string
	Protocol      string // http, https, tcp, udp
	Region        string
	TerminatesTLS bool // for tcp; http and https always do
}

// CustomHostname is a name of the customer's own customers. Its region follows
// its target.
type CustomHostname struct {
	Name   string
	Target string
}

// Certificate is a TLS certificate and where its private key may be.
type Certificate struct {
	Hosts     []string
	KeyRegion string
	KeyPolicy *footprint.Expr
	Keyless   bool
	KeyServer string // country of the customer's key server, as the customer states it
}

// IPBinding ties a range of the customer's own addresses to a region.
type IPBinding struct {
	CIDR   netip.Prefix
	Region string
}

// Resource is a bucket, namespace or database of a storage product.
type Resource struct {
	Product        string
	Name           string
	Jurisdiction   string
	PublicHostname string
}

// Worker is a Worker and what it does besides answering requests. Unlike most
// switches these have no documented default: what is not stated is not known.
type Worker struct {
	Name            string
	Routes          []string
	Subrequests     Truth
	SubrequestHosts []string // the only hosts it asks, when known
	Cron            Truth
	Queues          Truth
}

// Promise is what a customer was told, to be judged continuously.
type Promise struct {
	Claim    string // preset id, for example eu-only
	Reading  string // resides, handled, everything
	Since    footprint.Date
	Contract string
	Until    footprint.Date
}

// Applies reports whether a promise applies on a day.
func (p *Promise) Applies(d footprint.Date) bool {
	return footprint.Period{From: p.Since, To: p.Until}.Contains(d)
}

// unknown reports whether the fact at a path could not be read.
func (s *Settings) unknown(path string) bool { return slices.Contains(s.Unknown, path) }

// flag is the truth of a switch whose documented default is off.
func (s *Settings) flag(path string, value bool) Truth {
	if parent, _, ok := strings.Cut(path, "."); s.unknown(path) || ok && s.unknown(parent) {
		return Unsure
	}
	return truthOf(value)
}

// Uses reports whether a product is in use, may be, or is not. What the
// settings name elsewhere (a bucket, a Worker, a feature) counts as use.
func (s *Settings) uses(p *Product) Truth {
	if s.implies(p) {
		return True
	}
	stated := s.Products.Known && !s.unknown("products")
	switch {
	case stated && (s.Products.All || slices.Contains(s.Products.IDs, p.ID)):
		return True
	case !stated || s.mayImply(p):
		return Unsure
	}
	return False
}

// mayImply reports whether something that could not be read may show the
// product in use.
func (s *Settings) mayImply(p *Product) bool {
	part := func(name string) bool {
		return s.unknown("zones") || slices.ContainsFunc(s.Zones, func(z Zone) bool {
			return s.unknown("zones."+z.Name) || s.unknown("zones."+z.Name+"."+name)
		})
	}
	switch {
	case p.Feature != "" && (s.unknown("features") || s.unknown("features."+p.Feature)):
		return true
	case p.perResource() && s.unknown("storage"):
		return true
	}
	switch p.ID {
	case "workers":
		return s.unknown("workers")
	case "byoip":
		return s.unknown("ip_bindings")
	case "spectrum":
		return part("spectrum")
	case "saas":
		return part("custom_hostnames")
	}
	return false
}

// implies reports whether something else in the settings shows the product in use.
func (s *Settings) implies(p *Product) bool {
	if v := s.Features[p.Feature]; p.Feature != "" && v != "" && v != "false" && v != "off" {
		return true
	}
	for i := range s.Storage {
		if s.Storage[i].Product == p.ID {
			return true
		}
	}
	switch p.ID {
	case "workers":
		return len(s.Workers) > 0
	case "byoip":
		return len(s.IPBindings) > 0
	case "spectrum":
		return slices.ContainsFunc(s.Zones, func(z Zone) bool { return len(z.Spectrum) > 0 })
	case "saas":
		return slices.ContainsFunc(s.Zones, func(z Zone) bool { return len(z.CustomHostnames) > 0 })
	}
	return len(s.ServedOn[p.ID]) > 0
}
