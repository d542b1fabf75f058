package claim_test

import (
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"domicile/internal/claim"
	"domicile/internal/claim/naive"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// tidy is a customer for whom everything a setting can narrow is in the EU.
func tidy() *residency.Settings {
	return &residency.Settings{
		Customer: "acme", Plan: "enterprise", LogRegion: "eu",
		Products: residency.Products{Known: true, IDs: []string{"cdn"}},
		Zones: []residency.Zone{{
			Name: "a.example", HostnamesListed: true, CertificatesListed: true,
			Hostnames:    []residency.Hostname{{Name: "a.example", Region: "eu"}, {Name: "www.a.example", Region: "eu"}},
			Certificates: []residency.Certificate{{Hosts: []string{"a.example", "*.a.example"}, KeyRegion: "eu"}},
		}},
		Storage: []residency.Resource{{Product: "r2", Name: "invoices", Jurisdiction: "eu", PublicHostname: "www.a.example"}},
	}
}

func onlyIn(codes ...string) footprint.Places {
	var p footprint.Places
	for _, c := range codes {
		p.Any = append(p.Any, footprint.Place{Code: c})
	}
	return p
}

func about(kind claim.Kind, places footprint.Places, c residency.DataCategory, acts ...residency.Activity) claim.Claim {
	return claim.Claim{Kind: kind, Places: places, Categories: claim.CategoriesOf(c), Activities: claim.ActivitiesOf(acts...)}
}

// law is a case that a law decides. The verdict is what the law says.
type law struct {
	name   string
	day    string // 2026-08-20 where empty
	change func(*residency.Settings)
	claim  claim.Claim
	want   claim.Verdict
}

func decryptedInEU() claim.Claim {
	return about(claim.OnlyIn, onlyIn("EU"), residency.Content, residency.Process)
}

func keysInEU() claim.Claim {
	return about(claim.OnlyIn, onlyIn("EU"), residency.Keys, residency.Store)
}

func unread(paths ...string) func(*residency.Settings) {
	return func(s *residency.Settings) { s.Unknown = paths }
}

func (l law) inputs(t *testing.T) *inputs {
	t.Helper()
	if l.day == "" {
		l.day = "2026-08-20"
	}
	s := tidy()
	if l.change != nil {
		l.change(s)
	}
	return &inputs{Rules: fictionalRules(), Footprint: fictionalFootprint(t), Day: day(t, l.day), Settings: s, Claim: l.claim}
}

func check(t *testing.T, laws []law) {
	t.Helper()
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			in := l.inputs(t)
			if got := engine(t, in).Verdict; got != l.want {
				t.Errorf("the engine says %s, the law %s\nclaim: %s", got, l.want, in.Claim.Sentence())
			}
			n, err := naive.Check(*in)
			if err != nil {
				t.Fatal(err)
			}
			if n.Verdict != l.want {
				t.Errorf("the naive checker says %s, the law %s", n.Verdict, l.want)
			}
		})
	}
}

