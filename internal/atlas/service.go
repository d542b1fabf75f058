package atlas

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// pageSize is how many rows one read of the store asks for.
const pageSize = 1000

// Codec turns settings into the bytes a store keeps, and back.
type Codec interface {
	Encode(*residency.Settings) ([]byte, error)
	Decode([]byte) (*residency.Settings, error)
}

// Service answers questions. Make one with New.
type Service struct {
	store Store
	codec Codec
	clock func() time.Time

	state   atomic.Pointer[State]
	refresh sync.Mutex // one refresh at a time; questions never wait for it
}

// State is one consistent picture: the reference and every customer's versions.
// It is immutable; a change makes a new one.
type State struct {
	Reference *Reference
	views     *views
	customers map[string]*Customer
	order     []string // ids ascending
	seq       int64    // the last change of the store that is in it
}

// New loads every customer from the store and returns a service that answers.
func New(ctx context.Context, ref *Reference, store Store, codec Codec, clock func() time.Time) (*Service, error) {
	s := &Service{store: store, codec: codec, clock: clock}
	s.state.Store(&State{Reference: ref, views: newViews(ref.Footprint), customers: map[string]*Customer{}})
	if err := s.Refresh(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// State returns the current picture. Load it once a question.
func (s *Service) State() *State { return s.state.Load() }

// Now is the service's clock.
func (s *Service) Now() time.Time { return s.clock().UTC() }

// Today is the current day, UTC.
func (s *Service) Today() footprint.Date { return footprint.DateOf(s.Now()) }

// Ready reports whether the store answers.
func (s *Service) Ready(ctx context.Context) error { return s.store.Ping(ctx) }

// Refresh takes in what the store recorded since the last refresh, by this
// process or another. On an error the last good state stays.
func (s *Service) Refresh(ctx context.Context) error {
	s.refresh.Lock()
	defer s.refresh.Unlock()
	old := s.state.Load()
	touched := map[string]bool{}
	seq := old.seq
	for {
		changes, err := s.store.Changes(ctx, seq, pageSize)
		if err != nil {
			return fmt.Errorf("read changes of the store: %w", err)
		}
		for _, c := range changes {
			touched[c.Customer] = true
			seq = c.Seq
		}
		if len(changes) < pageSize {
			break
		}
	}
	if len(touched) == 0 {
		return nil
	}
	next, err := s.with(ctx, old, touched, seq)
	if err != nil {
		return err
	}
	s.state.Store(next)
	return nil
}

// with builds the state in which the touched customers are read anew.
func (s *Service) with(ctx context.Context, old *State, touched map[string]bool, seq int64) (*State, error) {
	next := *old
	next.seq = seq
	next.customers = maps.Clone(old.customers)
	for id := range touched {
		versions, err := s.store.Versions(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read customer %s: %w", id, err)
		}
		c, err := s.decode(id, versions)
		if err != nil {
			return nil, err
		}
		next.customers[id] = c
	}
	next.order = sortedKeys(next.customers)
	return &next, nil
}

// At returns the footprint as of a day.
func (st *State) At(d footprint.Date) *footprint.View { return st.views.at(d) }
