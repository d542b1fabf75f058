package signin

import (
	"sync"
	"time"
)

// Bounds on the login routes, of everybody together: addresses of clients are
// not kept. A login costs a seal, a callback one request to the provider.
const (
	loginRate    = 20 // a second
	loginBurst   = 200
	maxFinishing = 32
)

// limit is a token bucket.
type limit struct {
	mu          sync.Mutex
	rate, burst float64
	left        float64
	at          time.Time
	now         func() time.Time
}

func newLimit(rate, burst float64, now func() time.Time) *limit {
	return &limit{rate: rate, burst: burst, left: burst, at: now(), now: now}
}

// take reports whether one more may pass.
func (l *limit) take() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if past := now.Sub(l.at).Seconds(); past > 0 {
		l.left = min(l.burst, l.left+past*l.rate)
	}
	l.at = now
	if l.left < 1 {
		return false
	}
	l.left--
	return true
}
