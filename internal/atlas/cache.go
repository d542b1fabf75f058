package atlas

import (
	"container/list"
	"sync"
)

// cache keeps what was used last, up to a size. It is safe for concurrent use.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	size  int
	order *list.List // of *cached, the last used in front
	at    map[K]*list.Element
}

type cached[K comparable, V any] struct {
	key   K
	value V
	size  int
}

func newCache[K comparable, V any](most int) *cache[K, V] {
	return &cache[K, V]{most: most, order: list.New(), at: map[K]*list.Element{}}
}

func (c *cache[K, V]) get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached[K, V]).value, true
}

// put keeps a value, and for it gives up those used longest ago. What is greater
// than the whole cache is not kept.
func (c *cache[K, V]) put(key K, value V, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		c.drop(e)
	}
	if size > c.most {
		return
	}
	c.at[key] = c.order.PushFront(&cached[K, V]{key, value, size})
	for c.size += size; c.size > c.most; {
		c.drop(c.order.Back())
	}
}

// full reports whether a value of a size would displace others.
func (c *cache[K, V]) full(size int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size+size > c.most
}

func (c *cache[K, V]) drop(e *list.Element) {
	x := c.order.Remove(e).(*cached[K, V])
	delete(c.at, x.key)
	c.size -= x.size
}
