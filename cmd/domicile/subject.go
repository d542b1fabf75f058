package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/residency"
)

// maxFile bounds a settings file; the reader of settings has bounds of its own.
const maxFile = 17 << 20

// subject is whose data a question is about: a stored customer, a customer of
// the demo fleet, or one of a settings file.
type subject struct {
	customer string // argument, or --customer
	settings string // --settings
	demo     bool
	asOf     string
}

func (s *subject) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.settings, "settings", "", "judge a settings file (YAML or JSON, - for standard input) without storing it")
	c.Flags().StringVar(&s.customer, "customer", "", "which customer of a settings file with several")
	c.Flags().BoolVar(&s.demo, "demo", false, "ask about the demo fleet, without a store")
	c.Flags().StringVar(&s.asOf, "as-of", "", "the day asked about, YYYY-MM-DD (default today)")
}

// asked is a subject made ready: the service and the picture it answers from.
type asked struct {
	service *atlas.Service
	state   *atlas.State
	id      string
	name    string
	answer  *atlas.Answer
	close   func() error

	evidence atlas.EvidenceStore // nil where nothing is stored
}

// ask opens what the subject needs and answers where its data is.
func (a *app) ask(ctx context.Context, s *subject, args []string) (*asked, error) {
	if len(args) == 1 {
		s.customer = args[0]
	}
	if s.settings == "" && s.customer == "" {
		return nil, errors.New("whose data? name a customer, or a file with --settings (domicile where --help)")
	}
	if s.settings != "" && s.demo {
		return nil, errors.New("--settings and --demo exclude each other")
	}
	q, err := a.open(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := q.pick(s); err != nil {
		return nil, errors.Join(err, q.close())
	}
	d, err := q.service.Date(s.asOf)
	if err != nil {
		return nil, errors.Join(err, q.close())
	}
	if q.answer, err = q.service.Residency(ctx, q.state, q.id, d); err != nil {
		return nil, errors.Join(err, q.close())
	}
	return q, nil
}

// open starts a service over the durable store, or over nothing but the
// settings given.
func (a *app) open(ctx context.Context, s *subject) (*asked, error) {
	ref, err := a.reference()
	if err != nil {
		return nil, err
	}
	if s.settings == "" && !s.demo {
		svc, store, err := a.openStore(ctx, ref)
		if err != nil {
			return nil, err
		}
		kept, _ := store.(atlas.EvidenceStore)
		return &asked{service: svc, state: svc.State(), close: store.Close, evidence: kept}, nil
	}
	data, name, err := a.document(s)
	if err != nil {
		return nil, err
	}
	sets, err := ref.parse(data, name)
	if err != nil {
		return nil, err
	}
	svc, err := a.ephemeral(ctx, ref, sets)
	if err != nil {
		return nil, err
	}
	return &asked{service: svc, state: svc.State(), close: func() error { return nil }}, nil
}

func (a *app) document(s *subject) ([]byte, string, error) {
	if s.demo {
		return demoFleet()
	}
	data, err := a.readFile(s.settings)
	return data, filepath.Base(s.settings), err
}

// pick finds the customer asked about.
func (q *asked) pick(s *subject) error {
	all, more := q.state.Customers("", 20)
	if s.customer == "" {
		if len(all) != 1 {
			return fmt.Errorf("%s holds several customers; choose one with --customer: %s", s.settings, names(all, more))
		}
		s.customer = all[0].ID
	}
	c, ok := q.state.Customer(s.customer)
	if !ok {
		return fmt.Errorf("customer %q: %w%s", s.customer, atlas.ErrNotFound, hint(s, all, more))
	}
	q.id, q.name = c.ID, c.Name()
	return nil
}

func hint(s *subject, all []*atlas.Customer, more bool) string {
	if len(all) == 0 {
		return "; the store is empty: import settings with `domicile import FILE`, or try --demo"
	}
	return "; known: " + names(all, more)
}

func names(all []*atlas.Customer, more bool) string {
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	if more {
		ids = append(ids, "...")
	}
	return strings.Join(ids, " ")
}

// readFile reads a file, or standard input for "-", within a bound.
func (a *app) readFile(path string) ([]byte, error) {
	r := a.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("read %s: larger than %d MiB; split it", path, maxFile>>20)
	}
	return b, nil
}

// scope reads kind:name, for example hostname:www.acme.example.
func scope(text string) (residency.Scope, error) {
	kind, name, _ := strings.Cut(text, ":")
	k, err := residency.ParseScopeKind(kind)
	if err != nil {
		return residency.Scope{}, fmt.Errorf("--scope %q: %w; write kind:name, for example hostname:www.acme.example", text, err)
	}
	return residency.Scope{Kind: k, Name: name}, nil
}
