package embedded_test

import (
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/storetest"
)

func TestEmbeddedStoreKeepsTheContractOfEvidence(t *testing.T) {
	storetest.RunEvidence(t, func(t *testing.T) atlas.EvidenceStore { return open(t, t.TempDir()) })
}

func TestEmbeddedStoreKeepsTheContractOfWhomLogsCover(t *testing.T) {
	storetest.RunSeen(t, func(t *testing.T) storetest.SeenStore { return open(t, t.TempDir()) })
}

func TestEmbeddedStoreKeepsTheContractOfWhatMoves(t *testing.T) {
	storetest.RunMove(t, func(t *testing.T) storetest.MoverStore { return open(t, t.TempDir()) })
	storetest.RunMoveTokens(t, func(t *testing.T) storetest.MovingTokens { return open(t, t.TempDir()) })
}
