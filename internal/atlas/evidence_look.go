package atlas

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Surprise is why traffic is not what the settings account for.
type Surprise uint8

// The surprises. The zero value is invalid.
const (
	InvalidSurprise    Surprise = iota
	UnlistedName                // of a name that the settings do not list
	UnstatedSubrequest          // a Worker's subrequest, and the settings say there are none
	UnstatedReserve             // from Cache Reserve, and the settings do not have it
	UnstatedTier                // through an upper tier, and the settings do not have one
	UnstatedRoute               // by smart routing, and the settings do not have it
	RegionalHTTP3               // HTTP/3 on a name with a processing region, which does not offer it
	RegionalO2O                 // through more than one zone, which residency does not support
	ListedLater                 // of a name's zone, from before the name was in the settings
	surpriseEnd
)

var surpriseNames = [...]string{
	"INVALID", "UNLISTED_NAME", "UNSTATED_SUBREQUEST", "UNSTATED_CACHE_RESERVE", "UNSTATED_UPPER_TIER", "UNSTATED_SMART_ROUTE",
	"HTTP3_ON_REGIONAL_HOSTNAME", "ORANGE_TO_ORANGE", "LISTED_LATER",
}

var surpriseSentences = [...]string{
	"", "requests to names that the settings do not list", "subrequests of a Worker, and the settings say that none makes any",
	"answers from Cache Reserve, and the settings do not have it on", "fills through an upper tier, and the settings do not have Tiered Cache on",
	"origins reached by smart routing, and the settings do not have it on",
	"HTTP/3, which a hostname with a processing region does not offer: the region may not be in force",
	"requests that went through more than one zone, for which residency is not supported",
	"requests from before the name was in the settings, some of which may be its own, against the claim or nobody knows where",
}

// String returns the surprise's name.
func (s Surprise) String() string { return surpriseNames[s] }

// Sentence says what was seen, as part of a sentence.
func (s Surprise) Sentence() string { return surpriseSentences[s] }

// Unexpected is traffic of a scope that the settings do not account for.
type Unexpected struct {
	Surprise    Surprise
	Scope       residency.Scope
	Events      uint64
	First, Last time.Time
}

// look compares what was observed with what the settings of a day expect.
type look struct {
	answer *Answer
	claim  *claim.Claim
	listed map[residency.Scope]bool // with a placement of content
	zones  []string
	all    []evidence.Observation // that the claim is about
	// since is when names that the claim is about were first in settings that are
	// recorded; earlier is what was seen above them before, under the name's scope.
	since   map[string]time.Time
	earlier []evidence.Observation
	aside   uint64
}

func newLook(a *Answer, c *claim.Claim) *look {
	l := &look{answer: a, claim: c, listed: map[residency.Scope]bool{}}
	for _, s := range scopesOf(a.Residency) {
		l.listed[s] = true
	}
	if a.Settings != nil {
		for i := range a.Settings.Zones {
			l.zones = append(l.zones, a.Settings.Zones[i].Name)
		}
	}
	return l
}

// concerned are the observations that the claim is about, each under the scope
// that the settings of the day have for it.
func (l *look) concerned(all []evidence.Observation) []evidence.Observation {
	for _, o := range all {
		if o.Kinds&evidence.DNS != 0 {
			l.aside += o.Count // any PoP answers; no placement speaks of it
			continue
		}
		o.Scope = l.scope(o.Scope)
		if _, known := l.answer.Residency.View.Footprint().Lookup(o.Site); known {
			o.Kinds &^= evidence.UnknownSite
		} else {
			o.Kinds |= evidence.UnknownSite
		}
		if l.concerns(&o) {
			l.all = append(l.all, o)
		} else {
			l.mayConcern(o)
		}
	}
	return l.all
}

// mayConcern keeps what was seen of a zone or under a wildcard before a name in it was in
// the settings: it was not told apart then.
func (l *look) mayConcern(o evidence.Observation) {
	if !l.claim.Categories.Has(o.Category) || !l.claim.Activities.Has(o.Activity) {
		return
	}
	seen := o.Scope
	for name, since := range l.since {
		above := seen.Kind == residency.ZoneScope && under(name, seen.Name) ||
			seen.Kind == residency.HostnameScope && seen.Name == wildcardOver(name)
		if above && o.First.Before(since) {
			o.Scope = residency.Scope{Kind: residency.HostnameScope, Name: name}
			l.earlier = append(l.earlier, o)
		}
	}
}

