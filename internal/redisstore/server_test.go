package redisstore_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
)

// soon is within what everything that a test waits for happens.
const soon = 30 * time.Second

// server is one Redis server of a test.
type server struct {
	t    testing.TB
	port string
	args []string
	dir  string
	cmd  *exec.Cmd
	log  *logBuffer
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

// freePort returns a port that nobody listens on, below those that outgoing
// connections take, so that it stays free while its server restarts.
func freePort(t testing.TB) string {
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

// startServer starts a server with the settings behind its defaults and waits
// until it accepts connections. It ends with the test.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	s := &server{t: t, port: freePort(t), dir: t.TempDir(), args: append(append([]string{}, durable...), args...)}
	s.start("Ready to accept connections")
	return s
}

// start runs the server and waits until it says ready.
func (s *server) start(ready string) {
	s.t.Helper()
	args := append([]string{"--port", s.port, "--bind", "127.0.0.1", "--dir", s.dir, "--daemonize", "no"}, s.args...)
	s.cutTornTail()
	s.run(args, ready)
}

// cutTornTail does what README.md asks operators to do before a server starts.
func (s *server) cutTornTail() {
	s.t.Helper()
	manifest := s.dir + "/appendonlydir/appendonly.aof.manifest"
	if _, err := os.Stat(manifest); errors.Is(err, os.ErrNotExist) {
		return
	}
	fix := exec.Command("redis-check-aof", "--fix", manifest)
	fix.Stdin = strings.NewReader("y\n")
	if out, err := fix.CombinedOutput(); err != nil {
		s.t.Fatalf("redis-check-aof: %v: %s", err, out)
	}
}

func (s *server) run(args []string, ready string) {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatalf("these tests need redis-server: %v", err)
	}
	s.cmd = exec.Command(path, args...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.cmd.Dir = s.dir
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

func (s *server) awaitLine(out io.Reader, ready string) {
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
	case <-time.After(soon):
		s.t.Fatalf("the server does not get ready: %s", log)
	}
}

// end kills a process that is still there.
func (s *server) end(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGCONT)
	cmd.Process.Kill()
	cmd.Wait()
}

// kill ends the server as a power cut of the process would.
func (s *server) kill() { s.end(s.cmd) }

// stop makes the server hang until the function returned is called.
func (s *server) stop() (resume func()) {
	s.t.Helper()
	cmd := s.cmd
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		s.t.Fatal(err)
	}
	return func() { cmd.Process.Signal(syscall.SIGCONT) }
}

// logFile is the file that the server appends its writes to.
func (s *server) logFile() string { return s.dir + "/appendonlydir/appendonly.aof.1.incr.aof" }

func (s *server) address() string { return "redis://127.0.0.1:" + s.port }

// client is a connection of the test's own.
func (s *server) client() *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + s.port, Protocol: 2, MaxRetries: -1})
	s.t.Cleanup(func() { c.Close() })
	return c
}

// do sends one command.
func (s *server) do(args ...any) any {
	s.t.Helper()
	c := s.client()
	defer c.Close()
	v, err := c.Do(context.Background(), args...).Result()
	if err != nil {
		s.t.Fatalf("%v: %v", args, err)
	}
	return v
}

// says asks whether the answer to a command holds a text. A server that is busy
// with a failover may not answer at all.
func (s *server) says(text string, args ...any) bool {
	c := s.client()
	defer c.Close()
	v, err := c.Do(context.Background(), args...).Result()
	return err == nil && strings.Contains(fmt.Sprint(v), text)
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

// redisCluster is three primaries and a replica of each.
type redisCluster struct {
	primaries, replicas []*server
}

const shards = 3

// startCluster starts a cluster and waits until it is whole.
func startCluster(t testing.TB, args ...string) *redisCluster {
	t.Helper()
	c := &redisCluster{}
	for i := range 2 * shards {
		s := startServer(t, append([]string{
			"--cluster-enabled", "yes", "--cluster-port", freePort(t), "--cluster-node-timeout", "1500",
			"--cluster-replica-validity-factor", "0",
		}, args...)...)
		if i < shards {
			c.primaries = append(c.primaries, s)
		} else {
			c.replicas = append(c.replicas, s)
		}
	}
	c.join(t)
	return c
}

func (c *redisCluster) join(t testing.TB) {
	t.Helper()
	const slots = 16384
	for i, p := range c.primaries {
		p.do("CLUSTER", "ADDSLOTSRANGE", i*slots/shards, (i+1)*slots/shards-1)
		p.do("CLUSTER", "SET-CONFIG-EPOCH", i+1)
	}
	all := c.all()
	for _, s := range all[1:] {
		s.do("CLUSTER", "MEET", "127.0.0.1", all[0].port, all[0].busPort())
	}
	for i, r := range c.replicas {
		id := c.primaries[i].do("CLUSTER", "MYID").(string)
		await(t, "the nodes to meet", func() bool { return r.says(id, "CLUSTER", "NODES") })
		r.do("CLUSTER", "REPLICATE", id)
	}
	await(t, "the cluster to be whole", func() bool {
		for _, s := range all {
			if !s.says("cluster_state:ok", "CLUSTER", "INFO") || !s.says("cluster_known_nodes:6", "CLUSTER", "INFO") {
				return false
			}
			if strings.Count(s.do("CLUSTER", "NODES").(string), "slave") != shards {
				return false
			}
		}
		for _, r := range c.replicas {
			if !r.says("master_link_status:up", "INFO", "replication") {
				return false
			}
		}
		return true
	})
}

func (s *server) busPort() string {
	for i, a := range s.args {
		if a == "--cluster-port" {
			return s.args[i+1]
		}
	}
	return ""
}

func (c *redisCluster) all() []*server {
	return append(append([]*server{}, c.primaries...), c.replicas...)
}

// address names two of the nodes; the client finds the others.
func (c *redisCluster) address() string {
	return fmt.Sprintf("redis+cluster://127.0.0.1:%s,127.0.0.1:%s", c.primaries[0].port, c.primaries[1].port)
}

// primaryOf returns the node that serves a key.
func (c *redisCluster) primaryOf(t testing.TB, key string) *server {
	t.Helper()
	slot := c.primaries[0].do("CLUSTER", "KEYSLOT", key).(int64)
	return c.primaries[slot*shards/16384]
}

// openAt opens a store, however long a busy machine takes, and closes it with
// the test.
func openAt(t testing.TB, address string, o redisstore.Options) *redisstore.Store {
	t.Helper()
	var s *redisstore.Store
	await(t, "the store to open", func() (opened bool) {
		var err error
		if s, err = redisstore.Open(t.Context(), address, o); err != nil && !errors.Is(err, atlas.ErrStoreUnavailable) {
			t.Fatal(err)
		}
		return err == nil
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// writeFile puts a file into the test's directory and returns its path.
func writeFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := t.TempDir() + "/" + name
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
