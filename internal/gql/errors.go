package gql

import (
	"context"
	"errors"
	"fmt"
)

// Code classifies an error for clients, under `extensions.code`.
type Code string

// The codes of errors. GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED are
// not among them: a bad document is BAD_USER_INPUT like any other bad input.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // no or unusable credentials
	Forbidden       Code = "FORBIDDEN"       // known caller, not allowed
	NotFound        Code = "NOT_FOUND"
	BadUserInput    Code = "BAD_USER_INPUT" // document, variables or arguments
	CostLimit       Code = "COST_LIMIT"     // priced above what the caller may spend at once
	RateLimited     Code = "RATE_LIMITED"
	Timeout         Code = "TIMEOUT"
	Unavailable     Code = "UNAVAILABLE" // may be gone when asked again
	Internal        Code = "INTERNAL"    // masked; the text is in the log under the request id
)

// Location is a place in the document: line and column from 1, in characters.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Error is an error as the client sees it: its message and its code, never the
// text of what it wraps.
type Error struct {
	Code      Code
	Message   string
	Locations []Location
	Path      []any // response keys (string) and list indexes (int)

	cause error
}

// Errorf makes an error whose text the client sees. A wrapped error (%w) can be
// found with errors.Is, and its text is part of the message, so wrap only what
// may be shown.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), cause: errors.Unwrap(err)}
}

// Error returns the message with its code.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the wrapped error, if any.
func (e *Error) Unwrap() error { return e.cause }

// clientError turns any resolver error into what the client may see, and
// reports whether it was masked. The outermost coded error in the chain wins;
// text wrapped around it stays in the log.
func clientError(err error, mapError func(error) *Error, requestID string) (e *Error, masked bool) {
	var coded *Error
	switch {
	case errors.As(err, &coded):
		if coded.Code != Internal {
			return coded, false
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &Error{Code: Timeout, Message: "the request took too long", cause: err}, false
	case mapError != nil:
		if coded = mapError(err); coded != nil && coded.Code != Internal {
			return coded, false
		}
	}
	return &Error{Code: Internal, Message: maskedText(requestID), cause: err}, true
}

func maskedText(requestID string) string {
	if requestID == "" {
		return "internal error"
	}
	return "internal error, request " + requestID
}

func sourceError(p *Params, want any) error {
	return fmt.Errorf("resolve %s.%s: source is %T, want %T", p.Field().Type, p.Field().Name, p.Source, want)
}
