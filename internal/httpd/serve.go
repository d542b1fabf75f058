package httpd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
)

// ErrCut: requests were still in flight when the grace ended, and were cut.
var ErrCut = errors.New("requests were cut")

// Run listens on c.Listen and serves until ctx ends; then it takes no more
// connections and lets requests in flight finish. It returns nil after an
// orderly end, ErrCut when the grace was too short, ErrNotLoopback when the
// address must not be served.
func Run(ctx context.Context, c Config) error {
	if err := c.checkListen(); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return Serve(ctx, listener, c)
}

// Serve is Run over a listener, which it closes.
func Serve(ctx context.Context, listener net.Listener, c Config) error {
	c, err := c.checked()
	if err == nil {
		err = c.checkListener(listener.Addr())
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	drain, stopStreams := context.WithCancel(context.Background())
	defer stopStreams()
	server := &http.Server{
		Handler:           c.handler(drain),
		ReadHeaderTimeout: headerWait, ReadTimeout: readWait, WriteTimeout: writeWait, IdleTimeout: idleWait,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       log.New(&connectionLog{c.Log}, "", 0),
	}
	c.announce(ctx, listener.Addr())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stopStreams()
	return c.shutdown(server)
}

func (c Config) announce(ctx context.Context, at net.Addr) {
	c.Log.InfoContext(ctx, "listening", "address", at.String())
	if !c.Identified {
		c.Log.WarnContext(ctx, "no identity provider and no API token is configured: whoever can reach this machine's loopback address may ask and change everything; no other address is served")
	}
	if c.Started != nil {
		c.Started(at)
	}
}

func (c Config) shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), c.Grace)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("stop: %w after %s", ErrCut, c.Grace), server.Close())
	}
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// connectionLog takes what net/http says of broken connections. Its text names
// client addresses, so only the fact is kept.
type connectionLog struct{ log *slog.Logger }

var _ io.Writer = (*connectionLog)(nil)

// Write logs that a connection failed, without the text.
func (c *connectionLog) Write(b []byte) (int, error) {
	c.log.Debug("a connection failed before its request was served")
	return len(b), nil
}
