package redisstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/redisstore"
	"domicile/internal/storecopy"
)

// A store goes from a machine's own to one server, from there to a cluster, and
// back.
func TestAStoreMovesBetweenKindsUnchanged(t *testing.T) {
	t.Parallel()
	first, last := openEmbedded(t), openEmbedded(t)
	for n := range 40 {
		if _, err := first.Append(t.Context(), time.Unix(int64(n), 0), randomBatch(fmt.Sprint("batch-", n), killCustomers)); err != nil {
			t.Fatal(err)
		}
	}
	way := []atlas.Store{
		first, openAt(t, startServer(t).address(), redisstore.Options{}), openAt(t, startCluster(t).address(), redisstore.Options{}), last,
	}
	var reports []storecopy.Report
	for i, from := range way[:len(way)-1] {
		r, err := storecopy.Copy(t.Context(), from, way[i+1], storecopy.Options{Page: 50})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	for _, r := range reports {
		if diff := cmp.Diff(reports[0], r); diff != "" {
			t.Errorf("copies differ: %s", diff)
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
