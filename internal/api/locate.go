package api

import (
	"context"
	"net/netip"

	"domicile/internal/gql"
)

// Locator places client addresses.
type Locator interface {
	// Locate looks an address up. Neither its answer nor its error holds the
	// address. An error means that the database is broken; an address without
	// a place is an outcome.
	Locate(address netip.Addr) (AddressLocation, error)
}

// AddressLocation is an estimate of where an address is.
type AddressLocation struct {
	// Outcome is a value of LocationOutcome: UNKNOWN, LOCATED, NOT_FOUND,
	// PRIVATE, TUNNEL or ANYCAST.
	Outcome string
	// Country is an ISO 3166-1 alpha-2 code, "" unless LOCATED.
	Country string
	// Cell is an H3 cell, 0 for none.
	Cell uint64
	// AccuracyKM is the radius of the estimate, 0 when none is stated.
	AccuracyKM int
	// Network is the range that the answer holds for, never narrower than /24
	// or /48; invalid when there is none.
	Network netip.Prefix
}

// The narrowest networks that are shown.
const (
	narrowest4 = 24
	narrowest6 = 48
)

var outcomeSentences = map[string]string{
	"UNKNOWN":   "The database has the address and names no country.",
	"LOCATED":   "An estimate of where the client is. It says nothing about the site that served it.",
	"NOT_FOUND": "The database does not have the address.",
	"PRIVATE":   "Not a public address, so it was not looked up.",
	"TUNNEL":    "The address embeds another one or names a relay, so it was not looked up.",
	"ANYCAST":   "The address is announced from many places at once, so it has no place.",
}

var locationFields = fields{
	"outcome":    gql.From(func(l AddressLocation) any { return l.Outcome }),
	"sentence":   gql.From(func(l AddressLocation) any { return outcomeSentences[l.Outcome] }),
	"country":    gql.From(func(l AddressLocation) any { return orNull(l.Country) }),
	"cell":       gql.From(func(l AddressLocation) any { return orNull(l.Cell) }),
	"accuracyKm": gql.From(func(l AddressLocation) any { return orNull(l.AccuracyKM) }),
	"network":    gql.From(func(l AddressLocation) any { return l.network() }),
}

// network is the range as text, widened where it would single out a client.
func (l AddressLocation) network() any {
	if !l.Network.IsValid() {
		return nil
	}
	most := narrowest6
	if l.Network.Addr().Is4() {
		most = narrowest4
	}
	wide, err := l.Network.Addr().Prefix(min(l.Network.Bits(), most))
	if err != nil {
		return nil
	}
	return wide.String()
}

// resolveLocate masks every error of the locator: its text is not trusted to be
// free of the address.
func resolveLocate(ctx context.Context, p *gql.Params) (any, error) {
	address, _ := gql.ArgOf[netip.Addr](p.Args, "address")
	l, err := asked(ctx).locator.Locate(address)
	if err != nil {
		return nil, gql.Errorf(gql.Unavailable, "addresses cannot be looked up now")
	}
	return l, nil
}
