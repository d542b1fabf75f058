package edgelog_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"domicile/internal/edgelog"
)

// rays is a log of requests, a second apart, with these RayIDs.
func rays(ids ...string) string {
	var b strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&b, `{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","ClientRequestHost":"a.example","RayID":"%s"}`+"\n", id)
	}
	return b.String()
}

// repeatedOf tells which lines of a file are repeated, by their place among those
// read.
func repeatedOf(t *testing.T, file string, options edgelog.Options) (out []int, counts edgelog.Counts) {
	t.Helper()
	r := edgelog.NewReader(strings.NewReader(file), options)
	var batch edgelog.Batch
	for n := 0; ; {
		err := r.Next(&batch)
		if err == io.EOF {
			return out, r.Counts()
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range batch.Records {
			if batch.Records[i].Flags&edgelog.Repeated != 0 {
				out = append(out, n)
			}
			n++
		}
	}
}

func TestARequestThatAFileHoldsTwiceIsRepeated(t *testing.T) {
	const a = `{"EdgeStartTimestamp":1755673200,"EdgeColoCode":"FRA","ClientRequestHost":"a.example","RayID":"8c3f9a7d12e6b054"}` + "\n"
	for _, tt := range []struct {
		name, file string
		want       []int
	}{
		{"the same line", a + a + a, []int{1, 2}},
		{"with others between", rays("1", "2", "1", "3", "2"), []int{2, 4}},
		{"another time", a + strings.Replace(a, "1755673200", "1755673201", 1), nil},
		{"another site", a + strings.Replace(a, "FRA", "EWR", 1), nil},
		{"another upper tier", a + strings.Replace(a, `"RayID"`, `"UpperTierColoID":7,"RayID"`, 1) + strings.Replace(a, `"RayID"`, `"UpperTierColoID":8,"RayID"`, 1), nil},
		{"another smart route", a + strings.Replace(a, `"RayID"`, `"SmartRouteColoID":7,"RayID"`, 1) + strings.Replace(a, `"RayID"`, `"UpperTierColoID":7,"RayID"`, 1), nil},
		{"the same smart route", strings.Repeat(strings.Replace(a, `"RayID"`, `"SmartRouteColoID":7,"RayID"`, 1), 2), []int{1}},
		{"another host", a + strings.Replace(a, "a.example", "b.example", 1), nil},
		{"its subrequest", a + strings.Replace(a, `"RayID"`, `"ParentRayID":"8c3f9a7d12e6b054","RayID"`, 1), nil},
		{"another ray", a + strings.Replace(a, "b054", "b055", 1), nil},
		{"in capitals", a + strings.Replace(a, "8c3f9a7d12e6b054", "8C3F9A7D12E6B054", 1), []int{1}},
		{"rays of another shape", rays("8c3f9a7d12e6b054-FRA", "8c3f9a7d12e6b055-FRA", "8c3f9a7d12e6b054-FRA"), []int{2}},
		{"no ray", rays("", "", "00", "00"), nil},
		{"in a table", "EdgeStartTimestamp,EdgeColoCode,RayID\n1755673200,FRA,a1\n1755673200,FRA,a2\n1755673200,FRA,a1\n", []int{2}},
	} {
		got, counts := repeatedOf(t, tt.file, edgelog.Options{Dataset: edgelog.HTTPRequests})
		if fmt.Sprint(got) != fmt.Sprint(tt.want) || counts.Repeated != uint64(len(tt.want)) {
			t.Errorf("%s: repeated %v (%d), want %v", tt.name, got, counts.Repeated, tt.want)
		}
	}
}

// Several rules may fire for one request: each is an event of its own.
func TestFirewallEventsOfOneRequestAreNotRepeated(t *testing.T) {
	const event = `{"Action":"block","Datetime":1755673200,"EdgeColoCode":"FRA","ClientRequestHost":"a.example","RayID":"8c3f9a7d12e6b054","RuleID":"1","MatchIndex":0}` + "\n"
	if got, _ := repeatedOf(t, event+event, edgelog.Options{}); got != nil {
		t.Errorf("repeated: %v", got)
	}
}

func TestRepeatedLinesAreKnownBehindWhereAReaderGoesOn(t *testing.T) {
	file := rays("1", "2", "3", "1", "2", "4", "3")
	line := int64(len(rays("1")))
	for at, want := range [][]int{{3, 4, 6}, {2, 3, 5}, {1, 2, 4}, {0, 1, 3}, {0, 2}, {1}, {0}, nil} {
		got, counts := repeatedOf(t, file, edgelog.Options{Resume: int64(at) * line, Dataset: edgelog.HTTPRequests})
		if fmt.Sprint(got) != fmt.Sprint(want) || counts.Lines != uint64(7-at) || counts.Repeated != uint64(len(want)) {
			t.Errorf("from line %d: repeated %v of %+v, want %v", at, got, counts, want)
		}
	}
}

// The window is bounded: half a million lines back are known, two millions are not.
func TestTheWindowOfRepeatedLinesIsBounded(t *testing.T) {
	pipe, w := io.Pipe()
	const near, far = 1<<19 - 1, 1 << 21
	go func() {
		line := func(n int) { fmt.Fprintf(w, "1755673200,FRA,%016x\n", n+1) }
		io.WriteString(w, "EdgeStartTimestamp,EdgeColoCode,RayID\n")
		for n := range near {
			line(n)
		}
		line(0)
		for n := near; n < far; n++ {
			line(n)
		}
		line(0)
		w.Close()
	}()
	r := edgelog.NewReader(pipe, edgelog.Options{Dataset: edgelog.HTTPRequests})
	var batch edgelog.Batch
	for {
		if err := r.Next(&batch); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if c := r.Counts(); c.Repeated != 1 || c.Accepted != far+2 {
		t.Errorf("%+v", c)
	}
}
