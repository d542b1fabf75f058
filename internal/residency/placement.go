package residency

import (
	"cmp"
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// Elsewhere says where a flow happens that is not at a site of the footprint.
type Elsewhere uint8

// The places beside sites. The zero value is none.
const (
	NotElsewhere Elsewhere = iota
	Anywhere               // any place in the world, for certain allowed
	Declared               // a country the customer states
	Unmodelled             // a place nobody has published
)

// ReasonKind is why a placement is as it is.
type ReasonKind uint8

// The reasons. The zero value is invalid.
const (
	InvalidReason          ReasonKind = iota
	ReasonFixed                       // the flow's nature: nothing narrows it
	ReasonDefault                     // no setting: the documented default
	ReasonSetting                     // a setting narrows it
	ReasonSettingUnread               // the setting could not be read
	ReasonUnknownRegion               // the setting names a region not in the datasets
	ReasonSpectrum                    // a Spectrum application overrides the hostname's region
	ReasonSpectrumRegion              // a Spectrum application with a region
	ReasonIPBinding                   // an IP binding steers the hostname
	ReasonSteeringUnclear             // a regional hostname and an IP binding name different regions
	ReasonTarget                      // a custom hostname follows its target
	ReasonTargetUnknown               // its target is not in these settings
	ReasonSecondaryDNS                // outgoing zone transfers bypass the region
	ReasonPlan                        // the plan cannot have the setting
	ReasonProductOutside              // the product keeps its base placement
	ReasonProductConflict             // the product is not available together with the setting
	ReasonProductCondition            // the product's condition does not hold
	ReasonProductUncertain            // sources disagree about the product, or do not say
	ReasonSubrequests                 // a Worker's subrequests
	ReasonCron                        // a Worker's cron triggers
	ReasonQueues                      // a Worker's queue consumers
	ReasonLogRetention                // log retention is on, so the log region EU cannot be
	ReasonLogDataset                  // a log dataset that ignores the log region
	ReasonNoJurisdiction              // a stored resource without a jurisdiction
	ReasonNotConfined                 // a jurisdiction that does not confine this activity
	ReasonNotOffered                  // a jurisdiction the product does not offer
	ReasonNoCertificate               // a hostname without a certificate of its own
	ReasonKeyless                     // the key is on the customer's own key server
	ReasonReaders                     // who may read: the customer's own users
	ReasonReadersSteered              // reading sessions land in the log region; the reader's place is not enforced
	ReasonPersonnel                   // the provider's personnel
	ReasonPartnerNetwork              // the partner network in mainland China
)

// Reason says which flow and which setting make a placement what it is.
type Reason struct {
	Kind    ReasonKind
	Product string            // product id, where the flow is a product's
	Setting footprint.Setting // the setting that narrows it, or would
	Region  string            // the region key the setting names
	Detail  string            // what it concerns: a hostname, a dataset, a condition
	Caveats []string          // caveat ids
	Source  string            // source id
}

// Placement is where a category of data of a scope may undergo an activity.
type Placement struct {
	Category DataCategory
	Activity Activity
	Scope    Scope
	Zone     string   // the zone that the scope lies in, where it does
	Names    []string // host names, wildcards included, that the scope is about beside its own

	May     footprint.SiteSet // sites where the settings allow it, or may allow it
	Certain footprint.SiteSet // of those, where it is allowed for certain

	// Possible marks a flow that may not exist at all: it is not known
	// whether the product is in use.
	Possible  bool
	Elsewhere Elsewhere
	Country   string // for Declared

	Reason Reason
	Facts  []string // ids of the facts that would make May and Certain equal
}

// Concerns reports whether a placement falls under a scope: the account holds
// everything, a zone its names and certificates, a name the certificates, Workers
// and resources that serve it. What is of the whole account, and Workers whose
// routes are not stated, concern every scope.
func (p *Placement) Concerns(s Scope) bool {
	if s.Kind == AccountScope || p.Scope.Kind == AccountScope || p.Scope == s {
		return true
	}
	switch s.Kind {
	case ZoneScope:
		return p.Zone == s.Name || p.Scope.Kind == WorkerScope && len(p.Names) == 0 ||
			slices.ContainsFunc(p.Names, func(n string) bool { return under(n, s.Name) })
	case HostnameScope:
		return p.concernsName(s.Name)
	}
	return false
}

func (p *Placement) concernsName(name string) bool {
	switch p.Scope.Kind {
	case ZoneScope:
		return under(name, p.Scope.Name)
	case WorkerScope:
		if len(p.Names) == 0 {
			return true
		}
	case HostnameScope:
		return false // a name with an entry of its own is not under a wildcard's
	}
	over := wildcardOver(name)
	return slices.ContainsFunc(p.Names, func(n string) bool {
		return n == name || n == over || wildcardOver(n) == name
	})
}

// under reports whether a name is a zone's own or below it.
func under(name, zone string) bool {
	return name == zone || strings.HasSuffix(name, "."+zone)
}

// Compare orders placements canonically: category, activity, scope, product.
func (p *Placement) Compare(o *Placement) int {
	return cmp.Or(
		cmp.Compare(p.Category, o.Category),
		cmp.Compare(p.Activity, o.Activity),
		cmp.Compare(p.Scope.Kind, o.Scope.Kind),
		strings.Compare(p.Scope.Name, o.Scope.Name),
		strings.Compare(p.Reason.Product, o.Reason.Product),
		cmp.Compare(p.Reason.Kind, o.Reason.Kind),
		strings.Compare(p.Reason.Detail, o.Reason.Detail),
		strings.Compare(p.Reason.Region, o.Reason.Region),
		strings.Compare(p.Country, o.Country),
		cmp.Compare(p.Elsewhere, o.Elsewhere),
		cmp.Compare(rankOf(p.Possible), rankOf(o.Possible)),
		slices.Compare(p.May[:], o.May[:]),
		slices.Compare(p.Certain[:], o.Certain[:]),
	)
}

func rankOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Residency is every placement of one customer on one date, in canonical order.
type Residency struct {
	Customer   string
	Date       footprint.Date
	View       *footprint.View
	Rules      *Rules
	Placements []Placement
	// Lost lists features that stop working under these settings.
	Lost   []Loss
	looked []footprint.RegionID
	// Recorded is false when the date lies before the first record: then
	// nothing is known, and no placement may be taken as the whole truth.
	Recorded bool
	Gap      string // when not Recorded: the fact that is missing
}

// Loss is a feature that stops working, without anything leaving the region.
type Loss struct {
	Product string
	Setting footprint.Setting
	Text    string
}

func (r *Residency) sort() {
	slices.SortFunc(r.Placements, func(a, b Placement) int { return a.Compare(&b) })
}

// bound is a pair of sets: possible sites and certain ones.
type bound struct {
	may, certain footprint.SiteSet
	facts        []string
}

func sure(s footprint.SiteSet) bound { return bound{may: s, certain: s} }

// or is the bound when either of two readings may apply, and it is not known which.
func (b bound) or(o bound, fact string) bound {
	return bound{
		may:     b.may.Union(o.may),
		certain: b.certain.Intersect(o.certain),
		facts:   slices.Concat(b.facts, o.facts, []string{fact}),
	}
}

// both is the bound when both sets apply together.
func (b bound) both(o bound) bound {
	return bound{may: b.may.Union(o.may), certain: b.certain.Union(o.certain), facts: slices.Concat(b.facts, o.facts)}
}

// Regions lists the regions whose members the placements were made of, in any
// order, perhaps one several times.
func (r *Residency) Regions() []footprint.RegionID { return r.looked }
