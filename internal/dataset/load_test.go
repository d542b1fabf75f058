package dataset_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/datasets"
	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

func load(t testing.TB) *dataset.Data {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func day(t testing.TB, s string) footprint.Date {
	t.Helper()
	d, err := footprint.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEmbeddedDatasetsVerify(t *testing.T) {
	for _, f := range dataset.Verify(datasets.FS) {
		t.Error(f)
	}
}

func TestCountsOfTheTables(t *testing.T) {
	d := load(t)
	sites := func(pass func(*footprint.Site) bool) (n int) {
		for i := range d.Footprint.Sites() {
			if pass(&d.Footprint.Sites()[i]) {
				n++
			}
		}
		return n
	}
	regions := func(s footprint.Setting, policy bool) (n int) {
		for _, r := range d.Footprint.Regions() {
			if r.Setting == s && (r.Kind == "policy-code") == policy {
				n++
			}
		}
		return n
	}
	matrix, rules := 0, 0
	for _, p := range d.Rules.Products {
		rules += len(p.Rules)
		if p.Matrix {
			matrix++
		}
	}
	got := map[string]int{
		"listed sites":           sites(func(s *footprint.Site) bool { return s.Kind == footprint.PoP && s.Seen.To == 0 }),
		"retired sites":          sites(func(s *footprint.Site) bool { return s.Kind == footprint.PoP && s.Seen.To != 0 }),
		"core data centers":      sites(func(s *footprint.Site) bool { return s.Kind == footprint.Core }),
		"listed partner sites":   sites(func(s *footprint.Site) bool { return s.Network == footprint.NetworkChina && s.Seen.To == 0 }),
		"processing regions":     regions(footprint.ProcessingSetting, false),
		"key regions":            regions(footprint.KeySetting, false),
		"policy codes beside eu": regions(footprint.KeySetting, true),
		"log regions":            regions(footprint.LogSetting, false),
		"storage jurisdictions":  regions(footprint.StorageSetting, false),
		"products":               len(d.Rules.Products),
		"rows of the matrix":     matrix,
		"product rules":          rules,
		"caveats":                len(d.Rules.Caveats),
		"log datasets":           len(d.Rules.LogDatasets),
		"disputes":               len(d.Disputes),
		"unavailable features":   len(d.Unavailable),
		"settings-file features": len(d.Rules.Features),
		"sources":                len(d.Sources),
		"edge ranges":            len(d.EdgeRanges),
	}
	want := map[string]int{
		"listed sites": 340, "retired sites": 42, "core data centers": 2, "listed partner sites": 30,
		"processing regions": 35, "key regions": 11, "policy codes beside eu": 9, "log regions": 2, "storage jurisdictions": 3,
		"products": 69, "rows of the matrix": 65, "product rules": 276, "caveats": 45, "log datasets": 30, "disputes": 12,
		"unavailable features": 16, "settings-file features": 13, "sources": 111, "edge ranges": 22,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	countries := 0
	for _, j := range d.Footprint.Jurisdictions() {
		if j.Kind == footprint.Country {
			countries++
		}
	}
	if countries != 250 {
		t.Errorf("%d countries, want 250", countries)
	}
}

func TestLegalMembershipOnADay(t *testing.T) {
	fp := load(t).Footprint
	tests := []struct {
		name, site, bloc, on string
		want                 footprint.Membership
	}{
		{"Réunion is in the EU", "RUN", "EU", "2026-08-20", footprint.In},
		{"Réunion is an outermost region", "RUN", "EU_OUTERMOST", "2026-08-20", footprint.In},
		{"New Caledonia is not in the EU", "NOU", "EU", "2026-08-20", footprint.Out},
		{"French Polynesia is not in the EU", "PPT", "EU", "2026-08-20", footprint.Out},
		{"Norway is in the EEA", "OSL", "EEA", "2026-08-20", footprint.In},
		{"Norway is not in the EU", "OSL", "EU", "2026-08-20", footprint.Out},
		{"Switzerland is not in the EEA", "ZRH", "EEA", "2026-08-20", footprint.Out},
		{"Switzerland is adequate", "ZRH", "ADEQUATE", "2026-08-20", footprint.In},
		{"the United Kingdom is adequate on the last day", "LHR", "ADEQUATE", "2031-12-27", footprint.In},
		{"the United Kingdom is not adequate the day after", "LHR", "ADEQUATE", "2031-12-28", footprint.Out},
		{"the United Kingdom is not in the EU", "LHR", "EU", "2022-06-01", footprint.Out},
		{"adequacy of the United States is partial", "IAD", "ADEQUATE", "2026-08-20", footprint.Unknown},
		{"adequacy of the United States had a gap", "IAD", "ADEQUATE", "2023-07-09", footprint.Out},
		{"adequacy of Canada is partial", "YYZ", "ADEQUATE", "2026-08-20", footprint.Unknown},
		{"adequacy of Japan is partial", "NRT", "ADEQUATE", "2026-08-20", footprint.Unknown},
		{"Puerto Rico is not one of the 50 states and DC", "SJU", "US_STATES_DC", "2026-08-20", footprint.Out},
		{"Puerto Rico is a territory", "SJU", "US_TERRITORIES", "2026-08-20", footprint.In},
		{"Puerto Rico is not the country US", "SJU", "US", "2026-08-20", footprint.Out},
		{"Guam is not one of the 50 states and DC", "GUM", "US_STATES_DC", "2026-08-20", footprint.Out},
		{"Cincinnati is in Ohio though its airport is not", "CVG", "US-OH", "2026-08-20", footprint.In},
		{"Cincinnati is one of the 50 states and DC", "CVG", "US_STATES_DC", "2026-08-20", footprint.In},
		{"Finland joined NATO on this day", "HEL", "NATO", "2023-04-04", footprint.In},
		{"Finland was not in NATO the day before", "HEL", "NATO", "2023-04-03", footprint.Out},
		{"the core data center in Luxembourg is in the EU", "CORE-LUX", "EU", "2026-08-20", footprint.In},
		{"the core data center in Oregon is in Oregon", "CORE-PDX", "US-OR", "2026-08-20", footprint.In},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i, ok := fp.Lookup(tt.site)
			if !ok {
				t.Fatalf("no site %s", tt.site)
			}
			m, ok := fp.At(day(t, tt.on)).InJurisdiction(tt.bloc)
			if !ok {
				t.Fatalf("no jurisdiction %s", tt.bloc)
			}
			if got := m.Of(i); got != tt.want {
				t.Errorf("%s in %s on %s: %s, want %s", tt.site, tt.bloc, tt.on, got, tt.want)
			}
		})
	}
}

// Dates before the first site record are about countries, not sites.
func TestMembershipRowsBeforeTheFirstSite(t *testing.T) {
	fp := load(t).Footprint
	member := func(bloc, country, on string) bool {
		return slices.ContainsFunc(fp.Memberships(), func(m footprint.BlocMembership) bool {
			return m.Bloc == bloc && m.Member == country && m.During.Contains(day(t, on))
		})
	}
	tests := []struct {
		name, bloc, country, on string
		want                    bool
	}{
		{"the United Kingdom was in the EU in 2019", "EU", "GB", "2019-06-30", true},
		{"the United Kingdom was in the EU on its last day", "EU", "GB", "2020-01-31", true},
		{"the United Kingdom was not in the EU in 2021", "EU", "GB", "2021-06-30", false},
		{"EU law applied to the United Kingdom in the transition", "UK_TRANSITION", "GB", "2020-12-31", true},
		{"Greenland was in the Communities in 1980", "EU", "GL", "1980-01-01", true},
		{"Greenland is not in the EU", "EU", "GL", "2026-08-20", false},
		{"Jersey was never in the EU", "EU", "JE", "2019-06-30", false},
		{"Mayotte was not in the EU in 2013", "EU", "YT", "2013-12-31", false},
		{"Mayotte is in the EU since 2014", "EU", "YT", "2014-01-01", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := member(tt.bloc, tt.country, tt.on); got != tt.want {
				t.Errorf("%s in %s on %s: %t, want %t", tt.country, tt.bloc, tt.on, got, tt.want)
			}
		})
	}
}

