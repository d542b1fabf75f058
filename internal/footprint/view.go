package footprint

import "strings"

// View is the footprint as of one date. It is immutable and safe to share.
type View struct {
	fp       *Footprint
	date     Date
	present  SiteSet
	pops     SiteSet // the default footprint's edge sites
	cores    SiteSet
	partner  SiteSet // sites of partner networks, outside the default footprint
	juris    map[string]Members
	regions  map[RegionID]Members
	groups   map[string]SiteSet
	networks map[string]SiteSet
}

// At returns the footprint as of a date.
func (f *Footprint) At(d Date) *View {
	v := &View{
		fp: f, date: d,
		juris:    make(map[string]Members, len(f.jurisdictions)),
		regions:  make(map[RegionID]Members, len(f.regions)),
		groups:   map[string]SiteSet{},
		networks: map[string]SiteSet{},
	}
	v.placeSites()
	v.placeBlocs()
	for i := range f.regions {
		v.region(&f.regions[i])
	}
	return v
}

// region evaluates a region once; a definition may name key regions, in any
// order. A region that names itself on the way is Unknown there.
func (v *View) region(r *Region) Members {
	id := RegionID{r.Setting, r.Key}
	if m, ok := v.regions[id]; ok {
		return m
	}
	v.regions[id] = Members{Unknown: v.present}
	m := v.Eval(v.Definition(r))
	v.regions[id] = m
	return m
}

// FactRegionOffer is what is not known of a region on a day before it was offered:
// what a setting of that name then did.
const FactRegionOffer = "region-offer"

// Definition says what a region is made of on the day.
func (v *View) Definition(r *Region) *Expr {
	if v.date < r.Since {
		return &Expr{Op: OpTerm, Attr: AttrUnpublished, Values: []string{FactRegionOffer}}
	}
	return r.Definition
}

func (v *View) placeSites() {
	for i := range v.fp.sites {
		s, x := &v.fp.sites[i], SiteIndex(i)
		if !s.Seen.Contains(v.date) {
			continue
		}
		v.present.Add(x)
		switch {
		case s.Kind == Core:
			v.cores.Add(x)
		case s.Network == NetworkGlobal:
			v.pops.Add(x)
		default:
			v.partner.Add(x)
		}
		addTo(v.groups, s.Group, x)
		addTo(v.networks, s.Network, x)
		v.addIn(s.Country, x)
		if s.Subdivision != "" {
			v.addIn(s.Subdivision, x)
		}
	}
	v.markUnknownSubdivisions()
}

// markUnknownSubdivisions makes a site without a recorded subdivision a
// possible member of every subdivision of its country.
func (v *View) markUnknownSubdivisions() {
	bare := map[string]SiteSet{}
	for x := range v.present.All() {
		if s := v.fp.Site(x); s.Subdivision == "" {
			addTo(bare, s.Country, x)
		}
	}
	for _, j := range v.fp.jurisdictions {
		if set, ok := bare[j.Parent]; ok && j.Kind == Subdivision {
			m := v.juris[j.Code]
			m.Unknown = m.Unknown.Union(set)
			v.juris[j.Code] = m
		}
	}
}

func (v *View) placeBlocs() {
	for _, m := range v.fp.memberships {
		if !m.During.Contains(v.date) {
			continue
		}
		bloc, member := v.juris[m.Bloc], v.juris[m.Member]
		if m.Partial {
			member = Members{Unknown: member.Possible()}
		}
		v.juris[m.Bloc] = bloc.Or(member)
	}
}

func (v *View) addIn(code string, x SiteIndex) {
	m := v.juris[code]
	m.In.Add(x)
	v.juris[code] = m
}

func addTo(sets map[string]SiteSet, key string, x SiteIndex) {
	s := sets[key]
	s.Add(x)
	sets[key] = s
}

// Footprint returns the footprint this is a view of.
func (v *View) Footprint() *Footprint { return v.fp }

// Date is the day of the view.
func (v *View) Date() Date { return v.date }

// Recorded reports whether the day lies within the records. Outside it, every
// answer is unknown.
func (v *View) Recorded() bool { return v.fp.recorded != 0 && v.date >= v.fp.recorded }

// Present returns the sites listed on the day, partner networks included.
func (v *View) Present() SiteSet { return v.present }

// PoPs returns the edge sites of the default footprint.
func (v *View) PoPs() SiteSet { return v.pops }

// Cores returns the core data centers.
func (v *View) Cores() SiteSet { return v.cores }

// Partner returns the sites of partner networks, which a customer has by a
// separate contract only.
func (v *View) Partner() SiteSet { return v.partner }

// InJurisdiction returns the members of a country, subdivision or bloc; false when
// the code is not known.
func (v *View) InJurisdiction(code string) (Members, bool) {
	_, ok := v.fp.byJuris[code]
	return v.juris[code], ok
}

// InRegion returns the members of a region of a setting; false when the key is
// not known.
func (v *View) InRegion(s Setting, key string) (Members, bool) {
	m, ok := v.regions[RegionID{s, strings.ToLower(key)}]
	return m, ok
}

// Eval evaluates an expression over the sites present. A term with a code the
// footprint does not have is Unknown for every site.
func (v *View) Eval(e *Expr) Members {
	switch {
	case e == nil:
		return Members{Unknown: v.present}
	case e.Op == OpNot:
		return v.Eval(e.Left).Not(v.present)
	case e.Op == OpAnd:
		return v.Eval(e.Left).And(v.Eval(e.Right))
	case e.Op == OpOr:
		return v.Eval(e.Left).Or(v.Eval(e.Right))
	}
	switch e.Attr {
	case AttrAny:
		return Members{In: v.present}
	case AttrUnpublished:
		return Members{Unknown: v.present}
	}
	var out Members
	for _, val := range e.Values {
		out = out.Or(v.term(e.Attr, val))
	}
	return out
}

func (v *View) term(attr Attribute, val string) Members {
	if !v.fp.knows(attr, val) {
		return Members{Unknown: v.present}
	}
	switch attr {
	case AttrCountry, AttrSubdivision, AttrBloc:
		return v.juris[val]
	case AttrGroup:
		return Members{In: v.groups[val]}
	case AttrNetwork:
		return Members{In: v.networks[val]}
	case AttrKind:
		if val == PoP.String() {
			return Members{In: v.present.Minus(v.cores)}
		}
		return Members{In: v.cores}
	case AttrRegion:
		if m, ok := v.InRegion(KeySetting, val); ok {
			return m
		}
		if r, ok := v.fp.Region(KeySetting, val); ok { // not yet evaluated
			return v.region(r)
		}
	}
	return Members{Unknown: v.present}
}
