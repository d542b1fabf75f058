package claim_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// propertyRounds is how many random customers each property is tried on, a
// fifth of them in short runs.
func propertyRounds() uint64 {
	if testing.Short() {
		return 60
	}
	return 300
}

// each calls fn with random questions, every second one of them nearly tidy.
func each(t *testing.T, fn func(t *testing.T, d dice, in *inputs)) {
	t.Helper()
	rules, fp := fictionalRules(), fictionalFootprint(t)
	for round := range propertyRounds() {
		in := randomInputs(round, rules, fp)
		fn(t, newDice(*seed+1, round), in)
		if t.Failed() {
			t.Fatalf("seed %d round %d\n%s", *seed, round, describe(in))
		}
	}
}

func resolve(in *inputs) *residency.Residency {
	return residency.Resolve(in.Rules, in.Footprint.At(in.Day), in.Settings)
}

func judge(in *inputs) claim.Verdict {
	res := resolve(in)
	return claim.Judge(&in.Claim, res)
}

// clone copies settings deeply enough for the changes the properties make.
func clone(s *residency.Settings) *residency.Settings {
	c := *s
	c.Zones = slices.Clone(s.Zones)
	for i := range c.Zones {
		z := &c.Zones[i]
		z.Hostnames, z.Certificates = slices.Clone(z.Hostnames), slices.Clone(z.Certificates)
		z.Spectrum, z.CustomHostnames = slices.Clone(z.Spectrum), slices.Clone(z.CustomHostnames)
	}
	c.Storage, c.Workers, c.IPBindings = slices.Clone(s.Storage), slices.Clone(s.Workers), slices.Clone(s.IPBindings)
	c.Unknown, c.LogDatasets = slices.Clone(s.Unknown), slices.Clone(s.LogDatasets)
	c.Products.IDs, c.CustomRegions = slices.Clone(s.Products.IDs), slices.Clone(s.CustomRegions)
	return &c
}

// narrower maps a region to regions all of whose possible members are possible
// members of it.
var narrower = map[string][]string{"eu": {"certified-eu"}, "us": {"us-tx", "fedramp"}, "not-ru": {"eu", "de", "us", "jp"}, "certified": {"certified-eu"}}

// restrictions are changes that put a setting where there was none, or a more
// specific region in the place of another. None applies where something else
// decides already: a region for a name is a restriction only where no
// wildcard, default, application or binding governs it.
func restrictions(d dice, s *residency.Settings) []func() {
	var out []func()
	for i := range s.Zones {
		z := &s.Zones[i]
		for j := range z.Hostnames {
			switch h := &z.Hostnames[j]; {
			case h.Region == "" && s.DefaultRegion == "" && len(h.Addresses) == 0 && !slices.ContainsFunc(z.Hostnames, wildcardWithRegion):
				out = append(out, func() { h.Region = pick(d, processingKeys...) })
			case narrower[h.Region] != nil && len(h.Addresses) == 0:
				out = append(out, func() { h.Region = pick(d, narrower[h.Region]...) })
			}
		}
		for j := range z.Certificates {
			if c := &z.Certificates[j]; !c.Keyless && c.KeyRegion == "" && c.KeyPolicy == nil {
				out = append(out, func() { c.KeyRegion = pick(d, keyKeys...) })
			}
		}
	}
	for i := range s.Storage {
		if x := &s.Storage[i]; x.Jurisdiction == "" {
			out = append(out, func() { x.Jurisdiction = pick(d, "eu", "us", "fedramp") })
		}
	}
	if s.LogRegion == "" {
		out = append(out, func() { s.LogRegion = pick(d, "eu", "us") })
	}
	if s.DefaultRegion == "" {
		out = append(out, func() { s.DefaultRegion = pick(d, processingKeys...) })
	}
	return out
}

func wildcardWithRegion(h residency.Hostname) bool { return h.Name[0] == '*' && h.Region != "" }

// A restriction adds no site to a placement that was there before: neither a
// certain nor a possible one.
func TestARestrictionAddsNoSite(t *testing.T) {
	tried := 0
	each(t, func(t *testing.T, d dice, in *inputs) {
		before := engineCells(resolve(in))
		s := clone(in.Settings)
		changes := restrictions(d, s)
		if len(changes) == 0 {
			return
		}
		changes[d.IntN(len(changes))]()
		tried++
		after := engineCells(residency.Resolve(in.Rules, in.Footprint.At(in.Day), s))
		for at, was := range before {
			now := after[at]
			if len(union(was.May, now.May)) != len(was.May) || len(union(was.Certain, now.Certain)) != len(was.Certain) && len(union(was.May, now.Certain)) != len(was.May) {
				t.Errorf("%+v: was %v, is %v after %+v", at, was, now, s)
			}
		}
	})
	if uint64(tried) < propertyRounds()/3 {
		t.Errorf("only %d customers had something to restrict", tried)
	}
}

