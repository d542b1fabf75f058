package redisstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"
)

// ErrDead is what every command of a store fails with after DieAfter.
var ErrDead = errors.New("the process is dead")

// dying lets some exchanges with servers pass and none after.
type dying struct {
	left      atomic.Int64
	replyLost bool
}

// DieAfter lets n more exchanges with single servers pass, counted over all of
// them, and makes the store fail from then on as if its process were dead. With
// replyLost one more exchange reaches its server, but the answer is lost. The
// function returned says whether it came to that.
func (s *Store) DieAfter(ctx context.Context, n int, replyLost bool) (died func() bool, err error) {
	d := &dying{replyLost: replyLost}
	d.left.Store(int64(n))
	err = s.eachPrimary(ctx, func(_ context.Context, c *redis.Client) error {
		c.AddHook(d)
		return nil
	})
	return func() bool { return d.left.Load() < 0 }, err
}

func (d *dying) DialHook(next redis.DialHook) redis.DialHook { return next }

func (d *dying) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		return d.pass(func() error { return next(ctx, cmd) }, cmd)
	}
}

func (d *dying) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		return d.pass(func() error { return next(ctx, cmds) }, cmds...)
	}
}

func (d *dying) pass(next func() error, cmds ...redis.Cmder) error {
	if name := cmds[0].Name(); name == "hello" || name == "client" || name == "select" || name == "auth" {
		return next() // a connection is made on the way
	}
	left := d.left.Add(-1)
	if left >= 0 {
		return next()
	}
	if left == -1 && d.replyLost {
		next()
	}
	for _, cmd := range cmds {
		cmd.SetErr(ErrDead)
	}
	return ErrDead
}

// Orphans returns the bodies in the store that are no version, for a test that
// knows its customers.
func (s *Store) Orphans(ctx context.Context, customers []string) ([]string, error) {
	var orphans []string
	for _, c := range customers {
		text, err := s.client.HGet(ctx, s.keys.heads(), c).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		h, err := parseHead(text)
		if err != nil {
			return nil, err
		}
		bodies, err := s.client.HGetAll(ctx, s.keys.body(c)).Result()
		if err != nil {
			return nil, err
		}
		for _, id := range h.ids {
			delete(bodies, id)
		}
		for id := range bodies {
			orphans = append(orphans, fmt.Sprintf("%s: %x", c, id))
		}
	}
	return orphans, nil
}

// LogKey and BodyKey are keys, for tests that look for the server of one.
func LogKey() string                 { return keysOf("domicile").meta() }
func BodyKey(customer string) string { return keysOf("domicile").body(customer) }

// Advise is the table of errors.
func Advise(err error) (retry, unavailable bool, fix string) {
	r := advise(err)
	return r.retry, r.unavailable, r.fix
}

// Fit decides by the text of INFO whether a server can keep a store.
func Fit(info, address string) error {
	a, err := parseAddress(address)
	if err != nil {
		return err
	}
	return fit(parseInfo(info), a.kind)
}

// Redacted is the address as errors show it.
func Redacted(address string) (string, error) {
	a, err := parseAddress(address)
	return a.String(), err
}

// Parsed shows what an address means.
func Parsed(t testing.TB, address string) string {
	t.Helper()
	a, err := parseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("kind %d tls %t user %q password %q hosts %v master %q db %d replicas %d prefix %s ca %q sentinel %q %q",
		a.kind, a.tls, a.user, a.password, a.hosts, a.master, a.db, a.replicas, a.prefix, a.ca, a.sentinelUser, a.sentinelPassword)
}

// The readers of what servers send.
var (
	DecodeBody   = decodeBody
	EncodeBody   = encodeBody
	DecodeIntent = decodeIntent
	EncodeIntent = encodeIntent
)

// ParseHead returns how many versions a head lists.
func ParseHead(text string) (int, error) {
	h, err := parseHead(text)
	return len(h.ids), err
}

// LoseNextAnswer lets the next script reach its server, and loses the answer as a
// connection that breaks does.
func (s *Store) LoseNextAnswer(ctx context.Context) error {
	lost := &losing{}
	lost.left.Store(1)
	return s.eachPrimary(ctx, func(_ context.Context, c *redis.Client) error {
		c.AddHook(lost)
		return nil
	})
}

type losing struct{ left atomic.Int64 }

func (l *losing) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (l *losing) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (l *losing) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		if name := cmds[0].Name(); err != nil || name != "evalsha" && name != "eval" || l.left.Add(-1) < 0 {
			return err
		}
		for _, c := range cmds {
			c.SetErr(io.EOF)
		}
		return io.EOF
	}
}
