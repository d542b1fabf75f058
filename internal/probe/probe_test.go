package probe_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"domicile/internal/probe"
)

const trace = "fl=400f1\nh=www.acme.example\nip=198.51.100.77\nts=1793491200.123\nvisit_scheme=https\nuag=domicile-probe\ncolo=FRA\nsliver=none\nhttp=http/2\nloc=DE\ntls=TLSv1.3\nsni=plaintext\nwarp=off\n"

func answer(status int, ray, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/cdn-cgi/trace" {
			status = http.StatusTeapot
		}
		if ray != "" {
			w.Header().Set("CF-RAY", ray)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func TestAProbeReadsWhereTLSEnded(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.Handler
		site    string
		agree   bool
		err     error
	}{
		{"trace and ray", answer(200, "8c3f9a7d12e6b054-FRA", trace), "FRA", true, nil},
		{"the ray alone, where the trace is switched off", answer(404, "8c3f9a7d12e6b054-AMS", "not found"), "AMS", true, nil},
		{"the trace alone", answer(200, "", trace), "FRA", true, nil},
		{"two data centers", answer(200, "8c3f9a7d12e6b054-EWR", trace), "FRA", false, nil},
		{"a redirect is not followed", answer(301, "8c3f9a7d12e6b054-CDG", ""), "CDG", true, nil},
		{"a ray that is none", answer(200, "8c3f9a7d12e6b054", "hello"), "", true, probe.ErrNotServed},
		{"an address for a site", answer(200, "x-198.51.100.77", "colo=198.51.100.77\n"), "", true, probe.ErrNotServed},
		{"somebody else's page", answer(200, "", strings.Repeat("<html>", 100_000)), "", true, probe.ErrNotServed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewTLSServer(tt.handler)
			defer s.Close()
			client := s.Client()
			client.CheckRedirect = probe.Client(0).CheckRedirect
			now := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
			p := probe.Prober{Client: client, Now: func() time.Time { return now }}
			seen, err := p.Probe(t.Context(), strings.TrimPrefix(s.URL, "https://"))
			if !errors.Is(err, tt.err) || seen.Site() != tt.site || seen.Agree() != tt.agree {
				t.Errorf("%+v, %v", seen, err)
			}
			if text := fmt.Sprintf("%+v %v", seen, err); strings.Contains(text, "198.51") {
				t.Errorf("the asker's address is in %s", text)
			}
			if tt.name == "trace and ray" && (seen.TLS != "TLSv1.3" || seen.HTTP != "http/2" || seen.At != now) {
				t.Errorf("%+v", seen)
			}
		})
	}
}

func TestEverySiteThatAnAnswerNamesIsThere(t *testing.T) {
	for _, tt := range []struct {
		name, body, ray string
		want            []string
	}{
		{"one site by both", "colo=FRA\n", "x-FRA", []string{"FRA"}},
		{"two sites, that of the trace first", "colo=FRA\n", "x-EWR", []string{"FRA", "EWR"}},
		{"the ray alone", "", "x-EWR", []string{"EWR"}},
		{"the trace alone", "colo=FRA\n", "", []string{"FRA"}},
		{"none", "", "", nil},
	} {
		if seen := probe.Read(tt.body, tt.ray); !slices.Equal(seen.Sites(), tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, seen.Sites(), tt.want)
		}
	}
}

func TestAConnectionWithoutTLSIsSaidToBeOne(t *testing.T) {
	for _, tt := range []struct {
		name string
		body string
		tls  bool
		want string
	}{
		{"the trace says so over http", "colo=FRA\ntls=off\n", false, probe.NoTLS},
		{"the trace says so over https", "colo=FRA\ntls=off\n", true, probe.NoTLS},
		{"http, and the trace is silent", "colo=FRA\n", false, probe.NoTLS},
		{"https, and the trace is silent", "colo=FRA\n", true, ""},
		{"https, and the trace names a version", trace, true, "TLSv1.3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(answer(200, "", tt.body))
			if tt.tls {
				s.StartTLS()
			} else {
				s.Start()
			}
			defer s.Close()
			p := probe.Prober{Client: s.Client()}
			if seen, err := p.Probe(t.Context(), s.URL); err != nil || seen.TLS != tt.want {
				t.Errorf("%+v, %v", seen, err)
			}
		})
	}
}

func TestAProbeThatCannotBeMadeSaysWhy(t *testing.T) {
	p := probe.Prober{}
	for _, host := range []string{"", "ftp://acme.example", "https://", "user:secret@acme.example", "a b.example", "*.acme.example", strings.Repeat("a", 300)} {
		if _, err := p.Probe(t.Context(), host); !errors.Is(err, probe.ErrHost) {
			t.Errorf("%.40q: %v", host, err)
		}
	}
	s := httptest.NewServer(answer(200, "", trace))
	url := s.URL
	s.Close()
	if _, err := p.Probe(t.Context(), url); err == nil || strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody listens: %v", err)
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.Probe(ctx, slow.URL); err == nil || !strings.Contains(err.Error(), "in time") {
		t.Errorf("no answer: %v", err)
	}
}

func FuzzTrace(f *testing.F) {
	f.Add(trace, "8c3f9a7d12e6b054-FRA")
	f.Add("colo=\ncolo==\n=colo\n", "-")
	f.Fuzz(func(t *testing.T, body, ray string) {
		seen := probe.Read(body, ray)
		if s := seen.Site(); len(s) > 8 || strings.ContainsAny(s, ".:% \n") || len(seen.TLS)+len(seen.HTTP) > 32 {
			t.Errorf("%+v", seen)
		}
	})
}
