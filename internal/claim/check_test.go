package claim_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

func TestWordsOfAClaimReadAsWritten(t *testing.T) {
	for _, k := range []claim.Kind{claim.OnlyIn, claim.NeverIn} {
		if got, err := claim.ParseKind(strings.ToLower(strings.ReplaceAll(k.String(), "_", "-"))); err != nil || got != k {
			t.Errorf("%s: %v %v", k, got, err)
		}
	}
	for _, r := range []claim.Reading{claim.Resides, claim.Handled, claim.Everything} {
		if got, err := claim.ParseReading(strings.ToUpper(r.String())); err != nil || got != r {
			t.Errorf("%s: %v %v", r, got, err)
		}
	}
	if _, err := claim.ParseReading(""); !errors.Is(err, claim.ErrReading) {
		t.Errorf("no reading: %v", err)
	}
	if _, err := claim.ParseKind(strings.Repeat("x", 1000)); err == nil || len(err.Error()) > 200 {
		t.Errorf("a long kind: %v", err)
	}
	if (claim.Verdict)(0) != claim.Unknown || claim.Unknown.String() != "UNKNOWN" {
		t.Error("the zero verdict is not UNKNOWN")
	}
}

func TestReadingsMeanCategoriesAndActivities(t *testing.T) {
	const c, a = "CONTENT STORED_CONTENT TRAFFIC_METADATA KEYS", "CACHE STORE"
	for r, want := range map[claim.Reading][2]string{
		claim.Resides: {c, a}, claim.Handled: {c, "PROCESS " + a}, claim.NoReading: {"", ""},
		claim.Everything: {"CONFIGURATION ACCOUNT CONTENT STORED_CONTENT TRAFFIC_METADATA KEYS OPERATIONAL", "TRANSIT PROCESS CACHE STORE ACCESS"},
	} {
		cats, acts := r.Sets()
		var got [2]string
		for _, x := range cats.List() {
			got[0] = strings.TrimSpace(got[0] + " " + x.String())
		}
		for _, x := range acts.List() {
			got[1] = strings.TrimSpace(got[1] + " " + x.String())
		}
		if got != want {
			t.Errorf("%q means %v", r, got)
		}
	}
}

func TestAClaimAboutNothingIsRefused(t *testing.T) {
	in := law{}.inputs(t)
	res := resolve(in)
	good := claim.New(claim.OnlyIn, onlyIn("EU"), claim.Resides)
	for name, change := range map[string]func(*claim.Claim){
		"no kind":              func(c *claim.Claim) { c.Kind = claim.InvalidKind },
		"no place":             func(c *claim.Claim) { c.Places = footprint.Places{} },
		"exceptions only":      func(c *claim.Claim) { c.Places = footprint.Places{Except: onlyIn("EU").Any} },
		"no category":          func(c *claim.Claim) { c.Categories = 0 },
		"an invalid category":  func(c *claim.Claim) { c.Categories = claim.CategoriesOf(residency.InvalidCategory) },
		"no activity":          func(c *claim.Claim) { c.Activities = 0 },
		"an invalid activity":  func(c *claim.Claim) { c.Activities = claim.ActivitiesOf(residency.InvalidActivity) },
		"a category too great": func(c *claim.Claim) { c.Categories = 1 << 15 },
	} {
		c := good
		change(&c)
		if r, err := claim.Check(c, res, evidence.Window{}); !errors.Is(err, claim.ErrEmpty) || r != nil {
			t.Errorf("%s: %v", name, err)
		}
		if v := claim.Judge(&c, res); v != claim.Unknown {
			t.Errorf("%s: Judge says %s", name, v)
		}
	}
	absent := good
	absent.Scopes = []residency.Scope{{Kind: residency.HostnameScope, Name: "absent.a.example"}}
	_, err := claim.Check(absent, res, evidence.Window{})
	var scope *claim.ScopeError
	if !errors.Is(err, claim.ErrScope) || !errors.As(err, &scope) || scope.Scope != absent.Scopes[0] {
		t.Errorf("a scope that is not there: %v", err)
	}
}

func observed(site string, count uint64) evidence.Window {
	return evidence.Window{Observations: []evidence.Observation{{Scope: residency.Scope{Kind: residency.HostnameScope, Name: "www.a.example"},
		Category: residency.Content, Activity: residency.Process, Site: site, Count: count}}}
}

