package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// soon is within what everything that a test waits for happens.
const soon = 30 * time.Second

// redisServer is one Redis of a test.
type redisServer struct {
	t        testing.TB
	port     string
	password string // as an address spells it
	args     []string
	process  *exec.Cmd
}

// given are the ports that the tests took so far.
var given sync.Map

// takePort returns a port that nobody listens on, below those that outgoing
// connections take, so that it stays free while its server restarts.
func takePort(t testing.TB) string {
	t.Helper()
	for range 1000 {
		port := strconv.Itoa(10_000 + rand.IntN(20_000))
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// startRedis starts a server under which an acknowledged write is on the disk,
// and waits until it answers. It ends with the test.
func startRedis(t testing.TB, args ...string) *redisServer {
	t.Helper()
	port := takePort(t)
	s := &redisServer{t: t, port: port, args: append([]string{
		"--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "", "--appendonly", "yes", "--appendfsync", "always",
		"--aof-load-truncated", "no", "--repl-diskless-sync-delay", "0", "--loglevel", "warning",
	}, args...)}
	s.start()
	await(t, "Redis to answer", func() bool {
		_, err := s.do("PING")
		return err == nil || strings.HasPrefix(err.Error(), "NOAUTH")
	})
	return s
}

// start runs the process and does not wait for it.
func (s *redisServer) start() {
	s.t.Helper()
	cmd := exec.Command("redis-server", s.args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("these tests need redis-server: %v", err)
	}
	s.process = cmd
	s.t.Cleanup(func() { end(cmd) })
}

func (s *redisServer) argument(name string) string {
	for i, a := range s.args {
		if a == name {
			return s.args[i+1]
		}
	}
	return ""
}

// end kills a process.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func (s *redisServer) address() string {
	if s.password != "" {
		return "redis://:" + s.password + "@127.0.0.1:" + s.port
	}
	return "redis://127.0.0.1:" + s.port
}

// do sends one command and returns an answer of one value.
func (s *redisServer) do(args ...string) (string, error) {
	conn, err := net.DialTimeout("tcp", "127.0.0.1:"+s.port, time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	in := bufio.NewReader(conn)
	if s.password != "" {
		if _, err := exchange(conn, in, "AUTH", s.argument("--requirepass")); err != nil {
			return "", err
		}
	}
	return exchange(conn, in, args...)
}

func exchange(to io.Writer, in *bufio.Reader, args ...string) (string, error) {
	fmt.Fprintf(to, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(to, "$%d\r\n%s\r\n", len(a), a)
	}
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSpace(line)
	switch line[0] {
	case '-':
		return "", fmt.Errorf("%s", line[1:])
	case '$':
		n, err := strconv.Atoi(line[1:])
		if err != nil || n < 0 {
			return "", err
		}
		body := make([]byte, n+2)
		_, err = io.ReadFull(in, body)
		return string(body[:n]), err
	}
	return line[1:], nil
}

// await polls until ok says yes.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(soon)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited for %s in vain", what)
		}
	}
}
