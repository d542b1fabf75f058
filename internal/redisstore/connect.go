package redisstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// topologyAge bounds how long the client goes without asking the cluster who
// serves what; redirections are followed at once anyway.
const topologyAge = 10 * time.Second

// connect returns a client for the address; nothing is dialled yet. The client
// tries nothing twice by itself, except that it follows a cluster's
// redirections: patiently does. Its own log is off, because every error comes
// back to the caller.
func connect(a address, timeout time.Duration) (redis.UniversalClient, error) {
	logging.Disable()
	secure, err := tlsConfig(a)
	if err != nil {
		return nil, err
	}
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	var client redis.UniversalClient
	switch a.kind {
	case cluster:
		client = redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: a.hosts, Username: a.user, Password: a.password, TLSConfig: secure, Protocol: 2, MaxRedirects: 3,
			DialTimeout: timeout, ReadTimeout: timeout, WriteTimeout: timeout, PoolTimeout: timeout, ContextTimeoutEnabled: true,
			DialerRetries: 1, DisableIdentity: true, MaintNotificationsConfig: quiet, ClusterStateReloadInterval: topologyAge,
			NewClient: func(o *redis.Options) *redis.Client {
				node := redis.NewClient(o)
				node.AddHook(confirming{})
				return node
			},
		})
	case sentinel:
		client = redis.NewFailoverClient(&redis.FailoverOptions{
			MasterName: a.master, SentinelAddrs: a.hosts, SentinelUsername: a.sentinelUser, SentinelPassword: a.sentinelPassword,
			Username: a.user, Password: a.password, TLSConfig: secure, DB: a.db, Protocol: 2, MaxRetries: -1,
			DialTimeout: timeout, ReadTimeout: timeout, WriteTimeout: timeout, PoolTimeout: timeout, ContextTimeoutEnabled: true,
			DialerRetries: 1, DisableIdentity: true,
		})
		client.AddHook(confirming{})
	default:
		client = redis.NewClient(&redis.Options{
			Addr: a.hosts[0], Username: a.user, Password: a.password, TLSConfig: secure, DB: a.db, Protocol: 2, MaxRetries: -1,
			DialTimeout: timeout, ReadTimeout: timeout, WriteTimeout: timeout, PoolTimeout: timeout, ContextTimeoutEnabled: true,
			DialerRetries: 1, DisableIdentity: true, MaintNotificationsConfig: quiet,
		})
		client.AddHook(confirming{})
	}
	return client, nil
}

func tlsConfig(a address) (*tls.Config, error) {
	if !a.tls {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.ca != "" {
		pem, err := os.ReadFile(a.ca)
		if err != nil {
			return nil, fmt.Errorf("ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca: %s holds no certificate in PEM", a.ca)
		}
	}
	if a.cert != "" {
		pair, err := tls.LoadX509KeyPair(a.cert, a.key)
		if err != nil {
			return nil, fmt.Errorf("cert and key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// confirmation asks for writes to be on replicas before they count.
type confirmation struct {
	replicas int
	within   time.Duration

	mu    sync.Mutex
	err   error
	asked bool
}

type confirmationKey struct{}

// confirming is the hook of every node's client: it sends WAIT behind a
// pipeline of writes, on the same connection, because that is whose writes
// WAIT waits for.
type confirming struct{}

func (confirming) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (confirming) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (confirming) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c, ok := ctx.Value(confirmationKey{}).(*confirmation)
		if !ok || !slices.ContainsFunc(cmds, writes) {
			return next(ctx, cmds)
		}
		wait := redis.NewIntCmd(ctx, "wait", c.replicas, c.within.Milliseconds())
		err := next(ctx, append(slices.Clip(cmds), wait))
		c.note(cmds, wait)
		return err
	}
}

// writes reports whether a command may write. Others come by when a connection
// is made on the way.
func writes(cmd redis.Cmder) bool {
	return slices.Contains([]string{"evalsha", "eval", "hset", "hincrby", "zadd"}, cmd.Name())
}

// note takes in how many replicas confirmed. Where no command was executed, as
// on a node that redirects, there is nothing to confirm.
func (c *confirmation) note(cmds []redis.Cmder, wait *redis.IntCmd) {
	if !slices.ContainsFunc(cmds, func(cmd redis.Cmder) bool { return cmd.Err() == nil }) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = true
	switch n, err := wait.Result(); {
	case c.err != nil:
	case err != nil:
		c.err = err
	case n < int64(c.replicas):
		c.err = unconfirmedError{confirmed: int(n), wanted: c.replicas}
	}
}

// verdict is nil once every node confirmed.
func (c *confirmation) verdict() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil && !c.asked {
		return unconfirmedError{wanted: c.replicas}
	}
	return c.err
}
