package geoip

import "errors"

var (
	// ErrFormat: the bytes are not a well-formed MaxMind DB file.
	ErrFormat = errors.New("not a readable MaxMind DB file")
	// ErrKind: the file is a MaxMind DB, and not of a type that places addresses.
	ErrKind = errors.New("database does not hold countries in the GeoIP2 layout")
	// ErrTooLarge: the file is larger than Options.MaxBytes.
	ErrTooLarge = errors.New("database file is too large")
	// ErrChanging: the file was written to while it was read; try again.
	ErrChanging = errors.New("database file changed while it was read")
	// ErrAddress: the address is the zero netip.Addr.
	ErrAddress = errors.New("geoip: no address given")
	// ErrRecord: the database's record for an address cannot be read. The text
	// never holds the address.
	ErrRecord = errors.New("geoip: a record of the database cannot be read")
	// ErrRange: an anycast range given to Options is not a network prefix.
	ErrRange = errors.New("not a network prefix")
)
