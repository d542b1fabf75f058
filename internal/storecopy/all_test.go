package storecopy_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/embedded"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/ledger"
	"domicile/internal/residency"
	"domicile/internal/storecopy"
	"domicile/internal/storetest"
)

// filled is a store with something of every kind.
func filled(t *testing.T) *embedded.Store {
	t.Helper()
	s := open(t)
	history(t, s, 7, 4)
	if _, err := s.Append(t.Context(), start.AddDate(1, 0, 0), []atlas.Write{{Customer: "customer-1", Expect: atlas.AnyVersion}, {Customer: "customer-2", Expect: atlas.AnyVersion}}); err != nil {
		t.Fatal(err)
	}
	storetest.FillBesides(t, s, "customer-1", "customer-2")
	return s
}

func mustCopyAll(t *testing.T, from, to storecopy.Store) storecopy.Everything {
	t.Helper()
	all, err := storecopy.All(t.Context(), from, to, storecopy.Options{Page: 3})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestACopyOfEverythingHoldsEverything(t *testing.T) {
	from, to := filled(t), open(t)
	first := mustCopyAll(t, from, to)
	if len(first.Parts) != 6 || first.Digest == "" {
		t.Fatalf("%+v", first)
	}
	for _, p := range first.Parts {
		if p.Items == 0 || p.Copied != p.Items || len(p.Digest) != 64 {
			t.Errorf("%+v", p)
		}
	}
	again := mustCopyAll(t, from, to)
	for i, p := range again.Parts {
		if p.Copied != 0 || p.Digest != first.Parts[i].Digest || p.Items != first.Parts[i].Items {
			t.Errorf("again %+v, at first %+v", p, first.Parts[i])
		}
	}
	if again.Digest != first.Digest {
		t.Error("a second copy has another digest")
	}
}

// dying is a target that fails at the nth thing written to it, before or behind it.
type dying struct {
	storecopy.Store
	left  int
	after bool
}

var errDied = errors.New("it died")

// write does a write, unless it is the one at which the target dies.
func write[T any](d *dying, f func() (T, error)) (T, error) {
	d.left--
	if d.left < 0 && !d.after {
		var none T
		return none, errDied
	}
	v, err := f()
	if d.left < 0 {
		err = errDied
	}
	return v, err
}

func only(d *dying, f func() error) error {
	_, err := write(d, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

func (d *dying) Append(ctx context.Context, at time.Time, w []atlas.Write) ([]atlas.Version, error) {
	return write(d, func() ([]atlas.Version, error) { return d.Store.Append(ctx, at, w) })
}

func (d *dying) AppendAudit(ctx context.Context, e ...auth.Entry) ([]auth.Entry, error) {
	return write(d, func() ([]auth.Entry, error) { return d.Store.AppendAudit(ctx, e...) })
}

func (d *dying) AppendLedger(ctx context.Context, e ...ledger.Entry) ([]ledger.Entry, error) {
	return write(d, func() ([]ledger.Entry, error) { return d.Store.AppendLedger(ctx, e...) })
}

func (d *dying) RestoreToken(ctx context.Context, x auth.Token) error {
	return only(d, func() error { return d.Store.RestoreToken(ctx, x) })
}

func (d *dying) PutReport(ctx context.Context, r atlas.Report) error {
	return only(d, func() error { return d.Store.PutReport(ctx, r) })
}

func (d *dying) RestoreDay(ctx context.Context, x atlas.EvidenceDay) error {
	return only(d, func() error { return d.Store.RestoreDay(ctx, x) })
}

func (d *dying) RestoreFile(ctx context.Context, f atlas.EvidenceFile) error {
	return only(d, func() error { return d.Store.RestoreFile(ctx, f) })
}

// Wherever a copy of everything is interrupted, the same call ends with the same.
func TestACopyOfEverythingGoesOnAfterAnyWrite(t *testing.T) {
	from := filled(t)
	whole := mustCopyAll(t, from, open(t))
	for _, after := range []bool{false, true} {
		to := open(t)
		tries := 0
		for ; tries < 1000; tries++ {
			all, err := storecopy.All(t.Context(), from, &dying{Store: to, left: 1, after: after}, storecopy.Options{Page: 20})
			if err == nil {
				if all.Digest != whole.Digest {
					t.Errorf("digest %s, want %s", all.Digest, whole.Digest)
				}
				break
			}
			if !errors.Is(err, errDied) {
				t.Fatal(err)
			}
		}
		if tries < 20 {
			t.Errorf("the copy was interrupted %d times", tries)
		}
	}
}

func TestATargetWithSomethingElseOfAnyKindIsLeftAlone(t *testing.T) {
	now := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	entry := auth.Entry{At: now, Subject: "somebody", Role: auth.Privacy, Action: auth.ReadCustomer, Customer: "x"}
	day := atlas.EvidenceDay{Customer: "somebody", Day: footprint.DateOf(now), Seen: []evidence.Seen{{Hour: now, Minutes: 1}}}
	for name, c := range map[string]struct {
		part    string
		prepare func(s *embedded.Store) error
	}{
		"a token": {"tokens", func(s *embedded.Store) error {
			return s.RestoreToken(t.Context(), auth.Token{ID: "cccccccccccc", Name: "x", Role: auth.Sales, Created: now, Expires: now})
		}},
		"an audit entry": {"audit log", func(s *embedded.Store) error { _, err := s.AppendAudit(t.Context(), entry); return err }},
		"a promise": {"ledger", func(s *embedded.Store) error {
			_, err := s.AppendLedger(t.Context(), ledger.Entry{ID: "x", At: now, Actor: "x", Customer: "x", Claim: "x", Kind: ledger.Withdrawn})
			return err
		}},
		"observations": {"observations", func(s *embedded.Store) error { return s.RestoreDay(t.Context(), day) }},
		"a log file": {"observations", func(s *embedded.Store) error {
			return s.RestoreFile(t.Context(), atlas.EvidenceFile{File: evidence.File{Digest: evidence.Digest{9}, Name: "x", Recorded: now}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := filled(t), open(t)
			if err := c.prepare(to); err != nil {
				t.Fatal(err)
			}
			_, err := storecopy.All(t.Context(), from, to, storecopy.Options{})
			if !errors.Is(err, storecopy.ErrDifferent) || !strings.Contains(err.Error(), c.part+": ") || !strings.Contains(err.Error(), "name an empty target") {
				t.Errorf("error = %v, want a refusal of %s", err, c.part)
			}
			if customers, err := to.Customers(t.Context(), "", 10); err != nil || len(customers) != 0 {
				t.Errorf("settings were written all the same: %v, %v", customers, err)
			}
		})
	}
}

// busy takes a log in whenever days are read from it, a number of times.
type busy struct {
	*embedded.Store
	t    *testing.T
	left int
	next byte
}

func (b *busy) EvidenceDay(ctx context.Context, customer string, day footprint.Date) (atlas.EvidenceDay, error) {
	d, err := b.Store.EvidenceDay(ctx, customer, day)
	if b.left--; b.left >= 0 && err == nil {
		b.next++
		hour := day.Time()
		row := evidence.Row{Customer: customer, Observation: evidence.Observation{
			Scope: residency.Scope{Kind: residency.HostnameScope, Name: "late.example"}, Category: residency.Content, Activity: residency.Process,
			Site: "FRA", Hour: hour, Count: 1, First: hour, Last: hour,
		}}
		err = b.Record(ctx, atlas.EvidenceBatch{
			File: evidence.Digest{200, b.next}, Name: "late", To: 10, At: hour.Add(time.Duration(b.next) * time.Second), Rows: []evidence.Row{row},
			Counts: evidence.Counts{Lines: 1, Accepted: 1}, Seen: []evidence.CustomerSeen{{Customer: customer, Seen: evidence.Seen{Hour: hour, Minutes: 1}}},
		})
	}
	return d, err
}

func TestLogsThatAreReadMeanwhileAreCopiedOrSaid(t *testing.T) {
	to := open(t)
	from := &busy{Store: filled(t), t: t, left: 3}
	if _, err := storecopy.All(t.Context(), from, to, storecopy.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"customer-1", "customer-2"} {
		want, err := from.Observations(t.Context(), c, time.Time{}, time.Time{})
		got, err2 := to.Observations(t.Context(), c, time.Time{}, time.Time{})
		if diff := cmp.Diff(want, got); diff != "" || errors.Join(err, err2) != nil {
			t.Errorf("%s: %s %v %v", c, diff, err, err2)
		}
	}
	from.left = 1000
	if _, err := storecopy.All(t.Context(), from, open(t), storecopy.Options{}); !errors.Is(err, storecopy.ErrBusy) {
		t.Errorf("error = %v, want %v", err, storecopy.ErrBusy)
	}
}
