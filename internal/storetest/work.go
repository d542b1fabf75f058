package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
)

// RunWork checks the contract of [atlas.WorkStore]. open returns a new, empty store.
func RunWork(t *testing.T, open func(t *testing.T) atlas.WorkStore) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, q work)
	}{
		{"a piece is queued once and given to one worker, in order", givenOnce},
		{"what was settled stays settled", staysSettled},
		{"a piece of a worker that is not heard of is given to another", takenOver},
		{"a piece that is put back comes again", comesAgain},
		{"queues do not mix", queuesApart},
		{"many workers do every piece", manyWorkers},
		{"a context that has ended ends a call", endedWork},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, work{t, open(t), "q"}) })
	}
}

// work is a queue under test.
type work struct {
	t     *testing.T
	store atlas.WorkStore
	queue string
}

// long is a lease that no case outlives.
const long = time.Hour

func (q work) offer(again bool, ids ...string) []atlas.WorkState {
	q.t.Helper()
	states, err := q.store.OfferWork(q.t.Context(), q.queue, ids, again)
	if err != nil || len(states) != len(ids) {
		q.t.Fatalf("%v, %v", states, err)
	}
	return states
}

// take returns the id of the next piece, "" for none.
func (q work) take(worker string, lease time.Duration) *atlas.TakenWork {
	q.t.Helper()
	w, err := q.store.TakeWork(q.t.Context(), q.queue, worker, lease, 0)
	if err != nil {
		q.t.Fatal(err)
	}
	if w == nil {
		return &atlas.TakenWork{}
	}
	return w
}

func (q work) settle(w *atlas.TakenWork, status atlas.WorkStatus, note string) {
	q.t.Helper()
	if err := q.store.SettleWork(q.t.Context(), q.queue, w, atlas.WorkState{Status: status, Note: []byte(note)}); err != nil {
		q.t.Fatal(err)
	}
}

func (q work) keeps(worker string, w *atlas.TakenWork) bool {
	q.t.Helper()
	kept, err := q.store.KeepWork(q.t.Context(), q.queue, worker, w)
	if err != nil {
		q.t.Fatal(err)
	}
	return kept
}

func (q work) giveBack(worker string, w *atlas.TakenWork) {
	q.t.Helper()
	if err := q.store.ReturnWork(q.t.Context(), q.queue, worker, w); err != nil {
		q.t.Fatal(err)
	}
}

func (q work) is(got, want any) {
	q.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		q.t.Errorf("(-want +got):\n%s", diff)
	}
}

func states(of ...atlas.WorkStatus) []atlas.WorkState {
	out := make([]atlas.WorkState, len(of))
	for i := range of {
		out[i].Status = of[i]
		if of[i] != atlas.WorkUnknown {
			out[i].Note = []byte{}
		}
	}
	return out
}

func givenOnce(t *testing.T, q work) {
	q.is(q.offer(true, "a", "b", "c"), states(atlas.WorkUnknown, atlas.WorkUnknown, atlas.WorkUnknown))
	q.is(q.offer(true, "b", "d"), states(atlas.WorkQueued, atlas.WorkUnknown))
	var got []string
	for i := range 5 {
		got = append(got, q.take(fmt.Sprint("w", i%2), long).ID)
	}
	q.is(got, []string{"a", "b", "c", "d", ""})
	q.is(q.offer(true, "a"), states(atlas.WorkQueued))
	q.is(q.take("w9", long).ID, "")
}

func staysSettled(t *testing.T, q work) {
	q.offer(true, "a", "b")
	a, b := q.take("w1", long), q.take("w2", long)
	q.settle(a, atlas.WorkDone, "three lines")
	q.settle(b, atlas.WorkFailed, "cannot be read")
	q.settle(a, atlas.WorkFailed, "too late")
	want := []atlas.WorkState{{Status: atlas.WorkDone, Note: []byte("three lines")}, {Status: atlas.WorkFailed, Note: []byte("cannot be read")}}
	q.is(q.offer(false, "a", "b"), want)
	q.is(q.take("w1", long).ID, "")
	want[1] = atlas.WorkState{}
	q.is(q.offer(true, "a", "b"), want)
	q.is(q.take("w1", long).ID, "b")
	q.is(q.keeps("w1", a), false)
}

func takenOver(t *testing.T, q work) {
	q.offer(true, "a")
	first := q.take("w1", long)
	q.is(q.keeps("w1", first), true)
	q.is(q.keeps("w2", first), false)
	q.is(q.take("w2", long).ID, "")
	second := q.take("w2", 0) // a lease that is over at once
	q.is(second.ID, "a")
	q.is(q.keeps("w1", first), false)
	q.is(q.keeps("w2", second), true)
	q.giveBack("w1", first) // is not w1's to give
	q.is(q.take("w3", long).ID, "")
	q.settle(first, atlas.WorkDone, "by the first")
	q.settle(second, atlas.WorkDone, "by the second")
	q.is(q.take("w3", 0).ID, "")
}

func comesAgain(t *testing.T, q work) {
	q.offer(true, "a", "b")
	a := q.take("w1", long)
	q.giveBack("w1", a)
	q.giveBack("w1", a) // again, as when the answer was lost
	b, again := q.take("w2", long), q.take("w1", long)
	q.is([]string{b.ID, again.ID, q.take("w1", long).ID}, []string{"b", "a", ""})
}

func queuesApart(t *testing.T, q work) {
	other := q
	other.queue = "another"
	q.offer(true, "a")
	other.offer(true, "a", "b")
	q.settle(q.take("w", long), atlas.WorkDone, "")
	q.is(q.take("w", long).ID, "")
	q.is([]string{other.take("w", long).ID, other.take("w", long).ID}, []string{"a", "b"})
}

func manyWorkers(t *testing.T, q work) {
	const pieces = 1200
	ids := make([]string, pieces)
	for i := range ids {
		ids[i] = fmt.Sprintf("%04d", i)
	}
	q.offer(true, ids...)
	var mu sync.Mutex
	var did []string
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for {
				w, err := q.store.TakeWork(context.Background(), q.queue, fmt.Sprint("w", i), long, 10*time.Millisecond)
				if err != nil || w == nil {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err := q.store.SettleWork(context.Background(), q.queue, w, atlas.WorkState{Status: atlas.WorkDone}); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				did = append(did, w.ID)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	slices.Sort(did)
	q.is(did, ids)
}

func endedWork(t *testing.T, q work) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.store.TakeWork(ctx, q.queue, "w", long, time.Second); err == nil {
		t.Error("a piece was taken")
	}
	if _, err := q.store.OfferWork(ctx, q.queue, []string{"a"}, true); err == nil {
		t.Error("a piece was queued")
	}
}
