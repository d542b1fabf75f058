package auth

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// ErrOpenListener: a server that asks nobody who they are would listen to
// others than this machine.
var ErrOpenListener = errors.New("neither an identity provider nor an API token is configured, so only loopback may be listened on")

// CheckLoopback returns nil where a listen address, host:port, is of loopback:
// localhost or an address. Other names are refused without looking them up. The
// error wraps ErrOpenListener.
func CheckLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", address, err)
	}
	if !loopbackHost(host) {
		return fmt.Errorf("listen on %s: %w: listen on 127.0.0.1, name an identity provider, or make a token with domicile token create", address, ErrOpenListener)
	}
	return nil
}

// hostOf is the host of host:port, or of a host alone.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
}

func loopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
