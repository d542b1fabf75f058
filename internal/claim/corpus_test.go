package claim_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"domicile/datasets"
	"domicile/internal/claim"
	"domicile/internal/dataset"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// corpusDay is the day of a case that names none.
const corpusDay = "2026-08-20"

// corpusCase is a question to the real network, with the answer that the laws
// give. A file of testdata/corpus holds a theme:
//
//	-- settings NAME --        settings that cases may use, as YAML
//	-- case NAME --            the name starts with the question it answers
//	use: NAME                  start from these settings
//	with:                      indented YAML; a key replaces the one used
//	date: YYYY-MM-DD
//	claim: CATEGORY+… ACTIVITY+…|READING only-in|never-in PLACE,… [except PLACE,…]
//	scope: KIND NAME
//	seen: CATEGORY ACTIVITY KIND NAME SITE
//	verdict: VERDICT
//	first: CATEGORY ACTIVITY KIND [NAME] SITE|elsewhere     the first counterexample
//	because: TEXT              part of why a counterexample is where it is
//	fact: ID                   one of the facts that decide it
//	assume, lost, excludes: TEXT
//	evidence: GRADE
//	refused: TEXT              part of why it is no question at all
type corpusCase struct {
	name, settings string
	keys           map[string]string
}

// corpus reads every file of testdata/corpus.
func corpus(t *testing.T) map[string][]corpusCase {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	out := map[string][]corpusCase{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		theme := strings.TrimSuffix(filepath.Base(file), ".txtar")
		out[theme] = corpusFile(t, string(text))
	}
	return out
}

func corpusFile(t *testing.T, text string) []corpusCase {
	t.Helper()
	named := map[string]string{}
	var out []corpusCase
	for _, part := range strings.Split("\n"+text, "\n-- ")[1:] {
		title, body, ok := strings.Cut(part, " --\n")
		kind, name, _ := strings.Cut(title, " ")
		switch {
		case !ok:
			t.Fatalf("%q has no end", part)
		case kind == "settings":
			named[name] = body
		case kind == "case":
			out = append(out, readCase(t, name, body, named))
		default:
			t.Fatalf("unknown section %q", title)
		}
	}
	return out
}

var corpusKeys = []string{"use", "with", "date", "claim", "scope", "seen", "verdict", "first", "because", "fact", "assume", "lost", "excludes", "evidence", "refused"}

