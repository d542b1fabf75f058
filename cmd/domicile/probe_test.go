package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
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
	if got.code != 0 || !strings.Contains(got.stdout, "TLS ended at Frankfurt, DE (FRA)") || !strings.Contains(got.stdout, "Visitors elsewhere") {
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
