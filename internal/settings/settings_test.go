package settings_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/settings"
)

var update = flag.Bool("update", false, "rewrite the expected files of testdata")

// golden compares a text with a file of testdata, or rewrites the file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// inputs returns the files of testdata that match a pattern, expected files
// left out.
func inputs(t testing.TB, pattern string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range all {
		if !strings.HasSuffix(path, ".want") {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		t.Fatalf("no file matches %s", pattern)
	}
	return out
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoodFilesAreReadAndTheirCanonicalFormIsStable(t *testing.T) {
	c := catalog(t)
	for _, path := range inputs(t, "ok_*") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			all, err := settings.Parse(read(t, path), filepath.Base(path), c)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, s := range all {
				canonical, err := settings.Encode(s)
				if err != nil {
					t.Fatal(err)
				}
				b.Write(canonical)
				b.WriteByte('\n')
			}
			golden(t, path+".want", b.String())
		})
	}
}

func TestBadFilesListEveryProblemAndReadNothing(t *testing.T) {
	c := catalog(t)
	for _, path := range inputs(t, "bad_*") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			all, err := settings.Parse(read(t, path), filepath.Base(path), c)
			var problems settings.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want Problems", err)
			}
			if all != nil {
				t.Errorf("%d customers were read beside the problems", len(all))
			}
			golden(t, path+".want", problems.Error()+"\n")
		})
	}
}
