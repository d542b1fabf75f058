// Package probe asks a hostname where it was answered: the edge writes the code of
// the site that answered, and ended TLS where there was any, into /cdn-cgi/trace and
// into the CF-RAY header.
//
// It shows one request from one place at one time. A visitor elsewhere may be
// answered elsewhere, and packets may have entered the network at another site: no
// probe proves "only". The answer also holds the asker's own address, which is not
// read.
//
// Answers are bounded, redirects are not followed, and a probe may be used by many
// goroutines.
package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Errors of a probe.
var (
	// ErrHost: not a host name, or not an http or https URL of one.
	ErrHost = errors.New("not a host name")
	// ErrNotServed: the answer has neither a trace nor a ray, so the name is not
	// served by the network, or something in between answered.
	ErrNotServed = errors.New("the answer names no site: the name is not proxied by the network")
)

// maxBody bounds what is read of an answer.
const maxBody = 16 << 10

// Seen is where a request was answered. Codes are in upper case, "" where the
// answer names none.
type Seen struct {
	Host  string
	Trace string // of /cdn-cgi/trace
	Ray   string // of the CF-RAY header
	TLS   string // version as the edge says it, such as TLSv1.3; NoTLS without
	HTTP  string // version as the edge says it, such as http/2
	At    time.Time
}

// NoTLS is what Seen.TLS says of a connection without TLS.
const NoTLS = "off"

// Site is where the request was answered, and TLS ended where there was any: the
// trace's site, else the ray's.
func (s *Seen) Site() string {
	if s.Trace != "" {
		return s.Trace
	}
	return s.Ray
}

// Sites are all that the answer names, each once, Site first.
func (s *Seen) Sites() []string {
	switch {
	case s.Site() == "":
		return nil
	case s.Agree():
		return []string{s.Site()}
	}
	return []string{s.Trace, s.Ray}
}

// Agree reports whether trace and ray name one site, where both name one. They may
// differ when the answer came through a second data center.
func (s *Seen) Agree() bool { return s.Trace == "" || s.Ray == "" || s.Trace == s.Ray }

// Prober asks. The zero value is usable.
type Prober struct {
	// Client sends; nil is one that follows no redirect and ends after ten seconds.
	Client *http.Client
	// Now is the clock; nil is the time of day.
	Now func() time.Time
}

// Client is a client that follows no redirect.
func Client(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Probe asks a host, or an http or https URL of one, whose path is not used.
func (p *Prober) Probe(ctx context.Context, host string) (Seen, error) {
	target, err := address(host)
	if err != nil {
		return Seen{}, err
	}
	seen := Seen{Host: target.Hostname()}
	client, now := p.Client, p.Now
	if client == nil {
		client = Client(10 * time.Second)
	}
	if now == nil {
		now = time.Now
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return seen, fmt.Errorf("probe %s: %w", seen.Host, ErrHost)
	}
	req.Header.Set("User-Agent", "domicile-probe")
	res, err := client.Do(req)
	if err != nil {
		return seen, fmt.Errorf("probe %s: %w", seen.Host, cause(err))
	}
	defer res.Body.Close()
	seen.At = now().UTC()
	seen.Ray = rayCode(res.Header.Get("Cf-Ray"))
	if res.StatusCode == http.StatusOK {
		seen.trace(io.LimitReader(res.Body, maxBody))
	}
	if seen.TLS == "" && target.Scheme == "http" {
		seen.TLS = NoTLS
	}
	if seen.Site() == "" {
		return seen, fmt.Errorf("probe %s: %w (status %d)", seen.Host, ErrNotServed, res.StatusCode)
	}
	return seen, nil
}

// cause is what went wrong without the address that was dialled.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) && u.Timeout() {
		return errors.New("no answer in time")
	}
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	return errors.New("no answer: the name does not resolve, nothing listens, or its certificate is not valid for it")
}

// address is the URL to ask.
func address(host string) (*url.URL, error) {
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	u, err := url.Parse(host)
	bad := err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || len(u.Hostname()) > 253 || u.User != nil ||
		strings.ContainsAny(u.Hostname(), " /\\%*\"<>")
	if bad {
		return nil, fmt.Errorf("probe %.60q: %w", host, ErrHost)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/cdn-cgi/trace"}, nil
}

// trace reads the lines of /cdn-cgi/trace, all but the asker's address.
func (s *Seen) trace(body io.Reader) {
	for lines := bufio.NewScanner(body); lines.Scan(); {
		key, value, ok := strings.Cut(lines.Text(), "=")
		if !ok {
			continue
		}
		switch key {
		case "colo":
			s.Trace = siteCode(value)
		case "tls":
			s.TLS = word(value)
		case "http":
			s.HTTP = word(value)
		}
	}
}

// rayCode is the site at the end of a ray: 8c3f9a7d12e6b054-FRA.
func rayCode(ray string) string {
	i := strings.LastIndexByte(ray, '-')
	if i < 0 {
		return ""
	}
	return siteCode(ray[i+1:])
}

// siteCode reads a code: a letter, then up to seven letters and digits.
func siteCode(s string) string {
	if len(s) == 0 || len(s) > 8 {
		return ""
	}
	s = strings.ToUpper(s)
	for i, c := range s {
		if !(c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return ""
		}
	}
	return s
}

// word keeps a short version text.
func word(s string) string {
	if len(s) > 16 {
		return ""
	}
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '-') {
			return ""
		}
	}
	return s
}
