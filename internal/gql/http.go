package gql

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// handler serves one schema.
type handler struct {
	schema    *Schema
	opts      Options
	origin    *http.CrossOriginProtection
	persisted *persisted
	buckets   *buckets
	running   chan struct{}
	streams   *streams
}

// NewHandler serves a schema over HTTP, as the GraphQL over HTTP specification
// has it: operations are posted as JSON; GET serves persisted documents that
// are queries; a subscription, or any operation that accepts text/event-stream,
// is answered with server-sent events in distinct-connections mode. One
// operation a request.
//
// The error is an origin that cannot be parsed.
func NewHandler(s *Schema, opts Options) (http.Handler, error) {
	opts = opts.withDefaults()
	origin := http.NewCrossOriginProtection()
	for _, o := range opts.Origins {
		if err := origin.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("graphql handler: %w", err)
		}
	}
	return &handler{
		schema: s, opts: opts, origin: origin, persisted: newPersisted(opts), buckets: newBuckets(opts),
		running: make(chan struct{}, opts.Concurrent),
		streams: &streams{byKey: map[string]int{}, all: opts.Streams, each: opts.StreamsEach},
	}, nil
}

// exchange is one request and its answer.
type exchange struct {
	h      *handler
	w      http.ResponseWriter
	r      *http.Request
	media  string
	id     string
	caller Caller
	call   *call
	placed bool // among those that run
}

// ServeHTTP answers one request; a panic on the way is a masked error.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{h: h, w: w, r: r, media: negotiate(r.Header), id: h.requestID(r)}
	head := w.Header()
	head.Set("X-Request-Id", x.id)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	head.Set("Vary", "Accept")
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p) // how net/http is told to drop a connection
		}
		h.opts.Log.Error("graphql handler", "panic", p, "request", x.id)
		body := appendErrors([]byte{'{'}, []*Error{{Code: Internal, Message: maskedText(x.id)}})
		x.write(http.StatusOK, &Response{body: append(body, '}')})
	}()
	x.serve()
}

func (h *handler) requestID(r *http.Request) string {
	if h.opts.RequestID != nil {
		return h.opts.RequestID(r)
	}
	return rand.Text()[:16]
}

func (x *exchange) serve() {
	if x.media == "" {
		x.media = mediaJSON
		x.fail(http.StatusNotAcceptable, Errorf(BadUserInput, "responses are %s, %s or %s", mediaGraphQL, mediaJSON, mediaEvents))
		return
	}
	if err := x.h.origin.Check(x.r); err != nil {
		x.fail(http.StatusForbidden, Errorf(Forbidden, "cross-origin requests are not accepted"))
		return
	}
	body, status, err := x.read()
	if err != nil {
		x.fail(status, err)
		return
	}
	x.caller = x.h.opts.Caller(x.r)
	if !x.spend(1) {
		return
	}
	select {
	case x.h.running <- struct{}{}:
	default:
		x.w.Header().Set("Retry-After", "1")
		x.fail(http.StatusServiceUnavailable, Errorf(RateLimited, "the server is busy; try again in a second"))
		return
	}
	if stream := x.place(body); stream != nil {
		x.stream(stream)
	}
}

// place answers within the place taken in running, and gives the place back.
func (x *exchange) place(body []byte) *started {
	defer x.giveBack()
	x.placed = true
	return x.answer(body)
}

func (x *exchange) giveBack() {
	if x.placed {
		x.placed = false
		<-x.h.running
	}
}

// read returns the body of a POST, nothing for a GET.
func (x *exchange) read() ([]byte, int, *Error) {
	switch x.r.Method {
	case http.MethodGet:
		return nil, 0, nil
	case http.MethodPost:
	default:
		x.w.Header().Set("Allow", "GET, POST")
		return nil, http.StatusMethodNotAllowed, Errorf(BadUserInput, "method %s is not accepted; post JSON", shorten(x.r.Method))
	}
	if !jsonBody(x.r.Header) {
		x.w.Header().Set("Accept-Post", mediaJSON)
		return nil, http.StatusUnsupportedMediaType, Errorf(BadUserInput, "post Content-Type: application/json in UTF-8, not compressed")
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, x.h.opts.Body))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge, Errorf(BadUserInput, "the body is larger than %d bytes", x.h.opts.Body)
	case err != nil:
		return nil, http.StatusBadRequest, Errorf(BadUserInput, "the body cannot be read")
	}
	return body, 0, nil
}

