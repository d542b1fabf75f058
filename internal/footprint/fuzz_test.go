package footprint_test

import (
	"errors"
	"testing"

	"domicile/internal/footprint"
)

func FuzzParseExpr(f *testing.F) {
	for _, s := range []string{"", "any", "bloc: EU and not country: [FR, DE]", "(region: EU) and (not country: FR)",
		`country_code in ["DE", "AT"]`, "country != RU", "((((any", "group: \"a b\"", "not not not any", "country: [", "\xff", "unpublished: x or kind: core"} {
		f.Add(s)
	}
	fp := network(f)
	v := fp.At(day(f, "2026-08-20"))
	f.Fuzz(func(t *testing.T, text string) {
		e, err := footprint.ParseExpr(text)
		if err != nil {
			if !errors.Is(err, footprint.ErrExpr) || e != nil {
				t.Fatalf("got %v and %v", e, err)
			}
			return
		}
		again, err := footprint.ParseExpr(e.String())
		if err != nil || shape(again) != shape(e) {
			t.Fatalf("%q reads back as %v, %v", e, again, err)
		}
		m := v.Eval(e)
		if !m.Possible().SubsetOf(v.Present()) || m.In.Intersect(m.Unknown) != (footprint.SiteSet{}) {
			t.Fatalf("%q: in and unknown overlap, or reach beyond the sites present", e)
		}
		if fp.CheckExpr(e) == nil {
			return
		}
		// A term that names nothing known may not decide a site by itself.
		if not := v.Eval(&footprint.Expr{Op: footprint.OpNot, Left: e}); not.Unknown != m.Unknown {
			t.Fatalf("%q and its negation differ in what they do not know", e)
		}
	})
}

func FuzzParsePlace(f *testing.F) {
	for _, s := range []string{"", "EU", "eu", "Europe", "region:eu", "REGION:EU", "key-region:", "us-ny", "Land of DE", "eu-*", "\xff", "storage-jurisdiction:eu"} {
		f.Add(s)
	}
	fp := network(f)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := fp.ParsePlace(text)
		if err != nil {
			if p != (footprint.Place{}) || !errors.Is(err, footprint.ErrNoPlaces) && !errors.Is(err, footprint.ErrAmbiguousPlace) && !errors.Is(err, footprint.ErrUnknownCode) {
				t.Fatalf("%q gives %v and %v", text, p, err)
			}
			return
		}
		if again, err := fp.ParsePlace(p.String()); err != nil || again != p {
			t.Fatalf("%q is %v, which reads back as %v, %v", text, p, again, err)
		}
		for _, el := range footprint.SplitPlaces(text + ", " + p.String()) {
			if el == "" {
				t.Fatalf("%q splits into an empty place", text)
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"", "2026-08-20", "1900-01-01", "2199-12-31", "2026-02-30", "0000-00-00", "2026-8-2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := footprint.ParseDate(text)
		if err != nil {
			if !errors.Is(err, footprint.ErrDate) || d != 0 {
				t.Fatalf("%q gives %v and %v", text, d, err)
			}
			return
		}
		if d.String() != text {
			t.Fatalf("%q is written %q", text, d)
		}
	})
}
