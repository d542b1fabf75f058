package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

// cacheSize is how many verified tokens each of the two generations of a cache
// holds.
const cacheSize = 4096

// cache remembers verified tokens by their SHA-256. Only tokens that were
// verified get in, so nobody can fill it with made-up ones. It is bounded: when
// the young generation is full the old one is forgotten.
type cache struct {
	mu         sync.Mutex
	young, old map[[sha256.Size]byte]verified
	size       int
}

type verified struct {
	viewer Viewer
	until  time.Time
}

func newCache(size int) *cache {
	return &cache{young: map[[sha256.Size]byte]verified{}, size: size}
}

func (c *cache) get(key [sha256.Size]byte, now time.Time) (Viewer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.young[key]
	if !ok {
		v, ok = c.old[key]
	}
	if !ok || !now.Before(v.until) {
		return Viewer{}, false
	}
	return v.viewer, true
}

func (c *cache) put(key [sha256.Size]byte, v verified) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.size {
		c.old, c.young = c.young, make(map[[sha256.Size]byte]verified, c.size)
	}
	c.young[key] = v
}
