package schema_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"domicile/schema"
)

var release = flag.Bool("release", false, "rewrite the contract of the last release")

func TestTheReleasedContractCanBeRead(t *testing.T) {
	sdl, err := schema.SDL()
	if err != nil {
		t.Fatal(err)
	}
	if *release {
		if err := os.WriteFile(schema.ReleasedName, []byte(sdl), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	released, err := schema.Released()
	if err != nil || !strings.Contains(released, "\ntype Query {") {
		t.Errorf("%v: %.100s", err, released)
	}
}

func TestTheContractIsEveryFileInOrder(t *testing.T) {
	sdl, err := schema.SDL()
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, name := range schema.Order() {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		i := strings.Index(sdl[at:], string(text))
		if i < 0 || i > 1 {
			t.Fatalf("%s is not where it should be", name)
		}
		at += i + len(text)
	}
	if at != len(sdl) {
		t.Errorf("%d bytes more than the files have", len(sdl)-at)
	}
}
