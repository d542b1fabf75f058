package atlas

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Follower is a store that tells when something changes. A store that is none
// is looked at every LookEvery.
type Follower interface {
	// Await returns true once there is a change with Seq greater than after,
	// and false when there was none for about patience.
	Await(ctx context.Context, after int64, patience time.Duration) (bool, error)
}

// How a service keeps up with its store.
const (
	// LookEvery is how often a store is looked at that does not tell.
	LookEvery = 500 * time.Millisecond
	// StaleAfter is the age from which a state is called stale: what the store
	// recorded meanwhile may be missing.
	StaleAfter = 5 * time.Second

	awaitFor     = time.Second // how long a quiet store is waited for at once
	firstPause   = 50 * time.Millisecond
	longestPause = time.Second
)

// Errors of states that are too old for what was asked.
var (
	// ErrBehind: a question wants changes that the state does not have yet.
	ErrBehind = errors.New("the changes asked for have not arrived here yet")
	// ErrTooOld: the store was not heard of for longer than answers may be old.
	ErrTooOld = errors.New("the last good state is too old to answer from")
)

// errRewound: the newest change of the state is not among the store's.
var errRewound = errors.New("the store lost changes that were read before")

// freshness is until when the state is known to hold everything that the store
// recorded.
type freshness struct {
	mu    sync.Mutex
	at    time.Time
	moved chan struct{} // closed when the state changed, then made anew
	look  chan struct{} // asks for a look at once
}

func newFreshness() *freshness {
	return &freshness{moved: make(chan struct{}), look: make(chan struct{}, 1)}
}

func (f *freshness) mark(at time.Time, changed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at.After(f.at) {
		f.at = at
	}
	if changed {
		close(f.moved)
		f.moved = make(chan struct{})
	}
}

func (f *freshness) load() (at time.Time, moved <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at, f.moved
}

// Position is the last change of the store that is in the state. Positions of
// one store ascend, and services that share it give the same answers at the
// same position and day.
func (st *State) Position() int64 { return st.seq }

// FreshAt is the instant up to which the state is known to hold everything that
// the store recorded.
func (s *Service) FreshAt() time.Time {
	at, _ := s.fresh.load()
	return at
}

// Stale returns the age of the state where that is more than StaleAfter.
func (s *Service) Stale() (age time.Duration, stale bool) {
	age = s.clock().Sub(s.FreshAt())
	return age, age > StaleAfter
}

// YoungerThan returns ErrTooOld where the state is older than most.
func (s *Service) YoungerThan(most time.Duration) error {
	if age, _ := s.Stale(); age > most {
		return fmt.Errorf("%w: the store was last heard of %s ago, and answers may be %s old", ErrTooOld, age.Round(time.Second), most)
	}
	return nil
}

// knownAt is the instant as known at which a question is answered now: a stale
// state knows nothing of what came since.
func (s *Service) knownAt() time.Time {
	if _, stale := s.Stale(); stale {
		return s.FreshAt().UTC()
	}
	return s.Now()
}

// AtLeast returns once the state holds all changes up to a position, or
// ErrBehind when the context ends before. Follow must be running.
func (s *Service) AtLeast(ctx context.Context, position int64) error {
	for {
		_, moved := s.fresh.load()
		have := s.State().Position()
		if have >= position {
			return nil
		}
		select {
		case s.fresh.look <- struct{}{}:
		default:
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("%w: position %d was asked for, and this service is at %d", ErrBehind, position, have)
		}
	}
}

// Follow takes in what the store records until the context ends, in its order
// and from where the state is, so that nothing is missed however long the store
// was away. After each look, tell gets its error, nil where all is well; after
// an error the last good state stays.
func (s *Service) Follow(ctx context.Context, tell func(error)) {
	pause := firstPause
	for ctx.Err() == nil {
		err := s.followOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		tell(err)
		if err == nil {
			pause = firstPause
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// followOnce waits for something new, not for long, and takes it in.
func (s *Service) followOnce(ctx context.Context) error {
	store, tells := s.store.(Follower)
	if !tells {
		select {
		case <-ctx.Done():
		case <-s.fresh.look:
		case <-time.After(LookEvery):
		}
		return s.Refresh(ctx)
	}
	begun := s.clock()
	some, err := store.Await(ctx, s.State().Position(), awaitFor)
	if err != nil {
		return fmt.Errorf("wait for changes of the store: %w", err)
	}
	if !some {
		s.fresh.mark(begun, false)
		return nil
	}
	return s.Refresh(ctx)
}

// since reads the changes after a position: the newest version of each customer
// that changed, and the position reached. It returns errRewound where the store
// does not know the position any more.
func (s *Service) since(ctx context.Context, position int64) (newest map[string]int, reached int64, err error) {
	newest, reached = map[string]int{}, position
	after := max(position-1, 0) // the change at the position shows that it is still there
	for more := true; more; {
		changes, err := s.store.Changes(ctx, after, pageSize)
		if err != nil {
			return nil, 0, fmt.Errorf("read changes of the store: %w", err)
		}
		if after < position && (len(changes) == 0 || changes[0].Seq != position) {
			return nil, 0, errRewound
		}
		for _, c := range changes {
			if after = c.Seq; c.Seq > position {
				newest[c.Customer], reached = c.Version, c.Seq
			}
		}
		more = len(changes) == pageSize
	}
	return newest, reached, nil
}
