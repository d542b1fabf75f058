package redisstore_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
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
	contract(t, startServer(t).address())
}

func TestAClusterKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract(t, startCluster(t).address())
}
