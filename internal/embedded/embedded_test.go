package embedded_test

import (
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/storetest"
)

// open opens the store in dir and closes it with the test.
func open(t testing.TB, dir string) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestEmbeddedStoreKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) atlas.Store { return open(t, t.TempDir()) })
}
