package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

func settingsWrite(customer string, expect int, settings string) atlas.Write {
	return atlas.Write{
		Customer: customer, Expect: expect, ValidFrom: footprint.NewDate(2026, time.March, 2), Actor: "importer", Settings: []byte(settings),
	}
}

// crashCustomers lie in the slots of all primaries.
func crashCustomers() []string {
	ids := make([]string, 12)
	for i := range ids {
		ids[i] = fmt.Sprint("customer-", i)
	}
	return ids
}

func batchOver(customers []string, settings string) []atlas.Write {
	writes := make([]atlas.Write, len(customers))
	for i, c := range customers {
		writes[i] = settingsWrite(c, atlas.AnyVersion, settings)
	}
	return writes
}

// A process that writes a batch over all shards dies after every exchange with
// a server in turn, once before the next one and once while it is answered.
// Whatever it left behind, others see all of the batch or nothing, can write,
// and remove what is left.
func TestAWriterThatDiesAtAnyPointLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"cluster": redistest.StartCluster(t).Address(), "one server": redistest.Start(t).Address(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			survivor := openAt(t, address, redisstore.Options{})
			customers := crashCustomers()
			if _, err := survivor.Append(t.Context(), time.Now(), batchOver(customers[:6], "first")); err != nil {
				t.Fatal(err)
			}
			all, none := 0, 0
			for _, replyLost := range []bool{false, true} {
				for step, more := 0, true; more; step++ {
					var whole bool
					more, whole = dieAt(t, address, survivor, step, replyLost)
					if whole {
						all++
					} else {
						none++
					}
				}
			}
			t.Logf("%d deaths left the whole batch and %d left nothing", all, none)
			if all == 0 || none == 0 {
				t.Error("want deaths on both sides of the commit")
			}
		})
	}
}

