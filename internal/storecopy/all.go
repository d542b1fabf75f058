package storecopy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"

	"domicile/internal/atlas"
	"domicile/internal/auth"
)

// Store is a store of everything.
type Store interface {
	atlas.Store
	atlas.LedgerStore
	atlas.ReportStore
	atlas.SeenStore
	atlas.EvidenceMover
	auth.AuditLog
	auth.TokenMover
	Tokens(ctx context.Context) ([]auth.Token, error)
}

// ErrBusy is returned where the source took in logs all the while.
var ErrBusy = errors.New("logs are being read into the source: let that end, and run the same command again")

// Part is what was copied of one kind.
type Part struct {
	Name   string `json:"name"`
	Items  int    `json:"items"`  // in the target, all equal to those of the source
	Copied int    `json:"copied"` // of them by this copy
	Digest string `json:"digest"` // sha256, the same for every store that holds the same
}

// Everything is what All did.
type Everything struct {
	Customers int    // of the source at the beginning
	Parts     []Part // those that are done, in their order
	Digest    string // sha256 over the parts
}

// part is one kind of what a store keeps.
type part interface {
	// compare refuses a target that holds what the source does not, and learns what an
	// earlier copy left there.
	compare(ctx context.Context) error
	copy(ctx context.Context) error
	// verify reads both again and sums them up.
	verify(ctx context.Context) error
	done() Part
}

// All copies everything from one store to another and compares them: settings, API
// tokens, the audit log, the ledger, reports, and what logs showed. The target is empty,
// or holds what an earlier copy of the same source left: then it goes on from there.
// Every part is compared before anything is written, and ErrDifferent names the first
// difference. After an error everything that was copied so far is in the target, and the
// same call goes on.
//
// The source may be in use, but for logs that are read into it, which ErrBusy says. The
// target must have no other user. Tokens stay good only under the same server key.
func All(ctx context.Context, from, to Store, opts Options) (Everything, error) {
	settings := newCopier(from, to, opts)
	tell := func(name string) func(Phase, int, int) {
		return func(p Phase, done, total int) {
			settings.progress(Progress{Part: name, Phase: p, Done: done, Total: max(total, done)})
		}
	}
	x := pair{from: from, to: to, page: settings.page}
	parts := []part{
		settings,
		&tokens{pair: x.as("tokens", tell("tokens"))},
		&audit{pair: x.as("audit log", tell("audit log"))},
		&entries{pair: x.as("ledger", tell("ledger"))},
		&reports{pair: x.as("reports", tell("reports"))},
		&observed{pair: x.as("observations", tell("observations"))},
	}
	var all Everything
	fail := func(p part, err error) (Everything, error) {
		return all, fmt.Errorf("copy store: %s: %w", p.done().Name, err)
	}
	for _, p := range parts {
		if err := p.compare(ctx); err != nil {
			return fail(p, err)
		}
	}
	all.Customers = settings.report.Customers
	sum := sha256.New()
	for _, p := range parts {
		for _, step := range []func(context.Context) error{p.copy, p.verify} {
			if err := step(ctx); err != nil {
				return fail(p, err)
			}
		}
		done := p.done()
		all.Parts = append(all.Parts, done)
		fmt.Fprintf(sum, "%s %s\n", done.Name, done.Digest)
	}
	all.Digest = hex.EncodeToString(sum.Sum(nil))
	return all, nil
}

// pair is what every part but the settings works with.
type pair struct {
	from, to Store
	page     int
	tell     func(p Phase, done, total int)
	Part
	sum hash.Hash // of the target
}

func (x pair) as(name string, tell func(Phase, int, int)) pair {
	x.Name, x.tell, x.sum = name, tell, sha256.New()
	return x
}

// add takes a thing into the digest.
func (x *pair) add(thing any) error { return json.NewEncoder(x.sum).Encode(thing) }

func (x *pair) done() Part {
	if x.Part.Digest == "" && x.sum != nil {
		x.Part.Digest = hex.EncodeToString(x.sum.Sum(nil))
	}
	return x.Part
}

// eachCustomer calls f for the customers of a store, in pages.
func eachCustomer(ctx context.Context, s atlas.Store, page int, f func(customer string) error) error {
	for after := ""; ; {
		refs, err := s.Customers(ctx, after, page)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if err := f(r.Customer); err != nil {
				return err
			}
			after = r.Customer
		}
		if len(refs) < page {
			return nil
		}
	}
}

func differs(format string, args ...any) error {
	return fmt.Errorf("%w: %s: name an empty target", ErrDifferent, fmt.Sprintf(format, args...))
}
