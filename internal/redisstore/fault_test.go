package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// hasty gives up redistest.Soon, for tests in which nothing gets better.
var hasty = redisstore.Options{Wait: 1500 * time.Millisecond, Timeout: 600 * time.Millisecond}

// slower leaves a server the time to give up waiting for its replicas, which it
// looks at every tenth of a second.
var slower = redisstore.Options{Wait: 2 * time.Second, Timeout: time.Second}

// says fails the test unless err holds the text, and says to try again exactly
// where that helps.
func says(t *testing.T, what string, err error, text string, unavailable bool) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: error = %v\nwant one that says %q", what, err, text)
	}
	if errors.Is(err, atlas.ErrStoreUnavailable) != unavailable {
		t.Errorf("%s: error = %v\nwant it to invite another try: %t", what, err, unavailable)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("%s: error = %v\nwant none that looks like the caller's own deadline", what, err)
	}
}

func put(t *testing.T, s atlas.Store, customer, settings string) error {
	t.Helper()
	_, err := s.Append(t.Context(), time.Now(), []atlas.Write{settingsWrite(customer, atlas.AnyVersion, settings)})
	return err
}

func mustPut(t *testing.T, s atlas.Store, customer, settings string) {
	t.Helper()
	if err := put(t, s, customer, settings); err != nil {
		t.Fatal(err)
	}
}

// calls are all methods, for faults that hit every one.
func calls(ctx context.Context, s atlas.Store) map[string]error {
	_, err1 := s.Append(ctx, time.Now(), []atlas.Write{settingsWrite("acme", atlas.AnyVersion, fmt.Sprint(time.Now()))})
	_, err2 := s.Versions(ctx, "acme")
	_, err3 := s.Customers(ctx, "", 10)
	_, err4 := s.Changes(ctx, 0, 10)
	return map[string]error{"append": err1, "versions": err2, "customers": err3, "changes": err4, "ping": s.Ping(ctx)}
}

// works fails the test unless every call passes.
func works(t *testing.T, when string, s atlas.Store) {
	t.Helper()
	for name, err := range calls(t.Context(), s) {
		if err != nil {
			t.Errorf("%s: %s: %v", when, name, err)
		}
	}
}

func TestAServerThatHangsIsUnavailableInTime(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), hasty)
	works(t, "before", s)
	resume := server.Hang()
	begun := time.Now()
	for name, err := range calls(t.Context(), s) {
		says(t, name, err, "see that the server runs, can be reached", true)
	}
	if took := time.Since(begun); took > 5*(hasty.Wait+5*time.Second) {
		t.Errorf("five calls took %v, want each to end after about %v", took, hasty.Wait)
	}
	t.Run("the caller's deadline comes first", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := s.Versions(ctx, "acme"); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, atlas.ErrStoreUnavailable) {
			t.Errorf("error = %v, want the caller's deadline", err)
		}
	})
	resume()
	patient := openAt(t, server.Address(), redisstore.Options{})
	works(t, "after", patient)
	works(t, "after, for who waited", s)
}

func TestAServerThatIsGoneIsUnavailableUntilItIsBack(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), hasty)
	mustPut(t, s, "acme", "first")
	server.Kill()
	for name, err := range calls(t.Context(), s) {
		says(t, name, err, server.Address()+": the store is not available", true)
	}
	_, err := redisstore.Open(t.Context(), server.Address(), hasty)
	says(t, "open", err, "see that the server runs, can be reached", true)
	server.Restart("Ready to accept connections")
	redistest.Await(t, "the store to notice", func() bool { return s.Ping(t.Context()) == nil })
	works(t, "after", s)
	if versions, err := s.Versions(t.Context(), "acme"); err != nil || len(versions) != 2 || string(versions[0].Settings) != "first" {
		t.Errorf("versions = %v, %v; want what was acknowledged before", versions, err)
	}
}

func TestAServerThatRestartsEmptyIsNoticed(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--appendonly", "no")
	s := openAt(t, server.Address(), hasty)
	mustPut(t, s, "acme", "first")
	server.Kill()
	server.Restart("Ready to accept connections")
	for name, err := range calls(t.Context(), s) {
		says(t, name, err, "the data was emptied or replaced while it was open", true)
	}
}

