package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
	"domicile/internal/footprint"
	"domicile/internal/storetest"
)

// The environment tells the test binary to be another process that uses the
// store: which part it plays, and in which directory.
const (
	helperRole = "EMBEDDED_TEST_ROLE"
	helperDir  = "EMBEDDED_TEST_DIR"
	helperName = "EMBEDDED_TEST_NAME"
)

// nobody is a user id that owns nothing.
const nobody = 65534

func TestMain(m *testing.M) {
	role := map[string]func(io.Writer, string) error{
		"write": writeForever, "count": countTogether, "open": openUnprivileged,
	}[os.Getenv(helperRole)]
	if role == nil {
		os.Exit(m.Run())
	}
	if err := role(os.Stdout, os.Getenv(helperDir)); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// helper returns a command that plays a part in dir.
func helper(t *testing.T, role, dir, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), helperRole+"="+role, helperDir+"="+dir, helperName+"="+name)
	cmd.Stderr = os.Stderr
	return cmd
}

// writeForever appends batches and prints a line for each version that was
// acknowledged, until it is killed. It says "opening" before anything else.
func writeForever(out io.Writer, dir string) error {
	fmt.Fprintln(out, "opening")
	ctx := context.Background()
	s, err := embedded.Open(ctx, dir, embedded.Options{})
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		size := 1 + rand.IntN(2)*rand.IntN(30)
		batch := fmt.Sprintf("%s-%d of %d", os.Getenv(helperName), n, size)
		writes := make([]atlas.Write, size)
		for i, c := range rand.Perm(30)[:size] {
			writes[i] = atlas.Write{
				Customer: fmt.Sprint("customer-", c), Expect: atlas.AnyVersion, ValidFrom: footprint.NewDate(2026, time.March, 2),
				Actor: batch, Settings: sealed(batch, rand.IntN(3000)),
			}
		}
		versions, err := s.Append(ctx, time.Now(), writes)
		if err != nil {
			return err
		}
		var acks strings.Builder
		for _, v := range versions {
			fmt.Fprintf(&acks, "%s %d %08x\n", v.Customer, v.Number, crc32.ChecksumIEEE(v.Settings))
		}
		io.WriteString(out, acks.String())
	}
}

// sealed returns settings of about n bytes that show whether they are whole.
func sealed(batch string, n int) []byte {
	pad := make([]byte, n)
	for i := range pad {
		pad[i] = byte('a' + rand.IntN(26))
	}
	text := batch + " " + string(pad)
	return fmt.Appendf(nil, "%08x %s", crc32.ChecksumIEEE([]byte(text)), text)
}

// isSealed reports whether settings are as sealed made them.
func isSealed(settings []byte) bool {
	sum, text, _ := strings.Cut(string(settings), " ")
	return sum == fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text)))
}

// Of the test with several processes: how many counts each adds, to how many
// customers, and within which time each call must be done.
const (
	countsEach    = 150
	countedShared = 3
	countDeadline = 20 * time.Second
)

// countTogether says "ready", waits until its input ends, and then adds its
// counts while it lists and follows.
func countTogether(out io.Writer, dir string) error {
	fmt.Fprintln(out, "ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	s, err := embedded.Open(context.Background(), dir, embedded.Options{})
	if err != nil {
		return err
	}
	for i := range countsEach {
		if err := countOnce(s, fmt.Sprint("shared-", i%countedShared)); err != nil {
			return err
		}
	}
	if err := s.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "done")
	return err
}

func countOnce(s atlas.Store, customer string) error {
	ctx, cancel := context.WithTimeout(context.Background(), countDeadline)
	defer cancel()
	if err := storetest.Increment(ctx, s, customer, os.Getenv(helperName)); err != nil {
		return err
	}
	if _, err := s.Customers(ctx, "", 10); err != nil {
		return err
	}
	_, err := s.Changes(ctx, 0, 10)
	return err
}

// openUnprivileged opens the store as a user without privileges and writes to
// it.
func openUnprivileged(_ io.Writer, dir string) error {
	if os.Geteuid() == 0 {
		if err := syscall.Setuid(nobody); err != nil {
			return err
		}
	}
	s, err := embedded.Open(context.Background(), dir, embedded.Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

// lines reads the lines of r that are complete.
func lines(r io.Reader) []string {
	var all []string
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return all
		}
		all = append(all, strings.TrimSuffix(line, "\n"))
	}
}
