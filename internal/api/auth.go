package api

import (
	"context"
	"fmt"
	"slices"

	"domicile/internal/gql"
)

// Roles is a set of roles.
type Roles uint8

// The roles of @auth.
const (
	RoleCustomer Roles = 1 << iota // its own account only
	RoleSales                      // claims on any account's settings
	RolePrivacy                    // everything, and the mutations
	RoleIngest                     // records observations and nothing else
)

var roleNames = map[string]Roles{"CUSTOMER": RoleCustomer, "SALES": RoleSales, "PRIVACY": RolePrivacy, "INGEST": RoleIngest}

// Viewer is who asks. The zero value is somebody unknown, who may read what is
// open to everybody.
type Viewer struct {
	// Actor is recorded with changes: a role or the name of a token, never an
	// address.
	Actor string
	Roles Roles
}

// Local is the viewer of a server that answers on this machine alone and knows
// no identities: everything is allowed.
func Local() Viewer {
	return Viewer{Actor: "local", Roles: RoleCustomer | RoleSales | RolePrivacy | RoleIngest}
}

// may returns the coded error of a viewer who has none of the roles.
func (v Viewer) may(any Roles) error {
	switch {
	case v.Roles&any != 0:
		return nil
	case v.Roles == 0:
		return gql.Errorf(gql.Unauthenticated, "this needs a token")
	}
	return gql.Errorf(gql.Forbidden, "your role may not ask this")
}

// customerReaders may see that a customer exists.
const customerReaders = RoleCustomer | RoleSales | RolePrivacy

// Types whose every field, and single fields, that are about customers or
// change something: none of them builds without @auth.
var (
	sensitiveTypes  = []string{"Mutation", "Subscription", "Customer", "Settings", "Zone"}
	sensitiveFields = []string{"Query.customer", "Query.customers", "Query.residency", "Query.check", "Query.locate", "Settings.actor"}
)

func guard(f gql.FieldDef) (gql.Check, error) {
	d, ok := f.Directive("auth")
	if !ok {
		if slices.Contains(sensitiveTypes, f.Type) || slices.Contains(sensitiveFields, f.Type+"."+f.Name) {
			return nil, fmt.Errorf("it is about customers and needs @auth")
		}
		return nil, nil
	}
	var roles Roles
	for _, name := range d.Args.Strings("requires") {
		roles |= roleNames[name]
	}
	if roles == 0 {
		return nil, fmt.Errorf("@auth names no role, so nobody could ask it")
	}
	return func(ctx context.Context) error { return asked(ctx).viewer.may(roles) }, nil
}
