package httpd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"
)

// Handler is everything that is served, without a listener.
func Handler(c Config) (http.Handler, error) {
	c, err := c.checked()
	if err != nil {
		return nil, err
	}
	return c.handler(context.Background()), nil
}

// handler serves until drain ends; from then on event streams end too.
func (c Config) handler(drain context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", http.MaxBytesHandler(c.API, maxBody))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", c.ready)
	contract := document(c.SDL)
	if c.Inside != nil {
		contract = c.Inside(contract)
	}
	mux.Handle("GET /schema.graphql", contract)
	if c.Query != nil {
		mux.Handle("GET /graphiql/", http.StripPrefix("/graphiql", c.Query))
	}
	if c.Ingest != nil {
		mux.Handle("/ingest", c.Ingest)
	}
	if c.Web != nil {
		mux.Handle("/", http.MaxBytesHandler(c.Web, maxBody))
	} else {
		mux.HandleFunc("GET /{$}", c.page)
	}
	return &middleware{next: mux, log: c.Log, loopbackOnly: !c.Identified, drain: drain}
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

func (c Config) ready(w http.ResponseWriter, r *http.Request) {
	note, err := c.Ready()
	switch {
	case err != nil:
		c.Log.ErrorContext(r.Context(), "not ready", "error", err, "request", RequestID(r.Context()))
		plain(w, http.StatusServiceUnavailable, "not ready: "+err.Error())
	case note != "":
		plain(w, http.StatusOK, "ready, "+note)
	default:
		plain(w, http.StatusOK, "ready")
	}
}

// document serves a text that does not change while the process runs.
func document(text string) http.Handler {
	sum := sha256.Sum256([]byte(text))
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
	})
}
