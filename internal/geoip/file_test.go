package geoip_test

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"domicile/internal/geoip"

	"github.com/google/go-cmp/cmp"
)

// replace puts a test database at path as an update tool does: written beside it,
// then renamed over it.
func replace(t *testing.T, path, name string) {
	t.Helper()
	beside := path + ".new"
	if err := os.WriteFile(beside, read(t, name), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(beside, path); err != nil {
		t.Fatal(err)
	}
}

func openFile(t *testing.T, name string) (*geoip.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	replace(t, path, name)
	db, err := geoip.Open(path, geoip.Options{Anycast: anycast})
	if err != nil {
		t.Fatal(err)
	}
	return db, path
}

func TestAReplacedFileAnswersAfterRefresh(t *testing.T) {
	db, path := openFile(t, "ok_country.mmdb")
	resolver := db.NewResolver(func(_, _ float64, accuracyKM uint16) uint64 { return uint64(accuracyKM) })
	addr := netip.MustParseAddr("11.0.0.1")
	before, _, _ := resolver.Locate(addr)

	if changed, err := db.Refresh(); changed || err != nil {
		t.Errorf("Refresh of the same file = %v, %v", changed, err)
	}
	replace(t, path, "ok_city.mmdb")
	if got := db.Info().Type; got != "DBIP-Country-Lite" {
		t.Errorf("before Refresh the type is %q", got)
	}
	if changed, err := db.Refresh(); !changed || err != nil {
		t.Fatalf("Refresh = %v, %v", changed, err)
	}
	if got := db.Info().Type; got != "GeoIP2-City" {
		t.Errorf("after Refresh the type is %q", got)
	}
	after, country, _ := resolver.Locate(addr)
	if before != 0 || after != 5 || country != [2]byte{'L', 'U'} {
		t.Errorf("the resolver derives %d (was %d), %q", after, before, country)
	}
}

func TestAFileOverwrittenInPlaceAnswersAfterRefresh(t *testing.T) {
	db, path := openFile(t, "ok_country.mmdb")
	if err := os.WriteFile(path, read(t, "ok_city.mmdb"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Locate(netip.MustParseAddr("11.0.0.1")); err != nil {
		t.Errorf("while the file is another: %v", err)
	}
	if changed, err := db.Refresh(); !changed || err != nil {
		t.Errorf("Refresh = %v, %v", changed, err)
	}
}

func TestABrokenReplacementKeepsTheOldDatabase(t *testing.T) {
	tests := map[string]struct {
		damage func(t *testing.T, path string)
		want   error
	}{
		"a file of another kind": {func(t *testing.T, path string) { replace(t, path, "bad_type.mmdb") }, geoip.ErrKind},
		"a file cut short": {func(t *testing.T, path string) {
			if err := os.Truncate(path, 100); err != nil {
				t.Fatal(err)
			}
		}, geoip.ErrFormat},
		"an empty file": {func(t *testing.T, path string) {
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
		}, geoip.ErrFormat},
		"no file": {func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, fs.ErrNotExist},
		"a folder": {func(t *testing.T, path string) {
			if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
				t.Fatal(err)
			}
		}, geoip.ErrFormat},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			db, path := openFile(t, "ok_country.mmdb")
			test.damage(t, path)
			for range 2 {
				changed, err := db.Refresh()
				if changed || !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) {
					t.Errorf("Refresh = %v, %v; want %v and the path", changed, err, test.want)
				}
			}
			if !errors.Is(db.Problem(), test.want) {
				t.Errorf("Problem = %v", db.Problem())
			}
			at, err := db.Locate(netip.MustParseAddr("11.0.0.1"))
			if err != nil || at.Country != "LU" {
				t.Errorf("Locate = %+v, %v", at, err)
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			replace(t, path, "ok_city.mmdb")
			if changed, err := db.Refresh(); !changed || err != nil || db.Problem() != nil {
				t.Errorf("Refresh of the repaired file = %v, %v; Problem = %v", changed, err, db.Problem())
			}
		})
	}
}

func TestOpenNamesTheFileItCannotOpen(t *testing.T) {
	_, err := geoip.Open(filepath.Join(t.TempDir(), "absent.mmdb"), geoip.Options{})
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "absent.mmdb") != 1 {
		t.Errorf("error %v", err)
	}
}

func TestADatabaseInMemoryNeverChanges(t *testing.T) {
	if changed, err := open(t, "ok_city.mmdb").Refresh(); changed || err != nil {
		t.Errorf("Refresh = %v, %v", changed, err)
	}
}

func TestWatchReportsEachChangeOnceAndEndsWithItsContext(t *testing.T) {
	db, path := openFile(t, "ok_country.mmdb")
	ctx, cancel := context.WithCancel(context.Background())
	ticks := make(chan time.Time)
	var reports []string
	var done sync.WaitGroup
	done.Go(func() {
		db.Watch(ctx, ticks, func(info geoip.Info, err error) {
			text := info.Type
			if errors.Is(err, geoip.ErrKind) {
				text += " kept"
			}
			reports = append(reports, text)
		})
	})
	// The second tick of a pair is taken once the first has been dealt with.
	tick := func() { ticks <- time.Time{}; ticks <- time.Time{} }
	tick()
	replace(t, path, "ok_city.mmdb")
	tick()
	replace(t, path, "bad_type.mmdb")
	tick()
	replace(t, path, "ok_country.mmdb")
	tick()
	cancel()
	done.Wait()
	want := []string{"GeoIP2-City", "GeoIP2-City kept", "DBIP-Country-Lite"}
	if diff := cmp.Diff(want, reports); diff != "" {
		t.Error(diff)
	}
}

func TestWatchEndsWhenTheTicksDo(t *testing.T) {
	ticks := make(chan time.Time)
	close(ticks)
	open(t, "ok_city.mmdb").Watch(context.Background(), ticks, func(geoip.Info, error) { t.Error("a report") })
}

func TestLookUpsGoOnWhileTheFileIsReplaced(t *testing.T) {
	db, path := openFile(t, "ok_country.mmdb")
	stop := make(chan struct{})
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			resolver := db.NewResolver(nil)
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, country, outcome := resolver.Locate(netip.MustParseAddr("11.0.0.1")); outcome != geoip.Located || country != [2]byte{'L', 'U'} {
					t.Errorf("the resolver says %q, %s", country, outcome)
					return
				}
			}
		})
	}
	for i := range 20 {
		replace(t, path, []string{"ok_city.mmdb", "ok_country.mmdb"}[i%2])
		if _, err := db.Refresh(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	workers.Wait()
}
