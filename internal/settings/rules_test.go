package settings_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/footprint"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// exactly lets go-cmp compare what it cannot look into: expressions by their
// text, addresses by value.
var exactly = cmp.Options{
	cmp.Comparer(func(a, b *footprint.Expr) bool {
		return a == b || a != nil && b != nil && a.String() == b.String()
	}),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
}

func parseOne(t *testing.T, text string) *residency.Settings {
	t.Helper()
	all, err := settings.Parse([]byte(text), "test.yaml", catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%d customers, want 1", len(all))
	}
	return all[0]
}

func encode(t *testing.T, s *residency.Settings) string {
	t.Helper()
	data, err := settings.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAbsentAndListedAreToldApart(t *testing.T) {
	s := parseOne(t, `
customer: acme
zones:
  - {name: absent.example}
  - {name: empty.example, hostnames: [], certificates: []}
  - {name: "null.example", hostnames: null, certificates: ~}
workers:
  - {name: w, cron: true, queues: false}
`)
	type listed struct{ Hostnames, Certificates bool }
	got := map[string]listed{}
	for _, z := range s.Zones {
		got[z.Name] = listed{z.HostnamesListed, z.CertificatesListed}
	}
	want := map[string]listed{"absent.example": {}, "empty.example": {true, true}, "null.example": {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w := residency.Worker{Name: "w", Subrequests: residency.Unsure, Cron: residency.True, Queues: residency.False}
	if diff := cmp.Diff(w, s.Workers[0]); diff != "" {
		t.Errorf("worker (-want +got):\n%s", diff)
	}
}

func TestProductsAreUnknownUnlessTheKeyIsThere(t *testing.T) {
	for text, want := range map[string]residency.Products{
		"":                        {},
		"products:":               {},
		"products: []":            {Known: true},
		"products: all":           {Known: true, All: true},
		"products: [waf, cdn]":    {Known: true, IDs: []string{"cdn", "waf"}},
		`{"products": ["d1"], `:   {Known: true, IDs: []string{"d1"}},
		"products: [\n  r2,\n  ]": {Known: true, IDs: []string{"r2"}},
	} {
		doc := "customer: acme\n" + text
		if strings.HasPrefix(text, "{") {
			doc = text + `"customer": "acme"}`
		}
		if diff := cmp.Diff(want, parseOne(t, doc).Products); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestNorwayIsACountryNotASwitch(t *testing.T) {
	s := parseOne(t, `
customer: acme
zones: [{name: a.example, certificates: [{hosts: [a.example], keyless: true, key_server: NO}]}]
`)
	if got := s.Zones[0].Certificates[0].KeyServer; got != "NO" {
		t.Errorf("key server in %q, want NO", got)
	}
}

func TestOrderThatMeansNothingDoesNotChangeTheDigest(t *testing.T) {
	a := parseOne(t, `
customer: acme
products: [cdn, waf]
features: {argo: true, tiered_cache: smart}
zones:
  - {name: b.example, hostnames: [{name: y.b.example}, {name: x.b.example, addresses: [198.51.100.2, 198.51.100.1]}]}
  - {name: a.example}
ip_bindings: [{cidr: 198.51.100.0/25, region: de}, {cidr: 192.0.2.0/24, region: eu}]
`)
	b := parseOne(t, `{"ip_bindings": [{"region": "EU", "cidr": "192.0.2.0/24"}, {"cidr": "198.51.100.0/25", "region": "de"}],
"zones": [{"name": "A.example"}, {"hostnames": [{"addresses": ["198.51.100.1", "198.51.100.2"], "name": "x.b.example."}, {"name": "y.b.example"}], "name": "b.example"}],
"features": {"tiered_cache": "smart", "argo": "true"}, "products": ["waf", "cdn"], "customer": "acme", "log_retention": false}`)
	if diff := cmp.Diff(a, b, exactly); diff != "" {
		t.Errorf("settings differ:\n%s", diff)
	}
	one, two := encode(t, a), encode(t, b)
	if settings.Digest([]byte(one)) != settings.Digest([]byte(two)) {
		t.Errorf("digests differ:\n%s\n%s", one, two)
	}
}

func TestOrderOfCertificatesIsKept(t *testing.T) {
	s := parseOne(t, `
customer: acme
zones: [{name: a.example, certificates: [{hosts: [z.a.example, b.a.example]}, {hosts: ["*.a.example"], key_region: eu}]}]
`)
	var got []string
	for _, c := range s.Zones[0].Certificates {
		got = append(got, c.Hosts...)
	}
	if diff := cmp.Diff([]string{"z.a.example", "b.a.example", "*.a.example"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEncodedSettingsReadBackAsTheyWere(t *testing.T) {
	c := catalog(t)
	for _, path := range inputs(t, "ok_*") {
		all, err := settings.Parse(read(t, path), path, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			text := encode(t, s)
			parsed, err := settings.Parse([]byte(text), "canonical.json", c)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			decoded, err := settings.Decode([]byte(text))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, back := range []*residency.Settings{parsed[0], decoded} {
				if diff := cmp.Diff(s, back, exactly); diff != "" {
					t.Errorf("%s (-want +got):\n%s", path, diff)
				}
			}
			if again := encode(t, decoded); again != text {
				t.Errorf("%s: encoded again:\n%s\n%s", path, text, again)
			}
		}
	}
}

func TestKeysOfTheCanonicalFormAreSorted(t *testing.T) {
	s := parseOne(t, string(read(t, "testdata/ok_everything.yaml")))
	text := encode(t, s)
	var generic any
	if err := json.Unmarshal([]byte(text), &generic); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(generic) // writes the keys of maps in order
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(sorted), text); diff != "" {
		t.Errorf("(-sorted +got):\n%s", diff)
	}
}

func TestEncodeDoesNotChangeWhatItIsGiven(t *testing.T) {
	s := &residency.Settings{Customer: "acme", Products: residency.Products{Known: true, IDs: []string{"waf", "cdn"}}}
	encode(t, s)
	if !slices.Equal(s.Products.IDs, []string{"waf", "cdn"}) {
		t.Errorf("products are now %v", s.Products.IDs)
	}
}

func TestSettingsAFileCannotSayAreRefusedByEncode(t *testing.T) {
	zone := func(z residency.Zone) *residency.Settings {
		return &residency.Settings{Customer: "acme", Zones: []residency.Zone{z}}
	}
	for name, s := range map[string]*residency.Settings{
		"no customer":                        {},
		"a bad customer id":                  {Customer: "Acme"},
		"a name in capitals":                 zone(residency.Zone{Name: "A.example"}),
		"hostnames not said to be listed":    zone(residency.Zone{Name: "a.example", Hostnames: []residency.Hostname{{Name: "a.example"}}}),
		"certificates not said to be listed": zone(residency.Zone{Name: "a.example", Certificates: []residency.Certificate{{Hosts: []string{"a.example"}}}}),
		"a policy without text": zone(residency.Zone{Name: "a.example", CertificatesListed: true,
			Certificates: []residency.Certificate{{Hosts: []string{"a.example"}, KeyPolicy: &footprint.Expr{Attr: footprint.AttrAny}}}}),
		"a custom region without definition": {Customer: "acme", CustomRegions: []residency.CustomRegion{{Key: "dach"}}},
		"two hostnames of one name": zone(residency.Zone{Name: "a.example", HostnamesListed: true,
			Hostnames: []residency.Hostname{{Name: "a.example"}, {Name: "a.example", Region: "eu"}}}),
		"an unknown path of no zone":    {Customer: "acme", Unknown: []string{"zones.a.example"}},
		"text that is not UTF-8":        {Customer: "acme", Name: "Caf\xe9"},
		"products not known but listed": {Customer: "acme", Products: residency.Products{IDs: []string{"cdn"}}},
	} {
		if data, err := settings.Encode(s); !errors.Is(err, settings.ErrNotSettings) {
			t.Errorf("%s: got %s, %v", name, data, err)
		}
	}
}

func TestDecodeReadsCodesThatTheDatasetsNoLongerHave(t *testing.T) {
	const text = `{"customer":"acme","features":{"retired":"on"},"log_region":"mars","products":["retired"]}`
	s, err := settings.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(t, s); got != text {
		t.Errorf("got %s, want %s", got, text)
	}
	if _, err := settings.Parse([]byte(text), "acme.json", catalog(t)); err == nil {
		t.Error("Parse took codes that the catalog does not have")
	}
}

func TestDecodeTakesOneCustomerAlone(t *testing.T) {
	for _, text := range []string{"", "{}", `{"customer":"a"}{"customer":"b"}`, `{"customer":"a","x":1}`} {
		if s, err := settings.Decode([]byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, s)
		}
	}
}
