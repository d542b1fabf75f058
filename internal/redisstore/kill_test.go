package redisstore_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
)

// The environment tells the test binary to be another process that writes: to
// which store, and under which name.
const (
	writerAddress = "REDISSTORE_TEST_ADDRESS"
	writerName    = "REDISSTORE_TEST_NAME"
)

func TestMain(m *testing.M) {
	address := os.Getenv(writerAddress)
	if address == "" {
		flag.Parse()
		flag.Set("test.parallel", "8") // these tests wait more than they work
		os.Exit(m.Run())
	}
	if err := writeForever(os.Stdout, address, os.Getenv(writerName)); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// sealed returns settings of about n bytes that show whether they are whole.
func sealed(batch string, n int) []byte {
	text := fmt.Sprintf("%s %0*d", batch, n, rand.Uint64())
	return fmt.Appendf(nil, "%08x %s", crc32.ChecksumIEEE([]byte(text)), text)
}

func isSealed(settings []byte) bool {
	sum, text, _ := strings.Cut(string(settings), " ")
	return sum == fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text)))
}

// randomBatch is a batch whose name says how many writes it has.
func randomBatch(name string, customers int) []atlas.Write {
	size := 1 + rand.IntN(2)*rand.IntN(customers)
	batch := fmt.Sprintf("%s of %d", name, size)
	writes := make([]atlas.Write, size)
	for i, c := range rand.Perm(customers)[:size] {
		writes[i] = settingsWrite(fmt.Sprint("customer-", c), atlas.AnyVersion, "")
		writes[i].Actor, writes[i].Settings = batch, sealed(batch, rand.IntN(3000))
	}
	return writes
}

const killCustomers = 30

// writeForever appends batches and prints a line for each version that was
// acknowledged, until it is killed.
func writeForever(out io.Writer, address, name string) error {
	ctx := context.Background()
	s, err := redisstore.Open(ctx, address, redisstore.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "open")
	for n := 0; ; n++ {
		versions, err := s.Append(ctx, time.Now(), randomBatch(fmt.Sprint(name, "-", n), killCustomers))
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

// acknowledged are the checksums of the settings that a writer was told to be
// kept.
type acknowledged map[atlas.CustomerRef]string

func TestEverythingAcknowledgedSurvivesTheKillOfAWriter(t *testing.T) {
	t.Parallel()
	address := redistest.StartCluster(t).Address()
	s, acks := openAt(t, address, redisstore.Options{}), acknowledged{}
	for kill := range 10 {
		writeAndKill(t, address, fmt.Sprint("run-", kill), acks)
		checkSurvivors(t, s, acks)
	}
	if len(acks) == 0 {
		t.Error("nothing was acknowledged before any of the kills")
	}
	removed, err := s.Recover(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	checkSurvivors(t, s, acks)
	var customers []string
	for i := range killCustomers {
		customers = append(customers, fmt.Sprint("customer-", i))
	}
	if orphans, err := s.Orphans(t.Context(), customers); err != nil || len(orphans) > 0 {
		t.Errorf("left behind: %v, %v", orphans, err)
	}
	t.Logf("%d versions acknowledged, %d batches caught half done", len(acks), removed)
}

// writeAndKill runs a writer, kills it at a random moment, and adds what it was
// told.
func writeAndKill(t *testing.T, address, name string, acks acknowledged) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), writerAddress+"="+address, writerName+"="+name)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	if first, err := out.ReadString('\n'); first != "open\n" {
		t.Fatalf("the writer began with %q (%v)", first, err)
	}
	time.AfterFunc(rand.N(150*time.Millisecond), func() { cmd.Process.Kill() })
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			break
		}
		var ref atlas.CustomerRef
		var sum string
		if _, err := fmt.Sscan(line, &ref.Customer, &ref.Version, &sum); err != nil {
			t.Fatalf("acknowledgement %q: %v", line, err)
		}
		acks[ref] = sum
	}
	if cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
		t.Fatal("the writer ended before it was killed")
	}
}

// checkSurvivors checks that everything acknowledged is there, that every batch
// is whole, and that the log lists every version once and in order.
func checkSurvivors(t *testing.T, s atlas.Store, acks acknowledged) {
	t.Helper()
	customers, err := s.Customers(t.Context(), "", 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	found, total, batches := 0, 0, map[string]int{}
	for _, c := range customers {
		versions, err := s.Versions(t.Context(), c.Customer)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range versions {
			batches[v.Actor]++
			total++
			if v.Number != i+1 || !isSealed(v.Settings) {
				t.Errorf("%s: version %d is torn or out of order", v.Customer, v.Number)
			}
			if sum, ok := acks[atlas.CustomerRef{Customer: v.Customer, Version: v.Number}]; ok {
				found++
				if sum != fmt.Sprintf("%08x", crc32.ChecksumIEEE(v.Settings)) {
					t.Errorf("%s: version %d is not what was acknowledged", v.Customer, v.Number)
				}
			}
		}
	}
	if found != len(acks) {
		t.Errorf("%d of %d acknowledged versions are left", found, len(acks))
	}
	for name, n := range batches {
		if !strings.HasSuffix(name, fmt.Sprintf(" of %d", n)) {
			t.Errorf("batch %s left %d versions", name, n)
		}
	}
	checkLog(t, s, total)
}

// checkLog checks that the changes are the versions, each customer's in order.
func checkLog(t *testing.T, s atlas.Store, versions int) {
	t.Helper()
	changes, err := s.Changes(t.Context(), 0, 1_000_000)
	if err != nil || len(changes) != versions {
		t.Errorf("%d changes of %d versions, %v", len(changes), versions, err)
	}
	last := map[string]int{}
	for _, c := range changes {
		if c.Version != last[c.Customer]+1 {
			t.Errorf("%s: version %d comes after %d", c.Customer, c.Version, last[c.Customer])
		}
		last[c.Customer] = c.Version
	}
}