func TestAFullServerRefusesWritesAndServesReads(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--maxmemory-policy", "noeviction")
	s := openAt(t, server.Address(), hasty)
	mustPut(t, s, "acme", "first")
	server.Do("CONFIG", "SET", "maxmemory", "1mb")
	says(t, "append", put(t, s, "acme", "second"), "the server is full: raise maxmemory", true)
	again := openAt(t, server.Address(), hasty)
	for _, s := range []*redisstore.Store{s, again} {
		if versions, err := s.Versions(t.Context(), "acme"); err != nil || len(versions) != 1 {
			t.Errorf("versions = %v, %v; want the one that was acknowledged", versions, err)
		}
	}
	server.Do("CONFIG", "SET", "maxmemory", "0")
	mustPut(t, s, "acme", "second")
	checkLog(t, s, 2)
}

// Of a cluster, first a server that keeps bodies is full and then the one that
// keeps the log.
func TestAFullNodeOfAClusterWritesNothingOfABatch(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, "--maxmemory-policy", "noeviction")
	s := openAt(t, c.Address(), redisstore.Options{Wait: 2 * time.Second, Timeout: time.Second})
	customers := crashCustomers()
	if _, err := s.Append(t.Context(), time.Now(), batchOver(customers, "first")); err != nil {
		t.Fatal(err)
	}
	for i, node := range c.Primaries {
		node.Do("CONFIG", "SET", "maxmemory", "1mb")
		_, err := s.Append(t.Context(), time.Now(), batchOver(customers, fmt.Sprint("full ", i)))
		says(t, "append", err, "the server is full", true)
		checkLog(t, s, len(customers))
		node.Do("CONFIG", "SET", "maxmemory", "0")
	}
	if _, err := s.Append(t.Context(), time.Now(), batchOver(customers, "second")); err != nil {
		t.Fatal(err)
	}
	checkLog(t, s, 2*len(customers))
}

func TestAReadOnlyReplicaIsRefusedOrUnavailable(t *testing.T) {
	t.Parallel()
	primary := redistest.Start(t)
	replica := redistest.Start(t)
	s := openAt(t, replica.Address(), hasty)
	mustPut(t, s, "acme", "first")
	replica.Do("REPLICAOF", "127.0.0.1", primary.Port)
	redistest.Await(t, "the replica to follow", func() bool {
		return replica.Says("master_link_status:up", "INFO", "replication")
	})
	says(t, "append", put(t, s, "acme", "second"), "a failover may be under way; if it stays so, let the address name the primary", true)
	_, err := redisstore.Open(t.Context(), replica.Address(), hasty)
	says(t, "open", err, "the server is a replica: let the address name the primary", false)
}

func TestAServerThatLoadsIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), redisstore.Options{Wait: 2 * time.Minute})
	const customers = 10_000
	writes := make([]atlas.Write, customers)
	for i := range writes {
		writes[i] = settingsWrite(fmt.Sprint("customer-", i), 0, "{}")
	}
	if _, err := s.Append(t.Context(), time.Now(), writes); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	server.Args = append(server.Args, "--key-load-delay", "100") // microseconds
	server.Restart("Server initialized")
	err := server.Client().Get(t.Context(), "x").Err()
	if _, unavailable, fix := redisstore.Advise(err); !unavailable || !strings.Contains(fix, "the server is reading its data") {
		t.Errorf("a server that loads says %v, for which there is %q", err, fix)
	}
	works(t, "patiently", s)
	checkLog(t, s, customers+1)
}

func TestTooFewReplicasRefuseWrites(t *testing.T) {
	t.Parallel()
	t.Run("by the server's own setting", func(t *testing.T) {
		server := redistest.Start(t)
		s := openAt(t, server.Address(), hasty)
		mustPut(t, s, "acme", "first")
		server.Do("CONFIG", "SET", "min-replicas-to-write", "1")
		says(t, "append", put(t, s, "acme", "second"), "min-replicas-to-write", true)
		checkLog(t, s, 1)
	})
	t.Run("by the address", func(t *testing.T) {
		s := openAt(t, redistest.Start(t).Address()+"?replicas=1", slower)
		says(t, "append", put(t, s, "acme", "first"), "0 of 1 replicas confirmed in time: bring replicas back", true)
	})
}

