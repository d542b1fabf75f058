package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// load is several writers that go on whatever happens, and a reader that
// follows the changes.
type load struct {
	stop    func() // the writers, and the reader once it saw everything
	writers sync.WaitGroup
	reader  sync.WaitGroup
	mu      sync.Mutex
	acks    acknowledged
	refused int
	longest time.Duration // between two acknowledgements
	last    time.Time
	total   int
	follow  []atlas.Change
}

// startLoad starts writers. The store's patience is short, so that some calls
// fail during a failover and say so.
func startLoad(t *testing.T, s, reader atlas.Store, writers int) *load {
	ctx, stop := context.WithCancel(t.Context())
	l := &load{acks: acknowledged{}, last: time.Now()}
	written, read := context.WithCancel(context.WithoutCancel(ctx))
	for w := range writers {
		l.writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				versions, err := s.Append(context.WithoutCancel(ctx), time.Now(), randomBatch(fmt.Sprint("writer-", w, "-", n), killCustomers))
				if l.note(versions, err); err != nil && !errors.Is(err, atlas.ErrStoreUnavailable) {
					t.Errorf("append: %v", err)
				}
			}
		})
	}
	l.reader.Go(func() {
		for ended := false; !ended; {
			ended = written.Err() != nil
			var after int64
			if len(l.follow) > 0 {
				after = l.follow[len(l.follow)-1].Seq
			}
			changes, err := reader.Changes(context.WithoutCancel(ctx), after, 100)
			if err != nil && !errors.Is(err, atlas.ErrStoreUnavailable) {
				t.Errorf("changes: %v", err)
			}
			if l.follow = append(l.follow, changes...); len(changes) > 0 {
				ended = false
			}
		}
	})
	l.stop = func() {
		stop()
		l.writers.Wait()
		read()
		l.reader.Wait()
	}
	t.Cleanup(l.stop)
	return l
}

func (l *load) note(versions []atlas.Version, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.refused++
		return
	}
	l.total++
	l.longest = max(l.longest, time.Since(l.last))
	l.last = time.Now()
	for _, v := range versions {
		l.acks[atlas.CustomerRef{Customer: v.Customer, Version: v.Number}] = fmt.Sprintf("%08x", crc32.ChecksumIEEE(v.Settings))
	}
}

// appended says how many batches were acknowledged so far.
func (l *load) appended() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

// outage returns the longest time without an acknowledgement and begins to
// measure anew.
func (l *load) outage() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.longest
	l.longest = 0
	return d
}

// goesOn waits until more batches are acknowledged.
func (l *load) goesOn(t *testing.T, what string) {
	t.Helper()
	n := l.appended()
	redistest.Await(t, what, func() bool { return l.appended() > n+20 })
}

func TestNothingAcknowledgedIsLostWhenPrimariesFail(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t)
	s := openAt(t, c.Address()+",127.0.0.1:"+c.Replicas[0].Port, redisstore.Options{Wait: 2 * time.Second, Timeout: time.Second})
	reader := openAt(t, c.Address(), redisstore.Options{Wait: redistest.Soon})
	l := startLoad(t, s, reader, 4)
	l.goesOn(t, "the load to begin")
	log := c.PrimaryOf(t, redisstore.LogKey())
	for i, p := range c.Primaries {
		what := "bodies"
		if p == log {
			what = "the log and bodies"
		}
		l.outage()
		how, comeBack := "killed", func() { p.Restart("Ready to accept connections") }
		if i == 0 {
			how, comeBack = "hung", p.Hang()
		} else {
			p.Kill()
		}
		redistest.Await(t, "the replica to take over", func() bool {
			return c.Replicas[i].Says("role:master", "INFO", "replication")
		})
		comeBack() // as the replica of its replica, which writes need for their confirmation
		l.goesOn(t, "writes after the failover")
		t.Logf("primary of %s %s: writes stood still for %v", what, how, l.outage().Round(time.Millisecond))
	}
	l.stop()
	checkSurvivors(t, reader, l.acks)
	checkFollowed(t, reader, l.follow)
	t.Logf("%d batches with %d versions acknowledged, %d batches refused", l.total, len(l.acks), l.refused)
}

// checkFollowed checks that who followed the changes saw what the log holds, no
// more and no less.
func checkFollowed(t *testing.T, s atlas.Store, followed []atlas.Change) {
	t.Helper()
	changes, err := s.Changes(t.Context(), 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	if len(followed) != len(changes) {
		t.Errorf("followed %d of %d changes", len(followed), len(changes))
	}
	for i := range min(len(followed), len(changes)) {
		if followed[i] != changes[i] {
			t.Fatalf("change %d was followed as %v and is %v", i, followed[i], changes[i])
		}
	}
}

func TestNothingAcknowledgedIsLostWhenTheOnlyServerIsKilled(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), redisstore.Options{Wait: time.Second, Timeout: 500 * time.Millisecond})
	l := startLoad(t, s, s, 4)
	for range 5 {
		l.goesOn(t, "writes")
		server.Kill()
		server.Restart("Ready to accept connections")
	}
	l.goesOn(t, "writes after the last kill")
	l.stop()
	checkSurvivors(t, s, l.acks)
	checkFollowed(t, s, l.follow)
	t.Logf("%d versions acknowledged over 5 kills, %d batches refused", len(l.acks), l.refused)
}

// sentinelsOf starts a primary, a replica and three sentinels that watch them.
func sentinelsOf(t *testing.T) (primary, replica *redistest.Server, address string) {
	t.Helper()
	primary = redistest.Start(t)
	replica = redistest.Start(t, "--replicaof", "127.0.0.1 "+primary.Port)
	redistest.Await(t, "the replica to follow", func() bool {
		return replica.Says("master_link_status:up", "INFO", "replication")
	})
	var hosts []string
	for range 3 {
		s := redistest.New(t)
		conf := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nsentinel monitor fleet 127.0.0.1 %s 2\nsentinel down-after-milliseconds fleet 1500\nsentinel failover-timeout fleet 4000\n",
			s.Port, s.Dir, primary.Port)
		s.Run([]string{writeFile(t, "sentinel.conf", []byte(conf)), "--sentinel"}, "+monitor")
		hosts = append(hosts, "127.0.0.1:"+s.Port)
		sentinel := s
		redistest.Await(t, "the sentinel to know the replica", func() bool {
			return sentinel.Says(replica.Port, "SENTINEL", "REPLICAS", "fleet")
		})
	}
	return primary, replica, "redis+sentinel://" + strings.Join(hosts, ",") + "/fleet"
}

func TestNothingAcknowledgedIsLostWhenSentinelsFailOver(t *testing.T) {
	t.Parallel()
	primary, replica, address := sentinelsOf(t)
	s := openAt(t, address, redisstore.Options{Wait: 2 * time.Second, Timeout: time.Second})
	l := startLoad(t, s, s, 3)
	l.goesOn(t, "the load to begin")
	l.outage()
	primary.Kill()
	redistest.Await(t, "the replica to take over", func() bool {
		return replica.Says("role:master", "INFO", "replication")
	})
	primary.Args = append(primary.Args, "--replicaof", "127.0.0.1 "+replica.Port)
	primary.Restart("Ready to accept connections")
	l.goesOn(t, "writes after the failover")
	t.Logf("primary killed: writes stood still for %v", l.outage().Round(time.Millisecond))
	l.stop()
	patient := openAt(t, address, redisstore.Options{Wait: redistest.Soon})
	checkSurvivors(t, patient, l.acks)
	checkFollowed(t, patient, l.follow)
}
