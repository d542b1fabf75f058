package render

import (
	"fmt"
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// named are the jurisdictions used to say where a set of sites lies, the
// narrowest first.
var named = [...]struct{ code, words string }{
	{"EU", "the EU"}, {"EEA", "the EEA"}, {"NATO", "NATO countries"},
}

// Places says in a few words where a set of sites lies.
func Places(v *footprint.View, set footprint.SiteSet) string {
	sites, countries := spread(v, set)
	size := count(sites, "site", "sites") + ", " + countryCount(v, countries)
	pops, cores := v.PoPs(), v.Cores()
	switch {
	case sites == 0:
		return "no site"
	case set == pops.Union(cores):
		return "every PoP and core data center (" + size + ")"
	case set == pops:
		return "every PoP (" + size + ")"
	case set == cores:
		return "every core data center (" + siteList(v, set) + ")"
	case set.SubsetOf(cores):
		return "core data center " + siteList(v, set)
	case sites == 1:
		return siteList(v, set)
	case len(countries) == 1:
		return fmt.Sprintf("%s (%s)", countryName(v, countries[0]), count(sites, "site", "sites"))
	}
	for _, n := range named {
		if m, ok := v.InJurisdiction(n.code); ok && set.SubsetOf(m.In) {
			return n.words + " (" + size + ")"
		}
	}
	if len(countries) <= 4 {
		return fmt.Sprintf("%s (%s)", strings.Join(countries, ", "), count(sites, "site", "sites"))
	}
	return size
}

func spread(v *footprint.View, set footprint.SiteSet) (sites int, countries []string) {
	fp := v.Footprint()
	for i := range set.All() {
		sites++
		if c := fp.Site(i).Country; !slices.Contains(countries, c) {
			countries = append(countries, c)
		}
	}
	slices.Sort(countries)
	return sites, countries
}

// countryCount counts sovereign countries and, apart, territories that have a
// code of their own.
func countryCount(v *footprint.View, codes []string) string {
	territories := 0
	for _, c := range codes {
		if j, ok := v.Footprint().Jurisdiction(c); ok && j.Parent != "" {
			territories++
		}
	}
	s := count(len(codes)-territories, "country", "countries")
	if territories > 0 {
		s += " and " + count(territories, "territory", "territories")
	}
	return s
}

func siteList(v *footprint.View, set footprint.SiteSet) string {
	var out []string
	for i := range set.All() {
		s := v.Footprint().Site(i)
		out = append(out, s.City+" "+s.Country)
	}
	return strings.Join(out, ", ")
}

func countryName(v *footprint.View, code string) string {
	if j, ok := v.Footprint().Jurisdiction(code); ok {
		return j.Name
	}
	return code
}

// short is Places without sizes for the sets that the legend spells out.
func short(v *footprint.View, set footprint.SiteSet) string {
	switch set {
	case v.PoPs():
		return "every PoP"
	case v.Cores():
		return "every core data center"
	case v.PoPs().Union(v.Cores()):
		return "every PoP and core data center"
	}
	return Places(v, set)
}

// legend spells out the sets that every answer speaks of.
func (p *page) legend(v *footprint.View) {
	pops, cores := v.PoPs(), v.Cores()
	n, countries := spread(v, pops)
	p.blank()
	p.wrap("  ", fmt.Sprintf("Every PoP is %s in %s. The core data centers: %s.",
		count(n, "site", "sites"), countryCount(v, countries), siteList(v, cores)))
}
