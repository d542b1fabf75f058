package fleet_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// essence is what of a placement decides verdicts and causes.
type essence struct {
	Category     residency.DataCategory
	Activity     residency.Activity
	May, Certain footprint.SiteSet
	Possible     bool
	Elsewhere    residency.Elsewhere
	Country      string
	Kind         residency.ReasonKind
	Product      string
	Setting      footprint.Setting
	Region       string
}

func essences(res *residency.Residency) map[essence]bool {
	out := map[essence]bool{}
	for _, p := range res.Placements {
		out[essence{p.Category, p.Activity, p.May, p.Certain, p.Possible, p.Elsewhere, p.Country, p.Reason.Kind, p.Reason.Product, p.Reason.Setting, p.Reason.Region}] = true
	}
	return out
}

func TestAShapeHasThePlacementsOfItsCustomerWhateverRefersToWhat(t *testing.T) {
	d := shipped(t)
	view := d.Footprint.At(date(t, "2026-11-20"))
	shapes := map[string]bool{}
	const rounds = 2500
	for round := range uint64(rounds) {
		s := newDice(d.Rules, 1, round).settings()
		shape := fleet.Shape(s)
		want, got := essences(residency.Resolve(d.Rules, view, s)), essences(residency.Resolve(d.Rules, view, shape))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("round %d: %s\nsettings %+v\nshape %+v", round, diff, s, shape)
		}
		if again := fleet.Shape(shape); !cmp.Equal(essences(residency.Resolve(d.Rules, view, again)), want) {
			t.Fatalf("round %d: the shape of the shape differs", round)
		}
		profiles := fleet.NewProfiles()
		kept := profiles.Shapes()
		if n := profiles.Of(s); len(kept) != 1 || !bytes.Equal(fleet.Key(profiles.Shapes()[n]), fleet.Key(shape)) {
			t.Fatalf("round %d: the profile keeps another shape", round)
		}
		shapes[string(fleet.Key(shape))] = true
	}
	if len(shapes) < rounds/2 {
		t.Errorf("only %d shapes of %d random customers: they are not random", len(shapes), rounds)
	}
}

func hosts(zone string, regions ...string) residency.Zone {
	z := residency.Zone{Name: zone, HostnamesListed: true, CertificatesListed: true}
	for i, r := range regions {
		z.Hostnames = append(z.Hostnames, residency.Hostname{Name: string(rune('a'+i)) + "." + zone, Region: r})
	}
	return z
}

func TestCustomersWhoChoseTheSameShareAShape(t *testing.T) {
	base := func() *residency.Settings {
		s := &residency.Settings{Customer: "acme", LogRegion: "eu", Zones: []residency.Zone{hosts("acme.example", "eu", "eu", "")}}
		s.Storage = []residency.Resource{{Product: "r2", Name: "invoices", Jurisdiction: "eu", PublicHostname: "a.acme.example"}}
		return s
	}
	for _, c := range []struct {
		name   string
		change func(*residency.Settings)
		same   bool
	}{
		{"another id and name", func(s *residency.Settings) { s.Customer, s.Name = "other", "Other" }, true},
		{"other promises", func(s *residency.Settings) { s.Promises = []residency.Promise{{Claim: "eu-only"}} }, true},
		{"another zone name", func(s *residency.Settings) {
			s.Zones = []residency.Zone{hosts("other.example", "eu", "eu", "")}
			s.Storage[0].PublicHostname = "a.other.example"
		}, true},
		{"more hostnames of the same kind", func(s *residency.Settings) { s.Zones[0] = hosts("acme.example", "eu", "eu", "", "", "eu") }, true},
		{"hostnames in another order", func(s *residency.Settings) { s.Zones[0] = hosts("acme.example", "eu", "", "eu") }, true},
		{"another zone of the same kinds", func(s *residency.Settings) {
			s.Zones = []residency.Zone{hosts("acme.example", "eu", "eu", ""), hosts("b.example", "eu"), hosts("c.example", "eu", "eu")}
		}, false},
		{"a bucket of another name", func(s *residency.Settings) { s.Storage[0].Name = "receipts" }, true},
		{"a bucket behind a name without a region", func(s *residency.Settings) { s.Storage[0].PublicHostname = "c.acme.example" }, false},
		{"a region changed", func(s *residency.Settings) { s.Zones[0].Hostnames[1].Region = "de" }, false},
		{"no log region", func(s *residency.Settings) { s.LogRegion = "" }, false},
		{"a fact not read", func(s *residency.Settings) { s.Unknown = []string{"zones.acme.example.hostnames"} }, false},
		{"a certificate for some", func(s *residency.Settings) {
			s.Zones[0].Certificates = []residency.Certificate{{Hosts: []string{"b.acme.example"}}}
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := base(), base()
			c.change(b)
			if same := bytes.Equal(fleet.Key(fleet.Shape(a)), fleet.Key(fleet.Shape(b))); same != c.same {
				t.Errorf("same shape: %t, want %t\n%+v\n%+v", same, c.same, fleet.Shape(a), fleet.Shape(b))
			}
		})
	}
}

func TestZonesThatAreAlikeStandOnce(t *testing.T) {
	one := &residency.Settings{Zones: []residency.Zone{hosts("a.example", "eu"), hosts("b.example", "de")}}
	two := &residency.Settings{Zones: []residency.Zone{hosts("x.example", "eu", "eu"), hosts("y.example", "de"), hosts("z.example", "eu")}}
	if diff := cmp.Diff(fleet.Shape(one), fleet.Shape(two), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestNamesGivenTwiceKeepTheirOrder(t *testing.T) {
	s := &residency.Settings{Customer: "acme", Zones: []residency.Zone{hosts("a.example", "eu"), hosts("a.example", "us")}}
	if got := fleet.Shape(s); got.Customer != "" || !cmp.Equal(got.Zones, s.Zones) {
		t.Errorf("shape %+v", got)
	}
}

func TestExpressionsThatReadAlikeButAreNotAreTwoShapes(t *testing.T) {
	policy := func(country string) *residency.Settings {
		z := hosts("a.example", "eu")
		z.Certificates = []residency.Certificate{{Hosts: []string{"a.a.example"}, KeyPolicy: &footprint.Expr{Attr: footprint.AttrCountry, Values: []string{country}}}}
		return &residency.Settings{Zones: []residency.Zone{z}}
	}
	if bytes.Equal(fleet.Key(fleet.Shape(policy("DE"))), fleet.Key(fleet.Shape(policy("US")))) {
		t.Error("two policies, one key")
	}
}