// Where a fact is taken away, nothing that did not hold comes to hold.
func TestAMissingFactMakesNothingHold(t *testing.T) {
	whole := fictionalParts(t)
	each(t, func(t *testing.T, d dice, in *inputs) {
		before := judge(in)
		for name, poorer := range withoutAFact(t, d, in, whole) {
			if after := judge(poorer); after == claim.Holds && before != claim.Holds {
				t.Errorf("%s: %s became HOLDS", name, before)
			}
		}
	})
}

// withoutAFact returns the question with one thing less known, in several ways.
// A membership row is not dropped but made partial: an absent row says that
// there is no membership, which is a fact, too.
func withoutAFact(t *testing.T, d dice, in *inputs, whole footprint.Parts) map[string]*inputs {
	t.Helper()
	out := map[string]*inputs{}
	change := func(name string, fn func(*residency.Settings)) {
		poorer := *in
		poorer.Settings = clone(in.Settings)
		fn(poorer.Settings)
		out[name] = &poorer
	}
	all := paths(in.Settings)
	path := all[d.IntN(len(all))]
	change("not read: "+path, func(s *residency.Settings) { s.Unknown = append(s.Unknown, path) })
	change("products not known", func(s *residency.Settings) { s.Products = residency.Products{} })
	change("Workers not described", func(s *residency.Settings) {
		for i := range s.Workers {
			s.Workers[i].Subrequests = residency.Unsure
		}
	})
	reshape := func(name string, fn func(*footprint.Parts)) {
		parts := whole
		parts.Sites, parts.Memberships, parts.Regions = slices.Clone(whole.Sites), slices.Clone(whole.Memberships), slices.Clone(whole.Regions)
		fn(&parts)
		fp, err := footprint.New(parts)
		if err != nil {
			t.Fatal(err)
		}
		poorer := *in
		poorer.Footprint = fp
		out[name] = &poorer
	}
	row := d.IntN(len(whole.Memberships))
	reshape("partial: "+whole.Memberships[row].Member, func(p *footprint.Parts) { p.Memberships[row].Partial = true })
	site := d.IntN(len(whole.Sites))
	reshape("no subdivision: "+whole.Sites[site].Code, func(p *footprint.Parts) { p.Sites[site].Subdivision = "" })
	region := d.IntN(len(whole.Regions))
	if whole.Regions[region].Key != "aq" { // no site of it is listed: nothing is proven before, either
		reshape("unpublished: "+whole.Regions[region].Key, func(p *footprint.Parts) {
			p.Regions[region].Definition = mustExpr(t, "unpublished: some-sites")
		})
	}
	return out
}

// rank orders the verdicts by settings alone from no to yes.
func rank(v claim.Verdict) int {
	return map[claim.Verdict]int{claim.NotEnsured: 0, claim.Unknown: 1, claim.Holds: 2}[v]
}

// More places never make "only in" worse, nor "never in" better.
func TestVerdictsAreMonotoneInPlaces(t *testing.T) {
	each(t, func(t *testing.T, d dice, in *inputs) {
		before := judge(in)
		wider := *in
		wider.Claim.Places.Any = append(slices.Clone(in.Claim.Places.Any), pick(d, placePool...))
		after := judge(&wider)
		if in.Claim.Kind == claim.OnlyIn && rank(after) < rank(before) {
			t.Errorf("only in %s: %s, and only in %s: %s", in.Claim.Places, before, wider.Claim.Places, after)
		}
		if in.Claim.Kind == claim.NeverIn && rank(after) > rank(before) {
			t.Errorf("never in %s: %s, and never in %s: %s", in.Claim.Places, before, wider.Claim.Places, after)
		}
		narrow := *in
		narrow.Claim.Places.Except = append(slices.Clone(in.Claim.Places.Except), pick(d, placePool...))
		if after := judge(&narrow); in.Claim.Kind == claim.OnlyIn && rank(after) > rank(before) {
			t.Errorf("an exception raised %s to %s", before, after)
		}
	})
}

// Observations turn a verdict to Broken or to Unknown, never towards yes.
func TestObservationsNeverRaiseAVerdict(t *testing.T) {
	each(t, func(t *testing.T, d dice, in *inputs) {
		blind := *in
		blind.Window = evidence.Window{}
		before := engine(t, &blind)
		in.Window = d.window(resolve(in))
		after := engine(t, in)
		switch {
		case after.Verdict == before.Verdict, after.Verdict == claim.Broken:
		case before.Verdict == claim.Holds && after.Verdict == claim.Unknown:
		default:
			t.Errorf("%s became %s", before.Verdict, after.Verdict)
		}
		if after.Verdict == claim.Broken && len(after.Contradictions) == 0 {
			t.Error("BROKEN without a contradiction")
		}
		if before.Evidence != evidence.None {
			t.Errorf("evidence is %s without observations", before.Evidence)
		}
	})
}

func TestJudgeIsTheVerdictOfCheckWithoutEvidence(t *testing.T) {
	each(t, func(t *testing.T, _ dice, in *inputs) {
		in.Window = evidence.Window{}
		if j, c := judge(in), engine(t, in).Verdict; j != c {
			t.Errorf("Judge says %s, Check %s", j, c)
		}
	})
}

