package auth_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/auth"
)

func TestRightsByRole(t *testing.T) {
	type rights struct{ See, Traffic, Hostnames, All, Write, Record, Audit bool }
	everything := rights{true, true, true, true, true, true, true}
	for name, c := range map[string]struct {
		viewer          auth.Viewer
		acme, everyElse rights
	}{
		"nobody":                      {},
		"nobody with a role":          {viewer: auth.Viewer{Role: auth.Privacy, Customer: "acme"}},
		"somebody without a role":     {viewer: auth.Viewer{Subject: "user:1", Customer: "acme"}},
		"somebody with no known role": {viewer: auth.Viewer{Subject: "user:1", Role: 200, Customer: "acme"}},
		"a customer":                  {viewer: auth.Viewer{Subject: "user:1", Role: auth.Customer, Customer: "acme"}, acme: rights{See: true, Traffic: true, Hostnames: true}},
		"a customer without account":  {viewer: auth.Viewer{Subject: "user:1", Role: auth.Customer}},
		"sales":                       {viewer: auth.Viewer{Subject: "user:1", Role: auth.Sales}, acme: rights{See: true, All: true}, everyElse: rights{See: true, All: true}},
		"sales with hostnames":        {viewer: auth.Viewer{Subject: "user:1", Role: auth.Sales, Grants: auth.SeeHostnames}, acme: rights{See: true, All: true, Hostnames: true}, everyElse: rights{See: true, All: true, Hostnames: true}},
		"privacy":                     {viewer: auth.Viewer{Subject: "user:1", Role: auth.Privacy}, acme: everything, everyElse: everything},
		"local":                       {viewer: auth.Local(), acme: everything, everyElse: everything},
		"a machine for all customers": {viewer: auth.Viewer{Subject: "token:1", Role: auth.Ingest}, acme: rights{Record: true}, everyElse: rights{Record: true}},
		"a machine for one customer":  {viewer: auth.Viewer{Subject: "token:1", Role: auth.Ingest, Customer: "acme"}, acme: rights{Record: true}},
	} {
		t.Run(name, func(t *testing.T) {
			of := func(customer string) rights {
				v := c.viewer
				return rights{
					v.MaySee(customer), v.MaySeeTraffic(customer), v.MaySeeHostnames(customer), v.MaySeeAll(),
					v.MayWrite(customer), v.MayRecord(customer), v.MayAudit(),
				}
			}
			if diff := cmp.Diff(c.acme, of("acme")); diff != "" {
				t.Errorf("of acme (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.everyElse, of("globex")); diff != "" {
				t.Errorf("of globex (-want +got):\n%s", diff)
			}
			none := of("")
			if none.See || none.Traffic || none.Hostnames || none.Write || none.Record {
				t.Errorf("of no customer: %+v", none)
			}
		})
	}
}

func TestRequiringARole(t *testing.T) {
	sales := auth.Viewer{Subject: "user:1", Role: auth.Sales}
	for name, c := range map[string]struct {
		viewer auth.Viewer
		roles  []auth.Role
		want   error
	}{
		"nobody":                    {auth.Viewer{}, []auth.Role{auth.Customer}, auth.ErrNoCredentials},
		"one of several":            {sales, []auth.Role{auth.Customer, auth.Sales}, nil},
		"another":                   {sales, []auth.Role{auth.Customer, auth.Privacy}, auth.ErrForbidden},
		"no role is asked for":      {sales, nil, auth.ErrForbidden},
		"having none does not help": {auth.Viewer{Subject: "user:1"}, []auth.Role{auth.NoRole}, auth.ErrForbidden},
		"this machine":              {auth.Local(), []auth.Role{auth.Privacy}, nil},
	} {
		if err := c.viewer.Require(c.roles...); !errors.Is(err, c.want) {
			t.Errorf("%s: error = %v, want %v", name, err, c.want)
		}
	}
}

func TestAContextCarriesItsViewer(t *testing.T) {
	if got := auth.ViewerFrom(t.Context()); got != (auth.Viewer{}) {
		t.Errorf("of a context that says nothing: %+v", got)
	}
	if got := auth.ViewerFrom(auth.WithViewer(t.Context(), auth.Local())); got != auth.Local() {
		t.Errorf("viewer = %+v", got)
	}
}

func TestWordsAreReadAsTheyAreWritten(t *testing.T) {
	for r := auth.Customer; r <= auth.Ingest; r++ {
		if got, err := auth.ParseRole(r.String()); err != nil || got != r {
			t.Errorf("role %s is read as %v, %v", r, got, err)
		}
	}
	for a := auth.ReadCustomer; a <= auth.RevokeToken; a++ {
		if got, err := auth.ParseAction(a.String()); err != nil || got != a {
			t.Errorf("action %s is read as %v, %v", a, got, err)
		}
	}
	for _, g := range []auth.Grants{0, auth.SeeHostnames} {
		if got, err := auth.ParseGrants(g.String()); err != nil || got != g {
			t.Errorf("grants %s are read as %v, %v", g, got, err)
		}
	}
	for _, text := range []string{"", "privacy", "ADMIN", "PRIVACY "} {
		if r, err := auth.ParseRole(text); err == nil || r != auth.NoRole {
			t.Errorf("role %q is read as %v", text, r)
		}
		if a, err := auth.ParseAction(text); err == nil || a != auth.NoAction {
			t.Errorf("action %q is read as %v", text, a)
		}
	}
	if g, err := auth.ParseGrants("traffic"); err == nil || g != 0 {
		t.Errorf("an unknown grant is read as %v", g)
	}
}

func TestOnlyIDsAreIDs(t *testing.T) {
	for text, want := range map[string]bool{
		"acme": true, "a-1": true, "": false, "Acme": false, "a b": false, "*": false, "a/b": false, "ü": false, "a\n": false,
		"0123456789012345678901234567890123456789012345678901234567890123":  true,
		"01234567890123456789012345678901234567890123456789012345678901234": false,
	} {
		if got := auth.ValidID(text); got != want {
			t.Errorf("ValidID(%q) = %v", text, got)
		}
	}
}