// dieAt lets a writer die at a step and checks what it leaves. It says whether
// there is a later step to die at, and whether the batch was there.
func dieAt(t *testing.T, address string, survivor *redisstore.Store, step int, replyLost bool) (more, whole bool) {
	t.Helper()
	ctx, customers := t.Context(), crashCustomers()
	settings := fmt.Sprintf("step %d, reply lost %t", step, replyLost)
	victim, err := redisstore.Open(ctx, address, redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	died, err := victim.DieAfter(ctx, step, replyLost)
	if err != nil {
		t.Fatal(err)
	}
	before := numbers(t, survivor)
	_, err = victim.Append(ctx, time.Now(), batchOver(customers, settings))
	if more = died(); more != (err != nil) || err != nil && !errors.Is(err, redisstore.ErrDead) {
		t.Fatalf("%s: died: %t, error = %v", settings, more, err)
	}
	victim.Close()
	whole = checkAllOrNothing(t, survivor, settings, before)
	if _, err := survivor.Recover(ctx, 0); err != nil {
		t.Fatalf("%s: recover: %v", settings, err)
	}
	if orphans, err := survivor.Orphans(ctx, customers); err != nil || len(orphans) > 0 {
		t.Errorf("%s: left behind: %v, %v", settings, orphans, err)
	}
	if again := checkAllOrNothing(t, survivor, settings, before); again != whole {
		t.Errorf("%s: recovery changed what readers see", settings)
	}
	if _, err := survivor.Append(ctx, time.Now(), batchOver(customers, settings)); err != nil {
		t.Errorf("%s: repeated: %v", settings, err)
	}
	if !checkAllOrNothing(t, survivor, settings, before) {
		t.Errorf("%s: a repetition did not write", settings)
	}
	return more, whole
}

// numbers are the newest version of each customer.
func numbers(t *testing.T, s *redisstore.Store) map[string]int {
	t.Helper()
	refs, err := s.Customers(t.Context(), "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	for _, r := range refs {
		all[r.Customer] = r.Version
	}
	return all
}

// checkAllOrNothing checks that every customer has one version more than
// before, with the settings, or none has, and that the log agrees.
func checkAllOrNothing(t *testing.T, s *redisstore.Store, settings string, before map[string]int) bool {
	t.Helper()
	now, with := numbers(t, s), map[string]int{}
	for _, c := range crashCustomers() {
		versions, err := s.Versions(t.Context(), c)
		if err != nil {
			t.Fatalf("%s: %v", settings, err)
		}
		if len(versions) != now[c] {
			t.Errorf("%s: %s has %d versions and is listed with %d", settings, c, len(versions), now[c])
		}
		with[c] = before[c]
		if n := len(versions); n > 0 && string(versions[n-1].Settings) == settings {
			with[c]++
		}
	}
	if diff := cmp.Diff(now, dropZero(with)); diff != "" {
		t.Errorf("%s: listed (-) and read (+) differ:\n%s", settings, diff)
	}
	total, grown := 0, 0
	for c, n := range now {
		total += n
		if n > before[c] {
			grown++
		}
	}
	changes, err := s.Changes(t.Context(), 0, 1_000_000)
	if err != nil || len(changes) != total {
		t.Errorf("%s: %d changes of %d versions, %v", settings, len(changes), total, err)
	}
	if grown != 0 && grown != len(crashCustomers()) {
		t.Errorf("%s: %d of %d customers have the batch", settings, grown, len(crashCustomers()))
	}
	return grown > 0
}

func dropZero(m map[string]int) map[string]int {
	for k, v := range m {
		if v == 0 {
			delete(m, k)
		}
	}
	return m
}

// A writer that hangs between its steps for longer than recovery waits must
// not commit what others removed.
func TestAWriterThatHangsBeginsAnew(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t)
	s := openAt(t, c.Address(), redisstore.Options{Wait: 700 * time.Millisecond})
	other := openAt(t, c.Address(), redisstore.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	ended, recovering := 0, make(chan error, 1)
	go func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				recovering <- nil
				return
			case <-tick.C:
				n, err := other.Recover(t.Context(), 0)
				if ended += n; err != nil {
					recovering <- err
					return
				}
			}
		}
	}()
	customers := crashCustomers()
	for i := range 8 {
		_, err := s.Append(t.Context(), time.Now(), batchOver(customers, fmt.Sprint(i)))
		if err != nil && !errors.Is(err, atlas.ErrStoreUnavailable) {
			t.Error(err)
		}
	}
	cancel()
	if err := <-recovering; err != nil {
		t.Error(err)
	}
	newest := numbers(t, s)
	for _, c := range customers {
		versions, err := s.Versions(t.Context(), c)
		if err != nil || len(versions) != newest[customers[0]] {
			t.Errorf("%s: %d versions, %v; want %d", c, len(versions), err, newest[customers[0]])
		}
	}
	t.Logf("%d of 8 batches were written while %d transactions were ended", newest[customers[0]], ended)
	if ended == 0 {
		t.Error("no transaction was ended while it ran")
	}
}

// The last bytes of a server's log are torn off at every place of its last
// batch, as a crash in the middle of a write does it. The batch is gone whole,
// and does not come back in parts at a later start.
func TestATornTailTakesItsBatchWhole(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := openAt(t, server.Address(), redisstore.Options{})
	customers := crashCustomers()[:4]
	write := func(settings string) {
		t.Helper()
		if _, err := s.Append(t.Context(), time.Now(), batchOver(customers, settings)); err != nil {
			t.Fatal(err)
		}
	}
	size := func() int64 {
		t.Helper()
		info, err := os.Stat(server.LogFile())
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	write("first")
	standing := 1
	const places = 6
	for place := range places {
		before := size()
		write(fmt.Sprint("torn ", place))
		after := size()
		server.Kill()
		if err := os.Truncate(server.LogFile(), before+1+(after-before-1)*int64(place)/(places-1)); err != nil {
			t.Fatal(err)
		}
		server.Restart("Ready to accept connections")
		if place == places-1 {
			standing++ // nothing was torn off
		}
		redistest.Await(t, "the store to notice", func() bool { return s.Ping(t.Context()) == nil })
		checkLog(t, s, standing*len(customers))
		write(fmt.Sprint("after ", place))
		standing++
		server.Kill()
		server.Restart("Ready to accept connections")
		redistest.Await(t, "the store to notice", func() bool { return s.Ping(t.Context()) == nil })
		checkLog(t, s, standing*len(customers))
	}
}
