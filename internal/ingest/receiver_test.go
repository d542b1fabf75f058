package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/ingest"
)

const secret = "a secret of twenty letters"

// receiving serves a receiver over a store.
func receiving(t *testing.T, s atlas.EvidenceStore, change func(*ingest.ReceiverConfig)) (url string, log *bytes.Buffer) {
	t.Helper()
	log = &bytes.Buffer{}
	c := ingest.ReceiverConfig{
		Secret: secret, Log: slog.New(slog.NewTextHandler(log, nil)), RequestID: func(*http.Request) string { return "r1" },
		Ingester: func(ctx context.Context, customer string, sampled bool) (*ingest.Ingester, error) {
			index, err := ingest.NewIndex(ctx, service(t, fleet).State(), customer)
			if err != nil {
				return nil, err
			}
			return setup(t, s, func(c *ingest.Config) { c.Index, c.Sampled, c.MaxBytes = index, sampled, 64<<20 }), nil
		},
	}
	if change != nil {
		change(&c)
	}
	h, err := ingest.NewReceiver(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL + "/ingest", log
}

// reply is the answer to a request.
type reply struct {
	status int
	header http.Header
	text   string
	Result string          `json:"result"`
	Counts evidence.Counts `json:"counts"`
}

func push(t *testing.T, url, key string, body io.Reader) reply {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Encoding", "gzip")
	if key != "" {
		req.Header.Set(ingest.DefaultSecretHeader, key)
	}
	return send(t, req)
}

func send(t *testing.T, req *http.Request) reply {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := reply{status: res.StatusCode, header: res.Header, text: string(b)}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Errorf("the answer %q is no JSON: %v", b, err)
	}
	return out
}

const oneLine = `{"EdgeStartTimestamp":1793491200,"EdgeColoCode":"FRA","ClientRequestHost":"www.acme.example","ClientIP":"198.51.100.77"}` + "\n"

func TestAPushedLogIsRecordedOnce(t *testing.T) {
	path, truth := logFile(t, plan(5000), "log.gz")
	body := readFile(t, path)
	s := store(t, t.TempDir())
	url, _ := receiving(t, s, nil)
	first := push(t, url, secret, bytes.NewReader(body))
	if diff := cmp.Diff(counted(truth), essentials(first.Counts)); first.status != 200 || first.Result != "recorded" || diff != "" {
		t.Errorf("%d %s: %s", first.status, first.text, diff)
	}
	want := stored(t, s)
	again := push(t, url, secret, bytes.NewReader(body))
	if again.status != 200 || again.Result != "recorded before" || again.Counts.Duplicate != truth.Lines {
		t.Errorf("%d %s", again.status, again.text)
	}
	if diff := cmp.Diff(known(truth), want) + cmp.Diff(want, stored(t, s)); diff != "" {
		t.Error(diff)
	}
}

