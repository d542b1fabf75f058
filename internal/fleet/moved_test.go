package fleet_test

import (
	"fmt"
	"slices"
	"testing"

	"domicile/internal/claim/naive"
	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// change is something that happens to the network or to what counts as a place.
type change struct {
	name string
	make func(p *footprint.Parts)
	day  footprint.Date // 0: the day stays
	anew bool           // nothing can be carried over
}

// site opens one like another, in a country and a group of sites.
func opening(code, country, group string) func(p *footprint.Parts) {
	return func(p *footprint.Parts) {
		p.Sites = append(p.Sites, footprint.Site{
			Code: code, Kind: footprint.PoP, City: "Somewhere", Country: country, Network: footprint.NetworkGlobal, Group: group,
			Seen: footprint.Period{From: footprint.NewDate(2026, 11, 1)},
		})
	}
}

func closing(codes ...string) func(p *footprint.Parts) {
	return func(p *footprint.Parts) {
		for i := range p.Sites {
			if slices.Contains(codes, p.Sites[i].Code) {
				p.Sites[i].Seen.To = footprint.NewDate(2026, 11, 19)
			}
		}
	}
}

func leaving(bloc, member string) func(p *footprint.Parts) {
	return func(p *footprint.Parts) {
		for i := range p.Memberships {
			if m := &p.Memberships[i]; m.Bloc == bloc && m.Member == member {
				m.During.To = footprint.NewDate(2026, 11, 19)
			}
		}
	}
}

func redefining(t testing.TB, s footprint.Setting, key, definition string) func(p *footprint.Parts) {
	e, err := footprint.ParseExpr(definition)
	if err != nil {
		t.Fatal(err)
	}
	return func(p *footprint.Parts) {
		for i := range p.Regions {
			if p.Regions[i].Setting == s && p.Regions[i].Key == key {
				p.Regions[i].Definition = e
			}
		}
	}
}

func changesOf(t testing.TB) []change {
	anywhere := func(p *footprint.Parts) {}
	return []change{
		{name: "nothing", make: anywhere},
		{name: "the next day", make: anywhere, day: footprint.NewDate(2026, 11, 21)},
		{name: "a year before", make: anywhere, day: footprint.NewDate(2025, 11, 21), anew: true},
		{name: "a site opens in Germany", make: opening("ZZD", "DE", "Europe")},
		{name: "a site opens where none was", make: opening("AAQ", "AQ", "Antarctica")},
		{name: "a site opens in a country of the EU", make: opening("ZZM", "MT", "Europe")},
		{name: "a site closes", make: closing("FRA")},
		{name: "two sites close and one opens", make: func(p *footprint.Parts) { closing("FRA", "JFK")(p); opening("ZZX", "US", "North America")(p) }},
		{name: "an adequacy decision falls", make: leaving("ADEQUATE", "US")},
		{name: "a country leaves the EU", make: leaving("EU", "FR")},
		{name: "a region grows", make: redefining(t, footprint.ProcessingSetting, "eu", "bloc: EU or country: GB")},
		{name: "a region becomes another", make: redefining(t, footprint.ProcessingSetting, "us", "country: US and not country: CA")},
		{name: "a region becomes empty", make: redefining(t, footprint.ProcessingSetting, "de", "country: AQ"), anew: true},
	}
}

func (c change) apply(t testing.TB, w *world) *footprint.View {
	t.Helper()
	fp := w.data.Footprint
	parts := footprint.Parts{
		Sites: slices.Clone(fp.Sites()), Jurisdictions: fp.Jurisdictions(), Memberships: slices.Clone(fp.Memberships()), Regions: slices.Clone(fp.Regions()),
	}
	c.make(&parts)
	changed, err := footprint.New(parts)
	if err != nil {
		t.Fatal(err)
	}
	d := w.view.Date()
	if c.day != 0 {
		d = c.day
	}
	return changed.At(d)
}

func TestWhatIsCarriedOverIsWhatIsResolvedAnew(t *testing.T) {
	w := newWorld(t, 160)
	shapes := w.profiles.Shapes()
	if len(w.compiled.Own()) == 0 {
		t.Fatal("no profile has expressions of its own")
	}
	carried := map[string]bool{}
	for _, c := range changesOf(t) {
		view := c.apply(t, w)
		full := fleet.NewCompiled(w.data.Rules, view)
		full.Extend(shapes)
		moved, ok := w.compiled.Moved(view, shapes)
		if !ok {
			moved = full
		}
		if carried[c.name] = ok; c.anew && ok {
			t.Errorf("%s: carried over, and cannot be", c.name)
		}
		for p := range len(shapes) {
			if !fleet.SameResidency(moved, full, p) {
				t.Fatalf("%s: profile %d differs", c.name, p)
			}
		}
		w.agrees(t, c.name, moved, full)
	}
	for _, name := range []string{"the next day", "a site opens in Germany", "a site opens where none was", "a site closes", "an adequacy decision falls"} {
		if !carried[name] {
			t.Errorf("%s: resolved anew", name)
		}
	}
}

// agrees compares the verdicts of every profile, and those of some with the naive
// checker's.
func (w *world) agrees(t *testing.T, name string, moved, full *fleet.Compiled) {
	t.Helper()
	shapes := w.profiles.Shapes()
	for k, cl := range w.claims(t) {
		a, err := fleet.Judge(moved, cl)
		if err != nil {
			t.Fatal(err)
		}
		b, err := fleet.Judge(full, cl)
		if err != nil {
			t.Fatal(err)
		}
		for p := range shapes {
			if a.Verdict(uint32(p)) != b.Verdict(uint32(p)) {
				t.Fatalf("%s: %s: profile %d is %v, in full %v", name, cl.Sentence(), p, a.Verdict(uint32(p)), b.Verdict(uint32(p)))
			}
		}
		for p := 1 + k; p < len(shapes); p += 97 {
			r, err := naive.Check(naive.Input{Rules: w.data.Rules, Footprint: full.View().Footprint(), Day: full.View().Date(), Settings: shapes[p], Claim: cl})
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != a.Verdict(uint32(p)) {
				t.Fatalf("%s: %s: profile %d is %v, naively %v", name, cl.Sentence(), p, a.Verdict(uint32(p)), r.Verdict)
			}
		}
	}
}

func TestAFleetThatWasCarriedOverGoesOn(t *testing.T) {
	w := newWorld(t, 100)
	c := changesOf(t)[3]
	view := c.apply(t, w)
	moved, ok := w.compiled.Moved(view, w.profiles.Shapes())
	if !ok {
		t.Fatal("not carried over")
	}
	for i := range 60 { // further profiles, and then a further change
		w.customer(fmt.Sprint("late", i), newDice(w.data.Rules, 77, uint64(i)).settings())
	}
	shapes := w.profiles.Shapes()
	moved.Extend(shapes[moved.Profiles():])
	again, ok := moved.Moved(w.view, shapes)
	if !ok {
		t.Fatal("not carried back")
	}
	w.compiled.Extend(shapes[w.compiled.Profiles():])
	for p := range shapes {
		if !fleet.SameResidency(again, w.compiled, p) {
			t.Fatalf("profile %d differs", p)
		}
	}
}

func TestAProductRuleThatChangesIsResolvedAnew(t *testing.T) {
	w := newWorld(t, 150)
	rules := *w.data.Rules
	rules.Products = slices.Clone(rules.Products)
	for i := range rules.Products {
		rules.Products[i].Rules = slices.Clone(rules.Products[i].Rules)
		for j := range rules.Products[i].Rules {
			if r := &rules.Products[i].Rules[j]; r.Effect == residency.EffectOutside {
				r.Effect = residency.EffectNarrowed
			}
		}
	}
	full := fleet.NewCompiled(&rules, w.view)
	full.Extend(w.profiles.Shapes())
	flips := 0
	old := *w
	w.data.Rules, w.compiled = &rules, full
	for _, cl := range w.claims(t) {
		before, after := old.sweep(t, cl), w.sweep(t, cl)
		for id := range w.sets {
			if v, _ := after.Verdict(id); v != w.full(t, id, cl).Verdict {
				t.Fatalf("%s: %v", id, v)
			}
		}
		flips += len(expectFlips(t, before, after))
	}
	if flips == 0 {
		t.Error("nobody flips")
	}
}
