package gql

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// callersKept bounds the callers remembered. One that is forgotten starts with
// a full bucket again, as it would after the time it takes to fill.
const callersKept = 1 << 16

// buckets is a token bucket for every caller, in units of cost.
type buckets struct {
	mu      sync.Mutex
	byKey   *lru.Cache[string, *bucket]
	rate    float64 // units a second
	burst   float64
	now     func() time.Time
	limited bool
}

type bucket struct {
	left float64
	seen time.Time
}

func newBuckets(o Options) *buckets {
	byKey, err := lru.New[string, *bucket](callersKept)
	return &buckets{
		byKey: byKey, rate: o.Rate, burst: max(o.Burst, o.Rate), now: o.Now,
		limited: o.Rate > 0 && err == nil,
	}
}

// take spends units of a caller and reports whether there were enough; if not,
// it spends none and says how long they take to come.
func (b *buckets) take(key string, units float64) (ok bool, wait time.Duration) {
	if !b.limited {
		return true, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	own, known := b.byKey.Get(key)
	if !known {
		own = &bucket{left: b.burst, seen: now}
		b.byKey.Add(key, own)
	}
	own.left = min(b.burst, own.left+b.rate*max(now.Sub(own.seen), 0).Seconds())
	own.seen = now
	if own.left < units {
		return false, time.Duration((units - own.left) / b.rate * float64(time.Second))
	}
	own.left -= units
	return true, 0
}

// streams counts the open subscriptions, in all and for each caller.
type streams struct {
	mu        sync.Mutex
	open      int
	byKey     map[string]int
	all, each int
}

func (s *streams) enter(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= s.all || s.byKey[key] >= s.each {
		return false
	}
	s.open++
	s.byKey[key]++
	return true
}

func (s *streams) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if s.byKey[key]--; s.byKey[key] == 0 {
		delete(s.byKey, key)
	}
}