func TestRegionMembershipOfASite(t *testing.T) {
	view := load(t).Footprint.At(day(t, "2026-08-20"))
	tests := []struct {
		name    string
		setting footprint.Setting
		key     string
		site    string
		want    footprint.Membership
	}{
		{"Frankfurt is in region eu", footprint.ProcessingSetting, "eu", "FRA", footprint.In},
		{"whether Réunion is in region eu is not stated", footprint.ProcessingSetting, "eu", "RUN", footprint.Unknown},
		{"Zurich is out of region eu", footprint.ProcessingSetting, "eu", "ZRH", footprint.Out},
		{"Réunion is out of region fr", footprint.ProcessingSetting, "fr", "RUN", footprint.Out},
		{"Ashburn is in region us", footprint.ProcessingSetting, "us", "IAD", footprint.In},
		{"San Juan has a code of its own, outside region us", footprint.ProcessingSetting, "us", "SJU", footprint.Out},
		{"FedRAMP sites are not published", footprint.ProcessingSetting, "fedramp", "IAD", footprint.Unknown},
		{"FedRAMP domestic excludes Frankfurt", footprint.ProcessingSetting, "fedramp", "FRA", footprint.Out},
		{"FedRAMP international may include Frankfurt", footprint.ProcessingSetting, "fedramp-intl", "FRA", footprint.Unknown},
		{"ISO 27001 EU excludes London", footprint.ProcessingSetting, "isoeu", "LHR", footprint.Out},
		{"renewable energy says nothing about place", footprint.ProcessingSetting, "green", "NRT", footprint.Unknown},
		{"the complement of Hong Kong and Macau has Zurich", footprint.ProcessingSetting, "not-hk-mo", "ZRH", footprint.In},
		{"the complement of Hong Kong and Macau lacks Hong Kong", footprint.ProcessingSetting, "not-hk-mo", "HKG", footprint.Out},
		{"California is a state", footprint.ProcessingSetting, "us-ca", "LAX", footprint.In},
		{"Oslo is in NATO", footprint.ProcessingSetting, "nato", "OSL", footprint.In},
		{"whether Nouméa is in NATO is not stated", footprint.ProcessingSetting, "nato", "NOU", footprint.Unknown},
		{"Zurich is not in NATO", footprint.ProcessingSetting, "nato", "ZRH", footprint.Out},
		{"log region eu is the core data center in the EU", footprint.LogSetting, "eu", "CORE-LUX", footprint.In},
		{"log region eu is no edge site", footprint.LogSetting, "eu", "LUX", footprint.Out},
		{"log region us is the core data center in Oregon", footprint.LogSetting, "us", "CORE-PDX", footprint.In},
		{"where storage jurisdiction fedramp keeps objects is not published", footprint.StorageSetting, "fedramp", "FRA", footprint.Unknown},
		{"a policy code bounds nothing for certain", footprint.KeySetting, "weur", "FRA", footprint.Unknown},
		{"a policy code is bounded by its group", footprint.KeySetting, "weur", "NRT", footprint.Out},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, ok := view.InRegion(tt.setting, tt.key)
			i, known := view.Footprint().Lookup(tt.site)
			if !ok || !known {
				t.Fatalf("region %t, site %t", ok, known)
			}
			if got := m.Of(i); got != tt.want {
				t.Errorf("%s in %s region %s: %s, want %s", tt.site, tt.setting, tt.key, got, tt.want)
			}
		})
	}
}

