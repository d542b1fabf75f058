package fleet_test

import (
	"testing"

	"domicile/datasets"
	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/demofleet"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// customers is how many the engines judge one by one.
const customers = 50

// world is the question in the project's own form.
type world struct {
	view     *footprint.View
	claim    claim.Claim
	all      []*residency.Residency
	in, out  []string // sites inside the places for certain, and outside
	profiles *fleet.Profiles
	demo     *demofleet.Fleet
	data     *dataset.Data
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	places, err := d.Footprint.ParsePlaces([]string{"EU"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{data: d, view: d.Footprint.At(footprint.NewDate(2026, 11, 20)), claim: claim.New(claim.OnlyIn, places, claim.Handled)}
	w.demo = demofleet.New(1, d.Footprint, d.Rules, nil)
	for i := range customers {
		w.all = append(w.all, residency.Resolve(d.Rules, w.view, w.demo.Customer(i)))
	}
	in := w.view.InPlaces(places)
	w.in, w.out = w.codes(in.In), w.codes(w.view.Present().Minus(in.Possible()))
	return w
}

func (w *world) codes(s footprint.SiteSet) []string {
	out := []string{}
	for i := range s.All() {
		out = append(out, w.view.Footprint().Site(i).Code)
	}
	return out
}

// placement is one as the engines get it; elsewhere stands for places beside
// sites, judged already.
type placement struct {
	may, certain []string
	possible     bool
	elsewhere    string // "", in, out, unknown
}

// placements of a residency that the claim is about.
func (w *world) placements(res *residency.Residency) []placement {
	var out []placement
	for i := range res.Placements {
		p := &res.Placements[i]
		if w.claim.Categories.Has(p.Category) && w.claim.Activities.Has(p.Activity) {
			out = append(out, placement{w.codes(p.May), w.codes(p.Certain), p.Possible, w.elsewhere(p)})
		}
	}
	return out
}

func (w *world) elsewhere(p *residency.Placement) string {
	switch p.Elsewhere {
	case residency.NotElsewhere:
		return ""
	case residency.Anywhere:
		return "out"
	case residency.Declared:
		return map[footprint.Membership]string{footprint.In: "in", footprint.Out: "out"}[w.view.CountryIn(p.Country, w.claim.Places)]
	}
	return "unknown"
}
