package redisstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
)

var _ atlas.WorkStore = (*Store)(nil)

const (
	// workers is the consumer group of a queue's stream.
	workers = "workers"
	// offeredAtOnce is how many pieces one script queues.
	offeredAtOnce = 500
	// settledKept is how long it is known how a piece ended.
	settledKept = 24 * time.Hour
	// queueKept is how long a queue is kept that nobody uses.
	queueKept = 7 * 24 * time.Hour
	// workerKept is how long a worker is kept that has nothing and takes nothing.
	workerKept = time.Hour
	// longestBlock bounds how long a server is waited for at once.
	longestBlock = time.Second
)

// work is the key of a queue's stream, workState of a piece: both in the log's slot.
func (k keys) work(queue string) string          { return k.part("work:" + queue) }
func (k keys) workState(queue, id string) string { return k.part("work:" + queue + ":" + id) }

// OfferWork queues pieces of work. See [atlas.WorkStore].
func (s *Store) OfferWork(ctx context.Context, queue string, ids []string, again bool) ([]atlas.WorkState, error) {
	all := make([]atlas.WorkState, 0, len(ids))
	for some := range slices.Chunk(ids, offeredAtOnce) {
		keys := []string{s.keys.meta(), s.keys.work(queue)}
		args := []any{s.id, workers, flag(again), queueKept.Milliseconds(), workerKept.Milliseconds()}
		for _, id := range some {
			keys, args = append(keys, s.keys.workState(queue, id)), append(args, id)
		}
		var states []atlas.WorkState
		err := s.patiently(ctx, "offer log files to the workers", func(ctx context.Context) error {
			return s.durably(ctx, func(ctx context.Context) error {
				answer, err := s.run(ctx, workOfferScript, keys, args...)
				if err != nil {
					return err
				}
				r := replyOf(answer)
				states = states[:0]
				for range some {
					states = append(states, workStateOf(r.text()))
				}
				return r.err
			})
		})
		if err != nil {
			return nil, err
		}
		all = append(all, states...)
	}
	return all, nil
}

// The states as scripts write them.
var workStates = map[byte]atlas.WorkStatus{'q': atlas.WorkQueued, 'd': atlas.WorkDone, 'f': atlas.WorkFailed}

func workStateOf(text string) atlas.WorkState {
	if text == "" {
		return atlas.WorkState{}
	}
	return atlas.WorkState{Status: workStates[text[0]], Note: []byte(text[1:])}
}

// TakeWork takes a piece of work. See [atlas.WorkStore].
func (s *Store) TakeWork(ctx context.Context, queue, worker string, lease, wait time.Duration) (w *atlas.TakenWork, err error) {
	err = s.patiently(ctx, "take a log file to read", func(ctx context.Context) error {
		if err := s.checkIdentity(ctx); err != nil {
			return err
		}
		for {
			m, err := s.nextWork(ctx, queue, worker, lease, min(wait, longestBlock, s.timeout/2, s.wait/2))
			if redis.HasErrorPrefix(err, "NOGROUP") {
				m, err = nil, nil // it was kept long enough; who offers makes it anew
			}
			if err != nil || m == nil {
				w = nil
				return err
			}
			id, _ := m.Values["id"].(string)
			state, err := s.client.Get(ctx, s.keys.workState(queue, id)).Result()
			if err != nil && !errors.Is(err, redis.Nil) {
				return err
			}
			if workStateOf(state).Status == atlas.WorkQueued {
				w = &atlas.TakenWork{ID: id, Entry: m.ID}
				return nil
			}
			if err := s.dropWork(ctx, queue, m.ID); err != nil { // it was settled, or forgotten
				return err
			}
		}
	})
	return w, err
}

// nextWork is the next entry of a queue: one that a worker has no more, else a new one.
func (s *Store) nextWork(ctx context.Context, queue, worker string, lease, wait time.Duration) (*redis.XMessage, error) {
	stream := s.keys.work(queue)
	for start := "0-0"; ; {
		left, next, err := s.client.XAutoClaim(ctx, &redis.XAutoClaimArgs{
			Stream: stream, Group: workers, Consumer: worker, MinIdle: lease, Start: start, Count: 1,
		}).Result()
		if err != nil {
			return nil, err
		}
		if len(left) > 0 {
			return &left[0], nil
		}
		if start = next; start == "0-0" {
			break
		}
	}
	if wait <= 0 {
		wait = -1 // zero would be for ever
	}
	streams, err := s.client.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: workers, Consumer: worker, Streams: []string{stream, ">"}, Count: 1, Block: wait,
	}).Result()
	if errors.Is(err, redis.Nil) || err == nil && (len(streams) == 0 || len(streams[0].Messages) == 0) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &streams[0].Messages[0], nil
}

func (s *Store) dropWork(ctx context.Context, queue, entry string) error {
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.XAck(ctx, s.keys.work(queue), workers, entry)
		p.XDel(ctx, s.keys.work(queue), entry)
		return nil
	})
	return err
}

// KeepWork begins a lease anew. See [atlas.WorkStore].
func (s *Store) KeepWork(ctx context.Context, queue, worker string, w *atlas.TakenWork) (kept bool, err error) {
	err = s.patiently(ctx, "keep a log file that is read", func(ctx context.Context) error {
		answer, err := s.run(ctx, workKeepScript, []string{s.keys.meta(), s.keys.work(queue)}, s.id, workers, w.Entry, worker)
		kept = answer == int64(1)
		return err
	})
	return kept, err
}

// ReturnWork puts a piece of work back. See [atlas.WorkStore].
func (s *Store) ReturnWork(ctx context.Context, queue, worker string, w *atlas.TakenWork) error {
	return s.endWork(ctx, "give a log file back", queue, worker, w, "")
}

// SettleWork ends a piece of work. See [atlas.WorkStore].
func (s *Store) SettleWork(ctx context.Context, queue string, w *atlas.TakenWork, state atlas.WorkState) error {
	text := "d"
	switch state.Status {
	case atlas.WorkDone:
	case atlas.WorkFailed:
		text = "f"
	default:
		return fmt.Errorf("settle work: it ends done or failed, not with status %d", state.Status)
	}
	return s.endWork(ctx, "say that a log file was read", queue, "", w, text+string(state.Note))
}

func (s *Store) endWork(ctx context.Context, doing, queue, worker string, w *atlas.TakenWork, state string) error {
	keys := []string{s.keys.meta(), s.keys.work(queue), s.keys.workState(queue, w.ID)}
	args := []any{s.id, workers, w.Entry, w.ID, worker, state, settledKept.Milliseconds()}
	return s.patiently(ctx, doing, func(ctx context.Context) error {
		return s.durably(ctx, func(ctx context.Context) error {
			_, err := s.run(ctx, workSettleScript, keys, args...)
			return err
		})
	})
}
