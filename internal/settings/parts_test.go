package settings_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/residency"
	"domicile/internal/settings"
)

// allParts reads everything there is, also behind what is wrong.
func allParts(t testing.TB, p *settings.Parts) (all []*residency.Settings, parts []settings.Part, problems settings.Problems) {
	t.Helper()
	for {
		part, err := p.Next()
		var wrong settings.Problems
		switch {
		case err == io.EOF:
			return all, parts, problems
		case errors.As(err, &wrong):
			problems = append(problems, wrong...)
		case err != nil:
			t.Fatal(err)
		}
		all, parts = append(all, part.Settings...), append(parts, part)
	}
}

func inParts(t testing.TB, text, name string, most int) ([]*residency.Settings, []settings.Part, settings.Problems) {
	t.Helper()
	return allParts(t, settings.NewParts(strings.NewReader(text), name, catalog(t), settings.NewGiven()).Of(most))
}

func TestPartsTogetherAreTheFile(t *testing.T) {
	for _, path := range inputs(t, "ok_*") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := settings.Parse(data, filepath.Base(path), catalog(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, most := range []int{1, 2, 1000} {
			slow := iotest.OneByteReader(strings.NewReader(string(data)))
			got, parts, problems := allParts(t, settings.NewParts(slow, filepath.Base(path), catalog(t), settings.NewGiven()).Of(most))
			if len(problems) > 0 {
				t.Errorf("%s: %v", path, problems)
			}
			if diff := cmp.Diff(encoded(t, want), encoded(t, got)); diff != "" {
				t.Errorf("%s in parts of %d (-want +got):\n%s", path, most, diff)
			}
			for i, p := range parts {
				if len(p.Settings) > most || p.Last < p.First || i > 0 && p.First <= parts[i-1].Last && most == 1 && filepath.Ext(path) == ".yaml" {
					t.Errorf("%s in parts of %d: part %d has %d customers, lines %d to %d", path, most, i+1, len(p.Settings), p.First, p.Last)
				}
			}
		}
	}
}

func encoded(t testing.TB, all []*residency.Settings) []string {
	t.Helper()
	out := make([]string, len(all))
	for i, s := range all {
		text, err := settings.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = string(text)
	}
	return out
}

func TestWhatIsWrongWithAPartIsNamedByItsLineInTheFile(t *testing.T) {
	yaml := "# a fleet\n%YAML 1.1\n---\ncustomer: a\n---\ncustomer: b\nplan: gold\n---\n\n---\ncustomer: a\n---\ncustomer: d\n...\n"
	json := "{\"customer\":\"a\"}\n{\"customer\":\"b\",\n \"plan\":\"gold\"}\n\n{\"customer\":\"a\"} {\"customer\":\"d\"}\n"
	for name, tt := range map[string]struct {
		text, file string
		want       []string // file:line and some of the message, of each problem
		read       int
	}{
		"YAML, and goes on behind it": {yaml, "f.yaml", []string{"f.yaml:7:", `"gold"`, "f.yaml:10:", "empty document", "f.yaml:11:", "it is already in f.yaml on line 4"}, 2},
		"JSON, and goes on behind it": {json, "f.json", []string{"f.json:3:", `"gold"`, "f.json:5:", "it is already in f.json on line 1"}, 2},
		"a text without its end":      {"{\"customer\":\"a\"}\n{\"customer\":\"b\n{\"customer\":\"c\"}\n", "f.json", []string{"f.json:2:", "not valid JSON"}, 1},
		"a bracket too many":          {"{\"customer\":\"a\"}\n}{\"customer\":\"c\"}\n", "f.json", []string{"f.json:2:1:", "not valid JSON"}, 1},
		"JSON that stops":             {"{\"customer\":\"a\"}\n{\"customer\":\"b\"", "f.json", []string{"f.json:2:", "not valid JSON"}, 1},
		"an indent":                   {"customer: a\n---\ncustomer: b\n  plan: free\n---\ncustomer: c\n", "f.yaml", []string{"f.yaml:4", "not valid YAML"}, 1},
		"a NUL byte":                  {"{\"customer\":\"a\"}\n{\"customer\":\"\x00\"}\n{\"customer\":\"c\"}\n", "f.json", []string{"f.json:2:", "a NUL byte"}, 2},
		"a bracket not closed": {
			"{\"customer\":\"a\"}\n{\"customer\":\"b\", \"zones\":[\n" + strings.Repeat("{\"customer\":\"c\"}\n", 1<<20), "f.json", []string{"f.json:4:1", "not valid JSON"}, 1,
		},
		"YAML without a line between customers": {
			"customer: a\n---\ncustomer: b\n" + strings.Repeat("# and so on\n", 2<<20), "f.yaml", []string{"f.yaml:2:", "does not end within 16 MiB; put a line ---"}, 1,
		},
		"two million values": {"{\"customer\":\"a\"}\n{\"customer\":\"b\",\"zones\":[" + strings.Repeat("1,", 2_000_000) + "1]}", "f.json", []string{"f.json:2: more than two million values"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			all, _, problems := inParts(t, tt.text, tt.file, 1)
			text := problems.Error()
			for _, want := range tt.want {
				at := strings.Index(text, want)
				if at < 0 {
					t.Fatalf("want %q next in\n%.2000s", want, problems.Error())
				}
				text = text[at:]
			}
			if len(all) != tt.read {
				t.Errorf("%d customers were read, want %d", len(all), tt.read)
			}
		})
	}
}

func TestACustomerIsInOneFileOnly(t *testing.T) {
	given := settings.NewGiven()
	first := settings.NewParts(strings.NewReader("customer: a\n"), "one.yaml", catalog(t), given)
	if all, _, problems := allParts(t, first); len(all) != 1 || len(problems) > 0 {
		t.Fatalf("%d customers, %v", len(all), problems)
	}
	_, _, problems := allParts(t, settings.NewParts(strings.NewReader("customer: a\n"), "two.yaml", catalog(t), given))
	if want := `two.yaml:1:11: customer: customer "a" is given twice; it is already in one.yaml on line 1`; problems.Error() != want {
		t.Errorf("got %v, want %s", problems, want)
	}
}

func TestAnErrorOfTheSourceIsNotOfTheFile(t *testing.T) {
	broken := errors.New("the cable is out")
	p := settings.NewParts(io.MultiReader(strings.NewReader("customer: a\n---\ncustomer: b\n"), iotest.ErrReader(broken)), "f.yaml", catalog(t), settings.NewGiven()).Of(1)
	if part, err := p.Next(); err != nil || len(part.Settings) != 1 || part.Settings[0].Customer != "a" {
		t.Fatalf("%+v, %v", part, err)
	}
	if _, err := p.Next(); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	if _, err := p.Next(); err != io.EOF {
		t.Fatalf("after the error: %v", err)
	}
}

func TestPartsAreFullAfterSoManyCustomersOrBytes(t *testing.T) {
	var many strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&many, "{\"customer\":\"c%d\"}\n", i)
	}
	_, parts, problems := allParts(t, settings.NewParts(strings.NewReader(many.String()), "f.json", catalog(t), settings.NewGiven()))
	if len(problems) > 0 || len(parts) != 3 || len(parts[0].Settings) != 1000 || parts[0].Last != 1000 || parts[1].First != 1001 || parts[2].Last != 2500 {
		t.Errorf("%d parts, %v", len(parts), problems)
	}
	large := fmt.Sprintf("{\"customer\":%%q%s}\n", strings.Repeat(" ", 3<<20))
	text := fmt.Sprintf(large, "a") + fmt.Sprintf(large, "b") + fmt.Sprintf(large, "c")
	_, parts, problems = allParts(t, settings.NewParts(strings.NewReader(text), "f.json", catalog(t), settings.NewGiven()))
	if len(problems) > 0 || len(parts) != 2 || len(parts[0].Settings) != 2 {
		t.Errorf("%d parts of large customers, %v", len(parts), problems)
	}
}

// FuzzParts: no bytes make Parts panic, or read anything but what Parse reads; what
// it refuses, it refuses with problems at lines.
func FuzzParts(f *testing.F) {
	for _, path := range append(inputs(f, "ok_*"), inputs(f, "bad_*")...) {
		f.Add(read(f, path))
	}
	c := catalog(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		all, _, problems := allParts(t, settings.NewParts(strings.NewReader(string(data)), "fuzz", c, settings.NewGiven()).Of(1))
		for _, p := range problems {
			if p.Line == 0 && !strings.HasPrefix(p.Message, "and ") {
				t.Fatalf("%v names no line", p)
			}
		}
		if len(problems) > 0 || len(all) == 0 {
			return
		}
		want, err := settings.Parse(data, "fuzz", c)
		if err != nil {
			t.Fatalf("Parse refuses what parts read: %v", err)
		}
		if diff := cmp.Diff(encoded(t, want), encoded(t, all)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}