func TestTheOrderOfSettingsDoesNotMatter(t *testing.T) {
	each(t, func(t *testing.T, d dice, in *inputs) {
		before := engine(t, in)
		s := clone(in.Settings)
		for i := range s.Zones {
			z := &s.Zones[i]
			shuffle(d.Rand, z.Hostnames)
			shuffle(d.Rand, z.Certificates)
		}
		shuffle(d.Rand, s.Zones)
		shuffle(d.Rand, s.Storage)
		shuffle(d.Rand, s.Workers)
		shuffle(d.Rand, s.IPBindings)
		shuffle(d.Rand, s.Products.IDs)
		shuffle(d.Rand, s.Unknown)
		in.Settings = s
		after := engine(t, in)
		if before.Verdict != after.Verdict || before.Considered != after.Considered {
			t.Errorf("%s %+v became %s %+v", before.Verdict, before.Considered, after.Verdict, after.Considered)
		}
	})
}

func shuffle[T any](r *rand.Rand, xs []T) {
	r.Shuffle(len(xs), func(i, j int) { xs[i], xs[j] = xs[j], xs[i] })
}

// The certificate is the same for the same question, and another one where any
// placement in scope differs.
func TestTheDigestNamesWhatWasConsidered(t *testing.T) {
	in := law{claim: claim.New(claim.OnlyIn, onlyIn("EU"), claim.Everything)}.inputs(t)
	want := engine(t, in).Considered
	if again := engine(t, in).Considered; again != want {
		t.Errorf("the same question gave %+v and %+v", want, again)
	}
	count := len(resolve(in).Placements)
	if want.Placements != count {
		t.Fatalf("considered %d of %d placements", want.Placements, count)
	}
	for name, change := range map[string]func(*residency.Placement){
		"a site less for certain": func(p *residency.Placement) { flip(&p.Certain) },
		"another possible site":   func(p *residency.Placement) { flip(&p.May) },
		"a flow that may not be":  func(p *residency.Placement) { p.Possible = !p.Possible },
		"another scope":           func(p *residency.Placement) { p.Scope.Name += "x" },
		"another product":         func(p *residency.Placement) { p.Reason.Product += "x" },
		"elsewhere":               func(p *residency.Placement) { p.Elsewhere = (p.Elsewhere + 1) % 4 },
		"another country":         func(p *residency.Placement) { p.Country += "X" },
	} {
		for i := range count {
			res := resolve(in)
			change(&res.Placements[i])
			r, err := claim.Check(in.Claim, res, in.Window)
			if err != nil {
				t.Fatal(err)
			}
			if r.Considered.Digest == want.Digest {
				t.Errorf("%s at placement %d has the same digest", name, i)
			}
		}
	}
}

// What was observed is part of the certificate, each part of each observation.
func TestTheDigestNamesWhatWasObserved(t *testing.T) {
	in := law{claim: claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)}.inputs(t)
	day := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	window := func() evidence.Window {
		return evidence.Window{From: day, To: day.AddDate(0, 0, 1), Coverage: evidence.Coverage{Minutes: 1440, MinutesSeen: 60}, Observations: []evidence.Observation{{
			Scope: residency.Scope{Kind: residency.AccountScope}, Category: residency.Content, Activity: residency.Process,
			Site: "XXX", Hour: day, Count: 3, First: day, Last: day.Add(time.Minute),
		}}}
	}
	digest := func(w evidence.Window) string {
		r, err := claim.Check(in.Claim, resolve(in), w)
		if err != nil {
			t.Fatal(err)
		}
		return r.Considered.Digest
	}
	want := digest(window())
	if want != digest(window()) || want == digest(evidence.Window{}) {
		t.Error("the certificate is not that of what was observed")
	}
	for name, change := range map[string]func(w *evidence.Window, o *evidence.Observation){
		"another site":     func(_ *evidence.Window, o *evidence.Observation) { o.Site = "YYY" },
		"one event more":   func(_ *evidence.Window, o *evidence.Observation) { o.Count++ },
		"another activity": func(_ *evidence.Window, o *evidence.Observation) { o.Activity = residency.Cache },
		"another scope":    func(_ *evidence.Window, o *evidence.Observation) { o.Scope.Name = "x" },
		"a later end":      func(_ *evidence.Window, o *evidence.Observation) { o.Last = o.Last.Add(time.Second) },
		"another kind":     func(_ *evidence.Window, o *evidence.Observation) { o.Kinds |= evidence.Subrequest },
		"another window":   func(w *evidence.Window, _ *evidence.Observation) { w.To = w.To.Add(time.Hour) },
		"less coverage":    func(w *evidence.Window, _ *evidence.Observation) { w.Coverage.MinutesSeen-- },
	} {
		w := window()
		change(&w, &w.Observations[0])
		if digest(w) == want {
			t.Errorf("%s has the same digest", name)
		}
	}
}

func flip(s *footprint.SiteSet) { s[0] ^= 1 << 3 }
