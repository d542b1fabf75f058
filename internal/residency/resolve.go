package residency

import (
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// Fact ids that the engine itself refers to; the facts dataset states each.
const (
	FactSettingUnread   = "setting-unread"
	FactRegionUnknown   = "region-unknown"
	FactProductUse      = "product-use"
	FactSteering        = "hostname-steering"
	FactTarget          = "custom-hostname-target"
	FactPlan            = "plan-entitlement"
	FactWorkerActs      = "worker-activity"
	FactReach           = "product-reach"
	FactStorageUnread   = "storage-unread"
	FactNotOffered      = "jurisdiction-offer"
	FactReaderPlace     = "reader-place"
	FactPersonnel       = "provider-personnel"
	FactKeyServer       = "key-server-place"
	FactDisputedStorage = "storage-jurisdiction-disputed"
	FactBeforeRecords   = "before-records"
	FactBeforeSettings  = "before-settings"
	FactAhead           = "day-ahead"
	FactNoSite          = "no-site-in-region"
	FactNothingInScope  = "nothing-in-scope"
)

// resolver carries the inputs of one Resolve and collects placements.
type resolver struct {
	rules *Rules
	view  *footprint.View
	set   *Settings

	pops, cores, every bound
	used               []Truth // use of each product, parallel to rules.Products
	hosts              map[string]hostRef
	apps               map[string][]*SpectrumApp
	appZone            map[string]*Zone
	regions            map[regionOn]regionBound
	looked             []footprint.RegionID
	out                []Placement
	lost               []Loss
}

// Resolve returns every placement of the settings on the day of the view. It is
// pure: the same inputs give the same placements in the same order. Settings
// that name unknown regions or products are never an error here; they widen
// what is possible and name the fact.
func Resolve(rules *Rules, view *footprint.View, set *Settings) *Residency {
	r := &resolver{
		rules: rules, view: view, set: set,
		pops:    sure(view.PoPs()),
		cores:   sure(view.Cores()),
		every:   sure(view.PoPs().Union(view.Cores())),
		out:     make([]Placement, 0, 32+4*hostnames(set)),
		regions: map[regionOn]regionBound{},
	}
	r.used = make([]Truth, len(rules.Products))
	for i := range rules.Products {
		r.used[i] = set.uses(&rules.Products[i])
	}
	r.index()
	r.fixed()
	r.content()
	r.unread()
	r.keyStores()
	r.logs()
	r.storage()
	r.workers()
	r.products()
	res := &Residency{
		Customer: set.Customer, Date: view.Date(), View: view, Rules: rules,
		Placements: r.out, Lost: r.lost, Recorded: view.Recorded(), looked: r.looked,
	}
	if !res.Recorded {
		res.Gap = FactBeforeRecords
	}
	res.sort()
	return res
}

// Unrecorded is the residency of a customer on a day for which no settings are
// recorded: no placement, and nothing known.
func Unrecorded(rules *Rules, view *footprint.View, customer string) *Residency {
	return &Residency{Customer: customer, Date: view.Date(), View: view, Rules: rules, Gap: FactBeforeSettings}
}

func hostnames(s *Settings) int {
	n := 0
	for i := range s.Zones {
		n += len(s.Zones[i].Hostnames) + len(s.Zones[i].CustomHostnames) + len(s.Zones[i].Spectrum)
	}
	return n
}

var account = Scope{Kind: AccountScope}

// add appends a placement at a bound.
func (r *resolver) add(c DataCategory, a Activity, s Scope, b bound, why Reason) *Placement {
	r.out = append(r.out, Placement{
		Category: c, Activity: a, Scope: s, May: b.may, Certain: b.certain, Facts: b.facts, Reason: why,
	})
	return &r.out[len(r.out)-1]
}

// fixed adds the flows that no setting narrows.
func (r *resolver) fixed() {
	fixed := func(detail string) Reason { return Reason{Kind: ReasonFixed, Detail: detail} }
	r.add(Content, Transit, account, r.pops, fixed("ingress"))
	r.add(Configuration, Store, account, r.every, fixed("configuration"))
	r.add(Account, Store, account, r.cores, fixed("account"))
	r.add(Operational, Process, account, r.every, fixed("operational"))
	r.add(Operational, Store, account, r.cores, fixed("operational"))
	for _, c := range Categories() {
		p := r.add(c, Access, account, bound{}, Reason{Kind: ReasonPersonnel})
		p.Elsewhere, p.Facts = Unmodelled, []string{FactPersonnel}
	}
	r.partnerNetwork()
}

// partnerNetwork adds the separate network in mainland China, where a customer
// has it: no processing region speaks of it.
func (r *resolver) partnerNetwork() {
	use := r.set.flag("features.china_network", r.set.Features["china_network"] == "true")
	if use == False {
		return
	}
	b := sure(r.view.Partner())
	why := Reason{Kind: ReasonPartnerNetwork}
	for _, f := range []struct {
		c DataCategory
		a Activity
	}{{Content, Transit}, {Content, Process}, {Content, Cache}, {TrafficMetadata, Process}, {Configuration, Store}, {Keys, Store}} {
		p := r.add(f.c, f.a, account, b, why)
		if use == Unsure {
			p.Possible, p.Facts = true, []string{FactSettingUnread}
		}
	}
}

// region returns the bound of a region within a base: sites that are or may be
// members. A region whose own definition reaches outside any geography is
// certain to allow what it may allow.
func (r *resolver) region(s footprint.Setting, key string, base bound) (bound, ReasonKind) {
	id := regionOn{s, key, base.may}
	if known, ok := r.regions[id]; ok {
		return known.bound, known.kind
	}
	b, kind := r.findRegion(s, key, base)
	r.regions[id] = regionBound{b, kind}
	return b, kind
}

// regionOn names a region within a base; regionBound is what it comes to.
type (
	regionOn struct {
		setting footprint.Setting
		key     string
		base    footprint.SiteSet
	}
	regionBound struct {
		bound
		kind ReasonKind
	}
)

func (r *resolver) findRegion(s footprint.Setting, key string, base bound) (bound, ReasonKind) {
	for i := range r.set.CustomRegions {
		if c := &r.set.CustomRegions[i]; s == footprint.ProcessingSetting && strings.EqualFold(c.Key, key) {
			m := r.view.Eval(c.Definition)
			return within(m, base, c.Definition.Facts()), ReasonSetting
		}
	}
	r.looked = append(r.looked, footprint.RegionID{Setting: s, Key: strings.ToLower(key)})
	m, ok := r.view.InRegion(s, key)
	if !ok {
		return bound{may: base.may, facts: []string{FactRegionUnknown}}, ReasonUnknownRegion
	}
	def, _ := r.view.Footprint().Region(s, key)
	b := within(m, base, r.view.Definition(def).Facts())
	if !def.Geographic {
		b.certain = b.may
	}
	return b, ReasonSetting
}

func within(m footprint.Members, base bound, facts []string) bound {
	b := bound{may: base.may.Intersect(m.Possible()), certain: base.certain.Intersect(m.In)}
	if b.may != b.certain {
		b.facts = facts
	}
	if b.may.Empty() {
		b.facts = []string{FactNoSite}
	}
	return b
}

// entitled widens a narrowed bound where the stated plan cannot have the
// setting: the settings say one thing and the plan another.
func (r *resolver) entitled(b, base bound) bound {
	if p := r.set.Plan; p == "" || p == "enterprise" {
		return b
	}
	return b.or(base, FactPlan)
}

// use returns whether a product is in use.
func (r *resolver) use(product string) Truth {
	for i := range r.rules.Products {
		if r.rules.Products[i].ID == product {
			return r.used[i]
		}
	}
	return False
}

// settingOn reports whether any value of a setting is on anywhere.
func (r *resolver) settingOn(s footprint.Setting) bool {
	set := r.set
	switch s {
	case footprint.LogSetting:
		return set.LogRegion != ""
	case footprint.StorageSetting:
		return slices.ContainsFunc(set.Storage, func(x Resource) bool { return x.Jurisdiction != "" })
	case footprint.KeySetting:
		return slices.ContainsFunc(set.Zones, func(z Zone) bool {
			return slices.ContainsFunc(z.Certificates, func(c Certificate) bool { return c.restricted() })
		})
	case footprint.ProcessingSetting:
		return set.DefaultRegion != "" || len(set.IPBindings) > 0 || len(r.processingRegions()) > 0
	}
	return false
}

func (c *Certificate) restricted() bool { return c.Keyless || c.KeyRegion != "" || c.KeyPolicy != nil }

// processingRegions lists the distinct region keys that hostnames, Spectrum
// applications, bindings and the default name; "" stands for a hostname
// without one.
func (r *resolver) processingRegions() []string {
	var keys []string
	note := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for i := range r.set.Zones {
		z := &r.set.Zones[i]
		for j := range z.Hostnames {
			note(r.regionalHostname(z.Hostnames[j].Name))
		}
		for _, a := range z.Spectrum {
			note(a.Region)
		}
		if len(z.Hostnames) == 0 {
			note(r.set.DefaultRegion)
		}
	}
	for _, b := range r.set.IPBindings {
		note(b.Region)
	}
	if len(keys) == 1 && keys[0] == "" {
		return nil
	}
	return keys
}
