package atlas_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"domicile/datasets"
	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/embedded"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// witness keeps the demo fleet and evidence in one store.
func witness(t *testing.T) (*atlas.Witness, *embedded.Store) {
	t.Helper()
	return witnessAt(t, &clock{time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC)})
}

func witnessAt(t *testing.T, c *clock) (*atlas.Witness, *embedded.Store) {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fleet, err := fs.ReadFile(datasets.FS, "demo/fleet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ref := reference(t)
	cat := &settings.Catalog{Footprint: d.Footprint, Rules: d.Rules}
	for _, p := range d.Presets {
		cat.Presets = append(cat.Presets, p.ID)
	}
	sets, err := settings.Parse(fleet, "fleet.yaml", cat)
	if err != nil {
		t.Fatal(err)
	}
	store, err := embedded.Open(t.Context(), t.TempDir(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	svc, err := atlas.New(t.Context(), ref, store, codec{}, c.read)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Put(t.Context(), sets, atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
	return atlas.NewWitness(svc, store), store
}

// put records settings as a further version.
func put(t *testing.T, w *atlas.Witness, text string) {
	t.Helper()
	if _, err := w.Put(t.Context(), parse(t, w.State().Reference, text), atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
}

// seen is something observed; what is not said is an ordinary request at 9 o'clock
// on the first of November.
type seen struct {
	customer, host, zone, site string
	kinds                      evidence.Kinds
	category                   residency.DataCategory
	activity                   residency.Activity
	day                        int
	count                      uint64
}

func (s seen) row() evidence.Row {
	hour := time.Date(2026, 11, max(1, s.day), 9, 0, 0, 0, time.UTC)
	r := evidence.Row{Customer: s.customer, Observation: evidence.Observation{
		Scope: residency.Scope{Kind: residency.HostnameScope, Name: s.host}, Category: residency.Content, Activity: residency.Process,
		Site: s.site, Hour: hour, Count: max(1, s.count), First: hour.Add(time.Minute), Last: hour.Add(2 * time.Minute), Kinds: s.kinds,
	}}
	if s.zone != "" {
		r.Scope = residency.Scope{Kind: residency.ZoneScope, Name: s.zone}
	}
	if s.category != 0 {
		r.Category = s.category
	}
	if s.activity != 0 {
		r.Activity = s.activity
	}
	return r
}

func (s seen) batch(n byte) atlas.EvidenceBatch {
	r := s.row()
	return atlas.EvidenceBatch{
		File: evidence.Digest{n}, Name: "log", Dataset: "http_requests", To: 10, Complete: true, At: r.First,
		Counts: evidence.Counts{Lines: r.Count, Accepted: r.Count}, Rows: []evidence.Row{r},
		Seen: []evidence.CustomerSeen{{Customer: s.customer, Seen: evidence.Seen{Hour: r.Hour, Root: zoneOf(r.Scope.Name), Minutes: evidence.WholeHour}}},
	}
}

// zoneOf is the zone of a name of the demo fleet: its last two labels.
func zoneOf(name string) string {
	labels := strings.Split(name, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// judged asks whether the customer's data is handled only in the EU, in November.
func judged(t *testing.T, id string, in atlas.ClaimInput, all ...seen) *atlas.Measured {
	t.Helper()
	w, store := witness(t)
	for i, s := range all {
		if s.customer == "" {
			s.customer = id
		}
		if err := store.Record(t.Context(), s.batch(byte(i+1))); err != nil {
			t.Fatal(err)
		}
	}
	st := w.State()
	if in.Within == nil {
		in.Within = []string{"EU"}
	}
	c, err := st.Reference.Claim(in)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.CheckWindow(t.Context(), st, id, c, w.Today(), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const dragon, dragonHost = "dragon-dentistry", "www.dragon.example"

func TestObservationsDecideWithTheSettings(t *testing.T) {
	host := func(name string) atlas.ClaimInput {
		return atlas.ClaimInput{Scopes: []residency.Scope{{Kind: residency.HostnameScope, Name: name}}}
	}
	zone := atlas.ClaimInput{Scopes: []residency.Scope{{Kind: residency.ZoneScope, Name: "dragon.example"}}}
	for _, tt := range []struct {
		name  string
		claim atlas.ClaimInput
		seen  []seen
		want  claim.Verdict
		grade evidence.Grade
		fact  string
	}{
		{name: "nothing seen leaves the settings", want: claim.Holds},
		{name: "what was seen inside is consistent", seen: []seen{{host: dragonHost, site: "FRA"}}, want: claim.Holds, grade: evidence.Consistent},
		{name: "one request outside breaks it", seen: []seen{{host: dragonHost, site: "FRA", count: 1e6}, {host: dragonHost, site: "EWR"}}, want: claim.Broken, grade: evidence.Contradicted},
		{name: "a log line written outside breaks it", seen: []seen{{host: dragonHost, site: "EWR", category: residency.TrafficMetadata}}, want: claim.Broken, grade: evidence.Contradicted},
		{name: "transit outside is no part of it", seen: []seen{{host: dragonHost, site: "EWR", activity: residency.Transit}}, want: claim.Holds},
		{name: "another customer's requests say nothing", seen: []seen{{customer: "yeti-bank", host: dragonHost, site: "EWR"}}, want: claim.Holds},
		{name: "a site that nobody knows takes the yes away", seen: []seen{{host: dragonHost, site: "QQX"}}, want: claim.Unknown, grade: evidence.Consistent, fact: claim.FactUnknownSite},
		{name: "so does an upper tier by number", seen: []seen{{host: dragonHost, site: "#12", kinds: evidence.UpperTier}}, want: claim.Unknown, grade: evidence.Consistent, fact: claim.FactUnknownSite},
		{name: "a name that is not listed takes it away", seen: []seen{{zone: "dragon.example", site: "FRA"}}, want: claim.Unknown, grade: evidence.Consistent, fact: atlas.FactSeenNotExpected},
		{name: "a name that is not listed breaks it outside", seen: []seen{{zone: "dragon.example", site: "EWR"}}, want: claim.Broken, grade: evidence.Contradicted},
		{name: "a name that is listed no more is its zone's", seen: []seen{{host: "old.dragon.example", site: "FRA"}}, want: claim.Unknown, grade: evidence.Consistent, fact: atlas.FactSeenNotExpected},
		{name: "a name under a listed wildcard is expected", seen: []seen{{host: "a.clinic.dragon.example", site: "FRA"}}, want: claim.Holds, grade: evidence.Consistent},
		{name: "subrequests that the settings deny take it away", seen: []seen{{host: dragonHost, site: "FRA", kinds: evidence.Subrequest}}, want: claim.Unknown, grade: evidence.Consistent, fact: atlas.FactSeenNotExpected},
		{name: "so does HTTP/3", seen: []seen{{host: dragonHost, site: "FRA", kinds: evidence.HTTP3}}, want: claim.Unknown, grade: evidence.Consistent, fact: atlas.FactSeenNotExpected},
		{name: "so does a second zone", seen: []seen{{host: dragonHost, site: "FRA", kinds: evidence.O2O}}, want: claim.Unknown, grade: evidence.Consistent, fact: atlas.FactSeenNotExpected},
		{name: "so does Cache Reserve", seen: []seen{{host: dragonHost, site: "FRA", kinds: evidence.CacheReserve}}, want: claim.Unknown, grade: evidence.Consistent, fact: atlas.FactSeenNotExpected},
		{name: "answers to DNS queries are no part of it", seen: []seen{{zone: "dragon.example", site: "EWR", category: residency.TrafficMetadata, kinds: evidence.DNS}}, want: claim.Holds},
		{name: "a zone is broken by its names", claim: zone, seen: []seen{{host: dragonHost, site: "EWR"}}, want: claim.Broken, grade: evidence.Contradicted},
		{name: "a name is not broken by another", claim: host(dragonHost), seen: []seen{{host: "files.dragon.example", site: "EWR"}}, want: claim.Holds},
		{name: "nor by names that are not listed", claim: host(dragonHost), seen: []seen{{zone: "dragon.example", site: "EWR"}}, want: claim.Holds},
		{name: "a claim about keys hears nothing of requests", claim: atlas.ClaimInput{Categories: []string{"KEYS"}}, seen: []seen{{host: dragonHost, site: "EWR", kinds: evidence.HTTP3}}, want: claim.Holds},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := judged(t, dragon, tt.claim, tt.seen...)
			if m.Verdict != tt.want || m.Evidence != tt.grade {
				t.Errorf("%s, %s; want %s, %s (%v)", m.Verdict, m.Evidence, tt.want, tt.grade, m.Unexpected)
			}
			hasFact := slices.ContainsFunc(m.Unknowns, func(u claim.Missing) bool { return u.Fact == tt.fact })
			if tt.fact != "" && !hasFact {
				t.Errorf("unknowns %v lack %s", m.Unknowns, tt.fact)
			}
		})
	}
}

func TestABreachNamesTheRuleThatShouldHaveHeld(t *testing.T) {
	for _, tt := range []struct {
		customer string
		seen     seen
		allowed  bool
		says     string
	}{
		{dragon, seen{host: dragonHost, site: "EWR"}, false, "this should have kept it inside: processing region eu"},
		{"moonbeam-cheese", seen{host: "www.moonbeam.example", site: "EWR"}, true, "the settings allow it: no processing region is set"},
		{"gryphon-grooming", seen{host: "img.gryphon.example", site: "EWR"}, true, "the settings allow it: no processing region is set"},
		{dragon, seen{zone: "dragon.example", site: "EWR"}, false, "no rule of the settings"},
	} {
		m := judged(t, tt.customer, atlas.ClaimInput{}, tt.seen)
		if len(m.Breaches) != 1 {
			t.Fatalf("%s: %d breaches", tt.customer, len(m.Breaches))
		}
		b := &m.Breaches[0]
		if !strings.HasPrefix(b.Sentence(), tt.says) || b.Allowed != tt.allowed || b.Site == nil || b.Site.Country != "US" {
			t.Errorf("%s: %q, allowed %t", tt.customer, b.Sentence(), b.Allowed)
		}
		if o := b.Observation; o.Count != 1 || o.First.IsZero() || o.Last.Before(o.First) {
			t.Errorf("%s: %+v", tt.customer, o)
		}
	}
}

func TestWhatWasMeasuredIsCounted(t *testing.T) {
	m := judged(t, dragon, atlas.ClaimInput{},
		seen{host: dragonHost, site: "FRA", count: 90}, seen{host: dragonHost, site: "EWR", count: 7, day: 3}, seen{host: "files.dragon.example", site: "QQX", count: 3},
		seen{host: dragonHost, site: "FRA", count: 20, activity: residency.Cache}, seen{host: dragonHost, site: "EWR", count: 50, kinds: evidence.Security})
	if m.Events != 100 || m.Outside != 7 || len(m.Parts) != 2 || m.Parts[0].Unplaced != 3 || m.Sampled || m.Bound != 0 {
		t.Errorf("%d of %d, %+v, sampled %t", m.Outside, m.Events, m.Parts, m.Sampled)
	}
	c := m.Window.Coverage
	if c.HoursSeen != 2 || c.Hours != 22*24+18 || len(c.Gaps) != 3 || c.MinutesSeen != 120 {
		t.Errorf("coverage: %d of %d hours, %v", c.HoursSeen, c.Hours, c.Gaps)
	}
	want := []residency.Scope{{Kind: residency.HostnameScope, Name: "*.clinic.dragon.example"}, {Kind: residency.HostnameScope, Name: "dragon.example"}}
	if !slices.Equal(m.NeverSeen, want) {
		t.Errorf("never seen: %v", m.NeverSeen)
	}
}

func TestAWindowIsOfWholeHours(t *testing.T) {
	w, _ := witness(t)
	st := w.State()
	c, err := st.Reference.Claim(atlas.ClaimInput{Preset: "eu-only"})
	if err != nil {
		t.Fatal(err)
	}
	at := func(h, m int) time.Time { return time.Date(2026, 11, 23, h, m, 0, 0, time.UTC) }
	for _, tt := range []struct{ from, to, first, end time.Time }{
		{at(9, 5), at(9, 20), at(9, 0), at(10, 0)}, {at(9, 0), at(11, 0), at(9, 0), at(11, 0)}, {at(16, 59), at(17, 1), at(16, 0), at(17, 5)},
	} {
		m, err := w.CheckWindow(t.Context(), st, dragon, c, w.Today(), tt.from, tt.to)
		if err != nil {
			t.Fatal(err)
		}
		if !m.Window.From.Equal(tt.first) || !m.Window.To.Equal(tt.end) {
			t.Errorf("%s to %s: judged from %s to %s", tt.from, tt.to, m.Window.From, m.Window.To)
		}
	}
}

// A log of one zone says nothing of another that the claim is about, nor does one that
// has some requests only.
func TestCoverageIsOfEveryZoneThatTheClaimIsAbout(t *testing.T) {
	const both = `customer: twins
name: Twins (fictional)
effective: 2026-01-01
plan: enterprise
products: [cdn]
zones:
  - {name: one.example, hostnames: [{name: www.one.example, processing_region: eu}], certificates: []}
  - {name: two.example, hostnames: [{name: www.two.example, processing_region: eu}], certificates: []}
`
	w, store := witness(t)
	put(t, w, both)
	one := seen{customer: "twins", host: "www.one.example", site: "FRA", day: 5}.batch(1)
	some := seen{customer: "twins", host: "www.two.example", site: "FRA", day: 5}.batch(2)
	some.Seen[0].Root = ""
	for _, b := range []atlas.EvidenceBatch{one, some} {
		if err := store.Record(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	day := time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		scopes []residency.Scope
		hours  int
	}{
		"everything":   {nil, 0},
		"the one zone": {[]residency.Scope{{Kind: residency.ZoneScope, Name: "one.example"}}, 1},
		"its name":     {[]residency.Scope{{Kind: residency.HostnameScope, Name: "www.one.example"}}, 1},
		"the other":    {[]residency.Scope{{Kind: residency.HostnameScope, Name: "www.two.example"}}, 0},
	} {
		st := w.State()
		c, err := st.Reference.Claim(atlas.ClaimInput{Preset: "eu-only"})
		if err != nil {
			t.Fatal(err)
		}
		c.Scopes = tt.scopes
		m, err := w.CheckWindow(t.Context(), st, "twins", c, w.Today(), day, day.Add(time.Hour))
		if err != nil || m.Window.Coverage.HoursSeen != tt.hours {
			t.Errorf("%s: %d hours seen, %v", name, m.Window.Coverage.HoursSeen, err)
		}
	}
}

// Before a name was listed its requests were counted as its zone's: they can be against a
// claim about the name, and cannot be told from others.
func TestWhatWasSeenBeforeANameWasListedTakesAYesAway(t *testing.T) {
	const before = `customer: later
name: Later (fictional)
effective: 2026-01-01
plan: enterprise
products: [cdn]
zones:
  - {name: later.example, hostnames: [{name: old.later.example, processing_region: eu}], certificates: []}
`
	after := strings.Replace(before, "hostnames: [", "hostnames: [{name: new.later.example, processing_region: eu}, ", 1)
	for name, tt := range map[string]struct {
		first string
		site  string
		want  claim.Verdict
	}{
		"outside, before it was listed":    {before, "EWR", claim.Unknown},
		"nobody knows where":               {before, "QQX", claim.Unknown},
		"inside":                           {before, "FRA", claim.Holds},
		"listed from the first version on": {after, "EWR", claim.Holds},
	} {
		t.Run(name, func(t *testing.T) {
			w, store := witness(t)
			put(t, w, tt.first)
			put(t, w, after)
			if err := store.Record(t.Context(), seen{customer: "later", zone: "later.example", site: tt.site, day: 5}.batch(1)); err != nil {
				t.Fatal(err)
			}
			st := w.State()
			c, err := st.Reference.Claim(atlas.ClaimInput{Within: []string{"EU"}, Categories: []string{"CONTENT"}, Activities: []string{"PROCESS"}})
			if err != nil {
				t.Fatal(err)
			}
			c.Scopes = []residency.Scope{{Kind: residency.HostnameScope, Name: "new.later.example"}}
			day := time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC)
			m, err := w.CheckWindow(t.Context(), st, "later", c, w.Today(), day, day.AddDate(0, 0, 1))
			if err != nil {
				t.Fatal(err)
			}
			if m.Verdict != tt.want || (tt.want == claim.Unknown) != slices.ContainsFunc(m.Unexpected, func(u atlas.Unexpected) bool { return u.Surprise == atlas.ListedLater }) {
				t.Errorf("%s, want %s: %v, %v", m.Verdict, tt.want, m.Unexpected, m.Counterexamples)
			}
		})
	}
}

func TestABoundIsOfWhatWasSampled(t *testing.T) {
	m := judged(t, dragon, atlas.ClaimInput{},
		seen{host: dragonHost, site: "FRA", count: 100, kinds: evidence.Sampled}, seen{host: dragonHost, site: "FRA", count: 1_000_000, day: 2})
	if !m.Sampled || m.Bound < 0.029 || m.Bound > 0.030 {
		t.Errorf("sampled %t, bound %g: a log with every event makes no sample larger", m.Sampled, m.Bound)
	}
}

func TestASampleHasABound(t *testing.T) {
	m := judged(t, dragon, atlas.ClaimInput{}, seen{host: dragonHost, site: "FRA", count: 100, kinds: evidence.Sampled})
	if !m.Sampled || m.Bound < 0.029 || m.Bound > 0.030 || m.Verdict != claim.Holds {
		t.Errorf("sampled %t, bound %g, %s", m.Sampled, m.Bound, m.Verdict)
	}
}

func TestAWindowHoldsWhatIsInIt(t *testing.T) {
	w, store := witness(t)
	if err := store.Record(t.Context(), seen{customer: dragon, host: dragonHost, site: "EWR", day: 5}.batch(1)); err != nil {
		t.Fatal(err)
	}
	st := w.State()
	c, err := st.Reference.Claim(atlas.ClaimInput{Preset: "eu-only"})
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		from, to time.Time
		want     claim.Verdict
	}{
		{day(1), day(6), claim.Broken}, {day(5).Add(9*time.Hour + 30*time.Minute), day(6), claim.Broken}, {day(1), day(5).Add(9*time.Hour + time.Second), claim.Broken}, {day(5), day(6), claim.Broken}, {day(6), day(7), claim.Holds}, {day(1), day(5), claim.Holds}, {day(1), day(90), claim.Broken},
	} {
		m, err := w.CheckWindow(t.Context(), st, dragon, c, w.Today(), tt.from, tt.to)
		if err != nil || m.Verdict != tt.want {
			t.Errorf("%s to %s: %v, %v", tt.from, tt.to, m.Verdict, err)
		}
	}
	for _, bad := range [][2]time.Time{{}, {day(6), day(5)}, {day(90), day(91)}, {day(1).AddDate(-20, 0, 0), day(2)}} {
		if _, err := w.CheckWindow(t.Context(), st, dragon, c, w.Today(), bad[0], bad[1]); !errors.Is(err, atlas.ErrInput) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if m, err := w.CheckWindow(t.Context(), st, dragon, c, footprint.NewDate(2026, 1, 1), day(1), day(6)); err != nil || m.Verdict != claim.Broken {
		t.Errorf("before the first record: %v, %v", m.Verdict, err)
	}
}