// The four verdicts and their precedence: BROKEN, NOT_ENSURED, UNKNOWN, HOLDS.
func TestVerdictsHaveAPrecedence(t *testing.T) {
	outside := func(s *residency.Settings) { s.Zones[0].Hostnames[0].Region = "us" }
	open := func(s *residency.Settings) { s.Unknown = []string{"zones.a.example.spectrum"} }
	both := func(s *residency.Settings) { outside(s); open(s) }
	for _, tt := range []struct {
		name     string
		day      string
		change   func(*residency.Settings)
		window   evidence.Window
		want     claim.Verdict
		evidence evidence.Grade
	}{
		{"all inside", "2026-08-20", nil, evidence.Window{}, claim.Holds, evidence.None},
		{"all inside, seen inside", "2026-08-20", nil, observed("FRA", 3), claim.Holds, evidence.Consistent},
		{"all inside, seen outside", "2026-08-20", nil, observed("NYC", 1), claim.Broken, evidence.Contradicted},
		{"all inside, a count of nothing outside", "2026-08-20", nil, observed("NYC", 0), claim.Holds, evidence.None},
		{"all inside, seen at a site nobody knows", "2026-08-20", nil, observed("QQQ", 1), claim.Unknown, evidence.Consistent},
		{"all inside, seen at a site that is gone, inside", "2026-08-20", nil, observed("BRU", 1), claim.Holds, evidence.Consistent},
		{"all inside, seen at a site that is gone, outside", "2026-08-20", nil, observed("DME", 1), claim.Broken, evidence.Contradicted},
		{"one may be anywhere", "2026-08-20", open, evidence.Window{}, claim.Unknown, evidence.None},
		{"one is outside", "2026-08-20", outside, evidence.Window{}, claim.NotEnsured, evidence.None},
		{"one is outside, one may be anywhere", "2026-08-20", both, evidence.Window{}, claim.NotEnsured, evidence.None},
		{"one is outside, all seen inside", "2026-08-20", outside, observed("FRA", 9), claim.NotEnsured, evidence.Consistent},
		{"one is outside, seen at a site nobody knows", "2026-08-20", outside, observed("QQQ", 1), claim.NotEnsured, evidence.Consistent},
		{"one may be anywhere, seen outside", "2026-08-20", open, observed("NYC", 1), claim.Broken, evidence.Contradicted},
		{"before the first record", "2021-12-31", nil, evidence.Window{}, claim.Unknown, evidence.None},
		{"before the first record, one outside", "2021-12-31", outside, evidence.Window{}, claim.Unknown, evidence.None},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := law{day: tt.day, change: tt.change, claim: decryptedInEU()}.inputs(t)
			in.Window = tt.window
			r := engine(t, in)
			if r.Verdict != tt.want || r.Evidence != tt.evidence {
				t.Errorf("%s with evidence %s, want %s with %s", r.Verdict, r.Evidence, tt.want, tt.evidence)
			}
			if !r.Complete || r.Headline() == "" {
				t.Errorf("complete %v, headline %q", r.Complete, r.Headline())
			}
			if r.Verdict == claim.Unknown && len(r.Unknowns) == 0 {
				t.Error("UNKNOWN without a fact")
			}
			if r.Verdict == claim.NotEnsured && len(r.Counterexamples) == 0 {
				t.Error("NOT_ENSURED without a counterexample")
			}
			if d := disagreement(t, in); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNothingInScopeProvesNothing(t *testing.T) {
	in := law{claim: about(claim.OnlyIn, onlyIn("EU"), residency.Configuration, residency.Transit)}.inputs(t)
	r := engine(t, in)
	if r.Verdict != claim.Unknown || !slices.Equal(unknownFacts(r), []string{residency.FactNothingInScope}) || r.Considered.Placements != 0 {
		t.Errorf("%s, %v", r.Verdict, unknownFacts(r))
	}
}

func TestUnknownMembershipNeverCountsAsInside(t *testing.T) {
	certified := onlyIn()
	certified.Any = []footprint.Place{{Setting: footprint.ProcessingSetting, Code: "certified"}}
	region := func(key string) func(*residency.Settings) {
		return func(s *residency.Settings) {
			s.Zones[0].Hostnames = []residency.Hostname{{Name: "www.a.example", Region: key}}
			s.Storage = nil
		}
	}
	process := func(k claim.Kind, p footprint.Places) claim.Claim {
		return about(k, p, residency.Content, residency.Process)
	}
	check(t, []law{
		{name: "a certified region lies in the EU whatever is certified", change: region("certified-eu"), claim: decryptedInEU(), want: claim.Holds},
		{name: "a certified region does not make its own claim hold", change: region("certified"), claim: process(claim.OnlyIn, certified), want: claim.Unknown},
		{name: "never in what nobody published", change: region("de"), claim: process(claim.NeverIn, certified), want: claim.Unknown},
		{name: "a region without geography is certain to reach outside", change: region("green"), claim: decryptedInEU(), want: claim.NotEnsured},
		{name: "partial adequacy places nothing", change: region("us-tx"), claim: process(claim.OnlyIn, onlyIn("ADEQUATE")), want: claim.Unknown},
		{name: "a site without a subdivision may be in another state", change: region("us-tx"), claim: process(claim.OnlyIn, onlyIn("US-TX")), want: claim.Unknown},
		{name: "and lies in the country all the same", change: region("us-tx"), claim: process(claim.OnlyIn, onlyIn("US")), want: claim.Holds},
		{name: "the outermost regions are in the EU", change: region("eu"), claim: decryptedInEU(), want: claim.Holds},
		{name: "a region that may hold an outermost site is perhaps not in Europe", change: region("eu"), claim: process(claim.NeverIn, onlyIn("OUTERMOST")), want: claim.Unknown},
		{name: "a region without a site proves nothing", change: region("aq"), claim: process(claim.NeverIn, onlyIn("US")), want: claim.Unknown},
		{name: "a region nobody knows", change: region("nowhere"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "a region nobody knows, of places that no site is in", change: region("nowhere"), claim: process(claim.OnlyIn, onlyIn("AQ")), want: claim.NotEnsured},
		{name: "membership is that of the day", day: "2025-12-31", change: region("ch"), claim: process(claim.OnlyIn, onlyIn("LEAGUE")), want: claim.Holds},
		{name: "and not of the day after", day: "2026-01-01", change: region("ch"), claim: process(claim.OnlyIn, onlyIn("LEAGUE")), want: claim.NotEnsured},
		{name: "a new site joins a complement", day: "2026-05-01", change: region("not-ru"), claim: process(claim.NeverIn, onlyIn("PL")), want: claim.NotEnsured},
		{name: "before it is listed it does not", day: "2026-04-30", change: region("not-ru"), claim: process(claim.NeverIn, onlyIn("PL")), want: claim.Holds},
	})
}

func TestPlacesElsewhereAreJudged(t *testing.T) {
	keyless := func(server string) func(*residency.Settings) {
		return func(s *residency.Settings) {
			s.Zones[0].Certificates[0] = residency.Certificate{Hosts: []string{"a.example", "*.a.example"}, Keyless: true, KeyServer: server}
		}
	}
	read := func(k claim.Kind, places footprint.Places, c residency.DataCategory) claim.Claim {
		return about(k, places, c, residency.Access)
	}
	check(t, []law{
		{name: "a key server inside", change: keyless("DE"), claim: keysInEU(), want: claim.Holds},
		{name: "a key server outside", change: keyless("CH"), claim: keysInEU(), want: claim.NotEnsured},
		{name: "a key server of no stated place", change: keyless(""), claim: keysInEU(), want: claim.Unknown},
		{name: "a key server in a country partly adequate", change: keyless("US"), claim: about(claim.OnlyIn, onlyIn("ADEQUATE"), residency.Keys, residency.Store), want: claim.Unknown},
		{name: "personnel", claim: read(claim.OnlyIn, onlyIn("EU"), residency.StoredContent), want: claim.Unknown},
		{name: "readers under a log region", claim: read(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata), want: claim.Unknown},
		{name: "readers without one", change: func(s *residency.Settings) { s.LogRegion = "" }, claim: read(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata), want: claim.NotEnsured},
		{name: "readers anywhere are in no place never", change: func(s *residency.Settings) { s.OutOfRegionAccess = true }, claim: read(claim.NeverIn, onlyIn("CN"), residency.TrafficMetadata), want: claim.NotEnsured},
	})
}

func TestAPossibleFlowOutsideIsUnknown(t *testing.T) {
	check(t, []law{
		{name: "products not stated", change: func(s *residency.Settings) { s.Products = residency.Products{} }, claim: decryptedInEU(), want: claim.Unknown},
		{name: "the product in use", change: func(s *residency.Settings) { s.Products.IDs = []string{"workers-ai"} }, claim: decryptedInEU(), want: claim.NotEnsured},
		{name: "the product in doubt", change: func(s *residency.Settings) { s.Products.IDs = []string{"tunnel"} }, claim: decryptedInEU(), want: claim.Unknown},
		{name: "a Worker that may ask others", change: func(s *residency.Settings) {
			s.Workers = []residency.Worker{{Name: "w", Cron: residency.False, Queues: residency.False}}
		}, claim: decryptedInEU(), want: claim.Unknown},
		{name: "a Worker that asks a name listed here", change: func(s *residency.Settings) {
			s.Workers = []residency.Worker{{Name: "w", Subrequests: residency.True, SubrequestHosts: []string{"www.a.example"}, Cron: residency.False, Queues: residency.False}}
		}, claim: decryptedInEU(), want: claim.Holds},
	})
}

func TestCounterexamplesAndPartsComeInOneOrder(t *testing.T) {
	in := law{change: func(s *residency.Settings) {
		s.Zones[0].Hostnames[0].Region, s.Zones[0].Hostnames[1].Region = "us", "jp"
		s.Zones[0].Certificates[0].KeyRegion = "jp"
	}, claim: claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)}.inputs(t)
	r := engine(t, in)
	var got []string
	for _, ce := range r.Counterexamples {
		if ce.Outside != ce.Sites.Len() || ce.Site == nil || ce.Outside == 0 {
			t.Errorf("%+v", ce)
		}
		got = append(got, ce.Placement.Category.String()+" "+ce.Placement.Activity.String()+" "+ce.Placement.Scope.String()+" "+ce.Site.Code)
	}
	want := []string{
		"CONTENT PROCESS hostname a.example DFW", "CONTENT PROCESS hostname www.a.example NRT", "CONTENT PROCESS resource r2/invoices NRT",
		"CONTENT CACHE hostname a.example DFW", "CONTENT CACHE hostname www.a.example NRT", "CONTENT CACHE resource r2/invoices NRT",
		"TRAFFIC_METADATA PROCESS hostname a.example DFW", "TRAFFIC_METADATA PROCESS hostname www.a.example NRT",
		"KEYS STORE certificate a.example *.a.example NRT",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(r.Headline(), "request content of hostname a.example may be processed in City of DFW, US") {
		t.Errorf("headline %q", r.Headline())
	}
	n := 0
	for _, parts := range [][]claim.Part{r.Covered, r.NotCovered} {
		for i, p := range parts {
			n += p.Placements
			if i > 0 && (parts[i-1].Category > p.Category || parts[i-1].Category == p.Category && parts[i-1].Activity >= p.Activity) {
				t.Error("parts are not in order")
			}
		}
	}
	if n != len(r.Residency.Placements) || len(r.Exclusions) == 0 || len(r.Assumptions) == 0 {
		t.Errorf("the parts have %d of %d placements", n, len(r.Residency.Placements))
	}
}

// of narrows a claim to hostnames.
func of(c claim.Claim, hostnames ...string) claim.Claim {
	for _, h := range hostnames {
		c.Scopes = append(c.Scopes, residency.Scope{Kind: residency.HostnameScope, Name: h})
	}
	return c
}

func TestSentencesSayWhatWasClaimed(t *testing.T) {
	for _, tt := range []struct {
		claim claim.Claim
		want  string
	}{
		{claim.New(claim.OnlyIn, onlyIn("EU", "GB"), claim.Resides), "customer data resides only in EU or GB"},
		{claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled), "customer data is handled only in EU"},
		{claim.New(claim.NeverIn, onlyIn("CN"), claim.Everything), "everything is never in CN"},
		{claim.New(claim.NeverIn, onlyIn("US"), claim.Handled), "customer data is never handled in US"},
		{claim.New(claim.NeverIn, onlyIn("US"), claim.Resides), "customer data never resides in US"},
		{about(claim.NeverIn, onlyIn("EU"), residency.Content, residency.Process, residency.Store), "request content is never processed or stored in EU"},
		{about(claim.OnlyIn, onlyIn("EU"), residency.Content, residency.Process, residency.Cache, residency.Store), "request content is processed, cached and stored only in EU"},
		{about(claim.OnlyIn, onlyIn("EU"), residency.Keys, residency.Store), "TLS keys are stored only in EU"},
		{about(claim.NeverIn, onlyIn("US"), residency.StoredContent, residency.Store, residency.Cache), "stored objects are never cached or stored in US"},
		{of(claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled), "www.a.example"), "customer data of the scope named is handled only in EU"},
		{of(claim.New(claim.OnlyIn, onlyIn("EU"), claim.Resides), "www.a.example", "b.a.example"), "customer data of the 2 scopes named resides only in EU"},
	} {
		if got := tt.claim.Sentence(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