// A missing fact is Unknown, never the value that happens to stand there.
func TestWhatWasNotReadIsNotKnown(t *testing.T) {
	spectrum := func(s *residency.Settings) {
		s.Zones[0].Spectrum = []residency.SpectrumApp{{Hostname: "tcp.a.example", Protocol: "https", Region: "eu"}}
		s.Unknown = []string{"zones.a.example.spectrum"}
	}
	addressed := func(unknown string) func(*residency.Settings) {
		return func(s *residency.Settings) {
			s.Zones[0].Hostnames[1] = residency.Hostname{Name: "www.a.example", Addresses: []netip.Addr{netip.MustParseAddr("198.51.100.7")}}
			s.IPBindings = []residency.IPBinding{{CIDR: netip.MustParsePrefix("198.51.100.0/24"), Region: "eu"}}
			s.Unknown = []string{unknown}
		}
	}
	onWWW := decryptedInEU()
	onWWW.Scopes = []residency.Scope{{Kind: residency.HostnameScope, Name: "www.a.example"}}
	ofCertificate := keysInEU()
	ofCertificate.Scopes = []residency.Scope{{Kind: residency.CertificateScope, Name: "a.example *.a.example"}}
	notCN := claim.New(claim.NeverIn, onlyIn("CN"), claim.Handled)
	check(t, []law{
		{name: "a tidy customer holds", claim: claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled), want: claim.Holds},
		{name: "zones beside an address binding", change: func(s *residency.Settings) {
			s.Zones, s.Storage, s.Unknown = nil, nil, []string{"zones"}
			s.IPBindings = []residency.IPBinding{{CIDR: netip.MustParsePrefix("198.51.100.0/24"), Region: "eu"}}
		}, claim: decryptedInEU(), want: claim.Unknown},
		{name: "address bindings when none is listed", change: unread("ip_bindings"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "address bindings that steer a listed name", change: addressed("ip_bindings"), claim: onWWW, want: claim.Unknown},
		{name: "the hostnames of a name on own addresses", change: addressed("zones.a.example.hostnames"), claim: onWWW, want: claim.Unknown},
		{name: "Spectrum applications that may override a name on own addresses", change: addressed("zones.a.example.spectrum"), claim: onWWW, want: claim.Unknown},
		{name: "Spectrum applications, one listed", change: spectrum, claim: decryptedInEU(), want: claim.Unknown},
		{name: "Spectrum applications when none is listed", change: unread("zones.a.example.spectrum"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "custom hostnames when none is listed", change: unread("zones.a.example.custom_hostnames"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "hostnames, for keys", change: unread("zones.a.example.hostnames"), claim: keysInEU(), want: claim.Unknown},
		{name: "certificates, for one certificate", change: unread("zones.a.example.certificates"), claim: ofCertificate, want: claim.Unknown},
		{name: "Workers when none is listed", change: unread("workers"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "stored resources, for requests to a bucket", change: unread("storage"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "features, for the partner network", change: unread("features"), claim: notCN, want: claim.Unknown},
		{name: "the default region of a name that has one of its own", change: unread("default_processing_region"), claim: decryptedInEU(), want: claim.Holds},
		{name: "a whole zone", change: unread("zones.a.example"), claim: decryptedInEU(), want: claim.Unknown},
		{name: "the log region, for readers", change: func(s *residency.Settings) { s.LogRegion, s.Unknown = "", []string{"log_region"} },
			claim: about(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata, residency.Access), want: claim.Unknown},
	})
}

func TestASettingNarrowsOnlyWhatItGoverns(t *testing.T) {
	inUS := about(claim.OnlyIn, onlyIn("US", "US_TERRITORIES"), residency.Content, residency.Process)
	objects := func(jurisdiction string) func(*residency.Settings) {
		return func(s *residency.Settings) {
			s.Zones = nil
			s.IPBindings = []residency.IPBinding{{CIDR: netip.MustParsePrefix("198.51.100.0/24"), Region: "us"}}
			s.Storage = []residency.Resource{{Product: "objects", Name: "sessions", Jurisdiction: jurisdiction}}
		}
	}
	check(t, []law{
		{name: "a jurisdiction not yet offered does not confine where objects run", day: "2026-06-01", change: objects("us"), claim: inUS, want: claim.Unknown},
		{name: "a jurisdiction offered by then does", day: "2026-06-26", change: objects("us"), claim: inUS, want: claim.Holds},
		{name: "a bucket with a jurisdiction nobody offers is not confined", change: func(s *residency.Settings) { s.Storage[0].Jurisdiction = "ch" },
			claim: decryptedInEU(), want: claim.Unknown},
		{name: "a bucket without a public hostname is cached anywhere", change: func(s *residency.Settings) { s.Storage[0].PublicHostname = "" },
			claim: about(claim.OnlyIn, onlyIn("EU"), residency.Content, residency.Cache), want: claim.NotEnsured},
		{name: "a resource without a jurisdiction is processed anywhere", change: func(s *residency.Settings) {
			s.Storage = append(s.Storage, residency.Resource{Product: "boxes", Name: "app"})
		}, claim: decryptedInEU(), want: claim.NotEnsured},
		{name: "a jurisdiction that confines storage does not confine execution", day: "2026-11-30", change: func(s *residency.Settings) {
			s.Storage = []residency.Resource{{Product: "boxes", Name: "app", Jurisdiction: "us"}}
		}, claim: about(claim.OnlyIn, onlyIn("US"), residency.StoredContent, residency.Process), want: claim.NotEnsured},
		{name: "a custom region as the default cannot steer regional hostnames", change: func(s *residency.Settings) {
			s.CustomRegions = []residency.CustomRegion{{Key: "mine", Definition: mustExpr(t, "country: DE")}}
			s.DefaultRegion, s.Zones[0].Hostnames = "mine", []residency.Hostname{{Name: "www.a.example"}}
		}, claim: decryptedInEU(), want: claim.Unknown},
		{name: "a custom region does not steer a hostname that names it", change: func(s *residency.Settings) {
			s.CustomRegions = []residency.CustomRegion{{Key: "mine", Definition: mustExpr(t, "country: DE")}}
			s.Zones[0].Hostnames[1].Region = "mine"
		}, claim: decryptedInEU(), want: claim.Unknown},
		{name: "Workers in use of which nothing is said", change: func(s *residency.Settings) { s.Products.IDs = []string{"cdn", "workers"} },
			claim: decryptedInEU(), want: claim.Unknown},
		{name: "certificates for some names of a zone whose names are not listed", change: func(s *residency.Settings) {
			s.Zones[0].HostnamesListed, s.Zones[0].Hostnames, s.DefaultRegion = false, nil, "eu"
			s.Zones[0].Certificates[0].Hosts = []string{"pay.a.example"}
		}, claim: keysInEU(), want: claim.NotEnsured},
		{name: "a log region in capitals still needs log retention off", change: func(s *residency.Settings) { s.LogRegion, s.LogRetention = "EU", true },
			claim: about(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata, residency.Store), want: claim.NotEnsured},
	})
}

func TestMoreThanOneThingMaySteerAName(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("198.51.100.7")}
	check(t, []law{
		{name: "a wildcard's region and an address binding differ", change: func(s *residency.Settings) {
			s.Zones[0].Hostnames = []residency.Hostname{{Name: "*.a.example", Region: "us"}, {Name: "www.a.example", Addresses: own}}
			s.IPBindings = []residency.IPBinding{{CIDR: netip.MustParsePrefix("198.51.100.0/24"), Region: "eu"}}
		}, claim: claim.Claim{Kind: claim.OnlyIn, Places: onlyIn("EU"), Categories: claim.CategoriesOf(residency.Content), Activities: claim.ActivitiesOf(residency.Process),
			Scopes: []residency.Scope{{Kind: residency.HostnameScope, Name: "www.a.example"}}}, want: claim.Unknown},
		{name: "two applications on one listed name, the later in region", change: func(s *residency.Settings) {
			s.Zones[0].Spectrum = []residency.SpectrumApp{
				{Hostname: "www.a.example", Protocol: "https"}, {Hostname: "www.a.example", Protocol: "https", Region: "eu"}}
		}, claim: decryptedInEU(), want: claim.NotEnsured},
		{name: "an application in region in a zone that is transferred out", change: func(s *residency.Settings) {
			s.Zones[0] = residency.Zone{Name: "a.example", HostnamesListed: true, SecondaryDNS: true,
				Spectrum: []residency.SpectrumApp{{Hostname: "tcp.a.example", Protocol: "https", Region: "eu"}}}
			s.DefaultRegion, s.Storage = "eu", nil
		}, claim: claim.Claim{Kind: claim.OnlyIn, Places: onlyIn("EU"), Categories: claim.CategoriesOf(residency.Content), Activities: claim.ActivitiesOf(residency.Process),
			Scopes: []residency.Scope{{Kind: residency.HostnameScope, Name: "tcp.a.example"}}}, want: claim.NotEnsured},
		{name: "a zone transferred out, with a region nobody knows", change: func(s *residency.Settings) {
			s.Zones[0].SecondaryDNS, s.Zones[0].Hostnames[1].Region = true, "nowhere-known"
		}, claim: claim.Claim{Kind: claim.OnlyIn, Places: onlyIn("EU"), Categories: claim.CategoriesOf(residency.Content), Activities: claim.ActivitiesOf(residency.Process),
			Scopes: []residency.Scope{{Kind: residency.HostnameScope, Name: "www.a.example"}}}, want: claim.NotEnsured},
	})
}

// Resolve promises that what the rules do not know widens what is possible.
func TestWhatTheRulesDoNotKnowIsNotHarmless(t *testing.T) {
	everywhere := claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)
	check(t, []law{
		{name: "a product", change: func(s *residency.Settings) { s.Products.IDs = append(s.Products.IDs, "brand-new") }, claim: everywhere, want: claim.Unknown},
		{name: "a log dataset", change: func(s *residency.Settings) { s.LogDatasets = []string{"websocket_analytics"} }, claim: everywhere, want: claim.Unknown},
		{name: "a Spectrum application of no stated protocol", change: func(s *residency.Settings) {
			s.Zones[0].Spectrum = []residency.SpectrumApp{{Hostname: "tcp.a.example"}}
		}, claim: decryptedInEU(), want: claim.NotEnsured},
		{name: "a Spectrum application of a protocol in capitals", change: func(s *residency.Settings) {
			s.Zones[0].Spectrum = []residency.SpectrumApp{{Hostname: "tcp.a.example", Protocol: "HTTPS"}}
		}, claim: decryptedInEU(), want: claim.NotEnsured},
	})
}

// From where the provider's people may read is not published, of any category:
// that requests are processed in the EU does not say that nobody else reads them.
func TestNoAnswerAboutPlacesIsOneAboutPeople(t *testing.T) {
	for _, c := range residency.Categories() {
		t.Run(c.String(), func(t *testing.T) {
			in := law{claim: about(claim.OnlyIn, onlyIn("EU"), c, residency.Access, residency.Process, residency.Cache, residency.Store)}.inputs(t)
			if r := engine(t, in); r.Verdict == claim.Holds || !slices.Contains(unknownFacts(r), residency.FactPersonnel) {
				t.Errorf("%s, facts %v", r.Verdict, unknownFacts(r))
			}
		})
	}
}

func TestACountryCodeThatIsNoneIsNotKnown(t *testing.T) {
	keyServer := func(code string) func(*residency.Settings) {
		return func(s *residency.Settings) {
			s.Zones[0].Certificates[0] = residency.Certificate{Hosts: []string{"a.example", "*.a.example"}, Keyless: true, KeyServer: code}
		}
	}
	never := func(code string) claim.Claim {
		return about(claim.NeverIn, onlyIn(code), residency.Keys, residency.Store)
	}
	check(t, []law{
		{name: "lower case", change: keyServer("us"), claim: never("US"), want: claim.Unknown},
		{name: "a name", change: keyServer("UK"), claim: never("GB"), want: claim.Unknown},
		{name: "a bloc", change: keyServer("EU"), claim: never("DE"), want: claim.Unknown},
		{name: "the country itself", change: keyServer("US"), claim: never("US"), want: claim.NotEnsured},
		{name: "another country", change: keyServer("CH"), claim: never("US"), want: claim.Holds},
	})
}

// The scope of a claim holds what it names: an account everything, a zone its
// names and certificates, a name the certificates for it.
func TestAScopeHoldsWhatItNames(t *testing.T) {
	loose := func(s *residency.Settings) {
		s.Zones[0].Hostnames[0].Region = ""
		s.Zones[0].Certificates[0].KeyRegion = ""
	}
	for _, tt := range []struct {
		name  string
		scope residency.Scope
		claim claim.Claim
	}{
		{"the account holds its hostnames", residency.Scope{Kind: residency.AccountScope},
			about(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata, residency.Process, residency.Store)},
		{"a zone holds its hostnames", residency.Scope{Kind: residency.ZoneScope, Name: "a.example"},
			about(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata, residency.Process, residency.Store)},
		{"a hostname holds the certificate for it", residency.Scope{Kind: residency.HostnameScope, Name: "www.a.example"},
			claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := law{change: loose, claim: tt.claim}.inputs(t)
			in.Claim.Scopes = []residency.Scope{tt.scope}
			res := residency.Resolve(in.Rules, in.Footprint.At(in.Day), in.Settings)
			r, err := claim.Check(in.Claim, res, in.Window)
			if errors.Is(err, claim.ErrScope) {
				return // refusing the scope is no wrong yes
			}
			if r.Verdict == claim.Holds {
				t.Error("holds, though the settings allow a place outside")
			}
		})
	}
}

func TestAnObservationOutsideTheWindowSaysNothing(t *testing.T) {
	in := law{claim: decryptedInEU()}.inputs(t)
	in.Window = evidence.Window{From: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	o := evidence.Observation{Scope: residency.Scope{Kind: residency.HostnameScope, Name: "www.a.example"},
		Category: residency.Content, Activity: residency.Process, Site: "NYC", Count: 1}
	for _, tt := range []struct {
		name string
		hour time.Time
		want claim.Verdict
	}{
		{"before it", in.Window.From.Add(-time.Hour), claim.Holds},
		{"in its first hour", in.Window.From, claim.Broken},
		{"in its last hour", in.Window.To.Add(-time.Hour), claim.Broken},
		{"at its end", in.Window.To, claim.Holds},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o.Hour = tt.hour
			in.Window.Observations = []evidence.Observation{o}
			if got := engine(t, in).Verdict; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// What was seen at a name of a zone is seen in the zone, and in the account.
func TestAnObservationCountsForTheScopesAboveIt(t *testing.T) {
	in := law{claim: decryptedInEU()}.inputs(t)
	in.Window.Observations = []evidence.Observation{{Scope: residency.Scope{Kind: residency.HostnameScope, Name: "www.a.example"},
		Category: residency.Content, Activity: residency.Process, Site: "NYC", Count: 1}}
	for _, tt := range []struct {
		scope residency.Scope
		want  claim.Verdict
	}{
		{residency.Scope{Kind: residency.HostnameScope, Name: "www.a.example"}, claim.Broken},
		{residency.Scope{Kind: residency.HostnameScope, Name: "a.example"}, claim.Holds},
		{residency.Scope{Kind: residency.ZoneScope, Name: "a.example"}, claim.Broken},
		{residency.Scope{Kind: residency.AccountScope}, claim.Broken},
	} {
		t.Run(tt.scope.String(), func(t *testing.T) {
			in.Claim.Scopes = []residency.Scope{tt.scope}
			if got := engine(t, in).Verdict; got != tt.want {
				t.Errorf("the engine says %s, want %s", got, tt.want)
			}
			if n, err := naive.Check(*in); err != nil || n.Verdict != tt.want {
				t.Errorf("the naive checker says %s, want %s", n.Verdict, tt.want)
			}
		})
	}
}

// Judge stands for Check in a sweep, so it may never say more.
func TestJudgeNeverSaysMoreThanCheck(t *testing.T) {
	in := law{}.inputs(t)
	res := residency.Resolve(in.Rules, in.Footprint.At(in.Day), in.Settings)
	logs := about(claim.OnlyIn, onlyIn("EU"), residency.TrafficMetadata, residency.Store)
	absent := logs
	absent.Scopes = []residency.Scope{{Kind: residency.HostnameScope, Name: "wwww.a.example"}}
	for _, tt := range []struct {
		name  string
		claim claim.Claim
	}{
		{"a claim never in no place", about(claim.NeverIn, footprint.Places{}, residency.Keys, residency.Store)},
		{"a claim without a kind", about(claim.InvalidKind, onlyIn("EU"), residency.TrafficMetadata, residency.Store)},
		{"a scope that the settings do not have", absent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := claim.Check(tt.claim, res, evidence.Window{}); err == nil {
				t.Fatal("Check accepts the claim")
			}
			if got := claim.Judge(&tt.claim, res); got == claim.Holds {
				t.Error("Judge says HOLDS where Check refuses the claim")
			}
		})
	}
}
