package embedded_test

import (
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/storetest"
)

func TestEmbeddedStoreKeepsTheContractOfEvidence(t *testing.T) {
	storetest.RunEvidence(t, func(t *testing.T) atlas.EvidenceStore { return open(t, t.TempDir()) })
}
