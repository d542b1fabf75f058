package httpd_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"domicile/internal/httpd"
)

// FuzzHost: on loopback, no host is served but localhost and addresses that
// are loopback ones.
func FuzzHost(f *testing.F) {
	served := false
	h, err := httpd.Handler(httpd.Config{API: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served = true })})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "localhost", "localhost:1", "[::1]", "[::1]:2", "127.1", "127.0.0.1.example", "[[::1]]", "a:b:c", "0x7f.1", "::1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, host string) {
		served = false
		r := httptest.NewRequest("POST", "/graphql", nil)
		r.Host = host
		h.ServeHTTP(httptest.NewRecorder(), r)
		if served && !strings.HasPrefix(strings.ToLower(host), "localhost") && !looksLoopback(host) {
			t.Errorf("%q is served", host)
		}
	})
}

// looksLoopback takes a host apart in another way than the server does.
func looksLoopback(host string) bool {
	address := host
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		address = host[:i]
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(address, "["), "]"))
	return err == nil && a.Unmap().IsLoopback()
}