func readCase(t *testing.T, name, body string, named map[string]string) corpusCase {
	t.Helper()
	c := corpusCase{name: name, keys: map[string]string{}}
	var with []string
	for line := range strings.Lines(body) {
		if rest, ok := strings.CutPrefix(line, "  "); ok {
			with = append(with, strings.TrimSuffix(rest, "\n"))
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if key == "" {
			continue
		}
		if _, twice := c.keys[key]; twice || !slices.Contains(corpusKeys, key) {
			t.Fatalf("case %s: key %q", name, key)
		}
		c.keys[key] = strings.TrimSpace(value)
	}
	base, ok := named[c.keys["use"]]
	if !ok && c.keys["use"] != "" {
		t.Fatalf("case %s: no settings %q", name, c.keys["use"])
	}
	c.settings = "customer: acme\n" + overlay(strings.Split(base, "\n"), with)
	return c
}

// overlay puts blocks of YAML in the place of those with the same first key.
func overlay(base, with []string) string {
	order, blocks := []string(nil), map[string][]string{}
	add := func(lines []string, seen map[string]bool) {
		key := ""
		for _, line := range lines {
			if first, _, ok := strings.Cut(line, ":"); ok && line[0] != ' ' {
				key = first
				if !slices.Contains(order, key) {
					order = append(order, key)
				}
				if !seen[key] {
					seen[key], blocks[key] = true, nil
				}
			}
			if line != "" {
				blocks[key] = append(blocks[key], line)
			}
		}
	}
	add(base, map[string]bool{})
	add(with, map[string]bool{})
	var out []string
	for _, key := range order {
		out = append(out, blocks[key]...)
	}
	return strings.Join(out, "\n") + "\n"
}

func words[T any](t *testing.T, text string, read func(string) (T, error)) []T {
	t.Helper()
	var out []T
	for word := range strings.SplitSeq(text, "+") {
		v, err := read(word)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// claim reads the claim of a case.
func (c *corpusCase) claim(t *testing.T, fp *footprint.Footprint) (claim.Claim, error) {
	t.Helper()
	fields := strings.Fields(c.keys["claim"])
	var out claim.Claim
	switch r, err := claim.ParseReading(fields[0]); {
	case err == nil:
		out = claim.New(claim.InvalidKind, footprint.Places{}, r)
		fields = fields[1:]
	default:
		out.Categories = claim.CategoriesOf(words(t, fields[0], residency.ParseCategory)...)
		out.Activities = claim.ActivitiesOf(words(t, fields[1], residency.ParseActivity)...)
		fields = fields[2:]
	}
	kind, err := claim.ParseKind(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	var places [2][]string
	for i, word := range fields[1:] {
		if i%2 == 0 {
			places[i/2] = footprint.SplitPlaces(word)
		}
	}
	out.Kind = kind
	out.Places, err = fp.ParsePlaces(places[0], places[1])
	if s := c.keys["scope"]; s != "" {
		out.Scopes = []residency.Scope{scopeOf(t, s)}
	}
	return out, err
}

// scopeOf reads "account", "zone a.example" or "ip binding 198.51.100.0/24".
func scopeOf(t *testing.T, text string) residency.Scope {
	t.Helper()
	text = strings.Replace(text, "ip binding", "ip-binding", 1)
	word, name, _ := strings.Cut(text, " ")
	kind, err := residency.ParseScopeKind(word)
	if err != nil {
		t.Fatal(err)
	}
	return residency.Scope{Kind: kind, Name: name}
}

func (c *corpusCase) window(t *testing.T) evidence.Window {
	t.Helper()
	if c.keys["seen"] == "" {
		return evidence.Window{}
	}
	w := evidence.Window{From: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 8, 2, 0, 0, 0, 0, time.UTC)}
	fields := strings.Fields(c.keys["seen"])
	last := len(fields) - 1
	w.Observations = []evidence.Observation{{
		Category: words(t, fields[0], residency.ParseCategory)[0], Activity: words(t, fields[1], residency.ParseActivity)[0],
		Scope: scopeOf(t, strings.Join(fields[2:last], " ")), Site: fields[last], Hour: w.From, Count: 7,
	}}
	return w
}

// firstOf writes the first counterexample as a case does.
func firstOf(r *claim.Result) string {
	if len(r.Counterexamples) == 0 {
		return ""
	}
	ce := r.Counterexamples[0]
	where := "elsewhere"
	if ce.Site != nil {
		where = ce.Site.Code
	}
	p := ce.Placement
	return fmt.Sprintf("%s %s %s %s", p.Category, p.Activity, p.Scope, where)
}

func (c *corpusCase) expect(t *testing.T, r *claim.Result) {
	t.Helper()
	if got := r.Verdict.String(); got != c.keys["verdict"] {
		t.Errorf("verdict %s, the law says %s; first %q, facts %v", got, c.keys["verdict"], firstOf(r), unknownFacts(r))
	}
	if want := c.keys["first"]; want != "" && firstOf(r) != want {
		t.Errorf("first counterexample %q, want %q", firstOf(r), want)
	}
	if fact := c.keys["fact"]; fact != "" && !slices.Contains(unknownFacts(r), fact) {
		t.Errorf("the facts %v lack %s", unknownFacts(r), fact)
	}
	if grade := c.keys["evidence"]; grade != "" && r.Evidence.String() != grade {
		t.Errorf("evidence %s, want %s", r.Evidence, grade)
	}
	var why, lost []string
	for _, ce := range r.Counterexamples {
		why = append(why, r.Residency.Rules.Explain(ce.Placement))
	}
	for _, l := range r.Residency.Lost {
		lost = append(lost, l.Text)
	}
	for key, texts := range map[string][]string{"because": why, "lost": lost, "assume": r.Assumptions, "excludes": r.Exclusions} {
		want := c.keys[key]
		if want != "" && !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%s: %q does not say %q", key, texts, want)
		}
	}
}

func TestCorpus(t *testing.T) {
	data, err := dataset.Load(datasets.FS, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	catalog := &settings.Catalog{Footprint: data.Footprint, Rules: data.Rules}
	views := map[footprint.Date]*footprint.View{}
	n := 0
	for theme, cases := range corpus(t) {
		n += len(cases)
		t.Run(theme, func(t *testing.T) {
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) { c.run(t, data, catalog, views) })
			}
		})
	}
	if n < 250 {
		t.Errorf("only %d cases", n)
	}
}

func (c *corpusCase) run(t *testing.T, data *dataset.Data, catalog *settings.Catalog, views map[footprint.Date]*footprint.View) {
	t.Helper()
	when := corpusDay
	if d := c.keys["date"]; d != "" {
		when = d
	}
	in := &inputs{Rules: data.Rules, Footprint: data.Footprint, Day: day(t, when), Window: c.window(t)}
	all, err := settings.Parse([]byte(c.settings), "settings", catalog)
	if err == nil {
		in.Settings = all[0]
		in.Claim, err = c.claim(t, data.Footprint)
	}
	if want := c.keys["refused"]; want != "" || err != nil {
		if err == nil || want == "" || !strings.Contains(err.Error(), want) {
			t.Fatalf("refused with %v, want %q\n%s", err, want, c.settings)
		}
		return
	}
	if views[in.Day] == nil {
		views[in.Day] = data.Footprint.At(in.Day)
	}
	r, err := claim.Check(in.Claim, residency.Resolve(in.Rules, views[in.Day], in.Settings), in.Window)
	if err != nil {
		t.Fatal(err)
	}
	c.expect(t, r)
	if testing.Short() { // the naive checker takes most of the time
		return
	}
	if d := disagreement(t, in); d != "" {
		t.Error(d)
	}
}
