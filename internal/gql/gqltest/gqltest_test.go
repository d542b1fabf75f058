package gqltest_test

import (
	"testing"

	"domicile/internal/gql/gqltest"
)

func TestNormalize(t *testing.T) {
	tests := map[string]struct{ sdl, want string }{
		"comments and commas go":             {"type A { # note\n a: Int, b: Int }", `type A { a : Int b : Int }`},
		"applied directives go":              {`type A @auth(role: "x") { a: Int @cost(weight: 1) }`, `type A { a : Int }`},
		"declared directives stay":           {`directive @auth(role: String!) on OBJECT`, `directive @ auth ( role : String ! ) on OBJECT`},
		"a deprecation gets its reason":      {`type A { a: Int @deprecated }`, `type A { a : Int @ deprecated ( reason : "No longer supported" ) }`},
		"descriptions are written one way":   {"\"\"\"\nTwo\nlines\n\"\"\"\ntype A { \"one\" a: Int }", `"Two\nlines" type A { "one" a : Int }`},
		"a hash within a string is no note":  {`"a # b" type A { a: Int }`, `"a # b" type A { a : Int }`},
		"an argument in several lines stays": {"type A { a(\n b: Int = 1\n): Int }", `type A { a ( b : Int = 1 ) : Int }`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := gqltest.Normalize(test.sdl); err != nil || got != test.want {
				t.Errorf("got %s %v\nwant %s", got, err, test.want)
			}
		})
	}
	if _, err := gqltest.Normalize(`extend type A { a: Int }`); err == nil {
		t.Error("a text that extends is accepted")
	}
}
