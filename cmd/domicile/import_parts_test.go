package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/config"
	"domicile/internal/redisstore/redistest"
)

// largeFleet is how many customers are more than one change: about 17 MiB.
const largeFleet = 29_000

// binary is the program with a home of its own.
type binary struct {
	t    testing.TB
	home string
	env  []string
}

func newBinary(t testing.TB, env ...string) *binary { return &binary{t, t.TempDir(), env} }

func (b *binary) command(stdin io.Reader, args ...string) (cmd *exec.Cmd, out, errs *bytes.Buffer) {
	cmd = exec.Command("domicile-now", args...)
	cmd.Dir, cmd.Stdin = b.home, stdin
	cmd.Env = append(append(os.Environ(), "HOME="+b.home, "XDG_DATA_HOME="+b.home), b.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, errs
	return cmd, out, errs
}

// run runs the program to its end, and returns what it wrote and its exit code.
func (b *binary) run(stdin io.Reader, args ...string) (out, errs string, code int) {
	b.t.Helper()
	cmd, o, e := b.command(stdin, args...)
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		b.t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// must runs the program, which has to end well and to write nothing about errors.
func (b *binary) must(stdin io.Reader, args ...string) string {
	b.t.Helper()
	out, errs, code := b.run(stdin, args...)
	if code != 0 || errs != "" {
		b.t.Fatalf("domicile %v: exit code %d\n%s%s", args, code, out, errs)
	}
	return out
}

func (b *binary) imports(stdin io.Reader, args ...string) tally {
	b.t.Helper()
	var answer struct{ Imported tally }
	out := b.must(stdin, append([]string{"import", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		b.t.Fatalf("%s: %v", out, err)
	}
	return answer.Imported
}

func (b *binary) file(name string, data []byte) string {
	b.t.Helper()
	path := filepath.Join(b.home, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// store opens what the program keeps.
func (b *binary) store(address string) atlas.Store {
	b.t.Helper()
	a := &app{process: &process{env: os.Getenv}, config: config.Config{Data: filepath.Join(b.home, "domicile")}}
	store, err := a.openAddress(b.t.Context(), address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { store.Close() })
	return store
}

func fleetFile(t testing.TB) []byte {
	t.Helper()
	data := []byte(newBinary(t).must(nil, "demo-fleet", "-n", fmt.Sprint(largeFleet)))
	if len(data) <= oneChange {
		t.Fatalf("%d bytes are no large file", len(data))
	}
	return data
}

// holdsFleet checks that a store holds a fleet, each customer once, byte by byte, and
// that the audit log tells of every one.
func holdsFleet(t *testing.T, store atlas.Store, fleet []byte) {
	t.Helper()
	lines := slices.Collect(bytes.Lines(fleet))
	n := 0
	for after := ""; ; {
		page, err := store.Customers(t.Context(), after, 5000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			all, err := store.Versions(t.Context(), c.Customer)
			if err != nil || n >= len(lines) || len(all) != 1 || string(all[0].Settings) != string(bytes.TrimSpace(lines[n])) {
				t.Fatalf("customer %d is %s with %d versions: %v", n, c.Customer, len(all), err)
			}
			n, after = n+1, c.Customer
		}
	}
	if n != len(lines) {
		t.Fatalf("the store holds %d customers, the file %d", n, len(lines))
	}
	begun := map[string]bool{}
	for after := int64(0); ; {
		page, err := store.(auth.AuditLog).AuditEntries(t.Context(), auth.AuditQuery{After: after, Limit: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			begun[e.Customer] = begun[e.Customer] || e.Action == auth.PutSettings && e.After == ""
			after = e.Seq
		}
	}
	for i := range lines {
		if id := fmt.Sprintf("c%08d", i); !begun[id] {
			t.Fatalf("the audit log does not say that %s was about to change", id)
		}
	}
}

func TestALargeImportThatIsKilledGoesOn(t *testing.T) {
	fleet := fleetFile(t)
	for name, address := range map[string]func(t *testing.T) string{
		"on one machine": func(*testing.T) string { return "" },
		"on Redis":       func(t *testing.T) string { return redistest.Start(t).Address() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := address(t)
			b := newBinary(t, "DOMICILE_STORE="+at)
			path := b.file("fleet.json", fleet)
			b.must(nil, "store", "info")
			store := b.store(at)
			cmd, _, _ := b.command(nil, "import", path)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { end(cmd) })
			redistest.Await(t, "some customers", func() bool {
				n, err := sizeOf(context.Background(), store)
				return err == nil && n.customers >= 3000
			})
			end(cmd)
			if cmd.ProcessState.ExitCode() != -1 {
				t.Fatalf("it ended by itself: %s", cmd.ProcessState)
			}
			killed, err := sizeOf(t.Context(), store)
			if err != nil || killed.customers >= largeFleet || killed.customers%1000 != 0 {
				t.Fatalf("when it was killed the store had %d customers: %v", killed.customers, err)
			}
			want := tally{Customers: largeFleet, New: largeFleet - killed.customers, Unchanged: killed.customers, Parts: 29}
			if got := b.imports(nil, path); got != want {
				t.Errorf("the second time %+v, want %+v", got, want)
			}
			holdsFleet(t, store, fleet)
			want = tally{Customers: largeFleet, Unchanged: largeFleet, Parts: 29}
			if got := b.imports(nil, path); got != want {
				t.Errorf("the third time %+v, want %+v", got, want)
			}
			if out := b.must(nil, "audit", "--verify"); !strings.Contains(out, "unbroken") {
				t.Errorf("the audit log: %s", out)
			}
		})
	}
}

func TestALargeImportSaysExactlyWhatWasImported(t *testing.T) {
	fleet := fleetFile(t)
	lines := slices.Collect(bytes.Lines(fleet))
	lines[23_456] = regexp.MustCompile(`"plan":"[a-z]+"`).ReplaceAll(lines[23_456], []byte(`"plan":"gold"`))
	lines[28_999] = bytes.Replace(lines[28_999], []byte(`"customer":"c00028999"`), []byte(`"customer":"c00000007"`), 1)
	bad := bytes.Join(lines, nil)
	b := newBinary(t)
	path := b.file("fleet.json", bad)

	_, errs, code := b.run(nil, "import", path)
	for _, want := range []string{
		"domicile: nothing was imported:\n", "\nfleet.json:23457:", `: plan: unknown plan "gold"; known: free`,
		"\nfleet.json:29000:", `customer "c00000007" is given twice; it is already in fleet.json on line 8`,
	} {
		if code != exitNotJudged || !strings.Contains(errs, want) {
			t.Errorf("exit code %d, want %q in\n%s", code, want, errs)
		}
	}
	store := b.store("")
	if n, err := sizeOf(t.Context(), store); err != nil || n.customers != 0 {
		t.Fatalf("%d customers were imported: %v", n.customers, err)
	}

	_, errs, code = b.run(onlyOnce(bad), "import", "-")
	for _, want := range []string{
		"domicile: -:23457:", `: plan: unknown plan "gold"; known: free`,
		"\nimported: 23,000 customers, up to line 23000 of - (23,000 new, 0 new versions, 0 unchanged and skipped)\nnot imported: everything from line 23001 of - on\nNothing is lost: ",
	} {
		if code != exitNotJudged || !strings.Contains(errs, want) {
			t.Errorf("exit code %d, want %q in\n%s", code, want, errs)
		}
	}
	if n, err := sizeOf(t.Context(), store); err != nil || n.customers != 23_000 {
		t.Fatalf("%d customers were imported: %v", n.customers, err)
	}
	want := tally{Customers: largeFleet, New: largeFleet - 23_000, Unchanged: 23_000, Parts: 29}
	if got := b.imports(onlyOnce(fleet), "-"); got != want {
		t.Errorf("when it was put right %+v, want %+v", got, want)
	}
	holdsFleet(t, store, fleet)
}

// onlyOnce is a source that cannot be read twice.
func onlyOnce(data []byte) io.Reader { return io.MultiReader(bytes.NewReader(data)) }

func TestPackedFilesAndArchivesAreImported(t *testing.T) {
	var packed, archive bytes.Buffer
	z := gzip.NewWriter(&archive)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{"eu/acme.yaml": "customer: acme\neffective: 2026-03-02\n---\ncustomer: globex\n", "eu/.DS_Store": "\x00", "us.json": `{"customer":"initech"}`} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	fleet := fleetFile(t)
	z = gzip.NewWriter(&packed)
	if _, err := z.Write(fleet); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}

	b := newBinary(t)
	if got, want := b.imports(nil, b.file("all.tar.gz", archive.Bytes())), (tally{Customers: 3, New: 3, Parts: 2}); got != want {
		t.Errorf("an archive: %+v, want %+v", got, want)
	}
	cut := b.file("cut.json.gz", packed.Bytes()[:packed.Len()*9/10])
	if _, errs, code := b.run(nil, "import", cut); code != exitNotJudged || !strings.Contains(errs, "nothing was imported:\nread cut.json.gz: unexpected EOF: it is damaged") {
		t.Errorf("a file that is cut off: exit code %d, %s", code, errs)
	}
	if out := b.must(nil, "import", "--dry-run", b.file("fleet.json.gz", packed.Bytes())); out != "29000 customers read, nothing kept (--dry-run)\n" {
		t.Errorf("a dry run: %s", out)
	}
}

func TestTheBarOfAnImportSaysHowLongItTakesStill(t *testing.T) {
	b := &importBar{src: &settingsSource{size: 600 << 20}, doing: "imported"}
	b.src.read.Store(150 << 20)
	if got, want := b.text(250_000, 20e9), "[######..................]  25 % 150.0 MiB of 600.0 MiB, 250,000 customers imported, 12,500/s, 1m0s left"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	b.src.size = 0
	if got, want := b.text(250_000, 20e9), "150.0 MiB read, 250,000 customers imported, 12,500/s"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
