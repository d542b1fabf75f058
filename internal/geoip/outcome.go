package geoip

// Outcome says what became of a look-up, and why there is no country where there
// is none.
type Outcome uint8

const (
	// Unknown: the database has a record that names no country. The zero value.
	Unknown Outcome = iota
	// Located: the database names a country.
	Located
	// NotFound: the database has no record for the address.
	NotFound
	// Private: the address is not a public unicast one: private, shared, loopback,
	// link-local, multicast, documentation or reserved. It was not looked up.
	Private
	// Tunnel: the address embeds another one or names a relay (6to4, Teredo,
	// NAT64), so a place for it would be the place of something else. It was not
	// looked up.
	Tunnel
	// Anycast: the address is in a range announced from many places at once: one of
	// the provider's own, which are not looked up, or one that the database marks.
	Anycast
)

// outcomeNames are the texts of the outcomes, by value.
var outcomeNames = [...]string{"UNKNOWN", "LOCATED", "NOT_FOUND", "PRIVATE", "TUNNEL", "ANYCAST"}

// String is the name in capitals; a value outside the list reads as UNKNOWN.
func (o Outcome) String() string {
	if int(o) >= len(outcomeNames) {
		return outcomeNames[Unknown]
	}
	return outcomeNames[o]
}
