package footprint

import "fmt"

// SiteKind tells edge sites from core data centers.
type SiteKind uint8

// The kinds of site. The zero value is invalid.
const (
	InvalidKind SiteKind = iota
	PoP                  // edge site: traffic arrives and is processed here
	Core                 // core data center: stores configuration, logs and analytics
)

// String returns "pop" or "core", the words of the datasets.
func (k SiteKind) String() string {
	switch k {
	case PoP:
		return "pop"
	case Core:
		return "core"
	default:
		return "invalid"
	}
}

// ParseSiteKind reads "pop" or "core".
func ParseSiteKind(s string) (SiteKind, error) {
	switch s {
	case "pop":
		return PoP, nil
	case "core":
		return Core, nil
	}
	return InvalidKind, fmt.Errorf("unknown site kind %q (want pop or core)", clip(s, 40))
}

// Confidence grades a fact by where it came from.
type Confidence uint8

// The grades, weakest knowledge first. The zero value is unset and invalid in
// a dataset.
const (
	NoConfidence Confidence = iota
	Disputed                // sources disagree
	Inferred                // concluded, not said by a source
	ThirdParty              // said by somebody other than the provider or the law
	Stated                  // said by the provider or the operator, not documented
	Published               // documented by the provider or in law
)

var confidenceNames = [...]string{"", "disputed", "inferred", "third-party", "stated", "published"}

// String returns the dataset's word.
func (c Confidence) String() string { return confidenceNames[c] }

// ParseConfidence reads the dataset's word.
func ParseConfidence(s string) (Confidence, error) {
	for i, n := range confidenceNames {
		if i > 0 && n == s {
			return Confidence(i), nil
		}
	}
	return NoConfidence, fmt.Errorf("unknown confidence %q (want published, stated, third-party, inferred or disputed)", clip(s, 40))
}

// Provenance says where a fact came from (an id of the sources dataset), when
// it was read and how sure it is.
type Provenance struct {
	Source     string
	Checked    Date
	Confidence Confidence
}

// Point is a coordinate in degrees.
type Point struct{ Lat, Lon float64 }

// The networks a site can belong to.
const (
	NetworkGlobal = "global"        // the default footprint
	NetworkCore   = "core"          // core data centers
	NetworkChina  = "china-jdcloud" // a partner's network, separate by contract
)

// Site is one facility. Country and Subdivision are data of the record, never
// derived from coordinates.
type Site struct {
	Code        string // IATA-style for PoPs (FRA), CORE-… for core data centers
	Kind        SiteKind
	City        string
	Country     string // ISO 3166-1 alpha-2
	Subdivision string // ISO 3166-2, may be empty
	At          Point  // of the airport whose code it carries
	CityAt      Point  // where the city is elsewhere; zero when the same
	Group       string // the provider's continent group; proves nothing
	Network     string
	Seen        Period // listed from (seen since, not opened on) to the last day seen
	Cell        uint64 // H3 cell at resolution 5, zero when not computed
	Notes       string
	Provenance
}

// Place returns the coordinates to draw: the city's where they differ.
func (s *Site) Place() Point {
	if s.CityAt != (Point{}) {
		return s.CityAt
	}
	return s.At
}