// remember notes since when the names that the claim is about are in the settings, where
// settings of before had their zones.
func (l *look) remember(versions []Recorded) {
	l.since = map[string]time.Time{}
	for _, s := range l.claim.Scopes {
		if s.Kind != residency.HostnameScope {
			continue
		}
		zoned := false
		for i := range versions { // in the order of recording
			if lists(versions[i].Settings, s.Name) {
				if zoned {
					l.since[s.Name] = versions[i].RecordedAt
				}
				break
			}
			zoned = zoned || slices.ContainsFunc(versions[i].Settings.Zones, func(z residency.Zone) bool { return under(s.Name, z.Name) })
		}
	}
}

// lists reports whether settings have a name.
func lists(s *residency.Settings, name string) bool {
	return slices.ContainsFunc(s.Zones, func(z residency.Zone) bool { return slices.Contains(namesOf(&z), name) })
}

// namesOf are the names that a zone lists.
func namesOf(z *residency.Zone) (out []string) {
	for i := range z.Hostnames {
		out = append(out, z.Hostnames[i].Name)
	}
	for i := range z.Spectrum {
		out = append(out, z.Spectrum[i].Hostname)
	}
	for i := range z.CustomHostnames {
		out = append(out, z.CustomHostnames[i].Name)
	}
	return out
}

// groups are the roots of each zone that the settings expect content of and the claim is
// about: a log of any of them is one of the zone.
func (l *look) groups() (out [][]string) {
	if l.answer.Settings == nil {
		return nil
	}
	for i := range l.answer.Settings.Zones {
		z := &l.answer.Settings.Zones[i]
		names := namesOf(z)
		expected := func(s residency.Scope) bool { return l.listed[s] && l.inScope(s) }
		some := expected(residency.Scope{Kind: residency.ZoneScope, Name: z.Name}) || slices.ContainsFunc(names, func(n string) bool {
			return expected(residency.Scope{Kind: residency.HostnameScope, Name: n})
		})
		if !some {
			continue
		}
		roots := []string{z.Name}
		for _, n := range names {
			if n = strings.TrimPrefix(n, "*."); !under(n, z.Name) {
				roots = append(roots, n)
			}
		}
		out = append(out, roots)
	}
	return out
}

// scope is the name's own entry on the day, else the wildcard's, else the zone's.
func (l *look) scope(s residency.Scope) residency.Scope {
	if s.Kind != residency.HostnameScope || l.listed[s] {
		return s
	}
	if w := (residency.Scope{Kind: residency.HostnameScope, Name: wildcardOver(s.Name)}); l.listed[w] {
		return w
	}
	best := ""
	for _, z := range l.zones {
		if under(strings.TrimPrefix(s.Name, "*."), z) && len(z) > len(best) {
			best = z
		}
	}
	if best == "" {
		return s
	}
	return residency.Scope{Kind: residency.ZoneScope, Name: best}
}

func (l *look) concerns(o *evidence.Observation) bool {
	if !l.claim.Categories.Has(o.Category) || !l.claim.Activities.Has(o.Activity) {
		return false
	}
	return l.inScope(o.Scope)
}

// inScope reports whether what was seen under a scope concerns the claim's. What
// was seen in a zone beside its listed names says nothing of one of them.
func (l *look) inScope(s residency.Scope) bool {
	if len(l.claim.Scopes) == 0 || s.Kind == residency.AccountScope {
		return true
	}
	return slices.ContainsFunc(l.claim.Scopes, func(c residency.Scope) bool {
		switch {
		case c.Kind == residency.AccountScope, c == s:
			return true
		case c.Kind == residency.ZoneScope:
			return under(strings.TrimPrefix(s.Name, "*."), c.Name)
		}
		return false
	})
}

// neverSeen are the scopes with content that the claim is about and no log has.
func (l *look) neverSeen() []residency.Scope {
	if !l.claim.Categories.Has(residency.Content) {
		return nil
	}
	seen := map[residency.Scope]bool{}
	for i := range l.all {
		seen[l.all[i].Scope] = true
	}
	var out []residency.Scope
	for _, s := range scopesOf(l.answer.Residency) {
		if !seen[s] && l.inScope(s) {
			out = append(out, s)
		}
	}
	return out
}

