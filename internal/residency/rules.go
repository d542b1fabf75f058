package residency

import "domicile/internal/footprint"

// Support is what a product's documentation says of a setting.
type Support uint8

// The published cells. The zero value is invalid.
const (
	InvalidSupport Support = iota
	SupportYes
	SupportNo
	SupportPartial
	SupportNA
	SupportUnavailable
)

var supportNames = [...]string{"INVALID", "YES", "NO", "PARTIAL", "NOT_APPLICABLE", "UNAVAILABLE"}

// String returns the name used in the API.
func (s Support) String() string { return supportNames[s] }

// Effect is what the engine does with a cell of the product table.
type Effect uint8

// The effects. The zero value is invalid.
const (
	InvalidEffect     Effect = iota
	EffectNone               // the product has no such flow
	EffectNarrowed           // narrowed by the setting, like the base flow
	EffectFeatureLost        // narrowed; something stops working
	EffectConditional        // narrowed only where a condition of the settings holds
	EffectOutside            // keeps its base placement even when the setting is on
	EffectUnavailable        // not available with residency: a conflict when the setting is on
	EffectUncertain          // sources disagree, or do not say
)

var effectNames = [...]string{"INVALID", "NONE", "NARROWED", "FEATURE_LOST", "CONDITIONAL", "OUTSIDE", "UNAVAILABLE", "UNCERTAIN"}

// String returns the name used in the API.
func (e Effect) String() string { return effectNames[e] }

// Condition is a checkable fact of the settings on which a cell depends.
type Condition uint8

// The conditions. The zero value is none.
const (
	NoCondition               Condition = iota
	ServedOnRegionalHostname            // every hostname the product is reached through has a processing region
	ServedOnCustomCertificate           // … has a listed certificate with a key region, a key policy or keyless
	BucketRegional                      // a bucket has a jurisdiction and a public hostname with a region
	ObjectJurisdiction                  // a namespace has a jurisdiction
	ResourceJurisdiction                // a resource has a jurisdiction the product offers
	TieredCacheNotSmart                 // Tiered Cache is off, regular or custom
	NoSecondaryDNS                      // no zone sends outgoing transfers
	RegionIsFedRAMP                     // the only processing region in use is fedramp
)

var conditionNames = [...]string{"", "served-on-regional-hostname", "served-on-custom-certificate", "bucket-regional", "object-jurisdiction", "resource-jurisdiction", "tiered-cache-not-smart", "no-secondary-dns", "region-is-fedramp"}

// String returns the dataset's word.
func (c Condition) String() string { return conditionNames[c] }

// ParseCondition reads a dataset's word; the empty text is none.
func ParseCondition(s string) (Condition, bool) {
	for i, n := range conditionNames {
		if n == s {
			return Condition(i), true
		}
	}
	return NoCondition, false
}

// Base is where a flow happens unless a setting narrows it.
type Base uint8

// The base placements. The zero value is invalid.
const (
	InvalidBase Base = iota
	EveryPoP
	EveryCore
	PoPOrCore
)

// Rule is one cell of the product table as a flow: what a setting does to the
// product's flow of the category that the setting governs.
type Rule struct {
	Product    string
	Setting    footprint.Setting
	Support    Support
	Effect     Effect
	Condition  Condition
	Activities []Activity
	Base       Base
	Fact       string // facts dataset id, for EffectUncertain and unknown conditions
	Lost       string // what stops working, for EffectFeatureLost
	KeptUnder  string // the region key under which it goes on working, if any
	Caveats    []string
	footprint.Provenance
}

// Category returns the data category that a setting governs.
func Category(s footprint.Setting) DataCategory {
	switch s {
	case footprint.KeySetting:
		return Keys
	case footprint.ProcessingSetting:
		return Content
	case footprint.LogSetting:
		return TrafficMetadata
	case footprint.StorageSetting:
		return StoredContent
	}
	return InvalidCategory
}

// Product is a product and its flows, one rule a setting.
type Product struct {
	ID      string
	Name    string
	Family  string
	Matrix  bool   // a row of the provider's compatibility table
	Feature string // the settings-file feature that switches it on, if any
	Status  string
	Notes   string
	Rules   []Rule
	footprint.Provenance
}

// StorageOffer says that a product offers a storage jurisdiction.
type StorageOffer struct {
	Product      string
	Jurisdiction string
	Since        footprint.Date // zero: not recorded
	Activities   []Activity     // what the jurisdiction confines
	Notes        string
	footprint.Provenance
}

// LogDataset is a log dataset and whether it follows the log region.
type LogDataset struct {
	ID          string
	Name        string
	Level       string // account or zone
	Product     string // "" = produced for every account
	Category    DataCategory
	Respects    Truth // Unsure: the log region does not apply, it goes straight to the customer
	AvailableUS bool
	AvailableEU bool
	Note        string
	footprint.Provenance
}

// Fact is something not known that a verdict may hang on.
type Fact struct {
	ID        string
	Statement string // what is not known, one sentence
	Owner     string // who could answer
	footprint.Provenance
}

// Caveat is a footnote of the product table.
type Caveat struct {
	ID   string
	Text string
	footprint.Provenance
}

// Feature is a switch of the settings file.
type Feature struct {
	ID      string
	Values  []string
	Default string
	Product string
	footprint.Provenance
}

// Rules is everything Resolve needs beside the footprint. It is immutable.
type Rules struct {
	Products    []Product // ascending by id
	Storage     []StorageOffer
	LogDatasets []LogDataset
	Features    []Feature
	Facts       map[string]Fact
	Caveats     map[string]Caveat
}

// Product finds a product by id.
func (r *Rules) Product(id string) (*Product, bool) {
	for i := range r.Products {
		if r.Products[i].ID == id {
			return &r.Products[i], true
		}
	}
	return nil, false
}

// Offer finds a product's offer of a jurisdiction.
func (r *Rules) Offer(product, jurisdiction string) (*StorageOffer, bool) {
	for i := range r.Storage {
		if o := &r.Storage[i]; o.Product == product && o.Jurisdiction == jurisdiction {
			return o, true
		}
	}
	return nil, false
}
