package auth_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
)

// answer is what a client sees of a response.
type answer struct {
	Status                      int
	Challenge, RetryAfter, Body string
}

// ask sends a request with an Authorization header, none where it is empty.
func ask(t *testing.T, server *httptest.Server, authorization string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("WWW-Authenticate"), resp.Header.Get("Retry-After"), string(body)}
}

func TestMiddlewareAnswers(t *testing.T) {
	c := newClock()
	p := &people{until: c.now().Add(time.Hour)}
	a := authenticator(t, auth.Options{People: p, Now: c.now})
	server := httptest.NewServer(a.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q", auth.ViewerFrom(r.Context()).Subject)
	})))
	defer server.Close()

	for _, c := range []struct {
		name, authorization string
		provider            error
		want                answer
	}{
		{"nobody goes on as nobody", "", nil, answer{Status: 200, Body: `""`}},
		{"a good token goes on as its holder", "Bearer good", nil, answer{Status: 200, Body: `"user:officer-1"`}},
		{"a bad token is refused", "Bearer bad", nil, answer{
			Status: 401, Challenge: `Bearer realm="domicile", error="invalid_token", error_description="nobody has this token"`,
			Body: `{"errors":[{"extensions":{"code":"UNAUTHENTICATED"},"message":"invalid token: nobody has this token"}]}` + "\n",
		}},
		{"another scheme is refused", "Basic Zm9v", nil, answer{
			Status: 401, Challenge: `Bearer realm="domicile", error="invalid_token", error_description="only Authorization: Bearer is taken"`,
			Body: `{"errors":[{"extensions":{"code":"UNAUTHENTICATED"},"message":"invalid token: only Authorization: Bearer is taken"}]}` + "\n",
		}},
		{"a provider that does not answer is told", "Bearer good2", fmt.Errorf("%w: dial 192.0.2.1", auth.ErrProviderUnavailable), answer{
			Status: 503, RetryAfter: "10",
			Body: `{"errors":[{"extensions":{"code":"UNAVAILABLE"},"message":"the identity provider does not answer, so this token cannot be checked now: try again"}]}` + "\n",
		}},
		{"a broken store is told, and not how", "Bearer good2", errors.New("disk sda1 is on fire"), answer{
			Status: 503, RetryAfter: "10",
			Body: `{"errors":[{"extensions":{"code":"UNAVAILABLE"},"message":"whether this token is valid cannot be told now: try again"}]}` + "\n",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.fail(c.provider)
			if diff := cmp.Diff(c.want, ask(t, server, c.authorization)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsHaveAStatus(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{auth.ErrNoCredentials, 401},
		{fmt.Errorf("here: %w", auth.Invalid("x", nil)), 401},
		{auth.ErrForbidden, 403},
		{auth.ErrProviderUnavailable, 503},
		{errors.New("anything else"), 503},
	} {
		if got := auth.Status(c.err); got != c.want {
			t.Errorf("%v: status %d, want %d", c.err, got, c.want)
		}
	}
	w := httptest.NewRecorder()
	auth.Refuse(w, auth.ErrNoCredentials)
	if got := w.Header().Get("WWW-Authenticate"); got != `Bearer realm="domicile"` {
		t.Errorf("challenge without credentials: %s", got)
	}
}
