package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"domicile/internal/api"
	"domicile/internal/auth"
	"domicile/internal/auth/signin"
	"domicile/internal/gql"
	"domicile/internal/webui"
	"domicile/web"
)

// page serves the page built into the binary, and where people sign in. It carries
// its first answers where nobody has to identify themselves, and for whoever is
// signed in; endpoint answers for the viewer of a request's context.
func page(endpoint http.Handler, id *identity, ancestors []string, log *slog.Logger) (http.Handler, error) {
	files, err := web.Dist()
	if err != nil {
		return nil, err
	}
	c := webui.Config{Files: files, Log: log, Ancestors: ancestors, Embed: func(r *http.Request, token string) (webui.Embed, bool) {
		e, err := id.tokens.Embed(r.Context(), token)
		if err != nil && !errors.Is(err, auth.ErrNoEmbed) {
			log.ErrorContext(r.Context(), "an embed shows nothing", "error", err)
		}
		return webui.Embed{Customer: e.Customer, Claim: e.Claim, Reading: strings.ToUpper(e.Reading), Ask: func(ctx context.Context, q webui.Question) ([]byte, error) {
			return askEndpoint(auth.WithViewer(ctx, e.Viewer()), endpoint, q)
		}}, err == nil
	}}
	switch {
	case !id.identified:
		local := id.identifies(endpoint)
		c.Ask = func(ctx context.Context, q webui.Question) ([]byte, error) { return askEndpoint(ctx, local, q) }
	case id.page != nil:
		c.Ask = func(ctx context.Context, q webui.Question) ([]byte, error) { return askEndpoint(ctx, endpoint, q) }
		c.Visit = id.visit
	}
	site, err := webui.New(c)
	if err != nil || id.page == nil {
		return site, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", id.page)
	mux.Handle("/", site)
	return mux, nil
}

// visit says who looks at a page.
func (id *identity) visit(w http.ResponseWriter, r *http.Request) (*http.Request, json.RawMessage) {
	v, name := id.page.Page(w, r)
	about, err := json.Marshal(signin.Describe(v, name))
	if err != nil {
		return r, json.RawMessage("null")
	}
	return r.WithContext(auth.WithViewer(r.Context(), v)), about
}

// pageDocuments are what the page asks, by the digests that it sends.
func pageDocuments() (map[string]string, error) {
	files, err := web.Dist()
	if err != nil {
		return nil, err
	}
	f, err := files.Open("operations.json")
	if err != nil {
		return nil, err
	}
	documents, err := gql.ReadTrusted(f)
	return documents, errors.Join(err, f.Close())
}

// frozenOperations are those of the page whose answers a report freezes, in order.
var frozenOperations = []string{"Report", "Measured", "Judged"}

// reportQuestions are what a frozen report asks.
func reportQuestions() (func(api.Frozen) []api.PageQuestion, error) {
	files, err := web.Dist()
	if err != nil {
		return nil, err
	}
	documents, err := webui.Operations(files)
	if err != nil {
		return nil, err
	}
	for _, name := range frozenOperations {
		if documents[name] == "" {
			return nil, fmt.Errorf("the page does not ask %s, so no report can be frozen", name)
		}
	}
	return func(f api.Frozen) []api.PageQuestion {
		asking := webui.Asking{Customer: f.Customer, Claim: f.Claim, Reading: f.Reading, Last: f.Last, AsOf: f.AsOf, From: f.From, To: f.To}
		variables := asking.Variables()
		var out []api.PageQuestion
		for _, name := range frozenOperations {
			out = append(out, api.PageQuestion{Operation: name, Document: documents[name], Variables: variables[name]})
		}
		return out
	}, nil
}

// askEndpoint puts a question to the GraphQL endpoint without a connection.
func askEndpoint(ctx context.Context, endpoint http.Handler, q webui.Question) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"query": q.Document, "variables": q.Variables})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	r.RemoteAddr = "127.0.0.1:0"
	w := &answerBuffer{header: http.Header{}, status: http.StatusOK}
	endpoint.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return nil, fmt.Errorf("the first answer has status %d", w.status)
	}
	return w.body.Bytes(), nil
}

// answerBuffer keeps a response in memory.
type answerBuffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *answerBuffer) Header() http.Header         { return w.header }
func (w *answerBuffer) WriteHeader(status int)      { w.status = status }
func (w *answerBuffer) Write(b []byte) (int, error) { return w.body.Write(b) }
