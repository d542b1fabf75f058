package ingest_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/ingest"
)

// makes makes files of four bytes below a directory.
func makes(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("1234"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func links(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

// below are the paths of names in a directory.
func below(dir string, names ...string) (out []string) {
	for _, name := range names {
		out = append(out, filepath.Join(dir, name))
	}
	return out
}

func TestLogsOfADirectoryAreFound(t *testing.T) {
	dir := t.TempDir()
	makes(t, dir, "b.log.gz", "a.csv", "sub/c.ndjson", ".hidden.log", ".git/d.log", "README.md")
	got, err := ingest.Find(dir)
	want := &ingest.Found{
		Files: below(dir, "a.csv", "b.log.gz", "sub/c.ndjson"), Bytes: 12,
		Passed: []ingest.Passed{{Why: ingest.Hidden, Count: 1, Names: []string{".hidden.log"}}, {Why: ingest.NotNamed, Count: 1, Names: []string{"README.md"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, %s", err, diff)
	}
}

func TestALinkToAFileIsReadAndOneToADirectoryWhereItIsNamed(t *testing.T) {
	dir := t.TempDir()
	makes(t, dir, "logs/a.log", "other/b.log", "other/notes")
	links(t, "../other/b.log", dir+"/logs/b.log")
	links(t, "../other/notes", dir+"/logs/notes")
	links(t, "../other", dir+"/logs/other.log")
	links(t, "..", dir+"/logs/round")
	links(t, "logs", dir+"/today")
	for _, root := range []string{"logs", "today", "today/"} {
		got, err := ingest.Find(dir + "/" + root)
		want := &ingest.Found{
			Files: below(filepath.Join(dir, root), "a.log", "b.log"), Bytes: 8,
			Passed: []ingest.Passed{{Why: ingest.NotNamed, Count: 1, Names: []string{"notes"}}, {Why: ingest.LinkToDirectory, Count: 2, Names: []string{"other.log", "round"}}},
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v, %s", root, err, diff)
		}
	}
}

func TestWhatIsNoFileIsPassedOverAsThat(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(dir+"/a.log", 0o600); err != nil {
		t.Fatal(err)
	}
	links(t, "a.log", dir+"/b.log")
	t.Chdir(dir) // the name of a socket is short
	l, err := net.Listen("unix", "c.log")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got, err := ingest.Find(dir)
	want := &ingest.Found{Passed: []ingest.Passed{{Why: ingest.NotAFile, Count: 3, Names: []string{"a.log", "b.log", "c.log"}}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, %s", err, diff)
	}
	if got, err := ingest.Find(dir + "/a.log"); err != nil || len(got.Files) != 1 {
		t.Errorf("a pipe that is named: %+v, %v", got, err)
	}
}

func TestWhatCannotBeLookedAtIsAFaultOfThatAlone(t *testing.T) {
	dir := t.TempDir()
	makes(t, dir, "a.log", "z/b.log")
	links(t, "nowhere", dir+"/gone.log")
	links(t, "loop.log", dir+"/loop.log")
	links(t, "nowhere", dir+"/gone")
	deep := tooDeep(t, dir)
	got, err := ingest.Find(dir)
	if diff := cmp.Diff(below(dir, "a.log", "z/b.log"), got.Files); diff != "" || err != nil {
		t.Errorf("%v, %s", err, diff)
	}
	said := map[string]string{}
	for _, f := range got.Failed {
		said[f.Path] = f.Err.Error()
	}
	for path, text := range map[string]string{
		dir + "/gone.log": "a link to a file that is not there", dir + "/loop.log": "a link that cannot be followed", deep: "the directory cannot be read",
	} {
		if !strings.Contains(said[path], text) {
			t.Errorf("%.80s: %.200q lacks %q", path, said[path], text)
		}
	}
	if len(got.Failed) != 3 {
		t.Errorf("%d faults", len(got.Failed))
	}
	if got, err := ingest.Find(dir + "/missing.log"); err == nil {
		t.Errorf("what is named and not there: %+v", got)
	}
}

// tooDeep makes directories below dir until one has a path that is too long to be read,
// whoever asks.
func tooDeep(t *testing.T, dir string) (path string) {
	t.Helper()
	t.Chdir(dir)
	level := strings.Repeat("d", 200)
	for path = dir; len(path) < 4096; path = filepath.Join(path, level) {
		if err := os.Mkdir(level, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chdir(level); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestOfManyPassedOverAFewAreNamed(t *testing.T) {
	all := &ingest.Found{}
	for n := range 3 {
		dir := t.TempDir()
		makes(t, dir, "a.log")
		for i := range 3 {
			makes(t, dir, fmt.Sprintf("%d%d.txt", n, i))
		}
		found, err := ingest.Find(dir)
		if err != nil {
			t.Fatal(err)
		}
		all.Add(found)
	}
	want := []ingest.Passed{{Why: ingest.NotNamed, Count: 9, Names: []string{"00.txt", "01.txt", "02.txt", "10.txt", "11.txt"}}}
	if diff := cmp.Diff(want, all.Passed); diff != "" || len(all.Files) != 3 || all.Bytes != 12 {
		t.Errorf("%+v %s", all, diff)
	}
}
