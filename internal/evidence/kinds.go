package evidence

import "strings"

// Kinds is a set of what tells apart events that different rules govern.
type Kinds uint16

// The kinds. The zero value is an ordinary event at a site the footprint has.
const (
	// Subrequest: made by a Worker, which no processing region binds.
	Subrequest Kinds = 1 << iota
	// TieredFill: served through a second data center, the upper tier.
	TieredFill
	// CacheReserve: from the persistent cache, whose place nobody chooses.
	CacheReserve
	// O2O: went through more than one zone, which residency does not support.
	O2O
	// HTTP3: not offered on a regional hostname.
	HTTP3
	// UpperTier: the second data center of a tiered fill itself.
	UpperTier
	// SmartRoute: the data center through which the origin was reached.
	SmartRoute
	// Egress: the site where a session left the network.
	Egress
	// Sampled: the log holds a sample of the events only.
	Sampled
	// Unlisted: the name is in none of the customer's settings.
	Unlisted
	// UnknownSite: the footprint does not have the site.
	UnknownSite
	// Security: an event about a request, which a log of requests has as well.
	Security
	// DNS: a question for a name, which any site may answer.
	DNS
	kindsEnd
)

var kindNames = [...]string{
	"SUBREQUEST", "TIERED_FILL", "CACHE_RESERVE", "O2O", "HTTP3", "UPPER_TIER", "SMART_ROUTE", "EGRESS", "SAMPLED", "UNLISTED", "UNKNOWN_SITE",
	"SECURITY", "DNS",
}

// SecondPlace are the kinds of a place that is not the one that handled the event.
const SecondPlace = UpperTier | SmartRoute | Egress

// List returns the names of the kinds in a fixed order.
func (k Kinds) List() []string {
	var out []string
	for i, n := range kindNames {
		if k&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// String joins the names by "|".
func (k Kinds) String() string { return strings.Join(k.List(), "|") }

// Valid reports whether the set holds known kinds only.
func (k Kinds) Valid() bool { return k < kindsEnd }
