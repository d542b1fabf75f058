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
	for _, a := range r.storedActivities(x.Product) {
		b, why := r.confine(x, a, r.every)
		r.kept(x, r.add(StoredContent, a, scope, b, why))
	}
	p, ok := r.rules.Product(x.Product)
	if !ok {
		return
	}
	for i := range p.Rules {
		if f := &p.Rules[i]; f.Setting == footprint.ProcessingSetting && f.Effect == EffectConditional {
			r.requests(scope, x, f)
		}
	}
}

// requests adds where requests to a resource are handled, for the products of
// which a processing region or a jurisdiction can confine them.
func (r *resolver) requests(scope Scope, x *Resource, f *Rule) {
	for _, a := range f.Activities {
		switch f.Condition {
		case BucketRegional:
			b, why := r.bucket(x)
			r.kept(x, r.add(Content, a, scope, b, why))
		case ObjectJurisdiction, ResourceJurisdiction:
			// An object runs where it is kept, at an edge site.
			b, why := r.confine(x, a, r.pops)
			r.kept(x, r.add(Content, a, scope, b, why))
		}
	}
}

// kept ties a placement to the name through which its resource is reached.
func (r *resolver) kept(x *Resource, p *Placement) {
	if x.PublicHostname != "" {
		p.Names = []string{x.PublicHostname}
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

// confine returns where an activity of a resource is within a base, and why: a
// jurisdiction confines only what the product's offer says it does.
func (r *resolver) confine(x *Resource, a Activity, anyPlace bound) (bound, Reason) {
	why := Reason{Kind: ReasonNoJurisdiction, Product: x.Product, Setting: footprint.StorageSetting, Region: x.Jurisdiction, Detail: x.Name}
	if r.set.unknown("storage") {
		why.Kind = ReasonSettingUnread
		return bound{may: anyPlace.may, facts: []string{FactStorageUnread}}, why
	}
	if x.Jurisdiction == "" {
		return anyPlace, why
	}
	offer := r.offer(x)
	if offer == nil {
		why.Kind = ReasonNotOffered
		return bound{may: anyPlace.may, facts: []string{FactNotOffered}}, why
	}
	why.Source = offer.Source
	if !slices.Contains(offer.Activities, a) {
		why.Kind = ReasonNotConfined
		return anyPlace, why
	}
	b, kind := r.region(footprint.StorageSetting, x.Jurisdiction, anyPlace)
	why.Kind = kind
	if offer.Confidence == footprint.Disputed {
		why.Kind = ReasonProductUncertain
		b = b.or(anyPlace, FactDisputedStorage)
	}
	return r.entitled(b, anyPlace), why
}

// offer is the product's offer of the resource's jurisdiction on the day, nil
// when there is none.
func (r *resolver) offer(x *Resource) *StorageOffer {
	o, ok := r.rules.Offer(x.Product, x.Jurisdiction)
	if !ok || o.Since > r.view.Date() {
		return nil
	}
	return o
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

// bucket is where requests to a bucket are handled: in region only through a
// public hostname that has one, on a bucket with a jurisdiction.
func (r *resolver) bucket(x *Resource) (bound, Reason) {
	why := Reason{Kind: ReasonProductCondition, Product: x.Product, Setting: footprint.ProcessingSetting, Detail: BucketRegional.String()}
	switch {
	case r.set.unknown("storage"):
		why.Kind = ReasonSettingUnread
		return bound{may: r.pops.may, facts: []string{FactStorageUnread}}, why
	case x.PublicHostname == "" || x.Jurisdiction == "":
		return r.pops, why
	case r.offer(x) == nil:
		why.Kind, why.Region = ReasonNotOffered, x.Jurisdiction
		return bound{may: r.pops.may, facts: []string{FactNotOffered}}, why
	}
	s := r.steerName(x.PublicHostname)
	s.why.Product, s.why.Detail = x.Product, x.PublicHostname
	return s.bound, s.why
}
