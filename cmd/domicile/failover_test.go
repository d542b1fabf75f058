package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// witness notes what services said while a cluster fails over.
type witness struct {
	t *testing.T

	mu       sync.Mutex
	at       map[string]string   // what was said of a customer at a position
	recorded map[string][]string // names of each customer that were acknowledged
	reads    int
	refused  int // changes
	last     time.Time
	longest  time.Duration // between two acknowledged changes
}

// settingsNamed are settings of a customer under which its content is processed in the
// EU where n is even, and anywhere where it is odd.
func settingsNamed(customer string, n int) (name, mutation string) {
	name = fmt.Sprintf("%s-%06d", customer, n)
	region := ""
	if n%2 == 0 {
		region = `, processingRegion: "eu"`
	}
	return name, fmt.Sprintf(`mutation { putSettings(input: {settings: {customer: %q, name: %q, effective: "2026-01-01", products: ["cdn"],
		zones: [{name: "acme.example", secondaryDns: false, certificates: [], hostnames: [{name: "www.acme.example"%s}]}]}}) { position userErrors { code } } }`,
		customer, name, region)
}

// write records settings of a customer over and over.
func (w *witness) write(r *replica, customer string, stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		name, mutation := settingsNamed(customer, n)
		answer, err := r.try(mutation, 0)
		w.mu.Lock()
		switch p := answer.Data.PutSettings; {
		case err != nil:
			w.t.Errorf("%s: %v", name, err)
		case p != nil && p.Position != nil:
			w.recorded[customer] = append(w.recorded[customer], name)
			if !w.last.IsZero() {
				w.longest = max(w.longest, time.Since(w.last))
			}
			w.last = time.Now()
		case answer.code() == "UNAVAILABLE", answer.code() == "CONFLICT":
			w.refused++
		default:
			w.t.Errorf("%s: refused as %q: %+v", name, answer.code(), p)
		}
		w.mu.Unlock()
	}
}

// read asks for a customer over and over: the verdict is that of the settings named, and
// at one position every service says the same.
func (w *witness) read(r *replica, customer string, stop <-chan struct{}) {
	query := fmt.Sprintf(`{ customer(id: %q) { name check(claim: {within: ["EU"], categories: [CONTENT], activities: [PROCESS]}) { verdict } } }`, customer)
	for {
		select {
		case <-stop:
			return
		default:
		}
		answer, err := r.try(query, 0)
		if err != nil || answer.code() != "" {
			w.t.Errorf("a read: %v, %q", err, answer.code())
			return
		}
		c := answer.Data.Customer
		if c == nil {
			continue // it is not recorded yet
		}
		want := "HOLDS"
		if strings.ContainsAny(c.Name[len(c.Name)-1:], "13579") {
			want = "NOT_ENSURED"
		}
		if c.Check.Verdict != want {
			w.t.Errorf("%s: %s, want %s", c.Name, c.Check.Verdict, want)
		}
		w.mu.Lock()
		w.reads++
		key := fmt.Sprint(customer, " at ", answer.Extensions.Position)
		if before, ok := w.at[key]; ok && before != c.Name {
			w.t.Errorf("%s one service says %s, another %s", key, before, c.Name)
		}
		w.at[key] = c.Name
		w.mu.Unlock()
	}
}

// acknowledged is how many changes were, so far.
func (w *witness) acknowledged() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, names := range w.recorded {
		n += len(names)
	}
	return n
}

// goesOn waits until more changes are acknowledged, and returns the longest time without
// one since it was asked last.
func (w *witness) goesOn(what string) time.Duration {
	w.t.Helper()
	n := w.acknowledged()
	redistest.Await(w.t, what, func() bool { return w.acknowledged() > n+10 })
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.longest
	w.longest = 0
	return d
}

// While primaries of a cluster are killed under load, no service gives a wrong verdict,
// two never disagree at one position, and nothing acknowledged is lost.
func TestServicesOutliveThePrimariesOfTheirCluster(t *testing.T) {
	cluster := redistest.StartCluster(t)
	address := cluster.Address() + ",127.0.0.1:" + cluster.Replicas[0].Port
	services := []*replica{startReplica(t, address), startReplica(t, address)}
	w := &witness{t: t, at: map[string]string{}, recorded: map[string][]string{}}
	stop := make(chan struct{})
	var load sync.WaitGroup
	customers := []string{"acme", "globex"}
	for i, r := range services {
		load.Go(func() { w.write(r, customers[i], stop) })
		for _, c := range customers {
			load.Go(func() { w.read(r, c, stop) })
		}
	}
	w.goesOn("the load to begin")
	for i, primary := range cluster.Primaries {
		primary.Kill()
		redistest.Await(t, "the replica to take over", func() bool {
			return cluster.Replicas[i].Says("role:master", "INFO", "replication")
		})
		primary.Restart("Ready to accept connections") // as a replica, which changes need for their confirmation
		t.Logf("primary %d was killed: no change was acknowledged for %s", i+1, w.goesOn("changes after the failover").Round(time.Millisecond))
	}
	close(stop)
	load.Wait()

	store, err := redisstore.Open(t.Context(), address, redisstore.Options{Wait: redistest.Soon})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for customer, names := range w.recorded {
		versions, err := store.Versions(t.Context(), customer)
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, v := range versions {
			all.Write(v.Settings)
		}
		for _, name := range names {
			if !strings.Contains(all.String(), name) {
				t.Errorf("%s was acknowledged and is lost", name)
			}
		}
	}
	t.Logf("%d changes acknowledged, %d refused, %d reads", w.acknowledged(), w.refused, w.reads)
}
