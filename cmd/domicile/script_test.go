package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"domicile/internal/ingest"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain makes the test binary stand in for domicile in the scripts, with a
// fixed clock and with digests written as <digest>; domicile-now has the machine's.
func TestMain(m *testing.M) {
	fixed := func() time.Time { return time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC) }
	testscript.Main(m, map[string]func(){
		"domicile":     func() { os.Exit(scripted(fixed)) },
		"domicile-now": func() { os.Exit(scripted(time.Now)) },
	})
}

func scripted(clock func() time.Time) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	out := &masked{to: os.Stdout}
	code := run(ctx, &process{
		args: os.Args[1:], stdin: os.Stdin, stdout: out, stderr: &masked{to: os.Stderr}, env: os.Getenv,
		clock: clock,
	})
	return code
}

// masked replaces digests, which change with every edit of a dataset.
type masked struct{ to io.Writer }

var digests = regexp.MustCompile(`\b[0-9a-f]{64}\b|\bdatasets [0-9a-f]{12}\b|\([0-9a-f]{12}\)`)

func (w *masked) Write(b []byte) (int, error) {
	_, err := w.to.Write(digests.ReplaceAll(b, []byte("<digest>")))
	return len(b), err
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_DATA_HOME", e.WorkDir+"/share")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "freeport": freePort, "get": get, "post": post, "push": push, "until": until,
		},
	})
}

// exits runs domicile and compares the exit code: exits 2 check acme ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	err := ts.Exec("domicile", args[1:]...)
	code := "0"
	if e, ok := err.(interface{ ExitCode() int }); ok {
		code = fmt.Sprint(e.ExitCode())
	} else if err != nil {
		ts.Fatalf("run domicile: %v", err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// freePort puts an address that is free now into an environment variable.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// get polls a URL until it answers 200 and writes the body to standard output.
func get(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for {
		res, err := http.Get(args[0])
		if err == nil && res.StatusCode == http.StatusOK {
			defer res.Body.Close()
			_, err = io.Copy(ts.Stdout(), res.Body)
			ts.Check(err)
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s does not answer: %v", args[0], err)
		}
		if res != nil {
			res.Body.Close()
		}
		<-time.After(20 * time.Millisecond)
	}
}

// post sends a file as JSON and writes the answer to standard output.
func post(ts *testscript.TestScript, _ bool, args []string) {
	res, err := http.Post(args[0], "application/json", strings.NewReader(ts.ReadFile(args[1])))
	ts.Check(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ts.Check(err)
	_, err = io.Copy(ts.Stdout(), bytes.NewReader(append(b, '\n')))
	ts.Check(err)
}

// push sends a file as a log, and writes the answer to standard output: push STATUS URL
// FILE [SECRET].
func push(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest(http.MethodPost, args[1], strings.NewReader(ts.ReadFile(args[2])))
	ts.Check(err)
	if len(args) > 3 {
		req.Header.Set(ingest.DefaultSecretHeader, args[3])
	}
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if got := fmt.Sprint(res.StatusCode); got != args[0] {
		ts.Fatalf("%s, want %s", res.Status, args[0])
	}
}

// until posts a file again and again until the answer holds a text.
func until(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for {
		res, err := http.Post(args[0], "application/json", strings.NewReader(ts.ReadFile(args[1])))
		ts.Check(err)
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		ts.Check(err)
		if strings.Contains(string(b), args[2]) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("the answer never held %s: %s", args[2], b)
		}
		<-time.After(20 * time.Millisecond)
	}
}
