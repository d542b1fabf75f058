package openid

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"domicile/internal/auth"
)

const (
	maxSubject = 255 // bytes; the standard's bound
	maxTexts   = 256 // of a claim that is a list
)

// viewer makes a viewer of a verified token's claims.
func (c Config) viewer(subject string, claims map[string]any) (auth.Viewer, error) {
	none := auth.Viewer{}
	if subject == "" || len(subject) > maxSubject || strings.IndexFunc(subject, unprintable) >= 0 {
		return none, auth.Invalid("the access token has no usable subject", nil)
	}
	if _, bound := claims["cnf"]; bound {
		return none, auth.Invalid("the access token is bound to a key, and was sent without a proof of it", nil)
	}
	role, err := c.role(claims)
	if err != nil {
		return none, err
	}
	v := auth.Viewer{Subject: "user:" + subject, Role: role}
	switch role {
	case auth.Customer:
		id, _ := lookup(claims, c.CustomerClaim).(string)
		if !auth.ValidID(id) {
			return none, auth.Invalid("the access token names no customer", nil)
		}
		v.Customer = id
	case auth.Sales:
		if v.Grants, err = c.grants(claims); err != nil {
			return none, err
		}
	}
	return v, nil
}

func unprintable(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }

// role is the one role that the claims name; none where they name no known one.
func (c Config) role(claims map[string]any) (auth.Role, error) {
	texts, err := textsOf(claims, c.RoleClaim)
	if err != nil {
		return auth.NoRole, err
	}
	found := auth.NoRole
	for _, t := range texts {
		switch r := c.Roles[t]; {
		case r == auth.NoRole || r == found:
		case found != auth.NoRole:
			return auth.NoRole, auth.Invalid("the access token names several roles", fmt.Errorf("%s and %s", found, r))
		default:
			found = r
		}
	}
	return found, nil
}

func (c Config) grants(claims map[string]any) (auth.Grants, error) {
	texts, err := textsOf(claims, c.GrantsClaim)
	if err != nil {
		return 0, err
	}
	var all auth.Grants
	for _, t := range texts {
		g, err := auth.ParseGrants(t)
		if err != nil {
			continue // a grant of another service
		}
		all |= g
	}
	return all, nil
}

// textsOf reads a claim that is a text or a list of texts; none where it is
// absent.
func textsOf(claims map[string]any, name string) ([]string, error) {
	switch value := lookup(claims, name).(type) {
	case nil:
		return nil, nil
	case string:
		return []string{value}, nil
	case []any:
		if len(value) > maxTexts {
			return nil, auth.Invalid("the access token has too many roles or grants", nil)
		}
		texts := make([]string, 0, len(value))
		for _, v := range value {
			t, ok := v.(string)
			if !ok {
				return nil, errClaimKind(name)
			}
			texts = append(texts, t)
		}
		return slices.Clip(texts), nil
	}
	return nil, errClaimKind(name)
}

func errClaimKind(name string) error {
	return auth.Invalid("a claim of the access token is of another kind than configured", errors.New(name+" is neither a text nor a list of texts"))
}

// lookup finds a claim by its name or JSON Pointer; nil where it is absent.
func lookup(claims map[string]any, name string) any {
	if name == "" {
		return nil
	}
	path, pointer := strings.CutPrefix(name, "/")
	if !pointer {
		return claims[name]
	}
	var at any = claims
	for part := range strings.SplitSeq(path, "/") {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return at
}
