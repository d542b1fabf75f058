package redisstore_test

import (
	"errors"
	"os"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// openAt opens a store, however long a busy machine takes, and closes it with
// the test.
func openAt(t testing.TB, address string, o redisstore.Options) *redisstore.Store {
	t.Helper()
	var s *redisstore.Store
	redistest.Await(t, "the store to open", func() (opened bool) {
		var err error
		if s, err = redisstore.Open(t.Context(), address, o); err != nil && !errors.Is(err, atlas.ErrStoreUnavailable) {
			t.Fatal(err)
		}
		return err == nil
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// writeFile puts a file into the test's directory and returns its path.
func writeFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := t.TempDir() + "/" + name
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
