package tally_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/evidence/tally"
	"domicile/internal/residency"
)

func randomKey(random *rand.Rand) tally.Key {
	return tally.Key{
		Customer: random.Uint32N(3), Scope: random.Uint32N(4), Cell: uint64(random.IntN(3)) << 45, Hour: 487_000 + random.Uint32N(5),
		Site: uint16(random.IntN(6)), Flags: uint16(random.IntN(3)), Country: [2]byte{'A' + byte(random.IntN(3)), 'X'},
		Category: residency.Content, Activity: residency.Activity(1 + random.IntN(3)),
	}
}

// collect is what a tally holds, in its order.
func collect(t *tally.Tally) (keys []tally.Key, entries map[tally.Key]tally.Entry) {
	entries = map[tally.Key]tally.Entry{}
	for k, e := range t.All() {
		keys = append(keys, k)
		entries[k] = e
	}
	return keys, entries
}

// naive counts with a map.
type naive map[tally.Key]tally.Entry

func (n naive) add(k tally.Key, at int64, count uint64) {
	e, seen := n[k]
	if !seen {
		n[k] = tally.Entry{Count: count, First: at, Last: at}
		return
	}
	n[k] = tally.Entry{Count: e.Count + count, First: min(e.First, at), Last: max(e.Last, at)}
}

func TestManyAtOnceCountAsOneByOne(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	one, many := tally.New(40_000), tally.New(40_000)
	for _, size := range []int{0, 1, 63, 64, 65, 1000, 20_000} {
		events := make([]tally.Event, size)
		for i := range events {
			events[i] = tally.Event{Key: randomKey(random), At: random.Int64N(1000)}
			if err := one.Add(&events[i].Key, events[i].At, 1); err != nil {
				t.Fatal(err)
			}
		}
		if done, err := many.AddAll(events); done != size || err != nil {
			t.Fatalf("%d of %d counted, %v", done, size, err)
		}
	}
	_, want := collect(one)
	_, got := collect(many)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-one by one +many):\n%s", diff)
	}
}

func TestManyAtOnceStopWhereTheTallyIsFull(t *testing.T) {
	small := tally.New(8)
	var events []tally.Event
	for i := range 200 {
		events = append(events, tally.Event{Key: tally.Key{Scope: uint32(i)}, At: int64(i)})
	}
	done, err := small.AddAll(events)
	if !errors.Is(err, tally.ErrFull) || done != small.Len() || small.Total() != uint64(done) {
		t.Fatalf("%d counted, %d held, %v", done, small.Len(), err)
	}
	small.Reset()
	if again, err := small.AddAll(events[done : done+1]); again != 1 || err != nil {
		t.Errorf("%d counted after a reset, %v", again, err)
	}
}

func TestATallyCountsAsAMapDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	got, want := tally.New(40_000), naive{}
	var total uint64
	for range 200_000 {
		k, at, n := randomKey(random), random.Int64N(1000), 1+random.Uint64N(3)
		if err := got.Add(&k, at, n); err != nil {
			t.Fatal(err)
		}
		want.add(k, at, n)
		total += n
	}
	keys, entries := collect(got)
	if diff := cmp.Diff(map[tally.Key]tally.Entry(want), entries); diff != "" {
		t.Errorf("(-map +tally):\n%s", diff)
	}
	if got.Total() != total || got.Len() != len(want) {
		t.Errorf("total %d of %d, %d keys of %d", got.Total(), total, got.Len(), len(want))
	}
	for i := 1; i < len(keys); i++ {
		if keys[i-1].Compare(keys[i]) >= 0 {
			t.Fatalf("%+v before %+v", keys[i-1], keys[i])
		}
	}
}

func TestMergedTalliesCountAsOne(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	one, parts := tally.New(40_000), []*tally.Tally{tally.New(40_000), tally.New(40_000), tally.New(40_000)}
	for range 60_000 {
		k, at := randomKey(random), random.Int64N(1000)
		if err := errors.Join(one.Add(&k, at, 1), parts[random.IntN(3)].Add(&k, at, 1)); err != nil {
			t.Fatal(err)
		}
	}
	merged := tally.New(40_000)
	for _, p := range parts {
		if n, err := merged.Merge(p); err != nil || n != p.Len() {
			t.Fatalf("%d of %d keys, %v", n, p.Len(), err)
		}
	}
	wantKeys, want := collect(one)
	gotKeys, got := collect(merged)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantKeys, gotKeys); diff != "" {
		t.Error(diff)
	}
}

func TestAFullTallySaysSoAndLosesNothing(t *testing.T) {
	full := tally.New(100)
	var added uint32
	var err error
	for ; err == nil; added++ {
		err = full.Add(&tally.Key{Scope: added}, 5, 1)
	}
	added--
	if !errors.Is(err, tally.ErrFull) || added < 100 || full.Total() != uint64(added) || full.Len() != int(added) {
		t.Fatalf("%d keys, total %d, %v", added, full.Total(), err)
	}
	if err := full.Add(&tally.Key{Scope: 1}, 9, 1); err != nil {
		t.Errorf("a key it has: %v", err)
	}
	full.Reset()
	if err := full.Add(&tally.Key{Scope: 1 << 20}, 5, 1); err != nil || full.Total() != 1 {
		t.Errorf("after a reset: total %d, %v", full.Total(), err)
	}
}

func TestNoEventsMakeNoKey(t *testing.T) {
	empty := tally.New(8)
	if err := empty.Add(&tally.Key{Scope: 1}, 5, 0); err != nil || empty.Len() != 0 {
		t.Errorf("%d keys, %v", empty.Len(), err)
	}
}

func TestAddingAllocatesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	counts := tally.New(100_000)
	if n := testing.AllocsPerRun(1000, func() {
		k := randomKey(random)
		if err := counts.Add(&k, 1, 1); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%.1f allocations", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	random := rand.New(rand.NewPCG(7, 8))
	keys := make([]tally.Key, 1<<14)
	for i := range keys {
		keys[i] = randomKey(random)
	}
	counts := tally.New(100_000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := counts.Add(&keys[i&(len(keys)-1)], int64(i), 1); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
