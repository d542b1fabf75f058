package dataset_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"domicile/internal/dataset"
)

var update = flag.Bool("update", false, "rewrite the manifest of datasets/")

const directory = "../../datasets"

func TestManifestListsTheFilesAsTheyAre(t *testing.T) {
	want, err := dataset.Manifest(os.DirFS(directory))
	if err != nil {
		t.Fatal(err)
	}
	file := directory + "/" + dataset.ManifestName
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("datasets/MANIFEST is out of date; run: go test ./internal/dataset -run TestManifest -update")
	}
}

func TestManifestKeepsLicencesAndAsksForUnknownOnes(t *testing.T) {
	sum := strings.Repeat("0", 64)
	dir := fstest.MapFS{
		"a.csv":    {Data: []byte("id\n1\n2\n")},
		"b.bin":    {Data: []byte("x")},
		"MANIFEST": {Data: []byte(sum + "  -  MIT  b.bin\n")},
	}
	got, err := dataset.Manifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(got)), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "  2  CC0-1.0  a.csv") || !strings.HasSuffix(lines[1], "  -  MIT  b.bin") {
		t.Errorf("manifest:\n%s", got)
	}
	delete(dir, "MANIFEST")
	if _, err := dataset.Manifest(dir); err == nil || !strings.Contains(err.Error(), "b.bin: no licence known") {
		t.Errorf("error %v, want one that names b.bin", err)
	}
}