// unexpected gathers what the settings do not account for, by scope, and what may be of
// names that they did not have.
func (l *look) unexpected(later []evidence.Observation) []Unexpected {
	if l.answer.Settings == nil {
		return nil
	}
	found := map[Unexpected]*Unexpected{}
	for i := range later {
		add(found, ListedLater, &later[i])
	}
	for i := range l.all {
		o := &l.all[i]
		if o.Category != residency.Content {
			continue
		}
		for s := UnlistedName; s < surpriseEnd; s++ {
			if l.surprises(s, o) {
				add(found, s, o)
			}
		}
	}
	out := make([]Unexpected, 0, len(found))
	for _, u := range found {
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Unexpected) int {
		return cmp.Or(cmp.Compare(a.Surprise, b.Surprise), cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name))
	})
	return out
}

func add(found map[Unexpected]*Unexpected, s Surprise, o *evidence.Observation) {
	key := Unexpected{Surprise: s, Scope: o.Scope}
	u := found[key]
	if u == nil {
		u = &Unexpected{Surprise: s, Scope: o.Scope, First: o.First, Last: o.Last}
		found[key] = u
	}
	if o.Activity == residency.Process || o.Activity == residency.Transit {
		u.Events += o.Count
	}
	if o.First.Before(u.First) {
		u.First = o.First
	}
	if o.Last.After(u.Last) {
		u.Last = o.Last
	}
}

// surprises reports whether an observation is one that the settings do not
// account for.
func (l *look) surprises(s Surprise, o *evidence.Observation) bool {
	set, second := l.answer.Settings, o.Kinds&evidence.SecondPlace != 0
	switch s {
	case UnlistedName:
		named := o.Scope.Kind == residency.HostnameScope || o.Scope.Kind == residency.ZoneScope
		return !second && (o.Kinds&evidence.Unlisted != 0 || named && !l.listed[o.Scope])
	case UnstatedSubrequest:
		return !second && o.Kinds&evidence.Subrequest != 0 && !l.places(o.Scope, func(r *residency.Reason) bool { return r.Kind == residency.ReasonSubrequests })
	case UnstatedReserve:
		return !second && o.Kinds&evidence.CacheReserve != 0 && !uses(set, "cache-reserve", "cache_reserve")
	case UnstatedTier:
		return o.Kinds&evidence.UpperTier != 0 && !uses(set, "tiered-caching", "tiered_cache")
	case UnstatedRoute:
		return o.Kinds&evidence.SmartRoute != 0 && !uses(set, "argo", "argo")
	case RegionalHTTP3:
		return !second && o.Kinds&evidence.HTTP3 != 0 && l.regional(o.Scope)
	case RegionalO2O:
		return !second && o.Kinds&evidence.O2O != 0 && l.regional(o.Scope)
	}
	return false
}

// places reports whether a placement with such a reason concerns a scope.
func (l *look) places(s residency.Scope, such func(*residency.Reason) bool) bool {
	all := l.answer.Residency.Placements
	return slices.ContainsFunc(all, func(p residency.Placement) bool { return such(&p.Reason) && p.Concerns(s) })
}

// regional reports whether a processing region steers a scope.
func (l *look) regional(s residency.Scope) bool {
	all := l.answer.Residency.Placements
	return slices.ContainsFunc(all, func(p residency.Placement) bool {
		return p.Scope == s && p.Category == residency.Content && p.Reason.Setting == footprint.ProcessingSetting && p.Reason.Region != ""
	})
}

// uses reports whether the settings say that a product may be in use.
func uses(s *residency.Settings, product, feature string) bool {
	unread := slices.ContainsFunc(s.Unknown, func(p string) bool {
		return p == "features" || p == "features."+feature || p == "products"
	})
	if v := s.Features[feature]; unread || v != "" && v != "false" && v != "off" {
		return true
	}
	if v := s.Features[feature]; v != "" {
		return false // said to be off
	}
	return !s.Products.Known || s.Products.All || slices.Contains(s.Products.IDs, product)
}
