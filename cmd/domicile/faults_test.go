package main

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/redisstore/redistest"
)

// fault is something that goes wrong with the Redis under two replicas.
type fault struct {
	begin func(t *testing.T, s *redistest.Server)
	end   func(t *testing.T, s *redistest.Server)
	reads bool // the replicas still hear of the store: nothing is stale
}

func told(args ...any) func(*testing.T, *redistest.Server) {
	return func(t *testing.T, s *redistest.Server) {
		t.Helper()
		s.Do(args...)
	}
}

var faults = map[string]fault{
	"killed": {
		begin: func(_ *testing.T, s *redistest.Server) { s.Kill() },
		end:   func(_ *testing.T, s *redistest.Server) { s.Restart("Ready to accept connections") },
	},
	"standing still": {
		begin: func(_ *testing.T, s *redistest.Server) { s.Hang() },
		end:   func(_ *testing.T, s *redistest.Server) { s.Resume() },
	},
	"a replica now": {begin: told("REPLICAOF", "127.0.0.1", "1"), end: told("REPLICAOF", "NO", "ONE"), reads: true},
	"full":          {begin: told("CONFIG", "SET", "maxmemory", "1"), end: told("CONFIG", "SET", "maxmemory", "0"), reads: true},
}

// Whatever happens to the store, reads go on from the last good state with the verdict
// that they had, marked stale where the store is not heard of; changes are refused as
// unavailable; and when it is over both replicas go on by themselves, with everything
// that was acknowledged.
func TestReadsGoOnAndChangesAreRefusedWhileTheStoreIsAway(t *testing.T) {
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis := redistest.Start(t)
			a, b := startReplica(t, redis.Address()), startReplica(t, redis.Address())
			position, code := a.rename("Before")
			if position == 0 {
				t.Fatalf("not recorded: %s", code)
			}
			if c := b.ask(askAcme, position).Data.Customer; c == nil || c.Name != "Before" || c.Check.Verdict != "HOLDS" {
				t.Fatalf("before: %+v", c)
			}

			f.begin(t, redis)
			var wait sync.WaitGroup
			for _, r := range []*replica{a, b} {
				wait.Go(func() {
					if p, code := r.rename("Meanwhile"); p != 0 || code != "UNAVAILABLE" {
						t.Errorf("a change meanwhile: position %d, %q", p, code)
					}
				})
				wait.Go(func() { r.readsMeanwhile(t, position, f.reads) })
			}
			wait.Wait()
			f.end(t, redis)

			redistest.Await(t, "changes to be taken again", func() bool {
				position, _ = b.rename("After")
				return position != 0
			})
			for _, r := range []*replica{a, b} {
				redistest.Await(t, "an answer of now", func() bool {
					answer := r.ask(askAcme, position)
					c := answer.Data.Customer
					return answer.code() == "" && answer.Extensions.Stale == 0 && c != nil && c.Name == "After" && c.Check.Verdict == "HOLDS"
				})
			}
		})
	}
}

// readsMeanwhile reads until answers are marked stale, or a number of times where they
// are not to be. No answer is other than before.
func (r *replica) readsMeanwhile(t *testing.T, position int64, fresh bool) {
	const enough = 50
	for n, late := 0, time.Now().Add(redistest.Soon); ; n++ {
		begun := time.Now()
		answer, err := r.try(askAcme, position)
		if c := answer.Data.Customer; err != nil || answer.code() != "" || c == nil || c.Name != "Before" || c.Check.Verdict != "HOLDS" {
			t.Errorf("read %d: %+v, %v", n, answer, err)
			return
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("read %d took %s", n, took)
		}
		switch {
		case fresh && n >= enough:
			return
		case !fresh && answer.Extensions.Stale > 0:
			if note := r.readiness(t); !strings.HasPrefix(note, "ready, stale: the store was last heard of ") {
				t.Errorf("ready: %s", note)
			}
			return
		case time.Now().After(late):
			t.Errorf("%d reads, none of them marked stale", n)
			return
		}
	}
}

func (r *replica) readiness(t *testing.T) string {
	t.Helper()
	res, err := http.Get("http://" + r.listen + "/readyz")
	if err != nil {
		t.Error(err)
		return ""
	}
	defer res.Body.Close()
	text := make([]byte, 200)
	n, _ := res.Body.Read(text)
	return string(text[:n])
}

// A replica that is killed while it records loses nothing that it acknowledged.
func TestAReplicaThatIsKilledLosesNothingAcknowledged(t *testing.T) {
	redis := redistest.Start(t)
	a, b := startReplica(t, redis.Address()), startReplica(t, redis.Address())
	var acknowledged atomic.Int64
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for n := int64(1); ; n++ {
			answer, err := a.try(renaming(strconv.FormatInt(n, 10)), 0)
			if err != nil {
				return
			}
			if p := answer.Data.PutSettings; p != nil && p.Position != nil {
				acknowledged.Store(n)
			}
		}
	}()
	redistest.Await(t, "some changes", func() bool { return acknowledged.Load() >= 20 })
	end(a.process)
	<-stopped
	position, code := b.rename("last")
	if position == 0 {
		t.Fatalf("the other replica: %s", code)
	}
	a.start()
	answer := a.ask(`{ customer(id: "acme") { name history(first: 100) { totalCount } check(claim: {within: ["EU"]}) { verdict } } }`, position)
	if c := answer.Data.Customer; c == nil || c.Name != "last" {
		t.Errorf("%+v", answer)
	}
	if c := answer.Data.Customer; c != nil && int64(c.History.TotalCount) < acknowledged.Load()+1 {
		t.Errorf("%d versions, %d were acknowledged", c.History.TotalCount, acknowledged.Load()+1)
	}
}
