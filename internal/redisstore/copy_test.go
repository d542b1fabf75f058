package redisstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/embedded"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
	"domicile/internal/storecopy"
	"domicile/internal/storetest"
)

// A store goes from a machine's own to one server, from there to a cluster, and
// back, with everything in it.
func TestAStoreMovesBetweenKindsUnchanged(t *testing.T) {
	t.Parallel()
	first, last := openEmbedded(t), openEmbedded(t)
	for n := range 40 {
		if _, err := first.Append(t.Context(), time.Unix(int64(n), 0), randomBatch(fmt.Sprint("batch-", n), killCustomers)); err != nil {
			t.Fatal(err)
		}
	}
	storetest.FillBesides(t, first, "customer-1", "customer-2")
	way := []storecopy.Store{
		first, openAt(t, redistest.Start(t).Address(), redisstore.Options{}), openAt(t, redistest.StartCluster(t).Address(), redisstore.Options{}), last,
	}
	var all []storecopy.Everything
	for i, from := range way[:len(way)-1] {
		r, err := storecopy.All(t.Context(), from, way[i+1], storecopy.Options{Page: 7})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for _, r := range all {
		if diff := cmp.Diff(all[0], r); diff != "" {
			t.Errorf("copies differ: %s", diff)
		}
	}
	for _, p := range all[0].Parts {
		if p.Items == 0 || p.Copied != p.Items {
			t.Errorf("%s: %d of %d were copied", p.Name, p.Copied, p.Items)
		}
	}
	checkSurvivors(t, last, acknowledged{})
}

func openEmbedded(t *testing.T) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(t.Context(), t.TempDir(), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
