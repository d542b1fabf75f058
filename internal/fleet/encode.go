package fleet

import (
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Key returns bytes that are equal for equal shapes and for no others.
func Key(shape *residency.Settings) []byte {
	e := encoder{buf: make([]byte, 0, 512)}
	e.settings(shape)
	return e.buf
}

// encoder writes values so that no two sequences of them look alike: each text
// and list begins with its length.
type encoder struct {
	buf  []byte
	zone string // written as nothing, where only the inside of a zone counts
}

func (e *encoder) number(n int) { e.buf = binary.AppendUvarint(e.buf, uint64(n)) }

func (e *encoder) flag(b bool) {
	if b {
		e.buf = append(e.buf, 1)
		return
	}
	e.buf = append(e.buf, 0)
}

func (e *encoder) text(s string) {
	inner, own := strings.CutSuffix(s, e.zone)
	if e.zone == "" || !own {
		e.number(len(s) << 1)
		e.buf = append(e.buf, s...)
		return
	}
	e.number(len(inner)<<1 | 1)
	e.buf = append(e.buf, inner...)
}

func (e *encoder) texts(list []string) {
	e.number(len(list))
	for _, s := range list {
		e.text(s)
	}
}

func (e *encoder) settings(s *residency.Settings) {
	e.text(s.Plan)
	e.flag(s.Products.Known)
	e.flag(s.Products.All)
	e.texts(s.Products.IDs)
	e.text(s.LogRegion)
	e.flag(s.OutOfRegionAccess)
	e.flag(s.LogRetention)
	e.number(len(s.Features))
	for _, k := range slices.Sorted(maps.Keys(s.Features)) {
		e.text(k)
		e.text(s.Features[k])
	}
	e.text(s.DefaultRegion)
	e.number(len(s.CustomRegions))
	for _, c := range s.CustomRegions {
		e.text(c.Key)
		e.expr(c.Definition)
	}
	e.number(len(s.Zones))
	for i := range s.Zones {
		e.text(s.Zones[i].Name)
		e.zoneBody(&s.Zones[i])
	}
	e.rest(s)
}

func (e *encoder) rest(s *residency.Settings) {
	e.number(len(s.IPBindings))
	for _, b := range s.IPBindings {
		e.text(b.CIDR.String())
		e.text(b.Region)
	}
	e.number(len(s.Storage))
	for _, x := range s.Storage {
		e.texts([]string{x.Product, x.Name, x.Jurisdiction, x.PublicHostname})
	}
	e.number(len(s.Workers))
	for _, w := range s.Workers {
		e.text(w.Name)
		e.texts(w.Routes)
		e.buf = append(e.buf, byte(w.Subrequests), byte(w.Cron), byte(w.Queues))
		e.texts(w.SubrequestHosts)
	}
	e.number(len(s.ServedOn))
	for _, k := range slices.Sorted(maps.Keys(s.ServedOn)) {
		e.text(k)
		e.texts(s.ServedOn[k])
	}
	e.texts(s.LogDatasets)
	e.texts(s.Unknown)
}

// zoneBody writes a zone without its name.
func (e *encoder) zoneBody(z *residency.Zone) {
	e.flag(z.HostnamesListed)
	e.flag(z.CertificatesListed)
	e.flag(z.SecondaryDNS)
	e.number(len(z.Hostnames))
	for _, h := range z.Hostnames {
		e.text(h.Name)
		e.text(h.Region)
		e.addresses(h.Addresses)
	}
	e.number(len(z.Spectrum))
	for _, a := range z.Spectrum {
		e.texts([]string{a.Hostname, a.Protocol, a.Region})
		e.flag(a.TerminatesTLS)
	}
	e.number(len(z.CustomHostnames))
	for _, c := range z.CustomHostnames {
		e.text(c.Name)
		e.text(c.Target)
	}
	e.number(len(z.Certificates))
	for i := range z.Certificates {
		e.certificate(&z.Certificates[i])
	}
}

func (e *encoder) certificate(c *residency.Certificate) {
	e.texts(c.Hosts)
	e.text(c.KeyRegion)
	e.expr(c.KeyPolicy)
	e.flag(c.Keyless)
	e.text(c.KeyServer)
}

func (e *encoder) addresses(list []netip.Addr) {
	e.number(len(list))
	for _, a := range list {
		e.text(a.String())
	}
}

// expr writes an expression as it is built and as it was written: its text is
// part of why a placement is where it is.
func (e *encoder) expr(x *footprint.Expr) {
	e.flag(x != nil)
	if x == nil {
		return
	}
	e.text(x.String())
	e.buf = append(e.buf, byte(x.Op), byte(x.Attr))
	e.texts(x.Values)
	e.expr(x.Left)
	e.expr(x.Right)
}
