package fleet

import (
	"maps"
	"slices"
	"strings"

	"domicile/internal/residency"
)

// pool keeps each text, list and map of shapes once, apart from the documents
// that they were read from.
type pool struct {
	texts    map[string]string
	lists    map[string][]string
	features map[string]map[string]string
}

func newPool() pool {
	return pool{map[string]string{}, map[string][]string{}, map[string]map[string]string{}}
}

func (p *pool) text(s *string) {
	own, ok := p.texts[*s]
	if !ok {
		own = strings.Clone(*s)
		p.texts[own] = own
	}
	*s = own
}

func (p *pool) list(list *[]string) {
	if len(*list) == 0 {
		return
	}
	key := strings.Join(*list, "\n")
	own, ok := p.lists[key]
	if !ok {
		own = slices.Clone(*list)
		for i := range own {
			p.text(&own[i])
		}
		p.lists[key] = own
	}
	*list = own
}

// take moves everything of a shape into the pool.
func (p *pool) take(s *residency.Settings) {
	for _, t := range []*string{&s.Plan, &s.LogRegion, &s.DefaultRegion} {
		p.text(t)
	}
	p.list(&s.Products.IDs)
	p.list(&s.LogDatasets)
	p.list(&s.Unknown)
	p.takeFeatures(s)
	s.Zones = slices.Clone(s.Zones)
	for i := range s.Zones {
		p.zone(&s.Zones[i])
	}
	s.IPBindings, s.Storage, s.Workers = slices.Clone(s.IPBindings), slices.Clone(s.Storage), slices.Clone(s.Workers)
	for i := range s.IPBindings {
		p.text(&s.IPBindings[i].Region)
	}
	for i := range s.Storage {
		x := &s.Storage[i]
		for _, t := range []*string{&x.Product, &x.Name, &x.Jurisdiction, &x.PublicHostname} {
			p.text(t)
		}
	}
	for i := range s.Workers {
		p.text(&s.Workers[i].Name)
		p.list(&s.Workers[i].Routes)
		p.list(&s.Workers[i].SubrequestHosts)
	}
	served := s.ServedOn
	s.ServedOn = make(map[string][]string, len(served))
	for product, hosts := range served {
		p.text(&product)
		p.list(&hosts)
		s.ServedOn[product] = hosts
	}
	if len(served) == 0 {
		s.ServedOn = nil
	}
}

func (p *pool) takeFeatures(s *residency.Settings) {
	var e encoder
	for _, k := range slices.Sorted(maps.Keys(s.Features)) {
		e.text(k)
		e.text(s.Features[k])
	}
	own, ok := p.features[string(e.buf)]
	if !ok {
		own = make(map[string]string, len(s.Features))
		for k, v := range s.Features {
			p.text(&k)
			p.text(&v)
			own[k] = v
		}
		p.features[string(e.buf)] = own
	}
	s.Features = own
}

func (p *pool) zone(z *residency.Zone) {
	p.text(&z.Name)
	z.Hostnames, z.Spectrum = slices.Clone(z.Hostnames), slices.Clone(z.Spectrum)
	z.CustomHostnames, z.Certificates = slices.Clone(z.CustomHostnames), slices.Clone(z.Certificates)
	for i := range z.Hostnames {
		p.text(&z.Hostnames[i].Name)
		p.text(&z.Hostnames[i].Region)
	}
	for i := range z.Spectrum {
		for _, t := range []*string{&z.Spectrum[i].Hostname, &z.Spectrum[i].Protocol, &z.Spectrum[i].Region} {
			p.text(t)
		}
	}
	for i := range z.CustomHostnames {
		p.text(&z.CustomHostnames[i].Name)
		p.text(&z.CustomHostnames[i].Target)
	}
	for i := range z.Certificates {
		p.text(&z.Certificates[i].KeyRegion)
		p.text(&z.Certificates[i].KeyServer)
		p.list(&z.Certificates[i].Hosts)
	}
}
