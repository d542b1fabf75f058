package config_test

import (
	"strings"
	"testing"

	"domicile/internal/config"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestDataDirectoryFollowsTheUser(t *testing.T) {
	for name, c := range map[string]struct {
		env  func(string) string
		want string
	}{
		"the data home wins":              {env("XDG_DATA_HOME", "/x", "HOME", "/h"), "/x/domicile"},
		"a relative data home is ignored": {env("XDG_DATA_HOME", "x", "HOME", "/h"), "/h/.local/share/domicile"},
		"the own variable wins over all":  {env("DOMICILE_DATA", "/d", "XDG_DATA_HOME", "/x"), "/d"},
	} {
		if got := config.Default(c.env).Data; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestEveryChoiceThatCannotWorkIsNamed(t *testing.T) {
	c := config.Default(env("HOME", "/h"))
	if err := c.Validate(); err != nil {
		t.Fatalf("the default is refused: %v", err)
	}
	c.Listen, c.LogFormat, c.Data = "8080", "xml", ""
	err := c.Validate()
	for _, want := range []string{"--listen", "--log-format", "--data"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}
