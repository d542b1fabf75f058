package redisstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/auth"
)

// Bounds of time when [Options] does not say.
const (
	DefaultWait    = 10 * time.Second
	DefaultTimeout = 3 * time.Second
	maxWait        = time.Minute
)

// abandonedAfter is how long a transaction may be under way before any process
// may end it. No call lasts nearly as long.
const abandonedAfter = 15 * time.Minute

// recoverEvery is how often each process looks for such transactions.
const recoverEvery = time.Minute

// Options adjust a store. The zero value is what every command uses.
type Options struct {
	// Wait bounds how long one call goes on trying while servers fail over,
	// load or do not answer, up to a minute. A context that ends earlier ends
	// it earlier. Zero means DefaultWait.
	Wait time.Duration
	// Timeout bounds one exchange with one server. Zero means DefaultTimeout.
	Timeout time.Duration
}

// Store keeps customers' settings in Redis, and the API tokens, the audit log, the
// ledger, the reports and what was observed. It implements the ports of
// [atlas.Store] and the others, is safe for concurrent use, and may be open in any
// number of processes at once.
type Store struct {
	name     string // the address without what is secret
	client   redis.UniversalClient
	keys     keys
	id       string // of the store, to notice that it was replaced
	spread   bool   // over the slots of a cluster
	replicas int    // that confirm a write before it counts
	wait     time.Duration
	timeout  time.Duration

	chained chan auth.Head // holds the last known end of the audit log, for one writer at a time

	confirmed  atomic.Int64 // the log is on the replicas up to this sequence number
	closed     atomic.Bool
	background context.Context // ends with Close
	stop       context.CancelFunc
	working    sync.WaitGroup
	mu         sync.Mutex // guards closing against new background work
}

var _ atlas.Store = (*Store)(nil)

// keys are the names of what the store keeps.
type keys struct {
	log    []string // in the order that the scripts expect
	prefix string
}

func keysOf(prefix string) keys {
	k := keys{prefix: prefix}
	for _, part := range []string{"meta", "heads", "customers", "changes", "intents", "started", "aborted"} {
		k.log = append(k.log, "{"+prefix+"}:"+part)
	}
	return k
}

func (k keys) meta() string    { return k.log[0] }
func (k keys) heads() string   { return k.log[1] }
func (k keys) changes() string { return k.log[3] }
func (k keys) aborted() string { return k.log[6] }

// part is a key beside the log, in its slot.
func (k keys) part(name string) string { return "{" + k.prefix + "}:" + name }

// of is a key of one customer, in the customer's slot, as body is.
func (k keys) of(name, customer string) string {
	return k.prefix + ":" + name + ":{" + url.QueryEscape(customer) + "}"
}

// body is the key of a customer's versions. The id is escaped so that it cannot
// end the hash tag.
func (k keys) body(customer string) string { return k.of("versions", customer) }

// Open opens the store at an address:
//
//	redis://[user:password@]host[:port][/database]
//	redis+sentinel://[user:password@]host,host.../primary[/database]
//	redis+cluster://[user:password@]host,host...
//
// With rediss in place of redis the way there is encrypted and the server's
// certificate is checked. Behind a ? may follow, joined by &: replicas (how many
// must confirm a write; 1 for sentinel and cluster, else 0), prefix (of all
// keys; domicile), ca, cert and key (PEM files), sentinel_user and
// sentinel_password.
//
// A store that does not exist is made. Open refuses servers that are older than
// Redis 7, that may evict data, that are of another kind than the address says,
// or that keep a store of a newer format. No error shows a password.
func Open(ctx context.Context, address string, opts Options) (*Store, error) {
	a, err := parseAddress(address)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{
		name: a.String(), keys: keysOf(a.prefix), spread: a.kind == cluster, replicas: a.replicas,
		wait: opts.Wait, timeout: opts.Timeout, chained: make(chan auth.Head, 1),
	}
	s.chained <- auth.Head{}
	if s.wait <= 0 {
		s.wait = DefaultWait
	}
	if s.timeout <= 0 {
		s.timeout = DefaultTimeout
	}
	s.wait = min(s.wait, maxWait)
	if s.client, err = connect(a, s.timeout); err != nil {
		return nil, fmt.Errorf("open store: %s: %w", s.name, err)
	}
	s.background, s.stop = context.WithCancel(context.Background())
	if err := s.patiently(ctx, "open store", func(ctx context.Context) error { return s.start(ctx, a.kind) }); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.spread {
		s.inBackground(s.recoverNowAndThen)
	}
	s.inBackground(s.finishNowAndThen)
	return s, nil
}

