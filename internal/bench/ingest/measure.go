package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

// counted is what a way found: one row a group, in any order, rendered alike.
type counted struct {
	lines uint64
	rows  []string
}

// renderRow writes a group the way all of them are compared. The country of an
// address that is not known is empty, its cell 0.
func renderRow(host, site string, hour uint32, country string, cell uint64, flags int, count uint64, first, last int64) string {
	return fmt.Sprintf("%s|%s|%d|%s|%d|%d|%d|%d|%d", host, site, hour, country, cell, flags, count, first, last)
}

func digest(rows []string) string {
	h := sha256.New()
	for _, r := range sorted(rows) {
		_, _ = fmt.Fprintln(h, r)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// inProcess runs a way in a process of its own, on one core.
func inProcess(f *fixture, name string) (result, error) {
	self, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	cmd := exec.Command(self, "measure", name, f.dir)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	return finish(cmd)
}

// peakMiB is the most resident memory so far. What getrusage says would include that
// of the process which started this one.
func peakMiB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return 0
	}
	return kib / 1024
}

// finish runs a process that prints its result as JSON.
func finish(cmd *exec.Cmd) (result, error) {
	var r result
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	return r, nil
}

// measure runs one way over the fixture in a directory and prints its result.
func measure(args []string, out io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("measure WAY DIRECTORY, got %d arguments", len(args))
	}
	runtime.GOMAXPROCS(1)
	way, err := prepare(args[0], args[1])
	if err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(args[1], logFile))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	runtime.GC()
	stop, err := profile()
	if err != nil {
		return err
	}
	start := processorTime()
	found, err := way(file)
	if err != nil {
		return err
	}
	spent, peak := processorTime()-start, peakMiB()
	stop()
	c := found()
	return json.NewEncoder(out).Encode(result{
		NanosALine: float64(spent.Nanoseconds()) / float64(max(c.lines, 1)), MaxMiB: peak,
		Lines: c.lines, Groups: len(c.rows), Digest: digest(c.rows),
	})
}

// profile writes a processor profile where INGEST_PROFILE says, until it is stopped.
func profile() (stop func(), err error) {
	path := os.Getenv("INGEST_PROFILE")
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(file)
}

// prepared reads the log; what it returns renders what was found, uncounted.
type prepared func(io.Reader) (func() counted, error)

func prepare(name, dir string) (prepared, error) {
	switch name {
	case "plain":
		return preparePlain(dir)
	case "domicile-ingest":
		return prepareProduct(dir)
	}
	return prepareOwn(name, dir)
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
