package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// yetiLine is a log line of a name of the demo fleet.
const yetiLine = `{"EdgeStartTimestamp":"2026-11-04T00:01:00Z","EdgeColoCode":"ZRH","ClientRequestHost":"www.yeti.example"}` + "\n"

// TestADirectoryThatCannotBeReadFailsAloneOfAll makes one whose path is too long for
// anybody.
func TestADirectoryThatCannotBeReadFailsAloneOfAll(t *testing.T) {
	b := newBinary(t)
	if err := os.MkdirAll(filepath.Join(b.home, "logs", "zz"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.file("logs/a.ndjson", []byte(yetiLine))
	b.file("logs/zz/b.ndjson", []byte(strings.Replace(yetiLine, ":01:", ":02:", 1)))
	t.Chdir(filepath.Join(b.home, "logs"))
	level := strings.Repeat("d", 200)
	for range 4096/len(level) + 1 {
		if err := os.Mkdir(level, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chdir(level); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, code := b.run(nil, "ingest", "--demo", "logs")
	for _, text := range []string{level + ": the directory cannot be read", "a.ndjson: http_requests, recorded", "b.ndjson: http_requests, recorded", "3 files: 2 lines = 2 accepted"} {
		if !strings.Contains(out, text) {
			t.Errorf("%.500q lacks %q", out, text)
		}
	}
	if code != exitNotJudged || !strings.Contains(errs, "1 of 3 files could not be read whole") {
		t.Errorf("%d %s", code, errs)
	}
}
