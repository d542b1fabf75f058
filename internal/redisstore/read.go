package redisstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
)

// How many rows one exchange with a server asks for.
const (
	customersStep = 100_000
	changesStep   = 10_000
)

// Versions returns every version of a customer, ascending by Number; empty when
// there is none.
func (s *Store) Versions(ctx context.Context, customer string) ([]atlas.Version, error) {
	var versions []atlas.Version
	err := s.patiently(ctx, fmt.Sprintf("read the versions of %q", customer), func(ctx context.Context) (err error) {
		versions, err = s.versions(ctx, customer)
		return err
	})
	return versions, err
}

// versions reads the head of a customer and the bodies that it lists. Both are
// asked for at once; what was written in between is asked for again.
func (s *Store) versions(ctx context.Context, customer string) ([]atlas.Version, error) {
	var listed *redis.SliceCmd
	var id, text *redis.StringCmd
	var bodies *redis.MapStringStringCmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		id = p.HGet(ctx, s.keys.meta(), "id")
		text = p.HGet(ctx, s.keys.heads(), customer)
		bodies = p.HGetAll(ctx, s.keys.body(customer))
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	for _, err := range []error{id.Err(), text.Err(), bodies.Err()} {
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
	}
	if err := s.same(id.Val()); err != nil {
		return nil, err
	}
	h, err := parseHead(text.Val())
	if err != nil {
		return nil, fmt.Errorf("customer %q: %w: %w", customer, errTorn, err)
	}
	found := bodies.Val()
	for _, id := range h.ids {
		if _, ok := found[id]; !ok && listed == nil {
			listed = s.client.HMGet(ctx, s.keys.body(customer), h.ids...)
			if err := listed.Err(); err != nil {
				return nil, err
			}
			found = byID(h.ids, listed.Val())
		}
	}
	versions, err := assemble(customer, h, found)
	if err != nil {
		return nil, err
	}
	return versions, s.confirm(ctx, h.seq)
}

func byID(ids []string, values []any) map[string]string {
	found := make(map[string]string, len(ids))
	for i, v := range values {
		if text, ok := v.(string); ok {
			found[ids[i]] = text
		}
	}
	return found
}

// assemble puts the bodies of a customer in order. A body that is not there is
// an error, never a version less.
func assemble(customer string, h head, bodies map[string]string) ([]atlas.Version, error) {
	versions := make([]atlas.Version, len(h.ids))
	for i, id := range h.ids {
		v, err := bodyOf(customer, i+1, bodies, id)
		if err != nil {
			return nil, err
		}
		versions[i] = v
	}
	return versions, nil
}

func bodyOf(customer string, number int, bodies map[string]string, id string) (atlas.Version, error) {
	text, ok := bodies[id]
	if !ok {
		return atlas.Version{}, fmt.Errorf("customer %q, version %d: %w", customer, number, errLost)
	}
	v, err := decodeBody([]byte(text))
	if err != nil {
		return v, fmt.Errorf("customer %q, version %d: %w: %w", customer, number, errTorn, err)
	}
	v.Customer, v.Number = customer, number
	return v, nil
}

// standing is a write whose version stood before.
type standing struct {
	write  int
	number int // 0 where a repeated commit cannot tell
	prepared
}

// fill reads the versions that stood before a batch.
func (s *Store) fill(ctx context.Context, b *batch, versions []atlas.Version, others []standing) error {
	var known []standing
	for _, o := range others {
		if o.number > 0 {
			known = append(known, o)
			continue
		}
		all, err := s.versions(ctx, o.customer)
		if err != nil {
			return err
		}
		w := b.writes[o.write]
		for _, v := range all {
			if v.ValidFrom == w.ValidFrom && bytes.Equal(v.Settings, w.Settings) {
				versions[o.write] = v
			}
		}
	}
	for len(known) > 0 {
		n := min(len(known), pipelineWrites)
		if err := s.fillSome(ctx, versions, known[:n]); err != nil {
			return err
		}
		known = known[n:]
	}
	return nil
}

