package redisstore

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Reserve takes need units or more, and up to want where they are there, from a token
// bucket that every process has in common, in one step of the server with the
// server's clock. The bucket gains rate units a second up to burst. With too few
// units it takes none and says how long they take to come. It is asked once, within
// the deadline of ctx or the store's timeout, and waits for no replica: after a
// failover some units may be there again. The key is written as it is given, so let
// it be the hash of a name and no name.
func (s *Store) Reserve(ctx context.Context, key string, need, want, rate, burst float64) (granted float64, wait time.Duration, err error) {
	const doing = "reserve units"
	for _, n := range [...]float64{need, want, rate, burst} {
		if !(n > 0) || math.IsInf(n, 0) {
			return 0, 0, fmt.Errorf("%s: %v is no number of units", doing, n)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if s.closed.Load() {
		return 0, 0, s.explain(doing, errClosed)
	}
	answer, err := s.run(ctx, reserveScript, []string{s.keys.of("bucket", key)}, need, want, rate, burst)
	if err != nil {
		return 0, 0, s.explain(doing, err)
	}
	r := replyOf(answer)
	text, milliseconds := r.text(), r.number()
	if r.err != nil {
		return 0, 0, s.explain(doing, r.err)
	}
	if granted, err = strconv.ParseFloat(text, 64); err != nil {
		return 0, 0, s.explain(doing, err)
	}
	return granted, time.Duration(milliseconds) * time.Millisecond, nil
}
