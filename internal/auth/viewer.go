package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Errors of a viewer's rights.
var (
	// ErrNoCredentials: nobody said who is asking.
	ErrNoCredentials = errors.New("no credentials: send an access token or API token as Authorization: Bearer")
	// ErrForbidden: the viewer is known and may not do this.
	ErrForbidden = errors.New("this role may not do this")
)

// Role is what a viewer is. The zero Role is none and has no right.
type Role uint8

// The roles.
const (
	NoRole   Role = iota
	Customer      // its own account only
	Sales         // claims and plans on any account's settings
	Privacy       // everything, and the changes
	Ingest        // may record observations and nothing else
)

var roleNames = [...]string{NoRole: "", Customer: "CUSTOMER", Sales: "SALES", Privacy: "PRIVACY", Ingest: "INGEST"}

// String is the role as the API spells it; empty for none.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("Role(%d)", uint8(r))
}

// ParseRole reads a role as the API spells it.
func ParseRole(text string) (Role, error) {
	if i := slices.Index(roleNames[:], text); i > 0 {
		return Role(i), nil
	}
	return NoRole, fmt.Errorf("unknown role %q (want CUSTOMER, SALES, PRIVACY or INGEST)", clip(text))
}

// Grants are rights that a role does not have by itself. The zero value is
// none.
type Grants uint8

// SeeHostnames lets SALES read the names of hostnames.
const SeeHostnames Grants = 1

const hostnamesWord = "hostnames"

// String is the grants as ParseGrants reads them; empty for none.
func (g Grants) String() string {
	if g&SeeHostnames != 0 {
		return hostnamesWord
	}
	return ""
}

// ParseGrants reads a grant by its name, "hostnames"; empty text is none.
func ParseGrants(text string) (Grants, error) {
	switch text {
	case "":
		return 0, nil
	case hostnamesWord:
		return SeeHostnames, nil
	}
	return 0, fmt.Errorf("unknown grant %q (want %s)", clip(text), hostnamesWord)
}

// Viewer is who asks. The zero Viewer is nobody and has no right. Viewers come
// from a verified token, never from an argument, and can be compared.
type Viewer struct {
	// Subject names the viewer in the audit log: user:<sub>, token:<name>:<id>
	// or local. It is empty for nobody.
	Subject string
	Role    Role
	// Customer is the account of a CUSTOMER; of an INGEST viewer the only one it
	// may record for, or empty for any.
	Customer string
	Grants   Grants
}

// localSubject names whoever uses this machine.
const localSubject = "local"

// Local is the viewer of commands on this machine, and of a server that
// listens on loopback with nothing configured: all rights.
func Local() Viewer { return Viewer{Subject: localSubject, Role: Privacy} }

// Known reports whether anybody is asking.
func (v Viewer) Known() bool { return v.Subject != "" }

// Require returns nil where the viewer has one of the roles, ErrNoCredentials
// where it is nobody, and ErrForbidden otherwise. No role implies another.
func (v Viewer) Require(roles ...Role) error {
	switch {
	case !v.Known():
		return ErrNoCredentials
	case v.Role != NoRole && slices.Contains(roles, v.Role):
		return nil
	}
	return ErrForbidden
}

// MaySee reports whether the viewer may know that the customer exists, and read
// its settings, residency, claims and plans. It is decided without looking the
// customer up, so that another's and an absent one are the same.
func (v Viewer) MaySee(customer string) bool {
	return v.Known() && customer != "" &&
		(v.Role == Sales || v.Role == Privacy || v.Role == Customer && v.Customer == customer)
}

// MaySeeTraffic reports whether the viewer may read what was observed of a
// customer's traffic.
func (v Viewer) MaySeeTraffic(customer string) bool {
	return v.Role != Sales && v.MaySee(customer)
}

// MaySeeHostnames reports whether the viewer may read the names of a customer's
// hostnames.
func (v Viewer) MaySeeHostnames(customer string) bool {
	return v.MaySee(customer) && (v.Role != Sales || v.Grants&SeeHostnames != 0)
}

// MaySeeAll reports whether the viewer may ask about all customers at once.
func (v Viewer) MaySeeAll() bool { return v.Known() && (v.Role == Sales || v.Role == Privacy) }

// MaySeeAllTraffic reports whether the viewer may read what was observed of all
// customers at once.
func (v Viewer) MaySeeAllTraffic() bool { return v.MaySeeAll() && v.Role != Sales }

// MayWrite reports whether the viewer may change a customer.
func (v Viewer) MayWrite(customer string) bool { return v.Role == Privacy && v.MaySee(customer) }

// MayRecord reports whether the viewer may record observations of a customer.
func (v Viewer) MayRecord(customer string) bool {
	own := v.Customer == "" || v.Customer == customer
	return v.MayWrite(customer) || v.Known() && customer != "" && v.Role == Ingest && own
}

// MayAudit reports whether the viewer may read the audit log.
func (v Viewer) MayAudit() bool { return v.Known() && v.Role == Privacy }

// viewerKey is the context's key of the viewer.
type viewerKey struct{}

// WithViewer returns a context in which v is asking.
func WithViewer(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// ViewerFrom returns who is asking; nobody where nothing says so.
func ViewerFrom(ctx context.Context) Viewer {
	v, _ := ctx.Value(viewerKey{}).(Viewer)
	return v
}

// maxID is the length of the longest customer id and token name.
const maxID = 64

// ValidID reports whether text can be a customer's id or a token's name: 1 to
// 64 of a-z, 0-9 and -.
func ValidID(text string) bool {
	if text == "" || len(text) > maxID {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
