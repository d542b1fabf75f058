package redisstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// format is the format of the keys that this version writes.
const format = 1

// oldestServer is the major version of Redis that the scripts need.
const oldestServer = 7

// checkServers refuses servers that cannot keep a store.
func (s *Store) checkServers(ctx context.Context, k kind) error {
	return s.eachPrimary(ctx, func(ctx context.Context, c *redis.Client) error {
		text, err := c.Info(ctx).Result()
		if err != nil {
			return err
		}
		return fit(parseInfo(text), k)
	})
}

// parseInfo reads the answer to INFO.
func parseInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info
}

// fit decides by what a server says about itself whether it can keep a store.
func fit(info map[string]string, k kind) error {
	version := info["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestServer {
		return unfitError{fmt.Sprintf("the server is Redis %q", version), "use Redis 7.0 or newer, or a server that does the same"}
	}
	switch mode := info["redis_mode"]; {
	case mode == "sentinel":
		return unfitError{"the server is a sentinel", "begin with redis+sentinel and end with the name of the primary"}
	case mode == "cluster" && k != cluster:
		return unfitError{"the server is part of a cluster", "begin with redis+cluster"}
	case mode == "standalone" && k == cluster:
		return unfitError{"the server is no part of a cluster", "begin with redis"}
	}
	if info["role"] == "slave" && k == single {
		return unfitError{"the server is a replica", fixAddress}
	}
	if policy := info["maxmemory_policy"]; strings.HasPrefix(policy, "allkeys-") {
		return unfitError{"the server evicts data when it is full (maxmemory-policy " + policy + ")", "set maxmemory-policy noeviction"}
	}
	return nil
}

// identify finds the store, or makes it.
func (s *Store) identify(ctx context.Context) error {
	for range 2 {
		found, err := s.client.HMGet(ctx, s.keys.meta(), "id", "format").Result()
		if err != nil {
			return err
		}
		id, _ := found[0].(string)
		if id != "" {
			text, _ := found[1].(string)
			version, err := strconv.Atoi(text)
			switch {
			case err != nil || version < 1:
				return fmt.Errorf("format %q: %w", text, errTorn)
			case version > format:
				return newerError{version, format}
			}
			s.id = id
			return nil
		}
		if err := s.create(ctx); err != nil {
			return err
		}
	}
	return errors.New("a store that was just made is gone")
}

func (s *Store) create(ctx context.Context) error {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return err
	}
	_, err := s.run(ctx, createScript, s.keys.log, hex.EncodeToString(id[:]), format)
	return err
}