func TestARequestThatSetsUpAJobIsAnswered(t *testing.T) {
	s := store(t, t.TempDir())
	url, _ := receiving(t, s, nil)
	for name, body := range map[string][]byte{
		"a test in gzip":                       zipped(t, `{"content":"tests"}`),
		"a test with a name":                   zipped(t, `{"content":"tests","filename":"test.txt"}`),
		"a test as it is":                      []byte(`{"content":"test"}`),
		"an ownership challenge":               zipped(t, "00000000000000000000deadbeef\n"),
		"a challenge that is a JSON Web Token": []byte("eyJhbGciOiJIUzI1NiJ9." + strings.Repeat("eyJkZXN0", 500) + ".c2ln_bmF0-dXJl"),
		"nothing":                              nil,
		"nothing in gzip":                      zipped(t, ""),
	} {
		if got := push(t, url, secret, bytes.NewReader(body)); got.status != 200 || got.Result != "validated" {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
	if files, err := s.Files(t.Context(), 10); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
}

func TestAReceiverRefuses(t *testing.T) {
	line := zipped(t, oneLine)
	for _, tt := range []struct {
		name, key, query string
		body             []byte
		status           int
	}{
		{"no secret", "", "", line, 401},
		{"another secret", "a secret of twenty letterS", "", line, 401},
		{"a longer secret", secret + "x", "", line, 401},
		{"not a log", secret, "", zipped(t, strings.Repeat("198.51.100.77 GET /\n", 300)), 400},
		{"half a body", secret, "", line[:len(line)-9], 400},
		{"a customer that is not there", secret, "?customer=nobody", line, 400},
		{"csv without a header", secret, "", zipped(t, bareCSV), 400},
		{"csv of other fields", secret, "?fields=EdgeStartTimestamp,EdgeColoCode", zipped(t, bareCSV), 400},
		{"fields that are none", secret, "?fields=Nothing,Known", zipped(t, bareCSV), 400},
		{"a dataset without sites", secret, "", zipped(t, `{"Datetime":"2026-11-01T00:00:00Z","URL":"https://a.example/","SourceIP":"198.51.100.77","HTTPHost":"a.example","HTTPMethod":"GET"}`), 422},
		{"a large body", secret, "", bytes.Repeat([]byte("x"), 70_000), 413},
		{"a bomb", secret, "", zipped(t, strings.Repeat(" ", 65<<20)), 413},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := store(t, t.TempDir())
			url, log := receiving(t, s, func(c *ingest.ReceiverConfig) { c.MaxBody = 69_000 })
			got := push(t, url+tt.query, tt.key, bytes.NewReader(tt.body))
			if got.status != tt.status || strings.Contains(got.text+log.String(), "198.51") {
				t.Errorf("%d %s, %s", got.status, got.text, log)
			}
			if all, err := s.Observations(t.Context(), "acme", anytime, anytime); err != nil || len(all) != 0 {
				t.Errorf("recorded all the same: %v, %v", all, err)
			}
			chunked := push(t, url+tt.query, tt.key, io.MultiReader(bytes.NewReader(tt.body)))
			if chunked.status != tt.status {
				t.Errorf("without a length: %d %s", chunked.status, chunked.text)
			}
		})
	}
}

const bareCSV = `1793491200000000000,"FRA","www.acme.example","198.51.100.77"` + "\n"

func TestAPushedCSVIsReadByTheFieldsInTheAddress(t *testing.T) {
	s := store(t, t.TempDir())
	url, _ := receiving(t, s, nil)
	got := push(t, url+"?fields=EdgeStartTimestamp,EdgeColoCode,ClientRequestHost,ClientIP", secret, bytes.NewReader(zipped(t, strings.Repeat(bareCSV, 3))))
	if got.status != 200 || got.Counts.Accepted != 3 {
		t.Errorf("%d %s", got.status, got.text)
	}
}

func TestOnlyPostIsTaken(t *testing.T) {
	url, _ := receiving(t, store(t, t.TempDir()), nil)
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(ingest.DefaultSecretHeader, secret)
	if got := send(t, req); got.status != 405 || got.header.Get("Allow") != "POST" {
		t.Errorf("%d %s", got.status, got.text)
	}
}

// waiting is a store that holds every batch until it is let go.
type waiting struct {
	atlas.EvidenceStore
	came, gone chan struct{}
}

func (w *waiting) Record(ctx context.Context, b atlas.EvidenceBatch) error {
	w.came <- struct{}{}
	<-w.gone
	return w.EvidenceStore.Record(ctx, b)
}

func TestABusyReceiverSaysComeBack(t *testing.T) {
	s := &waiting{store(t, t.TempDir()), make(chan struct{}), make(chan struct{})}
	url, _ := receiving(t, s, func(c *ingest.ReceiverConfig) { c.AtOnce = 1 })
	var first sync.WaitGroup
	first.Go(func() {
		if got := push(t, url, secret, bytes.NewReader(zipped(t, oneLine))); got.status != 200 {
			t.Errorf("the first: %d %s", got.status, got.text)
		}
	})
	<-s.came
	got := push(t, url, secret, bytes.NewReader(zipped(t, oneLine+oneLine)))
	if got.status != 429 || got.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", got.status, got.text)
	}
	close(s.gone)
	first.Wait()
}

