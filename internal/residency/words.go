package residency

import (
	"fmt"
	"strings"
)

// DataCategory is one of the seven kinds of data.
type DataCategory uint8

// The data categories. The zero value is invalid.
const (
	InvalidCategory DataCategory = iota
	Configuration                // what the customer sets: DNS records, rules, Worker code, hostnames
	Account                      // names, users, billing; the provider is its controller
	Content                      // requests and responses passing through, and cached copies of them
	StoredContent                // objects the customer puts into storage products
	TrafficMetadata              // logs and analytics of end users' visits ("customer logs")
	Keys                         // private TLS keys
	Operational                  // flow samples, core dumps, attack data
	categoryEnd
)

var categoryNames = [...]string{"INVALID", "CONFIGURATION", "ACCOUNT", "CONTENT", "STORED_CONTENT", "TRAFFIC_METADATA", "KEYS", "OPERATIONAL"}

var categoryPlain = [...]string{"", "configuration", "account data", "request content", "stored objects", "customer logs", "TLS keys", "operational data"}

// String returns the name used in datasets and the API.
func (c DataCategory) String() string { return categoryNames[c] }

// Plain returns words for a sentence: "request content".
func (c DataCategory) Plain() string { return categoryPlain[c] }

// ParseCategory reads a category name in any letter case, with - or _.
func ParseCategory(s string) (DataCategory, error) {
	for i, n := range categoryNames {
		if i > 0 && sameWord(s, n) {
			return DataCategory(i), nil
		}
	}
	return InvalidCategory, fmt.Errorf("unknown data category %q (want one of %s)", clip(s), strings.Join(categoryNames[1:], ", "))
}

// Activity is what happens to data at a place.
type Activity uint8

// The activities. The zero value is invalid.
const (
	InvalidActivity Activity = iota
	Transit                  // encrypted bytes pass; the site cannot read them
	Process                  // readable in memory
	Cache                    // kept for a while to be served again
	Store                    // at rest beyond the request, replicas and backups included
	Access                   // a person or client at that place may read it
	activityEnd
)

var activityNames = [...]string{"INVALID", "TRANSIT", "PROCESS", "CACHE", "STORE", "ACCESS"}

var activityPlain = [...]string{"", "may transit", "processed", "cached", "stored", "readable"}

// String returns the name used in datasets and the API.
func (a Activity) String() string { return activityNames[a] }

// Plain returns the participle for a sentence: "processed".
func (a Activity) Plain() string { return activityPlain[a] }

// ParseActivity reads an activity name in any letter case.
func ParseActivity(s string) (Activity, error) {
	for i, n := range activityNames {
		if i > 0 && sameWord(s, n) {
			return Activity(i), nil
		}
	}
	return InvalidActivity, fmt.Errorf("unknown activity %q (want one of %s)", clip(s), strings.Join(activityNames[1:], ", "))
}

// Categories returns all seven in canonical order.
func Categories() []DataCategory {
	out := make([]DataCategory, 0, categoryEnd-1)
	for c := Configuration; c < categoryEnd; c++ {
		out = append(out, c)
	}
	return out
}

// Activities returns all five in canonical order.
func Activities() []Activity {
	out := make([]Activity, 0, activityEnd-1)
	for a := Transit; a < activityEnd; a++ {
		out = append(out, a)
	}
	return out
}

// ScopeKind is what a setting or flow applies to.
type ScopeKind uint8

// The kinds of scope. The zero value is invalid.
const (
	InvalidScope     ScopeKind = iota
	AccountScope               // the whole account
	ZoneScope                  // a zone
	HostnameScope              // a hostname, possibly a one-level wildcard
	IPBindingScope             // a range of the customer's own addresses
	CertificateScope           // a certificate, named by its first host
	ResourceScope              // a stored resource, product/name
	WorkerScope                // a Worker
)

var scopeNames = [...]string{"INVALID", "ACCOUNT", "ZONE", "HOSTNAME", "IP_BINDING", "CERTIFICATE", "RESOURCE", "WORKER"}

// String returns the name used in the API.
func (k ScopeKind) String() string { return scopeNames[k] }

// ParseScopeKind reads a scope kind in any letter case.
func ParseScopeKind(s string) (ScopeKind, error) {
	for i, n := range scopeNames {
		if i > 0 && sameWord(s, n) {
			return ScopeKind(i), nil
		}
	}
	return InvalidScope, fmt.Errorf("unknown scope %q (want one of %s)", clip(s), strings.Join(scopeNames[1:], ", "))
}

// Scope names one thing that placements are about. The account's name is empty.
type Scope struct {
	Kind ScopeKind
	Name string
}

// String returns "account" or kind and name: "hostname www.acme.example".
func (s Scope) String() string {
	word := strings.ToLower(strings.ReplaceAll(s.Kind.String(), "_", " "))
	if s.Name == "" {
		return word
	}
	return word + " " + s.Name
}

// Truth is a three-valued answer about the settings. The zero value is Unsure.
type Truth uint8

// The values of Truth.
const (
	Unsure Truth = iota
	True
	False
)

func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

func sameWord(s, name string) bool {
	return len(s) == len(name) && strings.EqualFold(strings.ReplaceAll(s, "-", "_"), name)
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
