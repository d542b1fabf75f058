package redistest

import (
	"fmt"
	"strings"
	"testing"
)

// Cluster is three primaries and a replica of each.
type Cluster struct {
	Primaries, Replicas []*Server
}

const shards = 3

// StartCluster starts a cluster and waits until it is whole.
func StartCluster(t testing.TB, args ...string) *Cluster {
	t.Helper()
	c := &Cluster{}
	for i := range 2 * shards {
		s := Start(t, append([]string{
			"--cluster-enabled", "yes", "--cluster-port", FreePort(t), "--cluster-node-timeout", "1500",
			"--cluster-replica-validity-factor", "0",
		}, args...)...)
		if i < shards {
			c.Primaries = append(c.Primaries, s)
		} else {
			c.Replicas = append(c.Replicas, s)
		}
	}
	c.join(t)
	return c
}

func (c *Cluster) join(t testing.TB) {
	t.Helper()
	const slots = 16384
	for i, p := range c.Primaries {
		p.Do("CLUSTER", "ADDSLOTSRANGE", i*slots/shards, (i+1)*slots/shards-1)
		p.Do("CLUSTER", "SET-CONFIG-EPOCH", i+1)
	}
	all := c.All()
	for _, s := range all[1:] {
		s.Do("CLUSTER", "MEET", "127.0.0.1", all[0].Port, all[0].busPort())
	}
	for i, r := range c.Replicas {
		id := c.Primaries[i].Do("CLUSTER", "MYID").(string)
		Await(t, "the nodes to meet", func() bool { return r.Says(id, "CLUSTER", "NODES") })
		r.Do("CLUSTER", "REPLICATE", id)
	}
	Await(t, "the cluster to be whole", func() bool {
		for _, s := range all {
			if !s.Says("cluster_state:ok", "CLUSTER", "INFO") || !s.Says("cluster_known_nodes:6", "CLUSTER", "INFO") {
				return false
			}
			if strings.Count(s.Do("CLUSTER", "NODES").(string), "slave") != shards {
				return false
			}
		}
		for _, r := range c.Replicas {
			if !r.Says("master_link_status:up", "INFO", "replication") {
				return false
			}
		}
		return true
	})
}

func (s *Server) busPort() string {
	for i, a := range s.Args {
		if a == "--cluster-port" {
			return s.Args[i+1]
		}
	}
	return ""
}

// All are the primaries and then the replicas.
func (c *Cluster) All() []*Server {
	return append(append([]*Server{}, c.Primaries...), c.Replicas...)
}

// Address names two of the nodes; the client finds the others.
func (c *Cluster) Address() string {
	return fmt.Sprintf("redis+cluster://127.0.0.1:%s,127.0.0.1:%s", c.Primaries[0].Port, c.Primaries[1].Port)
}

// PrimaryOf returns the node that served a key at first.
func (c *Cluster) PrimaryOf(t testing.TB, key string) *Server {
	t.Helper()
	slot := c.Primaries[0].Do("CLUSTER", "KEYSLOT", key).(int64)
	return c.Primaries[slot*shards/16384]
}
