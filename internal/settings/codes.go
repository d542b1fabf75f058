package settings

import (
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// plans are the provider's plans.
var plans = []string{"free", "pro", "business", "enterprise"}

// regionNames say which region a setting names.
var regionNames = map[footprint.Setting]string{
	footprint.ProcessingSetting: "processing region",
	footprint.KeySetting:        "key region",
	footprint.LogSetting:        "log region",
}

// unknown adds the problem of a code that is not known.
func (r *reader) unknown(n *node, key, what, code string, known []string) {
	if r.full() {
		return
	}
	r.fail(n, key, "unknown "+what+" "+quote(code), suggest(code, known))
}

// code reads a text that must be one of the known ones.
func (f fields) code(key, what string, known []string) string {
	s := f.text(key)
	if s != "" && !slices.Contains(known, s) {
		f.unknown(f.get(key), key, what, s, known)
		return ""
	}
	return s
}

// region reads a region of a setting, in lower case.
func (f fields) region(key string, s footprint.Setting) string {
	name := strings.ToLower(f.text(key))
	if name == "" || f.catalog == nil {
		return name
	}
	if known, ok := f.catalog.Footprint.Region(s, name); ok {
		return known.Key
	}
	f.unknown(f.get(key), key, regionNames[s], name, f.regionKeys(s))
	return ""
}

// steering reads a processing region where one of the customer's own may stand
// too.
func (f fields) steering(key string) string {
	if c := f.custom(strings.ToLower(f.text(key))); c != nil {
		return c.Key
	}
	return f.region(key, footprint.ProcessingSetting)
}

// hostRegion reads the processing region of a regional hostname, which a
// custom region cannot be.
func (f fields) hostRegion(key string) string {
	if n := f.get(key); n != nil && f.custom(strings.ToLower(n.text)) != nil {
		f.fail(n, key, "custom region "+quote(n.text)+" cannot steer a regional hostname",
			"name a region of the provider; custom regions are for spectrum and ip_bindings")
		return ""
	}
	return f.region(key, footprint.ProcessingSetting)
}

func (r *reader) custom(key string) *residency.CustomRegion {
	for i := range r.set.CustomRegions {
		if r.set.CustomRegions[i].Key == key {
			return &r.set.CustomRegions[i]
		}
	}
	return nil
}

func (r *reader) regionKeys(s footprint.Setting) []string {
	var out []string
	for _, known := range r.catalog.Footprint.Regions() {
		if known.Setting == s {
			out = append(out, known.Key)
		}
	}
	if s == footprint.ProcessingSetting {
		for _, c := range r.set.CustomRegions {
			out = append(out, c.Key)
		}
	}
	return out
}

// product checks a product id and returns it.
func (r *reader) product(n *node, key, id string) (string, bool) {
	if r.catalog == nil {
		return id, true
	}
	if p, ok := r.catalog.Rules.Product(id); ok {
		return p.ID, true
	}
	known := make([]string, 0, len(r.catalog.Rules.Products))
	for _, p := range r.catalog.Rules.Products {
		known = append(known, p.ID)
	}
	r.unknown(n, key, "product", id, known)
	return "", false
}

// jurisdiction reads a storage jurisdiction that the product offers.
func (f fields) jurisdiction(key, product string) string {
	name := strings.ToLower(f.text(key))
	if name == "" || product == "" || f.catalog == nil {
		return name
	}
	if o, ok := f.catalog.Rules.Offer(product, name); ok {
		return o.Jurisdiction
	}
	var known []string
	for _, o := range f.catalog.Rules.Storage {
		if o.Product == product {
			known = append(known, o.Jurisdiction)
		}
	}
	if known == nil {
		f.fail(f.get(key), key, "product "+quote(product)+" offers no storage jurisdiction", "leave the key out")
		return ""
	}
	f.unknown(f.get(key), key, "storage jurisdiction of "+product, name, known)
	return ""
}

// country reads an ISO 3166-1 code.
func (f fields) country(key string) string {
	code := f.text(key)
	if code == "" || f.catalog == nil {
		return code
	}
	if j, ok := f.catalog.Footprint.Jurisdiction(code); ok && j.Kind == footprint.Country {
		return j.Code
	}
	var known []string
	for _, j := range f.catalog.Footprint.Jurisdictions() {
		if j.Kind == footprint.Country {
			known = append(known, j.Code)
		}
	}
	f.unknown(f.get(key), key, "country", code, known)
	return ""
}

// expr reads a predicate over sites, nil when the key is absent or wrong.
func (f fields) expr(key string) *footprint.Expr {
	n := f.get(key)
	if n == nil {
		return nil
	}
	return f.exprOf(n, key)
}

// exprOf reads a predicate and checks the codes it names. Its text may be
// longer than others, and span lines.
func (r *reader) exprOf(n *node, key string) *footprint.Expr {
	if n.kind != textKind {
		r.fail(n, key, "want an expression, found "+n.found(), "write it in quotes")
		return nil
	}
	if strings.IndexFunc(n.text, func(c rune) bool { return unprintable(c) && !strings.ContainsRune("\t\r\n", c) }) >= 0 {
		r.fail(n, key, "a control character or undecodable text in "+quote(n.text), "")
		return nil
	}
	e, err := footprint.ParseExpr(n.text)
	if err != nil {
		r.fail(n, key, err.Error(), `an expression reads: bloc: EU and not country: FR`)
		return nil
	}
	if r.catalog == nil {
		return e
	}
	if err := r.catalog.Footprint.CheckExpr(e); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			r.fail(n, key, line, "codes are written as in the datasets: DE, US-CA, EU")
		}
		return nil
	}
	return e
}
