package residency

import (
	"slices"

	"domicile/internal/footprint"
)

// storage adds where stored objects live and are worked on, resource by
// resource.
func (r *resolver) storage() {
	for i := range r.set.Storage {
		r.resource(&r.set.Storage[i])
	}
}

func (r *resolver) resource(x *Resource) {
	scope := Scope{ResourceScope, x.Product + "/" + x.Name}
	stored, why, confined := r.confine(x, r.every)
	for _, a := range confined {
		r.add(StoredContent, a, scope, stored, why)
	}
	switch p, _ := r.rules.Product(x.Product); {
	case p == nil:
	case p.has(footprint.ProcessingSetting, BucketRegional):
		r.bucketRequests(scope, x)
	case p.has(footprint.ProcessingSetting, ObjectJurisdiction):
		// The object runs where it is kept, at an edge site.
		run, why, _ := r.confine(x, r.pops)
		r.add(Content, Process, scope, run, why)
	}
}

// perResource reports whether the product keeps resources that can have a
// storage jurisdiction each.
func (p *Product) perResource() bool {
	return p.has(footprint.StorageSetting, ResourceJurisdiction)
}

func (p *Product) has(s footprint.Setting, c Condition) bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Setting == s && r.Condition == c })
}

// confine returns where a resource is within a base, why, and the activities
// that its jurisdiction confines.
func (r *resolver) confine(x *Resource, anyPlace bound) (bound, Reason, []Activity) {
	why := Reason{Kind: ReasonNoJurisdiction, Product: x.Product, Setting: footprint.StorageSetting, Region: x.Jurisdiction, Detail: x.Name}
	acts := r.storedActivities(x.Product)
	if r.set.unknown("storage") {
		why.Kind = ReasonSettingUnread
		return bound{may: anyPlace.may, facts: []string{FactStorageUnread}}, why, acts
	}
	if x.Jurisdiction == "" {
		return anyPlace, why, acts
	}
	offer, ok := r.rules.Offer(x.Product, x.Jurisdiction)
	if !ok || offer.Since > r.view.Date() {
		why.Kind = ReasonNotOffered
		return bound{may: anyPlace.may, facts: []string{FactNotOffered}}, why, acts
	}
	why.Source = offer.Source
	b, kind := r.region(footprint.StorageSetting, x.Jurisdiction, anyPlace)
	why.Kind = kind
	if offer.Confidence == footprint.Disputed {
		why.Kind = ReasonProductUncertain
		b = b.or(anyPlace, FactDisputedStorage)
	}
	return r.entitled(b, anyPlace), why, offer.Activities
}

// storedActivities are what happens to a product's stored objects when nothing
// confines them: always storage, and what any of its jurisdictions confines.
func (r *resolver) storedActivities(product string) []Activity {
	acts := []Activity{Store}
	for i := range r.rules.Storage {
		if o := &r.rules.Storage[i]; o.Product == product {
			for _, a := range o.Activities {
				if !slices.Contains(acts, a) {
					acts = append(acts, a)
				}
			}
		}
	}
	return acts
}

// bucketRequests adds where requests to a bucket are processed: in region only
// through a public hostname that has one, on a bucket with a jurisdiction.
func (r *resolver) bucketRequests(scope Scope, x *Resource) {
	why := Reason{Kind: ReasonProductCondition, Product: x.Product, Setting: footprint.ProcessingSetting, Detail: BucketRegional.String()}
	if x.PublicHostname == "" || x.Jurisdiction == "" {
		r.add(Content, Process, scope, r.pops, why)
		return
	}
	s := r.steerName(x.PublicHostname)
	s.why.Product, s.why.Detail = x.Product, x.PublicHostname
	r.add(Content, Process, scope, s.bound, s.why)
}
