package atlas

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"domicile/internal/fleet"
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

	state    atomic.Pointer[State]
	refresh  sync.Mutex // one refresh at a time; questions never wait for it
	profiles *profiles
	memory   memory
	loading  func(customers int)
	fresh    *freshness
}

// Option is a choice about a service.
type Option func(*Service)

// Telling has tell called with how many customers are read so far, while the
// service starts.
func Telling(tell func(customers int)) Option { return func(s *Service) { s.loading = tell } }

// Remembering bounds the bytes of settings that are kept beside the store. What
// fits is answered without it.
func Remembering(bytes int) Option {
	return func(s *Service) { s.memory = memory{encoded: bytes, decoded: bytes / 2} }
}

// New reads every customer from the store and returns a service that answers.
func New(ctx context.Context, ref *Reference, store Store, codec Codec, clock func() time.Time, options ...Option) (*Service, error) {
	s := &Service{store: store, codec: codec, clock: clock, profiles: &profiles{all: fleet.NewProfiles()}, memory: ordinaryMemory, fresh: newFreshness()}
	for _, choose := range options {
		choose(s)
	}
	s.state.Store(s.emptyState(ref, newViews(ref.Footprint)))
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

// Refresh takes in what the store recorded since the last refresh, by this
// process or another, and a day that began. On an error the last good state
// stays. Where the store lost changes that the state has, the state is made anew.
func (s *Service) Refresh(ctx context.Context) error {
	s.refresh.Lock()
	defer s.refresh.Unlock()
	begun, old := s.clock(), s.state.Load()
	st, err := s.next(ctx, old)
	if errors.Is(err, errRewound) {
		st, err = s.next(ctx, s.emptyState(old.Reference, old.views))
	}
	if err != nil {
		return err
	}
	s.state.Store(st)
	s.fresh.mark(begun, st.seq != old.seq)
	return nil
}

// next is the state that follows on another.
func (s *Service) next(ctx context.Context, st *State) (*State, error) {
	st, err := s.start(ctx, st)
	if err != nil {
		return nil, err
	}
	touched, seq, err := s.since(ctx, st.seq)
	if err != nil || len(touched) == 0 {
		return st, err
	}
	return s.with(ctx, st, touched, seq)
}

// start is where a refresh begins: the state on the day that it is. A day that
// begins needs nothing of the store, so it does even while that is gone.
func (s *Service) start(ctx context.Context, st *State) (*State, error) {
	if bulk, ok := s.store.(BulkReader); ok && st.seq == 0 {
		return s.load(ctx, bulk, st)
	}
	today := s.Today()
	if st.day == today {
		return st, nil
	}
	next, err := st.on(ctx, today, s.profiles)
	if err == nil && st == s.state.Load() {
		s.state.Store(next)
	}
	return next, err
}

// with builds the state in which the touched customers are read anew, up to the
// version that each has at the new position.
func (s *Service) with(ctx context.Context, old *State, touched map[string]int, seq int64) (*State, error) {
	customers := make([][]Version, 0, len(touched))
	for id, newest := range touched {
		versions, err := old.archive.versions(ctx, id, newest)
		if err != nil {
			return nil, err
		}
		customers = append(customers, versions)
	}
	read, err := s.readAll(old.archive, customers, old.day)
	if err != nil {
		return nil, err
	}
	return old.put(read, seq, s.profiles), nil
}