// What the replicas do not have yet could be taken back by a failover, so that
// nobody may see it.
func TestAWriteThatNoReplicaConfirmedIsNotShown(t *testing.T) {
	t.Parallel()
	primary := redistest.Start(t)
	replica := redistest.Start(t, "--replicaof", "127.0.0.1 "+primary.Port)
	redistest.Await(t, "the replica to follow", func() bool {
		return replica.Says("master_link_status:up", "INFO", "replication")
	})
	address := primary.Address() + "?replicas=1"
	writer, reader := openAt(t, address, slower), openAt(t, address, slower)
	mustPut(t, writer, "acme", "first")
	checkLog(t, reader, 1)
	resume := replica.Hang()
	says(t, "append", put(t, writer, "acme", "second"), "0 of 1 replicas confirmed in time", true)
	_, err := reader.Changes(t.Context(), 0, 10)
	says(t, "changes", err, "0 of 1 replicas confirmed in time", true)
	_, err = reader.Versions(t.Context(), "acme")
	says(t, "versions", err, "0 of 1 replicas confirmed in time", true)
	_, err = reader.Customers(t.Context(), "", 10)
	says(t, "customers", err, "0 of 1 replicas confirmed in time", true)
	if err := reader.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	resume()
	patient := openAt(t, address, redisstore.Options{})
	mustPut(t, patient, "acme", "second")
	checkLog(t, patient, 2)
}

func TestALostVersionIsAnErrorAndNotAShorterList(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), hasty)
	mustPut(t, s, "acme", "first")
	mustPut(t, s, "acme", "second")
	server.Do("DEL", redisstore.BodyKey("acme"))
	_, err := s.Versions(t.Context(), "acme")
	says(t, "versions", err, `customer "acme", version 1: a version that was recorded is gone: a failover lost it: restore`, false)
}

// A slot that is on its way between two nodes answers ASK, and TRYAGAIN for
// several keys of it.
func TestASlotOnItsWayIsServed(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t)
	s := openAt(t, c.Address(), redisstore.Options{})
	mustPut(t, s, "acme", "first")
	for _, key := range []string{redisstore.BodyKey("acme"), redisstore.LogKey()} {
		from := c.PrimaryOf(t, key)
		to := c.Primaries[0]
		if from == to {
			to = c.Primaries[1]
		}
		slot := from.Do("CLUSTER", "KEYSLOT", key)
		fromID, toID := from.Do("CLUSTER", "MYID"), to.Do("CLUSTER", "MYID")
		to.Do("CLUSTER", "SETSLOT", slot, "IMPORTING", fromID)
		from.Do("CLUSTER", "SETSLOT", slot, "MIGRATING", toID)
		if key == redisstore.LogKey() {
			hastily := openAt(t, c.Address(), slower)
			says(t, "append while the log moves", put(t, hastily, "acme", "late"), "slots are moving between nodes", true)
		} else {
			works(t, "before "+key+" moves", s)
		}
		for _, name := range from.Do("CLUSTER", "GETKEYSINSLOT", slot, 100).([]any) {
			from.Do("MIGRATE", "127.0.0.1", to.Port, name, 0, 5000)
			if _, err := s.Versions(t.Context(), "acme"); err != nil {
				t.Errorf("while %v moves: %v", name, err)
			}
		}
		if key != redisstore.LogKey() {
			works(t, "after "+key+" moved", s)
		}
		for _, node := range c.Primaries {
			node.Do("CLUSTER", "SETSLOT", slot, "NODE", toID)
		}
		works(t, "when the slot of "+key+" has a new owner", s)
	}
	checkLog(t, s, len(mustVersions(t, s, "acme")))
}

func mustVersions(t *testing.T, s atlas.Store, customer string) []atlas.Version {
	t.Helper()
	versions, err := s.Versions(t.Context(), customer)
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

func TestAClusterWithoutAPrimaryIsDown(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t)
	s := openAt(t, c.Address(), redisstore.Options{Wait: time.Second, Timeout: 300 * time.Millisecond})
	works(t, "before", s)
	for _, r := range c.Replicas {
		r.Kill()
	}
	body := c.PrimaryOf(t, redisstore.BodyKey("acme"))
	body.Kill()
	other := c.Primaries[0]
	if other == body {
		other = c.Primaries[1]
	}
	redistest.Await(t, "the others to notice", func() bool {
		return other.Says("cluster_state:fail", "CLUSTER", "INFO")
	})
	for name, err := range calls(t.Context(), s) {
		says(t, name, err, "the store is not available", true)
	}
}
