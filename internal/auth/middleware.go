package auth

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

// Middleware gives every request of next its viewer. A request without
// credentials goes on as nobody; one with credentials that do not hold, or
// cannot be checked, is refused.
func (a *Authenticator) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := a.Authenticate(r.Context(), r)
		if err != nil && !errors.Is(err, ErrNoCredentials) {
			Refuse(w, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithViewer(r.Context(), v)))
	})
}

// Status is the HTTP status of an error of this package.
func Status(err error) int {
	switch {
	case errors.Is(err, ErrNoCredentials), errors.Is(err, ErrInvalidToken):
		return http.StatusUnauthorized
	case errors.Is(err, ErrForbidden):
		return http.StatusForbidden
	}
	return http.StatusServiceUnavailable
}

// retryAfter is when a client that got 503 should try again, in seconds.
const retryAfter = 10

// Refuse answers a request with an error of this package: 401 with a challenge,
// 403, or 503 with Retry-After. The body is a GraphQL error, so that clients of
// the API read it like any other. It tells what the client may know, and
// nothing of a token or of a broken store.
func Refuse(w http.ResponseWriter, err error) {
	status := Status(err)
	code, message := "UNAVAILABLE", "whether this token is valid cannot be told now: try again"
	h := w.Header()
	switch status {
	case http.StatusUnauthorized:
		code, message = "UNAUTHENTICATED", ErrNoCredentials.Error()
		challenge := `Bearer realm="domicile"`
		var invalid *invalidError
		if errors.As(err, &invalid) {
			message = ErrInvalidToken.Error() + ": " + invalid.why
			challenge += `, error="invalid_token", error_description="` + invalid.why + `"`
		}
		h.Set("WWW-Authenticate", challenge)
	case http.StatusForbidden:
		code, message = "FORBIDDEN", ErrForbidden.Error()
	default:
		h.Set("Retry-After", strconv.Itoa(retryAfter))
		if errors.Is(err, ErrProviderUnavailable) {
			message = ErrProviderUnavailable.Error()
		}
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	body, err := json.Marshal(map[string]any{"errors": []any{
		map[string]any{"message": message, "extensions": map[string]any{"code": code}},
	}})
	if err == nil {
		w.Write(append(body, '\n'))
	}
}
