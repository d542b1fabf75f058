package auth

import (
	"errors"
	"net/http"
	"strings"
)

// Errors of an authentication. Anything else means that a store is broken.
var (
	// ErrInvalidToken: the credentials are not ones that this server takes.
	ErrInvalidToken = errors.New("invalid token")
	// ErrProviderUnavailable: whether the token is valid cannot be told now,
	// because the identity provider does not answer. Trying again can help.
	ErrProviderUnavailable = errors.New("the identity provider does not answer, so this token cannot be checked now: try again")
)

// invalidError is an ErrInvalidToken with what the client is told and what it
// is not.
type invalidError struct {
	why   string
	cause error
}

// Invalid makes an ErrInvalidToken. The client is told why, which is therefore
// a fixed text in printable ASCII without quotes; cause is for the log, may be
// nil, and holds nothing of a token.
func Invalid(why string, cause error) error { return &invalidError{why, cause} }

func (e *invalidError) Error() string {
	if e.cause == nil {
		return ErrInvalidToken.Error() + ": " + e.why
	}
	return ErrInvalidToken.Error() + ": " + e.why + ": " + e.cause.Error()
}

func (e *invalidError) Is(target error) bool { return target == ErrInvalidToken }
func (e *invalidError) Unwrap() error        { return e.cause }

// MaxHeader bounds an Authorization header, in bytes.
const MaxHeader = 8 << 10

// queryName is the parameter by which some clients send a token in a URL, from
// where it gets into logs.
const queryName = "access_token"

// bearer returns the token of a request: ErrNoCredentials where there is none,
// ErrInvalidToken where they are of a kind that is not taken.
func bearer(r *http.Request) (string, error) {
	if strings.Contains(r.URL.RawQuery, queryName) && r.URL.Query().Has(queryName) {
		return "", Invalid("a token in a URL is not taken: send it as Authorization: Bearer", nil)
	}
	switch headers := r.Header.Values("Authorization"); len(headers) {
	case 0:
		return "", ErrNoCredentials
	case 1:
		return ParseAuthorization(headers[0])
	}
	return "", Invalid("there are several Authorization headers", nil)
}

// ParseAuthorization returns the token of an Authorization header: the word
// Bearer in any letter case, spaces, and one token of RFC 6750's characters. The
// error wraps ErrInvalidToken and repeats nothing of the header.
func ParseAuthorization(header string) (string, error) {
	if len(header) > MaxHeader {
		return "", Invalid("the Authorization header is longer than 8 KiB", nil)
	}
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", Invalid("only Authorization: Bearer is taken", nil)
	}
	token := strings.Trim(rest, " ")
	body := strings.TrimRight(token, "=")
	if body == "" || strings.IndexFunc(body, notTokenRune) >= 0 {
		return "", Invalid("the Authorization header holds no token", nil)
	}
	return token, nil
}

func notTokenRune(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~+/", r)
}
