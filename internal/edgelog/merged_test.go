package edgelog_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/edgelog"
)

const parent = `"RayID":"8e0f1a2b3c4d5e6f","ParentRayID":"","EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","ClientRequestHost":"a.example","ClientIP":"198.51.100.7","Subrequests":`

// A job with subrequest_merging writes a request and what its Worker asked for as one
// line: https://developers.cloudflare.com/logs/logpush/logpush-job/subrequests/ (read
// 2026-12-01).
func TestSubrequestsThatALineHoldsAreRead(t *testing.T) {
	one := `{"RayID":"8e0f1a2b3c4d5e70","EdgeStartTimestamp":"2025-08-20T07:00:01Z","EdgeColoCode":"EWR","ClientRequestHost":"api.a.example","ClientIP":"2001:db8::9","OriginIP":"192.0.2.4","EdgeResponseStatus":204,"WorkerSubrequest":true,"ClientRequestSource":"edgeWorkerFetch","Cookies":{"a":"]}"}}`
	two := `{"EdgeColoCode":"LHR","EdgeResponseStatus":200}` // has no time of its own
	request := reading{Site: "FRA", Host: "a.example", Client: "198.51.100.7", Time: 1755673200e9}
	first := reading{
		Site: "EWR", Host: "api.a.example", Client: "2001:db8::9", Origin: "192.0.2.4", Time: 1755673201e9, Status: 204,
		Flags: edgelog.Subrequest | edgelog.Internal | edgelog.Merged,
	}
	second := reading{Site: "LHR", Time: 1755673200e9, Status: 200, Flags: edgelog.Subrequest | edgelog.Merged}
	csv := func(list string) string {
		return "EdgeStartTimestamp,EdgeColoCode,ClientRequestHost,ClientIP,Subrequests\n1755673200,FRA,a.example,198.51.100.7," + list + "\n"
	}
	for name, tt := range map[string]struct {
		file string
		want []reading
	}{
		"two":                   {"{" + parent + "[" + one + ", " + two + "]}\n", []reading{request, first, second}},
		"with spaces":           {"{" + parent + " [ " + one + " , " + two + " ] }\n", []reading{request, first, second}},
		"none":                  {"{" + parent + "[]}\n", []reading{request}},
		"null":                  {"{" + parent + "null}\n", []reading{request}},
		"two in CSV":            {csv(`"[` + strings.ReplaceAll(one+","+two, `"`, `""`) + `]"`), []reading{request, first, second}},
		"none in CSV":           {csv(""), []reading{request}},
		"an empty array in CSV": {csv("[]"), []reading{request}},
		"none of its own are taken for the request's": {`{"Subrequests":[` + one + `],` + strings.TrimSuffix(parent, `,"Subrequests":`) + "}\n", []reading{request, first}},
	} {
		t.Run(name, func(t *testing.T) {
			r := edgelog.NewReader(strings.NewReader(tt.file), edgelog.Options{})
			got := readLines(t, r)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if c := r.Counts(); c.Accepted != 1 || c.Malformed != 0 {
				t.Errorf("%+v: want one line", c)
			}
		})
	}
}

// readLines reads all records, of which a line may give several.
func readLines(t *testing.T, r *edgelog.Reader) []reading {
	t.Helper()
	out, err := readAll(t, r)
	if err != io.EOF {
		t.Fatal(err)
	}
	return out
}

func TestSubrequestsThatCannotBeReadMakeTheLineMalformed(t *testing.T) {
	object := `{"EdgeColoCode":"LHR"}`
	for list, why := range map[string]edgelog.Reason{
		`{}`:                          edgelog.WrongType,
		`"x"`:                         edgelog.WrongType,
		`[1]`:                         edgelog.WrongType,
		`[` + object + `,"x"]`:        edgelog.WrongType,
		`[{"EdgeColoCode":198}]`:      edgelog.WrongType,
		`[{"EdgeStartTimestamp":17}]`: edgelog.BadTime,
		"[" + strings.Repeat(object+",", edgelog.MaxMerged) + object + "]": edgelog.TooMany,
	} {
		r := edgelog.NewReader(strings.NewReader("{"+parent+"[]}\n{"+parent+list+"}\n{"+parent+"[]}\n"), edgelog.Options{})
		got := readLines(t, r)
		if c := r.Counts(); len(got) != 2 || c.Malformed != 1 || r.Quarantine().Count(why) != 1 {
			t.Errorf("%.60s: %d records, %+v, %+v", list, len(got), c, r.Quarantine().Samples)
		}
	}
}

// A batch holds the subrequests of its last line too, and a line that the file holds
// twice counts once with all of them.
func TestABatchHoldsEverySubrequestOfItsLines(t *testing.T) {
	var file strings.Builder
	const lines = 3 * edgelog.BatchSize
	for i := range lines {
		var list []string
		for j := range i % (edgelog.MaxMerged + 1) {
			list = append(list, fmt.Sprintf(`{"RayID":"%08x%08x","EdgeColoCode":"LHR"}`, i+1, j+1))
		}
		fmt.Fprintf(&file, `{"RayID":"%08x00000000","EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","Subrequests":[%s]}`+"\n", i+1, strings.Join(list, ","))
	}
	r := edgelog.NewReader(strings.NewReader(file.String()+file.String()), edgelog.Options{})
	seen, repeated, merged := map[string]int{}, 0, 0
	for _, x := range readLines(t, r) {
		seen[x.Site]++
		if x.Flags&edgelog.Repeated != 0 {
			repeated++
		}
		if x.Flags&edgelog.Merged != 0 {
			merged++
		}
	}
	want := 0
	for i := range lines {
		want += i % (edgelog.MaxMerged + 1)
	}
	if seen["FRA"] != 2*lines || merged != 2*want || seen["LHR"] != merged || repeated != lines+want {
		t.Errorf("%v, %d merged, %d repeated; want %d requests, %d subrequests, half of them repeated", seen, merged, repeated, 2*lines, 2*want)
	}
	if c := r.Counts(); c.Accepted != 2*lines || c.Repeated != lines {
		t.Errorf("%+v", c)
	}
}
