package redisstore

import (
	"context"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"
)

// Durability says what a write that was acknowledged survives.
type Durability struct {
	Replicas   int    // that have it in memory besides the primary
	AppendOnly bool   // every primary logs writes to its disk
	Fsync      string // always, everysec or no, the least of all primaries; empty where a server does not tell
	// TornBatches: a primary reads on after the end of its log was torn by a
	// crash (aof-load-truncated yes). Several versions of Redis and Valkey then
	// keep the beginning of the torn batch in the log and carry it out at the
	// next start. False where a server does not tell.
	TornBatches bool
}

// Durability asks the primaries what they do with a write before they answer.
func (s *Store) Durability(ctx context.Context) (Durability, error) {
	var d Durability
	err := s.patiently(ctx, "ask for durability", func(ctx context.Context) error {
		d = Durability{Replicas: s.replicas, AppendOnly: true, Fsync: "always"}
		var mu sync.Mutex
		return s.eachPrimary(ctx, func(ctx context.Context, c *redis.Client) error {
			one, err := durabilityOf(ctx, c)
			mu.Lock()
			defer mu.Unlock()
			d.weaken(one)
			return err
		})
	})
	return d, err
}

// durabilityOf asks one server. What its user may not know stays empty.
func durabilityOf(ctx context.Context, c *redis.Client) (d Durability, err error) {
	text, err := c.Info(ctx, "persistence").Result()
	if err != nil || parseInfo(text)["aof_enabled"] != "1" {
		return d, err
	}
	d.AppendOnly = true
	if d.Fsync, err = setting(ctx, c, "appendfsync"); err != nil {
		return d, err
	}
	torn, err := setting(ctx, c, "aof-load-truncated")
	d.TornBatches = torn == "yes"
	return d, err
}

// setting reads a setting of a server, empty where the server does not tell.
func setting(ctx context.Context, c *redis.Client, name string) (string, error) {
	all, err := c.ConfigGet(ctx, name).Result()
	if redis.HasErrorPrefix(err, "NOPERM") || redis.HasErrorPrefix(err, "ERR unknown command") {
		return "", nil
	}
	return all[name], err
}

// weaken makes d no better than another server.
func (d *Durability) weaken(other Durability) {
	rank := map[string]int{"always": 3, "everysec": 2, "no": 1}
	if rank[other.Fsync] < rank[d.Fsync] {
		d.Fsync = other.Fsync
	}
	d.AppendOnly = d.AppendOnly && other.AppendOnly
	d.TornBatches = d.TornBatches || other.TornBatches
}

// String says it in a sentence.
func (d Durability) String() string {
	var text string
	switch {
	case !d.AppendOnly:
		text = "an acknowledged write is in memory alone and ends with the server"
	case d.Fsync == "always":
		text = "an acknowledged write is on the primary's disk"
	case d.Fsync == "everysec":
		text = "a power cut may take acknowledged writes of the last second or two"
	default:
		text = "a power cut may take acknowledged writes"
	}
	switch d.Replicas {
	case 0:
		text += "; a failover may take acknowledged writes"
	case 1:
		text += "; one replica has it in memory"
	default:
		text += fmt.Sprintf("; %d replicas have it in memory", d.Replicas)
	}
	if d.TornBatches {
		text += "; a crash may leave a part of a batch that was not acknowledged: set aof-load-truncated no"
	}
	return text
}
