package storetest

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Reserver keeps token buckets that many processes have in common.
type Reserver interface {
	Reserve(ctx context.Context, key string, need, want, rate, burst float64) (granted float64, wait time.Duration, err error)
}

// RunReserve checks token buckets. open gives ones that nobody has taken from; each
// call of its second result gives a further user of the same buckets.
func RunReserve(t *testing.T, open func(*testing.T) (first Reserver, another func() Reserver)) {
	t.Run("a bucket gives what it holds, once", func(t *testing.T) { reserveOnce(t, open) })
	t.Run("a bucket fills again", func(t *testing.T) { reserveAgain(t, open) })
	t.Run("buckets are each caller's own", func(t *testing.T) { reserveApart(t, open) })
	t.Run("many at once get no more than there is", func(t *testing.T) { reserveAtOnce(t, open) })
	t.Run("what is no number of units is refused", func(t *testing.T) { reserveNothing(t, open) })
}

// slow is a rate at which a unit takes longer to come than any test lasts.
const slow = 1e-4

func reserve(t *testing.T, r Reserver, key string, need, want, rate, burst float64) (float64, time.Duration) {
	t.Helper()
	granted, wait, err := r.Reserve(t.Context(), key, need, want, rate, burst)
	if err != nil {
		t.Fatal(err)
	}
	return granted, wait
}

func reserveOnce(t *testing.T, open func(*testing.T) (Reserver, func() Reserver)) {
	a, another := open(t)
	b := another()
	if got, _ := reserve(t, a, "k", 30, 30, slow, 100); got != 30 {
		t.Errorf("%v of 30", got)
	}
	if got, _ := reserve(t, b, "k", 10, 50, slow, 100); got != 50 {
		t.Errorf("%v of 50 wanted", got)
	}
	got, wait := reserve(t, a, "k", 30, 30, slow, 100)
	if least, most := time.Duration(9.9/slow)*time.Second, time.Duration(10.1/slow)*time.Second; got != 0 || wait < least || wait > most {
		t.Errorf("%v of 30 where 20 are left; wait %s", got, wait)
	}
	if got, _ := reserve(t, b, "k", 5, 50, slow, 100); got < 20 || got > 20.1 {
		t.Errorf("%v where 20 were left", got)
	}
}

func reserveAgain(t *testing.T, open func(*testing.T) (Reserver, func() Reserver)) {
	a, _ := open(t)
	const rate, burst = 400, 100
	reserve(t, a, "k", burst, burst, rate, burst)
	begun := time.Now()
	for {
		granted, wait := reserve(t, a, "k", burst/2, burst/2, rate, burst)
		if granted == burst/2 {
			break
		}
		if wait <= 0 || wait > 130*time.Millisecond {
			t.Fatalf("wait %s for 50 units at 400 a second", wait)
		}
		<-time.After(wait) // what a caller is told
	}
	if took := time.Since(begun); took < 100*time.Millisecond {
		t.Errorf("50 units at 400 a second came within %s", took)
	}
}

func reserveApart(t *testing.T, open func(*testing.T) (Reserver, func() Reserver)) {
	a, _ := open(t)
	reserve(t, a, "k", 100, 100, slow, 100)
	for _, key := range []string{"l", "k}", "{k", "k k", "日本"} {
		if got, _ := reserve(t, a, key, 100, 100, slow, 100); got != 100 {
			t.Errorf("%q: %v of 100", key, got)
		}
	}
}

func reserveAtOnce(t *testing.T, open func(*testing.T) (Reserver, func() Reserver)) {
	a, another := open(t)
	users := []Reserver{a, another(), another(), another()}
	got := make([]float64, len(users))
	var group sync.WaitGroup
	for i, user := range users {
		group.Go(func() {
			for range 200 {
				granted, _, err := user.Reserve(t.Context(), "k", 1, 3, slow, 1000)
				if err != nil {
					t.Error(err)
				}
				got[i] += granted
			}
		})
	}
	group.Wait()
	var sum float64
	for _, n := range got {
		sum += n
	}
	if sum < 999 || sum > 1001 {
		t.Errorf("%v units of 1000 were given", sum)
	}
}

func reserveNothing(t *testing.T, open func(*testing.T) (Reserver, func() Reserver)) {
	a, _ := open(t)
	zero := 0.0
	for _, units := range [][4]float64{{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, -1}, {zero / zero, 1, 1, 1}, {1, 1 / zero, 1, 1}} {
		if granted, _, err := a.Reserve(t.Context(), "k", units[0], units[1], units[2], units[3]); err == nil || granted != 0 {
			t.Errorf("%v: %v, %v", units, granted, err)
		}
	}
}
