package atlas

import (
	"context"
	"time"
)

// WorkStatus is how far a piece of work is.
type WorkStatus uint8

// The zero status is of a piece that nobody offered, or that is long settled.
const (
	WorkUnknown WorkStatus = iota
	WorkQueued             // waiting, or being worked on
	WorkDone
	WorkFailed
)

// WorkState is how far a piece of work is, and what its worker noted when it was
// done or failed.
type WorkState struct {
	Status WorkStatus
	Note   []byte
}

// TakenWork is a piece of work that a worker took.
type TakenWork struct {
	ID    string
	Entry string // of the queue
}

// WorkStore shares pieces of work among processes: each is queued once, given to one
// worker, and to another where that one was not heard of for a lease. So two workers
// may come to do the same piece, and doing it twice must change nothing.
//
// A queue, a piece and a worker are named by texts of their users. Times are those of
// the store's clock.
type WorkStore interface {
	// OfferWork queues the pieces that are neither queued nor settled, and returns the
	// state of each as it was before: WorkUnknown for one that is queued now. With
	// again, failed ones are queued anew. Pieces that are queued and that the store
	// lost are queued again.
	OfferWork(ctx context.Context, queue string, ids []string, again bool) ([]WorkState, error)
	// TakeWork gives the worker a piece: one whose worker was not heard of for a lease,
	// else the one that was queued first. It waits up to wait, and returns nil where
	// there is none.
	TakeWork(ctx context.Context, queue, worker string, lease, wait time.Duration) (*TakenWork, error)
	// KeepWork begins the lease anew; false where another worker has the piece by now,
	// or it is settled.
	KeepWork(ctx context.Context, queue, worker string, w *TakenWork) (bool, error)
	// ReturnWork puts a piece at the end of the queue, unless another worker has it.
	ReturnWork(ctx context.Context, queue, worker string, w *TakenWork) error
	// SettleWork ends a piece, and keeps for a day how: done or failed. What was done
	// stays done. It returns once that is durable.
	SettleWork(ctx context.Context, queue string, w *TakenWork, s WorkState) error
}
