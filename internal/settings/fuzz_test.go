package settings_test

import (
	"bytes"
	"reflect"
	"testing"

	"domicile/internal/settings"
)

// FuzzParse: no bytes make Parse panic; a refusal names problems and reads
// nothing; what is read, in either notation, is encoded and read back the same.
func FuzzParse(f *testing.F) {
	for _, path := range append(inputs(f, "ok_*"), inputs(f, "bad_*")...) {
		f.Add(read(f, path))
	}
	c := catalog(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := settings.Parse(data, "fuzz", c)
		if err != nil {
			if problems, ok := err.(settings.Problems); !ok || len(problems) == 0 || all != nil {
				t.Fatalf("refused with %v, %d customers", err, len(all))
			}
			return
		}
		for _, s := range all {
			text, err := settings.Encode(s)
			if err != nil {
				t.Fatal(err)
			}
			back, err := settings.Parse(text, "back", c)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if !reflect.DeepEqual(s, back[0]) {
				t.Fatalf("%s reads back as\n%+v, want\n%+v", text, back[0], s)
			}
			again, err := settings.Encode(back[0])
			if err != nil || !bytes.Equal(text, again) {
				t.Fatalf("%s encodes again as\n%s, %v", text, again, err)
			}
			throughYAML(t, c, text)
		}
	})
}

// throughYAML reads canonical JSON with the YAML reader. The two agree, except
// where YAML refuses what JSON allows in a text.
func throughYAML(t *testing.T, c *settings.Catalog, text []byte) {
	t.Helper()
	all, err := settings.Parse(append([]byte("--- # by the YAML reader\n"), text...), "yaml", c)
	if err != nil {
		return
	}
	again, err := settings.Encode(all[0])
	if err != nil || !bytes.Equal(text, again) {
		t.Fatalf("%s through YAML is\n%s, %v", text, again, err)
	}
}
