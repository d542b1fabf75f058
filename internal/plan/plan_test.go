package plan_test

import (
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"domicile/datasets"
	"domicile/internal/claim"
	"domicile/internal/claim/naive"
	"domicile/internal/dataset"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/plan"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

const day = "2026-11-20"

// world is the shipped datasets and the demo fleet.
type world struct {
	*dataset.Data
	view  *footprint.View
	fleet []*residency.Settings
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := footprint.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Data: d, view: d.Footprint.At(at)}
	text, err := fs.ReadFile(datasets.FS, "demo/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w.fleet = w.parse(t, string(text))
	return w
}

func (w *world) parse(t testing.TB, text string) []*residency.Settings {
	t.Helper()
	var presets []string
	for _, p := range w.Presets {
		presets = append(presets, p.ID)
	}
	sets, err := settings.Parse([]byte(text), "test.yaml", &settings.Catalog{Footprint: w.Footprint, Rules: w.Rules, Presets: presets})
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

func (w *world) claim(t testing.TB, reading claim.Reading, within, except string) claim.Claim {
	t.Helper()
	p, err := w.Footprint.ParsePlaces(footprint.SplitPlaces(within), footprint.SplitPlaces(except))
	if err != nil {
		t.Fatal(err)
	}
	return claim.New(claim.OnlyIn, p, reading)
}

func (w *world) make(t testing.TB, set *residency.Settings, c claim.Claim) *plan.Outcome {
	t.Helper()
	out, err := plan.Make(plan.Input{Rules: w.Rules, View: w.view, Settings: set, Claim: c})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// both judges settings by the engine and by the second implementation.
func (w *world) both(t testing.TB, set *residency.Settings, c claim.Claim) claim.Verdict {
	t.Helper()
	r, err := claim.Check(c, residency.Resolve(w.Rules, w.view, set), evidence.Window{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := naive.Check(naive.Input{Rules: w.Rules, Footprint: w.Footprint, Day: w.view.Date(), Settings: set, Claim: c})
	if err != nil {
		t.Fatal(err)
	}
	if n.Verdict != r.Verdict {
		t.Fatalf("%s: the engine says %s, the second implementation %s", set.Customer, r.Verdict, n.Verdict)
	}
	return r.Verdict
}

func changesOf(p *plan.Plan) plan.Changes {
	var out plan.Changes
	for _, s := range p.Steps {
		out = append(out, s.Change)
	}
	return out
}

func TestEveryPlanHoldsAndNothingInItIsIdle(t *testing.T) {
	w := newWorld(t)
	plans := 0
	for _, set := range w.fleet {
		for _, c := range []claim.Claim{
			w.claim(t, claim.Handled, "EU", ""), w.claim(t, claim.Resides, "EU", "FR"), w.claim(t, claim.Handled, "US", ""),
			w.claim(t, claim.Resides, "DE,LU", ""),
		} {
			before := fmt.Sprintf("%+v", *set)
			out := w.make(t, set, c)
			if fmt.Sprintf("%+v", *set) != before {
				t.Fatalf("%s: the settings given were written to", set.Customer)
			}
			if now := w.both(t, set, c); now != out.Now {
				t.Fatalf("%s %s: now %s, want %s", set.Customer, c.Places, out.Now, now)
			}
			if out.Now == claim.Holds && len(out.Plans) > 0 {
				t.Errorf("%s %s holds already and has a plan", set.Customer, c.Places)
			}
			for i := range out.Plans {
				plans++
				w.isMinimal(t, set, c, &out.Plans[i])
			}
		}
	}
	if plans < 25 {
		t.Errorf("%d plans were looked at", plans)
	}
}

func (w *world) isMinimal(t *testing.T, set *residency.Settings, c claim.Claim, p *plan.Plan) {
	t.Helper()
	all := changesOf(p)
	after := plan.Apply(w.Rules, set, all)
	if !reflect.DeepEqual(after, p.Settings) {
		t.Errorf("%s: the plan's settings are not those of its steps", set.Customer)
	}
	if v := w.both(t, after, c); v != claim.Holds {
		t.Errorf("%s %s: after %+v it is %s", set.Customer, c.Places, all, v)
	}
	for i := range all {
		less := slices.Delete(slices.Clone(all), i, i+1)
		res := residency.Resolve(w.Rules, w.view, plan.Apply(w.Rules, set, less))
		if v := claim.Judge(&c, res); v == claim.Holds {
			t.Errorf("%s %s: it holds without %s as well", set.Customer, c.Places, p.Steps[i].Sentence(w.Rules))
		}
	}
	if p.Result.Verdict != claim.Holds || p.Result.Considered.Placements == 0 {
		t.Errorf("%s: its check comes to %s", set.Customer, p.Result.Verdict)
	}
}

const small = `customer: small
products: [cdn, PRODUCT]
plan: enterprise
FEATURES
LOGS
zones:
  - name: small.example
    hostnames: [{name: www.small.example}]
    certificates: [{hosts: [www.small.example]}]
`

// TestNoPlanMeansThatNoSettingsWould tries many values of every setting of a small
// customer: where any of them makes a claim hold there has to be a plan, and where
// none does there must be none.
func TestNoPlanMeansThatNoSettingsWould(t *testing.T) {
	w := newWorld(t)
	set := w.parse(t, strings.NewReplacer("PRODUCT", "workers-ai", "FEATURES", "features: {argo: true}", "LOGS", "log_retention: true").Replace(small))[0]
	possible := map[string]bool{}
	claims := map[string]claim.Claim{}
	for _, places := range []string{"CH", "NO", "DE", "US", "EU"} {
		for _, x := range []residency.DataCategory{residency.Content, residency.TrafficMetadata, residency.Keys} {
			c := w.claim(t, claim.Resides, places, "")
			c.Categories, c.Reading = claim.CategoriesOf(x), claim.NoReading
			claims[x.String()+" "+places] = c
		}
	}
	for _, places := range []string{"EU", "CH", "DE", "US", "US-TX", "CA", "EU,CH", "GB,LU", "NO,LU", "EEA", "JP,US-OR", "BR"} {
		for _, reading := range []claim.Reading{claim.Resides, claim.Handled} {
			key := reading.String() + " " + places
			claims[key] = w.claim(t, reading, places, "")
		}
	}
	for _, variant := range w.variants(set) {
		res := residency.Resolve(w.Rules, w.view, variant)
		for key, c := range claims {
			possible[key] = possible[key] || claim.Judge(&c, res) == claim.Holds
		}
	}
	yes := 0
	for key, c := range claims {
		out := w.make(t, set, c)
		if out.Feasible() != possible[key] {
			t.Errorf("%s: feasible %v, and some settings make it hold: %v; %+v", key, out.Feasible(), possible[key], out.Blocks)
		}
		if out.Feasible() {
			yes++
		} else if len(out.Blocks) == 0 || !out.Complete {
			t.Errorf("%s: no plan and no word why", key)
		}
	}
	if yes == 0 || yes == len(claims) {
		t.Errorf("%d of %d claims are feasible: the test tells nothing", yes, len(claims))
	}
}

// variants are the settings with every combination of values.
func (w *world) variants(set *residency.Settings) []*residency.Settings {
	keys := map[footprint.Setting][]string{}
	for _, r := range w.Footprint.Regions() {
		if r.Setting == footprint.LogSetting || slices.Contains([]string{"eu", "us", "ch", "de", "gb", "ca", "br", "jp", "us-tx", "not-ru-by", "nato", "isoeu"}, r.Key) {
			keys[r.Setting] = append(keys[r.Setting], r.Key)
		}
	}
	policies := []string{"", "country: CH", "country: [DE]", "country: [GB, LU]", "country: [NO, LU]", "country: BR", "country: NO"}
	var out []*residency.Settings
	for _, region := range append(keys[footprint.ProcessingSetting], "") {
		for _, logs := range append(keys[footprint.LogSetting], "") {
			for _, key := range append(keys[footprint.KeySetting], policies...) {
				for bits := range 8 {
					v := plan.Apply(w.Rules, set, nil)
					v.LogRegion, v.LogRetention = logs, bits&1 != 0
					v.Zones[0].Hostnames[0].Region = region
					if e, err := footprint.ParseExpr(key); err == nil {
						v.Zones[0].Certificates[0].KeyPolicy = e
					} else {
						v.Zones[0].Certificates[0].KeyRegion = key
					}
					if bits&2 != 0 {
						v.Features["argo"] = "false"
					}
					if bits&4 != 0 {
						v.Products.IDs = []string{"cdn"}
					}
					out = append(out, v)
				}
			}
		}
	}
	return out
}

func TestPlansSayWhatIsInTheWay(t *testing.T) {
	w := newWorld(t)
	by := map[string]*residency.Settings{}
	for _, s := range w.fleet {
		by[s.Customer] = s
	}
	for _, c := range []struct {
		name, customer, places string
		reading                claim.Reading
		block, nearest         string
		onlyFacts              bool
	}{
		{name: "no log region in Switzerland", customer: "yeti-bank", places: "CH", reading: claim.Handled, block: "no log region lies inside CH; there are eu, us", nearest: "CH or log-region:eu"},
		{name: "configuration is kept everywhere", customer: "gryphon-grooming", places: "EU", reading: claim.Everything, block: "no setting narrows it"},
		{name: "settings that could not be read", customer: "ghost-salvage", places: "EU", reading: claim.Handled, block: "could not be read", onlyFacts: true},
	} {
		out := w.make(t, by[c.customer], w.claim(t, c.reading, c.places, ""))
		said := slices.ContainsFunc(out.Blocks, func(b plan.Block) bool { return strings.Contains(out.Why(b.First), c.block) })
		near := c.nearest == "" || slices.ContainsFunc(out.Nearest, func(n plan.Nearest) bool { return n.Places.String() == c.nearest })
		if out.Feasible() || !said || !near || plan.OnlyFacts(out.Blocks) != c.onlyFacts {
			t.Errorf("%s: feasible %v, in the way %+v, nearest %+v", c.name, out.Feasible(), out.Blocks, out.Nearest)
		}
	}
}

func TestAPlanNamesWhatItCosts(t *testing.T) {
	w := newWorld(t)
	set := w.parse(t, strings.NewReplacer("PRODUCT", "api-shield", "FEATURES", "", "LOGS", "log_retention: true").Replace(small))[0]
	out := w.make(t, set, w.claim(t, claim.Handled, "EU", ""))
	if len(out.Plans) == 0 {
		t.Fatalf("no plan: %+v", out.Blocks)
	}
	p := out.Plans[0]
	var kinds []string
	for i := range p.Steps {
		kinds = append(kinds, p.Steps[i].Kind.String())
	}
	want := []string{"DISABLE_LOG_RETENTION", "SET_LOG_REGION", "SET_PROCESSING_REGION", "SET_KEY_REGION"}
	if !slices.Equal(kinds, want) {
		t.Errorf("steps %v, want %v", kinds, want)
	}
	if !slices.ContainsFunc(p.Lost, func(l residency.Loss) bool { return l.Product == "api-shield" }) {
		t.Errorf("what stops working: %+v, want API Shield's", p.Lost)
	}
	if p.Steps[1].Sites.Len() != 1 || p.Steps[2].Sites.Len() < 30 {
		t.Errorf("the regions leave %d and %d sites", p.Steps[1].Sites.Len(), p.Steps[2].Sites.Len())
	}
}

func TestEveryKindOfChangeHasAWord(t *testing.T) {
	for _, k := range plan.Kinds() {
		if k.String() == "" || k.String() == "INVALID" {
			t.Errorf("kind %d has no word", k)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	w := newWorld(b)
	c := w.claim(b, claim.Handled, "EU", "")
	for _, set := range w.fleet[:4] {
		b.Run(set.Customer, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.make(b, set, c)
			}
		})
	}
}
