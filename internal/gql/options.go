package gql

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"
)

// Options configure a handler; the zero value is usable and strict.
type Options struct {
	// Body is the size of a request body that is accepted; 0 means 256 KiB.
	Body int64
	// Timeout ends an operation, or one event of a subscription; 0 means 10 s.
	Timeout time.Duration
	// Concurrent is the number of operations run at once. What comes beyond it
	// is answered 503 at once instead of waiting; 0 means 16 a processor.
	Concurrent int
	// Streams is the number of subscriptions open at once, StreamsEach those of
	// one caller; 0 means 1024 and 16.
	Streams, StreamsEach int
	// Heartbeat is the time between comments on a quiet event stream; 0 means
	// 15 s.
	Heartbeat time.Duration
	// WriteWait is how long a client may take to read one event before it is
	// dropped; 0 means 10 s.
	WriteWait time.Duration

	// Caller says who asks; nil means one caller for everybody, who may
	// introspect and is not limited. It sees the request after every middleware.
	Caller func(r *http.Request) Caller
	// MaxCost is the price of the dearest operation that is run, where Caller
	// says nothing else; 0 means 10,000, less is no bound.
	MaxCost int
	// Rate and Burst are each caller's token bucket, in units of cost a second;
	// a Rate of 0 is no limit.
	Rate, Burst float64
	// Shared are buckets that several handlers have in common; nil means that this
	// handler has its own alone.
	Shared Shared
	// Recheck is asked before every event of a subscription and with every
	// heartbeat whether the caller may still listen; its error ends the stream.
	// Checks of the SDL's directives run for every event in any case.
	Recheck func(ctx context.Context) error
	// Admit is asked with the request's extensions before an operation is
	// executed. Its error refuses the operation; otherwise it may return what to
	// wait for first. Whoever waits holds no place among the operations that run,
	// and counts as one of the caller's streams.
	Admit func(r *http.Request, extensions map[string]any) (wait func(context.Context) error, err error)
	// AdmitWait ends that wait; 0 means 3 s.
	AdmitWait time.Duration
	// Header sets headers of a response from its extensions; nil sets none.
	Header func(h http.Header, extensions map[string]any)

	// Trusted are documents by the hexadecimal SHA-256 of their text: see
	// ReadTrusted. TrustedOnly refuses every other document.
	Trusted     map[string]string
	TrustedOnly bool
	// Persisted is the number of documents that clients may register
	// themselves (automatic persisted queries); 0 means 1000, less is none.
	Persisted int

	// Origins are the cross-origin pages that may post, as "https://host".
	Origins []string
	// Root is the source of the root fields.
	Root any
	// RequestID names a request; nil makes a random name. It is sent back as
	// X-Request-Id and stands in masked errors.
	RequestID func(r *http.Request) string
	// Log receives one record for every panic of the handler; nil is silence.
	Log *slog.Logger
	// Now is the clock of the token buckets; nil means time.Now.
	Now func() time.Time
}

// Caller is what the handler needs to know of whoever asks.
type Caller struct {
	// Key is whose bucket and streams are counted; "" is a key like others.
	Key string
	// NoIntrospection refuses introspection and suggestions.
	NoIntrospection bool
	// MaxCost bounds one operation; 0 means Options.MaxCost.
	MaxCost int
}

func (o Options) withDefaults() Options {
	o.Body = orDefault(o.Body, 256<<10)
	o.Timeout = orDefault(o.Timeout, 10*time.Second)
	o.Concurrent = orDefault(o.Concurrent, 16*runtime.GOMAXPROCS(0))
	o.Streams = orDefault(o.Streams, 1024)
	o.StreamsEach = orDefault(o.StreamsEach, 16)
	o.AdmitWait = orDefault(o.AdmitWait, 3*time.Second)
	o.Heartbeat = orDefault(o.Heartbeat, 15*time.Second)
	o.WriteWait = orDefault(o.WriteWait, 10*time.Second)
	o.Persisted = orDefault(o.Persisted, 1000)
	o.MaxCost = orDefault(o.MaxCost, 10_000)
	if o.Caller == nil {
		o.Caller = func(*http.Request) Caller { return Caller{} }
	}
	if o.Recheck == nil {
		o.Recheck = func(context.Context) error { return nil }
	}
	if o.Admit == nil {
		o.Admit = func(*http.Request, map[string]any) (func(context.Context) error, error) { return nil, nil }
	}
	if o.Header == nil {
		o.Header = func(http.Header, map[string]any) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orDefault[T comparable](v, std T) T {
	var zero T
	if v == zero {
		return std
	}
	return v
}
