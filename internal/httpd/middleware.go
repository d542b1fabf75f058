package httpd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// policy is the content security policy of every answer; a handler may set its
// own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type requestIDKey struct{}

// RequestID is the name of a request, "" outside of one. It is sent back as
// X-Request-Id and stands in the log.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// middleware is what every request passes.
type middleware struct {
	next         http.Handler
	log          *slog.Logger
	loopbackOnly bool
	drain        context.Context
}

// ServeHTTP names, guards and logs one request.
func (m *middleware) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	id := rand.Text()[:requestIDSize]
	ctx := context.WithValue(r.Context(), requestIDKey{}, id)
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		stream, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(m.drain, cancel)()
		ctx = stream
	}
	r = r.WithContext(ctx)
	out := &recorder{ResponseWriter: w}
	secure(w.Header(), id)
	defer m.finish(out, r, id, begun)
	if m.loopbackOnly && !ownHost(r) {
		plain(out, http.StatusMisdirectedRequest, "this server answers to localhost only")
		return
	}
	m.next.ServeHTTP(out, r)
}

func secure(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// finish answers a panic and writes the log line. What was panicked with may
// hold anything, so only its type and the stack are logged.
func (m *middleware) finish(out *recorder, r *http.Request, id string, begun time.Time) {
	panicked := recover()
	if err, ok := panicked.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(err) // how net/http is told to drop a connection
	}
	if panicked != nil {
		m.log.ErrorContext(r.Context(), "panic", "kind", kindOf(panicked), "stack", string(debug.Stack()), "request", id)
		if out.status != 0 {
			m.line(out, r, id, begun)
			panic(http.ErrAbortHandler) // too late for a status: the client must see that it is cut
		}
		plain(out, http.StatusInternalServerError, "internal error, request "+id)
	}
	m.line(out, r, id, begun)
}

func kindOf(panicked any) string {
	if err, ok := panicked.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", panicked)
}

func (m *middleware) line(out *recorder, r *http.Request, id string, begun time.Time) {
	status := out.status
	if status == 0 {
		status = http.StatusOK
	}
	level := slog.LevelInfo
	switch route := r.Pattern; {
	case status >= 500:
		level = slog.LevelError
	case route == "GET /healthz" || route == "GET /readyz":
		level = slog.LevelDebug
	}
	m.log.LogAttrs(r.Context(), level, "request",
		slog.String("method", method(r.Method)), slog.String("route", route(r.Pattern)),
		slog.Int("status", status), slog.Duration("took", time.Since(begun)), slog.String("request", id))
}

// route is a pattern without its method.
func route(pattern string) string {
	if pattern == "" {
		return "none"
	}
	return pattern[strings.Index(pattern, "/"):]
}

// method is one of the known methods: others are text of the client's.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return m
	}
	return "other"
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first final status.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write is 200 where no status was set.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController flush and set deadlines.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
