package atlas

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"domicile/internal/fleet"
	"domicile/internal/footprint"
)

// BulkReader is a store that reads many customers at once, for a start over a
// large fleet.
type BulkReader interface {
	// Position is the Seq of the last change; 0 when there is none.
	Position(ctx context.Context) (int64, error)
	// VersionsAfter returns every version of up to limit customers whose id is
	// greater than after: ascending by id, those of a customer ascending by Number.
	VersionsAfter(ctx context.Context, after string, limit int) ([]Version, error)
}

// loadPage is how many customers one read of a BulkReader asks for.
const loadPage = 2048

// load reads every customer. What is recorded meanwhile may be in it or not: it
// lies behind the position of the state, from where a refresh goes on.
func (s *Service) load(ctx context.Context, store BulkReader, empty *State) (*State, error) {
	seq, err := store.Position(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the position of the store: %w", err)
	}
	var b fleet.Builder
	next := *empty
	done := 0
	for page := range pages(ctx, store) {
		if page.err != nil {
			return nil, fmt.Errorf("read customers: %w", page.err)
		}
		read, err := s.readAll(empty.archive, page.customers, empty.day)
		if err != nil {
			return nil, err
		}
		for i := range read {
			b.Add(read[i].now)
			next.ahead = append(next.ahead, read[i].later...)
		}
		if done += len(read); s.loading != nil {
			s.loading(done)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	next.seq, next.fleet, next.shapes, next.ahead = seq, b.Fleet(), s.profiles.shapes(), inOrder(next.ahead)
	return &next, nil
}

// page is some customers' versions, or why they could not be read.
type page struct {
	customers [][]Version
	err       error
}

// pages reads the store ahead of who takes the pages.
func pages(ctx context.Context, store BulkReader) <-chan page {
	out := make(chan page, 1)
	go func() {
		defer close(out)
		for after := ""; ; {
			all, err := store.VersionsAfter(ctx, after, loadPage)
			if err == nil && len(all) == 0 {
				return
			}
			p := page{err: err}
			for rest := all; len(rest) > 0; {
				n := slices.IndexFunc(rest, func(v Version) bool { return v.Customer != rest[0].Customer })
				if n < 0 {
					n = len(rest)
				}
				p.customers, rest = append(p.customers, rest[:n:n]), rest[n:]
			}
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
			after = all[len(all)-1].Customer
		}
	}()
	return out
}

// readAll makes entries of many customers' versions, on every core.
func (s *Service) readAll(a *archive, customers [][]Version, day footprint.Date) ([]reading, error) {
	out := make([]reading, len(customers))
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for worker := range errs {
		wait.Go(func() {
			for i := worker; i < len(customers) && errs[worker] == nil; i += len(errs) {
				versions := customers[i]
				if out[i], errs[worker] = a.read(versions[0].Customer, versions, day); errs[worker] == nil {
					s.profiles.number(&out[i])
					a.keep(versions[0].Customer, versions)
				}
			}
		})
	}
	wait.Wait()
	return out, errors.Join(errs...)
}
