// Package redistest starts Redis servers and clusters for tests, real ones on
// loopback that end with the test.
package redistest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Soon is within what everything that a test waits for happens.
const Soon = 30 * time.Second

// Server is one Redis server of a test.
type Server struct {
	Port     string
	Args     []string // beside the port and the directory; change them before Restart
	Dir      string
	Password string // as --requirepass has it

	t   testing.TB
	cmd *exec.Cmd
	log *logBuffer
}

// logBuffer keeps what a server says and tells who waits for a line.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.WriteString(line)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// given are the ports that the tests took so far.
var given sync.Map

// FreePort returns a port that nobody listens on, below those that outgoing
// connections take, so that it stays free while its server restarts.
func FreePort(t testing.TB) string {
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

// durable are the settings under which an acknowledged write is on the disk.
var durable = []string{
	"--appendonly", "yes", "--appendfsync", "always", "--aof-load-truncated", "no", "--save", "", "--repl-diskless-sync-delay", "0",
}

// New is a server that is not started, with exactly these settings.
func New(t testing.TB, args ...string) *Server {
	return &Server{t: t, Port: FreePort(t), Dir: t.TempDir(), Args: args}
}

// Start starts a server with the settings behind its defaults and waits
// until it accepts connections. It ends with the test.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := New(t, append(append([]string{}, durable...), args...)...)
	s.Restart("Ready to accept connections")
	return s
}

// Restart runs the server, again, and waits until it says ready.
func (s *Server) Restart(ready string) {
	s.t.Helper()
	args := append([]string{"--port", s.Port, "--bind", "127.0.0.1", "--dir", s.Dir, "--daemonize", "no"}, s.Args...)
	s.cutTornTail()
	s.Run(args, ready)
}

// cutTornTail does what README.md asks operators to do before a server starts.
func (s *Server) cutTornTail() {
	s.t.Helper()
	manifest := s.Dir + "/appendonlydir/appendonly.aof.manifest"
	if _, err := os.Stat(manifest); errors.Is(err, os.ErrNotExist) {
		return
	}
	fix := exec.Command("redis-check-aof", "--fix", manifest)
	fix.Stdin = strings.NewReader("y\n")
	if out, err := fix.CombinedOutput(); err != nil {
		s.t.Fatalf("redis-check-aof: %v: %s", err, out)
	}
}

// Run runs the process with exactly these arguments and waits until it says ready.
func (s *Server) Run(args []string, ready string) {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatalf("these tests need redis-server: %v", err)
	}
	s.cmd = exec.Command(path, args...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.cmd.Dir = s.Dir
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() { s.end(cmd) })
	s.log = &logBuffer{}
	s.awaitLine(out, ready)
}

func (s *Server) awaitLine(out io.Reader, ready string) {
	s.t.Helper()
	is, log := make(chan bool, 1), s.log
	go func() {
		in := bufio.NewReader(out)
		for {
			line, err := in.ReadString('\n')
			log.add(line)
			if strings.Contains(line, ready) {
				select {
				case is <- true:
				default:
				}
			}
			if err != nil {
				close(is)
				return
			}
		}
	}()
	select {
	case ok := <-is:
		if !ok {
			s.t.Fatalf("the server ended at once: %s", log)
		}
	case <-time.After(Soon):
		s.t.Fatalf("the server does not get ready: %s", log)
	}
}

// end kills a process that is still there.
func (s *Server) end(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGCONT)
	cmd.Process.Kill()
	cmd.Wait()
}

// Kill ends the server as a power cut of the process would.
func (s *Server) Kill() { s.end(s.cmd) }

// Hang makes the server hang until the function returned is called.
func (s *Server) Hang() (resume func()) {
	s.t.Helper()
	cmd := s.cmd
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		s.t.Fatal(err)
	}
	return func() { cmd.Process.Signal(syscall.SIGCONT) }
}

// Resume ends what Hang began.
func (s *Server) Resume() { s.cmd.Process.Signal(syscall.SIGCONT) }

// LogFile is the file that the server appends its writes to.
func (s *Server) LogFile() string { return s.Dir + "/appendonlydir/appendonly.aof.1.incr.aof" }

// Address is the server's as a store's address.
func (s *Server) Address() string {
	if s.Password != "" {
		return "redis://:" + url.QueryEscape(s.Password) + "@127.0.0.1:" + s.Port
	}
	return "redis://127.0.0.1:" + s.Port
}

// Client is a connection of the test's own.
func (s *Server) Client() *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + s.Port, Password: s.Password, Protocol: 2, MaxRetries: -1})
	s.t.Cleanup(func() { c.Close() })
	return c
}

// Do sends one command.
func (s *Server) Do(args ...any) any {
	s.t.Helper()
	c := s.Client()
	defer c.Close()
	v, err := c.Do(context.Background(), args...).Result()
	if err != nil {
		s.t.Fatalf("%v: %v", args, err)
	}
	return v
}

// Says asks whether the answer to a command holds a text. A server that is busy
// with a failover may not answer at all.
func (s *Server) Says(text string, args ...any) bool {
	c := s.Client()
	defer c.Close()
	v, err := c.Do(context.Background(), args...).Result()
	return err == nil && strings.Contains(fmt.Sprint(v), text)
}

// Await polls until ok says yes.
func Await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(Soon)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited for %s in vain", what)
		}
	}
}