func TestProductJudgements(t *testing.T) {
	rules := load(t).Rules
	const (
		keys, proc, logs, storage = footprint.KeySetting, footprint.ProcessingSetting, footprint.LogSetting, footprint.StorageSetting
	)
	tests := []struct {
		product string
		setting footprint.Setting
		want    residency.Effect
	}{
		{"waf", proc, residency.EffectNarrowed},
		{"workers", proc, residency.EffectNarrowed},
		{"spectrum", proc, residency.EffectNarrowed},
		{"gateway", proc, residency.EffectOutside},
		{"cache-reserve", proc, residency.EffectOutside},
		{"workers-ai", proc, residency.EffectOutside},
		{"kv", proc, residency.EffectOutside},
		{"ai-search", proc, residency.EffectOutside},
		{"argo", proc, residency.EffectUnavailable},
		{"http3", proc, residency.EffectUnavailable},
		{"vectorize", proc, residency.EffectUnavailable},
		{"tunnel", proc, residency.EffectUncertain},
		{"ai-security", keys, residency.EffectUncertain},
		{"ai-security", proc, residency.EffectUncertain},
		{"ai-security", logs, residency.EffectUncertain},
		{"saas", keys, residency.EffectOutside},
		{"pages", keys, residency.EffectConditional},
		{"nel", logs, residency.EffectUnavailable},
		{"casb", logs, residency.EffectUnavailable},
		{"log-explorer", logs, residency.EffectUnavailable},
		{"workers-dev", logs, residency.EffectUncertain},
		{"access", logs, residency.EffectFeatureLost},
		{"d1", storage, residency.EffectUncertain},
		{"kv", storage, residency.EffectUncertain},
		{"r2", storage, residency.EffectConditional},
		{"images", storage, residency.EffectOutside},
		{"waf", storage, residency.EffectNone},
	}
	for _, tt := range tests {
		t.Run(tt.product+" under "+tt.setting.String()+" is "+tt.want.String(), func(t *testing.T) {
			p, ok := rules.Product(tt.product)
			if !ok {
				t.Fatal("no such product")
			}
			i := slices.IndexFunc(p.Rules, func(r residency.Rule) bool { return r.Setting == tt.setting })
			if got := p.Rules[i].Effect; got != tt.want {
				t.Errorf("effect %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNoRuleNarrowsWhatThePublishedCellDenies(t *testing.T) {
	for _, p := range load(t).Rules.Products {
		for _, r := range p.Rules {
			denied := r.Support == residency.SupportNo || r.Support == residency.SupportUnavailable
			if denied && (r.Effect == residency.EffectNarrowed || r.Effect == residency.EffectFeatureLost || r.Effect == residency.EffectNone) {
				t.Errorf("%s %s: support %s, effect %s", p.ID, r.Setting, r.Support, r.Effect)
			}
		}
	}
}

func TestFactsThatTheEngineNamesAreStated(t *testing.T) {
	rules := load(t).Rules
	for _, id := range []string{
		residency.FactSettingUnread, residency.FactRegionUnknown, footprint.FactRegionOffer, residency.FactProductUse, residency.FactSteering, residency.FactTarget,
		residency.FactPlan, residency.FactWorkerActs, residency.FactReach, residency.FactStorageUnread, residency.FactNotOffered,
		residency.FactReaderPlace, residency.FactPersonnel, residency.FactKeyServer, residency.FactDisputedStorage,
		residency.FactBeforeRecords, residency.FactNoSite, residency.FactNothingInScope,
	} {
		if rules.FactOwner(id) == "" {
			t.Errorf("facts.csv does not state %s", id)
		}
	}
}

func TestPresetsAreClaims(t *testing.T) {
	d := load(t)
	p, ok := d.Preset("eu-only")
	if !ok || p.Kind != claim.OnlyIn || p.Places.String() != "EU" {
		t.Errorf("eu-only: %v, %+v", ok, p)
	}
	if p, ok = d.Preset("us-only"); !ok || p.Kind != claim.OnlyIn || p.Places.String() != "US" {
		t.Errorf("us-only: %v, %+v", ok, p)
	}
	if _, ok = d.Preset("europe-only"); ok {
		t.Error("a preset that no row defines was found")
	}
}

func TestEveryProvenanceNamesASource(t *testing.T) {
	d := load(t)
	for _, s := range d.Footprint.Sites() {
		if _, ok := d.Source(s.Source); !ok || s.Checked.IsZero() || s.Confidence == footprint.NoConfidence {
			t.Errorf("site %s: %+v", s.Code, s.Provenance)
		}
	}
	if _, ok := d.Source("hearsay"); ok {
		t.Error("a source that no row defines was found")
	}
}

func TestCellsComeFromTheCityWhereItLiesElsewhere(t *testing.T) {
	asked := map[footprint.Point]bool{}
	d, err := dataset.Load(datasets.FS, dataset.Options{CellOf: func(lat, lon float64) (uint64, error) {
		asked[footprint.Point{Lat: lat, Lon: lon}] = true
		return 7, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	i, _ := d.Footprint.Lookup("BDQ")
	if site := d.Footprint.Site(i); site.Cell != 7 || !asked[site.CityAt] || asked[site.At] {
		t.Errorf("cell %d, city asked %t, airport asked %t", site.Cell, asked[site.CityAt], asked[site.At])
	}
	sentinel := errors.New("no cell")
	_, err = dataset.Load(datasets.FS, dataset.Options{CellOf: func(float64, float64) (uint64, error) { return 0, sentinel }})
	if !errors.Is(err, sentinel) || !strings.Contains(err.Error(), "load datasets: site ") {
		t.Errorf("error %v, want one that names the site", err)
	}
}

func TestRevisionFollowsTheFiles(t *testing.T) {
	first := load(t).Revision
	if second := load(t).Revision; first != second || len(first) != 64 {
		t.Errorf("revisions %q and %q", first, second)
	}
	dir := copyOf(t)
	edit(t, dir, "facts.csv", "is not published", "is still not published", 1)
	rewriteManifest(t, dir)
	d, err := dataset.Load(dir, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Revision == first {
		t.Error("a changed row left the revision as it was")
	}
}

func TestLoadRefusesADirectoryWithFaults(t *testing.T) {
	dir := copyOf(t)
	delete(dir, "sites.csv")
	_, err := dataset.Load(dir, dataset.Options{})
	var faults dataset.Faults
	if !errors.Is(err, dataset.ErrFaults) || !errors.As(err, &faults) || len(faults) == 0 {
		t.Fatalf("error %v", err)
	}
	if !strings.Contains(err.Error(), "sites.csv: missing file; restore the file") {
		t.Errorf("error does not say what to mend: %v", err)
	}
	_, err = dataset.Load(errorFS{}, dataset.Options{})
	if !errors.Is(err, dataset.ErrFaults) {
		t.Errorf("unreadable directory: %v", err)
	}
}

type errorFS struct{}

func (errorFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dataset.Load(datasets.FS, dataset.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
