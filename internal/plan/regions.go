package plan

import (
	"slices"
	"strings"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// finder knows which values of the settings keep data inside a claim's places on
// a day.
type finder struct {
	rules *residency.Rules
	view  *footprint.View
	claim claim.Claim

	accept footprint.SiteSet
	best   map[footprint.Setting]string
	policy string // countries of which every PoP is accepted, as a key policy
}

func newFinder(rules *residency.Rules, view *footprint.View, c claim.Claim) *finder {
	f := &finder{rules: rules, view: view, claim: c, accept: c.Accepts(view), best: map[footprint.Setting]string{}}
	for _, s := range []footprint.Setting{footprint.ProcessingSetting, footprint.KeySetting, footprint.LogSetting, footprint.StorageSetting} {
		f.best[s] = f.widest(s, func(string) bool { return true })
	}
	f.policy = f.keyPolicy()
	return f
}

// base are the sites that a setting chooses among.
func (f *finder) base(s footprint.Setting) footprint.SiteSet {
	switch s {
	case footprint.LogSetting:
		return f.view.Cores()
	case footprint.StorageSetting:
		return f.view.PoPs().Union(f.view.Cores())
	}
	return f.view.PoPs()
}

// sites are those where a region allows data, and whether it keeps it inside the
// claim's places.
func (f *finder) sites(r *footprint.Region) (footprint.SiteSet, bool) {
	m, _ := f.view.InRegion(r.Setting, r.Key)
	may := m.Possible().Intersect(f.base(r.Setting))
	return may, !may.Empty() && may.SubsetOf(f.accept)
}

// widest is the region of a setting that keeps data inside at the most sites for
// certain, so that the most remain when one fails; "" where none does.
func (f *finder) widest(s footprint.Setting, offered func(key string) bool) string {
	best, most := "", 0
	for i := range f.view.Footprint().Regions() {
		r := &f.view.Footprint().Regions()[i]
		if r.Setting != s || !offered(r.Key) {
			continue
		}
		may, inside := f.sites(r)
		m, _ := f.view.InRegion(s, r.Key)
		certain := m.In.Intersect(may)
		if n := certain.Len(); inside && (n > most || best == "") {
			best, most = r.Key, n
		}
	}
	return best
}

// jurisdiction is the widest storage jurisdiction that a product offers on the day
// and that confines everything that is done with its objects.
func (f *finder) jurisdiction(product string) string {
	return f.widest(footprint.StorageSetting, func(key string) bool {
		o, ok := f.rules.Offer(product, key)
		return ok && o.Since <= f.view.Date()
	})
}

// keyPolicy names the countries of which every PoP is accepted.
func (f *finder) keyPolicy() string {
	all, outside := map[string]bool{}, map[string]bool{}
	for i := range f.view.PoPs().All() {
		country := f.view.Footprint().Site(i).Country
		all[country] = true
		if !f.accept.Has(i) {
			outside[country] = true
		}
	}
	var codes []string
	for c := range all {
		if !outside[c] {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 || len(codes) == len(all) {
		return ""
	}
	slices.Sort(codes)
	if len(codes) == 1 {
		return "country: " + codes[0]
	}
	return "country: [" + strings.Join(codes, ", ") + "]"
}

// keys lists the regions of a setting, for a sentence.
func (f *finder) keys(s footprint.Setting) string {
	var out []string
	for _, r := range f.view.Footprint().Regions() {
		if r.Setting == s {
			out = append(out, r.Key)
		}
	}
	return strings.Join(out, ", ")
}
