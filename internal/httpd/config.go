package httpd

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Config is what the listener serves.
type Config struct {
	// Listen is host:port; port 0 takes a free one.
	Listen string
	// Identified is true when an identity provider or an API token is
	// configured. Without one only loopback addresses are served.
	Identified bool

	// API answers /graphql; required.
	API http.Handler
	// SDL is the contract, served at /schema.graphql.
	SDL string
	// Inside, where it is set, stands before /schema.graphql: what the contract
	// holds is for those who may introspect.
	Inside func(http.Handler) http.Handler
	// Query answers /graphiql/: a page to write queries in; nil is none.
	Query http.Handler
	// Ready reports whether questions are answered, and what a person should
	// know about it otherwise; nil means always. Its texts are shown to everybody.
	Ready func() (note string, err error)
	// Ingest answers /ingest, to which edge logs are pushed; nil leaves it out.
	// It bounds bodies and deadlines itself.
	Ingest http.Handler
	// Web answers everything else; nil is one plain page.
	Web http.Handler
	// Version is shown on the plain page.
	Version string

	// Log receives one record a request; nil is silence.
	Log *slog.Logger
	// Started is told the address once it accepts connections; may be nil.
	Started func(net.Addr)
	// Grace is how long requests in flight may take once the context has
	// ended; 0 means 15 s.
	Grace time.Duration
}

// Bounds on what a client may take.
const (
	maxBody       = 1 << 20 // bytes of a request body, whatever the handler accepts
	maxHeader     = 16 << 10
	headerWait    = 5 * time.Second
	readWait      = 30 * time.Second
	writeWait     = 60 * time.Second // event streams set their own for each event
	idleWait      = 2 * time.Minute
	defaultGrace  = 15 * time.Second
	requestIDSize = 16
)

func (c Config) checked() (Config, error) {
	if c.API == nil {
		return c, errors.New("httpd: no API handler")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Ready == nil {
		c.Ready = func() (string, error) { return "", nil }
	}
	if c.Grace <= 0 {
		c.Grace = defaultGrace
	}
	var err error
	c.API, err = compressed(c.API)
	return c, err
}
