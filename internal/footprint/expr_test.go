package footprint_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"domicile/internal/footprint"
)

// shape writes an expression out with all its brackets.
func shape(e *footprint.Expr) string {
	switch e.Op {
	case footprint.OpNot:
		return "not " + shape(e.Left)
	case footprint.OpAnd:
		return "(" + shape(e.Left) + " and " + shape(e.Right) + ")"
	case footprint.OpOr:
		return "(" + shape(e.Left) + " or " + shape(e.Right) + ")"
	}
	return fmt.Sprintf("%d%v", e.Attr, e.Values)
}

func TestExpressionsParse(t *testing.T) {
	const country, bloc, any, key = footprint.AttrCountry, footprint.AttrBloc, footprint.AttrAny, footprint.AttrRegion
	for _, tt := range []struct{ text, want string }{
		{"country: DE", fmt.Sprintf("%d[DE]", country)},
		{"COUNTRY:DE", fmt.Sprintf("%d[DE]", country)},
		{"country == DE", fmt.Sprintf("%d[DE]", country)},
		{"country_code in [\"DE\", AT]", fmt.Sprintf("%d[DE AT]", country)},
		{"country != RU", fmt.Sprintf("not %d[RU]", country)},
		{"any", fmt.Sprintf("%d[]", any)},
		{"not any", fmt.Sprintf("not %d[]", any)},
		{"not not any", fmt.Sprintf("not not %d[]", any)},
		{"group: \"Latin America & the Caribbean\"", fmt.Sprintf("%d[Latin America & the Caribbean]", footprint.AttrGroup)},
		{"bloc: EU and not country: [FR, DE]", fmt.Sprintf("(%d[EU] and not %d[FR DE])", bloc, country)},
		{"(region: EU) and (not country: FR)", fmt.Sprintf("(%d[EU] and not %d[FR])", key, country)},
		{"any or any and any", fmt.Sprintf("(%[1]d[] or (%[1]d[] and %[1]d[]))", any)},
		{"any and any or any", fmt.Sprintf("((%[1]d[] and %[1]d[]) or %[1]d[])", any)},
		{"any and (any or any)", fmt.Sprintf("(%[1]d[] and (%[1]d[] or %[1]d[]))", any)},
		{"not any and any", fmt.Sprintf("(not %[1]d[] and %[1]d[])", any)},
		{"any AND any", fmt.Sprintf("(%[1]d[] and %[1]d[])", any)},
		{"kind: core", fmt.Sprintf("%d[core]", footprint.AttrKind)},
		{"network: china-jdcloud", fmt.Sprintf("%d[china-jdcloud]", footprint.AttrNetwork)},
		{"unpublished: iso-27001-sites", fmt.Sprintf("%d[iso-27001-sites]", footprint.AttrUnpublished)},
		{"subdivision: US-TX", fmt.Sprintf("%d[US-TX]", footprint.AttrSubdivision)},
	} {
		e, err := footprint.ParseExpr(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := shape(e); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.text, got, tt.want)
		}
		if e.String() != tt.text {
			t.Errorf("%s is written %s", tt.text, e)
		}
	}
}

func TestBadExpressionsNameTheByte(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "at byte 1: found the end"},
		{"blank", "  ", "at byte 3: found the end"},
		{"unknown attribute", "city: Berlin", `at byte 1: found "city"`},
		{"attribute alone", "country", "at byte 8: found the end"},
		{"no value", "country:", "at byte 9: found the end, want a value"},
		{"empty value", `country: ""`, "at byte 10"},
		{"empty list", "country: []", `at byte 11: found "]", want a value`},
		{"open list", "country: [DE", "at byte 13: found the end, want , or ]"},
		{"trailing comma", "country: [DE,]", "at byte 14"},
		{"unclosed bracket", "(country: DE", "at byte 13: found the end, want )"},
		{"stray bracket", "country: DE)", `at byte 12: found ")"`},
		{"two terms", "country: DE country: FR", `at byte 13: found "country"`},
		{"dangling and", "country: DE and", "at byte 16"},
		{"unclosed quote", `country: "DE`, "at byte 10: a quoted value without its closing quote"},
		{"foreign sign", "country: DE & bloc: EU", `at byte 13: "& bl…" is not part of the language`},
		{"single equals", "country = DE", `at byte 9: "= DE" is not part of the language`},
		{"not UTF-8", "country: \xff", "not valid UTF-8"},
		{"not a comparison", "country DE", `at byte 9: found "DE", want : or == or != or in`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := footprint.ParseExpr(tt.text)
			if !errors.Is(err, footprint.ErrExpr) || e != nil {
				t.Fatalf("got %v, %v", e, err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%q does not say %q", err, tt.want)
			}
		})
	}
}

func TestExpressionsAreBounded(t *testing.T) {
	list := "country: [" + strings.Repeat("DE,", 300) + "DE]"
	for name, text := range map[string]string{
		"bytes":    strings.Repeat(" ", 4090) + "any and any",
		"brackets": strings.Repeat("(", 40) + "any" + strings.Repeat(")", 40),
		"nots":     strings.Repeat("not ", 40) + "any",
		"values":   list,
	} {
		if _, err := footprint.ParseExpr(text); !errors.Is(err, footprint.ErrExpr) {
			t.Errorf("too many %s: %v", name, err)
		}
	}
	deep := strings.Repeat("(", 30) + "any" + strings.Repeat(")", 30)
	if _, err := footprint.ParseExpr(deep); err != nil {
		t.Errorf("30 brackets: %v", err)
	}
}

func TestAnExpressionNamesItsUnpublishedFacts(t *testing.T) {
	e := expr(t, "bloc: EU and (unpublished: [a, b] or not unpublished: c)")
	if got := e.Facts(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %v", got)
	}
	n := 0
	e.Each(func(footprint.Attribute, []string) { n++ })
	if n != 3 {
		t.Errorf("%d terms", n)
	}
	var none *footprint.Expr
	none.Each(func(footprint.Attribute, []string) { t.Error("a term of nothing") })
	if none.Facts() != nil {
		t.Error("facts of nothing")
	}
}

func TestCheckExprReportsEveryUnknownCode(t *testing.T) {
	fp := network(t)
	if err := fp.CheckExpr(expr(t, "country: DE or subdivision: US-NY or bloc: EU or region: EU or kind: pop or network: global or group: Europe or any or unpublished: x")); err != nil {
		t.Errorf("all known: %v", err)
	}
	if err := fp.CheckExpr(nil); !errors.Is(err, footprint.ErrExpr) {
		t.Errorf("nothing: %v", err)
	}
	bad := "country: [DE, de, EU, XX] or subdivision: DE or bloc: DE or region: nowhere or kind: edge or network: moon or group: europe"
	err := fp.CheckExpr(expr(t, bad))
	if !errors.Is(err, footprint.ErrUnknownCode) || strings.Count(err.Error(), "\n") != 8 {
		t.Errorf("want nine faults, got %v", err)
	}
}
