package signin

import (
	"context"
	"sync"
	"time"
)

// liveSize is how many sessions each of the two generations remembers. Only
// sessions that this service sealed get in.
const liveSize = 16_384

// checkWait bounds a question to the provider about a session.
const checkWait = 8 * time.Second

// live remembers what happened to sessions in this process: the newest state of
// each, so that an old cookie on its way does not use an old refresh token
// again, and those that ended.
type live struct {
	mu         sync.Mutex
	young, old map[string]*state
}

type state struct {
	session session
	ended   bool
	flight  *flight
}

// flight is one question to the provider; done is closed at its end.
type flight struct {
	done    chan struct{}
	session session
	err     error
}

func newLive() *live { return &live{young: map[string]*state{}} }

// find returns the state of a session, or nil.
func (l *live) find(id string) *state {
	if s, ok := l.young[id]; ok {
		return s
	}
	s := l.old[id]
	if s != nil {
		l.keep(id, s)
	}
	return s
}

func (l *live) keep(id string, s *state) {
	if len(l.young) >= liveSize {
		l.old, l.young = l.young, make(map[string]*state, liveSize)
	}
	l.young[id] = s
}

// newest returns the newest known state of a session, and whether it ended.
func (l *live) newest(s session) (session, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.find(s.ID)
	switch {
	case known == nil:
		return s, false
	case known.session.Checked > s.Checked:
		seen := max(s.Seen, known.session.Seen)
		s = known.session
		s.Seen = seen
	}
	return s, known.ended
}

// end marks a session as over.
func (l *live) end(s session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keep(s.ID, &state{session: s, ended: true})
}

// first reports whether an id was not seen before, and marks it.
func (l *live) first(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.find(id) != nil {
		return false
	}
	l.keep(id, &state{ended: true})
	return true
}

// once runs ask for a session, or waits for the one that runs. A session that
// was asked about since is not asked about again.
func (l *live) once(ctx context.Context, s session, ask func() (session, error)) (session, error) {
	l.mu.Lock()
	known := l.find(s.ID)
	if known == nil {
		known = &state{session: s}
		l.keep(s.ID, known)
	}
	if known.session.Checked > s.Checked && !known.ended {
		defer l.mu.Unlock()
		return known.session, nil
	}
	f := known.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		known.flight = f
		go l.fly(known, f, ask)
	}
	l.mu.Unlock()
	select {
	case <-f.done:
		return f.session, f.err
	case <-ctx.Done():
		return s, ctx.Err()
	}
}

// fly runs apart from the request that began it, which may leave.
func (l *live) fly(known *state, f *flight, ask func() (session, error)) {
	f.session, f.err = ask()
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.err == nil && !known.ended {
		known.session = f.session
	}
	if f.err == nil && known.ended {
		f.err = errEnded()
	}
	known.flight = nil
	close(f.done)
}
