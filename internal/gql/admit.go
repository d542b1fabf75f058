package gql

import (
	"context"
	"net/http"
)

// admit asks whether the operation may be executed, and waits for what it needs
// first, or answers that it may not.
func (x *exchange) admit() bool {
	wait, err := x.h.opts.Admit(x.r, x.call.extend)
	if err == nil && wait == nil {
		return true
	}
	if err == nil {
		if !x.h.streams.enter(x.caller.Key) {
			x.w.Header().Set("Retry-After", "1")
			x.fail(http.StatusTooManyRequests, Errorf(RateLimited, "too many requests wait already"))
			return false
		}
		err = x.await(wait)
		x.h.streams.leave(x.caller.Key)
	}
	if err != nil {
		x.unadmitted(err)
	}
	return err == nil
}

// await waits without a place among those that run, and then for one.
func (x *exchange) await(wait func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(x.r.Context(), x.h.opts.AdmitWait)
	defer cancel()
	x.giveBack()
	if err := wait(ctx); err != nil {
		return err
	}
	select {
	case x.h.running <- struct{}{}:
		x.placed = true
		return nil
	case <-ctx.Done():
		return Errorf(Unavailable, "the server is busy; try again in a second")
	}
}

// unadmitted answers a request that came at the wrong time, or asks for what
// cannot be.
func (x *exchange) unadmitted(err error) {
	shown, masked := clientError(err, x.h.schema.binding.MapError, x.id)
	if masked {
		x.h.opts.Log.Error("graphql handler: admit", "error", err, "request", x.id)
	}
	status := http.StatusServiceUnavailable
	if shown.Code == BadUserInput {
		status = http.StatusBadRequest
	} else {
		x.w.Header().Set("Retry-After", "1")
	}
	x.fail(status, shown)
}
