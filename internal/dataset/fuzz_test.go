package dataset_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"domicile/datasets"
	"domicile/internal/dataset"
)

// A stranger's table may be refused, but never crashes the reader, and each
// fault says where it stands and how to mend it.
func FuzzTable(f *testing.F) {
	files := []string{"sites.csv", "regions.csv", "memberships.csv", "product_rules.csv", "edge_ranges.csv", "claims.csv", "MANIFEST"}
	for i, name := range files {
		b, err := fs.ReadFile(datasets.FS, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, b[:min(len(b), 2000)])
	}
	f.Add(0, []byte("\ufeffcode,kind\n\"a\n"))
	f.Add(1, []byte("key,name,setting,kind,definition,geographic,key_confidence,source,checked,confidence,notes\nx,,,,((((,,,,,,\n"))
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		name := files[uint(which)%uint(len(files))]
		dir := fstest.MapFS{name: &fstest.MapFile{Data: data}}
		for _, fault := range dataset.Verify(dir) {
			if fault.File == "" || fault.What == "" || fault.Line < 0 || fault.Column < 0 {
				t.Fatalf("a fault without a place: %+v", fault)
			}
			if fault.Line > strings.Count(string(data), "\n")+1 && fault.File == name {
				t.Fatalf("a fault behind the end of the file: %+v", fault)
			}
		}
	})
}