func TestAStoreThatIsNotThereMeansComeBack(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
	}{{fmt.Errorf("locked: %w", atlas.ErrStoreUnavailable), 503}, {fmt.Errorf("a secret of the machine"), 500}} {
		url, log := receiving(t, &failing{EvidenceStore: store(t, t.TempDir()), err: tt.err}, nil)
		got := push(t, url, secret, bytes.NewReader(zipped(t, oneLine)))
		if got.status != tt.status || (got.header.Get("Retry-After") != "") != (tt.status == 503) || strings.Contains(got.text, "machine") {
			t.Errorf("%d %s", got.status, got.text)
		}
		if !strings.Contains(log.String(), "r1") || strings.Contains(log.String(), "198.51") {
			t.Errorf("log: %s", log)
		}
	}
}

func TestSomebodyAllowedNeedsNoSecret(t *testing.T) {
	s := store(t, t.TempDir())
	url, _ := receiving(t, s, func(c *ingest.ReceiverConfig) {
		c.Allow = func(r *http.Request) (string, bool) { return "acme", r.Header.Get("Authorization") == "Bearer token" }
	})
	for query, status := range map[string]int{"?customer=globex": 403, "?sampled=true": 200, "?sampled=true&customer=acme": 200} {
		req, err := http.NewRequest(http.MethodPost, url+query, bytes.NewReader(zipped(t, oneLine)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer token")
		if got := send(t, req); got.status != status || status == 200 && got.Counts.Accepted+got.Counts.Duplicate != 1 {
			t.Errorf("%s: %d %s", query, got.status, got.text)
		}
	}
	all, err := s.Observations(t.Context(), "acme", anytime, anytime)
	if err != nil || len(all) == 0 || all[0].Kinds&evidence.Sampled == 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestWhetherAPushedLogIsASample(t *testing.T) {
	for _, tt := range []struct {
		query   string
		status  int
		sampled bool
	}{
		{"", 200, false},
		{"?sampled=true", 200, true},
		{"?sampled=TRUE", 200, true},
		{"?sampled=1", 200, true},
		{"?sampled=false", 200, false},
		{"?sampled=0", 200, false},
		{"?sampled=yes", 400, false},
		{"?sampled=2", 400, false},
		{"?sampled=", 400, false},
		{"?sampled", 400, false},
		{"?sampled=false&sampled=true", 400, false},
	} {
		t.Run(tt.query, func(t *testing.T) {
			s := store(t, t.TempDir())
			url, _ := receiving(t, s, nil)
			got := push(t, url+tt.query, secret, bytes.NewReader(zipped(t, oneLine)))
			if got.status != tt.status || tt.status == 400 && !strings.Contains(got.text, "sampled=") {
				t.Errorf("%d %s", got.status, got.text)
			}
			all, err := s.Observations(t.Context(), "acme", anytime, anytime)
			if err != nil || (len(all) > 0) != (tt.status == 200) {
				t.Errorf("%+v, %v", all, err)
			}
			for _, o := range all {
				if (o.Kinds&evidence.Sampled != 0) != tt.sampled {
					t.Errorf("%+v", o)
				}
			}
			if setUp := push(t, url+tt.query, secret, bytes.NewReader(zipped(t, `{"content":"tests"}`))); setUp.status != tt.status {
				t.Errorf("when the job is set up: %d %s", setUp.status, setUp.text)
			}
			if wrong := push(t, url+tt.query, "", nil); wrong.status != 401 {
				t.Errorf("without the secret: %d %s", wrong.status, wrong.text)
			}
		})
	}
}

func TestAReceiverThatNobodyCouldUseIsRefused(t *testing.T) {
	maker := func(context.Context, string, bool) (*ingest.Ingester, error) { return nil, nil }
	for name, c := range map[string]ingest.ReceiverConfig{
		"no ingester":    {Secret: secret},
		"no secret":      {Ingester: maker},
		"a short secret": {Ingester: maker, Secret: "short"},
	} {
		if _, err := ingest.NewReceiver(c); err == nil {
			t.Errorf("%s: made", name)
		}
	}
}
