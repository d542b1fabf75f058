package footprint

import "fmt"

// Membership says whether a site belongs to a region or jurisdiction. The zero
// value is Unknown: what is not known is never taken for a yes.
type Membership uint8

// The three values of membership.
const (
	Unknown Membership = iota
	In
	Out
)

// String returns UNKNOWN, IN or OUT.
func (m Membership) String() string {
	switch m {
	case In:
		return "IN"
	case Out:
		return "OUT"
	default:
		return "UNKNOWN"
	}
}

// Members is a three-valued set over a universe of sites: those certainly in,
// those of unknown membership; all others are out. In and Unknown are disjoint.
type Members struct {
	In      SiteSet
	Unknown SiteSet
}

// Possible returns the sites that are in or may be in.
func (m Members) Possible() SiteSet { return m.In.Union(m.Unknown) }

// Of returns the membership of one site of the universe.
func (m *Members) Of(i SiteIndex) Membership {
	switch {
	case m.In.Has(i):
		return In
	case m.Unknown.Has(i):
		return Unknown
	default:
		return Out
	}
}

// Or is three-valued union.
func (m Members) Or(o Members) Members {
	in := m.In.Union(o.In)
	return Members{In: in, Unknown: m.Unknown.Union(o.Unknown).Minus(in)}
}

// And is three-valued intersection.
func (m Members) And(o Members) Members {
	in := m.In.Intersect(o.In)
	return Members{In: in, Unknown: m.Possible().Intersect(o.Possible()).Minus(in)}
}

// Not is the three-valued complement within the universe.
func (m Members) Not(universe SiteSet) Members {
	return Members{In: universe.Minus(m.In).Minus(m.Unknown), Unknown: m.Unknown}
}

// Setting is one of the four localization settings; each has its own list of
// regions.
type Setting uint8

// The localization settings. The zero value is none.
const (
	NoSetting         Setting = iota
	ProcessingSetting         // processing region, per hostname
	KeySetting                // key region, per certificate
	LogSetting                // log region, per account
	StorageSetting            // storage jurisdiction, per stored resource
)

var settingNames = [...]string{"", "processing", "keys", "logs", "storage"}

// String returns the dataset's word: processing, keys, logs or storage.
func (s Setting) String() string { return settingNames[s] }

// ParseSetting reads a dataset's word for a setting.
func ParseSetting(text string) (Setting, error) {
	for i, n := range settingNames {
		if i > 0 && n == text {
			return Setting(i), nil
		}
	}
	return NoSetting, fmt.Errorf("unknown setting %q (want processing, keys, logs or storage)", clip(text, 40))
}