func (s *Store) fillSome(ctx context.Context, versions []atlas.Version, some []standing) error {
	texts := make([]*redis.StringCmd, len(some))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, o := range some {
			texts[i] = p.HGet(ctx, s.keys.body(o.customer), o.id)
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	for i, o := range some {
		found := map[string]string{}
		switch err := texts[i].Err(); {
		case err == nil:
			found[o.id] = texts[i].Val()
		case !errors.Is(err, redis.Nil):
			return err
		}
		v, err := bodyOf(o.customer, o.number, found, o.id)
		if err != nil {
			return err
		}
		versions[o.write] = v
	}
	return nil
}

// Customers returns up to limit customers whose id is greater than after, byte
// by byte, ascending by id. A limit below one returns none. Up to 100,000 are
// one picture; more are read in as many steps.
func (s *Store) Customers(ctx context.Context, after string, limit int) ([]atlas.CustomerRef, error) {
	var refs []atlas.CustomerRef
	err := s.patiently(ctx, "list customers", func(ctx context.Context) error {
		refs = nil
		from, left := after, limit
		for more := left > 0; more; {
			step := min(left, customersStep)
			page, err := s.customers(ctx, from, step)
			if err != nil {
				return err
			}
			refs = append(refs, page...)
			left -= len(page)
			if more = len(page) == step && left > 0; more {
				from = page[len(page)-1].Customer
			}
		}
		if limit <= 0 {
			return s.checkIdentity(ctx)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return refs, nil
}

// customers reads one step of the list.
func (s *Store) customers(ctx context.Context, after string, limit int) ([]atlas.CustomerRef, error) {
	answer, err := s.run(ctx, customersScript, s.keys.log, s.id, "("+after, limit)
	if err != nil {
		return nil, err
	}
	r := replyOf(answer)
	seq := r.number()
	refs := make([]atlas.CustomerRef, 0, len(r.rest)/2)
	for r.err == nil && len(r.rest) > 0 {
		refs = append(refs, atlas.CustomerRef{Customer: r.text(), Version: int(r.number())})
	}
	if r.err != nil {
		return nil, r.err
	}
	return refs, s.confirm(ctx, seq)
}

// checkIdentity asks whether the store is still the one that was opened.
func (s *Store) checkIdentity(ctx context.Context) error {
	id, err := s.client.HGet(ctx, s.keys.meta(), "id").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	return s.same(id)
}

// Changes returns up to limit changes with Seq greater than after, ascending. A
// limit below one returns none. The log takes its changes one by one and only
// at its end, and what is returned is on as many replicas as the address asks
// for, so that a change never appears behind one that was already read and is
// never taken back.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]atlas.Change, error) {
	var changes []atlas.Change
	err := s.patiently(ctx, "read changes", func(ctx context.Context) error {
		changes = nil
		if limit <= 0 || after == math.MaxInt64 {
			return s.checkIdentity(ctx)
		}
		last := max(after, 0)
		for len(changes) < limit {
			step := min(limit-len(changes), changesStep)
			page, err := s.changes(ctx, last, step)
			if err != nil {
				return err
			}
			changes = append(changes, page...)
			if len(page) < step {
				break
			}
			last = page[len(page)-1].Seq
		}
		if len(changes) == 0 {
			return nil
		}
		return s.confirm(ctx, changes[len(changes)-1].Seq)
	})
	if err != nil {
		return nil, err
	}
	return changes, nil
}

// changes reads one step of the log.
func (s *Store) changes(ctx context.Context, after int64, limit int) ([]atlas.Change, error) {
	var id *redis.StringCmd
	var entries *redis.XMessageSliceCmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		id = p.HGet(ctx, s.keys.meta(), "id")
		entries = p.XRangeN(ctx, s.keys.changes(), strconv.FormatInt(after+1, 10)+"-0", "+", int64(limit))
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	if err := entries.Err(); err != nil {
		return nil, err
	}
	if err := s.same(id.Val()); err != nil {
		return nil, err
	}
	changes := make([]atlas.Change, len(entries.Val()))
	for i, e := range entries.Val() {
		if changes[i], err = changeOf(e); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// changeOf reads one entry of the log.
func changeOf(e redis.XMessage) (c atlas.Change, err error) {
	seq, _, _ := strings.Cut(e.ID, "-")
	customer, ok1 := e.Values["c"].(string)
	number, ok2 := e.Values["n"].(string)
	if !ok1 || !ok2 {
		return c, fmt.Errorf("change %s: %w", e.ID, errTorn)
	}
	c.Customer = customer
	if c.Seq, err = strconv.ParseInt(seq, 10, 64); err == nil {
		c.Version, err = strconv.Atoi(number)
	}
	if err != nil {
		return c, fmt.Errorf("change %s: %w: %w", e.ID, errTorn, err)
	}
	return c, nil
}

// Await returns once there is a change with Seq greater than after, which
// Changes then returns, or with false after about patience. It needs no
// polling: the server answers when the change comes.
func (s *Store) Await(ctx context.Context, after int64, patience time.Duration) (bool, error) {
	var some bool
	until := time.Now().Add(patience)
	for left := patience; left > 0 && !some; left = time.Until(until) {
		block := max(time.Millisecond, min(left, s.timeout/2, s.wait/2))
		err := s.patiently(ctx, "wait for changes", func(ctx context.Context) error {
			streams, err := s.client.XRead(ctx, &redis.XReadArgs{
				Streams: []string{s.keys.changes()}, ID: strconv.FormatInt(max(after, 0), 10) + "-0", Count: 1, Block: block,
			}).Result()
			if errors.Is(err, redis.Nil) {
				return s.checkIdentity(ctx)
			}
			some = len(streams) > 0
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return some, nil
}
