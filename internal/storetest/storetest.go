package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
)

// Run checks the whole contract. open returns a new, empty store; Run closes
// it.
func Run(t *testing.T, open func(t *testing.T) atlas.Store) {
	groups := []struct {
		name  string
		cases []testCase
	}{
		{"append", appendCases},
		{"batch", batchCases},
		{"bytes", byteCases},
		{"customers", customerCases},
		{"changes", changeCases},
		{"bulk", bulkCases},
		{"concurrency", concurrencyCases},
		{"lifetime", lifetimeCases},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) {
					s := open(t)
					t.Cleanup(func() { s.Close() })
					c.run(t, s)
				})
			}
		})
	}
}

// testCase is one sentence of the contract, checked on an empty store.
type testCase struct {
	name string
	run  func(t *testing.T, s atlas.Store)
}

// anyNumber is a limit that no case reaches.
const anyNumber = 1_000_000

var (
	spring = footprint.NewDate(2026, time.March, 2)
	summer = footprint.NewDate(2026, time.June, 21)
	noon   = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
)

// write is a write of settings that apply from spring.
func write(customer string, expect int, settings string) atlas.Write {
	return atlas.Write{
		Customer: customer, Expect: expect, ValidFrom: spring, Actor: "importer", Settings: []byte(settings),
	}
}

// appendAll appends the writes at noon as one batch.
func appendAll(t *testing.T, s atlas.Store, writes ...atlas.Write) []atlas.Version {
	t.Helper()
	versions, err := s.Append(t.Context(), noon, writes)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	if len(versions) != len(writes) {
		t.Fatalf("append of %d writes returned %d versions", len(writes), len(versions))
	}
	return versions
}

// fill gives each customer one version, each in a batch of its own.
func fill(t *testing.T, s atlas.Store, customers ...string) {
	t.Helper()
	for _, c := range customers {
		appendAll(t, s, write(c, 0, "{}"))
	}
}

func versionsOf(t *testing.T, s atlas.Store, customer string) []atlas.Version {
	t.Helper()
	versions, err := s.Versions(t.Context(), customer)
	if err != nil {
		t.Fatalf("versions of %q: %v", customer, err)
	}
	return versions
}

// customersOf lists customers and checks what holds for every page: its size,
// its beginning and its order.
func customersOf(t *testing.T, s atlas.Store, after string, limit int) []atlas.CustomerRef {
	t.Helper()
	refs, err := s.Customers(t.Context(), after, limit)
	if err != nil {
		t.Fatalf("customers after %q: %v", after, err)
	}
	if len(refs) > max(0, limit) {
		t.Fatalf("a page of at most %d has %d customers", limit, len(refs))
	}
	last := after
	for _, r := range refs {
		if r.Customer <= last {
			t.Fatalf("%q is listed after %q", r.Customer, last)
		}
		last = r.Customer
	}
	return refs
}

// changesOf reads changes and checks what holds for every page: its size, its
// beginning and its order.
func changesOf(t *testing.T, s atlas.Store, after int64, limit int) []atlas.Change {
	t.Helper()
	changes, err := s.Changes(t.Context(), after, limit)
	if err != nil {
		t.Fatalf("changes after %d: %v", after, err)
	}
	if len(changes) > max(0, limit) {
		t.Fatalf("a page of at most %d has %d changes", limit, len(changes))
	}
	last := max(0, after)
	for _, c := range changes {
		if c.Seq <= last {
			t.Fatalf("change %d comes after %d", c.Seq, last)
		}
		last = c.Seq
	}
	return changes
}

// refsOf drops the sequence numbers.
func refsOf(changes []atlas.Change) []atlas.CustomerRef {
	refs := make([]atlas.CustomerRef, len(changes))
	for i, c := range changes {
		refs[i] = c.CustomerRef
	}
	return refs
}

// same fails the test unless got and want are equal; a nil slice and an empty
// one are.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// calls are all methods of a store that do something, for cases that hold for
// every one of them.
func calls(s atlas.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"append": func(ctx context.Context) error {
			_, err := s.Append(ctx, noon, []atlas.Write{write("acme", atlas.AnyVersion, `{"late":true}`)})
			return err
		},
		"versions":  func(ctx context.Context) error { _, err := s.Versions(ctx, "acme"); return err },
		"customers": func(ctx context.Context) error { _, err := s.Customers(ctx, "", 10); return err },
		"changes":   func(ctx context.Context) error { _, err := s.Changes(ctx, 0, 10); return err },
		"ping":      s.Ping,
	}
}

// numbered returns n customer ids in ascending order.
func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("customer-%04d", i)
	}
	return ids
}
