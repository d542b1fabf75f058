package api

import (
	"errors"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/gql"
	"domicile/internal/settings"
)

// sentinels maps the errors of the application to codes. The text of input
// errors is for the client; the others have a text of their own.
var sentinels = []struct {
	err  error
	code gql.Code
	text string
}{
	{atlas.ErrInput, gql.BadUserInput, ""},
	{atlas.ErrNotFound, gql.NotFound, "not found"},
	{atlas.ErrConflict, gql.BadUserInput, "the customer was changed by somebody else meanwhile"},
	{auth.ErrNoCredentials, gql.Unauthenticated, auth.ErrNoCredentials.Error()},
	{auth.ErrInvalidToken, gql.Unauthenticated, auth.ErrInvalidToken.Error()},
	{auth.ErrProviderUnavailable, gql.Unavailable, auth.ErrProviderUnavailable.Error()},
	{auth.ErrForbidden, gql.Forbidden, auth.ErrForbidden.Error()},
	{atlas.ErrStale, gql.Unavailable, "it is recorded, but cannot be read back yet; ask again in a while"},
	{atlas.ErrStoreUnavailable, gql.Unavailable, "the store is not available; try again"},
}

// mapError gives an error its code; nil masks it as INTERNAL.
func mapError(err error) *gql.Error {
	for _, s := range sentinels {
		if !errors.Is(err, s.err) {
			continue
		}
		if s.text == "" {
			return badInput(err)
		}
		return gql.Errorf(s.code, "%s", s.text)
	}
	return nil
}

// badInput is an input error with its text on one line.
func badInput(err error) *gql.Error {
	text := strings.TrimPrefix(err.Error(), atlas.ErrInput.Error()+": ")
	return gql.Errorf(gql.BadUserInput, "%s", strings.ReplaceAll(text, "\n", "; "))
}

// someOf refuses a list that is given and empty: it asks about nothing, and
// leaving it out would ask about everything.
func someOf(args gql.Args, names ...string) error {
	for _, name := range names {
		if list := args.List(name); list != nil && len(list) == 0 {
			return gql.Errorf(gql.BadUserInput, "%s is empty: name some, or leave it out", name)
		}
	}
	return nil
}

// maxShown is how many problems of settings an error text lists.
const maxShown = 10

// settingsError says what is wrong with settings that a question carries.
func settingsError(err error, names keyNames) error {
	var problems settings.Problems
	if !errors.As(err, &problems) {
		return err
	}
	var parts []string
	for i, p := range problems {
		if i == maxShown {
			parts = append(parts, "and more")
			break
		}
		u := names.problem(p)
		parts = append(parts, strings.TrimPrefix(u.field+": ", ": ")+u.message)
	}
	return gql.Errorf(gql.BadUserInput, "%s", strings.Join(parts, "; "))
}