// answer executes the request and writes the response; a subscription that was
// started is returned for the caller to serve without holding a place.
func (x *exchange) answer(body []byte) *started {
	get := x.r.Method == http.MethodGet
	var err *Error
	if get {
		x.call, err = decodeQuery(x.r.URL.Query())
	} else {
		x.call, err = decodeBody(body)
	}
	if err != nil {
		x.fail(http.StatusBadRequest, err)
		return nil
	}
	known, err := x.h.persisted.resolve(x.call, get)
	if err != nil {
		x.refused(x.h.schema.refuse(x.r.Context(), err))
		return nil
	}
	if get && !known {
		x.w.Header().Set("Allow", "POST")
		x.fail(http.StatusMethodNotAllowed, Errorf(BadUserInput, "GET serves persisted documents only; post this one"))
		return nil
	}
	return x.execute(get)
}

func (x *exchange) execute(get bool) *started {
	p, refusal := x.h.schema.prepare(x.r.Context(), Request{
		Query: x.call.query, OperationName: x.call.operation, Variables: x.call.variables,
		Root: x.h.opts.Root, ID: x.id, NoIntrospection: x.caller.NoIntrospection, MaxCost: orDefault(x.caller.MaxCost, x.h.opts.MaxCost),
	})
	if refusal != nil {
		x.refused(refusal)
		return nil
	}
	x.h.persisted.register(x.call)
	if get && p.plan.operation == "mutation" {
		x.w.Header().Set("Allow", "POST")
		x.fail(http.StatusMethodNotAllowed, Errorf(BadUserInput, "a mutation is posted"))
		return nil
	}
	if !x.spend(float64(p.cost - 1)) {
		return nil
	}
	if !x.admit() {
		return nil
	}
	if p.plan.operation == "subscription" && x.media == mediaEvents {
		return x.subscribe(p)
	}
	ctx, cancel := context.WithTimeout(x.r.Context(), x.h.opts.Timeout)
	defer cancel()
	response := x.h.schema.execute(ctx, p)
	defer response.Release()
	if !response.Executed() {
		x.refused(response)
		return nil
	}
	x.write(http.StatusOK, response)
	return nil
}

// spend takes units from the caller's bucket, or answers that it is empty.
func (x *exchange) spend(units float64) bool {
	b := x.h.buckets
	if b.limited && units > b.burst {
		x.refused(x.h.schema.refuse(x.r.Context(), Errorf(CostLimit,
			"the operation costs %.0f, at most %.0f is accepted; ask for less at once", units+1, b.burst)))
		return false
	}
	if units <= 0 {
		return true
	}
	ok, wait := b.take(x.r.Context(), x.caller.Key, units)
	if !ok {
		x.w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		x.fail(http.StatusTooManyRequests, Errorf(RateLimited, "too much was asked; wait %d s", int(wait/time.Second)+1))
	}
	return ok
}

// refused answers a request that was understood but is not executed. Older
// clients, which accept application/json only, get 200 as they expect; parsing
// and validating cost the caller as much as a small operation.
func (x *exchange) refused(response *Response) {
	const effort = 10
	x.h.buckets.take(x.r.Context(), x.caller.Key, effort)
	status := http.StatusBadRequest
	switch response.errs[0].Code {
	case Forbidden:
		status = http.StatusForbidden
	case Unauthenticated:
		status = http.StatusUnauthorized
	}
	if x.media != mediaGraphQL {
		status = http.StatusOK
	}
	x.write(status, response)
}

// fail answers a request that was not understood, or not let in.
func (x *exchange) fail(status int, err *Error) {
	response := x.h.schema.refuse(x.r.Context(), err)
	if x.media == mediaEvents {
		x.media = mediaJSON // an event stream begins with 200
	}
	x.write(status, response)
}

func (x *exchange) write(status int, response *Response) {
	if x.media == mediaEvents {
		x.single(response)
		return
	}
	head := x.w.Header()
	x.h.opts.Header(head, response.extensions)
	head.Set("Content-Type", x.media+"; charset=utf-8")
	head.Set("Content-Length", strconv.Itoa(len(response.body)))
	x.w.WriteHeader(status)
	_, err := x.w.Write(response.body)
	if err != nil {
		x.h.opts.Log.Debug("graphql handler", "error", err, "request", x.id)
	}
}
