package embedded_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/embedded"
)

// says fails the test unless err names the path and the fix, and says to try
// again exactly where that helps.
func says(t *testing.T, err error, path, fix string, retry bool) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), fix) {
		t.Errorf("error = %v\nwant one that names %s and says %q", err, path, fix)
	}
	if errors.Is(err, atlas.ErrStoreUnavailable) != retry {
		t.Errorf("error = %v\nwant it to invite another try: %t", err, retry)
	}
}

// execute runs statements on the database as any other program would.
func execute(t *testing.T, dir string, statements ...string) {
	t.Helper()
	db := raw(t, dir)
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// populate leaves a closed store with 200 customers in dir.
func populate(t *testing.T, dir string) {
	t.Helper()
	s, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	writes := make([]atlas.Write, 200)
	for i := range writes {
		writes[i] = oneWrite(fmt.Sprint("customer-", i))[0]
		writes[i].Settings = sealed("batch", 500)
	}
	if _, err := s.Append(t.Context(), time.Now(), writes); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesWhatItCannotServe(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, dir, file string)
		fix     string
	}{
		{"a database of a newer version", func(t *testing.T, dir, _ string) {
			populate(t, dir)
			execute(t, dir, "PRAGMA user_version = 999")
		}, fmt.Sprintf("it has schema version 999 and this program knows up to %d: use the version of domicile that wrote it, or a newer one", embedded.SchemaVersion)},
		{"a database of another program", func(t *testing.T, dir, _ string) {
			execute(t, dir, "CREATE TABLE bookmarks (url TEXT)")
		}, "a database of another program: name another directory"},
		{"a database of another program with the same schema number", func(t *testing.T, dir, _ string) {
			execute(t, dir, "CREATE TABLE bookmarks (url TEXT)", "PRAGMA user_version = 1", "PRAGMA application_id = 7")
		}, "a database of another program: name another directory"},
		{"a file that is no database", func(t *testing.T, _, file string) {
			writeFile(t, file, strings.Repeat("this is a letter and not a database\n", 300))
		}, "restore a backup, or move the file away"},
		{"a database whose first page is damaged", func(t *testing.T, dir, file string) {
			populate(t, dir)
			overwrite(t, file, 100, 3000)
		}, "restore a backup, or move the file away"},
		{"a directory in place of the database", func(t *testing.T, _, file string) {
			if err := os.Mkdir(file, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "let this user read and write the file and its directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, embedded.FileName)
			test.prepare(t, dir, file)
			before, _ := os.ReadFile(file)
			_, err := embedded.Open(t.Context(), dir, embedded.Options{})
			says(t, err, file, test.fix, false)
			if after, _ := os.ReadFile(file); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// overwrite damages n bytes of a file.
func overwrite(t *testing.T, file string, at, n int) {
	t.Helper()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(whole) < at+n {
		t.Fatalf("%s has only %d bytes", file, len(whole))
	}
	copy(whole[at:at+n], strings.Repeat("\xa5", n))
	writeFile(t, file, string(whole))
}

func TestOpenRefusesADirectoryThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, "")
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		_, err := embedded.Open(t.Context(), dir, embedded.Options{})
		says(t, err, file, "name a directory that this user can create or write", false)
	}
	_, err := embedded.Open(t.Context(), "", embedded.Options{})
	says(t, err, "", "no directory is given", false)
}

// The open happens in another process without privileges, because permissions
// do not stop a privileged one.
func TestOpenWithoutPermissionNamesTheFix(t *testing.T) {
	tests := []struct {
		name      string
		file, dir os.FileMode // permissions
		below     string      // the directory that is opened
		fix       string
	}{
		{"a read-only file", 0o444, 0o777, "", "domicile.db: permission denied: let this user read and write it"},
		{"an unreadable file", 0, 0o777, "", "domicile.db: permission denied: let this user read and write it"},
		{"a read-only directory", 0o666, 0o555, "", "001: permission denied: let this user read and write it"},
		{"a closed directory", 0o666, 0, "", "001: permission denied: let this user read and write it"},
		{"a directory below a read-only one", 0o666, 0o555, "below", "name a directory that this user can create or write"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			populate(t, dir)
			file := filepath.Join(dir, embedded.FileName)
			above := os.Chmod(filepath.Dir(dir), 0o755) // the test's own directory is private
			if err := errors.Join(above, os.Chmod(file, test.file), os.Chmod(dir, test.dir)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(dir, 0o700) })
			out, err := helper(t, "open", filepath.Join(dir, test.below), "").Output()
			if err == nil {
				t.Fatal("the store could be opened")
			}
			says(t, errors.New(string(out)), dir, test.fix, false)
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
				t.Errorf("files in the directory: %v, %v; want the database alone", left, err)
			}
		})
	}
}

func TestOpenMakesAPrivateDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "a b?c#d%20e&f=g")
	open(t, dir)
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v; want permissions 0700", info.Mode(), err)
	}
	if _, err := os.Stat(filepath.Join(dir, embedded.FileName)); err != nil {
		t.Error(err)
	}
}

func TestADamagedPageIsReportedAndNotServed(t *testing.T) {
	dir := t.TempDir()
	populate(t, dir)
	file := filepath.Join(dir, embedded.FileName)
	overwrite(t, file, 32*4096, 16*4096)
	s, err := embedded.Open(t.Context(), dir, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 200 {
		versions, err := s.Versions(t.Context(), fmt.Sprint("customer-", i))
		if err == nil && len(versions) == 1 && isSealed(versions[0].Settings) {
			continue
		}
		says(t, err, file, "restore a backup", false)
		return
	}
	t.Error("no damage was found")
}

func TestAFullDiskKeepsWhatWasAcknowledged(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.LimitPages(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	acknowledged := 0
	var err error
	for err == nil {
		w := oneWrite(fmt.Sprint("customer-", acknowledged))
		w[0].Settings = sealed("batch", 2000)
		if _, err = s.Append(t.Context(), time.Now(), w); err == nil {
			acknowledged++
		}
	}
	says(t, err, filepath.Join(dir, embedded.FileName), "free space on the disk, then try again", true)
	if err := s.LimitPages(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), time.Now(), oneWrite("zebra")); err != nil {
		t.Errorf("with space again: %v", err)
	}
	customers, err := s.Customers(t.Context(), "", 1000)
	if err != nil || len(customers) != acknowledged+1 {
		t.Errorf("%d customers, %v; want %d", len(customers), err, acknowledged+1)
	}
}

func TestAReplacedFileIsNoticed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	file := filepath.Join(dir, embedded.FileName)
	refuses := func(when string) {
		t.Helper()
		_, err := s.Append(t.Context(), time.Now(), oneWrite("acme"))
		for _, err := range []error{err, s.Ping(t.Context())} {
			t.Log(when)
			says(t, err, file, "put the file back, or restart every process that uses it", true)
		}
	}
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	refuses("the file is gone")
	writeFile(t, file, "")
	refuses("another file is in its place")
	if err := os.Rename(file+".away", file); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), time.Now(), oneWrite("acme")); err != nil {
		t.Errorf("with the file back: %v", err)
	}
}
