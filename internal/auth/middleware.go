package auth

import (
	"context"
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
		v, err := a.authenticate(r.Context(), w, r)
		if err != nil && !errors.Is(err, ErrNoCredentials) {
			Refuse(w, err)
			return
		}
		ctx := context.WithValue(WithViewer(r.Context(), v), recheckKey{}, func(ctx context.Context) error { return a.recheck(ctx, r, v) })
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Known lets through requests of viewers that are known, whatever their role;
// it goes behind Middleware.
func Known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ViewerFrom(r.Context()).Known() {
			Refuse(w, ErrNoCredentials)
			return
		}
		next.ServeHTTP(w, r)
	})
}

type recheckKey struct{}

// Recheck asks again whether the credentials of a context's request hold, and
// still are those of the same viewer with the same rights: nil where they do. A
// long answer asks now and then. It costs as much as Authenticate, and is as
// fresh.
func Recheck(ctx context.Context) error {
	again, ok := ctx.Value(recheckKey{}).(func(context.Context) error)
	if !ok {
		return nil
	}
	return again(ctx)
}

func (a *Authenticator) recheck(ctx context.Context, r *http.Request, was Viewer) error {
	is, err := a.Authenticate(ctx, r)
	switch {
	case errors.Is(err, ErrNoCredentials) && !was.Known():
		return nil
	case err != nil:
		return err
	case is != was:
		return ErrForbidden
	}
	return nil
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
