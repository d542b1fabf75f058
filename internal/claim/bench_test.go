package claim_test

import (
	"fmt"
	"testing"

	"domicile/internal/claim"
	"domicile/internal/claim/naive"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// sized is a customer with so many zones and hostnames, all in the EU.
func sized(zones, hostnames int) *residency.Settings {
	s := tidy()
	s.Zones = nil
	for z := range zones {
		zone := residency.Zone{Name: fmt.Sprintf("z%d.example", z), HostnamesListed: true, CertificatesListed: true}
		zone.Certificates = []residency.Certificate{{Hosts: []string{zone.Name, "*." + zone.Name}, KeyRegion: "eu"}}
		for h := range hostnames / zones {
			zone.Hostnames = append(zone.Hostnames, residency.Hostname{Name: fmt.Sprintf("h%d.%s", h, zone.Name), Region: "eu"})
		}
		s.Zones = append(s.Zones, zone)
	}
	s.Storage[0].PublicHostname = s.Zones[0].Hostnames[0].Name
	return s
}

var sizes = []struct {
	name             string
	zones, hostnames int
}{{"typical", 3, 40}, {"large", 20, 5000}}

func BenchmarkResolve(b *testing.B) {
	view, rules := fictionalFootprint(b).At(day(b, "2026-08-20")), fictionalRules()
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			s := sized(size.zones, size.hostnames)
			n := len(residency.Resolve(rules, view, s).Placements)
			b.ReportAllocs()
			for b.Loop() {
				residency.Resolve(rules, view, s)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/placement")
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	view, rules := fictionalFootprint(b).At(day(b, "2026-08-20")), fictionalRules()
	c := claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			res := residency.Resolve(rules, view, sized(size.zones, size.hostnames))
			b.ReportAllocs()
			for b.Loop() {
				if v := claim.Judge(&c, res); v != claim.Holds {
					b.Fatal(v)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(res.Placements)), "ns/placement")
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	view, rules := fictionalFootprint(b).At(day(b, "2026-08-20")), fictionalRules()
	c := claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			res := residency.Resolve(rules, view, sized(size.zones, size.hostnames))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := claim.Check(c, res, evidence.Window{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(res.Placements)), "ns/placement")
		})
	}
}

// The naive checker resolves and judges; compare with Resolve and Check of the
// typical customer.
func BenchmarkNaiveCheck(b *testing.B) {
	in := naive.Input{Rules: fictionalRules(), Footprint: fictionalFootprint(b), Day: day(b, "2026-08-20"),
		Settings: sized(3, 40), Claim: claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)}
	b.ReportAllocs()
	for b.Loop() {
		if r, err := naive.Check(in); err != nil || r.Verdict != claim.Holds {
			b.Fatal(r.Verdict, err)
		}
	}
}

func TestJudgeAllocatesNothing(t *testing.T) {
	in := law{claim: claim.New(claim.OnlyIn, onlyIn("EU"), claim.Handled)}.inputs(t)
	res := resolve(in)
	if n := testing.AllocsPerRun(100, func() { claim.Judge(&in.Claim, res) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
