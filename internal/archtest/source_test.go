package archtest_test

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// source is one text file of the project.
type source struct {
	path  string
	lines []string
}

func (s *source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// sources returns the project's own text files; what tools generate, vendored
// packages and data stay out.
func sources(t *testing.T, endings ...string) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			switch name {
			case "node_modules", ".git", "bin", "dist", "generated", "gen":
				return fs.SkipDir
			}
			return nil
		}
		for _, e := range endings {
			if strings.HasSuffix(name, e) {
				out = append(out, read(t, path))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 5 {
		t.Fatalf("%d files found: the test looks in the wrong place", len(out))
	}
	return out
}

func read(t *testing.T, path string) source {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := source{path: strings.TrimPrefix(filepath.ToSlash(path), "../../")}
	for in := bufio.NewScanner(bytes.NewReader(b)); in.Scan(); {
		s.lines = append(s.lines, in.Text())
	}
	return s
}

const (
	maxLines     = 400
	maxTestLines = 600
)

func TestFilesStaySmall(t *testing.T) {
	for _, s := range sources(t, ".go") {
		limit := maxLines
		if s.test() {
			limit = maxTestLines
		}
		if strings.Contains(s.path, "internal/bench/") {
			continue // peers bring generated code
		}
		if len(s.lines) > limit {
			t.Errorf("%s has %d lines, at most %d", s.path, len(s.lines), limit)
		}
	}
}

// habits that the house does not have.
var habits = []struct {
	pattern *regexp.Regexp
	tests   bool // forbidden in tests as well
	why     string
}{
	{regexp.MustCompile(`^func init\(`), true, "no init: wire in cmd"},
	{regexp.MustCompile(`\blog\.Fatal`), true, "no exit mid-run: return the error"},
	{regexp.MustCompile(`\bpanic\([^)]*\)+$`), false, "no panic outside tests; say why where net/http asks for one"},
	{regexp.MustCompile(`\bt\.Skip`), true, "no skipped test: install what it needs"},
	{regexp.MustCompile(`\btime\.Sleep\(`), true, "no sleep as synchronisation"},
	{regexp.MustCompile(`//.*\b(TODO|FIXME|XXX)\b`), true, "no unfinished marks"},
}

func TestHabits(t *testing.T) {
	for _, s := range sources(t, ".go") {
		if strings.Contains(s.path, "internal/archtest/") || strings.Contains(s.path, "internal/bench/") {
			continue
		}
		for i, line := range s.lines {
			for _, h := range habits {
				if (h.tests || !s.test()) && h.pattern.MatchString(line) {
					t.Errorf("%s:%d: %s: %s", s.path, i+1, h.why, strings.TrimSpace(line))
				}
			}
		}
	}
}

// words that have another name here; the reader of edge logs alone knows the
// provider's field names.
var words = regexp.MustCompile(`(?i)\b(tenants?|colos?)\b`)

func TestWordsAreThoseOfTheDomain(t *testing.T) {
	for _, s := range sources(t, ".go", ".graphql", ".md", ".csv") {
		if strings.Contains(s.path, "edgelog/") || strings.Contains(s.path, "demologs/") || strings.Contains(s.path, "archtest/") ||
			strings.Contains(s.path, "bench/") || strings.Contains(s.path, "probe") || strings.Contains(s.path, "ingest") {
			continue
		}
		for i, line := range s.lines {
			if w := words.FindString(line); w != "" {
				t.Errorf("%s:%d: %q has another name here: customer, site or PoP", s.path, i+1, w)
			}
		}
	}
}

// places of one machine, and hosts that packages were fetched from.
var foreign = regexp.MustCompile(`(^|[^A-Za-z0-9_.])/(work|root|farm)/|https?://(registry|proxy|deb)\.|"resolved":`)

func TestNothingSpeaksOfOneMachine(t *testing.T) {
	for _, s := range sources(t, ".go", ".graphql", ".md", ".csv", ".json", ".yaml", ".yml", ".ts", ".tsx", "Makefile", "Dockerfile") {
		if strings.Contains(s.path, "archtest/") {
			continue
		}
		for i, line := range s.lines {
			if w := foreign.FindString(line); w != "" {
				t.Errorf("%s:%d: %q", s.path, i+1, w)
			}
		}
	}
}
