package edgelog

import "domicile/internal/residency"

// Hop says which of a record's places a sighting is at.
type Hop uint8

// The hops. The zero value is the site the line names first.
const (
	Handled    Hop = iota // the site that handled the event
	Left                  // the site where a session left the network
	UpperTier             // the data center that filled the cache, by number
	SmartRoute            // the data center that reached the origin, by number
)

var hopNames = [...]string{"HANDLED", "LEFT", "UPPER_TIER", "SMART_ROUTE"}

// String returns the hop's name.
func (h Hop) String() string { return hopNames[h] }

// Sighting is what a record shows to have happened at a place: evidence for one
// category and activity. Which setting rules it is told by the record's flags.
type Sighting struct {
	Category residency.DataCategory
	Activity residency.Activity
	Hop      Hop
	Site     Code  // zero for the hops by number
	Number   int32 // the provider's number of a data center; no map of them is published. Zero: not told
}

// MaxSightings is the most that one record can give.
const MaxSightings = 6

// Sightings appends what the record is evidence of. A record without a site gives
// nothing. The country of Origin is an onward transfer that the customer makes, and
// no sighting: no setting governs it.
func (r *Record) Sightings(out []Sighting) []Sighting {
	if r.Site == 0 {
		return out
	}
	at := func(c residency.DataCategory, a residency.Activity) {
		out = append(out, Sighting{Category: c, Activity: a, Site: r.Site})
	}
	at(residency.TrafficMetadata, residency.Process) // the line was written there
	switch r.Dataset {
	case HTTPRequests, FirewallEvents, SpectrumEvents:
		at(residency.Content, residency.Process)
	case ZeroTrustSessions:
		at(residency.Content, residency.Process)
		if r.Egress != 0 {
			out = append(out, Sighting{Category: residency.Content, Activity: residency.Transit, Hop: Left, Site: r.Egress})
		}
	case NetworkAnalytics, IDSDetections:
		at(residency.Content, residency.Transit)
	}
	if r.Flags&CacheHit != 0 && r.Flags&(TieredFill|CacheReserve) == 0 {
		at(residency.Content, residency.Cache) // the copy was its own
	}
	return r.numbered(out)
}

// numbered appends the second locations. A tiered fill had one, whether or not the line
// has its number.
func (r *Record) numbered(out []Sighting) []Sighting {
	if r.UpperTier != 0 || r.Flags&TieredFill != 0 {
		out = append(out, Sighting{Category: residency.Content, Activity: residency.Process, Hop: UpperTier, Number: r.UpperTier})
		if r.Flags&TieredFill != 0 {
			out = append(out, Sighting{Category: residency.Content, Activity: residency.Cache, Hop: UpperTier, Number: r.UpperTier})
		}
	}
	if r.SmartRoute != 0 {
		out = append(out, Sighting{Category: residency.Content, Activity: residency.Process, Hop: SmartRoute, Number: r.SmartRoute})
	}
	return out
}