// String is the address of the store without what is secret.
func (s *Store) String() string { return s.name }

// start checks the servers and finds or makes the store.
func (s *Store) start(ctx context.Context, k kind) error {
	if err := s.checkServers(ctx, k); err != nil {
		return err
	}
	return s.identify(ctx)
}

// Ping reports whether the store can answer: every primary does, and the store
// is the one that was opened.
func (s *Store) Ping(ctx context.Context) error {
	return s.patiently(ctx, "ping", func(ctx context.Context) error {
		if err := s.eachPrimary(ctx, func(ctx context.Context, c *redis.Client) error { return c.Ping(ctx).Err() }); err != nil {
			return err
		}
		return s.checkIdentity(ctx)
	})
}

// same compares the id of the store with the one that was opened.
func (s *Store) same(id string) error {
	if id != s.id {
		return errReplaced
	}
	return nil
}

// eachPrimary calls f for every primary.
func (s *Store) eachPrimary(ctx context.Context, f func(context.Context, *redis.Client) error) error {
	switch c := s.client.(type) {
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, f)
	case *redis.Client:
		return f(ctx, c)
	}
	return fmt.Errorf("a client of type %T", s.client)
}

// How long a call pauses before it tries again.
const (
	firstPause   = 2 * time.Millisecond
	longestPause = 200 * time.Millisecond
)

// patiently calls f until it no longer fails for a reason that passes by
// itself, the context ends, or the store's patience does. f may be repeated
// after any error. The error is explained: it names what was being done, the
// store and the fix.
func (s *Store) patiently(ctx context.Context, doing string, f func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	patient, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	var reason error // the last one that says more than that time is over
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if s.closed.Load() {
			return s.explain(doing, errClosed)
		}
		err := f(patient)
		if err == nil {
			return nil
		}
		over := patient.Err() != nil // asked before ctx, which may end in between
		if ctx.Err() != nil && !errors.Is(err, atlas.ErrConflict) {
			return fmt.Errorf("%s: %w", doing, ctx.Err())
		}
		if reason == nil || !timedOut(err) {
			reason = err
		}
		if r := advise(err); !r.retry || over {
			return s.explain(doing, reason)
		}
		s.lookAround(err)
		select {
		case <-patient.Done():
		case <-time.After(pause/2 + rand.N(pause)):
		}
		if patient.Err() != nil && ctx.Err() == nil {
			return s.explain(doing, reason)
		}
	}
}

// timedOut reports whether err says no more than that time is over.
func timedOut(err error) bool {
	var e net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &e) && e.Timeout()
}

// lookAround makes a cluster's client ask anew who serves what, because a
// primary that does not answer redirects nobody.
func (s *Store) lookAround(err error) {
	if c, ok := s.client.(*redis.ClusterClient); ok && !errors.Is(err, errStale) {
		c.ReloadState(context.Background())
	}
}

// inBackground runs f beside the calls, until it returns or the store closes.
func (s *Store) inBackground(f func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed.Load() {
		s.working.Go(func() { f(s.background) })
	}
}

// Close ends the use of the store. Calls after Close fail; a second Close does
// nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed.Swap(true)
	s.mu.Unlock()
	if again {
		return nil
	}
	s.stop()
	err := s.client.Close()
	s.working.Wait()
	if err != nil {
		return s.explain("close store", err)
	}
	return nil
}
