package claim

import (
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// nCategories and nActivities are one more than the greatest value.
const (
	nCategories = int(residency.Operational) + 1
	nActivities = int(residency.Access) + 1
)

// partSet sums placements by category and activity.
type partSet struct {
	in, out [nCategories][nActivities]Part
}

func newParts() *partSet { return &partSet{} }

func (s *partSet) covered(p *residency.Placement)    { s.in[p.Category][p.Activity].add(p) }
func (s *partSet) notCovered(p *residency.Placement) { s.out[p.Category][p.Activity].add(p) }

func (t *Part) add(p *residency.Placement) {
	t.Category, t.Activity = p.Category, p.Activity
	t.Placements++
	t.May = t.May.Union(p.May)
	t.Elsewhere = t.Elsewhere || p.Elsewhere != residency.NotElsewhere
}

func (s *partSet) lists() (covered, notCovered []Part) {
	for c := range nCategories {
		for a := range nActivities {
			if t := s.in[c][a]; t.Placements > 0 {
				covered = append(covered, t)
			}
			if t := s.out[c][a]; t.Placements > 0 {
				notCovered = append(notCovered, t)
			}
		}
	}
	return covered, notCovered
}

// exclusions is what no placement speaks of, whatever the claim.
var exclusions = [...]string{
	"your own origin servers, and the way from a PoP to them",
	"DNS: any PoP answers queries for your names, and sees the resolver's address",
	"what other hosts do with the requests that your Workers send them",
	"copies that go to a destination you chose, such as a Logpush target",
	"who operates a place, and under which law: this is about places only",
}

// assumptions lists what was taken as given.
func assumptions(c *Claim, res *residency.Residency) []string {
	out := []string{
		"the settings given are all there are: every proxied hostname, bucket and Worker is listed",
		"a site's country and subdivision are those of its record, never of its coordinates",
	}
	if len(res.Placements) > 0 {
		out = append(out, "the core data centers are the ones listed; a further recovery site is mentioned by the provider, not located")
	}
	fp := res.View.Footprint()
	cores := res.View.Cores()
	for i := range cores.All() {
		if s := fp.Site(i); s.Confidence == footprint.Stated {
			out = append(out, "the core data center in "+s.City+" is stated, not documented")
		}
	}
	if codes := res.View.Territories(c.Places); len(codes) > 0 {
		out = append(out, c.Places.String()+" does not speak of territories with a code of their own: "+strings.Join(codes, ", "))
	}
	if usesRegion(res, "us") {
		out = append(out, "region us means sites whose record says US; whether the provider counts Puerto Rico and Guam is not published")
	}
	if c.declared(res) {
		out = append(out, "a key server is where the customer says it is (declared, not checked)")
	}
	return out
}

func usesRegion(res *residency.Residency, key string) bool {
	for i := range res.Placements {
		r := &res.Placements[i].Reason
		if r.Region == key && (r.Setting == footprint.ProcessingSetting || r.Setting == footprint.StorageSetting) {
			return true
		}
	}
	return false
}

func (c *Claim) declared(res *residency.Residency) bool {
	for i := range res.Placements {
		if p := &res.Placements[i]; p.Elsewhere == residency.Declared && c.inScope(p) {
			return true
		}
	}
	return false
}
