package httpd

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// ErrNotLoopback: the address is open to other machines, and there is no way
// to tell who asks.
var ErrNotLoopback = errors.New("not a loopback address")

// checkListen refuses an address that others could reach, before anything
// listens on it. Of names only localhost is taken; what it resolves to is
// checked again on the listener.
func (c Config) checkListen() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %q: want host:port: %w", c.Listen, err)
	}
	if c.Identified || loopbackHost(host) {
		return nil
	}
	return refuse(c.Listen)
}

// checkListener refuses a listener that others could reach.
func (c Config) checkListener(at net.Addr) error {
	if c.Identified {
		return nil
	}
	tcp, ok := at.(*net.TCPAddr)
	if ok && tcp.IP.IsLoopback() {
		return nil
	}
	return refuse(at.String())
}

func refuse(address string) error {
	return fmt.Errorf("listen on %s: %w: without an identity provider or an API token anybody who reaches it could read and change everything; "+
		"listen on 127.0.0.1, or configure one of them", address, ErrNotLoopback)
}

// loopbackHost reports whether a host, without a port, is this machine alone.
func loopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && addr.Unmap().IsLoopback()
}

// ownHost reports whether a request names a loopback host. A browser sends the
// name it was told, so a foreign name that resolves to this machine is seen.
func ownHost(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		return loopbackHost(h)
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		return loopbackHost(host[1 : len(host)-1])
	}
	return !strings.Contains(host, ":") && loopbackHost(host) // a bare IPv6 address is no host
}
