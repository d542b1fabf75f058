package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReadmeShowsWhatTheBinarySays runs every transcript of the README that
// asks about the demo fleet.
func TestReadmeShowsWhatTheBinarySays(t *testing.T) {
	const path = "../../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```\n")
	ran := 0
	for i, block := range blocks {
		command, shown, _ := strings.Cut(block, "\n")
		args, ok := strings.CutPrefix(command, "$ domicile ")
		if !ok || !strings.Contains(args, "--demo") {
			continue
		}
		ran++
		got := transcript(t, strings.Fields(args))
		if *update {
			blocks[i] = command + "\n" + got
			continue
		}
		if diff := cmp.Diff(shown, got); diff != "" {
			t.Errorf("%s (-README +now; go test ./cmd/domicile -update rewrites it):\n%s", command, diff)
		}
	}
	if ran < 2 {
		t.Errorf("%d transcripts found in the README, want at least 2", ran)
	}
	if *update {
		if err := os.WriteFile(path, []byte(strings.Join(blocks, "```\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func transcript(t *testing.T, args []string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), &process{
		args: args, stdin: strings.NewReader(""), stdout: &masked{to: &out}, stderr: &errs, env: func(string) string { return "" },
		clock: func() time.Time { return time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC) },
	})
	if code == exitNotJudged {
		t.Fatalf("domicile %s: %s", strings.Join(args, " "), &errs)
	}
	return out.String()
}
