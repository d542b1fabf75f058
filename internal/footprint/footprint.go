package footprint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Errors of building a footprint.
var (
	ErrTooManySites = errors.New("too many sites")
	ErrDuplicate    = errors.New("duplicate")
	ErrUnknownCode  = errors.New("unknown code")
)

// Parts is what a footprint is built from.
type Parts struct {
	Sites         []Site
	Jurisdictions []Jurisdiction
	Memberships   []BlocMembership
	Regions       []Region
}

// RegionID names a region: keys repeat between settings, and mean different
// lists there.
type RegionID struct {
	Setting Setting
	Key     string
}

// Footprint is the network as known at one revision. It is immutable.
type Footprint struct {
	sites         []Site // ascending by code; the position is the SiteIndex
	byCode        map[string]SiteIndex
	jurisdictions []Jurisdiction
	byJuris       map[string]int
	memberships   []BlocMembership
	regions       []Region
	byRegion      map[RegionID]int
	recorded      Date
}

// New checks the parts and builds a footprint. Every fault found is in the
// error, joined.
func New(p Parts) (*Footprint, error) {
	f := &Footprint{
		sites:         slices.Clone(p.Sites),
		jurisdictions: slices.Clone(p.Jurisdictions),
		memberships:   slices.Clone(p.Memberships),
		regions:       slices.Clone(p.Regions),
	}
	slices.SortFunc(f.sites, func(a, b Site) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(f.jurisdictions, func(a, b Jurisdiction) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortStableFunc(f.regions, func(a, b Region) int {
		return cmp.Or(cmp.Compare(a.Setting, b.Setting), cmp.Compare(a.Key, b.Key))
	})
	err := errors.Join(f.indexJurisdictions(), f.indexSites(), f.indexRegions(), f.checkMemberships())
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Footprint) indexSites() error {
	if len(f.sites) > MaxSites {
		return fmt.Errorf("%w: %d (at most %d)", ErrTooManySites, len(f.sites), MaxSites)
	}
	var errs []error
	f.byCode = make(map[string]SiteIndex, len(f.sites))
	for i := range f.sites {
		s := &f.sites[i]
		if _, dup := f.byCode[s.Code]; dup {
			errs = append(errs, fmt.Errorf("site %s: %w", s.Code, ErrDuplicate))
		}
		errs = append(errs, f.checkSite(s))
		f.byCode[s.Code] = SiteIndex(i)
		if !s.Seen.From.IsZero() && (f.recorded == 0 || s.Seen.From < f.recorded) {
			f.recorded = s.Seen.From
		}
	}
	return errors.Join(errs...)
}

// networks are those a site can belong to; any other would leave it out of
// every answer.
var networks = []string{NetworkGlobal, NetworkCore, NetworkChina}

func (f *Footprint) checkSite(s *Site) error {
	var errs []error
	fault := func(what, value string) {
		errs = append(errs, fmt.Errorf("site %s: %s %q: %w", s.Code, what, value, ErrUnknownCode))
	}
	if !f.isJurisdiction(s.Country, Country) {
		fault("country", s.Country)
	}
	if s.Subdivision != "" && (!f.isJurisdiction(s.Subdivision, Subdivision) || !strings.HasPrefix(s.Subdivision, s.Country+"-")) {
		fault("subdivision", s.Subdivision)
	}
	if !slices.Contains(networks, s.Network) {
		fault("network", s.Network)
	}
	if s.Kind != PoP && s.Kind != Core {
		fault("kind", s.Kind.String())
	}
	return errors.Join(errs...)
}

func (f *Footprint) indexJurisdictions() error {
	var errs []error
	f.byJuris = make(map[string]int, len(f.jurisdictions))
	for i, j := range f.jurisdictions {
		if _, dup := f.byJuris[j.Code]; dup {
			errs = append(errs, fmt.Errorf("jurisdiction %s: %w", j.Code, ErrDuplicate))
		}
		f.byJuris[j.Code] = i
	}
	return errors.Join(errs...)
}

func (f *Footprint) indexRegions() error {
	var errs []error
	f.byRegion = make(map[RegionID]int, len(f.regions))
	for i := range f.regions {
		r := &f.regions[i]
		id := RegionID{r.Setting, r.Key}
		if r.Key == "" || r.Key != strings.ToLower(r.Key) {
			errs = append(errs, fmt.Errorf("region %q (%s): the key is in lower case: %w", r.Key, r.Setting, ErrUnknownCode))
		}
		if _, dup := f.byRegion[id]; dup {
			errs = append(errs, fmt.Errorf("region %s (%s): %w", r.Key, r.Setting, ErrDuplicate))
		}
		f.byRegion[id] = i
	}
	for i := range f.regions {
		if err := f.CheckExpr(f.regions[i].Definition); err != nil {
			errs = append(errs, fmt.Errorf("region %s (%s): %w", f.regions[i].Key, f.regions[i].Setting, err))
		}
	}
	return errors.Join(errs...)
}

func (f *Footprint) checkMemberships() error {
	var errs []error
	for _, m := range f.memberships {
		if !f.isJurisdiction(m.Bloc, Bloc) {
			errs = append(errs, fmt.Errorf("membership of %s in %s: no bloc: %w", m.Member, m.Bloc, ErrUnknownCode))
		}
		if !f.isJurisdiction(m.Member, Country) && !f.isJurisdiction(m.Member, Subdivision) {
			errs = append(errs, fmt.Errorf("membership of %s in %s: neither country nor subdivision: %w", m.Member, m.Bloc, ErrUnknownCode))
		}
	}
	return errors.Join(errs...)
}

// CheckExpr reports terms that name a country, subdivision, bloc, region, kind
// or network this footprint does not have. A term that names something unknown
// would silently match nothing, which could turn into a false yes.
func (f *Footprint) CheckExpr(e *Expr) error {
	if e == nil {
		return fmt.Errorf("%w: empty", ErrExpr)
	}
	var errs []error
	e.Each(func(attr Attribute, values []string) {
		for _, v := range values {
			if !f.knows(attr, v) {
				errs = append(errs, fmt.Errorf("%w: %q: %w", ErrExpr, clip(v, 40), ErrUnknownCode))
			}
		}
	})
	return errors.Join(errs...)
}

func (f *Footprint) knows(attr Attribute, v string) bool {
	switch attr {
	case AttrCountry:
		return f.isJurisdiction(v, Country)
	case AttrSubdivision:
		return f.isJurisdiction(v, Subdivision)
	case AttrBloc:
		return f.isJurisdiction(v, Bloc)
	case AttrRegion:
		_, ok := f.byRegion[RegionID{KeySetting, strings.ToLower(v)}]
		return ok
	case AttrKind:
		_, err := ParseSiteKind(v)
		return err == nil
	case AttrNetwork:
		return slices.ContainsFunc(f.sites, func(s Site) bool { return s.Network == v })
	case AttrGroup:
		return slices.ContainsFunc(f.sites, func(s Site) bool { return s.Group == v })
	default:
		return true
	}
}

func (f *Footprint) isJurisdiction(code string, kind JurisdictionKind) bool {
	i, ok := f.byJuris[code]
	return ok && f.jurisdictions[i].Kind == kind
}

// Sites returns every site, past ones included, ascending by code. The caller
// must not change it.
func (f *Footprint) Sites() []Site { return f.sites }

// Site returns the site at an index of this footprint.
func (f *Footprint) Site(i SiteIndex) *Site { return &f.sites[i] }

// Lookup finds a site by its code; false when the footprint lacks it.
func (f *Footprint) Lookup(code string) (SiteIndex, bool) {
	i, ok := f.byCode[code]
	return i, ok
}

// Jurisdictions returns all, ascending by code. The caller must not change it.
func (f *Footprint) Jurisdictions() []Jurisdiction { return f.jurisdictions }

// Jurisdiction finds one by code.
func (f *Footprint) Jurisdiction(code string) (*Jurisdiction, bool) {
	i, ok := f.byJuris[code]
	if !ok {
		return nil, false
	}
	return &f.jurisdictions[i], true
}

// Memberships returns all dated bloc rows. The caller must not change it.
func (f *Footprint) Memberships() []BlocMembership { return f.memberships }

// Regions returns all, by setting and key. The caller must not change it.
func (f *Footprint) Regions() []Region { return f.regions }

// Region finds a region of a setting by its key, in any letter case.
func (f *Footprint) Region(s Setting, key string) (*Region, bool) {
	i, ok := f.byRegion[RegionID{s, strings.ToLower(key)}]
	if !ok {
		return nil, false
	}
	return &f.regions[i], true
}

// RecordedFrom is the first day the footprint has records for; before it
// nothing is known.
func (f *Footprint) RecordedFrom() Date { return f.recorded }
