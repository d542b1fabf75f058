package redisstore_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
	"domicile/internal/storetest"
)

// contract runs the suite, each case in a store of its own.
func contract(t *testing.T, address string) {
	var n atomic.Int32
	storetest.Run(t, func(t *testing.T) atlas.Store {
		return openAt(t, fmt.Sprintf("%s?prefix=case-%d", address, n.Add(1)), redisstore.Options{})
	})
}

func TestOneServerKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract(t, redistest.Start(t).Address())
}

func TestAClusterKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract(t, redistest.StartCluster(t).Address())
}

// everything runs the suites of what is kept beside the settings, each case in a store
// of its own.
func everything(t *testing.T, address string) {
	var n atomic.Int32
	open := func(t *testing.T) *redisstore.Store {
		return openAt(t, fmt.Sprintf("%s?prefix=kept-%d", address, n.Add(1)), redisstore.Options{})
	}
	t.Run("audit log", func(t *testing.T) { storetest.RunAudit(t, func(t *testing.T) auth.AuditLog { return open(t) }) })
	t.Run("tokens", func(t *testing.T) {
		storetest.RunTokens(t, func(t *testing.T) storetest.TokenStore { return open(t) })
	})
	t.Run("ledger", func(t *testing.T) { storetest.RunLedger(t, func(t *testing.T) atlas.LedgerStore { return open(t) }) })
	t.Run("evidence", func(t *testing.T) {
		storetest.RunEvidence(t, func(t *testing.T) atlas.EvidenceStore { return open(t) })
	})
	t.Run("whom logs cover", func(t *testing.T) { storetest.RunSeen(t, func(t *testing.T) storetest.SeenStore { return open(t) }) })
	t.Run("evidence that moves", func(t *testing.T) { storetest.RunMove(t, func(t *testing.T) storetest.MoverStore { return open(t) }) })
	t.Run("tokens that move", func(t *testing.T) {
		storetest.RunMoveTokens(t, func(t *testing.T) storetest.MovingTokens { return open(t) })
	})
	t.Run("work", func(t *testing.T) { storetest.RunWork(t, func(t *testing.T) atlas.WorkStore { return open(t) }) })
	t.Run("buckets", func(t *testing.T) {
		storetest.RunReserve(t, func(t *testing.T) (storetest.Reserver, func() storetest.Reserver) {
			here := fmt.Sprintf("%s?prefix=kept-%d", address, n.Add(1))
			another := func() storetest.Reserver { return openAt(t, here, redisstore.Options{}) }
			return another(), another
		})
	})
	t.Run("reports", func(t *testing.T) { storetest.RunReports(t, func(t *testing.T) atlas.ReportStore { return open(t) }) })
}

func TestOneServerKeepsEverythingElse(t *testing.T) {
	t.Parallel()
	everything(t, redistest.Start(t).Address())
}

func TestAClusterKeepsEverythingElse(t *testing.T) {
	t.Parallel()
	everything(t, redistest.StartCluster(t).Address())
}
