package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"domicile/internal/gql"
)

// budgetKeeper is a store in which all its services count what each caller spends.
type budgetKeeper interface {
	Reserve(ctx context.Context, key string, need, want, rate, burst float64) (granted float64, wait time.Duration, err error)
}

// budget keeps who a caller is from the store: a hash under the server's key stands
// for the name, the same on every service that has that key.
type budget struct {
	kept   budgetKeeper
	secret []byte
}

var _ gql.Shared = (*budget)(nil)

func (b *budget) Reserve(ctx context.Context, key string, need, want, rate, burst float64) (float64, time.Duration, error) {
	mac := hmac.New(sha256.New, b.secret)
	mac.Write([]byte(key))
	return b.kept.Reserve(ctx, hex.EncodeToString(mac.Sum(nil)[:16]), need, want, rate, burst)
}
