package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"domicile/internal/settings"
)

func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestFilesBeyondABoundAreRefused(t *testing.T) {
	c := catalog(t)
	for _, tt := range []struct{ name, text, want string }{
		{"too many bytes", "customer: a\n" + strings.Repeat(" ", 16<<20), "larger than 16 MiB"},
		{"too many values", `{"customer": "a", "zones": [` + strings.Repeat("1,", 2_000_000) + "1]}", "more than two million values"},
		{"too many documents", repeat(200_001, `{"customer": "c%d"}`), "more than 200,000 documents"},
		{"too many hostnames in one zone", string(manyHostnames(20_001)), "a list of more than 20,000 elements"},
		{
			"too many hostnames over all zones",
			`{"customer":"a","zones":[{"name":"a.example","hostnames":[` + repeat(10_001, `{"name":"h%d.a.example"},`)[:] + `{"name":"a.example"}]},` +
				`{"name":"b.example","hostnames":[` + repeat(10_001, `{"name":"h%d.b.example"},`) + `{"name":"b.example"}]}]}`,
			"more than 20,000 hostnames",
		},
		{"too many features", "customer: a\nfeatures:\n" + repeat(1001, "  f%d: true\n"), "more than 1,000 keys"},
		{"brackets without end", `{"a":` + strings.Repeat("[", 1_000_000), "not valid"},
		{"brackets without end in YAML", "a: " + strings.Repeat("[", 1_000_000), "not valid YAML"},
		{"lists in lists without end in YAML", "a:\n " + strings.Repeat("- ", 1_000_000), "not valid YAML"},
		{"a text too long", "customer: " + strings.Repeat("a", 1025), "longer than 1,024 bytes"},
		{"UTF-16", "\xFF\xFEc\x00", "a NUL byte"},
	} {
		all, err := settings.Parse([]byte(tt.text), "big", c)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %.200v, want %q", tt.name, err, tt.want)
		}
		if all != nil {
			t.Errorf("%s: %d customers were read", tt.name, len(all))
		}
	}
}

func TestTheLargestCustomerIsRead(t *testing.T) {
	s := parseOne(t, string(manyHostnames(20_000)))
	if n := len(s.Zones[0].Hostnames); n != 20_000 {
		t.Errorf("%d hostnames, want 20,000", n)
	}
}

func TestProblemsBeyondAHundredAreCounted(t *testing.T) {
	_, err := settings.Parse([]byte("customer: a\nproducts:\n"+repeat(250, "  - p%d\n")), "many.yaml", catalog(t))
	problems, ok := err.(settings.Problems)
	if !ok || len(problems) != 101 {
		t.Fatalf("%d problems listed, want 100 and one that counts", len(problems))
	}
	if got := problems[100].String(); got != "many.yaml: and 150 more" {
		t.Errorf("the last line is %q", got)
	}
}

func TestLinesAndColumnsCountCharactersInBothNotations(t *testing.T) {
	for name, text := range map[string]string{
		"test.yaml": "customer: a\n\"né\": 1\n",
		"test.json": "{\"customer\": \"a\",\n\"né\": 1}",
		"marked":    "\uFEFFcustomer: a\n\"né\": 1\n",
	} {
		_, err := settings.Parse([]byte(text), name, catalog(t))
		if problems, ok := err.(settings.Problems); !ok || problems[0].Line != 2 || problems[0].Column != 1 {
			t.Errorf("%s: got %v, want a problem at 2:1", name, err)
		}
	}
	_, err := settings.Parse([]byte(`{"name": "ééé", "customer": 1}`), "test.json", catalog(t))
	if problems, ok := err.(settings.Problems); !ok || problems[0].Column != 29 {
		t.Errorf("got %v, want a problem at 1:29", err)
	}
}
