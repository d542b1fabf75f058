package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
)

// DefaultLease is after how long a worker that was not heard of is taken for dead.
const DefaultLease = time.Minute

// takeFor is how long a worker waits for a file before it looks how far the others
// are, and pause for how long it lets files lie that it does not see.
const (
	takeFor = time.Second
	pause   = time.Second
)

// Sharing is how files are shared with other processes that see the same.
type Sharing struct {
	Store  atlas.WorkStore
	Worker string        // names this process among all
	Lease  time.Duration // zero means DefaultLease
}

// Outcome is what became of a file that several processes were given.
type Outcome struct {
	*Result
	Worker string // who read it; "" for this process
	Before bool   // it was read before this process asked
}

// note is what a worker tells the others about a file.
type note struct {
	Worker  string          `json:"worker"`
	Failed  string          `json:"failed,omitempty"`
	Dataset string          `json:"dataset,omitempty"`
	Digest  string          `json:"digest,omitempty"`
	Counts  evidence.Counts `json:"counts"`
	Damaged bool            `json:"damaged,omitempty"`
	NoSites bool            `json:"no_sites,omitempty"`
	Probe   bool            `json:"probe,omitempty"`
	Bytes   int64           `json:"bytes,omitempty"`
}

// maxNote bounds what is told of a fault.
const maxNote = 1000

