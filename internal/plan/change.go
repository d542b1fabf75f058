package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// Kind is what sort of change it is, in the order in which changes are made.
type Kind uint8

// The kinds of change. The zero value is invalid.
const (
	InvalidKind         Kind = iota
	ChangePlan               // buy the plan that may have the settings
	StateProducts            // say which products are in use, these not among them
	StopProduct              // stop using a product
	SetFeature               // give a feature another value
	StopSubrequests          // Workers that ask no other host
	StopCron                 // Workers that do not run on a schedule
	StopQueues               // Workers that consume no queue
	DropLogDataset           // stop using log datasets
	StopZoneTransfers        // no outgoing zone transfers
	DisableLogRetention      // log retention off
	SetLogRegion             // choose the log region
	SetDefaultRegion         // the processing region of names without one
	SetProcessingRegion      // the processing region of hostnames
	SetSpectrumRegion        // the region of Spectrum applications
	StopSpectrum             // remove Spectrum applications
	SetBindingRegion         // the region of the customer's own addresses
	UploadCertificate        // a certificate of the names' own, with a key region
	SetKeyRegion             // the key region of certificates
	SetKeyPolicy             // the same by a policy
	SetJurisdiction          // the storage jurisdiction of resources
	SetPublicHostname        // reach a bucket through a regional hostname
	kindEnd
)

var kindNames = [...]string{
	"INVALID", "CHANGE_PLAN", "STATE_PRODUCTS", "STOP_PRODUCT", "SET_FEATURE", "STOP_SUBREQUESTS", "STOP_CRON", "STOP_QUEUES",
	"DROP_LOG_DATASET", "STOP_ZONE_TRANSFERS", "DISABLE_LOG_RETENTION", "SET_LOG_REGION", "SET_DEFAULT_PROCESSING_REGION",
	"SET_PROCESSING_REGION", "SET_SPECTRUM_REGION", "STOP_SPECTRUM", "SET_BINDING_REGION", "UPLOAD_CERTIFICATE", "SET_KEY_REGION",
	"SET_KEY_POLICY", "SET_STORAGE_JURISDICTION", "SET_PUBLIC_HOSTNAME",
}

// String returns the name used in the API.
func (k Kind) String() string { return kindNames[k] }

// Kinds lists every kind in order.
func Kinds() []Kind {
	var out []Kind
	for k := ChangePlan; k < kindEnd; k++ {
		out = append(out, k)
	}
	return out
}

// effort weighs kinds: switching is less than buying, that less than moving
// objects, and that less than doing without a product.
func (k Kind) effort() int {
	switch k {
	case StopProduct, StopSpectrum:
		return 12
	case SetJurisdiction, StopSubrequests, StopCron, StopQueues:
		return 5
	case ChangePlan, UploadCertificate, SetPublicHostname:
		return 3
	}
	return 1
}

// Change is one thing to do for one or several names.
type Change struct {
	Kind Kind
	// Of is a product's or a feature's id, for kinds that are about one.
	Of string
	// Names are hostnames, zones, Workers, address ranges, log datasets or products;
	// certificates by their hosts, resources as product/name. Ascending; nil for what
	// is of the whole account.
	Names []string
	// Value is a region key, a policy, a feature's value, a plan or a hostname.
	Value string
}

// slot is what a change decides for one name: two changes of one slot exclude
// each other.
type slot struct {
	kind     Kind
	of, name string
}

func (c *Change) slots() []slot {
	kind := c.Kind
	if kind == SetKeyPolicy {
		kind = SetKeyRegion
	}
	if len(c.Names) == 0 {
		return []slot{{kind, c.Of, ""}}
	}
	out := make([]slot, len(c.Names))
	for i, n := range c.Names {
		out[i] = slot{kind, c.Of, n}
	}
	return out
}

// setting is the localization setting that a change is of.
func (k Kind) setting() footprint.Setting {
	switch k {
	case SetLogRegion:
		return footprint.LogSetting
	case SetDefaultRegion, SetProcessingRegion, SetSpectrumRegion, SetBindingRegion:
		return footprint.ProcessingSetting
	case UploadCertificate, SetKeyRegion:
		return footprint.KeySetting
	case SetJurisdiction:
		return footprint.StorageSetting
	}
	return footprint.NoSetting
}

// Changes is a set of changes, merged: one for all names that need the same.
// They are in the order in which they are made.
type Changes []Change

// with is the set with more changes.
func (cs Changes) with(more ...Change) Changes {
	out := slices.Clone(cs)
	for _, m := range more {
		i := slices.IndexFunc(out, func(c Change) bool { return c.Kind == m.Kind && c.Of == m.Of && c.Value == m.Value })
		if i < 0 {
			m.Names = sortedSet(m.Names)
			out = append(out, m)
			continue
		}
		out[i].Names = sortedSet(slices.Concat(out[i].Names, m.Names))
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Of, b.Of), strings.Compare(a.Value, b.Value))
	})
	return out
}

func sortedSet(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// key tells sets of changes apart.
func (cs Changes) key() string {
	var b strings.Builder
	for i := range cs {
		c := &cs[i]
		fmt.Fprintf(&b, "%d|%q|%q|%q;", c.Kind, c.Of, c.Value, c.Names)
	}
	return b.String()
}

// effort is that of all changes together.
func (cs Changes) effort() int {
	n := 0
	for i := range cs {
		n += cs[i].Kind.effort() * max(1, min(len(cs[i].Names), 3))
	}
	return n
}

// within reports whether every change is part of another set.
func (cs Changes) within(o Changes) bool {
	for i := range cs {
		c := &cs[i]
		j := slices.IndexFunc(o, func(x Change) bool { return x.Kind == c.Kind && x.Of == c.Of && x.Value == c.Value })
		if j < 0 || slices.ContainsFunc(c.Names, func(n string) bool { return !slices.Contains(o[j].Names, n) }) {
			return false
		}
	}
	return true
}

// slots are all slots that the set decides, with the value of each.
func (cs Changes) slots() map[slot]string {
	out := map[slot]string{}
	for i := range cs {
		for _, s := range cs[i].slots() {
			out[s] = cs[i].Value
		}
	}
	return out
}
