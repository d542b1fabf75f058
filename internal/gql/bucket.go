package gql

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// callersKept bounds the callers remembered. One that is forgotten starts with
// a full bucket again, as it would after the time it takes to fill.
const callersKept = 1 << 16

// What a handler reserves of a bucket that several have in common: that part of it
// at once, so that few operations wait for an exchange, and for that long, so that
// little is saved up beside the bucket. An exchange ends after sharedWait, and after
// one that failed none is tried for sharedPause.
const (
	leasePart   = 1.0 / 16
	leaseFor    = time.Second
	sharedWait  = 100 * time.Millisecond
	sharedPause = time.Second
)

// Shared is the token buckets of callers that several handlers have in common, in
// units of cost.
type Shared interface {
	// Reserve takes need units or more from a caller's bucket, up to want where they
	// are there, and returns how many. Where there are too few it takes none, and says
	// how long they take to come. The bucket gains rate units a second up to burst.
	Reserve(ctx context.Context, key string, need, want, rate, burst float64) (granted float64, wait time.Duration, err error)
}

// buckets is a token bucket for every caller, in units of cost. Where there are
// shared ones, an operation spends of both: with the handler's own bucket empty the
// shared one is, too, and nobody is asked; with the shared one out of reach, the
// handler's own still bounds what a caller spends here.
type buckets struct {
	mu      sync.Mutex
	byKey   *lru.Cache[string, *bucket]
	rate    float64 // units a second
	burst   float64
	now     func() time.Time
	limited bool

	shared Shared    // nil for none
	away   time.Time // until when it is not asked
}

type bucket struct {
	left float64
	seen time.Time
	// lease is what is reserved of the shared bucket, until leased.
	lease  float64
	leased time.Time
	// refused units are not there in the shared bucket until then.
	refused float64
	until   time.Time
}

func newBuckets(o Options) *buckets {
	byKey, err := lru.New[string, *bucket](callersKept)
	return &buckets{
		byKey: byKey, rate: o.Rate, burst: max(o.Burst, o.Rate), now: o.Now,
		limited: o.Rate > 0 && err == nil, shared: o.Shared,
	}
}

// take spends units of a caller and reports whether there were enough; if not,
// it spends none and says how long they take to come.
func (b *buckets) take(ctx context.Context, key string, units float64) (ok bool, wait time.Duration) {
	if !b.limited {
		return true, 0
	}
	ok, wait, ask := b.spend(key, units)
	if !ask {
		return ok, wait
	}
	// A caller who goes away says nothing about the shared bucket.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedWait)
	defer cancel()
	granted, wait, err := b.shared.Reserve(ctx, key, units, max(units, b.burst*leasePart), b.rate, b.burst)
	return b.settle(key, units, granted, wait, err)
}

// spend takes units where that needs nobody's answer; otherwise ask is true.
func (b *buckets) spend(key string, units float64) (ok bool, wait time.Duration, ask bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	own := b.of(key, now)
	switch {
	case own.left < units:
		return false, time.Duration((units - own.left) / b.rate * float64(time.Second)), false
	case b.shared == nil, now.Before(b.away):
	case own.lease >= units:
		own.lease -= units
	case units >= own.refused && now.Before(own.until):
		return false, own.until.Sub(now), false
	default:
		return false, 0, true
	}
	own.left -= units
	return true, 0, false
}

// settle books what the shared bucket answered. An error counts as a yes: the
// handler's own bucket had enough.
func (b *buckets) settle(key string, units, granted float64, wait time.Duration, err error) (bool, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	own := b.of(key, now)
	switch {
	case err != nil:
		b.away = now.Add(sharedPause)
	case granted < units:
		own.refused, own.until = units, now.Add(wait)
		return false, wait
	default:
		own.lease, own.leased = own.lease+granted-units, now.Add(leaseFor)
	}
	own.left = max(own.left-units, 0)
	return true, 0
}

// of is the caller's bucket as it is now.
func (b *buckets) of(key string, now time.Time) *bucket {
	own, known := b.byKey.Get(key)
	if !known {
		own = &bucket{left: b.burst, seen: now}
		b.byKey.Add(key, own)
	}
	own.left = min(b.burst, own.left+b.rate*max(now.Sub(own.seen), 0).Seconds())
	own.seen = now
	if !now.Before(own.leased) {
		own.lease = 0
	}
	return own
}
