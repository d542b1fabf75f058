package atlas_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"domicile/datasets"
	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/embedded"
	"domicile/internal/footprint"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

type codec struct{}

func (codec) Encode(s *residency.Settings) ([]byte, error) { return settings.Encode(s) }
func (codec) Decode(b []byte) (*residency.Settings, error) { return settings.Decode(b) }

func reference(t testing.TB) *atlas.Reference {
	t.Helper()
	d, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &atlas.Reference{Footprint: d.Footprint, Rules: d.Rules, Revision: d.Revision}
	for _, p := range d.Presets {
		r.Presets = append(r.Presets, atlas.Preset{ID: p.ID, Name: p.Name, Kind: p.Kind, Places: p.Places})
	}
	return r
}

// clock is a clock that tests set.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func open(t testing.TB, dir string, c *clock) *atlas.Service {
	t.Helper()
	return service(t, openStore(t, dir), c)
}

func openStore(t testing.TB, dir string) atlas.Store {
	t.Helper()
	store, err := embedded.Open(context.Background(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func service(t testing.TB, store atlas.Store, c *clock, options ...atlas.Option) *atlas.Service {
	t.Helper()
	s, err := atlas.New(context.Background(), reference(t), store, codec{}, c.read, options...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parse(t testing.TB, ref *atlas.Reference, text string) []*residency.Settings {
	t.Helper()
	sets, err := settings.Parse([]byte(text), "test.yaml", &settings.Catalog{Footprint: ref.Footprint, Rules: ref.Rules, Presets: []string{"eu-only"}})
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

func day(t testing.TB, text string) footprint.Date {
	t.Helper()
	d, err := footprint.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const regional = `customer: acme
effective: 2026-03-01
products: [cdn]
zones: [{name: acme.example, hostnames: [{name: www.acme.example, processing_region: REGION}]}]
promises: [{claim: eu-only, reading: handled, since: 2026-04-01}]
`

func decrypts(t testing.TB, s *atlas.Service) claim.Claim {
	t.Helper()
	c, err := s.State().Reference.Claim(atlas.ClaimInput{Within: []string{"EU"}, Categories: []string{"CONTENT"}, Activities: []string{"PROCESS"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnAnswerAsOfADateUsesTheSettingsThatAppliedThen(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	s := open(t, t.TempDir(), now)
	ref := s.State().Reference
	for _, step := range []struct{ region, from string }{{"de", "2026-03-01"}, {"us", "2026-06-01"}} {
		text := strings.ReplaceAll(strings.ReplaceAll(regional, "REGION", step.region), "2026-03-01", step.from)
		if _, err := s.Put(context.Background(), parse(t, ref, text), atlas.AnyVersion, "test"); err != nil {
			t.Fatal(err)
		}
		now.now = now.now.Add(time.Hour)
	}
	for _, c := range []struct {
		asOf string
		want claim.Verdict
	}{
		{"2026-02-28", claim.Unknown}, // before the first record
		{"2026-03-01", claim.Holds},
		{"2026-05-31", claim.Holds},
		{"2026-06-01", claim.NotEnsured},
	} {
		j, err := s.Check(context.Background(), s.State(), "acme", decrypts(t, s), day(t, c.asOf))
		if err != nil {
			t.Fatal(err)
		}
		if j.Verdict != c.want {
			t.Errorf("as of %s: %v, want %v", c.asOf, j.Verdict, c.want)
		}
	}
	// What was known before the second recording differs from what is known now.
	acme, _ := s.State().Customer("acme")
	before := time.Date(2026, 11, 1, 12, 30, 0, 0, time.UTC)
	if then, err := acme.KnownAt(context.Background(), day(t, "2026-06-01"), before); err != nil || then == nil || then.Number != 1 {
		t.Errorf("known before the second recording: %+v, want version 1", then)
	}
	if later, err := acme.At(context.Background(), day(t, "2026-06-01")); err != nil || later == nil || later.Number != 2 {
		t.Errorf("known now: %+v, want version 2", later)
	}
}

func TestAServiceSeesWhatAnotherProcessRecorded(t *testing.T) {
	now := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	reader, writer := open(t, dir, now), open(t, dir, now)
	sets := parse(t, writer.State().Reference, strings.ReplaceAll(regional, "REGION", "eu"))
	if _, err := writer.Put(context.Background(), sets, 0, "test"); err != nil {
		t.Fatal(err)
	}
	if _, ok := reader.State().Customer("acme"); ok {
		t.Fatal("the reader saw it without a refresh: the state is not a snapshot")
	}
	if err := reader.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, ok := reader.State().Customer("acme"); !ok {
		t.Error("the reader does not see it after a refresh")
	}
	if _, err := reader.Put(context.Background(), sets, 0, "test"); err == nil {
		// The same settings again append nothing, whoever writes them.
		if got, _ := reader.State().Customer("acme"); got.Newest() != 1 {
			t.Errorf("version %d after the same settings again, want 1", got.Newest())
		}
	}
	other := parse(t, writer.State().Reference, strings.ReplaceAll(regional, "REGION", "fr"))
	if _, err := reader.Put(context.Background(), other, 0, "test"); !errors.Is(err, atlas.ErrConflict) {
		t.Errorf("a writer that saw no version got %v, want ErrConflict", err)
	}
}

func TestPromisesAreJudgedOnTheDaysTheyApply(t *testing.T) {
	s := open(t, t.TempDir(), &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	sets := parse(t, s.State().Reference, strings.ReplaceAll(regional, "REGION", "eu"))
	if _, err := s.Put(context.Background(), sets, 0, "test"); err != nil {
		t.Fatal(err)
	}
	early, err := s.Promises(context.Background(), s.State(), "acme", day(t, "2026-03-15"))
	if err != nil || len(early) != 0 {
		t.Errorf("before it was promised: %d promises, %v", len(early), err)
	}
	now, err := s.Promises(context.Background(), s.State(), "acme", day(t, "2026-05-01"))
	if err != nil || len(now) != 1 {
		t.Fatalf("%d promises, %v; want 1", len(now), err)
	}
	// Logs and keys are at their defaults, so it is not ensured.
	if v := now[0].Judgement.Verdict; v != claim.NotEnsured {
		t.Errorf("verdict %v, want NOT_ENSURED", v)
	}
}

func TestAClaimIsReadStrictly(t *testing.T) {
	ref := reference(t)
	for name, c := range map[string]struct {
		in   atlas.ClaimInput
		want string // part of the error; "" = accepted
	}{
		"a preset":                    {atlas.ClaimInput{Preset: "eu-only", Reading: "resides"}, ""},
		"a union with an exception":   {atlas.ClaimInput{Within: []string{"EU", "gb"}, Except: []string{"FR"}}, ""},
		"a region by key":             {atlas.ClaimInput{Within: []string{"region:isoeu"}}, ""},
		"no places":                   {atlas.ClaimInput{}, "no places"},
		"an unknown preset":           {atlas.ClaimInput{Preset: "mars-only"}, "known: "},
		"a preset with more places":   {atlas.ClaimInput{Preset: "eu-only", Within: []string{"GB"}}, "names its own places"},
		"Europe":                      {atlas.ClaimInput{Within: []string{"Europe"}}, "say which you mean"},
		"a country by name":           {atlas.ClaimInput{Within: []string{"Canada"}}, "write CA"},
		"a prefix that looks like EU": {atlas.ClaimInput{Within: []string{"eu-west-1"}}, "unknown code"},
		"an unknown reading":          {atlas.ClaimInput{Within: []string{"EU"}, Reading: "lives"}, "resides, handled or everything"},
		"an unknown category":         {atlas.ClaimInput{Within: []string{"EU"}, Categories: []string{"COOKIES"}}, "COOKIES"},
		"two faults at once":          {atlas.ClaimInput{Within: []string{"EU"}, Kind: "MOSTLY", Activities: []string{"TOUCH"}}, "TOUCH"},
	} {
		_, err := ref.Claim(c.in)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		case c.want != "" && !errors.Is(err, atlas.ErrInput):
			t.Errorf("%s: %v is not ErrInput", name, err)
		}
	}
}

func TestAFixedStoreKeepsNothing(t *testing.T) {
	ref := reference(t)
	sets := parse(t, ref, strings.ReplaceAll(regional, "REGION", "eu"))
	now := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	store, err := atlas.NewFixed(sets, codec{}, now.now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := atlas.New(context.Background(), ref, store, codec{}, now.read)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(context.Background(), sets, atlas.AnyVersion, "test"); !errors.Is(err, atlas.ErrStoreUnavailable) {
		t.Errorf("Put on settings that are not stored: %v", err)
	}
	if _, err := s.Residency(context.Background(), s.State(), "nobody", s.Today()); !errors.Is(err, atlas.ErrNotFound) {
		t.Errorf("an absent customer: %v, want ErrNotFound", err)
	}
	if _, err := atlas.NewFixed(append(sets, sets...), codec{}, now.now); err == nil {
		t.Error("the same customer twice is accepted")
	}
}
