package settings

import (
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

var customerKeys = []string{
	"customer", "name", "effective", "plan", "products", "log_region", "out_of_region_access", "log_retention",
	"features", "default_processing_region", "custom_regions", "zones", "ip_bindings", "storage", "workers",
	"served_on", "log_datasets", "promises", "unknown",
}

// customer reads a document; nil when it is no customer at all.
func (r *reader) customer(doc *node) *residency.Settings {
	if doc.kind == nullKind {
		r.fail(doc, "", "empty document", "remove the --- that starts it")
		return nil
	}
	f, ok := r.object(doc, customerKeys)
	if !ok {
		return nil
	}
	s := r.set
	s.Customer = f.customerID()
	s.Name = f.text("name")
	s.Effective = f.date("effective")
	s.Plan = f.code("plan", "plan", plans)
	s.Products = f.products()
	s.LogRegion = f.region("log_region", footprint.LogSetting)
	s.OutOfRegionAccess = f.flag("out_of_region_access")
	s.LogRetention = f.flag("log_retention")
	s.Features = f.features()
	f.customRegions() // before what may name one
	s.DefaultRegion = f.hostRegion("default_processing_region")
	f.zones()
	f.bindings()
	f.storage()
	f.workers()
	s.ServedOn = f.servedOn()
	s.LogDatasets = f.words("log_datasets", r.logDataset)
	f.promises()
	s.Unknown = f.words("unknown", r.unknownPath)
	return canonical(s)
}

// customerID reads the id, which no other document of the file may have.
func (f fields) customerID() string {
	n := f.need("customer")
	if n == nil {
		return ""
	}
	id, ok := f.textOf(n, "customer")
	switch {
	case !ok:
		return ""
	case !identifier(id, ""):
		f.fail(n, "customer", "bad customer id "+quote(id), "want 1 to 64 of a-z, 0-9 and -")
	default:
		f.claim(&f.customers, "customer", "customer", id)
		if where := f.given.where(id); where != "" {
			f.fail(n, "customer", "customer "+quote(id)+" is given twice", where)
		}
	}
	return id
}

// products reads a list of ids or the word all.
func (f fields) products() residency.Products {
	n := f.get("products")
	switch {
	case n == nil:
		return residency.Products{}
	case n.kind == textKind && n.text == "all":
		return residency.Products{Known: true, All: true}
	case n.kind != listKind:
		f.fail(n, "products", "want a list of products or all, found "+n.found(), "")
		return residency.Products{}
	}
	ids := f.words("products", func(n *node, id string) (string, bool) { return f.product(n, "", id) })
	return residency.Products{Known: true, IDs: ids}
}

// features reads the switches: true, false or the name of a mode.
func (f fields) features() map[string]string {
	return f.mapping("features", func(key, n *node) (string, bool) {
		value := n.text
		if n.kind != boolKind {
			text, ok := f.textOf(n, "")
			if !ok {
				return "", false
			}
			value = text
		}
		return value, f.feature(key, n, value)
	})
}

// mapping reads an object with keys of the customer's or the datasets' making.
// Null values are absent ones; fn leaves out what is wrong.
func (f fields) mapping(key string, fn func(key, value *node) (string, bool)) map[string]string {
	n := f.get(key)
	if n == nil {
		return nil
	}
	if n.kind != objectKind {
		f.fail(n, key, "want an object with keys, found "+n.found(), "")
		return nil
	}
	if len(n.items) > 2*maxKeys {
		f.fail(n, key, "more than 1,000 keys", "")
		return nil
	}
	out := map[string]string{}
	o := fields{f.reader, n}
	f.enter(key)
	f.keys(n, func(k *node) {
		v := o.get(k.text)
		if v == nil {
			return
		}
		f.enter(k.text)
		if s, ok := fn(k, v); ok {
			out[k.text] = s
		}
		f.leave()
	})
	f.leave()
	return out
}

func (f fields) feature(key, n *node, value string) bool {
	if f.catalog == nil {
		return true
	}
	var ids []string
	for _, known := range f.catalog.Rules.Features {
		if known.ID != key.text {
			ids = append(ids, known.ID)
			continue
		}
		for _, v := range known.Values {
			if v == value {
				return true
			}
		}
		f.unknown(n, "", "value of "+key.text, value, known.Values)
		return false
	}
	f.unknown(key, "", "feature", key.text, ids)
	return false
}

// customRegions reads the regions made for this customer.
func (f fields) customRegions() {
	f.mapping("custom_regions", func(key, n *node) (string, bool) {
		region := residency.CustomRegion{Key: key.text, Definition: f.exprOf(n, "")}
		switch {
		case !identifier(key.text, "_"):
			f.fail(key, "", "bad region key "+quote(key.text), "want 1 to 64 of a-z, 0-9, - and _")
		case f.provided(key.text):
			f.fail(key, "", "region "+quote(key.text)+" is one of the provider's", "give the custom region another key")
		default: // a bad definition has its own problem: uses of the key need none
			f.set.CustomRegions = append(f.set.CustomRegions, region)
		}
		return "", false
	})
}

func (r *reader) provided(key string) bool {
	if r.catalog == nil {
		return false
	}
	_, ok := r.catalog.Footprint.Region(footprint.ProcessingSetting, key)
	return ok
}

// servedOn reads the hostnames through which products are reached.
func (f fields) servedOn() map[string][]string {
	out := map[string][]string{}
	f.mapping("served_on", func(key, n *node) (string, bool) {
		id, ok := f.product(key, "", key.text)
		hosts := f.wordsOf(n, "", f.hostWord(true))
		if ok {
			out[id] = hosts
		}
		return "", false
	})
	return out
}

func (r *reader) logDataset(n *node, id string) (string, bool) {
	if r.catalog == nil {
		return id, true
	}
	known := make([]string, 0, len(r.catalog.Rules.LogDatasets))
	for _, d := range r.catalog.Rules.LogDatasets {
		if d.ID == id {
			return d.ID, true
		}
		known = append(known, d.ID)
	}
	r.unknown(n, "", "log dataset", id, known)
	return "", false
}
