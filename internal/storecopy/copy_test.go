package storecopy_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/footprint"
	"domicile/internal/storecopy"
)

func open(t testing.TB) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(t.Context(), t.TempDir(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var start = time.Date(2026, time.March, 2, 12, 0, 0, 1000, time.UTC)

// history fills a store with batches of all sizes, some of them recorded at the
// same instant, from a seed.
func history(t testing.TB, s atlas.Store, seed uint64, batches int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	odd := []string{"a", "a\x00", "{a}", "a b", "é", "\xff", strings.Repeat("long", 100)}
	at := start
	for n := range batches {
		if r.IntN(3) > 0 {
			at = at.Add(time.Duration(r.IntN(5_000_000)) * time.Microsecond)
		}
		writes := make([]atlas.Write, 1+r.IntN(2)*r.IntN(40))
		for i := range writes {
			customer := fmt.Sprint("customer-", r.IntN(50))
			if r.IntN(10) == 0 {
				customer = odd[r.IntN(len(odd))]
			}
			writes[i] = atlas.Write{
				Customer: customer, Expect: atlas.AnyVersion, ValidFrom: footprint.NewDate(2026, time.March, 1+r.IntN(28)),
				Actor: fmt.Sprint("actor ", r.IntN(3)), Settings: []byte(strings.Repeat("x", r.IntN(300)) + fmt.Sprint(n, i)),
			}
			if r.IntN(20) == 0 {
				writes[i].ValidFrom = 0
			}
		}
		if _, err := s.Append(t.Context(), at, writes); err != nil {
			t.Fatal(err)
		}
	}
}

// everything reads all that a store holds, but for the sequence numbers.
func everything(t *testing.T, s atlas.Store) (all []atlas.Version, order []atlas.CustomerRef) {
	t.Helper()
	customers, err := s.Customers(t.Context(), "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range customers {
		versions, err := s.Versions(t.Context(), c.Customer)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, versions...)
	}
	changes, err := s.Changes(t.Context(), 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		order = append(order, c.CustomerRef)
	}
	return all, order
}

func sameStores(t *testing.T, from, to atlas.Store) {
	t.Helper()
	all1, order1 := everything(t, from)
	all2, order2 := everything(t, to)
	if diff := cmp.Diff(all1, all2) + cmp.Diff(order1, order2); diff != "" {
		t.Errorf("source (-) and target (+) differ:\n%s", diff)
	}
}

func mustCopy(t *testing.T, from, to atlas.Store, o storecopy.Options) storecopy.Report {
	t.Helper()
	r, err := storecopy.Copy(t.Context(), from, to, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestACopyHoldsTheSame(t *testing.T) {
	for _, page := range []int{1, 7, 1000} {
		for _, batches := range []int{0, 1, 60} {
			t.Run(fmt.Sprintf("%d batches in pages of %d", batches, page), func(t *testing.T) {
				from, to := open(t), open(t)
				history(t, from, 7, batches)
				r := mustCopy(t, from, to, storecopy.Options{Page: page})
				sameStores(t, from, to)
				all, _ := everything(t, from)
				if r.Versions != len(all) || r.Copied != len(all) || len(r.Digest) != 64 {
					t.Errorf("report = %+v, want %d versions", r, len(all))
				}
			})
		}
	}
}

// limited fails after some appends, as a target that goes away does.
type limited struct {
	atlas.Store
	left int
	kept bool // the append that fails is written nevertheless
}

func (l *limited) Append(ctx context.Context, at time.Time, writes []atlas.Write) ([]atlas.Version, error) {
	if l.left--; l.left < 0 {
		if l.kept {
			l.Store.Append(ctx, at, writes)
		}
		return nil, atlas.ErrStoreUnavailable
	}
	return l.Store.Append(ctx, at, writes)
}

func TestACopyThatWasInterruptedGoesOn(t *testing.T) {
	from := open(t)
	history(t, from, 3, 12)
	whole := mustCopy(t, from, open(t), storecopy.Options{})
	for _, kept := range []bool{false, true} {
		to := open(t)
		tries := 0
		for ; ; tries++ {
			r, err := storecopy.Copy(t.Context(), from, &limited{Store: to, left: 1, kept: kept}, storecopy.Options{Page: 5})
			if err == nil {
				if r.Digest != whole.Digest || r.Versions != whole.Versions || r.Copied >= whole.Copied {
					t.Errorf("report = %+v, want the digest and versions of %+v", r, whole)
				}
				break
			}
			if !errors.Is(err, atlas.ErrStoreUnavailable) {
				t.Fatal(err)
			}
		}
		if tries < 3 {
			t.Errorf("the copy was interrupted %d times, want more", tries)
		}
		sameStores(t, from, to)
	}
}

func TestACopyOfACopyHasTheSameDigest(t *testing.T) {
	from, middle, to := open(t), open(t), open(t)
	history(t, from, 9, 30)
	first, second := mustCopy(t, from, middle, storecopy.Options{}), mustCopy(t, middle, to, storecopy.Options{Page: 3})
	if first.Digest != second.Digest {
		t.Errorf("digests %s and %s differ", first.Digest, second.Digest)
	}
	again := mustCopy(t, from, to, storecopy.Options{})
	if again.Copied != 0 || again.Digest != first.Digest {
		t.Errorf("a copy of what is there: %+v, want nothing copied", again)
	}
}

func TestWhatTheSourceTakesInLaterIsCopiedLater(t *testing.T) {
	from, to := open(t), open(t)
	history(t, from, 1, 10)
	first := mustCopy(t, from, to, storecopy.Options{})
	history(t, from, 2, 10)
	second := mustCopy(t, from, to, storecopy.Options{})
	if second.Copied == 0 || second.Versions != first.Versions+second.Copied || second.Digest == first.Digest {
		t.Errorf("reports %+v and %+v, want more in the second", first, second)
	}
	sameStores(t, from, to)
}

func TestATargetWithSomethingElseIsLeftAlone(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, to atlas.Store)
	}{
		{"another history", func(t *testing.T, to atlas.Store) { history(t, to, 99, 3) }},
		{"more than the source", func(t *testing.T, to atlas.Store) { history(t, to, 5, 9) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from, to := open(t), open(t)
			history(t, from, 5, 6)
			test.prepare(t, to)
			_, before := everything(t, to)
			if _, err := storecopy.Copy(t.Context(), from, to, storecopy.Options{Page: 4}); !errors.Is(err, storecopy.ErrDifferent) || !strings.Contains(err.Error(), "name an empty target") {
				t.Errorf("error = %v, want a refusal", err)
			}
			if _, after := everything(t, to); !cmp.Equal(before, after) {
				t.Error("the target was changed")
			}
		})
	}
}

// altered changes the versions of a store on the way out.
type altered struct {
	atlas.Store
	alter func(*atlas.Version)
}

func (a altered) Versions(ctx context.Context, customer string) ([]atlas.Version, error) {
	versions, err := a.Store.Versions(ctx, customer)
	for i := range versions {
		a.alter(&versions[i])
	}
	return versions, err
}

func TestVerificationFindsWhatDiffers(t *testing.T) {
	tests := []struct {
		name  string
		alter func(*atlas.Version)
	}{
		{"settings", func(v *atlas.Version) { v.Settings = append(v.Settings, '!') }},
		{"actor", func(v *atlas.Version) { v.Actor += "!" }},
		{"valid from", func(v *atlas.Version) { v.ValidFrom++ }},
		{"recorded at", func(v *atlas.Version) { v.RecordedAt = v.RecordedAt.Add(time.Microsecond) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from, to := open(t), open(t)
			history(t, from, 5, 6)
			target := altered{to, func(v *atlas.Version) {
				if v.Customer == "customer-7" {
					test.alter(v)
				}
			}}
			_, err := storecopy.Copy(t.Context(), from, target, storecopy.Options{})
			if !errors.Is(err, storecopy.ErrDifferent) || !strings.Contains(err.Error(), `customer "customer-7", version 1: `+test.name+" differs") {
				t.Errorf("error = %v, want one that names the difference", err)
			}
		})
	}
}

// shared is a target that somebody else writes to while it is filled.
type shared struct {
	atlas.Store
	customer string
}

func (s *shared) Append(ctx context.Context, at time.Time, writes []atlas.Write) ([]atlas.Version, error) {
	other := atlas.Write{Customer: s.customer, Expect: atlas.AnyVersion, Settings: []byte("other")}
	if _, err := s.Store.Append(ctx, at, []atlas.Write{other}); err != nil {
		return nil, err
	}
	return s.Store.Append(ctx, at, writes)
}

func TestAnotherWriterOfTheTargetIsNoticed(t *testing.T) {
	for _, customer := range []string{"customer-1", "unknown"} {
		from := open(t)
		history(t, from, 5, 30)
		_, err := storecopy.Copy(t.Context(), from, &shared{open(t), customer}, storecopy.Options{})
		if !errors.Is(err, storecopy.ErrDifferent) {
			t.Errorf("%s: error = %v, want a refusal", customer, err)
		}
	}
}

func TestProgressCountsUpToTheWhole(t *testing.T) {
	from, to := open(t), open(t)
	history(t, from, 5, 30)
	var seen []storecopy.Progress
	r := mustCopy(t, from, to, storecopy.Options{Page: 10, Progress: func(p storecopy.Progress) { seen = append(seen, p) }})
	last := map[storecopy.Phase]int{}
	phase := storecopy.Comparing
	for _, p := range seen {
		if p.Phase < phase || p.Done < last[p.Phase] || p.Total != r.Versions || p.Done > p.Total {
			t.Errorf("progress %+v after %v", p, last)
		}
		phase, last[p.Phase] = p.Phase, p.Done
	}
	if last[storecopy.Copying] != r.Versions || last[storecopy.Verifying] != r.Versions {
		t.Errorf("the phases %v ended at %v, want %d", seen, last, r.Versions)
	}
	if storecopy.Verifying.String() != "verifying" || storecopy.Phase(9).String() != "verifying" {
		t.Error("a phase has no name")
	}
}

func TestACancelledCopyEnds(t *testing.T) {
	from, to := open(t), open(t)
	history(t, from, 5, 30)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := storecopy.Copy(ctx, from, to, storecopy.Options{Page: 3, Progress: func(storecopy.Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want the cancellation", err)
	}
	mustCopy(t, from, to, storecopy.Options{})
	sameStores(t, from, to)
}

// BenchmarkCopy copies 10,000 customers that were recorded in batches of 1,000.
func BenchmarkCopy(b *testing.B) {
	const customers, each = 10_000, 1000
	from := open(b)
	for n := 0; n < customers; n += each {
		writes := make([]atlas.Write, each)
		for i := range writes {
			writes[i] = atlas.Write{Customer: fmt.Sprintf("customer-%06d", n+i), Settings: []byte(strings.Repeat("x", 200))}
		}
		if _, err := from.Append(b.Context(), start.Add(time.Duration(n)*time.Second), writes); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := storecopy.Copy(b.Context(), from, open(b), storecopy.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/customers, "ns/version")
}
