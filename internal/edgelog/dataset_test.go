package edgelog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/edgelog"
	"domicile/internal/residency"
)

func TestEveryDatasetHasANameThatReadsBack(t *testing.T) {
	sites := 0
	for _, d := range edgelog.Datasets() {
		got, err := edgelog.ParseDataset(strings.ToUpper(d.String()))
		if err != nil || got != d {
			t.Errorf("%s reads back as %s, %v", d, got, err)
		}
		if d.CarriesSite() {
			sites++
		}
		if proves := !strings.Contains(d.Why(), "proves nothing"); proves != d.CarriesSite() {
			t.Errorf("%s: %s", d, d.Why())
		}
	}
	if sites != 9 || len(edgelog.Datasets()) != 19 {
		t.Errorf("%d of %d datasets carry a site", sites, len(edgelog.Datasets()))
	}
	if _, err := edgelog.ParseDataset("unknown"); err == nil {
		t.Error("the unknown dataset is no dataset")
	}
}

// only is the single record of a line.
func only(t *testing.T, line string) *edgelog.Record {
	t.Helper()
	var batch edgelog.Batch
	if err := edgelog.NewReader(strings.NewReader(line), edgelog.Options{}).Next(&batch); err != nil {
		t.Fatal(err)
	}
	if len(batch.Records) != 1 {
		t.Fatalf("%d records", len(batch.Records))
	}
	return &batch.Records[0]
}

func code(t *testing.T, s string) edgelog.Code {
	t.Helper()
	c, ok := edgelog.ParseCode(s)
	if !ok {
		t.Fatalf("no code: %q", s)
	}
	return c
}

// evidence is what a line should show.
type evidence struct {
	line  string
	flags edgelog.Flags
	want  []edgelog.Sighting
}

func evidences(t *testing.T) map[string]evidence {
	const content, metadata = residency.Content, residency.TrafficMetadata
	fra, ewr := code(t, "FRA"), code(t, "EWR")
	written := edgelog.Sighting{Category: metadata, Activity: residency.Process, Site: fra}
	readable := edgelog.Sighting{Category: content, Activity: residency.Process, Site: fra}
	return map[string]evidence{
		"a request": {`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA"}`, 0, []edgelog.Sighting{written, readable}},
		"a request without a site": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoID":12,"UpperTierColoID":7}`, edgelog.NoSite, nil,
		},
		"a cached answer": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","CacheCacheStatus":"hit"}`, edgelog.CacheHit,
			[]edgelog.Sighting{written, readable, {Category: content, Activity: residency.Cache, Site: fra}},
		},
		"a copy from the upper tier": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","CacheCacheStatus":"hit","CacheTieredFill":true,"UpperTierColoID":7}`,
			edgelog.CacheHit | edgelog.TieredFill,
			[]edgelog.Sighting{
				written, readable,
				{Category: content, Activity: residency.Process, Hop: edgelog.UpperTier, Number: 7},
				{Category: content, Activity: residency.Cache, Hop: edgelog.UpperTier, Number: 7},
			},
		},
		"a copy from an upper tier that the line has no number of": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","CacheTieredFill":true}`, edgelog.TieredFill,
			[]edgelog.Sighting{
				written, readable,
				{Category: content, Activity: residency.Process, Hop: edgelog.UpperTier}, {Category: content, Activity: residency.Cache, Hop: edgelog.UpperTier},
			},
		},
		"a site that is none": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"EWR-A"}`, 0, []edgelog.Sighting{
				{Category: metadata, Activity: residency.Process, Site: edgelog.Unreadable}, {Category: content, Activity: residency.Process, Site: edgelog.Unreadable},
			},
		},
		"a site that is an address": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"198.51.100.7"}`, 0, []edgelog.Sighting{
				{Category: metadata, Activity: residency.Process, Site: edgelog.Unreadable}, {Category: content, Activity: residency.Process, Site: edgelog.Unreadable},
			},
		},
		"a site with a space": {`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":" fra "}`, 0, []edgelog.Sighting{written, readable}},
		"a smart route": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","SmartRouteColoID":9}`, 0,
			[]edgelog.Sighting{written, readable, {Category: content, Activity: residency.Process, Hop: edgelog.SmartRoute, Number: 9}},
		},
		"a subrequest of a Worker": {
			`{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","WorkerSubrequest":true}`, edgelog.Subrequest, []edgelog.Sighting{written, readable},
		},
		"a firewall event": {
			`{"Datetime":1755673200,"EdgeColoCode":"FRA","RuleID":"1","Kind":"firewall"}`, 0, []edgelog.Sighting{written, readable},
		},
		"a name that was resolved": {
			`{"Timestamp":1755673200,"ColoCode":"FRA","QueryName":"acme.example","ResponseCode":0}`, 0, []edgelog.Sighting{written},
		},
		"a remote signature": {
			`{"Timestamp":1755673200,"ColoCode":"FRA","Application":"x","ClientTlsStatus":"KEYLESS_RPC"}`, edgelog.Keyless,
			[]edgelog.Sighting{written, readable},
		},
		"a session that leaves elsewhere": {
			`{"SessionStartTime":"2025-08-20T07:00:00Z","IngressColoName":"fra03","EgressColoName":"EWR"}`, 0,
			[]edgelog.Sighting{written, readable, {Category: content, Activity: residency.Transit, Hop: edgelog.Left, Site: ewr}},
		},
		"packets": {
			`{"Datetime":1755673200,"ColoCode":"FRA","ColoCountry":"DE","SampleInterval":1000,"IPSourceAddress":"198.51.100.7"}`, 0,
			[]edgelog.Sighting{written, {Category: content, Activity: residency.Transit, Site: fra}},
		},
	}
}

func TestALineIsEvidenceOfWhatHappenedWhere(t *testing.T) {
	for name, c := range evidences(t) {
		t.Run(name, func(t *testing.T) {
			rec := only(t, c.line)
			if rec.Flags != c.flags {
				t.Errorf("flags %s, want %s", rec.Flags, c.flags)
			}
			got := rec.Sightings(nil)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(got) > edgelog.MaxSightings {
				t.Errorf("%d sightings", len(got))
			}
		})
	}
}

func TestASampledLineStandsForMany(t *testing.T) {
	rec := only(t, `{"Datetime":1755673200,"ColoCode":"FRA","ColoCountry":"de","SampleInterval":"1000","IPSourceAddress":"198.51.100.7"}`)
	if rec.SampleInterval != 1000 || rec.SiteCountry != [2]byte{'D', 'E'} {
		t.Errorf("%d, %s", rec.SampleInterval, rec.SiteCountry)
	}
}

func TestNamesThatVisitorsLookUpAreNotTaken(t *testing.T) {
	rec := only(t, `{"Datetime":"2025-08-20T07:00:00Z","ColoCode":"FRA","QueryName":"private.example","ResolverDecision":"x","SrcIP":"198.51.100.7"}`)
	if rec.Dataset != edgelog.GatewayDNS || len(rec.Host) != 0 {
		t.Errorf("%s has host %q", rec.Dataset, rec.Host)
	}
}

func TestTheOptionsNameADatasetThatFieldsDoNot(t *testing.T) {
	r := edgelog.NewReader(strings.NewReader("Timestamp,ColoCode\n1755673200,FRA\n"), edgelog.Options{Dataset: edgelog.DNSLogs})
	if got, _ := readAll(t, r); len(got) != 1 || got[0].Site != "FRA" {
		t.Errorf("got %v", got)
	}
}