// Share reads files together with every process that shares them and was given the
// same options: each file is read by one of them, several at once by each. It tells
// what became of every file, whoever read it, one at a time, and returns when all are
// done, or failed, the context has ended, or the store cannot be reached.
//
// A file whose worker dies is taken by another after a lease, and goes on where it is
// recorded to. Files that others queued and that are not among the paths are left to
// them.
func (in *Ingester) Share(ctx context.Context, with Sharing, paths []string, workers int, tell func(path string, o *Outcome, err error)) error {
	if with.Lease <= 0 {
		with.Lease = DefaultLease
	}
	s := &share{Ingester: in, Sharing: with, queue: in.queue(), open: map[string][]string{}, paths: map[string]string{}, sizes: map[string]int64{}, passed: map[string]bool{}, tell: tell}
	if err := s.offer(ctx, paths); err != nil {
		return err
	}
	errs := make([]error, max(1, min(workers, len(paths))))
	var group sync.WaitGroup
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for i := range errs {
		group.Go(func() {
			if errs[i] = s.work(ctx); errs[i] != nil {
				stop()
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// share is files being read together with others.
type share struct {
	*Ingester
	Sharing
	queue string
	paths map[string]string // by identity; never changed while workers run
	sizes map[string]int64

	mu      sync.Mutex
	open    map[string][]string // by identity: paths of which it is not known what became
	passed  map[string]bool     // identities put back since something was read
	looking bool
	tell    func(path string, o *Outcome, err error)
}

// offer queues the files that nobody has queued, and tells of those that were read
// before.
func (s *share) offer(ctx context.Context, paths []string) error {
	var ids []string
	for _, p := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		once, err := comesOnce(p)
		if once {
			s.readAlone(ctx, p)
			continue
		}
		id, size := "", int64(0)
		if err == nil {
			id, size, err = identity(p)
		}
		if err != nil {
			s.Progress.Files.Add(1)
			s.tell(p, nil, fmt.Errorf("ingest %s: %w", p, err))
			continue
		}
		if s.open[id] == nil {
			ids = append(ids, id)
		}
		s.open[id] = append(s.open[id], p)
		s.paths[id], s.sizes[id] = p, size
	}
	states, err := s.Store.OfferWork(ctx, s.queue, ids, true)
	if err != nil {
		return err
	}
	for i, state := range states {
		s.settled(ids[i], state, true)
	}
	return nil
}

// readAlone reads what comes once, and to this process only.
func (s *share) readAlone(ctx context.Context, path string) {
	var o *Outcome
	res, err := s.File(ctx, path)
	if err == nil {
		o = &Outcome{Result: res}
	}
	s.Progress.Files.Add(1)
	s.tell(path, o, err)
}

// left are the files of which it is not known what became.
func (s *share) left() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.open))
}

// work takes file after file until none of this process's is left.
func (s *share) work(ctx context.Context) error {
	for len(s.left()) > 0 && ctx.Err() == nil {
		w, err := s.Store.TakeWork(ctx, s.queue, s.Worker, s.Lease, takeFor)
		switch {
		case ctx.Err() != nil:
			return nil // what it may have taken goes to another after the lease
		case err != nil:
			return err
		case w == nil:
			err = s.look(ctx)
		case s.paths[w.ID] == "":
			err = s.pass(ctx, w)
		default:
			err = s.read(ctx, w)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// look asks what became of the files that are left. One worker at a time does.
func (s *share) look(ctx context.Context) error {
	s.mu.Lock()
	busy := s.looking
	s.looking = true
	s.mu.Unlock()
	if busy {
		return nil
	}
	defer func() {
		s.mu.Lock()
		s.looking = false
		s.mu.Unlock()
	}()
	ids := s.left()
	states, err := s.Store.OfferWork(ctx, s.queue, ids, false)
	if err != nil {
		return err
	}
	for i, state := range states {
		s.settled(ids[i], state, false)
	}
	return nil
}

// pass puts a file back that this process does not see. Where it comes by again, and
// nothing was read meanwhile, there is nothing else: that is waited for.
func (s *share) pass(ctx context.Context, w *atlas.TakenWork) error {
	if err := s.Store.ReturnWork(ctx, s.queue, s.Worker, w); err != nil {
		return err
	}
	s.mu.Lock()
	again := s.passed[w.ID]
	s.passed[w.ID] = true
	s.mu.Unlock()
	if !again {
		return nil
	}
	if err := s.look(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
	s.mu.Lock()
	clear(s.passed)
	s.mu.Unlock()
	return nil
}

// read reads a file, and tells everybody what became of it.
func (s *share) read(ctx context.Context, w *atlas.TakenWork) error {
	path := s.paths[w.ID]
	mine, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	var keeping sync.WaitGroup
	keeping.Go(func() { s.keep(mine, w, lost) })
	res, err := s.File(mine, path)
	gone := errors.Is(context.Cause(mine), errLost)
	lost(nil)
	keeping.Wait()
	switch {
	case err != nil && gone:
		return nil // another reads it, and says what becomes of it
	case err != nil && (ctx.Err() != nil || errors.Is(err, atlas.ErrStoreUnavailable)):
		// Where it can be put back the store is there again, and the file goes on.
		if worse := s.Store.ReturnWork(context.WithoutCancel(ctx), s.queue, s.Worker, w); worse != nil {
			return errors.Join(err, worse)
		}
		return nil
	}
	state := atlas.WorkState{Status: atlas.WorkDone}
	if err != nil {
		state.Status = atlas.WorkFailed
	}
	if state.Note, err = json.Marshal(s.noteOf(res, err)); err != nil {
		return err
	}
	if err := s.Store.SettleWork(context.WithoutCancel(ctx), s.queue, w, state); err != nil {
		return err
	}
	s.mu.Lock()
	clear(s.passed)
	s.mu.Unlock()
	s.done(w.ID, func(path string) (*Outcome, error) {
		if state.Status == atlas.WorkFailed {
			return nil, fmt.Errorf("ingest %s: %s", path, s.noteText(state))
		}
		return &Outcome{Result: res}, nil
	})
	return nil
}

// errLost: a worker was not heard of for so long that its file went to another.
var errLost = errors.New("another worker has the file")

// keep begins the lease anew, again and again, until the context ends or the file is
// another's. While the store is away the lease goes on by itself.
func (s *share) keep(ctx context.Context, w *atlas.TakenWork, lost context.CancelCauseFunc) {
	tick := time.NewTicker(max(s.Lease/4, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if kept, err := s.Store.KeepWork(ctx, s.queue, s.Worker, w); err == nil && !kept {
				lost(errLost)
				return
			}
		}
	}
}
