package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// abandonedAtOnce is how many transactions one step of a recovery ends.
const abandonedAtOnce = 16

// abandon ends a batch that will not be repeated and removes its bodies, beside
// the calls and without being waited for. What fails, a later recovery does.
func (s *Store) abandon(b *batch) {
	if !s.spread || !b.intended {
		return
	}
	s.inBackground(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		if _, err := s.run(ctx, abortScript, s.keys.log, b.tx, 0, 0); err == nil {
			s.clean(ctx, b.tx)
		}
	})
}

// recoverNowAndThen looks for what other processes left behind.
func (s *Store) recoverNowAndThen(ctx context.Context) {
	tick := time.NewTicker(recoverEvery)
	defer tick.Stop()
	for {
		s.Recover(ctx, abandonedAfter)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Recover ends the batches that began longer ago than age and never committed,
// because their process died, and removes what they prepared. It returns how
// many it removed. Any number of processes may do it at once, and every open
// store does it by itself now and then, with an age that no live batch reaches.
// An age that a live batch reaches makes that batch begin anew.
func (s *Store) Recover(ctx context.Context, age time.Duration) (int, error) {
	removed := 0
	err := s.patiently(ctx, "recover", func(ctx context.Context) error {
		for {
			answer, err := s.run(ctx, abortScript, s.keys.log, "", age.Microseconds(), abandonedAtOnce)
			if err != nil {
				return err
			}
			if ended, ok := answer.(int64); !ok || ended < abandonedAtOnce {
				break
			}
		}
		left, err := s.client.HKeys(ctx, s.keys.aborted()).Result()
		if err != nil {
			return err
		}
		for _, tx := range left {
			if err := s.clean(ctx, tx); err != nil {
				return err
			}
			removed++
		}
		return nil
	})
	return removed, err
}

// clean removes the bodies of an ended transaction, except those that are
// versions, and then the record of it.
func (s *Store) clean(ctx context.Context, tx string) error {
	intent, err := s.client.HGet(ctx, s.keys.aborted(), tx).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	bodies, err := decodeIntent(tx, []byte(intent))
	if err != nil {
		return err
	}
	for len(bodies) > 0 {
		n := min(len(bodies), pipelineWrites)
		if err := s.cleanSome(ctx, bodies[:n]); err != nil {
			return err
		}
		bodies = bodies[n:]
	}
	return s.client.HDel(ctx, s.keys.aborted(), tx).Err()
}

func (s *Store) cleanSome(ctx context.Context, bodies []prepared) error {
	args := make([]any, 0, 2*len(bodies))
	for _, b := range bodies {
		args = append(args, b.customer, b.id)
	}
	answer, err := s.run(ctx, unlistedScript, s.keys.log, args...)
	if err != nil {
		return err
	}
	r := replyOf(answer)
	if len(r.rest) != len(bodies) {
		return errors.Join(r.err, fmt.Errorf("a script answered %d times in place of %d", len(r.rest), len(bodies)))
	}
	_, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, b := range bodies {
			if r.number() == 1 {
				p.HDel(ctx, s.keys.body(b.customer), b.id)
			}
		}
		return r.err
	})
	return err
}
