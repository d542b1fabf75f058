package atlas_test

import (
	"fmt"
	"strings"
	"testing"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// customerOf makes settings of n regional hostnames over a few zones.
func customerOf(n int) string {
	var b strings.Builder
	b.WriteString("customer: big\nproducts: [cdn, waf, r2, logpush]\nlog_region: eu\nzones:\n")
	zones := max(1, n/100)
	for z := range zones {
		fmt.Fprintf(&b, "  - name: z%d.example\n    hostnames:\n", z)
		for h := range n / zones {
			fmt.Fprintf(&b, "      - {name: h%d.z%d.example, processing_region: eu}\n", h, z)
		}
		fmt.Fprintf(&b, "    certificates: [{hosts: [\"*.z%d.example\"], key_region: eu}]\n", z)
	}
	return b.String()
}

// BenchmarkQuestion measures what one question costs on the shipped datasets:
// resolving a customer, the verdict alone, and the verdict explained.
func BenchmarkQuestion(b *testing.B) {
	ref := reference(b)
	view := ref.Footprint.At(day(b, "2026-11-20"))
	places, err := ref.Footprint.ParsePlaces([]string{"EU"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	c := claim.New(claim.OnlyIn, places, claim.Handled)
	for _, n := range []int{3, 40, 5000} {
		set := parse(b, ref, customerOf(n))[0]
		res := residency.Resolve(ref.Rules, view, set)
		b.Run(fmt.Sprintf("resolve/%d-hostnames", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				residency.Resolve(ref.Rules, view, set)
			}
			b.ReportMetric(float64(len(res.Placements)), "placements")
		})
		b.Run(fmt.Sprintf("judge/%d-hostnames", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				claim.Judge(&c, res)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(res.Placements)), "ns/placement")
		})
		b.Run(fmt.Sprintf("check/%d-hostnames", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := claim.Check(c, res, evidence.Window{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(res.Placements)), "ns/placement")
		})
	}
	b.Run("view", func(b *testing.B) {
		for b.Loop() {
			ref.Footprint.At(day(b, "2026-11-20"))
		}
	})
}
