package gql

import (
	"context"
	"net/http"
	"time"
)

// started is a subscription that is running and waits to be served.
type started struct {
	stream *Stream
	ctx    context.Context
	cancel context.CancelFunc
}

// subscribe starts a subscription; what is wrong with it is the first event.
func (x *exchange) subscribe(p prepared) *started {
	if !x.h.streams.enter(x.caller.Key) {
		x.w.Header().Set("Retry-After", "10")
		x.fail(http.StatusTooManyRequests, Errorf(RateLimited, "too many subscriptions are open"))
		return nil
	}
	ctx, cancel := context.WithCancel(x.r.Context())
	stream, refusal := x.h.schema.subscribe(ctx, p)
	if refusal != nil {
		cancel()
		x.h.streams.leave(x.caller.Key)
		x.single(refusal)
		return nil
	}
	return &started{stream, ctx, cancel}
}

// stream serves a subscription until it ends, the client leaves or reads too
// slowly, or the caller may no longer listen.
func (x *exchange) stream(s *started) {
	defer x.h.streams.leave(x.caller.Key)
	defer s.cancel()
	out := x.events()
	defer out.close()
	beat := time.NewTicker(x.h.opts.Heartbeat)
	defer beat.Stop()
	ok := out.comment()
	for ok {
		select {
		case <-s.ctx.Done():
			return
		case <-beat.C:
			ok = x.allowed(s.ctx, out) && out.comment()
		case event, more := <-s.stream.Events():
			if !more {
				out.complete()
				return
			}
			ok = x.allowed(s.ctx, out) && x.event(s, event, out)
		}
	}
}

// event answers one event of a subscription.
func (x *exchange) event(s *started, event any, out *eventWriter) bool {
	ctx, cancel := context.WithTimeout(s.ctx, x.h.opts.Timeout)
	defer cancel()
	response := s.stream.Respond(ctx, event)
	defer response.Release()
	return out.next(response)
}

// allowed asks whether the caller may still listen; if not, it says so and
// ends the stream.
func (x *exchange) allowed(ctx context.Context, out *eventWriter) bool {
	err := x.h.opts.Recheck(ctx)
	if err == nil {
		return true
	}
	shown, _ := clientError(err, x.h.schema.binding.MapError, x.id)
	if out.next(x.h.schema.refuse(ctx, shown)) {
		out.complete()
	}
	return false
}

// single answers with an event stream of one result.
func (x *exchange) single(response *Response) {
	out := x.events()
	defer out.close()
	if out.next(response) {
		out.complete()
	}
}

// eventWriter writes server-sent events, each within a deadline: a client that
// does not read is dropped.
type eventWriter struct {
	w    http.ResponseWriter
	ctl  *http.ResponseController
	wait time.Duration
	buf  []byte
}

func (x *exchange) events() *eventWriter {
	head := x.w.Header()
	head.Set("Content-Type", mediaEvents+"; charset=utf-8")
	head.Set("Cache-Control", "no-store, no-transform")
	head.Set("X-Accel-Buffering", "no")
	x.w.WriteHeader(http.StatusOK)
	return &eventWriter{w: x.w, ctl: http.NewResponseController(x.w), wait: x.h.opts.WriteWait}
}

// next writes a result; a response is one line, so it needs no splitting.
func (e *eventWriter) next(response *Response) bool {
	e.buf = append(e.buf[:0], "event: next\ndata: "...)
	e.buf = append(append(e.buf, response.body...), "\n\n"...)
	return e.send(e.buf)
}

// close takes the deadline off the connection, which may serve other requests.
func (e *eventWriter) close() { _ = e.ctl.SetWriteDeadline(time.Time{}) }

func (e *eventWriter) complete() { e.send([]byte("event: complete\ndata:\n\n")) }

func (e *eventWriter) comment() bool { return e.send([]byte(":\n\n")) }

func (e *eventWriter) send(event []byte) bool {
	// A writer without deadlines (a test's recorder) is no reason to stop.
	_ = e.ctl.SetWriteDeadline(time.Now().Add(e.wait))
	if _, err := e.w.Write(event); err != nil {
		return false
	}
	return e.ctl.Flush() == nil
}
