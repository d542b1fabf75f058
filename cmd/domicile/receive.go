package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/httpd"
	"domicile/internal/ingest"
)

// secretVariable names the environment variable with the secret of pushed logs.
const secretVariable = "DOMICILE_INGEST_SECRET"

// maxPushed bounds the decompressed bytes of a pushed log.
const maxPushed = 4 << 30

// receiver answers POST /ingest: with the secret, with a token that may record, or,
// where there is no secret and nobody has to identify themselves, from this machine.
func (a *app) receiver(ref *reference, svc *atlas.Service, kept atlas.EvidenceStore, places *locator, id *identity, log *slog.Logger) (http.Handler, error) {
	m := &ingesters{app: a, ref: ref, service: svc, kept: kept, places: places}
	secret := a.env(secretVariable)
	return ingest.NewReceiver(ingest.ReceiverConfig{
		Ingester: m.of, Secret: secret, Log: log,
		RequestID: func(r *http.Request) string { return httpd.RequestID(r.Context()) },
		Allow: func(r *http.Request) (string, bool) {
			v, err := id.authenticator.Authenticate(r.Context(), r)
			if err != nil || v.Require(auth.Ingest, auth.Privacy) != nil {
				return "", false
			}
			if secret != "" && v == auth.Local() {
				return "", false // being on this machine is no substitute for the secret
			}
			return v.Customer, true
		},
	})
}

// ingesters keeps the ingesters of all customers for as long as those stay the
// same: an index takes time, and the memory of its workers is used again.
type ingesters struct {
	app     *app
	ref     *reference
	service *atlas.Service
	kept    atlas.EvidenceStore
	places  *locator

	mu    sync.Mutex
	state *atlas.State
	all   map[bool]*ingest.Ingester // by whether logs are samples
}

func (m *ingesters) of(ctx context.Context, customer string, sampled bool) (*ingest.Ingester, error) {
	st := m.service.State()
	if customer != "" {
		return m.make(ctx, st, customer, sampled)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state != st {
		m.state, m.all = st, map[bool]*ingest.Ingester{}
	}
	if in := m.all[sampled]; in != nil {
		return in, nil
	}
	in, err := m.make(ctx, st, "", sampled)
	if err == nil {
		m.all[sampled] = in
	}
	return in, err
}

func (m *ingesters) make(ctx context.Context, st *atlas.State, customer string, sampled bool) (*ingest.Ingester, error) {
	index, err := ingest.NewIndex(ctx, st, customer)
	if err != nil {
		return nil, err
	}
	return ingest.New(ingest.Config{
		Index: index, Footprint: m.ref.Footprint, Store: m.kept, Clock: m.app.clock, DB: m.places.db,
		Options: ingest.Options{Sampled: sampled, MaxBytes: maxPushed},
	})
}
