package dataset

import (
	"net/netip"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Source is where facts came from.
type Source struct {
	ID         string
	Title      string
	Location   string // path, address or citation
	ReadOn     footprint.Date
	Confidence footprint.Confidence // of what it says, as a rule
}

// Unavailable is a feature that is not available with data residency at all.
type Unavailable struct {
	ID      string
	Name    string
	Product string
	Feature string // settings-file feature that switches it on, if any
	footprint.Provenance
}

// Dispute is a disagreement between documents, and what it makes uncertain.
type Dispute struct {
	ID       string
	Subject  string
	ReadingA string
	ReadingB string
	Decides  string
	Source   string
	Checked  footprint.Date
}

// Subprocessor is another company that handles customer data for the provider.
type Subprocessor struct {
	ID        string
	Name      string
	Purpose   string
	Locations []string // jurisdiction codes; empty: not known
	footprint.Provenance
}

// EdgeRange is a range of the provider's anycast addresses. An address in it
// says nothing about a place.
type EdgeRange struct {
	Prefix netip.Prefix
	footprint.Provenance
}

// claimRow is a row of claims.csv; Preset is what it becomes.
type claimRow struct {
	id, name, kind string
	places, except []string
	at             place
	footprint.Provenance
}

type membership struct {
	footprint.BlocMembership
	at place
}

type ruleRow struct {
	residency.Rule
	at place
}

type productRow struct {
	residency.Product
	at place
}

type offerRow struct {
	residency.StorageOffer
	at place
}

type featureRow struct {
	residency.Feature
	effect string
}

// rows is every row of a directory.
type rows struct {
	sources       []Source
	sites         []footprint.Site
	jurisdictions []footprint.Jurisdiction
	memberships   []membership
	regions       []footprint.Region
	facts         []residency.Fact
	products      []productRow
	rules         []ruleRow
	caveats       []residency.Caveat
	unavailable   []Unavailable
	features      []featureRow
	storage       []offerRow
	logDatasets   []residency.LogDataset
	disputes      []Dispute
	subprocessors []Subprocessor
	edgeRanges    []EdgeRange
	claims        []claimRow
}

// The headers of the tables, column by column.
var (
	sourcesHeader       = []string{"id", "title", "location", "read_on", "confidence"}
	sitesHeader         = []string{"code", "kind", "city", "country", "subdivision", "lat", "lon", "city_lat", "city_lon", "group", "network", "valid_from", "valid_to", "source", "checked", "confidence", "notes"}
	jurisdictionsHeader = []string{"code", "kind", "name", "parent", "source", "checked", "confidence", "notes"}
	membershipsHeader   = []string{"bloc", "member", "valid_from", "valid_to", "coverage", "scope", "source", "checked", "confidence"}
	regionsHeader       = []string{"key", "name", "setting", "kind", "definition", "since", "geographic", "key_confidence", "source", "checked", "confidence", "notes"}
	factsHeader         = []string{"id", "statement", "owner", "source", "checked", "confidence"}
	productsHeader      = []string{"id", "name", "family", "matrix", "status", "source", "checked", "confidence", "notes"}
	rulesHeader         = []string{"product", "setting", "support", "effect", "condition", "activities", "base", "fact", "lost", "caveats", "source", "checked", "confidence"}
	caveatsHeader       = []string{"id", "text", "source", "checked", "confidence"}
	unavailableHeader   = []string{"id", "name", "product", "feature", "source", "checked", "confidence"}
	featuresHeader      = []string{"id", "values", "default", "product", "effect", "source", "checked", "confidence"}
	storageHeader       = []string{"product", "jurisdiction", "since", "activities", "source", "checked", "confidence", "notes"}
	logDatasetsHeader   = []string{"id", "name", "level", "product", "category", "respects", "available_us", "available_eu", "note", "source", "checked", "confidence"}
	disputesHeader      = []string{"id", "subject", "reading_a", "reading_b", "decides", "source", "checked"}
	subprocessorsHeader = []string{"id", "name", "purpose", "locations", "source", "checked", "confidence"}
	edgeRangesHeader    = []string{"cidr", "family", "source", "checked", "confidence"}
	claimsHeader        = []string{"id", "name", "kind", "places", "except", "source", "checked", "confidence"}
)

// readAll reads every table of the directory, then resolves what they name.
func (s *set) readAll() {
	s.rows = rows{
		sources:       table(s, "sources.csv", sourcesHeader, decodeSource, kindSource),
		sites:         table(s, "sites.csv", sitesHeader, decodeSite, kindSite, kindGroup, kindNetwork),
		jurisdictions: table(s, "jurisdictions.csv", jurisdictionsHeader, decodeJurisdiction, kindCountry, kindSubdivision, kindBloc, kindPlace),
		memberships:   table(s, "memberships.csv", membershipsHeader, decodeMembership),
		regions:       table(s, "regions.csv", regionsHeader, decodeRegion, kindRegion, kindKeyRegion, kindStorage),
		facts:         table(s, "facts.csv", factsHeader, decodeFact, kindFact),
		products:      table(s, "products.csv", productsHeader, decodeProduct, kindProduct),
		rules:         table(s, "product_rules.csv", rulesHeader, decodeRule, kindRule),
		caveats:       table(s, "caveats.csv", caveatsHeader, decodeCaveat, kindCaveat),
		unavailable:   table(s, "unavailable.csv", unavailableHeader, decodeUnavailable),
		features:      table(s, "features.csv", featuresHeader, decodeFeature, kindFeature),
		storage:       table(s, "storage.csv", storageHeader, decodeOffer),
		logDatasets:   table(s, "log_datasets.csv", logDatasetsHeader, decodeLogDataset),
		disputes:      table(s, "disputes.csv", disputesHeader, decodeDispute),
		subprocessors: table(s, "subprocessors.csv", subprocessorsHeader, decodeSubprocessor),
		edgeRanges:    table(s, "edge_ranges.csv", edgeRangesHeader, decodeEdgeRange),
		claims:        table(s, "claims.csv", claimsHeader, decodeClaim),
	}
	s.resolve()
	s.overlaps()
	s.completeness()
}
