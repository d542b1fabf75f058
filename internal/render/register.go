package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// RegisterHeader names the columns of a register: one row a category, activity and
// country, as records of processing want it. Of the four columns with a country one
// is filled: what is stored is told apart from what is processed.
var RegisterHeader = []string{
	"customer", "as_of", "category", "activity", "processed_in", "stored_in", "transit_through", "readable_from", "place", "sites", "sites_not_certain",
	"scopes", "eu", "eea", "adequacy", "adequacy_until", "adequacy_covers", "may_not_exist", "because", "settings_version", "datasets",
}

// entry is a row of a register.
type entry struct {
	category residency.DataCategory
	activity residency.Activity
	country  string // "" where it is not known
	place    string // in words
	sites    footprint.SiteSet
	certain  footprint.SiteSet
	scopes   []residency.Scope
	because  []string
	exists   bool // some flow of it exists for certain
}

// Register lists where data may be as rows, ascending by category, activity and
// country. Countries are ISO 3166-1 alpha-2, those of the sites' records.
func Register(a *atlas.Answer) [][]string {
	var rows [][]string
	for _, e := range entries(a.Residency) {
		rows = append(rows, e.row(a))
	}
	return rows
}

func entries(res *residency.Residency) []*entry {
	var out []*entry
	for i := range res.Placements {
		p := &res.Placements[i]
		if p.Elsewhere != residency.NotElsewhere {
			out = put(out, res, p, p.Country, elsewhereWords(p), footprint.SiteSet{})
			continue
		}
		for country, at := range byCountry(res.View, p.May) {
			out = put(out, res, p, country, countryName(res.View, country), at)
		}
	}
	slices.SortStableFunc(out, func(a, b *entry) int {
		return strings.Compare(fmt.Sprintf("%02d %02d %s %s", a.category, a.activity, a.country, a.place), fmt.Sprintf("%02d %02d %s %s", b.category, b.activity, b.country, b.place))
	})
	return out
}

func byCountry(v *footprint.View, set footprint.SiteSet) map[string]footprint.SiteSet {
	out := map[string]footprint.SiteSet{}
	for i := range set.All() {
		country := v.Footprint().Site(i).Country
		at := out[country]
		at.Add(i)
		out[country] = at
	}
	return out
}

// put adds a placement in one country to its entry.
func put(all []*entry, res *residency.Residency, p *residency.Placement, country, place string, at footprint.SiteSet) []*entry {
	i := slices.IndexFunc(all, func(e *entry) bool {
		return e.category == p.Category && e.activity == p.Activity && e.country == country && e.place == place
	})
	if i < 0 {
		i, all = len(all), append(all, &entry{category: p.Category, activity: p.Activity, country: country, place: place})
	}
	e := all[i]
	e.sites, e.certain = e.sites.Union(at), e.certain.Union(at.Intersect(p.Certain))
	e.exists = e.exists || !p.Possible
	if !slices.Contains(e.scopes, p.Scope) {
		e.scopes = append(e.scopes, p.Scope)
	}
	if why := res.Rules.Explain(p); !slices.Contains(e.because, why) {
		e.because = append(e.because, why)
	}
	return all
}

func (e *entry) row(a *atlas.Answer) []string {
	v := a.Residency.View
	var at [4]string
	switch e.activity {
	case residency.Process:
		at[0] = e.country
	case residency.Cache, residency.Store:
		at[1] = e.country
	case residency.Transit:
		at[2] = e.country
	default:
		at[3] = e.country
	}
	until, covers := adequacy(v, e.country)
	open := e.sites.Minus(e.certain)
	return []string{
		a.Residency.Customer, a.AsOf.String(), e.category.String(), e.activity.String(), at[0], at[1], at[2], at[3], e.place,
		strconv.Itoa(e.sites.Len()), strconv.Itoa(open.Len()), strconv.Itoa(len(e.scopes)),
		memberOf(v, e.country, "EU"), memberOf(v, e.country, "EEA"), adequate(v, e.country), until, covers,
		strconv.FormatBool(!e.exists), strings.Join(e.because, "; "), strconv.Itoa(a.Revision.Version), a.Revision.Datasets,
	}
}

// memberOf is whether a country belongs to a bloc on the day.
func memberOf(v *footprint.View, country, bloc string) string {
	if country == "" {
		return footprint.Unknown.String()
	}
	return v.CountryIn(country, footprint.Places{Any: []footprint.Place{{Code: bloc}}}).String()
}

// adequate is whether a decision covers a country; inside the EEA none is asked for.
func adequate(v *footprint.View, country string) string {
	if memberOf(v, country, "EEA") == footprint.In.String() {
		return "NOT_APPLICABLE"
	}
	return memberOf(v, country, "ADEQUATE")
}

// adequacy is how long a country's adequacy decision lasts, and whom it covers;
// empty where it names no end, or there is none.
func adequacy(v *footprint.View, country string) (until, covers string) {
	for _, m := range v.Footprint().Memberships() {
		if m.Bloc == "ADEQUATE" && m.Member == country && m.During.Contains(v.Date()) {
			if m.During.To != 0 {
				until = m.During.To.String()
			}
			return until, m.Scope
		}
	}
	return "", ""
}
