package footprint

import "fmt"

// JurisdictionKind tells countries, subdivisions and blocs apart.
type JurisdictionKind uint8

// The kinds of jurisdiction. The zero value is invalid.
const (
	InvalidJurisdiction JurisdictionKind = iota
	Country                              // ISO 3166-1 code
	Subdivision                          // ISO 3166-2 code
	Bloc                                 // a named group with dated membership
)

var jurisdictionKinds = [...]string{"invalid", "country", "subdivision", "bloc"}

// String returns the dataset's word.
func (k JurisdictionKind) String() string { return jurisdictionKinds[k] }

// ParseJurisdictionKind reads country, subdivision or bloc.
func ParseJurisdictionKind(s string) (JurisdictionKind, error) {
	for i, n := range jurisdictionKinds {
		if i > 0 && n == s {
			return JurisdictionKind(i), nil
		}
	}
	return InvalidJurisdiction, fmt.Errorf("unknown jurisdiction kind %q (want country, subdivision or bloc)", clip(s, 40))
}

// Jurisdiction is a legal place.
type Jurisdiction struct {
	Code   string
	Kind   JurisdictionKind
	Name   string
	Parent string // the country of a subdivision, the sovereign of a territory
	Notes  string
	Provenance
}

// BlocMembership is one dated row of a bloc: a country or subdivision belongs to it
// during the period. Partial membership (an adequacy decision that covers only
// certified organisations, say) places nothing: its sites are Unknown.
type BlocMembership struct {
	Bloc    string
	Member  string
	During  Period
	Partial bool
	Scope   string
	Provenance
}

// Region is a named predicate over sites that a setting can name.
type Region struct {
	Key           string // lower case
	Name          string
	Setting       Setting
	Kind          string // country, us_state, complement, compliance, policy-code, …
	Definition    *Expr
	Since         Date   // the day it was first offered; zero when that is not recorded
	Geographic    bool   // false when the definition itself reaches outside any geography
	KeyConfidence string // how sure the key is: published, third-party, inferred, unknown (our own)
	Notes         string
	Provenance
}
