package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"domicile/web"
)

func TestTheBuiltPageIsThatOfItsSources(t *testing.T) {
	files, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(files, "BUILD.json")
	if err != nil {
		t.Fatal(err)
	}
	var build struct {
		Inputs []string
		SHA256 string
	}
	if err := json.Unmarshal(text, &build); err != nil {
		t.Fatal(err)
	}
	if len(build.Inputs) < 5 {
		t.Fatalf("BUILD.json names %d inputs: %v", len(build.Inputs), build.Inputs)
	}
	if got := digest(t, build.Inputs); got != build.SHA256 {
		t.Errorf("web/dist was built from other sources: %s, now %s; run npm run build in web", build.SHA256, got)
	}
}

// digest is sha256 over "sha256  path\n" of every file, ascending by path.
func digest(t *testing.T, inputs []string) string {
	t.Helper()
	var paths []string
	for _, input := range inputs {
		err := filepath.WalkDir(input, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				paths = append(paths, filepath.ToSlash(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(paths)
	var lines strings.Builder
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(content), path)
	}
	sum := sha256.Sum256([]byte(lines.String()))
	return hex.EncodeToString(sum[:])
}

func TestTheBuiltPageStaysWithinItsBudget(t *testing.T) {
	files, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	for name, limit := range map[string]int{
		"app.js": 120_000, "app.css": 8_000, "world.json": 50_000, "embed.js": 13_000, "embed.css": 2_000,
	} {
		// As it is sent to browsers that read zstd; the others may take a little more.
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Error(err)
			continue
		}
		if packed := z.EncodeAll(content, nil); len(packed) > limit {
			t.Errorf("%s is %d bytes compressed, over its budget of %d", name, len(packed), limit)
		}
		if packed := gzipped(t, content); len(packed) > limit+limit/16 {
			t.Errorf("%s is %d bytes in gzip, a sixteenth over its budget of %d", name, len(packed), limit)
		}
	}
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestTheBuiltPageNamesNoOtherHost(t *testing.T) {
	files, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "embed.html", "app.css", "embed.css"} {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(content), "http://www.w3.org/2000/svg", "")
		if strings.Contains(text, "http://") || strings.Contains(text, "https://") || strings.Contains(text, `"//`) {
			t.Errorf("%s names another host", name)
		}
	}
}
