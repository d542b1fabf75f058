package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthCommand asks a running service on this machine whether it is well: the
// health check of a container image without a shell.
func (a *app) healthCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "health", Short: "Ask a running service whether it is well", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.health(c.Context()) },
	}
	c.Flags().StringVar(&a.config.Listen, "listen", a.config.Listen, "address the service listens on")
	return c
}

func (a *app) health(ctx context.Context) error {
	host, port, err := net.SplitHostPort(a.config.Listen)
	if err != nil {
		return fmt.Errorf("--listen %q: %w", a.config.Listen, err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	const most = 1 << 10
	body, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return err
	}
	text := strings.TrimSpace(string(body))
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the service at %s answers %s: %s", a.config.Listen, res.Status, text)
	}
	_, err = fmt.Fprintln(a.stdout, "well"+strings.TrimPrefix(text, "ready"))
	return err
}
