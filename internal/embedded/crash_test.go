package embedded_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
)

// A process that writes is killed again and again. This proves the order of
// acknowledgement, log and recovery; that the disk keeps what it was told to
// sync is the disk's promise.
func TestEverythingAcknowledgedSurvivesAKill(t *testing.T) {
	const lives, kills = 4, 8
	for life := range lives {
		bystander := life%2 == 1
		t.Run(fmt.Sprintf("directory %d, another process has it open: %t", life+1, bystander), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if bystander {
				open(t, dir)
			}
			acknowledged := map[atlas.CustomerRef]string{}
			for kill := range kills {
				writeAndKill(t, dir, fmt.Sprint("run-", kill), acknowledged)
				checkSurvivors(t, dir, acknowledged)
			}
			if len(acknowledged) == 0 {
				t.Error("nothing was acknowledged before any of the kills")
			}
		})
	}
}

// writeAndKill runs a writer in dir, kills it at a random moment, and adds to
// acknowledged what the writer was told to be durable.
func writeAndKill(t *testing.T, dir, name string, acknowledged map[atlas.CustomerRef]string) {
	t.Helper()
	cmd := helper(t, "write", dir, name)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	if first, err := out.ReadString('\n'); err != nil || first != "opening\n" {
		t.Fatalf("the writer began with %q (%v)", first, err)
	}
	time.AfterFunc(rand.N(60*time.Millisecond), func() { cmd.Process.Kill() })
	acks := lines(out)
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the writer ended before it was killed: %v, %q", err, acks)
	}
	for _, ack := range acks {
		var ref atlas.CustomerRef
		var sum string
		if _, err := fmt.Sscan(ack, &ref.Customer, &ref.Version, &sum); err != nil {
			t.Fatalf("acknowledgement %q: %v", ack, err)
		}
		acknowledged[ref] = sum
	}
}

// checkSurvivors opens the store again and compares.
func checkSurvivors(t *testing.T, dir string, acknowledged map[atlas.CustomerRef]string) {
	t.Helper()
	s, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	customers, err := s.Customers(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	found, batches := 0, map[string]int{}
	for _, c := range customers {
		versions, err := s.Versions(t.Context(), c.Customer)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range versions {
			batches[v.Actor]++
			if v.Number != i+1 || !isSealed(v.Settings) {
				t.Errorf("%s: version %d is torn or out of order", v.Customer, v.Number)
			}
			if sum, ok := acknowledged[atlas.CustomerRef{Customer: v.Customer, Version: v.Number}]; ok {
				found++
				if sum != fmt.Sprintf("%08x", crc32.ChecksumIEEE(v.Settings)) {
					t.Errorf("%s: version %d is not what was acknowledged", v.Customer, v.Number)
				}
			}
		}
	}
	if found != len(acknowledged) {
		t.Errorf("%d of %d acknowledged versions are left", found, len(acknowledged))
	}
	checkWhole(t, batches)
	checkIntegrity(t, dir)
}

// checkWhole compares how many versions each batch has with what its name says.
func checkWhole(t *testing.T, batches map[string]int) {
	t.Helper()
	for name, n := range batches {
		if !strings.HasSuffix(name, fmt.Sprintf(" of %d", n)) {
			t.Errorf("batch %s left %d versions", name, n)
		}
	}
}

// checkIntegrity lets SQLite look for damage in the file.
func checkIntegrity(t *testing.T, dir string) {
	t.Helper()
	db := raw(t, dir)
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity check: %q, %v", verdict, err)
	}
}

// raw opens the database as any other program would, one connection.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, embedded.FileName))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}
