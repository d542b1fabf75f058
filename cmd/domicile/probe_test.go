package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/probe"
)

// ran is one run of the binary.
type ran struct {
	code           int
	stdout, stderr string
}

func runIn(t *testing.T, dir string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	env := map[string]string{"XDG_DATA_HOME": dir}
	code := run(context.Background(), &process{
		args: args, stdin: strings.NewReader(""), stdout: &out, stderr: &errs, env: func(k string) string { return env[k] },
		clock: func() time.Time { return time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC) },
	})
	return ran{code, out.String(), errs.String()}
}

func TestProbeSaysWhereTLSEnded(t *testing.T) {
	edge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("CF-RAY", "8c3f9a7d12e6b054-FRA")
		fmt.Fprint(w, "ip=198.51.100.77\ncolo=FRA\nhttp=http/1.1\ntls=off\n")
	}))
	defer edge.Close()
	dir := t.TempDir()
	got := runIn(t, dir, "probe", edge.URL)
	if got.code != 0 || !strings.Contains(got.stdout, "answered at Frankfurt, DE (FRA) without TLS") || strings.Contains(got.stdout, "TLS ended") || !strings.Contains(got.stdout, "Visitors elsewhere") {
		t.Errorf("%+v", got)
	}
	if got := runIn(t, dir, "probe", edge.URL, "--json"); !strings.Contains(got.stdout, `"trace": "FRA"`) || strings.Contains(got.stdout, "198.51") {
		t.Errorf("%+v", got)
	}
	if got := runIn(t, dir, "probe", edge.URL, "--record"); got.code != 3 || !strings.Contains(got.stdout, "no customer has the name") {
		t.Errorf("%+v", got)
	}
	edge.Close()
	if got := runIn(t, dir, "probe", edge.URL, "not a host"); got.code != 3 || !strings.Contains(got.stderr, "2 of 2 probes failed") {
		t.Errorf("%+v", got)
	}
}

func TestAProbeRecordsEverySiteThatItsAnswerNames(t *testing.T) {
	for _, tt := range []struct {
		name, trace, ray string
		sites            []string
		says             []string
	}{
		{"two sites", "colo=FRA\ntls=off\n", "x-EWR", []string{"EWR", "FRA"}, []string{"another site, EWR", "both sites recorded for acme"}},
		{"one site", "colo=FRA\ntls=off\n", "x-FRA", []string{"FRA"}, []string{"  recorded for acme"}},
		{"the header alone, over plain HTTP", "", "x-EWR", []string{"EWR"}, []string{"(EWR) without TLS", "  recorded for acme"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("CF-RAY", tt.ray)
				fmt.Fprint(w, tt.trace)
			}))
			defer edge.Close()
			b := newBinary(t, "HTTP_PROXY="+edge.URL) // so that any name is answered here
			b.must(nil, "import", b.file("acme.yaml", []byte(acmeSettings)))
			out := b.must(nil, "probe", "http://www.acme.example", "--record")
			for _, text := range append(tt.says, "www.acme.example: answered at ", " without TLS, ") {
				if !strings.Contains(out, text) {
					t.Errorf("%q lacks %q", out, text)
				}
			}
			if strings.Contains(out, "TLS ended at") {
				t.Errorf("there was no TLS: %s", out)
			}
			all, err := b.store("").(atlas.EvidenceStore).Observations(t.Context(), "acme", time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var sites []string
			for _, o := range all {
				if o.Scope.Name != "www.acme.example" || o.Count != 1 {
					t.Errorf("%+v", o)
				}
				sites = append(sites, o.Site)
			}
			slices.Sort(sites)
			if diff := cmp.Diff(tt.sites, sites); diff != "" {
				t.Error(diff)
			}
			// A sweep of the day sees what a check does.
			day := time.Now().UTC().Format(time.DateOnly)
			window := []string{"--within", "EU", "--window", all[0].First.Format(time.DateOnly) + ".." + day, "--json"}
			_, _, checked := b.run(nil, append([]string{"check", "acme"}, window...)...)
			swept, _, _ := b.run(nil, append([]string{"sweep"}, window...)...)
			broken := slices.Contains(tt.sites, "EWR")
			if broken && checked != 1 || strings.Contains(swept, `"BROKEN": 1`) != broken {
				t.Errorf("check ends with %d, a sweep says %s", checked, swept)
			}
		})
	}
}

const acmeSettings = `
customer: acme
effective: 2026-01-01
plan: enterprise
products: [cdn]
zones:
  - name: acme.example
    hostnames:
      - {name: www.acme.example}
    certificates: []
`

func TestWhatATextSaysOfTLS(t *testing.T) {
	at := probed{Host: "www.acme.example", Site: "FRA", City: "Frankfurt", Country: "DE", Known: true, Trace: "FRA", Ray: "EWR", At: "2026-11-23T17:05:00Z"}
	for tls, want := range map[string]string{
		"TLSv1.3":   "www.acme.example: TLS ended at Frankfurt, DE (FRA), 2026-11-23T17:05:00Z\n  the header names another site, EWR",
		"":          "www.acme.example: TLS ended at Frankfurt, DE (FRA), 2026",
		probe.NoTLS: "www.acme.example: answered at Frankfurt, DE (FRA) without TLS, 2026-11-23T17:05:00Z\n  the header names another site, EWR",
	} {
		at.TLS = tls
		if got := probesText([]probed{at}); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", tls, got)
		}
	}
}

func TestABarSaysHowFarARunIs(t *testing.T) {
	got := barText(50<<20, 200<<20, 1_500_000, 1, 4, 3*time.Second)
	want := "[######..................]  25 % 50.0 MiB of 200.0 MiB, file 2 of 4, 1,500,000 lines, 500,000/s, 9s left"
	if got != want {
		t.Errorf("%s\n%s", got, want)
	}
	if got := barText(5<<30, 0, 10, 0, 0, 0); got != "5.0 GiB read, 10 lines, 10,000/s" {
		t.Error(got)
	}
	if got := barText(0, 100, 0, 0, 1, time.Second); !strings.Contains(got, "? left") {
		t.Error(got)
	}
}
